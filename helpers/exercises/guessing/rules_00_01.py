"""What came of the predictions of notebooks 00 and 01: each rule maps what a cell computed to the words of a choice."""

import numpy as np

BEST_PLACES = {
    "mean": "at their mean, 4",
    "median": "at their median, 2",
    "middle": "in the middle between 0 and 14, at 7",
}


def _nearest(found):
    """From two rows, and the species of all."""
    first, second, species = found
    if first == second:
        return "the same one both times"
    return f"two of {'the same' if species[first] == species[second] else 'different'} species"


def _as_anna(labelings):
    """Who groups rows as Anna does: with equal labels in the same pairs."""
    pairs = {name: np.equal.outer(labels, labels) for name, labels in labelings.items()}
    same = [name for name in ("Ben", "Cleo") if np.array_equal(pairs[name], pairs["Anna"])]
    return same[0] if len(same) == 1 else "both" if same else "neither"


def _of_noise(rows):
    """From the number of rows in each cluster that has any."""
    if np.count_nonzero(rows) < 3:
        return "fewer than three, with a warning"  # KMeans warns if it finds fewer than it was asked for
    return "three of about the same size" if max(rows) < 3 * min(rows) else "one large cluster and two tiny ones"


def _share(share):
    return "nearly all" if share > 0.8 else "hardly any" if share < 0.2 else "about half"


def _halves(falls):
    """From what the first update and the assign after it took off the objective."""
    update, assign, *_ = falls
    if max(update, assign) < 1.5 * min(update, assign):
        return "both about equally"
    return "the update: moving the centres" if update > assign else "the assign: giving rows to other centres"


def _corners(centers):
    """Where k-means ends if it began on the left corners of a rectangle, which are at x1 = 0."""
    (left, _), (right, _) = centers
    if left != right:
        return "in the middles of the two short sides"
    return "in the middles of the two long sides" if left > 0 else "where it started"


def _nine_in_ten(share):
    return "about nine in ten" if share > 0.83 else "about three quarters" if share > 0.63 else "about half, as before"


def _start_23(ends):
    """From the objectives at the ends of start 1 and start 23."""
    one, other = ends
    return "better than start 1" if other < one else "worse than start 1, too"


def _memory(gigabytes):
    if gigabytes < 0.1:
        return "less than 0.1 GB"
    return "about 80 GB" if gigabytes > 20 else "about 8 GB" if gigabytes > 3 else "about 1 GB"


RULES = {
    "00.a": _nearest,
    "00.b": _share,
    "00.c": _as_anna,
    "00.d": lambda alike: str(min(max(alike, 2), 5)),
    "00.e": lambda rand: "more than half" if rand > 0.5 else "about a third" if rand > 0.15 else "almost none",
    "00.f": lambda ari: "ARI above 0.8" if ari > 0.8 else "ARI about a half" if ari > 0.25 else "ARI near 0",
    "00.g": _of_noise,
    "01.a": str,
    "01.b": lambda cost: BEST_PLACES[min(cost, key=cost.get)],
    "01.c": _halves,
    "01.d": _start_23,
    "01.e": _share,
    "01.f": lambda place: "it chooses the nan" if place == 1 else "it skips the nan and chooses the 1",
    "01.g": _nine_in_ten,
    "01.h": _corners,
    "01.i": _memory,
}
