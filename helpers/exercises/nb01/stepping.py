"""A step of k-means and a whole run, as notebook 01 asks for them; and steps with the usual slips."""

import numpy as np
from scipy.spatial.distance import cdist


def nearest(X, centers):
    """Give the number of each row's nearest centre, and the squared distance to it."""
    squared = cdist(X, centers, "sqeuclidean")
    return squared.argmin(axis=1), squared.min(axis=1)


def lloyd_step(X, centers, *, middle=np.mean, metric="sqeuclidean"):
    """Centres after one assign and one update; a centre without rows stays where it was.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    centers : ndarray of shape (n_clusters, n_features)
    middle : callable
        Where a centre goes: ``middle(rows, axis=0)``. k-means takes the mean.
    metric : str
        Distance by which rows choose their centre, as in ``scipy.spatial.distance.cdist``.

    Returns
    -------
    ndarray of shape (n_clusters, n_features)
    """
    labels = cdist(X, centers, metric).argmin(axis=1)
    new = np.array(centers, dtype=float)
    for j in np.unique(labels):
        new[j] = middle(X[labels == j], axis=0)
    return new


def zeroed(X, centers):
    """As `lloyd_step`, but a centre without rows goes to the origin."""
    labels, _ = nearest(X, centers)
    rows = np.bincount(labels, minlength=len(centers))
    return np.array([X[labels == j].sum(axis=0) for j in range(len(centers))]) / np.maximum(rows, 1)[:, np.newaxis]


def relocated(X, centers):
    """As `lloyd_step`, but a centre without rows gets the row farthest from its own centre, which loses it."""
    labels, squared = nearest(X, centers)
    empty = np.setdiff1d(np.arange(len(centers)), labels)
    labels[squared.argsort()[::-1][: len(empty)]] = empty
    return np.array([X[labels == j].mean(axis=0) for j in range(len(centers))])


def run(X, centers, max_steps=100):
    """Run k-means to its end from the given centres; return centres and labels."""
    labels = None
    for _ in range(max_steps):
        new, _ = nearest(X, centers)
        if np.array_equal(new, labels):
            break
        labels, centers = new, lloyd_step(X, centers)
    return centers, labels
