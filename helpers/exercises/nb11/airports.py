"""The capstone's second case, places on a globe: its four steps as they should be, with a slip, and what is wrong.

Each ``..._fault`` maps an answer to the name of its first fault, to None if it has none, or raises Unreadable.
"""

from functools import cache, lru_cache

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.stats import kstest
from sklearn.cluster import DBSCAN
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.pairwise import haversine_distances
from sklearn.neighbors import BallTree

from helpers import datasets
from helpers.exercises.defended import call, numbers
from helpers.exercises.judging import Unreadable, read_only

EARTH = 6371.0088  # mean radius in km
SOUTH, NORTH, WEST, EAST = 24.0, 50.0, -125.0, -66.0  # a box around the 48 states that touch each other
NEAR, MANY = 40, 5  # km and airports, with which 11.3 and 11.4 cluster
FAR = 25  # degrees: places farther out than this are where no airport could be
MOVED = 12  # km: sets nearer to the airports than this are the airports
MIN_CLUSTERS, MAX_SHARE, MAX_NOISE = 10, 1 / 4, 0.9  # what a choice must keep to in 11.2, as the notebook states it


@cache
def mainland():
    """Latitude and longitude in degrees of the airports in the 48 states that touch each other, and near them.

    Returns
    -------
    ndarray of shape (n_airports, 2)
    """
    X = datasets.load("airports").X
    inside = (X[:, 0] > SOUTH) & (X[:, 0] < NORTH) & (X[:, 1] > WEST) & (X[:, 1] < EAST)
    places = X[inside]
    read_only(places)
    return places


def cluster_places(places, kilometres, min_samples, *, radians=True, latitude_first=True, angle=True):
    """Run DBSCAN on a globe; or with one of the usual slips.

    Parameters
    ----------
    places : ndarray of shape (n_places, 2)
        Latitude and longitude in degrees.
    kilometres : float
    min_samples : int
    radians, latitude_first, angle : bool
        Whether degrees become radians, latitude stands first, and kilometres become an angle.

    Returns
    -------
    ndarray of int, shape (n_places,)
    """
    X = np.radians(places) if radians else places
    X = X if latitude_first else X[:, ::-1]
    eps = kilometres / EARTH if angle else kilometres
    return DBSCAN(eps=eps, min_samples=min_samples, metric="haversine", algorithm="ball_tree").fit_predict(X)


# --- 11.1: sets without groups ---------------------------------------------------------------------------------------


def evenly(places, rng):
    """Draw as many places, evenly over the area of the box around them."""
    low, high = places.min(axis=0), places.max(axis=0)
    latitude = np.degrees(np.arcsin(rng.uniform(*np.sin(np.radians([low[0], high[0]])), len(places))))
    return np.column_stack([latitude, rng.uniform(low[1], high[1], len(places))])


def evenly_in_degrees(places, rng):
    """Draw as many places, evenly over degrees: too densely in the north."""
    return rng.uniform(places.min(axis=0), places.max(axis=0), places.shape)


def jittered(places, rng, *, kilometres):
    """Move each place at random, by so many kilometres in each direction (standard deviation)."""
    step = rng.normal(0, np.degrees(kilometres / EARTH), places.shape)
    return places + step / np.column_stack([np.ones(len(places)), np.cos(np.radians(places[:, 0]))])


@cache
def _tree():
    return BallTree(np.radians(mainland()), metric="haversine")


def _moved(places):
    """Median distance in km from each place to the nearest airport; 44 if they are even, below 12 if hardly moved."""
    return EARTH * float(np.median(_tree().query(np.radians(places))[0]))


def null_fault(function):
    """Look at two sets that a function draws."""
    places = mainland()
    draws = [
        numbers(
            call(function, places.copy(), np.random.default_rng(seed), told="the airports and a generator"),
            places.shape,
            "a set of places",
        )
        for seed in (0, 1)
    ]
    first, second = draws
    if np.abs(first).max() <= 2 * np.pi:
        return "radians"
    if first[:, 0].mean() < 0 < first[:, 1].mean():
        return "longitude"
    if np.array_equal(first, second):
        return "again"
    if (first.min(axis=0) < [SOUTH - FAR, WEST - FAR]).any() or (first.max(axis=0) > [NORTH + FAR, EAST + FAR]).any():
        raise Unreadable("some of your places are far from all airports: draw them where airports could be.")
    if _moved(first) < MOVED:
        return "grouped"
    latitude = np.concatenate([first, second])[:, 0]
    low, high = latitude.min(), latitude.max()
    by_degrees = kstest((latitude - low) / (high - low), "uniform").statistic
    south, north = np.sin(np.radians([low, high]))
    by_area = kstest((np.sin(np.radians(latitude)) - south) / (north - south), "uniform").statistic
    return "degrees" if by_degrees < min(0.025, by_area) else None


# --- 11.2: eps and min_samples ---------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _found(kilometres, min_samples):
    """Labels and core points, as they should be."""
    X = np.radians(mainland())
    model = DBSCAN(eps=kilometres / EARTH, min_samples=min_samples, metric="haversine", algorithm="ball_tree").fit(X)
    return model.labels_, model.core_sample_indices_


@lru_cache(maxsize=64)
def _clustered_in_nothing(kilometres, min_samples):
    empty = evenly(mainland(), np.random.default_rng(0))
    return float(np.mean(cluster_places(empty, kilometres, min_samples) >= 0))


def _same(labels, right, cores):
    """Tell whether two labelings are the same, but for border points, which depend on the order of the rows."""
    alike = np.array_equal(labels < 0, right < 0)
    return alike and (not len(cores) or adjusted_rand_score(labels[cores], right[cores]) == 1)


def _slip(labels, kilometres, min_samples):
    """Name of the slip that gives these labels, or None; by every tenth row, since all would take half a second."""
    places, eps = mainland(), kilometres / EARTH
    swapped = np.radians(places[:, ::-1])
    worlds = {
        "degrees": haversine_distances(places[::10], places) <= eps,
        "longitude": haversine_distances(swapped[::10], swapped) <= eps,
        "flat": cdist(places[::10], places) <= np.degrees(eps),
    }
    for name, near in worlds.items():
        core = near.sum(axis=1) >= min_samples
        together = [len(set(labels[row])) == 1 for row in near[core] & (labels >= 0)]
        lonely = labels[::10][near.sum(axis=1) == 1]
        if (labels[::10][core] >= 0).all() and (lonely < 0).all() and core.any() and np.mean(together) > 0.8:
            return name
    return None


def choice_fault(answer):
    """Look whether the labels are those of the choice, and whether it keeps to the criteria."""
    wanted = ("kilometres", "min_samples", "labels", "n_clusters")
    if not isinstance(answer, dict) or [name for name in wanted if name not in answer]:
        raise Unreadable(f"a dict with the names {', '.join(wanted)} is wanted.")
    kilometres, min_samples = float(answer["kilometres"]), int(answer["min_samples"])
    if not (0 < kilometres <= 500 and 1 <= min_samples <= 200):
        raise Unreadable("kilometres should be a number from above 0 to 500, min_samples a whole number from 1 to 200.")
    labels = numbers(answer["labels"], (len(mainland()),), "a label for each airport").astype(int)
    if len(np.unique(labels)) == 1:
        return "earth" if labels[0] >= 0 else "noise"
    right, cores = _found(kilometres, min_samples)
    if not _same(labels, right, cores):
        slip = _slip(labels, kilometres, min_samples)
        if slip is None:
            raise Unreadable(
                "on a globe DBSCAN gives other labels with your kilometres and min_samples. Are these of another try?"
            )
        return slip
    n_clusters, noise = int(right.max()) + 1, np.mean(right < 0)
    if int(answer["n_clusters"]) != n_clusters:
        return "counted"
    if noise > MAX_NOISE:
        return "noise"
    if np.bincount(right[right >= 0]).max() > MAX_SHARE * len(right):
        return "chained"
    if 1 - noise < 2 * _clustered_in_nothing(kilometres, min_samples):
        return "null"
    if n_clusters < MIN_CLUSTERS:
        return "few"
    return None


def choice(kilometres, min_samples, *, extra=0, **how):
    """Make an answer to 11.2; or with one of the usual slips."""
    return _answer(kilometres, min_samples, cluster_places(mainland(), kilometres, min_samples, **how), extra)


def flat(kilometres, min_samples):
    """Make an answer to 11.2 as if the map were flat."""
    eps = np.degrees(kilometres / EARTH)
    return _answer(kilometres, min_samples, DBSCAN(eps=eps, min_samples=min_samples).fit_predict(mainland()))


def _answer(kilometres, min_samples, labels, extra=0):
    found = {"labels": labels, "n_clusters": int(labels.max()) + 1 + extra}
    return {"kilometres": kilometres, "min_samples": min_samples, **found}


# --- 11.3: stability -------------------------------------------------------------------------------------------------


@cache
def west():
    """Airports of the western states, few enough to be clustered in milliseconds; degrees, shape (n_airports, 2)."""
    places = mainland()
    part = places[places[:, 1] < -100]
    read_only(part)
    return part


def comes_again(places, kilometres, min_samples, rng, *, share=0.9, fresh=True, align=True, whole=False):
    """Cluster all places and a random part, and compare them on the part by ARI; or with one of the usual slips.

    Parameters
    ----------
    places, kilometres, min_samples
        As for `cluster_places`.
    rng : numpy Generator
    share : float
        Of the rows in the part.
    fresh : bool
        Whether another part is drawn each time.
    align : bool
        Whether the same rows are compared.
    whole : bool
        Whether "the part" is all of it.

    Returns
    -------
    float
    """
    rng = rng if fresh else np.random.default_rng(0)
    n = len(places) if whole else round(share * len(places))
    rows = np.sort(rng.choice(len(places), n, replace=False))
    everything = cluster_places(places, kilometres, min_samples)
    part = cluster_places(places[rows], kilometres, min_samples)
    return adjusted_rand_score(everything[rows] if align else everything[:n], part)


@cache
def _band():
    """Mean ARI from parts of half the rows to parts that leave out a twentieth."""
    means = [
        np.mean([comes_again(west(), NEAR, MANY, np.random.default_rng(seed), share=share) for seed in range(8)])
        for share in (0.5, 0.95)
    ]
    return min(means) - 0.15, max(means) + 0.025


def stability_fault(function):
    """Look at what a function says of five random parts of the western airports."""
    told = f"some airports, {NEAR}, {MANY} and a generator"
    values = []
    for seed in range(5):
        given = west().copy(), NEAR, MANY, np.random.default_rng(seed)
        values.append(numbers(call(function, *given, told=told), (), "one ARI").item())
    if min(values) == max(values):
        return "itself" if values[0] > 0.999 else "seed"
    low, high = _band()
    mean = np.mean(values)
    if mean < low:
        return "rows"
    if mean > high:
        return "easy"
    return None


# --- 11.4: profiles --------------------------------------------------------------------------------------------------


def _widths(places, labels, names):
    X = np.radians(places)
    return np.array([EARTH * haversine_distances(X[labels == name], X[labels == name]).max() for name in names])


def profile(places, labels, *, noise=False, radians=False, swap=False, scale=1.0, center=np.median):
    """Describe each cluster: airports, central latitude and longitude in degrees, width in km; or with a usual slip."""
    names = [name for name in np.unique(labels) if noise or name >= 0]
    centers = np.array([center(places[labels == name], axis=0) for name in names])
    centers = np.radians(centers) if radians else centers
    centers = centers[:, ::-1] if swap else centers
    sizes = [np.sum(labels == name) for name in names]
    return np.column_stack([sizes, centers, scale * _widths(places, labels, names)])


@cache
def _profiled():
    places = west()
    labels = cluster_places(places, NEAR, MANY)
    ways = [profile(places, labels, center=center) for center in (np.median, np.mean)]
    return places, labels, ways


def profile_fault(function):
    """Look at the table that a function makes of the western airports."""
    places, labels, ways = _profiled()
    result = call(function, places.copy(), labels.copy(), told="places in degrees and labels")
    n = len(ways[0])
    array = np.asarray(result)
    if array.dtype.kind in "iuf" and array.shape == (n + 1, 4):
        return "noise"
    array = numbers(result, (n, 4), "a row of four numbers for each cluster")
    if not np.allclose(np.sort(array[:, 0]), np.sort(ways[0][:, 0])):
        raise Unreadable("the first column should count the airports of each cluster, and does not.")
    if np.abs(array[:, 1:3]).max() <= 2 * np.pi:
        return "radians"
    if array[:, 1].mean() < 0 < array[:, 2].mean():
        return "longitude"
    _, order = linear_sum_assignment(cdist(ways[0][:, :3], array[:, :3]))  # rows may come in any order
    array = array[order]
    if not any(np.abs(array[:, 1:3] - way[:, 1:3]).max() < 0.2 for way in ways):
        raise Unreadable("the centres are not where the airports of these clusters are: medians or means, in degrees.")
    if array[:, 3].max() < 10:
        return "angle"
    return None if np.allclose(array[:, 3], ways[0][:, 3], rtol=0.02) else "width"
