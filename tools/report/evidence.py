"""The steps that are numbers: a test against two kinds of nothing, rules for k, DBSCAN's sweep, stability.

They are those of notebook 12, in its order, with the functions of `helpers.scores`; `tests/tools/test_report.py` holds
both to one result.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import (
    calinski_harabasz_score,
    davies_bouldin_score,
    pairwise_distances,
    silhouette_score,
)
from sklearn.mixture import GaussianMixture

from helpers.predicting import canonical
from helpers.scores import eps_sweep, gap_statistic, k_distances, null_scores, reference_sets, stability

NOTHING = {"uniform box": "uniform", "one blob": "blob"}  # as the page calls them, and as helpers.scores does
N_REFERENCES = 40  # of each kind: none as high gives p = 1 / 41
N_PAIRS = 20  # of parts, in the test of stability
N_BLOBS = 10  # that go through the same, two pairs each
LINE = 0.9  # mean ARI of what comes again: drawn in notebook 11 before anything was run
MIN_SAMPLES = 5
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)  # of the distances to neighbour number MIN_SAMPLES: the eps tried


@dataclass(frozen=True, eq=False)
class Nothing:
    """The best silhouette of the rows, and of sets without groups.

    Attributes
    ----------
    ks : sequence of int
        Numbers of clusters that were tried.
    measured : float
    k : int
        At which it was reached.
    smallest : int
        Rows of the smallest cluster there.
    scores : dict
        Of kinds of nothing, and ndarray with the best silhouette of each set.
    """

    ks: tuple
    measured: float
    k: int
    smallest: int
    scores: dict

    @property
    def passed(self):
        """Whether the rows are above every set of every kind."""
        return all(self.measured > scores.max() for scores in self.scores.values())


@dataclass(frozen=True, eq=False)
class Rules:
    """What rules say about k.

    Attributes
    ----------
    ks : ndarray of int, shape (n_ks,)
        From 1.
    curves : dict
        Of rules, and ndarray of shape (n_ks,): their score for each k, nan where it is not defined.
    chosen : dict
        Of rules, and the k that each takes.
    left_out : dict
        Of rules, and why they were not asked.
    """

    ks: np.ndarray
    curves: dict
    chosen: dict
    left_out: dict


@dataclass(frozen=True, eq=False)
class Repeats:
    """How well clusters come again in parts of the rows.

    Attributes
    ----------
    ks : ndarray of int, shape (n_ks,)
    agreement : ndarray of shape (n_pairs, n_ks)
        ARI of two parts on the rows that both hold.
    blob : ndarray of shape (n_ks,)
        Mean of the same for single blobs.
    """

    ks: np.ndarray
    agreement: np.ndarray
    blob: np.ndarray

    @property
    def passed(self):
        """Each k whose mean is at least the line, and above that of a blob; list of int."""
        mean = self.agreement.mean(axis=0)
        return [int(k) for k, ok in zip(self.ks, (mean >= LINE) & (mean > self.blob), strict=True) if ok]


def fit(Z, k, *, n_init=10, random_state=0):
    """Fit k-means, its clusters numbered as they first appear in the rows; return labels and centres."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different rows than clusters: the smallest is told
        model = KMeans(k, n_init=n_init, random_state=random_state).fit(Z)
    labels, order = canonical(model.labels_)
    return labels, model.cluster_centers_[order]


def best_silhouette(Z, ks, *, random_state=0):
    """Find the highest mean silhouette of k-means; return it with its labels."""
    distances = pairwise_distances(Z)
    found = [fit(Z, k, n_init=3, random_state=random_state)[0] for k in ks]
    scores = [silhouette_score(distances, labels, metric="precomputed") for labels in found]
    best = int(np.argmax(scores))
    return scores[best], found[best]


def against_nothing(Z, ks, *, random_state=0, progress=iter):
    """Test the rows against sets without groups; Nothing."""
    measured, labels = best_silhouette(Z, ks, random_state=random_state)
    scores = {
        name: null_scores(
            Z,
            lambda rows: best_silhouette(rows, ks, random_state=random_state)[0],
            n_references=N_REFERENCES,
            reference=kind,
            random_state=random_state,
            progress=progress,
        )
        for name, kind in NOTHING.items()
    }
    return Nothing(tuple(ks), measured, len(np.unique(labels)), int(np.bincount(labels).min()), scores)


def ask_rules(Z, k_max, *, random_state=0, progress=iter):
    """Ask six rules which k they take, of 1 to k_max; Rules.

    Not BIC where each ellipse would have more parameters than half of the rows, nor the gap statistic where numbers
    cannot be squared.
    """
    ks = np.arange(1, k_max + 1)
    labelings = [fit(Z, k, random_state=random_state)[0] for k in progress(ks)]
    several = labelings[1:]  # the first three scores are not defined for one cluster
    curves = {
        name: np.array([np.nan] + [score(Z, labels) for labels in several])
        for name, score in (
            ("silhouette", silhouette_score),
            ("Calinski-Harabasz", calinski_harabasz_score),
            ("Davies-Bouldin", davies_bouldin_score),
        )
    }
    inertia = np.array([_inertia(Z, labels) for labels in labelings])
    gains = -np.diff(inertia)
    chosen = {
        "elbow": int(2 + np.argmax(gains[:-1] - gains[1:])),
        "silhouette": int(ks[np.nanargmax(curves["silhouette"])]),
        "Calinski-Harabasz": int(ks[np.nanargmax(curves["Calinski-Harabasz"])]),
        "Davies-Bouldin": int(ks[np.nanargmin(curves["Davies-Bouldin"])]),
    }
    curves = {"elbow": inertia, **curves}
    left_out = {}
    if Z.shape[1] * (Z.shape[1] + 3) > len(Z):
        left_out["BIC"] = f"{Z.shape[1]} columns are too many for ellipses in {len(Z):,} rows"
    else:
        curves["BIC"] = np.array([_bic(Z, k, random_state) for k in progress(ks)])
        chosen["BIC"] = int(ks[np.argmin(curves["BIC"])])
    try:
        gap = gap_statistic(Z, k_max, n_references=N_REFERENCES, random_state=random_state, progress=progress)
    except ValueError as error:
        left_out["gap"] = str(error)
    else:
        curves["gap"], chosen["gap"] = gap.gap, gap.k
    return Rules(ks, curves, chosen, left_out)


def _inertia(Z, labels):
    parts = (Z[labels == j] for j in np.unique(labels))
    return sum(len(part) * part.var(axis=0).sum() for part in parts)


def _bic(Z, k, random_state):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return GaussianMixture(k, n_init=3, random_state=random_state).fit(Z).bic(Z)


def sweep(Z, *, min_samples=MIN_SAMPLES, progress=iter):
    """Run DBSCAN at radii from where few rows are core points to where nearly all are; EpsSweep, or None.

    None if the rows lie on so few places that there are no radii to try.
    """
    eps = np.unique(np.quantile(k_distances(Z, min_samples), QUANTILES))
    eps = eps[eps > 0]
    return eps_sweep(Z, eps, min_samples=min_samples, progress=progress) if len(eps) else None


def come_again(Z, ks, *, random_state=0, progress=iter):
    """Cluster parts of the rows, and parts of single blobs, and compare; Repeats."""
    agreement = stability(Z, ks, n_pairs=N_PAIRS, random_state=random_state, progress=progress)
    blobs = reference_sets(Z, N_BLOBS, kind="blob", random_state=random_state)
    same = [stability(blob, ks, n_pairs=2, random_state=random_state + i) for i, blob in enumerate(progress(blobs))]
    return Repeats(np.array(ks), agreement, np.mean(same, axis=(0, 1)))
