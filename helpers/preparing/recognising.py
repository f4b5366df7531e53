"""What a column is, from its own cells: a number, a code, a date, a text, or nothing that distances can use."""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from helpers.preparing.columns import is_row_number
from helpers.preparing.written import (
    ABSENT,
    as_floats,
    as_text,
    find_dates,
    find_writing,
    in_other_form,
    is_numeric,
    to_numbers,
)

SAMPLE = 100_000  # rows in which distinct values are counted and copies are looked for
CELLS = 20_000  # rows of text that are read to say how it is written
FEW = 30  # distinct values of a category, or 1 in 100 rows of a large table
FEWEST = 20  # rows: in fewer, groups are the same by chance
MOST_CODES = 10  # distinct whole numbers that may stand for categories
FAR = 3  # interquartile ranges beyond a quartile
_COME_BACK = "its {:,} values come back: rows of one of them may not be independent"
_NAMED_ID = re.compile(r"(?i:(^|[\W_])(id|ids|uuid|guid|key|code|nr|no)$)|[a-z](ID|Id|Nr|No)$|^(ID|Id)[A-Z_ ]")


@dataclass
class Seen:
    """What was found in one column; `numbers` and `groups` are of the sampled rows.

    Attributes
    ----------
    name : object
        As the frame has it.
    kind : str
    n, missing, distinct, far : int
    notes : list of str
        What a reader must know beside the kind: parts of sentences.
    numbers : ndarray of float64 or None
    groups : bytes or None
        The same for two columns whose values say the same under other names.
    copy_of : object
        Name of the column that says the same, and stays; None if none does.
    low : float
        The smallest number.
    far_by_log : int
        As `far`, of the logarithms.
    infinite : int
        Infinite numbers.
    unready : str
        What somebody must do before the column can be used at all; empty if nothing.
    """

    name: object
    kind: str
    n: int
    missing: int = 0
    distinct: int = 0
    far: int = 0
    notes: list = field(default_factory=list)
    numbers: np.ndarray | None = None
    groups: bytes | None = None
    copy_of: object = None
    low: float = np.nan
    far_by_log: int = 0
    infinite: int = 0
    unready: str = ""


def look(values, sample):
    """Say what a column is.

    Parameters
    ----------
    values : pandas.Series
        With the index 0, 1, ...
    sample : ndarray of int or slice
        The rows to count distinct values in.

    Returns
    -------
    Seen
    """
    if is_numeric(values) and not isinstance(values.dtype, pd.CategoricalDtype):
        seen = _look_at_numbers(values, sample)
    elif pd.api.types.is_datetime64_any_dtype(values.dtype) or isinstance(values.dtype, pd.PeriodDtype):
        seen = _seen(values, "date", values.isna().to_numpy(), values.iloc[sample])
    elif pd.api.types.is_timedelta64_dtype(values.dtype):
        seen = _seen(values, "number as text", values.isna().to_numpy(), values.iloc[sample])
        seen.notes.append("durations, which `as number` gives in days")
        _measure(seen, to_numbers(values)[0], sample)
    else:
        seen = _look_at_text(values, sample)
    if seen.missing == seen.n or seen.distinct == 1:
        return Seen(seen.name, "constant" if seen.missing < seen.n else "empty", seen.n, seen.missing, seen.distinct)
    return seen


def _seen(values, kind, missing, sampled):
    """Count what any column has."""
    codes, distinct = pd.factorize(sampled)
    seen = Seen(values.name, kind, len(values), int(missing.sum()), len(distinct))
    if seen.distinct < 2 and len(sampled) < len(values):
        seen.distinct = len(pd.unique(values[~missing]))  # constant in the sample only would be a costly mistake
    if 1 < seen.distinct <= min(max(FEW, len(sampled) // 100), len(sampled) // 2) and len(sampled) >= FEWEST:
        seen.groups = codes.astype(np.int32).tobytes()  # numbered in the order of appearance, whatever the names
    return seen


def _look_at_numbers(values, sample):
    numbers = as_floats(values)
    missing = np.isnan(numbers)
    seen = _seen(values, "number", missing, values.iloc[sample])
    seen.infinite = int(np.isinf(numbers).sum())
    if seen.infinite:
        seen.notes.append(f"{seen.infinite:,} infinite, which `as number` takes for missing")
    if pd.api.types.is_bool_dtype(values.dtype):
        seen.kind = "category"
        seen.numbers = numbers[sample]
        return seen
    _measure(seen, np.where(np.isinf(numbers), np.nan, numbers), sample)
    return seen


def _measure(seen, numbers, sample):
    """Tell numbers from what looks like them: row numbers, ids, counts, shares, codes of two values."""
    there = numbers[~np.isnan(numbers)]
    seen.numbers = numbers[sample]
    if not len(there):
        return
    seen.low = float(there.min())
    _count_far(seen, there)
    size = np.abs(there).max()
    if not 1e-100 < np.ptp(there) < 1e100:
        seen.unready = "its numbers are too large, too small or too near each other to be squared; choose other units"
    whole = bool((there == np.trunc(there)).all())
    if whole and len(there) == seen.n and size < 2**53 and (restarts := _restarts(there)) is not None:
        seen.kind = "row number"
        if restarts:
            seen.notes.append(f"it starts anew {restarts:,} times" if restarts > 0 else "with gaps")
    elif whole and (named := _NAMED_ID.search(str(seen.name))) and seen.distinct <= MOST_CODES:
        seen.kind = "category"
        seen.notes.append("its name says that the numbers are codes")
    elif whole and _is_id(seen, there, named):
        seen.kind = "id"
    elif seen.kind == "number as text":
        pass
    elif seen.distinct == 2 and len(there) >= 10:
        seen.kind = "category"
        seen.notes.append("its two numbers may be codes")
    elif whole and 0 <= seen.low <= 1 and there.max() <= 1000:
        seen.kind = "count"
        if seen.distinct <= MOST_CODES:
            seen.notes.append(f"whether its {seen.distinct} values are amounts or codes, only you know")
    elif not whole and seen.low >= 0 and there.max() <= 1 and len(there) >= 10:
        seen.kind = "share"


def _restarts(there):
    """Say how often rows are numbered anew, -1 if rows are left out: None if these do not number the rows."""
    if is_row_number(there):
        return 0
    if len(there) >= 30 and (np.diff(there) > 0).all() and np.ptp(there) < 4 * len(there):
        return -1
    others = np.diff(there) != 1
    if len(there) < 10 or others.mean() > 0.1 or (there[1:][others] != there[0]).any():
        return None
    return int(others.sum())


def _is_id(seen, there, named):
    """Whole numbers named as an id, or all distinct and either without a gap or long and of one length."""
    alone = seen.distinct >= 0.95 * np.count_nonzero(~np.isnan(seen.numbers))
    if named:
        seen.notes.append("its name says that it tells rows apart" if alone else _COME_BACK.format(seen.distinct))
        return True
    if not alone or len(there) < 30:
        return False
    low, high = int(there.min()), int(there.max())
    if high - low < 1.1 * len(there):
        seen.notes.append("whole numbers with hardly a gap: an id, or a rank")
        return True
    return 10**8 <= low < 10**20 and len(str(low)) == len(str(high)) and not (there % 10 == 0).all()


def _count_far(seen, there):
    lower, upper = np.percentile(there, [25, 75])
    if lower == upper:
        seen.notes.append("half of the values or more are the same, so none is called far")
        return
    seen.far = _beyond(there, lower, upper)
    for end in (there.min(), there.max()):
        often = int((there == end).sum())
        if _beyond(np.array([end]), lower, upper) and often > 1 and re.fullmatch(r"-?99+(\.0)?", str(end)):
            seen.notes.append(f"{end:.0f} comes {often:,} times, and perhaps stands for missing")
    seen.far_by_log = seen.far
    if seen.far and seen.low > -1:
        logs = np.log1p(there) if seen.low <= 0 else np.log(there)
        seen.far_by_log = _beyond(logs, *np.percentile(logs, [25, 75]))


def _beyond(values, lower, upper):
    reach = FAR * (upper - lower)
    return int(((values < lower - reach) | (values > upper + reach)).sum())


def _look_at_text(values, sample):
    text = as_text(values)
    missing = text.isna().to_numpy()
    seen = _seen(values, "text", missing, text.iloc[sample])
    if missing.all():
        return seen
    if values.dtype == object and len(kinds := {type(value) for value in values[~missing].iloc[:CELLS]}) > 1:
        seen.notes.append("of mixed types: " + ", ".join(sorted(kind.__name__ for kind in kinds)))
    there = text.iloc[sample][~missing[sample]]
    cells = list(there.iloc[:: max(1, len(there) // CELLS)].unique())
    if isinstance(values.dtype, pd.CategoricalDtype):
        seen.kind = _kind_of_words(seen, there, cells)  # declared to be categories, whatever they look like
        return seen
    if order := find_dates(cells):
        seen.kind, seen.unready = "date", _to_do_with_dates(order, cells)
        return seen
    if writing := find_writing(cells):
        numbers, odd = to_numbers(text, writing)
        if not (others := in_other_form(odd)):
            return _text_of_numbers(seen, writing, numbers, odd, sample)
        if seen.distinct > MOST_CODES:
            seen.kind = "number as text"
            same = next(cell for cell in cells if cell not in odd)
            seen.unready = f"its numbers are in several forms or units, such as {same!r} and {others[0]!r}; choose one"
            return seen
    if absent := [cell for cell in cells if cell.lower() in ABSENT]:
        seen.notes.append(f"perhaps {', '.join(map(repr, absent[:3]))} stands for missing")
    seen.kind = _kind_of_words(seen, there, cells)
    return seen


def _to_do_with_dates(order, cells):
    if order == "year first":
        return ""
    example = next(cell for cell in cells if cell.lower() not in ABSENT)
    if order == "order not told":
        return (
            f"nothing tells which of {example!r} is the day and which the month; if you know, "
            "pandas.to_datetime(..., dayfirst=True) or False makes dates of them"
        )
    return f"written with the {order}; pandas.to_datetime(..., dayfirst={order == 'day first'}) makes dates of them"


def _text_of_numbers(seen, writing, numbers, odd, sample):
    seen.kind = "number as text"
    if odd:
        shown = ", ".join(map(repr, odd[:3])) + (", ..." if len(odd) > 3 else "")
        seen.notes.append(f"{len(odd):,} other cells become missing: {shown}")
    if writing.unit:
        seen.notes.append(f"all in {writing.unit}")
    if not writing.told:
        seen.notes.append("a comma before three digits is taken for thousands")
    seen.missing = int(np.isnan(numbers).sum())
    seen.distinct = pd.Series(numbers[sample]).nunique()
    _measure(seen, numbers, sample)
    return seen


def _kind_of_words(seen, there, cells):
    """Tell category, id and free text apart: by how many values there are, how long, and how often they come back."""
    words = np.mean([len(cell.split()) for cell in cells])
    often = len(there) / seen.distinct
    if words >= 4 and (often < 10 or seen.distinct > FEW):
        return "text"
    codes = np.mean([" " not in cell and any(map(str.isdigit, cell)) for cell in cells]) >= 0.9
    coded = codes and seen.distinct > MOST_CODES and often < 5
    if seen.distinct <= max(FEW, len(there) // 100) and often >= 2 and not coded:
        return "category"
    if seen.distinct >= 0.95 * len(there) or codes or _NAMED_ID.search(str(seen.name)):
        if often > 1.05:
            seen.notes.append(_COME_BACK.format(seen.distinct))
        return "id"
    return "text" if words >= 2 else "category"
