"""11.2: kilometres and min_samples that can be defended, and what is wrong with a choice."""

from functools import lru_cache

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.cluster import DBSCAN
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.pairwise import haversine_distances

from helpers.exercises.defended import numbers
from helpers.exercises.judging import Unreadable
from helpers.exercises.nb11.airports import EARTH, cluster_places, mainland
from helpers.exercises.nb11.nothing import evenly

MIN_CLUSTERS, MAX_SHARE, MAX_NOISE = 10, 1 / 4, 0.9  # what a choice must keep to, as the notebook states it


@lru_cache(maxsize=64)
def _found(kilometres, min_samples):
    """Labels and core points, as they should be."""
    X = np.radians(mainland())
    model = DBSCAN(eps=kilometres / EARTH, min_samples=min_samples, metric="haversine", algorithm="ball_tree").fit(X)
    return model.labels_, model.core_sample_indices_


@lru_cache(maxsize=64)
def _clustered_in_nothing(kilometres, min_samples):
    empty = evenly(mainland(), np.random.default_rng(0))
    return float(np.mean(cluster_places(empty, kilometres, min_samples) >= 0))


def _same(labels, right, cores):
    """Tell whether two labelings are the same, but for border points, which depend on the order of the rows."""
    alike = np.array_equal(labels < 0, right < 0)
    return alike and (not len(cores) or adjusted_rand_score(labels[cores], right[cores]) == 1)


def _slip(labels, kilometres, min_samples):
    """Name of the slip that gives these labels, or None; by every tenth row, since all would take half a second."""
    places, eps = mainland(), kilometres / EARTH
    swapped = np.radians(places[:, ::-1])
    worlds = {
        "degrees": haversine_distances(places[::10], places) <= eps,
        "longitude": haversine_distances(swapped[::10], swapped) <= eps,
        "flat": cdist(places[::10], places) <= np.degrees(eps),
    }
    for name, near in worlds.items():
        core = near.sum(axis=1) >= min_samples
        together = [len(set(labels[row])) == 1 for row in near[core] & (labels >= 0)]
        lonely = labels[::10][near.sum(axis=1) == 1]
        if (labels[::10][core] >= 0).all() and (lonely < 0).all() and core.any() and np.mean(together) > 0.8:
            return name
    return None


def choice_fault(answer):
    """Look whether the labels are those of the choice, and whether it keeps to the criteria."""
    wanted = ("kilometres", "min_samples", "labels", "n_clusters")
    if not isinstance(answer, dict) or [name for name in wanted if name not in answer]:
        raise Unreadable(f"a dict with the names {', '.join(wanted)} is wanted.")
    kilometres, min_samples = float(answer["kilometres"]), int(answer["min_samples"])
    if not (0 < kilometres <= 500 and 1 <= min_samples <= 200):
        raise Unreadable("kilometres should be a number from above 0 to 500, min_samples a whole number from 1 to 200.")
    labels = numbers(answer["labels"], (len(mainland()),), "a label for each airport").astype(int)
    if len(np.unique(labels)) == 1:
        return "earth" if labels[0] >= 0 else "noise"
    right, cores = _found(kilometres, min_samples)
    if not _same(labels, right, cores):
        slip = _slip(labels, kilometres, min_samples)
        if slip is None:
            raise Unreadable(
                "on a globe DBSCAN gives other labels with your kilometres and min_samples. Are these of another try?"
            )
        return slip
    n_clusters, noise = int(right.max()) + 1, np.mean(right < 0)
    if int(answer["n_clusters"]) != n_clusters:
        return "counted"
    if noise > MAX_NOISE:
        return "noise"
    if np.bincount(right[right >= 0]).max() > MAX_SHARE * len(right):
        return "chained"
    if 1 - noise < 2 * _clustered_in_nothing(kilometres, min_samples):
        return "null"
    if n_clusters < MIN_CLUSTERS:
        return "few"
    return None


def choice(kilometres, min_samples, *, extra=0, **how):
    """Make an answer to 11.2; or with one of the usual slips."""
    return _answer(kilometres, min_samples, cluster_places(mainland(), kilometres, min_samples, **how), extra)


def flat(kilometres, min_samples):
    """Make an answer to 11.2 as if the map were flat."""
    eps = np.degrees(kilometres / EARTH)
    return _answer(kilometres, min_samples, DBSCAN(eps=eps, min_samples=min_samples).fit_predict(mainland()))


def _answer(kilometres, min_samples, labels, extra=0):
    found = {"labels": labels, "n_clusters": int(labels.max()) + 1 + extra}
    return {"kilometres": kilometres, "min_samples": min_samples, **found}
