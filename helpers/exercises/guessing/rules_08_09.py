"""What came of the predictions of notebooks 08 and 09: each rule maps what a cell computed to the words of a choice."""

import numpy as np


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


def _kept_numbers(shares):
    share = np.median(shares)
    if share < 1 / 3:
        return "less than a third"
    return "about half" if share < 0.75 else "nearly all"


def _slope(slope):
    if slope < 1.75:
        return "about 1" if slope < 1.25 else "about 1.5"
    return "about 2" if slope < 2.5 else "about 3"


def _excess(percents):
    median = np.median(percents)
    if median < 0.3:
        return "0.1 %"
    return "1 %" if median < 3 else "10 %"


def _crowd(ratio):
    if ratio < 1.8:
        return "about as far"
    return "three times as far" if ratio < 5.5 else "ten times as far"


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


def _memory(peaks):
    ratio = peaks[-1] / peaks[0]
    if ratio < 3:
        return "about the same"
    return "about ten times" if ratio < 30 else "about a hundred times"


RULES = {
    "08.a": _post,
    "08.b": _five_o,
    "08.c": lambda fits: "0" if fits < 1 else "1" if fits < 2 else "3" if fits < 4 else "4",
    "08.d": _kept_numbers,
    "08.e": lambda answers: str(np.clip(sum(status == 200 for status, _ in answers), 1, 3)),
    "08.f": lambda fits: str(min(fits, 3)),
    "09.a": _slope,
    "09.b": _excess,
    "09.c": _crowd,
    "09.d": _misled,
    "09.e": _apart,
    "09.f": _went_on,
    "09.g": _memory,
}
