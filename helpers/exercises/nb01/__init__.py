"""Exercises of notebook 01, Lloyd's algorithm from scratch."""

from functools import cache

import numpy as np
from scipy.spatial.distance import cdist

from helpers import datasets
from helpers.exercises.judging import Mistake, read_only
from helpers.exercises.kinds import Choice, Function, Number, Outcome
from helpers.exercises.nb01.stepping import lloyd_step, nearest, relocated, run, zeroed

LINE = np.array([[0.0], [1.0], [2.0], [9.0], [10.0]])
SHARE = 0.53
RUNS = {"A": (0, 100), "B": (16, 3), "C": (5, 100), "D": (24, 100)}  # seed of the start, steps


def _steps():
    rng = np.random.default_rng(0)
    cases = [(rng.normal(size=(40, d)) + 3, rng.normal(size=(k, d)) + 3) for d, k in ((2, 3), (1, 2), (5, 4))]
    X = cases[0][0]
    lonely = np.array([(2.5, 2.5), (90.0, 90.0), (4.0, 4.0)])  # nobody is nearest to the second
    whole = np.array([(0, 0), (1, 0), (5, 5), (6, 8)])  # means of whole numbers need not be whole
    return [*cases, (X, lonely), (whole, whole[[0, 2]])]


def chances(X, centers):
    """Chance of each row to be drawn as the next centre in k-means++."""
    _, squared = nearest(X, centers)
    return squared / squared.sum()


def _share(weights):
    return weights / weights.sum()


@cache
def four_runs():
    """Make four clusterings of one set: three that have ended, at different places, and one that was stopped early.

    Returns
    -------
    dict
        Letter: (X, centers, labels), in the order of the alphabet.
    """
    X = datasets.blobs(120, centers=4, std=0.9, random_state=7).X
    runs = {}
    for letter, (seed, max_steps) in RUNS.items():
        centers = X[np.random.default_rng(seed).choice(len(X), size=4, replace=False)]
        runs[letter] = (X, *run(X, centers, max_steps))
    read_only(*(array for arrays in runs.values() for array in arrays))
    return runs


def _unfinished():
    (letter,) = (
        letter
        for letter, (X, centers, labels) in four_runs().items()
        if not np.array_equal(nearest(X, centers)[0], labels)
    )
    return letter


def _worst():
    """Letter of the run that has ended with the largest sum of squares."""
    sums = {letter: nearest(X, centers)[1].sum() for letter, (X, centers, _) in four_runs().items()}
    del sums[_unfinished()]
    return max(sums, key=sums.get)


@cache
def _three_groups():
    X = datasets.blobs(60, centers=[[0, 0], [6, 0], [0, 20]], std=0.5).X
    best, _ = run(X, np.array([(0.0, 0.0), (6.0, 0.0), (0.0, 20.0)]))
    return X, nearest(X, best)[1].sum()


def _end_of(start):
    """Word for where k-means ends from these three centres."""
    X, best = _three_groups()
    centers = start
    for _ in range(30):
        labels, _ = nearest(X, centers)
        if np.bincount(labels, minlength=3).min() == 0:
            return "empty"
        centers = lloyd_step(X, centers)
    ratio = nearest(X, centers)[1].sum() / best
    return "stuck" if ratio >= 10 else "best" if ratio < 1.001 else "between"


def _objective(centers):
    return nearest(LINE, np.array(centers, dtype=float)[:, np.newaxis])[1].sum()


def _enough(share, wanted=0.99):
    """Smallest number of starts of which at least one succeeds with the wanted probability."""
    return int(np.ceil(np.log(1 - wanted) / np.log(1 - share)))


EXERCISES = {
    "01.1": Number(
        lambda: nearest(LINE, run(LINE, LINE[:2])[0])[1].sum(),
        [
            Mistake(
                "stopped after one update",
                lambda: _objective([0, 5.5]),
                "you stopped after one assign and one update. Has no label changed? Assign again from the new centres.",
            ),
            Mistake(
                "objective at the start",
                lambda: _objective([0, 1]),
                "this is the objective at the start. Move each centre to the mean of its values, and go on.",
            ),
            Mistake(
                "new centres, old labels",
                lambda: ((LINE[0] - 0) ** 2).sum() + ((LINE[1:] - LINE[1:].mean()) ** 2).sum(),
                "this is the objective after the first update, with the labels still as they were. The next assign changes some of them.",
            ),
            Mistake(
                "sum of plain distances",
                lambda: np.sqrt(nearest(LINE, np.array([[1.0], [9.5]]))[1]).sum(),
                "at the end of the run the plain distances add up to this. The objective adds up their squares.",
            ),
            Mistake(
                "mean of squares",
                lambda: nearest(LINE, np.array([[1.0], [9.5]]))[1].mean(),
                "at the end of the run this is the mean of the squares, and also what one of the two centres adds to the sum. The objective is the sum of all.",
            ),
            Mistake(
                "mean of plain distances",
                lambda: np.sqrt(nearest(LINE, np.array([[1.0], [9.5]]))[1]).mean(),
                "at the end of the run this is the mean of the plain distances, as scipy's kmeans gives it. The objective is the sum of their squares.",
            ),
        ],
        tolerance=0.001,
        praise="right (within 0.1 %). Two updates, then nothing moves.",
        otherwise="not yet. Write down both lists of values after each assign and the two means after each update, until a list comes twice; then add up the squared distances to the means.",
    ),
    "01.2": Function(
        lambda: lloyd_step,
        [
            Mistake(
                "empty centre to origin",
                lambda: zeroed,
                "right, but for a centre without rows: yours goes to the origin. It should stay where it was.",
            ),
            Mistake(
                "fractions cut off",
                lambda: lambda X, centers: lloyd_step(X, centers).astype(centers.dtype),
                "right, but for centres that are whole numbers: an array of integers cuts the fractions off the means that are put into it.",
            ),
            Mistake(
                "to origin, fractions cut",
                lambda: lambda X, centers: zeroed(X, centers).astype(centers.dtype),
                "two things are left: a centre without rows goes to the origin, and from centres that are whole numbers you make an array of integers, which cuts the fractions off the means.",
            ),
            Mistake(
                "empty centre relocated",
                lambda: relocated,
                "right, but for a centre without rows: yours moves to the farthest row, as scikit-learn's does. Here it should stay where it was.",
            ),
            Mistake(
                "one mean for all",
                lambda: lambda X, centers: lloyd_step(X, centers, middle=lambda rows, axis: rows.mean()),
                "your means are the same number in every column: the mean of all the numbers of their rows. Each column has a mean of its own.",
            ),
            Mistake(
                "medians",
                lambda: lambda X, centers: lloyd_step(X, centers, middle=np.median),
                "your centres go to medians. For squared distances the best place is the mean.",
            ),
            Mistake(
                "city-block distance",
                lambda: lambda X, centers: lloyd_step(X, centers, metric="cityblock"),
                "your rows choose their centre by the sum of absolute differences. k-means squares them before it adds.",
            ),
            Mistake(
                "ran to the end",
                lambda: lambda X, centers: run(X, centers)[0],
                "your function runs to the end. Asked for is one assign and one update.",
            ),
            Mistake(
                "centres not moved",
                lambda: lambda X, centers: np.array(centers, dtype=float),
                "your function gives the centres back as they came. Move each to the mean of the rows that are nearest to it.",
            ),
        ],
        cases=_steps,
        aside="One of the inputs has a centre without rows: it should stay where it was.",
        tolerance=1e-6,
        praise="right, also for a centre that has lost all its rows.",
        otherwise="not yet. Squared distances of all rows to all centres, argmin over the centres, mean of the rows of each. What does yours do in one column, with a centre that has no rows, or with whole numbers?",
    ),
    "01.3": Function(
        lambda: chances,
        [
            Mistake(
                "plain distances",
                lambda: lambda X, centers: _share(np.sqrt(nearest(X, centers)[1])),
                "the nearest centre counts now, but k-means++ takes the *squared* distance to it.",
            ),
            Mistake(
                "last centre only",
                lambda: lambda X, centers: _share(((X - centers[-1]) ** 2).sum(axis=1)),
                "squared now, but only the last centre counts: a row beside an earlier one would still be likely. Which centre should count for each row?",
            ),
            Mistake(
                "code as it stood",
                lambda: lambda X, centers: _share(np.sqrt(((X - centers[-1]) ** 2).sum(axis=1))),
                "this is the function as it stood. Look at which centre it measures to, and at what it does to the sum of squares.",
            ),
            Mistake(
                "all centres",
                lambda: lambda X, centers: _share(cdist(X, centers, "sqeuclidean").sum(axis=1)),
                "your chances add up, or average, the squared distances to all centres. A row may be far from most of them and still lie on one.",
            ),
            Mistake(
                "not made to chances",
                lambda: lambda X, centers: nearest(X, centers)[1],
                "these are the squared distances themselves. Chances add up to 1.",
            ),
            Mistake(
                "divided by the largest",
                lambda: lambda X, centers: nearest(X, centers)[1] / nearest(X, centers)[1].max(),
                "divided by the largest, these go up to 1. Chances *add up* to 1.",
            ),
        ],
        cases=_steps,
        tolerance=1e-6,
        praise="right. A row that is a centre already has no chance at all.",
        otherwise="not yet. Which distance does the section on k-means++ name, to which of the centres, and what must the chances add up to?",
    ),
    "01.4": Choice(
        _unfinished,
        [
            Mistake(
                "ugly end",
                _worst,
                "an ugly end, but an end: each point has the colour of its cell, and each cross is in the middle of its points. Bad is not unfinished.",
            ),
            Mistake(
                "good end",
                lambda: "C",
                "nothing to do here: one cross in the middle of each group, and no point on the wrong side of a border.",
            ),
            Mistake(
                "poor end",
                lambda: "D",
                "one cross serves two groups, and two share one: a poor end, but an end. What would the next assign change in each of the pictures?",
            ),
        ],
        letters=tuple(RUNS),
        praise="right. Points in a cell of another colour: the next assign gives them that colour, and then the crosses follow.",
        otherwise="not this one. What would the next assign change? It gives each point the colour of the cell in which it lies.",
    ),
    "01.5": Outcome(
        lambda: np.array([(-0.5, 20.0), (0.5, 20.0), (3.0, 0.0)]),
        [
            Mistake(
                "best end",
                lambda: np.array([(0.0, 0.0), (6.0, 0.0), (0.0, 20.0)]),
                "from here k-means finds the best end: each group gets a centre of its own. Which group could two of the three share, so that neither ever leaves it?",
            ),
            Mistake(
                "centre without rows",
                lambda: np.array([(0.0, 0.0), (0.0, 20.0), (100.0, 100.0)]),
                "at some step a centre has no rows, so it is out of the game. Which rows are nearest to each of the three at the start, and after the first update?",
            ),
        ],
        outcome=_end_of,
        praise="right: no centre ever loses all its rows, and no step leads out.",
        otherwise="not yet: this comes to no end of the kind asked for.",
    ),
    "01.6": Number(
        lambda: _enough(SHARE),
        [
            Mistake(
                "enough on average",
                lambda: 2,
                "two starts give one success on average (about 1 / 0.53), but now and then both fail. How likely is it that all n fail?",
            ),
            Mistake(
                "success taken for failure",
                lambda: _enough(1 - SHARE),
                "fewer are enough. So many it would take if 0.53 were the chance to fail; it is the chance to succeed.",
            ),
            Mistake(
                "rounded down",
                lambda: _enough(SHARE) - 1,
                "one too few: with that many, the chance is still just below 99 %. Which way must you round?",
            ),
            Mistake(
                "not rounded",
                lambda: np.log(0.01) / np.log(1 - SHARE),
                "the right formula, but a number of starts is a whole number. Which way must you round?",
                within=0.01,
            ),
            Mistake("lower certainty", lambda: _enough(SHARE, 0.95), "this is enough for 95 %. Asked for is 99 %."),
        ],
        tolerance=0,
        praise="right. A few starts repair a lot, as long as a good end is not rare.",
        otherwise="not yet. How likely is it that one start fails? That two both fail? Go on until at most one chance in a hundred is left.",
    ),
}
