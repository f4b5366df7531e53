"""Answers to the exercises of notebook 06."""

import functools

import numpy as np
from answering import right, wrong
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist
from sklearn.cluster import DBSCAN
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import NearestNeighbors

from helpers import datasets
from helpers.predicting import predict_dbscan
from helpers.scores import dbscan_bytes

LINE = [0, 0.5, 1, 1.5, 4, 5, 5.5, 6.2, 9]


def _by_loops(new, cores, core_labels, eps):
    labels = []
    for row in new:
        seen = {label for core, label in zip(cores, core_labels, strict=True) if np.linalg.norm(row - core) <= eps}
        labels.append(-1 if not seen else -2 if len(seen) > 1 else seen.pop())
    return labels


def _by_tree(new, cores, core_labels, eps):
    found = [np.unique(core_labels[near]) for near in KDTree(cores).query_ball_point(new, eps)]
    return np.array([(-1, *few[:1])[len(few) > 0] if len(few) < 2 else -2 for few in found], dtype=float)


def _by_neighbors(new, cores, core_labels, eps):
    reach = NearestNeighbors(radius=eps).fit(cores).radius_neighbors(new, return_distance=False)
    return [-2 if len(set(core_labels[i])) > 1 else max(core_labels[i], default=-1) for i in reach]


def _by_columns(new, cores, core_labels, eps, *, farthest=cdist):
    near = farthest(new, cores) <= eps
    names = np.unique(core_labels)
    reached = np.stack([near[:, core_labels == name].any(axis=1) for name in names], axis=1)
    return np.where(reached.sum(axis=1) == 0, -1, np.where(reached.sum(axis=1) > 1, -2, names[reached.argmax(axis=1)]))


def _unfinished(new, cores, core_labels, eps):
    """Labels of new rows, shape (n_new,)."""
    ...


@functools.cache
def _airports(eps, *, min_samples=5, radians=True, metric="haversine"):
    X = datasets.load("airports").X
    labels = DBSCAN(eps=eps, min_samples=min_samples, metric=metric, algorithm="ball_tree").fit(
        np.radians(X) if radians else X
    )
    return len(set(labels.labels_) - {-1})


ANSWERS = {
    "06.1": [
        right("counted with scikit-learn", lambda: len(DBSCAN(eps=1, min_samples=3).fit(_line()).core_sample_indices_)),
        right("the sum of a mask", lambda: np.sum((np.abs(_line() - _line().T) <= 1).sum(axis=0) > 2)),
        right("as a float", lambda: 6.0),
        wrong("one was missed", lambda: 5, "exactly 1", never=("too few",)),
        wrong("the end of a chain too", lambda: 7, "border point", never=("too many",)),
        wrong(
            "the number of clusters", lambda: DBSCAN(eps=1, min_samples=3).fit_predict(_line()).max() + 1, "clusters"
        ),
        wrong("those that are not core", lambda: 3, "not the others"),
        wrong("all but the noise", lambda: 8, "border points"),
        wrong("all", lambda: len(LINE), "fewer than three"),
        wrong("the core points themselves", lambda: [0, 0.5, 1, 1.5, 5, 5.5], "one number"),
        wrong("four points", lambda: 4, "at most 1 away"),
    ],
    "06.2": [
        right("plain loops and a list", lambda: _by_loops),
        right("a tree, labels as floats", lambda: _by_tree),
        right("scikit-learn's radius neighbours", lambda: _by_neighbors),
        right("cluster by cluster", lambda: _by_columns),
        wrong("the notebook's function", lambda: predict_dbscan, "another cluster are in reach", never=("noise",)),
        wrong(
            "Manhattan",
            lambda: lambda *args: _by_columns(*args, farthest=functools.partial(pairwise_distances, metric="l1")),
            "straight distance",
            never=("squared",),
        ),
        wrong(
            "the square root forgotten",
            lambda: lambda *args: _by_columns(*args, farthest=functools.partial(cdist, metric="sqeuclidean")),
            "squared",
        ),
        wrong("less than eps", lambda: lambda a, b, c, eps: _by_loops(a, b, c, eps - 1e-9), "exactly eps"),
        wrong("the stub", lambda: _unfinished, "return"),
        wrong("what it returned", lambda: _by_loops(np.zeros((1, 2)), np.zeros((1, 2)), [0], 1), "the function itself"),
        wrong("-1 and -2 exchanged", lambda: lambda *args: _exchanged(np.array(_by_loops(*args))), "different?"),
        wrong(
            "a label for each core point", lambda: lambda new, cores, labels, eps: labels, "One label for each new row"
        ),
        wrong("a matrix", lambda: lambda new, cores, labels, eps: cdist(new, cores) <= eps, "numbers"),
    ],
    "06.3": [
        right("another radius of the Earth", lambda: _airports(25 / 6378.137)),
        right("by degrees of latitude", lambda: _airports(np.radians(25 / 111.195))),
        right("max + 1", lambda: np.int64(23) + 1),
        wrong("the stub", lambda: _airports(25), "larger than the Earth", "noise"),
        wrong("half of 25 km", lambda: _airports(12.5 / 6371), "too small"),
        wrong("degrees", lambda: _airports(25 / 6371, radians=False), "wrong conversion"),
        wrong("radians of kilometres", lambda: _airports(np.radians(25)), "wrong conversion"),
        wrong("a flat map", lambda: _airports(25 / 111, radians=False, metric="euclidean"), "flat map"),
        wrong("metres", lambda: _airports(25 / 6_371_000), "too small", never=("Earth",)),
        wrong("a core of six", lambda: _airports(25 / 6371, min_samples=6), "five others"),
        wrong("for 50 km", lambda: _airports(50 / 6371), "50 km"),
        wrong("the kilometres", lambda: 25, "-1"),
        wrong("the labels", lambda: np.arange(24) - 1, "one number"),
    ],
    "06.4": [
        right("small letter", lambda: "d"),
        right("with a bracket", lambda: " (D) "),
        right("with a point", lambda: "D."),
        wrong("where the knee is", lambda: "b", "automatic knee"),
        wrong("the longest stretch", lambda: "C", "one cluster"),
        wrong("the smallest eps", lambda: "A.", "crumbs"),
        wrong("an eps", lambda: 0.2, "letters"),
        wrong("two letters", lambda: "B, D", "one of the letters"),
        wrong("the range itself", lambda: (0.17, 0.22), "letters"),
    ],
    "06.5": [
        right("an integer", lambda: 20),
        right("as an array", lambda: np.array([0.2]) * 100),
        right("divided", lambda: 0.2 / 0.01),
        wrong("the same number", lambda: 0.2, "another radius"),
        wrong("the wrong way", lambda: 0.2 / 100, "wrong way round"),
        wrong("as an area", lambda: 0.2 * 100**2, "areas"),
        wrong("times ten", lambda: 2, "is a length"),
        wrong("millimetres", lambda: 200, "is a length", never=("areas",)),
        wrong("what does on the moons alone", lambda: 19.5, "is a length"),
        wrong("with its unit", lambda: "20 cm", "without quotes"),
    ],
    "06.6": [
        right("from the printed means", lambda: 184 * 3 / 61),
        right("a power", lambda: np.power(3, 2)),
        right("pairs of rows", lambda: 3000**2 / 1000**2),
        wrong("as the rows", lambda: 3, "how many neighbours"),
        wrong("rows and rest added", lambda: 3 + 3, "multiply"),
        wrong("a third factor", lambda: 3**3, "Where else"),
        wrong("unchanged", lambda: 1, "more rows"),
        wrong(
            "with the rows' own bytes",
            lambda: dbscan_bytes(3000, 2, 183.5) / dbscan_bytes(1000, 2, 60.5),
            "for each row",
        ),
        wrong("in per cent", lambda: 900, "by what factor"),
        wrong("rows times logarithm", lambda: 3 * np.log(3000) / np.log(1000), "by what factor"),
    ],
}


def _line():
    return np.array(LINE)[:, np.newaxis]


def _exchanged(labels):
    return np.where(labels < 0, -3 - labels, labels)
