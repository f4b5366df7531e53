"""Labels: of new points by DBSCAN's rule, which scikit-learn lacks, and numbered by one rule whatever a fit says."""

import numpy as np

from helpers.checking import as_table
from helpers.scores.density import tree


def predict_dbscan(X, cores, core_labels, eps, *, metric="euclidean"):
    """Label rows by their nearest core point; a row with none within eps is noise.

    Of the rows that were clustered, core points get their own label back, and noise stays noise. A border point between
    two clusters may get the other one's label: DBSCAN gives it to the cluster that comes first in the order of the
    rows, this rule to the nearer one.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    cores : array_like of shape (n_cores, n_features)
        Core points, ``model.components_``; there may be none.
    core_labels : array_like of int, shape (n_cores,)
        Their clusters, ``model.labels_[model.core_sample_indices_]``.
    eps : float
        The radius that the clustering was made with, above 0.
    metric : str
        One that ``sklearn.neighbors.BallTree`` knows; "haversine" takes latitude and longitude in radians.

    Returns
    -------
    ndarray of int, shape (n_samples,)
        -1 is noise.

    Raises
    ------
    ValueError
        If the tables do not fit each other, one is none (`helpers.checking.as_table`), or `eps` is not above 0.

    References
    ----------
    Ester, Kriegel, Sander and Xu (1996), https://dl.acm.org/doi/10.5555/3001460.3001507: what is within eps of a core
    point belongs to its cluster.
    """
    if not eps > 0:
        raise ValueError(f"eps must be above 0, not {eps}")
    if _is_empty(X):
        return np.full(0, -1)
    if _is_empty(cores):
        return np.full(len(as_table(X, metric=metric)), -1)
    X, cores = as_table(X, metric=metric), as_table(cores, name="cores", metric=metric)
    core_labels = np.asarray(core_labels)
    if X.shape[1] != cores.shape[1]:
        raise ValueError(f"rows of shape {X.shape} and core points of shape {cores.shape} do not fit each other")
    if core_labels.shape != (len(cores),):
        raise ValueError(f"there are {len(cores)} core points, but labels of shape {core_labels.shape}")
    known = tree(cores, metric)
    _, nearest = known.query(X, k=1)
    within = known.query_radius(X, eps, count_only=True) > 0  # squares, as DBSCAN compares them, not their roots
    return np.where(within, core_labels[nearest[:, 0]], -1)


def _is_empty(rows):
    return rows == [] if isinstance(rows, list) else isinstance(rows, np.ndarray) and rows.shape[:1] == (0,)


def canonical(labels):
    """Give clusters new numbers, in the order in which they first appear; noise stays -1.

    Parameters
    ----------
    labels : ndarray of int, shape (n_samples,)

    Returns
    -------
    labels : ndarray of int, shape (n_samples,)
    order : ndarray of int, shape (n_clusters,)
        The old number of each new one; clusters without rows are left out.
    """
    first = np.full(labels.max() + 2, -1)  # the last place is noise's: index -1
    backwards = np.arange(len(labels))[::-1]
    first[labels[::-1]] = backwards  # of several values for one place, NumPy keeps the last, here the first row
    seen = np.flatnonzero(first[:-1] >= 0)
    order = seen[np.argsort(first[seen])]
    new = np.full(len(first), -1)
    new[order] = np.arange(len(order))
    return new[labels], order
