"""Is this column a feature? What is wrong with a choice of columns."""

import numpy as np
import pandas as pd

from helpers.exercises.judging import Unreadable

NAMES = ("customer_no", "basket_eur", "basket_cent", "visits", "shop_code", "returned")
FEATURES = ("basket_eur", "visits", "returned")
COPY = {"basket_eur", "basket_cent"}


def _names(answer):
    """Read names of columns, in whatever they stand."""
    if isinstance(answer, pd.DataFrame):
        answer = list(answer.columns)
    if isinstance(answer, dict):
        answer = [name for name, yes in answer.items() if yes not in (False, "leave out")]
    if isinstance(answer, str):
        answer = answer.replace(";", ",").split(",")
    if not isinstance(answer, list | tuple | set | frozenset | np.ndarray | pd.Index | pd.Series):
        raise Unreadable(f"this is of type {type(answer).__name__}; wanted are names of columns, as a list of texts.")
    given = [name.strip(" '\"`") if isinstance(name, str) else name for name in list(answer)[:100]]
    unknown = [name for name in given if not isinstance(name, str) or name not in NAMES]
    if unknown or not given:
        raise Unreadable(f"wanted are names of columns, as a list of texts, from: {', '.join(NAMES)}.")
    return set(given)


def columns_fault(answer):
    """Name the first thing that is wrong with a choice of columns, or None."""
    given = _names(answer)
    if "customer_no" in given:
        return "id taken for a feature"
    if "shop_code" in given:
        return "code taken for a number"
    if given >= COPY:
        return "both copies kept"
    if not given & COPY:
        return "price left out altogether"
    missing = set(FEATURES) - COPY - given
    if not missing:
        return None
    return "small column left out" if missing == {"returned"} else "feature left out"
