"""The clusterings themselves: fit, number the clusters by one rule, label new rows.

Runs in the worker processes. Clusters are numbered in the order in which they first appear in the rows: the first row
is in cluster 0 (unless it is noise, -1), the first row that is in another cluster is in cluster 1, and so on.
"""

import numpy as np
import psutil
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import pairwise_distances_argmin
from sklearn.preprocessing import StandardScaler

from helpers.checking import LARGEST
from helpers.predicting import canonical, predict_dbscan
from helpers.scores import count_neighbors, dbscan_bytes, fit_dbscan, suggest_eps
from helpers.service.problems import of_body, of_parameter

SUGGESTED = ("eps", "low", "high", "min_samples", "n_clusters", "reason", "n_drawn", "min_samples_drawn")
OWN = psutil.Process().memory_info().rss  # of a worker without data: what it did before must not change an answer


def fit(X, question, max_bytes):
    """Cluster rows, of which this process may take so much memory; Problem 409 if they cannot be clustered so.

    Returns
    -------
    labels : ndarray of int, shape (n_samples,)
    summary : dict
        Number of clusters, centres (in the units of X) and inertia (of the scaled data), or the number of noise rows.
    model : dict of ndarray
        What `predict` needs.
    """
    X, mean, deviation = _scaled(X, question)
    labels, summary, model = _METHODS[question["algorithm"]](X, question, max_bytes)
    if "centers" in model:
        summary = {"centers": (model["centers"] * deviation + mean).tolist()} | summary
    return labels, {"n_clusters": int(labels.max()) + 1} | summary, {"mean": mean, "deviation": deviation} | model


def _scaled(X, question):
    if question["scale"] == "none":
        return X, np.zeros(X.shape[1]), np.ones(X.shape[1])
    scaler = StandardScaler().fit(X)
    return (X - scaler.mean_) / scaler.scale_, scaler.mean_, scaler.scale_


def suggest(X, question):
    """Suggest a radius for DBSCAN of these rows, scaled as `fit` would, by `helpers.scores.suggest_eps`."""
    found = suggest_eps(_scaled(X, question)[0], question["min_samples"])
    return {name: getattr(found, name) for name in SUGGESTED}


def _kmeans(X, question, max_bytes):
    k = question["k"]
    found = KMeans(n_clusters=k, n_init=question["n_init"], random_state=question["seed"]).fit(X)
    labels, order = canonical(found.labels_)
    if len(order) < k or not np.isfinite(found.inertia_):
        said = f"{k} clusters cannot be told apart in these data, for their size; give a smaller k, or scale=standard"
        raise of_parameter("k", said, 409)
    return labels, {"inertia": float(found.inertia_)}, {"centers": found.cluster_centers_[order]}


def _dbscan(X, question, max_bytes):
    eps = question["eps"]
    neighbors = count_neighbors(X, eps).mean()
    need, free = dbscan_bytes(*X.shape, neighbors), max_bytes - OWN - 2 * X.nbytes
    if need > free:
        lists = f"lists of about {neighbors:.0f} rows within eps of each row need {need / 1e6:.0f} MB of memory"
        raise of_parameter("eps", f"{lists}, and there are {free / 1e6:.0f}; give a smaller eps", 409)
    found = fit_dbscan(X, eps, min_samples=question["min_samples"])
    labels, _ = canonical(found.labels_)
    cores = found.core_sample_indices_
    model = {"cores": X[cores], "core_labels": labels[cores], "eps": np.array(eps)}
    return labels, _noise(labels), model


def _hdbscan(X, question, max_bytes):
    labels, _ = canonical(HDBSCAN(min_cluster_size=question["min_cluster_size"], copy=True).fit(X).labels_)
    return labels, _noise(labels), {}


_METHODS = {"kmeans": _kmeans, "dbscan": _dbscan, "hdbscan": _hdbscan}


def _noise(labels):
    return {"noise": int((labels == -1).sum())}


def predict(X, model):
    """Label new rows by the nearest centre, or by the nearest core point within eps of a model that `fit` gave.

    Problem 409 if scaling makes them too large to compute with.
    """
    X = (X - model["mean"]) / model["deviation"]
    if not (np.abs(X) <= LARGEST).all():
        raise of_body("/X", "lies too far away from the rows that the model was made of", 409)
    if "centers" in model:
        middle = model["centers"].mean(axis=0)  # the distances are computed from squares, which cancel far from zero
        return pairwise_distances_argmin(X - middle, model["centers"] - middle)
    return predict_dbscan(X, model["cores"], model["core_labels"], float(model["eps"]))
