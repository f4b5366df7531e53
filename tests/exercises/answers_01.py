"""Answers to the exercises of notebook 01."""

import math
import warnings
from collections import namedtuple

import numpy as np
from answering import right, wrong
from course import cell_with
from scipy.cluster.vq import kmeans, kmeans2
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans

from helpers.exercises.nb01 import four_runs

LINE = np.array([[0.0], [1], [2], [9], [10]])


def _of_the_notebook(name):
    """A function as the notebook defines it."""
    space = {"np": np, "X": LINE, "start": LINE[:2], "labels": np.array([0, 1, 1, 1, 1]), "print": lambda *args: None}
    space |= {"namedtuple": namedtuple}
    for id in ("01-s2-assign", "01-s3-update", "01-s4-lloyd", "01-s9-three-ways", "01-s10-plusplus"):
        exec(cell_with(id).source.replace("update(X, labels, 4)", "update(X, labels, 2)"), space)
    return space[name]


def _update_safely(empty):
    assign, update_safely = _of_the_notebook("assign"), _of_the_notebook("update_safely")
    return lambda X, centers: update_safely(X, assign(X, centers)[0], centers, assign(X, centers)[1], empty)


def _labels(X, centers):
    return ((X[:, np.newaxis] - centers) ** 2).sum(axis=2).argmin(axis=1)


def _into(make):
    """A step that puts the means into what `make` makes of the centres."""

    def step(X, centers):
        labels, new = _labels(X, centers), make(centers)
        for j in set(labels.tolist()):
            new[j] = X[labels == j].mean(axis=0)
        return new

    return step


def _by_matrix(X, centers):
    """A step with one matrix product and no loop at all."""
    member = np.eye(len(centers))[_labels(X, centers)]
    rows = member.sum(axis=0)[:, np.newaxis]
    return np.where(rows > 0, member.T @ X / np.maximum(rows, 1), centers)


def _plain_python(X, centers):
    """A step without NumPy."""
    groups = [[] for _ in centers]
    for x in X.tolist():
        groups[min(range(len(centers)), key=lambda j: math.dist(x, centers[j]))].append(x)
    means = [np.transpose(rows).tolist() for rows in groups]
    return [[sum(x) / len(x) for x in columns] or c.tolist() for columns, c in zip(means, centers, strict=True)]


def _mean_of_all(X, centers):
    labels, new = _labels(X, centers), centers.astype(float)
    for j in np.unique(labels):
        new[j] = X[labels == j].mean()
    return new


def _run(max_steps, what="centers"):
    lloyd = _of_the_notebook("lloyd")

    def run(X, centers):
        with warnings.catch_warnings(category=RuntimeWarning, action="ignore"):  # of a mean of no rows
            return getattr(lloyd(X, centers, max_steps)[-1], what)

    return run


def _scikit_learn(**options):
    return lambda X, centers: KMeans(len(centers), init=centers, n_init=1, **options).fit(X).cluster_centers_


def _chances(of, *, metric="sqeuclidean"):
    """Chances in proportion to what `of` makes of the distances to all centres."""

    def chances(X, centers):
        weights = of(cdist(X, centers, metric))
        return weights / weights.sum()

    return chances


def _unfinished(tell):
    assign = _of_the_notebook("assign")
    return tell(next(name for name, (X, c, labels) in four_runs().items() if (assign(X, c)[0] != labels).any()))


ANSWERS = {
    "01.1": [
        right("scikit-learn's inertia_", lambda: KMeans(2, init=LINE[:2], n_init=1).fit(LINE).inertia_),
        right("variance times rows, by group", lambda: 3 * np.var([0, 1, 2]) + 2 * np.var([9, 10])),
        right("pairs of rows", lambda: np.array([(1 + 4 + 1) / 3 + 1 / 2])),
        wrong("scipy's distortion", lambda: kmeans(LINE, LINE[:2])[1], "mean of the plain distances"),
        wrong("plain distances", lambda: 1 + 0 + 1 + 0.5 + 0.5, "plain distances add up"),
        wrong("number of steps that lloyd prints", lambda: 3, "add up to this", never=("you ",)),
        wrong("the right-hand centre alone", lambda: 0.5, "one of the two centres"),
        wrong("the left-hand centre alone", lambda: 2, "not yet"),
        wrong("one update", lambda: _run(2, "objective")(LINE, LINE[:2]), "one assign and one update"),
        wrong("labels kept", lambda: sum((x - 5.5) ** 2 for x in (1, 2, 9, 10)), "labels still as they were"),
        wrong("halved", lambda: 1.25, "not yet. Write down"),
        wrong("all steps", lambda: _of_the_notebook("lloyd")(LINE, LINE[:2]), "one number"),
        wrong("the two centres", lambda: [1, 9.5], "shape (2,)"),
    ],
    "01.2": [
        right("the notebook's own way to keep", lambda: _update_safely("keep")),
        right("one matrix product", lambda: _by_matrix),
        right("plain Python, lists back", lambda: _plain_python),
        right("float32", lambda: lambda X, centers: _by_matrix(X, centers).astype(np.float32)),
        wrong(
            "a copy of integer centres",
            lambda: _into(np.copy),
            "cuts the fractions",
            never=("one column", "without rows"),
        ),
        wrong("in place", lambda: _into(lambda centers: centers), "cuts the fractions", never=("without rows",)),
        wrong("zeros_like", lambda: _into(np.zeros_like), "two things", "origin", "whole numbers"),
        wrong("zeros", lambda: _into(lambda centers: np.zeros(centers.shape)), "origin", never=("whole numbers",)),
        wrong("the notebook's way to drop", lambda: _update_safely("drop"), "a centre without rows"),
        wrong("its way to the farthest", lambda: _update_safely("farthest"), "farthest row"),
        wrong("KMeans(max_iter=1)", lambda: _scikit_learn(max_iter=1), "farthest row"),
        wrong("lloyd, two steps", lambda: _run(2), "mean of no rows", "should stay"),
        wrong("lloyd, one step", lambda: _run(1), "as they came"),
        wrong(
            "kmeans2, which takes floats alone", lambda: lambda X, c: kmeans2(X, c, iter=1, minit="matrix")[0], "raised"
        ),
        wrong("one mean for all columns", lambda: _mean_of_all, "same number in every column"),
        wrong("rounded", lambda: lambda X, centers: _by_matrix(X, centers).round(2), "whole numbers"),
        wrong(
            "two steps",
            lambda: lambda X, centers: _by_matrix(X, _by_matrix(X, centers)),
            "not yet",
            never=("to the end",),
        ),
        wrong("labels too", lambda: lambda X, c: (_by_matrix(X, c), _labels(X, c)), "more than one thing"),
        wrong("the stub unchanged", lambda: lambda X, centers: None, "returned None"),
    ],
    "01.3": [
        right("cdist", lambda: _chances(lambda squared: squared.min(axis=1))),
        right("root, then square", lambda: _chances(lambda plain: plain.min(axis=1) ** 2, metric="euclidean")),
        right("a list", lambda: lambda X, c: _chances(lambda squared: squared.min(axis=1))(X, c).tolist()),
        wrong(
            "nearest, not squared", lambda: _chances(lambda plain: plain.min(axis=1), metric="euclidean"), "*squared*"
        ),
        wrong("squared, last centre", lambda: _chances(lambda squared: squared[:, -1]), "only the last centre"),
        wrong("squared, first centre", lambda: _chances(lambda squared: squared[:, 0]), "to which of the centres"),
        wrong("the mean over centres", lambda: _chances(lambda squared: squared.mean(axis=1)), "or average"),
        wrong("the farthest centre", lambda: _chances(lambda squared: squared.max(axis=1)), "not yet", never=("last",)),
        wrong("squared twice", lambda: _chances(lambda squared: squared.min(axis=1) ** 2), "not yet. Which distance"),
        wrong(
            "largest is 1",
            lambda: lambda X, c: (lambda d: d / d.max())(cdist(X, c, "sqeuclidean").min(axis=1)),
            "*add up*",
        ),
        wrong("not divided", lambda: lambda X, c: _of_the_notebook("assign")(X, c)[1], "squared distances themselves"),
        wrong(
            "percent", lambda: lambda X, c: 100 * _chances(lambda d: d.min(axis=1))(X, c), "must the chances add up to"
        ),
        wrong("the farthest row for sure", lambda: _chances(lambda d: d.min(axis=1) == d.min(axis=1).max()), "not yet"),
        wrong("a whole start", lambda: _of_the_notebook("plusplus_start"), "raised TypeError"),
        wrong("a column", lambda: lambda X, c: cdist(X, c).min(axis=1, keepdims=True), "shape (40, 1)"),
    ],
    "01.4": [
        right("small letter", lambda: _unfinished(str.lower)),
        right("in brackets", lambda: _unfinished(" ({}) ".format)),
        right("with a full stop", lambda: _unfinished("{}.".format)),
        wrong("an ugly end", lambda: "A", "Bad is not unfinished"),
        wrong("the best end", lambda: "c", "one cross in the middle of each group"),
        wrong("a poor end", lambda: "D)", "one cross serves two groups"),
        wrong("no such picture", lambda: "E", "one of the letters A, B, C, D"),
        wrong("two of them", lambda: "AD", "one of the letters"),
        wrong("a number", lambda: 2, "of type int"),
    ],
    "01.5": [
        right("rows of the set itself, as integers", lambda: [[0, 19], [0, 21], [3, -3]]),
        right("two that nearly coincide", lambda: [(0, 20), (0, 20.001), (3, 0)]),
        right("from far away", lambda: [(-9, 30), (9, 30), (3, -9)]),
        wrong("two that do coincide", lambda: [(0, 20), (0, 20), (3, 0)], "has no rows"),
        wrong("one in each group", lambda: [(0, 0), (6, 0), (0, 20)], "the best end", never=("short of", "nearest to")),
        wrong("two in a lower group", lambda: [(-0.5, 0), (0.5, 0), (0, 20)], "the best end", never=("no rows",)),
        wrong("three in a heap", lambda: [(0, 20), (0, 21), (0, 22)], "has no rows", never=("apart",)),
        wrong("one far off", lambda: [(0, 20), (3, 0), (1000, 1000)], "has no rows"),
        wrong("turned", lambda: np.array([(-0.5, 20), (0.5, 20), (3, 0)]).T, "shape (2, 3)"),
        wrong("numbers of rows", lambda: [40, 41, 0], "shape (3,)"),
    ],
    "01.6": [
        right("by logarithms", lambda: math.ceil(math.log(0.01, 1 - 0.53))),
        right("as a float", lambda: np.ceil(np.log10(0.01) / np.log10(0.47))),
        wrong("not rounded", lambda: math.log(0.01, 0.47), "Which way must you round"),
        wrong("not rounded, as printed", lambda: 6.1, "Which way must you round"),
        wrong("rounded down", lambda: int(math.log(0.01, 0.47)), "one too few"),
        wrong("chance to fail", lambda: math.ceil(math.log(0.01, 0.53)), "fewer are enough"),
        wrong("one more, to be safe", lambda: 8, "fewer are enough", never=("you took",)),
        wrong("95 %", lambda: math.ceil(math.log(0.05, 0.47)), "enough for 95 %"),
        wrong("the expected number", lambda: round(0.99 / 0.53), "both fail"),
        wrong("a share of a hundred", lambda: 100 * 0.99 * 0.53, "not yet. How likely"),
        wrong("the chance instead", lambda: 1 - 0.47**7, "not yet"),
        wrong("ten, as n_init once was", lambda: 10, "not yet", never=("too few",)),
    ],
}
