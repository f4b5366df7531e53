"""Exercises of notebook 06, DBSCAN."""

from functools import cache

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.cluster import DBSCAN

from helpers import datasets
from helpers.exercises.judging import Mistake, read_only
from helpers.exercises.kinds import Choice, Function, Number
from helpers.scores import eps_sweep, k_distances, knee

LINE = np.array([0, 0.5, 1, 1.5, 4, 5, 5.5, 6.2, 9])
EARTH = 6371.0088  # mean radius in km
KM = 25
UNIT = 100  # centimetres in a metre
EPS = 0.2
ROWS = 3  # times as many


def _neighbors(*, strict=False):
    distances = np.abs(LINE - LINE[:, np.newaxis])
    return distances < 1 if strict else distances <= 1


def _n_core(min_samples=3, *, strict=False):
    return int((_neighbors(strict=strict).sum(axis=1) >= min_samples).sum())


def _n_clustered():
    within = _neighbors()
    core = within.sum(axis=1) >= 3
    return int((within & core).any(axis=1).sum())


def label_new(new, cores, core_labels, eps, *, power=1, strict=False):
    """Labels of new rows by their nearest core point, -1 if none is within eps; or with one of the usual slips.

    Parameters
    ----------
    new : ndarray of shape (n_new, n_features)
    cores : ndarray of shape (n_cores, n_features)
    core_labels : ndarray of int, shape (n_cores,)
    eps : float
    power : int
        Of the distance that is compared with eps; 1 is right.
    strict : bool
        Whether a distance of exactly eps is too far.

    Returns
    -------
    ndarray of int, shape (n_new,)
    """
    distances = cdist(new, cores)
    smallest = distances.min(axis=1) ** power
    near = smallest < eps if strict else smallest <= eps
    return np.where(near, core_labels[distances.argmin(axis=1)], -1)


def _first_in_reach(new, cores, core_labels, eps):
    within = cdist(new, cores) <= eps
    return np.where(within.any(axis=1), core_labels[within.argmax(axis=1)], -1)


def _majority(new, cores, core_labels, eps):
    within = cdist(new, cores) <= eps
    votes = [np.bincount(core_labels[row], minlength=1).argmax() if row.any() else -1 for row in within]
    return np.array(votes)


def _newcomers():
    """Draw new rows near two clusters, far from both, and exactly eps away."""
    rng = np.random.default_rng(0)
    cores = np.vstack([rng.normal((0, 0), 0.4, (12, 2)), rng.normal((2.2, 0), 0.4, (5, 2))])
    labels = np.repeat([3, 1], [12, 5])
    new = rng.uniform((-1.5, -1.5), (4, 1.5), (80, 2))
    exact = np.array([(0.0, 0.0), (5.0, 0.0)]), np.array([0, 4]), np.array([(1.5, 0.0), (3.5, 0.0), (1.6, 0.0), (9, 9)])
    line = np.array([[0.0], [1.0], [4.0]]), np.array([2, 2, 0]), np.array([[1.4], [2.4], [3.3], [7.0]])
    outvoted = np.array([[0.0], [0.9], [0.95], [1.0]]), np.array([0, 1, 1, 1]), np.array([[0.4], [0.6], [2.1]])
    cases = [(cores, labels, new, 0.5), (cores, labels, new, 1.5), (*exact, 1.5), (*line, 1.0), (*outvoted, 1.0)]
    return [(new, cores, labels, np.array(eps)) for cores, labels, new, eps in cases]


@cache
def airports_within(*, radians=True, latitude_first=True, angle=True, noise=0):
    """Count the clusters of airports within 25 km; or after one of the usual slips."""
    X = datasets.load("airports").X
    X = np.radians(X) if radians else X
    X = X if latitude_first else X[:, ::-1]
    eps = KM / EARTH if angle else KM
    labels = DBSCAN(eps=eps, min_samples=5, metric="haversine", algorithm="ball_tree").fit_predict(X)
    return int(labels.max()) + 1 + noise


@cache
def a_sweep():
    """Sweep DBSCAN over eps on two rings, with the automatic knee and four ranges of eps to choose from.

    Returns
    -------
    sweep : helpers.scores.EpsSweep
    bend : float
        The automatic knee.
    ranges : dict
        Letter: (lowest, highest) eps, in the order of the alphabet.
    """
    X = datasets.circles(400, noise=0.06, factor=0.45, random_state=3).X
    sweep = eps_sweep(X, np.linspace(0.04, 0.44, 41))
    read_only(sweep.eps, sweep.n_clusters, sweep.noise, sweep.labels)
    return sweep, knee(k_distances(X, 5)), {"A": (0.06, 0.09), "B": (0.1, 0.13), "C": (0.36, 0.4), "D": (0.17, 0.22)}


def _plateau():
    """Letter of the range in which there are two clusters throughout."""
    sweep, _, ranges = a_sweep()
    (letter,) = (
        letter
        for letter, (low, high) in ranges.items()
        if np.all(sweep.n_clusters[(sweep.eps >= low - 1e-9) & (sweep.eps <= high + 1e-9)] == 2)
    )
    return letter


EXERCISES = {
    "06.1": Number(
        _n_core,
        [
            Mistake(
                lambda: _n_core(4),
                "you looked for three neighbours beside the point itself. Who is the first neighbour of every point?",
            ),
            Mistake(lambda: _n_core(strict=True), "a distance of exactly eps counts as well."),
            Mistake(
                _n_clustered,
                "these are all points of the clusters. Some of them are border points: reached by a core point, but with too few neighbours of their own.",
            ),
        ],
        tolerance=0,
        praise="right. Nobody but 9 is noise, and the chain from 4 to 6.2 hangs on two core points.",
        otherwise="not yet. Write down, for each number, which numbers lie at most 1 away, itself among them, and count those lists that have three or more.",
    ),
    "06.2": Function(
        lambda: label_new,
        [
            Mistake(
                lambda: lambda new, cores, labels, eps: labels[cdist(new, cores).argmin(axis=1)],
                "every row gets a cluster in yours, however far away it is. What does DBSCAN say of such a row?",
            ),
            Mistake(
                lambda: _first_in_reach,
                "yours takes the first core point within eps. Several may be in reach: which one should decide?",
            ),
            Mistake(
                lambda: _majority, "yours lets the core points within eps vote. One of them decides alone: the nearest."
            ),
            Mistake(
                lambda: lambda *args: np.maximum(label_new(*args), 0),
                "your rows that are near no core point get 0. That is the name of a cluster.",
            ),
            Mistake(
                lambda: lambda *args: label_new(*args, strict=True),
                "right, but for a distance of exactly eps, which counts as near.",
            ),
            Mistake(lambda: lambda *args: label_new(*args, power=2), "yours compares a squared distance with eps."),
            Mistake(
                lambda: (
                    lambda new, cores, labels, eps: np.where(
                        cdist(new, cores).min(axis=1) <= eps, cdist(new, cores).argmin(axis=1), -1
                    )
                ),
                "these are positions in the list of core points. Look up their labels.",
            ),
        ],
        cases=_newcomers,
        aside="One label for each new row is wanted.",
        tolerance=0,
        praise="right. Now there is a predict, and it can say no.",
        otherwise="not yet. Distances of all new rows to all core points; the smallest in each row and where it is; compare it with eps.",
    ),
    "06.3": Number(
        airports_within,
        [
            Mistake(
                lambda: airports_within(latitude_first=False, noise=1),
                "eps is right now. Two faults are left: check a distance that you know, and look at what you count.",
            ),
            Mistake(
                lambda: airports_within(angle=False),
                "one cluster holds every airport: your eps is larger than the Earth. In which unit are haversine distances?",
            ),
            Mistake(
                lambda: airports_within(latitude_first=False),
                "longitude comes first in yours. Check the distance from Anchorage to Bethel.",
            ),
            Mistake(
                lambda: airports_within(radians=False),
                "two clusters: something went through the wrong conversion. Rows go from degrees to radians; kilometres become an angle by the radius.",
            ),
            Mistake(lambda: airports_within(noise=1), "one too many: -1 is not a cluster."),
        ],
        tolerance=0,
        praise="right. Radians, latitude first, and eps as an angle.",
        otherwise="not yet. Check, one after the other: the unit of eps, a distance that you know, and what is counted.",
    ),
    "06.4": Choice(
        _plateau,
        [
            Mistake(
                lambda: "B",
                "that is where the automatic knee lies, but look how fast the number of clusters changes there.",
            ),
            Mistake(
                lambda: "A",
                "look at both panels: many rows are noise there, and the rest are crumbs, about twenty of them.",
            ),
            Mistake(
                lambda: "C",
                "nothing changes there any more, since everything is one cluster. What does a clustering with one cluster say?",
            ),
        ],
        letters=("A", "B", "C", "D"),
        praise="right: a plateau with more than one cluster and little noise.",
        otherwise="not this one. Look for a stretch where the number of clusters stays the same, is more than one, and few rows are noise.",
    ),
    "06.5": Number(
        lambda: EPS * UNIT,
        [
            Mistake(lambda: EPS, "the same number in another unit is another radius: a hundredth of what it was."),
            Mistake(
                lambda: EPS / UNIT, "the wrong way round: are there more centimetres in a length than metres, or fewer?"
            ),
            Mistake(lambda: EPS * UNIT**2, "that is how areas grow. eps is a length."),
        ],
        tolerance=0.001,
        praise="right (within 0.1 %). min_samples is a count and stays.",
        otherwise="not yet. eps is a length, and goes from metres to centimetres as every length does.",
    ),
    "06.6": Number(
        lambda: ROWS**2,
        [
            Mistake(lambda: ROWS, "that many times as many rows. But how many neighbours has each of them now?"),
            Mistake(lambda: 1, "there are more rows, and each has more neighbours."),
            Mistake(lambda: ROWS**3, "rows grow by that factor, and so do the neighbours of each. What else would?"),
            Mistake(lambda: 2 * ROWS, "the two factors multiply."),
        ],
        tolerance=0.001,
        praise="right. Memory grows with rows times mean neighbours.",
        otherwise="not yet. By what factor do the rows grow, by what factor the neighbours of each row, and what do they do together?",
    ),
}
