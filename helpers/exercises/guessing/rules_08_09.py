"""What came of the predictions of notebooks 08 and 09: each rule maps what a cell computed to the words of a choice."""

import numpy as np

from helpers.exercises.guessing.ranges import among


def _post(status):
    if status < 400:
        return "200, and labels"
    if status >= 500:
        return "500: the server is at fault"
    return "415: a body of the wrong form" if status == 415 else "400: the request is wrong"


def _five_o(found):
    status, clusters = found
    if status == 200:
        return "200, with 5 clusters" if clusters < 28 else "200, with 50 clusters"
    return "500: the server is at fault" if status >= 500 else "400: that is no number"


def _misled(ratios):
    batches, first, random = (ordered > 2 * shuffled for shuffled, ordered in ratios.values())
    if random:
        return "all three"
    if batches:
        return "partial_fit and the first 2 %" if first else "only partial_fit"
    return "only the first 2 %"


def _apart(excess):
    if excess > 0.01:
        return "more than 1 %"
    return "less than 1 %" if excess > 1e-6 else "equal to six digits"


def _went_on(progress):
    if progress.n_pass < 2:
        return "pass 1, from the start"
    return "pass 2, from its beginning" if progress.done < progress.total / 2 else "pass 2, from its middle"


RULES = {
    "08.a": _post,
    "08.b": _five_o,
    "08.c": lambda fits: among(fits, (1, 2, 4), "0134"),
    "08.d": lambda shares: among(np.median(shares), (1 / 3, 0.75), ("less than a third", "about half", "nearly all")),
    "08.e": lambda answers: str(np.clip(sum(status == 200 for status, _ in answers), 1, 3)),
    "08.f": lambda fits: str(min(fits, 3)),
    "09.a": lambda slope: among(slope, (1.25, 1.75, 2.5), ("about 1", "about 1.5", "about 2", "about 3")),
    "09.b": lambda percents: among(np.median(percents), (0.3, 3), ("0.1 %", "1 %", "10 %")),
    "09.c": lambda ratio: among(ratio, (1.8, 5.5), ("about as far", "three times as far", "ten times as far")),
    "09.d": _misled,
    "09.e": _apart,
    "09.f": _went_on,
    "09.g": lambda peaks: among(
        peaks[-1] / peaks[0], (3, 30), ("about the same", "about ten times", "about a hundred times")
    ),
}
