"""11.4: what describes a cluster of airports, and what is wrong with a description."""

from functools import cache

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from sklearn.metrics.pairwise import haversine_distances

from helpers.exercises.defended import call, numbers
from helpers.exercises.judging import Unreadable
from helpers.exercises.nb11.airports import EARTH, MANY, NEAR, cluster_places, west


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
        return "noise as a cluster"
    array = numbers(result, (n, 4), "a row of four numbers for each cluster")
    if not np.allclose(np.sort(array[:, 0]), np.sort(ways[0][:, 0])):
        raise Unreadable("the first column should count the airports of each cluster, and does not.")
    if np.abs(array[:, 1:3]).max() <= 2 * np.pi:
        return "centres in radians"
    if array[:, 1].mean() < 0 < array[:, 2].mean():
        return "longitude first"
    _, order = linear_sum_assignment(cdist(ways[0][:, :3], array[:, :3]))  # rows may come in any order
    array = array[order]
    if not any(np.abs(array[:, 1:3] - way[:, 1:3]).max() < 0.2 for way in ways):
        raise Unreadable("the centres are not where the airports of these clusters are: medians or means, in degrees.")
    if array[:, 3].max() < 10:
        return "widths as angles"
    return None if np.allclose(array[:, 3], ways[0][:, 3], rtol=0.02) else "another width"
