"""Centres to start from: k-means++ and then local search (Lattanzi and Sohler 2019, PMLR 97, "A better k-means++").

Whether two of the first centres share a cluster, and two clusters a centre, Lloyd's steps seldom mend. A swap does: a
row drawn as k-means++ draws takes the place of the centre that is missed least, if that lowers the inertia.
"""

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

TRIES, EACH = 40, 2  # swaps that are tried: so many, and so many more for each centre
BLOCK = 2**17  # distances at once


def fit_sample(X, k, seed):
    """Start, swap, and let Lloyd's steps settle; inertia and centres. X, best in Fortran order, has k distinct rows."""
    rng = np.random.default_rng(seed)
    centers = _swap(X, _seeds(X, k, rng), rng)
    with threadpool_limits(1, "openmp"):  # the same sums in the same order on every machine
        model = KMeans(k, init=centers, n_init=1).fit(X)
    return model.inertia_, model.cluster_centers_


def _seeds(X, k, rng):
    """Draw centres by k-means++: one row each, where scikit-learn tries several; the swaps mend more, in less time."""
    drawn, least = [int(rng.integers(len(X)))], np.full(len(X), np.inf)
    while len(drawn) < k:
        least = np.minimum(least, _squares(X, drawn[-1]))
        drawn.append(_draw_row(least, rng))
    return X[drawn]


def _draw_row(weights, rng):
    sums = np.cumsum(weights)
    return min(int(np.searchsorted(sums, rng.random() * sums[-1], side="right")), len(weights) - 1)


def _squares(X, row):
    """Give all rows' squared distances to one: column by column, in half of cdist's time if they lie so."""
    total, difference = np.zeros(len(X)), np.empty(len(X))
    for column in X.T:
        np.subtract(column, column[row], out=difference)
        difference *= difference
        total += difference
    return total


def _swap(X, centers, rng):
    """Put drawn rows in the place of centres where that lowers the inertia."""
    k, centers = len(centers), centers.copy()
    found = nearest, _, least, second = _two_nearest(X, centers)
    for _ in range(TRIES + EACH * k if k > 1 else 0):
        drawn = _draw_row(least, rng)
        distances = _squares(X, drawn)
        kept = np.minimum(least, distances)
        # without a centre its rows go to the new one, or to their second
        lost = np.bincount(nearest, np.minimum(second, distances) - kept, k)
        out = int(lost.argmin())
        if kept.sum() + lost[out] < least.sum():
            centers[out] = X[drawn]
            _replace(X, found, centers, out, distances)
    return centers


def _replace(X, found, centers, out, distances):
    """Bring the two nearest of each row up to date, given its squared distances to the centre that is new."""
    nearest, next_one, least, second = found
    orphans = np.flatnonzero((nearest == out) | (next_one == out))
    first, other = distances < least, (distances >= least) & (distances < second)
    next_one[first], second[first] = nearest[first], least[first]
    nearest[first], least[first] = out, distances[first]
    next_one[other], second[other] = out, distances[other]
    for mine, anew in zip(found, _two_nearest(X[orphans], centers), strict=True):
        mine[orphans] = anew


def _two_nearest(X, centers):
    """Give the two nearest centres of each row and their squared distances."""
    found = [np.empty(len(X), kind) for kind in (np.intp, np.intp, float, float)]
    size = max(1, BLOCK // len(centers))
    for start in range(0, len(X), size):
        distances = cdist(X[start : start + size], centers, "sqeuclidean")
        rows = np.arange(len(distances))
        for number, distance in (found[::2], found[1::2]):
            nearest = distances.argmin(axis=1)
            number[start : start + size], distance[start : start + size] = nearest, distances[rows, nearest]
            distances[rows, nearest] = np.inf
    return found
