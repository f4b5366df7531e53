"""Labels of new rows by the core points of DBSCAN, as exercise 06.2 asks for them; or with one of the usual slips."""

import numpy as np
from scipy.spatial.distance import cdist


def label_or_doubt(new, cores, core_labels, eps, *, metric="euclidean", power=1, strict=False, doubt=-2):
    """Labels of new rows by the core points within eps; or with one of the usual slips.

    Parameters
    ----------
    new : ndarray of shape (n_new, n_features)
    cores : ndarray of shape (n_cores, n_features)
    core_labels : ndarray of int, shape (n_cores,)
    eps : float
    metric : str
        Of scipy; "euclidean" is right.
    power : int
        Of the distance that is compared with eps; 1 is right.
    strict : bool
        Whether a distance of exactly eps is too far.
    doubt : int
        Label of rows with several clusters in reach; -2 is right.

    Returns
    -------
    ndarray of int, shape (n_new,)
        -1 where no core point is in reach.
    """
    distances = cdist(new, cores, metric) ** power
    within = distances < eps if strict else distances <= eps
    lowest = np.where(within, core_labels, core_labels.max()).min(axis=1)
    highest = np.where(within, core_labels, -1).max(axis=1)
    return np.where(highest < 0, -1, np.where(lowest == highest, highest, doubt))


def nearest(new, cores, core_labels, eps):
    """Label by the nearest core point within eps."""
    distances = cdist(new, cores)
    return np.where(distances.min(axis=1) <= eps, core_labels[distances.argmin(axis=1)], -1)


def first_in_reach(new, cores, core_labels, eps):
    """Label by the first core point within eps."""
    within = cdist(new, cores) <= eps
    return np.where(within.any(axis=1), core_labels[within.argmax(axis=1)], -1)


def majority(new, cores, core_labels, eps):
    """Label by the commonest label within eps."""
    within = cdist(new, cores) <= eps
    votes = [np.bincount(core_labels[row]).argmax() if row.any() else -1 for row in within]
    return np.array(votes)


def doubt_from_two_points(new, cores, core_labels, eps):
    """Doubt as soon as two core points are within eps."""
    within = cdist(new, cores) <= eps
    return np.where(within.sum(axis=1) > 1, -2, first_in_reach(new, cores, core_labels, eps))


def some_newcomers():
    """Draw new rows near two clusters, far from both, and exactly eps away."""
    rng = np.random.default_rng(0)
    cores = np.vstack([rng.normal((0, 0), 0.4, (12, 2)), rng.normal((2.2, 0), 0.4, (5, 2))])
    labels = np.repeat([3, 1], [12, 5])
    new = rng.uniform((-1.5, -1.5), (4, 1.5), (80, 2))
    exact = np.array([(0.0, 0.0), (5.0, 0.0)]), np.array([0, 4]), np.array([(1.5, 0.0), (3.5, 0.0), (1.6, 0.0), (9, 9)])
    line = np.array([[0.0], [1.0], [4.0]]), np.array([2, 2, 0]), np.array([[1.4], [2.4], [3.3], [7.0]])
    outvoted = np.array([[0.0], [0.9], [0.95], [1.0]]), np.array([0, 1, 1, 1]), np.array([[0.4], [0.6], [2.1]])
    cases = [(cores, labels, new, 0.5), (cores, labels, new, 1.5), (*exact, 1.5), (*line, 1.0), (*outvoted, 1.0)]
    return [(new, cores, labels, eps) for cores, labels, new, eps in cases]
