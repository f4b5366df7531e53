"""What came of the predictions of notebooks 06 and 07: each rule maps what a cell computed to the words of a choice."""

import numpy as np
from sklearn.metrics import adjusted_rand_score


def _kind(core_and_border):
    core, border = core_and_border
    return "core points" if np.all(core) else "border points" if np.any(core | border) else "noise"


def _beside(knee_and_plateau):
    knee, first, last = knee_and_plateau
    return "below it" if knee < first else "above it" if knee > last else "on it"


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
        return "core points"
    return "noise" if np.any(model.labels_[changed] == -1) else "border points"


RULES = {
    "06.a": _kind,
    "06.b": lambda n_clusters: (
        "only noise" if n_clusters == 0 else "one cluster" if n_clusters == 1 else "the two moons"
    ),
    "06.c": lambda share: "about a tenth" if share < 0.3 else "half" if share < 0.75 else "nearly all",
    "06.d": _beside,
    "06.e": _reversed,
    "06.f": _airports,
    "06.g": lambda megabytes: (
        "about 1 MB" if megabytes < 4 else "about 10 MB" if megabytes < 100 else "more than 100 MB"
    ),
    "06.h": _changed,
}
