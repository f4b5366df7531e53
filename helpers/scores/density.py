"""How dense the rows lie: distances to the k-th neighbour, a sweep over eps, and what DBSCAN will need in memory.

Distances are Euclidean unless another metric is named; "haversine" takes latitude and longitude in radians, and its
distances are angles in radians.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.cluster import DBSCAN
from sklearn.neighbors import BallTree, KDTree

from helpers.checking import as_table

INDEX_BYTES = 8  # a neighbour is kept as one 64-bit index
ROW_BYTES = 250  # of a row's own list, however short
# Measured with scikit-learn 1.9. As much again as the lists of neighbours is taken by the stack of rows that are still
# to be visited while a cluster grows.
COPIES = 2
# Above this number of columns it compares every row with every other, in lists that double when they are full.
MAX_TREE_FEATURES, COPIES_WITHOUT_TREE = 15, 4
DIGITS = 1e-10  # share of eps squared that rounding may cost


def tree(X, metric="euclidean"):
    """Index rows by the tree with which scikit-learn's DBSCAN would look for neighbours among a few columns.

    Both trees are exact, but they round differently.
    """
    return (KDTree if metric in KDTree.valid_metrics else BallTree)(X, metric=metric)


def fit_dbscan(X, eps, *, min_samples=5, metric="euclidean"):
    """Fit scikit-learn's DBSCAN where its distances can be trusted.

    With more than 15 columns, scikit-learn takes Euclidean distances from squares, which cancel where rows lie far from
    zero: Unix seconds beside fifteen sensors make all rows one cluster. So the rows are moved to their middle, by whole
    numbers, which keeps their differences; where even that would cost digits of eps, they are looked up in a tree.

    Parameters
    ----------
    X : ndarray of float64, shape (n_samples, n_features)
    eps : float
    min_samples : int
    metric : str

    Returns
    -------
    sklearn.cluster.DBSCAN
        Fitted; take the core points from X by ``core_sample_indices_``, since ``components_`` may have been moved.
    """
    algorithm = "auto"
    if metric == "euclidean" and X.shape[1] > MAX_TREE_FEATURES:
        X = X - np.rint(X.mean(axis=0))
        lost = np.finfo(float).eps * X.shape[1] * np.square(X).sum(axis=1).max()
        algorithm = "ball_tree" if lost > DIGITS * eps**2 else algorithm
    return DBSCAN(eps=eps, min_samples=min_samples, metric=metric, algorithm=algorithm).fit(X)


def k_distances(X, min_samples, *, metric="euclidean"):
    """Smallest eps at which each row is a core point, sorted: the distance to its neighbour number `min_samples`.

    The row itself counts as the first, as in `sklearn.cluster.DBSCAN`.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    min_samples : int
        From 1 to n_samples.
    metric : str
        One that ``sklearn.neighbors.BallTree`` knows.

    Returns
    -------
    ndarray of shape (n_samples,)
        In the units of X, ascending.

    Raises
    ------
    ValueError
        If X is not a table of finite numbers, or `min_samples` is out of range.
    """
    X = as_table(X, metric=metric)
    if not 1 <= min_samples <= len(X):
        raise ValueError(f"min_samples must be from 1 to the {len(X)} rows, not {min_samples}")
    rows = tree(X, metric)
    distances = rows.query(X, k=min_samples)[0][:, -1]
    # DBSCAN compares squares, and that of a rounded root may be too small: then the next number is the smallest eps
    enough = rows.query_radius(X, distances, count_only=True) >= min_samples
    return np.sort(np.where(enough, distances, np.nextafter(distances, np.inf)))


def knee(values):
    """Value at which a rising curve bends most: where it is farthest below its chord.

    Parameters
    ----------
    values : array_like of shape (n_values,)
        Ascending, such as `k_distances`; at least three.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there are fewer than three values, they fall somewhere, are all equal or not all finite, or the curve bends
        at 0, which is no radius.

    References
    ----------
    Satopää, Albrecht, Irwin and Raghavan (2011), doi:10.1109/ICDCSW.2011.20, without its smoothing.
    """
    values = np.asarray(values, dtype=float)
    rises = values.ndim == 1 and len(values) > 2 and np.isfinite(values).all() and (np.diff(values) >= 0).all()
    if not rises or values[0] == values[-1]:
        raise ValueError("a knee needs at least three values that rise, all of them finite")
    height = (values - values[0]) / (values[-1] - values[0])
    found = float(values[np.argmax(np.linspace(0, 1, len(values)) - height)])
    if found == 0:
        raise ValueError("the curve bends at 0: most rows have enough copies of themselves; leave the copies out")
    return found


@dataclass(frozen=True, eq=False)  # arrays have no single truth to compare by
class EpsSweep:
    """What DBSCAN finds at each eps.

    Attributes
    ----------
    eps : ndarray of shape (n_eps,)
    n_clusters : ndarray of int, shape (n_eps,)
    noise : ndarray of shape (n_eps,)
        Share of all rows, from 0 to 1.
    labels : ndarray of int, shape (n_eps, n_samples)
        Cluster of each row; -1 is noise.
    """

    eps: np.ndarray
    n_clusters: np.ndarray
    noise: np.ndarray
    labels: np.ndarray


def eps_sweep(X, eps, *, min_samples=5, metric="euclidean", progress=iter):
    """Run DBSCAN at each eps.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    eps : sequence of float
        Radii above 0, in the units of X.
    min_samples : int
        At least 1; the row itself counts.
    metric : str
    progress : callable
        Wraps the radii that are worked on, e.g. ``tqdm.auto.tqdm``.

    Returns
    -------
    EpsSweep

    Raises
    ------
    ValueError
        If X is not a table of finite numbers, or an argument is out of range.
    """
    X = as_table(X, metric=metric)
    eps = np.asarray(eps, dtype=float)
    if eps.ndim != 1 or not len(eps) or not (eps > 0).all():
        raise ValueError("eps must be a list of numbers above 0")
    labels = np.array([fit_dbscan(X, r, min_samples=min_samples, metric=metric).labels_ for r in progress(eps)])
    return EpsSweep(eps, n_clusters=labels.max(axis=1) + 1, noise=(labels == -1).mean(axis=1), labels=labels)


def count_neighbors(X, eps, *, n_sample=500, random_state=0, metric="euclidean"):
    """Count, for a random part of the rows, how many rows lie within eps, itself included.

    Their mean estimates the mean over all rows, in little time and no memory; see `dbscan_bytes`.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    eps : float
        Above 0, in the units of X.
    n_sample : int
        Rows to look at, at least 1; all of them if there are fewer.
    random_state : int
        Seed of the draw.
    metric : str

    Returns
    -------
    ndarray of int, shape (min(n_sample, n_samples),)

    Raises
    ------
    ValueError
        If X is not a table of finite numbers, or `eps` or `n_sample` is out of range.
    """
    X = as_table(X, metric=metric)
    if not eps > 0 or n_sample < 1:
        raise ValueError("eps must be above 0, and n_sample at least 1")
    rng = np.random.default_rng(random_state)
    rows = rng.choice(len(X), min(n_sample, len(X)), replace=False)
    return tree(X, metric).query_radius(X[rows], eps, count_only=True)


def dbscan_bytes(n_samples, n_features, mean_neighbors):
    """Estimate the memory that scikit-learn's DBSCAN takes for its lists of neighbours, which it holds all at once.

    On three kinds of data with 2, 8 and 20 columns it was 0.7 to 1.8 times what was used, wherever that was over 20 MB.

    Parameters
    ----------
    n_samples, n_features : int
        At least 1.
    mean_neighbors : float
        Mean number of rows within eps of a row, itself included; ``count_neighbors(...).mean()`` estimates it.

    Returns
    -------
    float
        Bytes on top of the data.

    Raises
    ------
    ValueError
        If a number is below 1, or none.
    """
    if not (n_samples >= 1 and n_features >= 1 and mean_neighbors >= 1):
        raise ValueError("there must be at least 1 row, 1 column and 1 neighbour, the row itself")
    copies = COPIES if n_features <= MAX_TREE_FEATURES else COPIES_WITHOUT_TREE
    return n_samples * (ROW_BYTES + INDEX_BYTES * copies * mean_neighbors)
