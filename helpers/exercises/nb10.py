"""Exercises of notebook 10, published experiments."""

from functools import cache

import numpy as np
from scipy import stats
from sklearn.cluster import KMeans, kmeans_plusplus
from sklearn.metrics import pairwise_distances_argmin_min

from helpers.exercises.judging import Mistake, read_only
from helpers.exercises.kinds import Choice, Function, Number

LEVEL = 0.99
K, N_TRIALS = 25, 11


@cache
def strip():
    """Draw twelve figures, a printed one, and two intervals between which it lies.

    Returns
    -------
    values : ndarray of shape (12,)
    printed : float
    for_mean, for_one : tuple of float
        Ends of the 99 % intervals for the mean, and for one more figure.
    """
    values = np.random.default_rng(4).normal(20, 2, 12)
    for_mean, for_one = interval(values, for_mean=True), interval(values)
    read_only(values)
    return values, round((for_mean[1] + for_one[1]) / 2, 1), tuple(for_mean.tolist()), tuple(for_one.tolist())


def interval(values, *, for_mean=False, quantile=None, ddof=1):
    """Interval in which one more value would fall in 99 of 100 cases, if values are normal.

    Parameters
    ----------
    values : ndarray of shape (n_values,)
    for_mean : bool
        The interval for the mean instead.
    quantile : float, optional
        Instead of Student's.
    ddof : int
        Of the standard deviation.

    Returns
    -------
    ndarray of shape (2,)
    """
    n = len(values)
    if quantile is None:
        quantile = stats.t.ppf((1 + LEVEL) / 2, n - 1)
    reach = quantile * values.std(ddof=ddof) * np.sqrt(1 / n + (not for_mean))
    return values.mean() + reach * np.array([-1, 1])


def _samples():
    rng = np.random.default_rng(0)
    return [(rng.normal(20, 3, n),) for n in (5, 8, 15)]


@cache
def mixture():
    """Draw 2,000 rows around 25 centres in 5 dimensions; ndarray of shape (2000, 5)."""
    rng = np.random.default_rng(10)
    centers = rng.normal(0, 8, (K, 5))
    rows = centers[rng.integers(K, size=2000)] + rng.normal(size=(2000, 5))
    read_only(rows)
    return rows


def _starts(tries=1):
    return [kmeans_plusplus(mixture(), K, n_local_trials=tries, random_state=state)[0] for state in range(N_TRIALS)]


def _seed_costs(tries=1):
    return np.array([_distances(start, squared=True).mean() for start in _starts(tries)])


def _distances(start, *, squared):
    return pairwise_distances_argmin_min(mixture(), start, metric="sqeuclidean" if squared else "euclidean")[1]


def _after_lloyd():
    fits = [KMeans(K, init=start, n_init=1, tol=0, max_iter=1000).fit(mixture()) for start in _starts()]
    return np.median([fit.inertia_ for fit in fits]) / len(mixture())


EXERCISES = {
    "10.1": Choice(
        lambda: "B",
        [
            Mistake(
                lambda: "A",
                "the dark interval is where the mean of many such figures lies. The paper has one figure of one data set: how far may one alone lie from the mean?",
            ),
            Mistake(
                lambda: "C",
                "equal would mean the same number, to the digits printed. It lies to the right of most of yours.",
            ),
            Mistake(
                lambda: "D",
                "a figure that could be chance is not thereby shown to be right: many other figures would have passed as well.",
            ),
        ],
        letters=("A", "B", "C", "D"),
        praise="right. And the pale interval is wide: a figure a quarter larger or smaller would have passed as well.",
        otherwise="not this one. One printed figure of one data set: which of the two intervals is the one for that?",
    ),
    "10.2": Function(
        lambda: interval,
        [
            Mistake(
                lambda: lambda values: interval(values, for_mean=True, quantile=stats.norm.ppf(0.995), ddof=0),
                "as the function stood. Three things in it are for another question: the quantile, the standard deviation, and the square root.",
            ),
            Mistake(
                lambda: lambda values: interval(values, for_mean=True),
                "this is the interval for the mean: it shrinks to nothing with many values, but one more value keeps its own chance.",
            ),
            Mistake(
                lambda: lambda values: interval(values, quantile=stats.norm.ppf(0.995)),
                "the normal quantile supposes that you know the spread. You estimated it from a few values: Student's distribution allows for that.",
            ),
            Mistake(
                lambda: lambda values: interval(values, quantile=stats.t.ppf(0.995, len(values))),
                "Student's distribution with as many degrees of freedom as values; one of them went into the mean.",
            ),
            Mistake(
                lambda: lambda values: interval(values, ddof=0),
                "NumPy's std divides by n unless you tell it otherwise; for a sample's spread, give it ddof.",
            ),
            Mistake(
                lambda: lambda values: interval(values, quantile=stats.t.ppf(0.99, len(values) - 1)),
                "1 % is left out at each end in yours, and so 2 % in all.",
            ),
            Mistake(
                lambda: lambda values: interval(values, quantile=stats.t.ppf(0.975, len(values) - 1)),
                "this is the interval at 95 %; asked for is one at 99 %.",
            ),
        ],
        cases=_samples,
        tolerance=1e-6,
        praise="right. With many values it comes near to mean ± 2.6 standard deviations, and no nearer to the mean.",
        otherwise="not yet. Mean, plus and minus: Student's quantile with n - 1 degrees of freedom, times the standard deviation of a sample, times a square root that holds the new value's own chance and that of the mean.",
    ),
    "10.3": Number(
        lambda: np.median(_seed_costs()),
        [
            Mistake(
                lambda: np.median(_seed_costs(None)),
                "this is the library's default, the greedy variant, which tries several candidates for each centre. How often does the paper draw each centre?",
            ),
            Mistake(
                lambda: _seed_costs().mean(),
                "this is the mean of the 11 trials. Asked for is the figure that one unlucky trial cannot move.",
            ),
            Mistake(
                lambda: _seed_costs().min(),
                "this is the best of the trials; a figure made so flatters the method.",
            ),
            Mistake(
                _after_lloyd,
                "this is the cost after Lloyd's steps. Asked for is the cost of the seeds themselves.",
            ),
            Mistake(
                lambda: np.median(_seed_costs()) * len(mixture()),
                "this is the sum over all rows; divide it by their number.",
            ),
            Mistake(
                lambda: np.median([_distances(start, squared=False).mean() for start in _starts()]),
                "these are distances; the cost is made of their squares.",
            ),
        ],
        tolerance=0.001,
        praise="right (within 0.1 %). The library's default gives less: a difference that would look like an error in the paper.",
        otherwise="not yet. For each random_state: seeds with each centre drawn once, squared distances of all rows to their nearest seed, their mean; then the median of the 11.",
    ),
}
