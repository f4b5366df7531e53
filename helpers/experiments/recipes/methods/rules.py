"""Ten methods, each with a rule that chooses its settings without the truth; all take X and a seed, and give labels."""

from functools import partial

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.linalg import eigh
from scipy.sparse.csgraph import laplacian
from sklearn.cluster import DBSCAN, HDBSCAN, OPTICS, AgglomerativeClustering, KMeans
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import kneighbors_graph
from sklearn.preprocessing import normalize

from helpers.scores import gap_statistic, suggest_eps
from helpers.scores.suggesting import longest_run

K_MAX = 8  # of k-means, Ward, the mixture and spectral clustering
GAP_REFERENCES = 10
MIN_CLUSTER_SIZE = 15  # of HDBSCAN, OPTICS and single linkage
HDBSCAN_MIN_SAMPLES = 5  # of its second column; as it comes, it is MIN_CLUSTER_SIZE
OPTICS_MIN_SAMPLES = 10
XIS = (0.05, 0.1)  # the first is scikit-learn's default
CUTS = 300  # heights at which the tree of single linkage is looked at
NEIGHBORS = 10  # of each row in the graph of spectral clustering, scikit-learn's default


def by_gap(X, seed):
    """Run k-means with the k of the gap statistic, PCA's box around the data."""
    k = gap_statistic(X, K_MAX, n_references=GAP_REFERENCES, n_init=2, random_state=seed).k
    return KMeans(k, n_init=10, random_state=seed).fit_predict(X)


def by_plateau(X, seed):
    """Run DBSCAN with the course's rule for eps; where that finds no radius better than chance, say "one"."""
    found = suggest_eps(X, random_state=seed)
    if found.eps is None:
        return np.zeros(len(X), int)
    return DBSCAN(eps=found.eps, min_samples=found.min_samples).fit_predict(X)


def by_persistence(X, seed, *, min_samples=None):
    """Run HDBSCAN, which keeps the clusters that last over the widest ranges of density; it draws nothing."""
    return HDBSCAN(min_cluster_size=MIN_CLUSTER_SIZE, min_samples=min_samples, copy=True).fit_predict(X)


def by_xi(X, seed, *, xi):
    """Run OPTICS, and cut its plot where it falls and rises by the share xi or more; it draws nothing."""
    return OPTICS(min_samples=OPTICS_MIN_SAMPLES, min_cluster_size=MIN_CLUSTER_SIZE, xi=xi).fit_predict(X)


def by_jump(X, seed):
    """Cut Ward's tree below the merge that costs most more than the one before it; two clusters at least."""
    heights = AgglomerativeClustering(2, compute_distances=True).fit(X).distances_[: -K_MAX - 1 : -1]  # last one first
    return AgglomerativeClustering(2 + np.argmax(heights[:-1] - heights[1:])).fit_predict(X)


def by_stretch(X, seed):
    """Cut the tree of single linkage where the number of clusters that count stays the same over most heights.

    The largest jump, as for Ward, mostly cuts single rows off, which is no answer to "which groups?". So only clusters
    of `MIN_CLUSTER_SIZE` rows or more count, and the others are noise. One cluster if no height has two that count.
    """
    tree = linkage(X, "single")
    labelings = [fcluster(tree, height, "distance") for height in np.linspace(0, tree[-1, 2], CUTS)]
    counts = np.array([np.sum(np.bincount(labels) >= MIN_CLUSTER_SIZE) for labels in labelings])
    first, last = longest_run(counts)
    if first == last:
        return np.zeros(len(X), int)
    labels = labelings[last - 1]  # the highest of these cuts leaves the fewest rows out
    names = np.flatnonzero(np.bincount(labels) >= MIN_CLUSTER_SIZE)
    return np.where(np.isin(labels, names), np.searchsorted(names, labels), -1)


def by_bic(X, seed):
    """Fit Gaussian mixtures of 1 to `K_MAX` ellipses, and take the one of the lowest BIC."""
    mixtures = [GaussianMixture(k, n_init=2, random_state=seed).fit(X) for k in range(1, K_MAX + 1)]
    return min(mixtures, key=lambda mixture: mixture.bic(X)).predict(X)


def by_eigengap(X, seed):
    """Cluster the rows of the first k eigenvectors of a neighbour graph's normalised Laplacian; k by the largest gap.

    After Ng, Jordan and Weiss, as von Luxburg (2007), doi:10.1007/s11222-007-9033-z, describes it, the eigengap too.
    k may be 1: the gap between the first eigenvalue, 0, and the second. On groups that are long and thin, such as
    rings, the eigenvalues within a group lie further apart the larger they are, and the largest gap is none between
    groups.
    """
    graph = kneighbors_graph(X, NEIGHBORS)
    values, vectors = eigh(laplacian((graph + graph.T) / 2, normed=True).toarray(), subset_by_index=(0, K_MAX))
    k = 1 + np.argmax(np.diff(values))
    return KMeans(k, n_init=10, random_state=seed).fit_predict(normalize(vectors[:, :k]))


METHODS = {
    "k-means, k by gap": by_gap,
    "DBSCAN, eps by plateau": by_plateau,
    "HDBSCAN, as it comes": by_persistence,
    f"HDBSCAN, min_samples {HDBSCAN_MIN_SAMPLES}": partial(by_persistence, min_samples=HDBSCAN_MIN_SAMPLES),
    **{f"OPTICS, xi {xi}": partial(by_xi, xi=xi) for xi in XIS},
    "Ward, k by jump": by_jump,
    "single linkage, k by stretch": by_stretch,
    "mixture, k by BIC": by_bic,
    "spectral, k by eigengap": by_eigengap,
}
