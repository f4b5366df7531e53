"""11.2: kilometres and min_samples that can be defended, and what is wrong with a choice."""

from functools import cache, lru_cache

import numpy as np
from sklearn.cluster import DBSCAN
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.pairwise import haversine_distances

from helpers.exercises.defended import numbers
from helpers.exercises.judging import Unreadable
from helpers.exercises.nb11.airports import EARTH, cluster_places, flat_labels, mainland
from helpers.exercises.nb11.nothing import moved, on_sphere, share_in_clusters, uniform_by_area

# What a choice must keep to, as the notebook states it; widths in km.
MIN_CLUSTERS, MIN_SHARE, MAX_WIDTH, MAX_WIDE, TIMES_UNIFORM = 10, 1 / 20, 150, 1 / 10, 2
MOVED, N_MOVED = 100, 19  # km, and sets of moved airports, for "closer than chance"
RADII = (EARTH, 6378.137, 6371.0, 6378.0, 6367.4447, 6356.752)  # km: means, the equator's and the pole's


def _by_chord(tree, kilometres, min_samples):
    """Fit DBSCAN to points on a sphere: haversine's labels, several times as fast."""
    return DBSCAN(eps=2 * np.sin(kilometres / EARTH / 2), min_samples=min_samples).fit(tree.data)


@lru_cache(maxsize=64)
def _found(kilometres, min_samples):
    """Labels and core points, as they should be."""
    model = _by_chord(on_sphere(mainland()), kilometres, min_samples)
    return model.labels_, model.core_sample_indices_


@cache
def _nothing():
    """Trees of sets drawn uniformly by area, and of sets of moved airports."""
    uniform = [uniform_by_area(mainland(), np.random.default_rng(seed)) for seed in range(3)]
    near = [moved(mainland(), np.random.default_rng(seed), kilometres=MOVED) for seed in range(N_MOVED)]
    return [on_sphere(places) for places in uniform], [on_sphere(places) for places in near]


@lru_cache(maxsize=64)
def _shares_in_nothing(kilometres, min_samples):
    """Shares in clusters: of the emptiest uniform set, and of each set of moved airports."""
    uniform, near = ([share_in_clusters(tree, kilometres, min_samples) for tree in trees] for trees in _nothing())
    return min(uniform), np.array(near)


def _same(labels, right, cores):
    """Tell whether two labelings are the same, but for border points, which depend on the order of the rows."""
    alike = np.array_equal(labels < 0, right < 0)
    return alike and (not len(cores) or adjusted_rand_score(labels[cores], right[cores]) == 1)


def _is_right(labels, kilometres, min_samples):
    """Tell whether these are DBSCAN's labels on a globe of one of the usual radii."""
    return any(_same(labels, *_found(kilometres * EARTH / radius, min_samples)) for radius in RADII)


def _slip(labels, kilometres, min_samples):
    """Name of the slip that gives these labels, or None."""
    places = mainland()
    slips = {
        "flat map": lambda: flat_labels(places, kilometres, min_samples),
        "longitude first": lambda: _by_chord(on_sphere(places[:, ::-1]), kilometres, min_samples).labels_,
        "degrees as radians": lambda: _by_chord(on_sphere(np.degrees(places)), kilometres, min_samples).labels_,
    }
    return next((name for name, slip in slips.items() if adjusted_rand_score(labels, slip()) > 0.999), None)


def _share_of_wide(labels):
    """Share of the clusters that are wider than a van's round."""
    X, wide = np.radians(mainland()), 0
    names = np.unique(labels[labels >= 0])
    for name in names:
        mine = X[labels == name]
        reach = EARTH * haversine_distances(mine[:1], mine).max()
        if reach > MAX_WIDTH or (2 * reach > MAX_WIDTH and EARTH * haversine_distances(mine).max() > MAX_WIDTH):
            wide += 1
    return wide / len(names)


def closer_than_chance(kilometres, min_samples):
    """Say how far the airports' share in clusters lies above the moved sets', in their standard deviations."""
    _, near = _shares_in_nothing(kilometres, min_samples)
    spread = max(near.std(), 1 / len(mainland()))  # where no set has clusters: an airport
    return (np.mean(_found(kilometres, min_samples)[0] >= 0) - near.mean()) / spread


def _criterion_fault(labels, kilometres, min_samples):
    share, n_clusters = np.mean(labels >= 0), len(np.unique(labels[labels >= 0]))
    if share < MIN_SHARE:
        return "nearly all noise"
    if n_clusters < MIN_CLUSTERS:
        return "too few clusters"
    if _share_of_wide(labels) > MAX_WIDE:
        return "clusters too wide"
    if share < TIMES_UNIFORM * _shares_in_nothing(kilometres, min_samples)[0]:
        return "little more than chance"
    return None


def choice_fault(answer):
    """Look whether the labels are those of the choice, and whether it keeps to the criteria."""
    wanted = ("kilometres", "min_samples", "labels", "n_clusters", "closer")
    if not isinstance(answer, dict) or [name for name in wanted if name not in answer]:
        raise Unreadable(f"a dict with the names {', '.join(wanted)} is wanted.")
    kilometres, min_samples = float(answer["kilometres"]), int(answer["min_samples"])
    if not (0 < kilometres <= 500 and 1 <= min_samples <= 200):
        raise Unreadable("kilometres should be a number from above 0 to 500, min_samples a whole number from 1 to 200.")
    if not isinstance(answer["closer"], bool | np.bool_):
        raise Unreadable("closer should be True or False.")
    labels = numbers(answer["labels"], (len(mainland()),), "a label for each airport").astype(int)
    if len(np.unique(labels)) == 1 and labels[0] >= 0:
        return "one cluster for all"
    if not _is_right(labels, kilometres, min_samples):
        slip = _slip(labels, kilometres, min_samples)
        if slip is None:
            raise Unreadable(
                "on a globe DBSCAN gives other labels with your kilometres and min_samples. Are these of another try?"
            )
        return slip
    if int(answer["n_clusters"]) != len(np.unique(labels[labels >= 0])):
        return "other number of clusters"
    fault = _criterion_fault(labels, kilometres, min_samples)
    if fault is None:  # near the line, where other sets may say otherwise, either answer can be defended
        above = closer_than_chance(kilometres, min_samples)
        fault = (
            "wrong about chance" if (above < 1 and answer["closer"]) or (above > 3 and not answer["closer"]) else None
        )
    return fault


def choice(kilometres, min_samples, *, extra=0, closer=None, **how):
    """Make an answer to 11.2; or with one of the usual slips."""
    labels = cluster_places(mainland(), kilometres, min_samples, **how)
    return _answer(kilometres, min_samples, labels, extra, closer)


def flat(kilometres, min_samples):
    """Make an answer to 11.2 as if the map were flat."""
    return _answer(kilometres, min_samples, flat_labels(mainland(), kilometres, min_samples))


def _answer(kilometres, min_samples, labels, extra=0, closer=None):
    closer = bool(closer_than_chance(kilometres, min_samples) > 2) if closer is None else closer
    found = {"labels": labels, "n_clusters": int(labels.max()) + 1 + extra, "closer": closer}
    return {"kilometres": kilometres, "min_samples": min_samples, **found}
