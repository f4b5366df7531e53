"""What came of the predictions of notebook 12: each rule maps what a cell computed to the words of a choice."""

import numpy as np


def _number(aris):
    without, with_number = aris
    if with_number > without + 0.05:
        return "rises"
    if with_number > without - 0.05:
        return "changes by less than 0.05"
    return "falls, but by less than half" if with_number > without / 2 else "falls to about 0"


def _complete(rows):
    if rows < 50:
        return "fewer than 50"
    return "about 200" if rows < 300 else "more than 300"


def _flag(sizes):
    if min(sizes) < 5:
        return "a pair of birds, and all the others"
    return "the 14 birds with a gap, and the others" if min(sizes) < 20 else "two large groups, as before"


def _four_left(left):
    whole = tuple(name for name, n in left.items() if n == 4)
    return {
        ("StandardScaler",): "StandardScaler alone",
        ("RobustScaler",): "RobustScaler alone",
        ("logarithm",): "the logarithm alone",
    }.get(whole, "RobustScaler and the logarithm")


def _copies(ari):
    if ari > 0.9:
        return "come back (ARI to them above 0.9)"
    return "come back half way (ARI 0.5 to 0.9)" if ari > 0.5 else "do not come back (ARI below 0.5)"


def _sex(aris):
    if aris["sex"] > 0.8:
        return "the two sexes"
    return "two kinds of build, as without it" if aris["species"] > 0.5 else "neither"


def _samples(results):
    spread = np.ptp(results, axis=0) / np.abs(np.mean(results, axis=0))
    return (
        "the silhouette",
        "the highest silhouette of sets without groups",
        "the k of the gap statistic",
        "the ARI of two parts, k = 4",
    )[int(np.argmax(spread))]


def _hits(share):
    if share > 0.75:
        return "more than three quarters"
    return "about half" if share > 0.42 else "about a third of the unseen rows"


def _visits(ps):
    low = sum(p <= 0.05 for p in ps)
    return "in all three" if low == len(ps) else "in one or two" if low else "in none"


def _alarm(month):
    if month < 3:
        return "in month 1 or 2"
    return "in months 3 to 10" if month <= 10 else "later, or not within 24 months"


RULES = {
    "12.a": _number,
    "12.b": _complete,
    "12.c": _flag,
    "12.d": _four_left,
    "12.e": _copies,
    "12.f": _sex,
    "12.g": _samples,
    "12.h": _hits,
    "12.i": _visits,
    "12.j": _alarm,
}
