"""The silhouette of one row, as exercise 05.1 asks for it; or with one of the usual slips."""

from functools import partial

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.metrics import silhouette_score


def _fraction(a, b):
    return (b - a) / max(a, b)


def first_silhouette(
    X, labels, *, power=1, of_own=np.mean, of_others=np.mean, pick=min, itself=False, alone=0.0, between=_fraction
):
    """Silhouette of row 0: by its definition, or with one of the usual slips.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    labels : ndarray of int, shape (n_samples,)
        At least two clusters.
    power : int
        Of the distances; 1 is right.
    of_own, of_others : callable
        What to take of the distances to the rows of a cluster; the definition takes the mean.
    pick : callable
        Which of the other clusters counts; the definition takes the nearest.
    itself : bool
        Whether the row counts among the others of its own cluster.
    alone : float
        What a row gets that is alone in its cluster.
    between : callable
        Makes the score of a and b; the definition takes ``(b - a) / max(a, b)``.

    Returns
    -------
    float
    """
    distances = cdist(X[:1], X)[0] ** power
    own = labels == labels[0]
    b = pick([of_others(distances[labels == j]) for j in np.unique(labels[~own])])
    own[0] = itself
    return between(of_own(distances[own]), b) if own.any() else alone


def _by_centers(X, labels):
    """As `first_silhouette`, but with the distances to the means of the clusters."""
    found = {j: np.linalg.norm(X[0] - X[labels == j].mean(axis=0)) for j in np.unique(labels)}
    return _fraction(found.pop(labels[0]), min(found.values()))


def _of_nearest_center(X, labels):
    """As `first_silhouette`, but b is of the cluster whose mean is nearest."""
    rivals = np.unique(labels[labels != labels[0]])
    nearest = min(rivals, key=lambda j: np.linalg.norm(X[0] - X[labels == j].mean(axis=0)))
    keep = (labels == labels[0]) | (labels == nearest)
    return first_silhouette(X[keep], labels[keep])


def _all_others(X, labels):
    """As `first_silhouette`, but all other clusters are taken for one."""
    return first_silhouette(X, np.where(labels == labels[0], 0, 1))


def labeled():
    """Draw tables with labels, on which each slip shows."""
    rng = np.random.default_rng(0)
    cases = []
    for d, sizes in ((2, (5, 3, 9)), (1, (4, 4)), (3, (2, 6, 4, 5))):
        labels = np.repeat(np.arange(len(sizes)), sizes)
        cases.append((rng.normal(size=(len(labels), d)) + 2 * labels[:, np.newaxis], labels))
    X, labels = cases[0]
    alone, astray = np.append(7, labels[1:]), np.append(2, labels[1:])  # row 0 by itself; in a cluster far away
    wide = np.array([[0], [1], [-9], [-8], [9], [10], [4], [4.5]])  # the nearest centre is that of rows far away
    cases.append((wide, np.array([0, 0, 1, 1, 1, 1, 2, 2])))
    return [*cases, (X[::-1].copy(), labels[::-1].copy()), (X, alone), (X, astray)]


SLIPS = {
    "with itself": partial(first_silhouette, itself=True),
    "all others as one": _all_others,
    "farthest cluster": partial(first_silhouette, pick=max),
    "distances to centres": _by_centers,
    "nearest centre's cluster": _of_nearest_center,
    "nearest row for b": partial(first_silhouette, of_others=np.min),
    "nearest rows": partial(first_silhouette, of_own=np.min, of_others=np.min),
    "medians": partial(first_silhouette, of_own=np.median, of_others=np.median),
    "divided by the sum": partial(first_silhouette, between=lambda a, b: (b - a) / (a + b)),
    "row alone": partial(first_silhouette, alone=1.0),
    "sign turned": partial(first_silhouette, between=lambda a, b: (a - b) / max(a, b)),
    "squared distances": partial(first_silhouette, power=2),
    "divided by b": partial(first_silhouette, between=lambda a, b: (b - a) / b),
    "never below zero": partial(first_silhouette, between=lambda a, b: abs(b - a) / max(a, b)),
    "mean of all rows": silhouette_score,
    "not divided": partial(first_silhouette, between=lambda a, b: b - a),
}
