"""What came of the predictions of notebooks 10 and 11: each rule maps what a cell computed to the words of a choice."""

import numpy as np

from helpers.exercises.guessing.ranges import among


def _page(pairs):
    equal = sum(f"{value:.{len(printed.partition('.')[2])}f}" == printed for printed, value in pairs)
    if equal == len(pairs):
        return "all eight"
    return "about half" if equal > 2 else "two: the counts"


def _near_the_best(share):
    if share > 0.75:
        return "nearly all"
    return "about half" if share > 0.25 else "hardly any"


def _cost(medians):
    as_variance, as_deviation = medians
    if as_deviation > 1.2 * as_variance:
        return "it grows"
    return "it falls" if as_deviation < as_variance / 1.2 else "it stays about the same"


def _two_groups(ks):
    columns, components = ks["uniform"] == 2, ks["pca"] == 2
    if columns == components:
        return "both" if columns else "neither"
    return "only the box along the columns" if columns else "only the one along the components"


def _share(share):
    if share > 0.97:
        return "more than 99 %"
    return "about 90 %" if share > 0.6 else "about a quarter"


def _nothing(silhouettes):
    box, blob = (np.mean(scores) for scores in silhouettes.values())
    if abs(box - blob) < 0.01:
        return "both about the same"
    return "the uniform box" if box > blob else "the one blob"


def _ellipses(ks):
    if ks["BIC"] == ks["silhouette"]:
        return "the same"
    return "a larger one" if ks["BIC"] > ks["silhouette"] else "a smaller one"


def _worst(means):
    k = min(means, key=means.get)
    return "2 or 3" if k < 4 else str(k)


def _card(share):
    if share > 0.85:
        return "about 95"
    return "about 75" if share > 0.65 else "about 55"


def _one_species(types):
    return ("none", "one", "two", "all three")[sum(len(np.unique(species)) == 1 for species in types)]


def _stranger(label):
    if label < 0:
        return "none of the types"
    return "the heavy type" if label == 2 else "a light type"


RULES = {
    "10.a": _page,
    "10.b": _near_the_best,
    "10.c": lambda means: among(means, (100, 1000), ("tens", "hundreds", "thousands, too")),
    "10.d": _cost,
    "10.e": _two_groups,
    "10.f": lambda right: among(right, (4, 9, 15), ("2", "6", "11", "18")),
    "11.a": _share,
    "11.b": _nothing,
    "11.c": _ellipses,
    "11.d": _worst,
    "11.e": _card,
    "11.f": _one_species,
    "11.g": _stranger,
}
