"""Exercises of notebook 06, DBSCAN."""

from functools import cache

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.cluster import DBSCAN

from helpers import datasets
from helpers.exercises.judging import Mistake, read_only
from helpers.exercises.kinds import Choice, Function, Number
from helpers.exercises.nb06.newcomers import (
    doubt_from_two_points,
    first_in_reach,
    label_or_doubt,
    majority,
    nearest,
    some_newcomers,
)
from helpers.scores import dbscan_bytes, eps_sweep, k_distances, knee

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


@cache
def airports_within(*, min_samples=5, metric="haversine", turned=False):
    """Count the clusters of airports within 25 km; or after one of the usual slips."""
    X = np.radians(datasets.load("airports").X)
    X = X[:, ::-1] if turned else X
    model = DBSCAN(eps=KM / EARTH, min_samples=min_samples, metric=metric, algorithm="ball_tree").fit(X)
    return int(model.labels_.max()) + 1


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
                "itself not counted",
                lambda: _n_core(4),
                "so many have three neighbours beside themselves, and so many clusters there are. Asked for are the core points. Who is the first neighbour of every point?",
            ),
            Mistake(
                "exactly eps left out",
                lambda: _n_core(strict=True),
                "a distance of exactly eps counts as well; and count the core points, not the others.",
            ),
            Mistake(
                "few core points",
                lambda: _n_core() - 1,
                "not yet. Perhaps a distance of exactly 1 counted as near in one place and not in another: look at each of the two groups again.",
            ),
            Mistake(
                "many core points",
                lambda: _n_core() + 1,
                "not yet. Perhaps a border point is among yours: make the list of neighbours at both ends of each group.",
            ),
            Mistake(
                "all clustered points",
                _n_clustered,
                "so many points are in the clusters. Some of them are border points: reached by a core point, but with too few neighbours of their own.",
            ),
            Mistake(
                "all points",
                lambda: len(LINE),
                "that is all of them. Which have fewer than three neighbours, themselves included?",
            ),
        ],
        tolerance=0,
        praise="right. Nobody but 9 is noise, and the chain from 4 to 6.2 hangs on two core points.",
        otherwise="not yet. Write down, for each number, which numbers lie at most 1 away, itself among them, and count those lists that have three or more.",
    ),
    "06.2": Function(
        lambda: label_or_doubt,
        [
            Mistake(
                "nearest core point",
                lambda: nearest,
                "yours gives a row to its nearest core point, also when core points of another cluster are in reach. Asked for is -2 there.",
            ),
            Mistake(
                "never noise",
                lambda: lambda new, cores, labels, eps: labels[cdist(new, cores).argmin(axis=1)],
                "every row gets a cluster in yours, however far away it is. What does DBSCAN say of such a row?",
            ),
            Mistake(
                "first in reach",
                lambda: first_in_reach,
                "yours takes the first core point within eps. Others in reach may belong to another cluster.",
            ),
            Mistake(
                "majority",
                lambda: majority,
                "yours lets the core points within eps vote. One of another cluster is enough for -2.",
            ),
            Mistake(
                "doubt from any two",
                lambda: doubt_from_two_points,
                "yours is in doubt as soon as two core points are in reach. If they belong to one cluster, all is clear.",
            ),
            Mistake(
                "doubt called noise",
                lambda: lambda *args: label_or_doubt(*args, doubt=-1),
                "where several clusters are in reach yours says noise. That has a number of its own here.",
            ),
            Mistake(
                "no label below zero",
                lambda: lambda *args: np.maximum(label_or_doubt(*args), 0),
                "no row gets a label below 0 in yours, and 0 is the name of a cluster.",
            ),
            Mistake(
                "exactly eps left out",
                lambda: lambda *args: label_or_doubt(*args, strict=True),
                "right, but for a distance of exactly eps, which counts as near.",
            ),
            Mistake(
                "squared distance",
                lambda: lambda *args: label_or_doubt(*args, power=2),
                "yours compares a squared distance with eps.",
            ),
            Mistake(
                "city-block distance",
                lambda: lambda *args: label_or_doubt(*args, metric="cityblock"),
                "yours adds up the differences of the columns as they are. eps is compared with the straight distance.",
            ),
        ],
        cases=some_newcomers,
        aside="One label for each new row is wanted.",
        tolerance=0,
        praise="right. Now there is a predict, and it can say no, and perhaps.",
        otherwise="not yet. Distances of all new rows to all core points; which are at most eps; the labels of these core points: none, all the same, or different?",
    ),
    "06.3": Number(
        airports_within,
        [  # those that take long are numbers here; the table of answers computes them
            Mistake(
                "only eps mended",
                lambda: airports_within(turned=True) + 1,
                "that comes with eps mended and nothing else. Two faults are left: check a distance that you know, and look at what you count.",
            ),
            Mistake(
                "one cluster",
                lambda: 1,
                "one cluster: how many rows are noise? If none, it holds every airport, and your eps is larger than the Earth. If nearly all, it is too small. In which unit are haversine distances?",
            ),
            Mistake(
                "longitude first",
                lambda: airports_within(turned=True),
                "longitude comes first in yours. Check the distance from Anchorage to Bethel.",
            ),
            Mistake(
                "two clusters",
                lambda: 2,
                "two clusters: rows or eps went through the wrong conversion, or through none. Rows go from degrees to radians; kilometres become an angle by the radius.",
            ),
            Mistake(
                "flat map",
                lambda: airports_within(metric="euclidean"),
                "that comes with plain distances, as on a flat map. Near the poles, a degree of longitude is short.",
            ),
            Mistake(
                "no cluster",
                lambda: 0,
                "no cluster at all: your eps is too small. Are kilometres divided by kilometres in yours?",
            ),
            Mistake(
                "itself not counted",
                lambda: airports_within(min_samples=6),
                "that comes when a core needs five others. An airport is the first of its own neighbours.",
            ),
            Mistake("radius of the text", lambda: 90, "that is for 50 km, as in the text above."),
            Mistake(
                "noise counted", lambda: airports_within() + 1, "-1 is a label, too, but not the name of a cluster."
            ),
        ],
        tolerance=0,
        praise="right. Radians, latitude first, and eps as an angle.",
        otherwise="not yet. Check, one after the other: the unit of eps, a distance that you know, and what is counted.",
    ),
    "06.4": Choice(
        _plateau,
        [
            Mistake(
                "automatic knee",
                lambda: "B",
                "that is where the automatic knee lies, but look how fast the number of clusters changes there.",
            ),
            Mistake(
                "noise and crumbs",
                lambda: "A",
                "look at both panels: many rows are noise there, and the rest are crumbs, about twenty of them.",
            ),
            Mistake(
                "everything one cluster",
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
            Mistake(
                "same number",
                lambda: EPS,
                "the same number in another unit is another radius: a hundredth of what it was.",
            ),
            Mistake(
                "wrong way round",
                lambda: EPS / UNIT,
                "the wrong way round: are there more centimetres in a length than metres, or fewer?",
            ),
            Mistake("as an area", lambda: EPS * UNIT**2, "that is how areas grow. eps is a length."),
        ],
        tolerance=0.001,
        praise="right (within 0.1 %). min_samples is a count and stays.",
        otherwise="not yet. eps is a length, and goes from metres to centimetres as every length does.",
    ),
    "06.6": Number(
        lambda: ROWS**2,
        [
            Mistake(
                "as the rows",
                lambda: ROWS,
                "that many times as many rows. But how many neighbours has each of them now?",
            ),
            Mistake("no growth", lambda: 1, "there are more rows, and each has more neighbours."),
            Mistake(
                "as the rows cubed",
                lambda: ROWS**3,
                "three is in it once too often: in the rows, in the neighbours of each. Where else?",
            ),
            Mistake("factors added", lambda: 2 * ROWS, "the two factors multiply."),
            Mistake(
                "all memory",
                lambda: dbscan_bytes(3000, 2, 184) / dbscan_bytes(1000, 2, 61),
                "this counts all that DBSCAN needs, with the bytes for each row. Asked for are its lists of neighbours alone.",
                within=0.01,
            ),
        ],
        tolerance=0.02,
        praise="right (within 2 %). Memory grows with rows times mean neighbours.",
        otherwise="not yet. By what factor do the rows grow, by what factor the neighbours of each row, and what do they do together?",
    ),
}
