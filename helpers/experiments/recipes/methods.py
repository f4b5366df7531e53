"""The course's own experiment: which method is right on which data, data without clusters included."""

import numpy as np
from sklearn.cluster import DBSCAN, HDBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

from helpers import datasets
from helpers.experiments.recipe import Measure, Recipe, digest, generator, random_state, rounded
from helpers.scores import gap_statistic, suggest_eps

NOTHING = ("one cloud", "square")
SETS = {
    "round": lambda seed: datasets.blobs(std=1.0, random_state=seed),
    "unequal": lambda seed: datasets.unequal(random_state=seed),
    "stretched": lambda seed: datasets.stretched(random_state=seed),
    "moons": lambda seed: datasets.moons(random_state=seed),
    "rings": lambda seed: datasets.circles(random_state=seed),
    "one cloud": None,  # made below: one group is not a maker's business
    "square": lambda seed: datasets.noise(random_state=seed),
}


def draw(name, seed):
    """Draw 300 rows of one of the seven sets.

    Parameters
    ----------
    name : str
        One of `SETS`.
    seed : int

    Returns
    -------
    X : ndarray of shape (300, 2)
        Standardised.
    target : ndarray of int, shape (300,)
        All 0 where there are no groups.
    """
    if name == "one cloud":
        X, target = np.random.default_rng(seed).normal(size=(300, 2)), None
    else:
        data = SETS[name](seed)
        X, target = data.X, data.target
    return StandardScaler().fit_transform(X), np.zeros(len(X), int) if target is None else target


def by_gap(X, seed):
    """Run k-means with the k of the gap statistic."""
    k = gap_statistic(X, 8, n_references=10, n_init=2, random_state=seed).k
    return KMeans(k, n_init=10, random_state=seed).fit_predict(X)


def by_plateau(X, seed):
    """Run DBSCAN with the course's rule for eps; where that finds no radius better than chance, say "one"."""
    found = suggest_eps(X, random_state=seed)
    if found.eps is None:
        return np.zeros(len(X), int)
    return DBSCAN(eps=found.eps, min_samples=found.min_samples).fit_predict(X)


METHODS = {
    "k-means, k by gap": by_gap,
    "DBSCAN, eps 0.3": lambda X, seed: DBSCAN(eps=0.3, min_samples=5).fit_predict(X),
    "DBSCAN, eps by plateau": by_plateau,
    "HDBSCAN": lambda X, seed: HDBSCAN(min_cluster_size=15, copy=True).fit_predict(X),
    "HDBSCAN, min_samples 5": lambda X, seed: HDBSCAN(min_cluster_size=15, min_samples=5, copy=True).fit_predict(X),
}


def _tasks(trials, datasets):
    return [{"data": name, "dataset": i} for name in SETS for i in range(trials)]


def _work(task, seed):
    X, target = draw(task["data"], random_state(generator(seed, *task.values())))
    rows = []
    for name, method in METHODS.items():
        labels = method(X, random_state(generator(seed, *task.values(), name)))
        n_clusters, ari = int(labels.max() + 1), rounded(adjusted_rand_score(target, labels))
        right = n_clusters <= 1 if task["data"] in NOTHING else ari >= 0.9
        found = {"ARI": ari, "noise": rounded(np.mean(labels == -1)), "clusters": n_clusters, "right": int(right)}
        rows.append({**task, "method": name, **found})
    return digest(X), rows


RECIPE = Recipe(
    name="verdict-matrix",
    title="Which method is right on which data",
    source="this course, notebook 07",
    data="Five made sets of 300 rows with known groups and two without (a normal cloud, a uniform square), "
    "standardised; a new draw of each for every trial.",
    method="k-means with k by the gap statistic, DBSCAN with eps 0.3 and with helpers.scores.suggest_eps (one "
    "cluster where it says none), HDBSCAN with min_cluster_size 15 and two values of min_samples. ARI with noise as "
    "one cluster, share of noise, and how often right: ARI at least 0.9, or at most one cluster where there are none.",
    deviations="Fewer methods than notebook 07's table, and many draws of each set instead of one. No method sees the "
    "truth. On sets without groups ARI is 1 for one cluster (or all noise) and 0 for more. round, unequal and "
    "stretched draw their centres anew, so that groups overlap in some draws.",
    defaults={"trials": 20},
    quick={"trials": 3},
    settings={"eps": 0.3, "min_samples": 5, "min_cluster_size": 15, "gap_k_max": 8, "gap_references": 10},
    tasks=_tasks,
    work=_work,
    measures=(
        Measure("ARI", ("data", "method"), "mean"),
        Measure("noise", ("data", "method"), "mean"),
        Measure("right", ("data", "method"), "count"),
    ),
    version=2,
)
