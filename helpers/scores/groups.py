"""How many groups there are: the gap statistic, scores of data without groups, and stability under resampling."""

from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from helpers.checking import as_table

REFERENCES = ("uniform", "pca")  # boxes, as in the paper on the gap statistic
KINDS = (*REFERENCES, "blob")


@dataclass(frozen=True, eq=False)  # arrays have no single truth to compare by
class Gap:
    """Gap statistic for k = 1, 2, ...

    Attributes
    ----------
    ks : ndarray of int, shape (n_ks,)
    log_inertia : ndarray of shape (n_ks,)
        Natural logarithm of the sum of squared distances to the centres, on the data.
    reference : ndarray of shape (n_references, n_ks)
        The same on each reference set.
    """

    ks: np.ndarray
    log_inertia: np.ndarray
    reference: np.ndarray

    @property
    def gap(self):
        """Mean over the references minus the data, for each k: how much tighter the data are than nothing."""
        return self.reference.mean(axis=0) - self.log_inertia

    @property
    def error(self):
        """How much the references vary (`s` in the paper): their standard deviation, enlarged since they are few."""
        return self.reference.std(axis=0) * np.sqrt(1 + 1 / len(self.reference))

    @property
    def k(self):
        """Smallest k whose gap is at least the next one minus its error; the largest k tried if there is none.

        The rule stops at the first place where the gap does not grow, even if it grows a lot later: look at `gap`.
        """
        enough = self.gap[:-1] >= self.gap[1:] - self.error[1:]
        return int(self.ks[:-1][enough][0]) if enough.any() else int(self.ks[-1])


def gap_statistic(X, k_max=10, *, n_references=20, reference="pca", n_init=3, random_state=0, progress=iter):
    """Compare k-means on the data with k-means on sets without groups, for k = 1 to k_max.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    k_max : int
        At least 2; there must be more distinct rows than this.
    n_references : int
        Sets without groups to compare with.
    reference : {"pca", "uniform", "blob"}
        What they are: see `reference_sets`.
    n_init : int
        Starts of k-means, of which the best counts.
    random_state : int
        Seed of the references and of the starts.
    progress : callable
        Wraps the sets that are worked on, e.g. ``tqdm.auto.tqdm``.

    Returns
    -------
    Gap

    Raises
    ------
    ValueError
        If the data are not a table of finite numbers with more distinct rows than `k_max`, or too large to be squared,
        or an argument is out of range.

    References
    ----------
    Tibshirani, Walther and Hastie (2001), doi:10.1111/1467-9868.00293.
    """
    X = as_table(X)
    if k_max < 2 or n_references < 2:
        raise ValueError("k_max and n_references must be at least 2")
    if len(np.unique(X, axis=0)) <= k_max:
        raise ValueError(f"k_max is {k_max}: that takes more than {k_max} distinct rows")
    if not 1e-100 < np.ptp(X) < 1e100:
        raise ValueError("these numbers are too large or too small to be squared: choose other units")
    sets = [X, *reference_sets(X, n_references, kind=reference, random_state=random_state)]
    ks = np.arange(1, k_max + 1)
    inertia = [
        [KMeans(k, n_init=n_init, random_state=random_state).fit(rows).inertia_ for k in ks] for rows in progress(sets)
    ]
    if not np.min(inertia) > 0:
        raise ValueError("some rows lie so close together that squares of their distances vanish: choose other units")
    log_inertia = np.log(inertia)
    return Gap(ks, log_inertia[0], log_inertia[1:])


def reference_sets(X, n, *, kind="pca", random_state=0):
    """Draw sets as large as X, without groups.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    n : int
        Number of sets, at least 1.
    kind : {"pca", "uniform", "blob"}
        The first two are drawn uniformly over a box around X, aligned with its principal components or with its
        columns; the first of these allows for correlated columns: a long slanted cloud should not count as groups. The
        last is one bell-shaped cloud with the means and covariances of X.
    random_state : int
        Seed of the draw.

    Returns
    -------
    ndarray of shape (n, n_samples, n_features)

    Raises
    ------
    ValueError
        If X is not a table of finite numbers, there is no such kind, or `n` is below 1.

    References
    ----------
    Tibshirani, Walther and Hastie (2001), doi:10.1111/1467-9868.00293, section 4.
    """
    X = as_table(X)
    if kind not in KINDS or n < 1:
        raise ValueError(f"there must be at least 1 reference, of kind {' or '.join(KINDS)}, not {n} of {kind!r}")
    mean, axes = X.mean(axis=0), np.eye(X.shape[1])
    if kind != "uniform":
        _, singular, axes = np.linalg.svd(X - mean, full_matrices=False)
    rng = np.random.default_rng(random_state)
    if kind == "blob":  # along the axes nothing is correlated, and the singular values are the spreads
        spread = singular / np.sqrt(max(len(X) - 1, 1))
        return rng.standard_normal((n, len(X), len(spread))) * spread @ axes + mean
    turned = (X - mean) @ axes.T
    return rng.uniform(turned.min(axis=0), turned.max(axis=0), (n, *turned.shape)) @ axes + mean


def null_scores(X, score, *, n_references=100, reference="pca", random_state=0, progress=iter):
    """Score sets without groups, to see what a score is worth on the data.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    score : callable
        ``score(rows)`` gives one number for a table of the shape of X.
    n_references : int
        Sets without groups.
    reference : {"pca", "uniform", "blob"}
        What they are: see `reference_sets`.
    random_state : int
        Seed of the sets.
    progress : callable
        Wraps the sets that are worked on, e.g. ``tqdm.auto.tqdm``.

    Returns
    -------
    ndarray of shape (n_references,)

    Raises
    ------
    ValueError
        If X is not a table of finite numbers, or there is no such reference.
    """
    sets = reference_sets(X, n_references, kind=reference, random_state=random_state)
    return np.array([score(rows) for rows in progress(sets)])


def stability(X, ks, *, n_pairs=20, share=0.8, n_init=3, random_state=0, progress=iter):
    """Cluster pairs of random parts of the data and compare who is with whom on the rows that both parts hold.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    ks : sequence of int
        Numbers of clusters to try, each at least 2.
    n_pairs : int
        Pairs of parts.
    share : float
        Share of the rows in each part, above 0.5 so that two parts overlap, and at most 1.
    n_init : int
        Starts of k-means, of which the best counts.
    random_state : int
        Seed of the parts and of the starts.
    progress : callable
        Wraps the pairs that are worked on, e.g. ``tqdm.auto.tqdm``.

    Returns
    -------
    ndarray of shape (n_pairs, n_ks)
        Adjusted Rand index of each pair for each k. What is high depends on the data and on k: even points without any
        groups can be cut in two stably. Compare with `reference_sets`.

    Raises
    ------
    ValueError
        If X is not a table of finite numbers with at least as many distinct rows as each k, an argument is out of
        range, or two parts may share fewer than two rows for each cluster.

    References
    ----------
    Ben-Hur, Elisseeff and Guyon (2002), doi:10.1142/9789812799623_0002; von Luxburg (2010), doi:10.1561/2200000008.
    """
    X = as_table(X)
    if not 0.5 < share <= 1 or not len(ks) or min(ks) < 2 or n_pairs < 1:
        raise ValueError("share must be above one half and at most 1, ks and n_pairs not empty, each k at least 2")
    size = round(share * len(X))
    if 2 * size - len(X) < 2 * max(ks) or len(np.unique(X, axis=0)) < max(ks):
        raise ValueError(f"{len(X)} rows are too few, or too alike, to compare {max(ks)} clusters of two parts")
    rng = np.random.default_rng(random_state)
    pairs = [[rng.choice(len(X), size, replace=False) for _ in range(2)] for _ in range(n_pairs)]
    return np.array([[_agreement(X, pair, k, n_init, random_state) for k in ks] for pair in progress(pairs)])


def _agreement(X, pair, k, n_init, random_state):
    labelings = []
    for i, rows in enumerate(pair):
        labels = np.full(len(X), -1)
        # another seed for each part: agreement must come from the data, not from the same draws
        labels[rows] = KMeans(k, n_init=n_init, random_state=random_state + i).fit_predict(X[rows])
        labelings.append(labels)
    shared = (labelings[0] >= 0) & (labelings[1] >= 0)
    return adjusted_rand_score(*(labels[shared] for labels in labelings))
