"""What came of the predictions of notebooks 06 and 07: each rule maps what a cell computed to the words of a choice."""

import numpy as np
from sklearn.metrics import adjusted_rand_score

from helpers.exercises.guessing.ranges import among


def _kind(core_and_border):
    core, border = core_and_border
    return "both core" if np.all(core) else "both border" if np.any(core | border) else "both noise"


def _beside(knee_and_plateau):
    knee, first, last = knee_and_plateau
    return "below it" if knee < first else "above it" if knee > last else "on it"


def _breaks(n_wrong):
    """Say in which setting the most draws got a wrong eps."""
    named = {
        "strays": "up to 120 stray rows",
        "noise": "noise of the moons up to 0.16",
        "unequal": "one group up to 8 times as loose",
    }
    return named[max(n_wrong, key=n_wrong.get)]


def _reversed(models):
    """Say in what a model of the same rows in reverse order differs."""
    usual, reverse = models
    if set(len(usual.labels_) - 1 - reverse.core_sample_indices_) != set(usual.core_sample_indices_):
        return "who is core"
    same = adjusted_rand_score(usual.labels_, reverse.labels_[::-1]) == 1  # but for the numbers
    return "nothing but the numbers of the clusters" if same else "the middle point's cluster"


def _airports(labels):
    if np.mean(labels == -1) > 0.9:
        return "nearly all are noise"
    largest = np.bincount(labels[labels >= 0]).max()
    return "nearly all are in one cluster" if largest > 0.9 * len(labels) else "about the same clusters as in radians"


def _changed(model_and_labels):
    """Say which rows get other labels than from the model that was fitted on them."""
    model, labels = model_and_labels
    changed = np.flatnonzero(labels != model.labels_)
    if len(changed) == 0:
        return "for none of them"
    if np.isin(changed, model.core_sample_indices_).any():
        return "some core points"
    return "some noise" if np.any(model.labels_[changed] == -1) else "some border points"


def _floor(data):
    """Say where the valley of the loosest group lies, seen from the others."""
    X, target, reach = data
    groups = np.unique(target)
    loosest = max(groups, key=lambda group: X[target == group].var(axis=0).sum())
    floor = np.median(reach[target == loosest])
    others = [np.median(reach[target == group]) for group in groups if group != loosest]
    return "higher" if floor > 1.2 * max(others) else "lower" if floor < min(others) / 1.2 else "at the same height"


def _apart(span):
    return "less than 0.1" if span < 0.1 else "0.1 to 0.4" if span <= 0.4 else "more than 0.4"


def _higher(silhouettes):
    truth, found = silhouettes
    if abs(truth - found) < 0.05:
        return "both about the same"
    return "the truth" if truth > found else "k-means with k = 2"


def _place(scores):
    """Say where what is best by the second score stands by the first."""
    first, second = scores
    better = sum(score > first[max(second, key=second.get)] for score in first.values())
    return "first" if better == 0 else "among the last three" if better >= len(first) - 3 else "in the middle"


def _without_noise(scores):
    silhouette, ari = np.subtract(scores["noise left out"], scores["noise as one cluster"]) > 0
    if silhouette == ari:
        return "both rise" if ari else "both fall"
    return "the silhouette rises, the ARI falls" if silhouette else "the silhouette falls, the ARI rises"


def _trend(scores):
    change = scores[-1] - scores[0]
    return "stay about the same" if abs(change) < 0.05 else "rise" if change > 0 else "fall"


def _preferred(sums):
    """Say which clustering has the highest of the first user's sums."""
    best = max(sums, key=lambda name: sums[name][0])
    return "k-means, k = 2" if best == "k-means" else best


def _whole(shares):
    """Say which of homogeneity and completeness is 1."""
    homogeneous, complete = np.isclose(shares, 1)
    if homogeneous == complete:
        return "both" if complete else "neither"
    return "completeness" if complete else "homogeneity"


ASKED = {
    "k-means, k by gap": "k-means (gap)",
    "DBSCAN, eps by plateau": "DBSCAN (rule)",
    "HDBSCAN, min_samples 5": "HDBSCAN (min_samples 5)",
    "mixture, k by BIC": "mixture (BIC)",
}


RULES = {
    "06.a": _kind,
    "06.b": lambda n_clusters: among(n_clusters, (1, 2), ("only noise", "one cluster", "the two moons")),
    "06.c": lambda share: among(share, (0.3, 0.75), ("about a tenth", "half", "nearly all")),
    "06.d": _beside,
    "06.e": lambda n_clusters: among(n_clusters, (2, 5), ("one cluster", "the two moons", "some twenty crumbs")),
    "06.f": _breaks,
    "06.g": _reversed,
    "06.h": _airports,
    "06.i": lambda megabytes: among(megabytes, (4, 100), ("about 1 MB", "about 10 MB", "more than 100 MB")),
    "06.j": _changed,
    "07.a": _floor,
    "07.b": _apart,
    "07.c": lambda kept: " and ".join(name for name in kept if name.startswith("A")),
    "07.d": lambda n_rows: among(min(n_rows), (1, 2, 15), ("none", "one", "2 to 14", "15 or more")),
    "07.e": lambda share: among(share, (0.1, 0.4), ("next to none", "about one in five", "more than half")),
    "07.f": lambda score: among(score, (0.15, 0.45), ("near 0", "about 0.3", "about 0.6")),
    "07.g": _higher,
    "07.h": _place,
    "07.i": _without_noise,
    "07.j": _trend,
    "07.k": _preferred,
    "07.l": _whole,
    "07.m": lambda alarms: ASKED[max(ASKED, key=alarms.get)],
}
