"""Exercises of notebook 05, how many clusters."""

from functools import cache, partial

import numpy as np
from sklearn.preprocessing import StandardScaler

from helpers import datasets
from helpers.exercises.judging import Mistake, read_only
from helpers.exercises.kinds import Choice, Function, Number
from helpers.exercises.nb05 import silhouettes
from helpers.scores import gap_statistic

N_BEFORE, TIMES = 2_000, 600  # rows; how many times as long a minute is as a tenth of a second
SENTENCES = ("A", "B", "C", "D", "E", "F")


def chosen_k(gap, error, *, of=1, sign=1, first=1, pick=0, otherwise=None, enough=np.greater_equal):
    """Smallest k whose gap is at least the next one minus the next one's error; the largest k if there is none.

    Parameters
    ----------
    gap, error : ndarray of shape (n_ks,)
        For k = 1, 2, ...
    of, sign, first, pick, otherwise : int
        Usual slips: whose error is taken (1: the next one's), whether it is subtracted, the number of the first k, which
        of several is taken (0: the first), and what is returned if there is none.
    enough : callable
        Compares a gap with what the rule asks of it.

    Returns
    -------
    int
    """
    error = sign * (error[1:] if of else error[:-1])
    good = np.flatnonzero(enough(gap[:-1], gap[1:] - error))
    return int(good[pick]) + first if len(good) else otherwise or len(gap) - 1 + first


def _gaps():
    """Gaps and errors on which each slip shows."""
    return [
        (np.array([0.10, 0.50, 0.52, 0.70, 0.60]), np.array([0.01, 0.01, 0.05, 0.01, 0.01])),
        (np.array([0.30, 0.34, 0.80, 0.70]), np.array([0.05, 0.01, 0.01, 0.01])),
        (np.array([0.20, 0.19, 0.90, 0.80]), np.array([0.03, 0.02, 0.02, 0.02])),
        (np.array([0.10, 0.40, 0.70, 1.00]), np.array([0.02, 0.02, 0.02, 0.02])),
        (np.array([0.50, 0.52, 0.40]), np.array([0.01, 0.04, 0.01])),
        (np.array([0.50, 0.30, 0.60]), np.array([0.01, 0.01, 0.01])),
        (np.array([0.30, 0.20, 0.25, 0.10]), np.array([0.01, 0.01, 0.01, 0.01])),
        (np.array([0.50, 0.50, 0.60]), np.array([0.0, 0.0, 0.0])),  # equal is enough
    ]


@cache
def four_gaps():
    """Compute the gap statistic of four sets, one of them without any groups.

    Returns
    -------
    dict
        Letter: helpers.scores.Gap, in the order of the alphabet.
    """
    strip = np.random.default_rng(3).uniform((-12, -1), (12, 1), (120, 2)) @ [[0.8, 0.6], [-0.6, 0.8]]  # slanted
    sets = {
        "A": datasets.moons(120).X,
        "B": datasets.blobs(120, centers=[(0, 0), (5, 0), (2.5, 4.3)], std=0.7).X,
        "C": strip,
        "D": StandardScaler().fit_transform(datasets.load("penguins").X)[::3],
    }
    found = {letter: gap_statistic(X, 5, n_references=10, n_init=2, random_state=1) for letter, X in sets.items()}
    for gap in found.values():
        read_only(gap.ks, gap.log_inertia, gap.reference)
    return found


def _without_groups():
    """Letter of the set that never gets farther from its references than at k = 1."""
    (letter,) = (letter for letter, gap in four_gaps().items() if np.all(gap.gap <= gap.gap[0] + gap.error))
    return letter


def _rows(times):
    """Rows that have so many times as many pairs."""
    return (1 + np.sqrt(1 + 4 * times * N_BEFORE * (N_BEFORE - 1))) / 2


SILHOUETTE_HINTS = {
    "with itself": "row 0 is among the rows of its own cluster in yours, at distance 0. a is the mean distance to the *other* rows of it.",
    "all others as one": "your b is the mean over all rows of all other clusters. Take the mean for each cluster by itself; which of these counts?",
    "farthest cluster": "your b is of the farthest other cluster. Which one counts?",
    "distances to centres": "these are distances to the means of the clusters. A silhouette takes the mean of the distances to the rows.",
    "nearest centre's cluster": "your b is of the cluster whose centre is nearest. Take the mean distance to the rows of each other cluster first, then choose.",
    "nearest row for b": "your b is the distance to the nearest row of another cluster. Which summary of its distances does the definition take?",
    "nearest rows": "yours looks at the nearest rows alone. a and b summarise all distances to a cluster.",
    "medians": "these are medians. The definition takes means.",
    "divided by the sum": "a and b are right. But what is their difference divided by?",
    "row alone": "right, but for a row alone in its cluster: see what the section on silhouettes says of that.",
    "sign turned": "the sign is the wrong way round: a row that is near to its own cluster should come out above 0.",
    "squared distances": "the rows are the right ones, but these are squared distances.",
    "divided by b": "right where b is the larger of the two. What is divided by if a is?",
    "never below zero": "yours never falls below 0. A row that is nearer to another cluster should.",
    "mean of all rows": "this is the mean over all rows. Wanted is that of row 0 alone.",
    "not divided": "this is the difference b minus a in the units of X. A silhouette divides it by something, so that it lies between -1 and 1.",
}

CHOICES = {
    "largest gap": lambda gap, error: int(np.argmax(gap)) + 1,
    "counted from zero": partial(chosen_k, first=0),
    "from zero, largest right": lambda gap, error: chosen_k(gap, error, first=0, otherwise=len(gap)),
    "no k good enough": partial(chosen_k, otherwise=1),
    "strictly greater": partial(chosen_k, enough=np.greater),
    "the next k": lambda gap, error: chosen_k(gap, error, first=2, otherwise=len(gap)),
    "near the largest gap": lambda gap, error: int(np.argmax(gap >= gap.max() - error[gap.argmax()])) + 1,
    "last k": partial(chosen_k, pick=-1),
    "error left out": lambda gap, error: chosen_k(gap, 0 * error),
    "own error": partial(chosen_k, of=0),
    "error added": partial(chosen_k, sign=-1),
}
CHOICE_HINTS = {
    "largest gap": "this is the k of the largest gap, as the function stood. The rule stops earlier: at the first k that is good enough.",
    "counted from zero": "right, but one too small each time: the first entry is that of k = 1, and Python counts from 0.",
    "from zero, largest right": "one too small wherever some k is good enough: the first entry is that of k = 1, and Python counts from 0.",
    "no k good enough": "right, but for the input in which no k is good enough. (If you used argmax: of a list without any True it is 0.)",
    "strictly greater": "right, but for the input in which a gap is exactly what the rule asks of it. Read its sign again.",
    "the next k": "one too large wherever some k is good enough: the rule names k, not the k + 1 that it compares with.",
    "near the largest gap": "yours compares with the largest gap. The rule compares the gap of each k with that of the next.",
    "last k": "yours takes the last k that is good enough. The rule takes the first.",
    "error left out": "yours takes no account of the error: with s = 0 it does the same.",
    "own error": "yours takes the error of k. The rule takes that of the next one, k + 1.",
    "error added": "the error goes the wrong way in yours: it should make it easier to stop at a small k, not harder.",
}


def _mistakes(slips, hints):
    return [Mistake(name, lambda slip=slip: slip, hints[name]) for name, slip in slips.items()]


EXERCISES = {
    "05.1": Function(
        lambda: silhouettes.first_silhouette,
        _mistakes(silhouettes.SLIPS, SILHOUETTE_HINTS),
        cases=silhouettes.labeled,
        aside="In one of the inputs row 0 is alone in its cluster: see what the section on silhouettes says of that.",
        tolerance=1e-6,
        praise="right, also for a row alone in its cluster.",
        otherwise="not yet. Check a, then b, each by itself: which rows does it average over, and does row 0 count? Then the fraction: what is it divided by, and what does a row alone get?",
    ),
    "05.2": Function(
        lambda: chosen_k,
        _mistakes(CHOICES, CHOICE_HINTS),
        cases=_gaps,
        aside="In one of the inputs no k is good enough: then the largest is wanted.",
        tolerance=0,
        praise="right. It prefers the smaller k as long as the next gain could be an accident of the references.",
        otherwise="not yet. Print, for each k, the two numbers that the rule compares, and what your function makes of them.",
    ),
    "05.3": Choice(
        _without_groups,
        [
            Mistake(
                "curve without bend",
                lambda: "D",
                "do not look at the curve alone: does its distance to its own grey band stay the same, or grow with k?",
            ),
            Mistake("leaves its band late", lambda: "A", "its curve leaves the band when k grows: look at the end."),
            Mistake("far below its band", lambda: "B", "look at k = 3: the curve lies far below the band there."),
        ],
        letters=("A", "B", "C", "D"),
        praise="right. It falls steeply to k = 2, but so does its band: it is a long strip, filled uniformly at random, and two centres do well on that.",
        otherwise="not this one. Do not look for an elbow; look for a curve that does what the grey band does.",
    ),
    "05.4": Number(
        lambda: _rows(TIMES),
        [
            Mistake(
                "in proportion to time",
                lambda: N_BEFORE * TIMES,
                "that is as many times the rows as there is time. Each of them is compared with every other.",
            ),
            Mistake(
                "number of distances",
                lambda: TIMES * N_BEFORE * (N_BEFORE - 1) / 2,
                "that is how many distances there is time for. How many rows have so many pairs?",
                within=0.001,
            ),
            Mistake(
                "root of the distances",
                lambda: np.sqrt(TIMES * N_BEFORE * (N_BEFORE - 1) / 2),
                "that is the square root of the number of distances. But n rows do not have n times n pairs.",
                within=0.001,
            ),
            Mistake(
                "factor, not rows",
                lambda: np.sqrt(TIMES),
                "that is how many times as many rows. How many rows are there then?",
                within=0.001,
            ),
            Mistake(
                "grown with the cube",
                lambda: N_BEFORE * TIMES ** (1 / 3),
                "pairs grow with the square of the number of rows, not with its cube.",
                within=0.001,
            ),
            Mistake(
                "from a whole second",
                lambda: N_BEFORE * np.sqrt(60),
                "that would fit if the 2,000 rows took a whole second. How many tenths has a minute?",
                within=0.001,
            ),
        ],
        tolerance=0.005,
        praise="right (within 0.5 %). Hundreds of times the time do not buy hundreds of times the rows. sample_size, with a seed, keeps it affordable.",
        otherwise="not yet. Count the pairs of 4 rows, then of 8, then of 16: what happens when the rows double?",
    ),
    "05.5": Choice(
        lambda: "E",
        [
            Mistake(
                "highest silhouette",
                lambda: "A",
                "some k always has the highest silhouette, also on a square. This sentence compares with no data without groups, and yet claims kinds.",
            ),
            Mistake(
                "elbow",
                lambda: "B",
                "inertia falls with every centre that you add, and its curve bends on data without groups, too. What did their silhouettes say?",
            ),
            Mistake(
                "stability alone",
                lambda: "C",
                "stable is a weak reason for a k: a square can agree with itself, too. What did data without groups do?",
            ),
            Mistake(
                "all penguins' sentence",
                lambda: "D",
                "so it was with all penguins. But read the last line of the numbers again: did the clouds stay below here?",
            ),
            Mistake(
                "easier opponent",
                lambda: "F",
                "they did stay below. But in such boxes the columns do not vary together, as those of the birds do. Which opponent is harder?",
            ),
        ],
        letters=SENTENCES,
        praise="right: which range, why this k, best compared with best, the harder opponent, and no more claimed than was seen.",
        otherwise="not this one. Which sentence says what was tried, and what chance would do?",
    ),
}
