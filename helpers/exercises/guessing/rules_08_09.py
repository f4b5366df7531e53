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


RULES = {
    "08.a": _post,
    "08.b": _five_o,
    "08.c": lambda fits: "0" if fits < 1 else "1" if fits < 2 else "3" if fits < 4 else "4",
    "08.d": _kept_numbers,
    "08.e": lambda answers: str(np.clip(sum(status == 200 for status, _ in answers), 1, 3)),
    "08.f": lambda fits: str(min(fits, 3)),
}
