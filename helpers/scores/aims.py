"""What a clustering is for, in numbers: compact, apart, without gaps, or of equal size. Each index rewards one aim.

They are Hennig's (2019). What a value is worth, random clusterings say: see `calibrating`.
"""

import math

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import cdist, pdist

from helpers.checking import as_table

MOST_ROWS = 3_000  # whose distances to each other, and what is made of them, fit into about half a gigabyte


def within_distance(X, labels):
    """Mean distance between rows of one cluster: small where clusters are compact.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    labels : array_like of int, shape (n_samples,)
        Cluster of each row; rows with a negative label are noise and left out.

    Returns
    -------
    float
        In the unit of X; smaller is better. Clusters count by their size, those of one row not at all.

    Raises
    ------
    ValueError
        If X is not a table of finite numbers or has more than 3,000 rows, labels are not one whole number for each
        row, or there is no cluster.

    References
    ----------
    Hennig (2019), doi:10.48550/arXiv.1703.09282; average.within of cqcluster.stats in fpc.
    """
    X, clusters = read_clusters(X, labels)
    clusters = [own for own in clusters if len(own) > 1]
    if not clusters:
        return 0.0
    means = [pdist(X[own]).mean() for own in clusters]
    return float(np.average(means, weights=[len(own) for own in clusters]))


def separation_index(X, labels, *, share=0.1):
    """Mean distance to another cluster over the rows that lie nearest to one: large where there is space between.

    A minimum would hang on a single row; so the share of each cluster's rows that come nearest is taken, and the mean
    is over all of these rows together.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    labels : array_like of int, shape (n_samples,)
        Cluster of each row; rows with a negative label are noise and left out. So whoever calls the rows between two
        clusters noise is rewarded: look at how many they are. (fpc counts noise as one more cluster.)
    share : float
        Share of each cluster's rows, above 0 and at most 1; the number of rows is rounded up.

    Returns
    -------
    float
        In the unit of X; larger is better. fpc divides it by the largest distance.

    Raises
    ------
    ValueError
        As for `within_distance`, and if `share` is out of range or there are fewer than two clusters.

    References
    ----------
    Hennig (2019), doi:10.48550/arXiv.1703.09282; sindex of cqcluster.stats in fpc.
    """
    if not 0 < share <= 1:
        raise ValueError(f"share must be above 0 and at most 1, not {share}")
    X, clusters = read_clusters(X, labels, at_least=2)
    nearest = []
    for k, own in enumerate(clusters):
        others = np.concatenate(clusters[:k] + clusters[k + 1 :])
        distances = np.sort(cdist(X[own], X[others]).min(axis=1))
        nearest.extend(distances[: math.ceil(round(share * len(own), 9))])  # a product may end a digit too high
    return float(np.mean(nearest))


def widest_gap(X, labels):
    """Widest gap inside a cluster, the longest edge of its minimum spanning tree: small where clusters hold together.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    labels : array_like of int, shape (n_samples,)
        Cluster of each row; rows with a negative label are noise and left out.

    Returns
    -------
    float
        The largest over the clusters, in the unit of X; smaller is better. A cluster of one row has no gap. fpc divides
        it by the largest distance, and takes that from 1 where larger must be better.

    Raises
    ------
    ValueError
        As for `within_distance`.

    References
    ----------
    Hennig (2019), doi:10.48550/arXiv.1703.09282; widestgap of cqcluster.stats in fpc.
    """
    X, clusters = read_clusters(X, labels)
    # single linkage joins along the edges of the minimum spanning tree
    return max((float(linkage(pdist(X[own]), "single")[:, 2].max()) for own in clusters if len(own) > 1), default=0.0)


def size_entropy(labels):
    """Entropy of the clusters' sizes, divided by the largest that so many clusters can have: 1 if all are equal.

    Parameters
    ----------
    labels : array_like of int, shape (n_samples,)
        Cluster of each row; rows with a negative label are noise and left out.

    Returns
    -------
    float
        Above 0, at most 1; larger is better if clusters of about equal size are wanted.

    Raises
    ------
    ValueError
        If labels are not whole numbers, or there are fewer than two clusters: one has no other to be as large as.

    References
    ----------
    Hennig (2019), doi:10.48550/arXiv.1703.09282; entropy of cqcluster.stats in fpc.
    """
    sizes = np.array([len(own) for own in list_clusters(labels, at_least=2)])
    shares = sizes / sizes.sum()
    return float(-(shares * np.log(shares)).sum() / np.log(len(shares)))


def list_clusters(labels, n_rows=None, *, at_least=1):
    """Return the numbers of each cluster's rows, clusters in the order of their labels, without noise."""
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise ValueError(f"labels must be one whole number for each row, not {labels.dtype} of shape {labels.shape}")
    if n_rows not in (None, len(labels)):
        raise ValueError(f"labels must be one for each of {n_rows} rows, not {len(labels)}")
    clusters = [np.flatnonzero(labels == one) for one in np.unique(labels[labels >= 0])]
    if len(clusters) < at_least:
        raise ValueError(f"labels must have at least {at_least} clusters besides noise (-1), not {len(clusters)}")
    return clusters


def read_clusters(X, labels, *, at_least=1):
    """Return X as a table, and the numbers of each cluster's rows."""
    X = read_table(X)
    return X, list_clusters(labels, len(X), at_least=at_least)


def read_table(X):
    """Return X as a table, or say that it has too many rows to compare each with each."""
    X = as_table(X)
    if len(X) > MOST_ROWS:
        raise ValueError(f"{len(X):,} rows are too many to compare with each other: draw at most {MOST_ROWS:,} of them")
    return X
