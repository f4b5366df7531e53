"""The course's own experiment: which method is right on which data, data without clusters included.

`draws` makes the sets, `rules` chooses each method's settings without the truth; here both meet.
"""

import numpy as np
from sklearn.metrics import adjusted_rand_score

from helpers.experiments.recipe import Measure, Recipe, digest, generator, random_state, rounded
from helpers.experiments.recipes.methods import rules
from helpers.experiments.recipes.methods.draws import APART, LOOSER, NOTHING, SETS, STRAYS, draw
from helpers.experiments.recipes.methods.rules import METHODS

__all__ = ["METHODS", "NOTHING", "RECIPE", "SETS", "draw", "judged"]
LEAST_ARI = 0.9


def judged(name, target, labels):
    """Judge the labels of one draw.

    Parameters
    ----------
    name : str
        One of `SETS`.
    target, labels : ndarray of int, shape (n_samples,)
        As drawn, strays -1; and as found, noise -1.

    Returns
    -------
    dict
        ARI of the rows that are no strays, with noise as one cluster; share of noise; number of clusters; right: 1 if
        the ARI is at least 0.9, or if there is at most one cluster where there are no groups, else 0.
    """
    grouped, n_clusters = target >= 0, int(labels.max() + 1)
    ari = rounded(adjusted_rand_score(target[grouped], labels[grouped]))
    right = n_clusters <= 1 if name in NOTHING else ari >= LEAST_ARI
    return {"ARI": ari, "noise": rounded(np.mean(labels == -1)), "clusters": n_clusters, "right": int(right)}


def _tasks(trials, datasets):
    return [{"data": name, "dataset": i} for name in SETS for i in range(trials)]


def _work(task, seed):
    X, target = draw(task["data"], random_state(generator(seed, *task.values())))
    rows = []
    for name, method in METHODS.items():
        labels = method(X, random_state(generator(seed, *task.values(), name)))
        rows.append({**task, "method": name, **judged(task["data"], target, labels)})
    return digest(X), rows


RECIPE = Recipe(
    name="verdict-matrix",
    title="Which method is right on which data",
    source="this course, notebook 07",
    data="Eight made sets with known groups (300 rows; two moons also with 20 strays in a box three times as wide; two "
    "tight groups and one three times as loose; four groups in eight columns, four of which carry nothing), and three "
    "without (a normal cloud in 2 and 8 columns, a uniform square), standardised; a new draw for every trial.",
    method="Ten methods, whose rules choose the settings: k-means by the gap statistic, DBSCAN by "
    "helpers.scores.suggest_eps (one cluster where it says none), HDBSCAN and OPTICS with one fixed size and two "
    "values each of another setting, Ward by the largest jump, single linkage by the longest stretch of heights, a "
    "mixture by BIC, spectral clustering by the eigengap. ARI of the rows that are no strays, with noise as one "
    "cluster, share of noise, and how often right: ARI at least 0.9, or at most one cluster where there are none.",
    deviations="No method sees the truth. On sets without groups ARI is 1 for one cluster (or all noise) and 0 for "
    "more; Ward's rule cannot say one. round, unequal and stretched draw their centres anew, so that groups overlap in "
    "some draws.",
    defaults={"trials": 20},
    quick={"trials": 3},
    settings={
        "k_max": rules.K_MAX,
        "gap_references": rules.GAP_REFERENCES,
        "min_cluster_size": rules.MIN_CLUSTER_SIZE,
        "hdbscan_min_samples": rules.HDBSCAN_MIN_SAMPLES,
        "optics_min_samples": rules.OPTICS_MIN_SAMPLES,
        "optics_xi": list(rules.XIS),
        "linkage_cuts": rules.CUTS,
        "spectral_neighbors": rules.NEIGHBORS,
        "strays": STRAYS,
        "looser": LOOSER,
        "apart": APART,
    },
    tasks=_tasks,
    work=_work,
    measures=(
        Measure("ARI", ("data", "method"), "mean"),
        Measure("noise", ("data", "method"), "mean"),
        Measure("right", ("data", "method"), "count"),
    ),
    version=3,
)
