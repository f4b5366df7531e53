"""Whether clusters are there: dense inside and apart (DBCV), and found again in other draws (clusterwise Jaccard)."""

import numpy as np
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import cdist, pdist, squareform

from helpers.checking import as_table
from helpers.scores.aims import list_clusters, read_clusters

METRICS = ("euclidean", "sqeuclidean")


def dbcv(X, labels, *, metric="euclidean"):
    """Compare how dense each cluster is inside with how dense it is between clusters (density-based validation).

    In each cluster, rows are joined by a minimum spanning tree of mutual reachability distances. Its inner rows (more
    than one edge) and inner edges (between inner rows) count: the longest inner edge says how sparse the cluster is,
    the shortest mutual reachability distance to inner rows of another cluster how far apart they are. The difference
    of the two, divided by the larger, is the cluster's value.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    labels : array_like of int, shape (n_samples,)
        Cluster of each row; rows with a negative label are noise.
    metric : {"euclidean", "sqeuclidean"}
        The authors' program squares distances, which moves values towards 1 and -1; the hdbscan package does not.

    Returns
    -------
    float
        From -1 to 1: the mean over all rows of their cluster's value, where noise and clusters of one row count as 0.
        It is 0 if fewer than two clusters have two rows.

    Raises
    ------
    ValueError
        If X is not a table of finite numbers or has more than 3,000 rows, labels are not one whole number for each
        row, there are fewer than two clusters, or there is no such metric.

    Notes
    -----
    Most edges of such a tree are as long as a row's core distance, so many are equally long. The definition leaves open
    which to take, and the value depends on it a lot: the authors' program and the hdbscan package give other values for
    the same rows in another order. Here a row joins the densest row that it can, so that the order does not matter
    unless core distances are equal. On sets that were tried this is about the most that the authors' program gives in
    any order.

    A repeated row has core distance 0, the limit for rows that come ever nearer. The authors' program, and hdbscan,
    take such a distance for infinite instead.

    References
    ----------
    Moulavi, Jaskowiak, Campello, Zimek and Sander (2014), doi:10.1137/1.9781611973440.96.
    """
    if metric not in METRICS:
        raise ValueError(f"metric must be {' or '.join(METRICS)}, not {metric!r}")
    X, clusters = read_clusters(X, labels, at_least=2)
    clusters = [own for own in clusters if len(own) > 1]
    if len(clusters) < 2:
        return 0.0
    inner = [_inner_rows(X[own], metric) for own in clusters]
    sparse = np.array([longest for _, _, longest in inner])
    apart = np.array([_separation(one, [two for two in inner if two is not one], metric) for one in inner])
    larger = np.maximum(apart, sparse)
    values = np.divide(apart - sparse, larger, out=np.zeros(len(inner)), where=larger > 0)
    return float(values @ [len(own) for own in clusters] / len(X))


def clusterwise_jaccard(X, labels, cluster, *, n_boot=100, random_state=0, progress=iter):
    """Draw rows again and again, cluster them, and look how well each cluster is found again.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    labels : array_like of int, shape (n_samples,)
        Cluster of each row; rows with a negative label are noise, in no cluster.
    cluster : callable
        ``cluster(rows)`` gives labels for a table with some of the rows, by the method that gave `labels`.
    n_boot : int
        Number of draws: as many rows as X has, with replacement; a row that is drawn twice counts once.
    random_state : int
        Seed of the draws.
    progress : callable
        Wraps the draws, e.g. ``tqdm.auto.tqdm``.

    Returns
    -------
    ndarray of shape (n_boot, n_clusters)
        For each draw and each cluster, in the order of their labels, the Jaccard similarity with the most similar of
        the new clusters: rows in both over rows in either, among those drawn. Its mean over the draws says how stable
        the cluster is: above 0.85 highly, above 0.75 it is valid; from 0.6 to 0.75 there is a pattern, but which rows
        belong to it is doubtful; below 0.6 it is not to be trusted. In a draw with at most 0.5 it is dissolved. A
        stable cluster need not be a real one: an inflexible method cuts every draw in the same place.

    Raises
    ------
    ValueError
        If X is not a table of finite numbers, labels, given or new, are not one whole number for each row, there is no
        cluster in `labels`, or `n_boot` is below 1.

    References
    ----------
    Hennig (2007), doi:10.1016/j.csda.2006.11.025; the thresholds are those of the manual of clusterboot in fpc.
    """
    if n_boot < 1:
        raise ValueError(f"n_boot must be at least 1, not {n_boot}")
    X = as_table(X)
    belongs = _membership(list_clusters(labels, len(X)), len(X))
    rng = np.random.default_rng(random_state)
    found = []
    for _ in progress(range(n_boot)):
        rows = np.unique(rng.integers(len(X), size=len(X)))
        again = _membership(list_clusters(cluster(X[rows]), len(rows), at_least=0), len(rows))
        found.append(_best_jaccard(belongs[:, rows], again))
    return np.array(found)


def _inner_rows(X, metric):
    """Return the inner rows of a cluster's spanning tree, their core distances, and its longest inner edge."""
    distances = pdist(X, metric)
    core = _core_distances(squareform(distances), X.shape[1])
    one, two = np.triu_indices(len(X), 1)
    reach = np.maximum(distances, np.maximum(core[one], core[two]))
    tree = _spanning_tree(reach, np.minimum(core[one], core[two]))
    one, two, reach = one[tree], two[tree], reach[tree]
    inside = np.bincount(np.concatenate([one, two]), minlength=len(X)) > 1
    if not inside.any():  # two rows; as the authors' program has it, here and below
        inside[:] = True
    inner = inside[one] & inside[two]
    return X[inside], core[inside], reach[inner if inner.any() else slice(None)].max()


def _core_distances(distances, n_features):
    """Mean of the distances to all others, by their power of minus the number of columns: near rows count most."""
    np.fill_diagonal(distances, np.inf)
    nearest = distances.min(axis=1, keepdims=True)
    # over the nearest, so that no power overflows; 0 over 0 is between repeated rows
    ratio = np.divide(nearest, distances, out=np.ones_like(distances), where=distances > 0)
    mean = (ratio**n_features).sum(axis=1) / (len(distances) - 1)
    return nearest[:, 0] * mean ** (-1 / n_features)


def _spanning_tree(length, among_equals):
    """Return which pairs of rows are the edges of the shortest tree; of pairs of equal length, the lower ones."""
    order = np.lexsort([among_equals, length])
    rank = np.empty(len(order))
    rank[order] = np.arange(1, len(order) + 1)  # above 0: to scipy, 0 is no edge
    return order[minimum_spanning_tree(squareform(rank)).data.astype(int) - 1]


def _separation(inner, others, metric):
    rows, core, _ = inner
    reach = [
        np.maximum(cdist(rows, far, metric), np.maximum(core[:, np.newaxis], far_core)).min()
        for far, far_core, _ in others
    ]
    return min(reach)


def _membership(clusters, n_rows):
    """Return which rows each cluster has, as 0 and 1: shape (n_clusters, n_rows)."""
    member = np.zeros((len(clusters), n_rows), dtype=int)
    for k, own in enumerate(clusters):
        member[k, own] = 1
    return member


def _best_jaccard(old, new):
    both = old @ new.T
    either = old.sum(axis=1)[:, np.newaxis] + new.sum(axis=1) - both
    return (both / either).max(axis=1, initial=0)
