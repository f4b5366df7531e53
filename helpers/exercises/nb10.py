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
    for_mean, for_one = mean_of_more(values, np.inf), mean_of_more(values)
    read_only(values)
    return values, round((for_mean[1] + for_one[1]) / 2, 1), tuple(for_mean.tolist()), tuple(for_one.tolist())


def mean_of_more(values, m=1, *, quantile=None, ddof=1, root=lambda n, m: 1 / m + 1 / n):
    """Interval in which the mean of m more values would fall in 99 of 100 cases, if values are normal.

    Parameters
    ----------
    values : ndarray of shape (n_values,)
    m : float
        Infinity for the interval of the mean itself.
    quantile : float, optional
        Instead of Student's.
    ddof : int
        Of the standard deviation.
    root : callable
        What stands below the root, from the numbers of values.

    Returns
    -------
    ndarray of shape (2,)
    """
    n = len(values)
    if quantile is None:
        quantile = stats.t.ppf((1 + LEVEL) / 2, n - 1)
    reach = quantile * values.std(ddof=ddof) * np.sqrt(root(n, m))
    return values.mean() + reach * np.array([-1, 1])


class Interval(Function):
    """A function that returns the ends of an interval; ends that are not finite are told with the m that gave them."""

    def strange(self, case, returned):
        """Name the case for which an end is not finite."""
        if returned is not None and not np.isfinite(np.asarray(returned, dtype=float)).all():
            return f"for {len(case[0])} values and m = {case[1]} the ends that came back are not finite numbers. The second argument of one_more is its level: is m used as one? Or is something divided by zero, or missing?"


def _samples():
    rng = np.random.default_rng(0)
    return [(rng.normal(20, 3, n), m) for n, m in ((5, 1), (8, 3), (15, 10))]


@cache
def mixture():
    """Draw 2,000 rows around 25 centres in 5 dimensions; ndarray of shape (2000, 5)."""
    rng = np.random.default_rng(10)
    centers = rng.normal(0, 8, (K, 5))
    rows = centers[rng.integers(K, size=2000)] + rng.normal(size=(2000, 5))
    read_only(rows)
    return rows


@cache
def _starts(tries=1):
    return [kmeans_plusplus(mixture(), K, n_local_trials=tries, random_state=state)[0] for state in range(N_TRIALS)]


@cache
def _seed_costs(tries=1):
    return np.array([_distances(start, squared=True).mean() for start in _starts(tries)])


def _distances(start, *, squared):
    return pairwise_distances_argmin_min(mixture(), start, metric="sqeuclidean" if squared else "euclidean")[1]


def _after_lloyd():
    fits = [KMeans(K, init=start, n_init=1, tol=0, max_iter=1000).fit(mixture()) for start in _starts()]
    return np.median([fit.inertia_ for fit in fits]) / len(mixture())


@cache
def _fits():
    """Cost of scikit-learn's fits, as the colleague of 10.3 took it."""
    fits = [KMeans(K, n_init=1, random_state=state).fit(mixture()) for state in range(N_TRIALS)]
    return np.array([fit.inertia_ for fit in fits]) / len(mixture())


def _colleagues():
    return _fits().mean()


EXERCISES = {
    "10.1": Choice(
        lambda: "B",
        [
            Mistake(
                "interval of the mean",
                lambda: "A",
                "the dark interval is where the mean of many such figures lies. The paper has one figure of one data set: how far may one alone lie from the mean?",
            ),
            Mistake(
                "larger than all",
                lambda: "C",
                "of thirteen draws from one source one is the largest, and nobody said which. Being larger than twelve is not rare enough.",
            ),
            Mistake(
                "possible, so right",
                lambda: "D",
                "a figure that could be chance is not thereby shown to be right: many other figures would have passed as well.",
            ),
        ],
        letters=("A", "B", "C", "D"),
        praise="right. And the pale interval is wide: say so beside the verdict, since many other figures would have passed as well.",
        otherwise="not this one. One printed figure of one data set: which of the two intervals is the one for that?",
    ),
    "10.2": Interval(
        lambda: mean_of_more,
        [
            Mistake(
                "m ignored",
                lambda: lambda values, m: mean_of_more(values, 1),
                "this is the interval for one more value, whatever m is. A mean of m values scatters less than one of them.",
            ),
            Mistake(
                "ends swapped",
                lambda: lambda values, m: mean_of_more(values, m)[::-1],
                "the ends are right, and the wrong way round: one_more gives the lower one first.",
            ),
            Mistake(
                "own mean alone",
                lambda: lambda values, m: mean_of_more(values, np.inf),
                "this is the interval for your own mean: what the other mean owes to its own chance is missing.",
            ),
            Mistake(
                "own mean exact",
                lambda: lambda values, m: mean_of_more(values, m, root=lambda n, m: 1 / m),
                "you treat your own mean as if it were exact: it, too, was made of a few values.",
            ),
            Mistake(
                "all values joined",
                lambda: lambda values, m: mean_of_more(values, m, root=lambda n, m: 1 / (n + m)),
                "this joins all values to one mean. Asked is how far two means may lie apart: each has a variance, and these add up.",
            ),
            Mistake(
                "everything divided by m",
                lambda: lambda values, m: mean_of_more(values, m, root=lambda n, m: (1 + 1 / n) / m),
                "you divided by m what one more value needs, your own mean's uncertainty included. That one does not shrink with m.",
            ),
            Mistake(
                "root missing",
                lambda: lambda values, m: mean_of_more(values, m, root=lambda n, m: (1 / m + 1 / n) ** 2),
                "variances add up, but the interval is made of a standard deviation: a root is missing.",
            ),
            Mistake(
                "normal quantile",
                lambda: lambda values, m: mean_of_more(values, m, quantile=stats.norm.ppf(0.995)),
                "the normal quantile supposes that you know the spread. You estimated it from a few values.",
            ),
            Mistake(
                "degrees of freedom",
                lambda: lambda values, m: mean_of_more(values, m, quantile=stats.t.ppf(0.995, len(values))),
                "Student's distribution with as many degrees of freedom as values; one of them went into the mean.",
            ),
            Mistake(
                "std without ddof",
                lambda: lambda values, m: mean_of_more(values, m, ddof=0),
                "NumPy's std divides by n unless you tell it otherwise; for a sample's spread, give it ddof.",
            ),
            Mistake(
                "both ends in full",
                lambda: lambda values, m: mean_of_more(values, m, quantile=stats.t.ppf(0.99, len(values) - 1)),
                "1 % is left out at each end in yours, and so 2 % in all.",
            ),
            Mistake(
                "lower level",
                lambda: lambda values, m: mean_of_more(values, m, quantile=stats.t.ppf(0.975, len(values) - 1)),
                "this is the interval at 95 %; asked for is one at 99 %.",
            ),
            Mistake(
                "quantiles of the values",
                lambda: lambda values, m: np.quantile(values, [0.005, 0.995]),
                "these are quantiles of your values: a few values do not reach out to 99 %, and a mean scatters otherwise than they do.",
            ),
        ],
        cases=_samples,
        tolerance=1e-6,
        praise="right. With m = 1 it is the interval above, and with m without end that of your own mean.",
        otherwise="not yet. Start from one_more. Only one thing in it belongs to the single new value, whose chance m of them share.",
    ),
    "10.3": Number(
        lambda: np.median(_seed_costs()),
        [
            Mistake(
                "code as it stood",
                _colleagues,
                "as the code stood. Ask of each line: how is a centre drawn, is the cost that of the seeds, which summary?",
            ),
            Mistake(
                "only the summary mended",
                lambda: np.median(_fits()),
                "the summary is mended. Two things are left: what is drawn, and what is measured.",
            ),
            Mistake(
                "greedy seeding",
                lambda: np.median(_seed_costs(None)),
                "the library's default is the greedy variant, which tries several candidates for each centre. How often does the paper draw each?",
            ),
            Mistake(
                "greedy seeding, and mean",
                lambda: _seed_costs(None).mean(),
                "two things are left: how often each centre is drawn, and the summary.",
            ),
            Mistake(
                "mean of the trials",
                lambda: _seed_costs().mean(),
                "this is the mean of the trials. Asked for is the figure that one unlucky trial cannot move.",
            ),
            Mistake(
                "best trial",
                lambda: _seed_costs().min(),
                "this is the best of the trials; a figure made so flatters the method.",
            ),
            Mistake(
                "after Lloyd's steps",
                _after_lloyd,
                "this is the cost after Lloyd's steps. Asked for is the cost of the seeds themselves.",
            ),
            Mistake(
                "sum over all rows",
                lambda: np.median(_seed_costs()) * len(mixture()),
                "this is the sum over all rows; divide it by their number.",
            ),
            Mistake(
                "plain distances",
                lambda: np.median([_distances(start, squared=False).mean() for start in _starts()]),
                "these are distances; the cost is made of their squares.",
            ),
            Mistake(
                "one trial missing",
                lambda: np.median(_seed_costs()[:-1]),
                "one trial is missing: the states 0 to 10 are eleven.",
                within=1e-4,
            ),
        ],
        tolerance=0.001,
        praise="right (within 0.1 %). The paper was not wrong; another method had been run.",
        otherwise="not yet. Go through the recipe word by word: how each centre is drawn, what the cost is, what is summarised, over which states.",
    ),
}
