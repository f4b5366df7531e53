"""Exercises of notebook 05, how many clusters."""

from functools import cache

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import StandardScaler

from helpers import datasets
from helpers.exercises.judging import Mistake, read_only
from helpers.exercises.kinds import Choice, Function, Number
from helpers.scores import gap_statistic

N_BEFORE, N_AFTER = 2_000, 100_000
SENTENCES = ("A", "B", "C", "D", "E", "F")


def _fraction(a, b):
    return (b - a) / max(a, b)


def first_silhouette(X, labels, *, power=1, others=min, itself=False, between=_fraction):
    """Silhouette of row 0: by its definition, or with one of the usual slips.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    labels : ndarray of int, shape (n_samples,)
        At least two clusters.
    power : int
        Of the distances; 1 is right.
    others : callable
        What to take of the mean distances to the other clusters; the definition takes the smallest.
    itself : bool
        Whether the row counts among the others of its own cluster.
    between : callable
        Makes the score of a and b; the definition takes ``(b - a) / max(a, b)``.

    Returns
    -------
    float
        0 for a row that is alone in its cluster.
    """
    distances = cdist(X[:1], X)[0] ** power
    own = labels == labels[0]
    if own.sum() == 1 and not itself:
        return 0.0
    a = distances[own].sum() / (own.sum() - (not itself))
    b = others([distances[labels == j].mean() for j in np.unique(labels[~own])])
    return between(a, b)


def _by_centers(X, labels):
    """As `first_silhouette`, but with the distances to the means of the clusters."""
    found = {j: np.linalg.norm(X[0] - X[labels == j].mean(axis=0)) for j in np.unique(labels)}
    return _fraction(found.pop(labels[0]), min(found.values()))


def _all_others(X, labels):
    """As `first_silhouette`, but all other clusters are taken for one."""
    return first_silhouette(X, np.where(labels == labels[0], 0, 1))


def _labeled():
    rng = np.random.default_rng(0)
    cases = []
    for d, sizes in ((2, (5, 3, 9)), (1, (4, 4)), (3, (2, 6, 4, 5))):
        labels = np.repeat(np.arange(len(sizes)), sizes)
        cases.append((rng.normal(size=(len(labels), d)) + 2 * labels[:, np.newaxis], labels))
    X, labels = cases[0]
    alone, astray = np.append(7, labels[1:]), np.append(2, labels[1:])  # row 0 by itself; in a cluster far away
    return [*cases, (X[::-1].copy(), labels[::-1].copy()), (X, alone), (X, astray)]


def chosen_k(gap, error, *, of=1, sign=1, first=1, pick=0, otherwise=None):
    """Smallest k whose gap is at least the next one minus the next one's error; the largest k if there is none.

    Parameters
    ----------
    gap, error : ndarray of shape (n_ks,)
        For k = 1, 2, ...
    of, sign, first, pick, otherwise : int
        Usual slips: whose error is taken (1: the next one's), whether it is subtracted, the number of the first k, which
        of several is taken (0: the first), and what is returned if there is none.

    Returns
    -------
    int
    """
    error = sign * (error[1:] if of else error[:-1])
    enough = np.flatnonzero(gap[:-1] >= gap[1:] - error)
    return int(enough[pick]) + first if len(enough) else otherwise or len(gap) - 1 + first


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


def _distances(n):
    return n * (n - 1) / 2


EXERCISES = {
    "05.1": Function(
        lambda: first_silhouette,
        [
            Mistake(
                lambda: lambda X, labels: first_silhouette(X, labels, itself=True),
                "row 0 is among the rows of its own cluster in yours, at distance 0. a is the mean distance to the *other* rows of it.",
            ),
            Mistake(
                lambda: _all_others,
                "your b is the mean over all rows of all other clusters. Take the mean for each cluster by itself; which of these counts?",
            ),
            Mistake(
                lambda: lambda X, labels: first_silhouette(X, labels, others=max),
                "your b is of the farthest other cluster. Which one counts?",
            ),
            Mistake(
                lambda: _by_centers,
                "these are distances to the means of the clusters. A silhouette takes the mean of the distances to the rows.",
            ),
            Mistake(
                lambda: lambda X, labels: first_silhouette(X, labels, between=lambda a, b: (a - b) / max(a, b)),
                "the sign is the wrong way round: a row that is near to its own cluster should come out above 0.",
            ),
            Mistake(
                lambda: lambda X, labels: first_silhouette(X, labels, power=2),
                "the rows are the right ones, but these are squared distances.",
            ),
            Mistake(
                lambda: lambda X, labels: first_silhouette(X, labels, between=lambda a, b: (b - a) / b),
                "right where b is the larger of the two. What is divided by if a is?",
            ),
            Mistake(
                lambda: lambda X, labels: first_silhouette(X, labels, between=lambda a, b: abs(b - a) / max(a, b)),
                "yours never falls below 0. A row that is nearer to another cluster should.",
            ),
            Mistake(lambda: silhouette_score, "this is the mean over all rows. Wanted is that of row 0 alone."),
            Mistake(
                lambda: lambda X, labels: first_silhouette(X, labels, between=lambda a, b: b - a),
                "this is the difference b minus a in the units of X. A silhouette divides it by something, so that it lies between -1 and 1.",
            ),
        ],
        cases=_labeled,
        aside="In one of the inputs row 0 is alone in its cluster: see what the section on silhouettes says of that.",
        tolerance=1e-6,
        praise="right, also for a row alone in its cluster.",
        otherwise="not yet. Check a, then b, each by itself: which rows does it average over, and does row 0 count? Then the fraction: what is it divided by, and what does a row alone get?",
    ),
    "05.2": Function(
        lambda: chosen_k,
        [
            Mistake(
                lambda: lambda gap, error: int(np.argmax(gap)) + 1,
                "this is the k of the largest gap, as the function stood. The rule stops earlier: at the first k that is good enough.",
            ),
            Mistake(
                lambda: lambda gap, error: chosen_k(gap, error, first=0),
                "right, but one too small each time: the first entry is that of k = 1, and Python counts from 0.",
            ),
            Mistake(
                lambda: lambda gap, error: chosen_k(gap, error, first=0, otherwise=len(gap)),
                "one too small wherever some k is good enough: the first entry is that of k = 1, and Python counts from 0.",
            ),
            Mistake(
                lambda: lambda gap, error: chosen_k(gap, error, otherwise=1),
                "right, but for the input in which no k is good enough. (If you used argmax: of a list without any True it is 0.)",
            ),
            Mistake(
                lambda: lambda gap, error: chosen_k(gap, error, pick=-1),
                "yours takes the last k that is good enough. The rule takes the first.",
            ),
            Mistake(
                lambda: lambda gap, error: chosen_k(gap, 0 * error),
                "yours takes no account of the error: with s = 0 it does the same.",
            ),
            Mistake(
                lambda: lambda gap, error: chosen_k(gap, error, of=0),
                "yours takes the error of k. The rule takes that of the next one, k + 1.",
            ),
            Mistake(
                lambda: lambda gap, error: chosen_k(gap, error, sign=-1),
                "the error goes the wrong way in yours: it should make it easier to stop at a small k, not harder.",
            ),
        ],
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
                lambda: "D",
                "do not look at the curve alone: does its distance to its own grey band stay the same, or grow with k?",
            ),
            Mistake(lambda: "A", "its curve leaves the band when k grows: look at the end."),
            Mistake(lambda: "B", "look at k = 3: the curve lies far below the band there."),
        ],
        letters=("A", "B", "C", "D"),
        praise="right. It falls steeply to k = 2, but so does its band: it is a strip filled evenly, and two centres do well on anything long.",
        otherwise="not this one. Do not look for an elbow; look for a curve that does what the grey band does.",
    ),
    "05.4": Number(
        lambda: _distances(N_AFTER) / _distances(N_BEFORE),
        [
            Mistake(
                lambda: N_AFTER / N_BEFORE,
                "that is how many times as many rows. Each of them is compared with every other.",
            ),
            Mistake(
                lambda: _distances(N_AFTER),
                "that is how many distances there are at the end. How many times as many is that as at the beginning?",
                within=1e-4,
            ),
            Mistake(
                lambda: _distances(N_BEFORE),
                "that is how many distances there are at the beginning. How many times as many are there at the end?",
                within=0.001,
            ),
            Mistake(
                lambda: (N_AFTER / N_BEFORE) ** 3,
                "pairs grow with the square of the number of rows, not with its cube.",
                within=0.001,
            ),
            Mistake(
                lambda: N_AFTER / N_BEFORE * 2,
                "twice as many rows do not make twice as many pairs. Count the pairs of 4 rows, then of 8.",
                within=0.001,
            ),
        ],
        tolerance=0.005,
        praise="right (within 0.5 %). sample_size, with a seed, keeps it affordable.",
        otherwise="not yet. Count the pairs of 4 rows, then of 8, then of 16: what happens when the rows double?",
    ),
    "05.5": Choice(
        lambda: "D",
        [
            Mistake(
                lambda: "A",
                "some k always has the highest silhouette, also on a square. Nothing was compared with data without groups, and yet it claims that kinds exist.",
            ),
            Mistake(
                lambda: "B",
                "inertia falls with every centre that you add, on anything, and every such curve bends somewhere. What would it do on data without groups?",
            ),
            Mistake(
                lambda: "C",
                "stable is a weak reason for a k: a square agrees with itself, too. What did data without groups do?",
            ),
            Mistake(
                lambda: "E",
                "it needs the species, which you would not have for the new data. With them in hand you would not need clusters.",
            ),
            Mistake(
                lambda: "F",
                "nearly. You looked at several k and kept the best: what should the sets without groups have been allowed?",
            ),
        ],
        letters=SENTENCES,
        praise="right: which range, why this k, best compared with best, and no more claimed than was seen.",
        otherwise="not this one. Which sentence says what was tried, and what chance would do?",
    ),
}
