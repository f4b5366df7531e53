"""scikit-learn's documented demonstration of DBSCAN: nothing in it is left to chance."""

import numpy as np
from sklearn import metrics
from sklearn.cluster import DBSCAN
from sklearn.datasets import make_blobs
from sklearn.preprocessing import StandardScaler

from helpers.experiments.recipe import Measure, Recipe, digest, rounded

PRINTED = {
    "clusters": "3",
    "noise": "18",
    "homogeneity": "0.953",
    "completeness": "0.883",
    "V-measure": "0.917",
    "ARI": "0.952",
    "AMI": "0.916",
    "silhouette": "0.626",
}


def blobs():
    """Make the demonstration's 750 rows, standardised, and their true groups."""
    X, target = make_blobs(n_samples=750, centers=[[1, 1], [-1, -1], [1, -1]], cluster_std=0.4, random_state=0)
    return StandardScaler().fit_transform(X), target


def _tasks(trials, datasets):
    if trials != 1:
        raise ValueError("dbscan-demo is not random: trials must be 1")
    return [{"trial": 0}]


def _work(task, seed):
    X, target = blobs()
    labels = DBSCAN(eps=0.3, min_samples=10).fit_predict(X)
    homogeneity, completeness, v_measure = metrics.homogeneity_completeness_v_measure(target, labels)
    found = {
        "clusters": labels.max() + 1,
        "noise": np.sum(labels == -1),
        "homogeneity": homogeneity,
        "completeness": completeness,
        "V-measure": v_measure,
        "ARI": metrics.adjusted_rand_score(target, labels),
        "AMI": metrics.adjusted_mutual_info_score(target, labels),
        "silhouette": metrics.silhouette_score(X, labels),
    }
    return digest(X), [{**task, "score": name, "value": rounded(value)} for name, value in found.items()]


RECIPE = Recipe(
    name="dbscan-demo",
    title="scikit-learn's demonstration of DBSCAN",
    source="scikit-learn's documentation, Demo of DBSCAN clustering algorithm, "
    "https://scikit-learn.org/stable/auto_examples/cluster/plot_dbscan.html",
    data="750 rows around three centres in a plane, standard deviation 0.4, random_state 0, standardised.",
    method="DBSCAN with eps 0.3 and min_samples 10; noise counts as one cluster in every score.",
    deviations="None. Pages for versions before 0.22 print another AMI: its definition changed.",
    defaults={"trials": 1},
    quick={"trials": 1},
    settings={"eps": 0.3, "min_samples": 10},
    tasks=_tasks,
    work=_work,
    measures=(Measure("value", ("score",), "exact"),),
    table="the page's printed output",
    paper={("value", name): value for name, value in PRINTED.items()},
)
