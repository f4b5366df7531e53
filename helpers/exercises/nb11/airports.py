"""The capstone's second case: where airports are on a globe, clustered as it should be, or with one of the usual slips."""

from functools import cache

import numpy as np
from sklearn.cluster import DBSCAN

from helpers import datasets
from helpers.exercises.judging import read_only

EARTH = 6371.0088  # mean radius in km
SOUTH, NORTH, WEST, EAST = 24.0, 50.0, -125.0, -66.0  # a box around the 48 states that touch each other
NEAR, MANY = 40, 5  # km and airports, with which 11.3 and 11.4 cluster


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


@cache
def west():
    """Airports of the western states, few enough to be clustered in milliseconds; degrees, shape (n_airports, 2)."""
    places = mainland()
    part = places[places[:, 1] < -100]
    read_only(part)
    return part


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


def flat_labels(places, kilometres, min_samples):
    """Run DBSCAN as if the map were flat, a degree of longitude as long as one of latitude; labels as above."""
    return DBSCAN(eps=np.degrees(kilometres / EARTH), min_samples=min_samples).fit_predict(places)
