"""Numbers and dates that were written as text: which convention a column follows, and what its cells then say."""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.preparing.converting import MISSING

_SIGNS = r"[$€£¥₩₹]|USD|EUR|GBP|JPY|KRW|CNY|CHF"
_NUMBER = re.compile(
    rf"(?P<debt>\()?\s*(?P<minus>[-+\u2212]?)\s*(?P<before>{_SIGNS})?\s*(?P<minus2>[-+\u2212]?)"
    r"(?P<digits>(?:\d[\d.,'\u2019 \u00a0\u202f]*|[.,]\d*)?\d\.?)(?P<power>[eE][-+]?\d{1,3})?"
    r"\s*(?P<after>[^\W\d_][^\d\s(),;]{0,11}(?:\^?[23])?|[%\u2030°$€£¥₩₹][^\d\s(),;]{0,3})?\s*\)?"
)
_GROUPS = re.compile(r"\d{1,3}(,\d{3})+"), re.compile(r"\d{1,3}(\.\d{3})+")
_ISO = re.compile(r"\d{4}([-/])\d{1,2}\1\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[-+]\d{2}:?\d{2})?)?")
_DAY_OR_MONTH = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})([T ]\d{1,2}:\d{2}.{0,12})?")
LONGEST = 40  # characters of a number, its unit included
ABSENT = {word.lower() for word in MISSING} | {"n.a.", "none", "missing", "unknown", "\u2013", "\u2014"}
MOSTLY = 0.8  # of the cells must read alike before a column is called numbers or dates


@dataclass(frozen=True)
class Writing:
    """How the numbers of a column are written.

    Attributes
    ----------
    comma : {"thousands", "decimal"}
        What a comma stands for: 1,234 or 1,5.
    unit : str
        What stands beside each number, such as kg, $ or %; empty if nothing does.
    told : bool
        Whether the cells themselves show what the comma stands for; true if there is none.
    """

    comma: str = "thousands"
    unit: str = ""
    told: bool = True


def find_writing(cells, *, mostly=MOSTLY):
    """Say how numbers are written in these cells, if they are numbers at all.

    Parameters
    ----------
    cells : sequence of str
        Distinct cells, none of them blank. Words such as n/a are passed over.
    mostly : float
        Share of the cells that must be numbers.

    Returns
    -------
    Writing or None
        None if fewer are numbers, or some begin with a needless zero, which makes them codes.
    """
    cells = [cell for cell in cells if cell.lower() not in ABSENT]
    found = [match for match in map(_match, cells) if match]
    if not found or len(found) < mostly * len(cells) or any(re.match(r"0\d", match["digits"]) for match in found):
        return None
    digits = [match["digits"] for match in found if "," in match["digits"]]
    decimal = any(re.search(r"^[^,]*,(\d{1,2}|\d{4,})$|^0,\d|\.\d{3},|^,", cell) for cell in digits)
    thousands = any(re.search(r",\d{3}[,.]", cell) for cell in digits)
    comma = "decimal" if decimal and not thousands else "thousands"
    unit = Counter(map(_unit, found)).most_common(1)[0][0]
    return Writing(comma, unit, not digits or decimal or thousands)


def to_numbers(values, writing=None):
    """Read cells as numbers.

    Parameters
    ----------
    values : pandas.Series
        Of any type; numbers stay what they are.
    writing : Writing, optional
        How they are written; found in the cells if omitted.

    Returns
    -------
    numbers : ndarray of float64, shape (n_rows,)
        NaN where a cell is missing, infinite or no number.
    odd : tuple of str
        The distinct cells that are no number, or are in another unit.
    """
    if pd.api.types.is_timedelta64_dtype(values.dtype):
        return (values / pd.Timedelta(days=1)).to_numpy(float), ()
    if is_numeric(values):
        numbers = as_floats(values)
        return np.where(np.isfinite(numbers), numbers, np.nan), ()
    codes, cells = pd.factorize(as_text(values))
    cells = [str(cell) for cell in cells]
    writing = writing or find_writing(cells, mostly=0) or Writing()
    read = [_read(cell, writing) for cell in cells]
    odd = tuple(cell for cell, number in zip(cells, read, strict=True) if number is None)
    table = np.array([np.nan if number is None else number for number in [*read, None]])
    return table[codes], odd  # a missing cell has code -1: the last of the table


def in_other_form(odd):
    """Pick the cells that are numbers after all: in another unit than the rest, or with other separators."""
    return tuple(cell for cell in odd if _match(cell))


def find_dates(cells):
    """Say whether these cells are dates, and in which order they are written.

    Parameters
    ----------
    cells : sequence of str
        Distinct cells, none of them blank.

    Returns
    -------
    {"year first", "day first", "month first", "order not told", None}
        None if fewer than four in five are dates. The order of day and month is told by the cells only if one of the
        two numbers exceeds 12 somewhere.
    """
    if sum(map(bool, map(_ISO.fullmatch, cells))) >= max(1, MOSTLY * len(cells)):
        return "year first"
    found = [match for match in map(_DAY_OR_MONTH.fullmatch, cells) if match]
    if len(found) < max(1, MOSTLY * len(cells)):
        return None
    first, second = (max(int(match[group]) for match in found) for group in (1, 3))
    if (first > 12) == (second > 12) or max(first, second) > 31:
        return "order not told"
    return "day first" if first > 12 else "month first"


def to_days(values):
    """Give dates as days since the beginning of 1970, NaN where there is none.

    Parameters
    ----------
    values : pandas.Series
        Dates of pandas or Python, or text with the year first, such as 2007-11-11; times of other zones become UTC.

    Returns
    -------
    days : ndarray of float64, shape (n_rows,)
    odd : tuple of str
        The distinct cells that are no such date.
    """
    if isinstance(values.dtype, pd.PeriodDtype):
        values = values.dt.to_timestamp()
    odd = ()
    if not pd.api.types.is_datetime64_any_dtype(values.dtype):
        if is_numeric(values):
            return np.full(len(values), np.nan), tuple(map(str, values.dropna().unique()[:3]))
        text = as_text(values)
        iso = text.str.replace("/", "-").where(text.str.fullmatch(_ISO.pattern, na=False).astype(bool))
        values = pd.to_datetime(iso, format="ISO8601", errors="coerce", utc=True)
        odd = tuple(text[text.notna() & values.isna().to_numpy()].unique())
    moments = pd.to_datetime(values, utc=True)
    return ((moments - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)).to_numpy(float), odd


def as_text(values):
    """Give cells as text, stripped, missing where they are blank; whole numbers without a decimal point."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = _declared(values)
    missing = values.isna().to_numpy()
    if pd.api.types.is_bool_dtype(values.dtype) or not is_numeric(values):
        text = values.astype(object).map(str) if values.dtype == object else values.astype(str)
    else:
        numbers = as_floats(values)
        whole = np.isfinite(numbers).all(where=~missing) and (numbers == np.trunc(numbers)).all(where=~missing)
        whole = whole and np.abs(numbers).max(initial=0, where=~missing) < 2**53
        text = pd.Series(np.where(missing, 0, numbers).astype(np.int64) if whole else numbers).astype(str)
    text = pd.Series(
        text.to_numpy(object), name=values.name, dtype="str" if pd.__version__ >= "3" else object
    ).str.strip()
    return text.where(~(missing | (text == "").to_numpy(bool)))


def is_numeric(values):
    """Say whether a column holds numbers by its type; truth values count, complex numbers do not."""
    kind = values.dtype
    if isinstance(kind, pd.CategoricalDtype):
        kind = kind.categories.dtype
    return pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_complex_dtype(kind)


def as_floats(values):
    """Give a column of numbers as an ndarray of float64, missing as NaN."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = _declared(values)
    return values.to_numpy(dtype=float, na_value=np.nan)


def _declared(values):
    """Give the values of categories in the categories' own type, missing where there is none."""
    plain = pd.Series(values.cat.categories.to_numpy()).reindex(values.cat.codes)
    return plain.reset_index(drop=True).rename(values.name)


def _match(cell):
    return _NUMBER.fullmatch(cell) if len(cell) <= LONGEST else None


def _unit(match):
    before, after = match["before"] or "", match["after"] or ""
    return f"{before} {after}".strip()


def _read(cell, writing):
    """Give the number that a cell says, or None."""
    match = _match(cell)
    if (
        not match
        or _unit(match) != writing.unit
        or (match["minus"] and match["minus2"])
        or bool(match["debt"]) != cell.endswith(")")
    ):
        return None
    digits = match["digits"]
    if re.search(r"['\u2019 \u00a0\u202f]", digits):
        if not re.fullmatch(r"\d{1,3}(['\u2019 \u00a0\u202f]\d{3})+([.,]\d+)?", digits):
            return None
        digits = re.sub(r"['\u2019 \u00a0\u202f]", "", digits)
    point = "." if writing.comma == "thousands" else ","
    whole, _, rest = digits.partition(point)
    if not re.fullmatch(r"\d*", rest):
        whole, rest = digits, ""  # 1.234.567 has no decimal point
    if not re.fullmatch(r"\d*", whole) and not (point == "," and re.fullmatch(r"\d*\.(\d\d?|\d{4,})?", digits)):
        # among decimal commas 1.234 is a thousand, and 1.5 keeps its point
        if not any(groups.fullmatch(whole) for groups in _GROUPS):
            return None
        whole = re.sub(r"[.,]", "", whole)
    digits = f"{whole}.{rest}" if rest else whole
    try:
        number = float(digits + (match["power"] or ""))
    except ValueError:
        return None
    below = bool(match["debt"]) + ((match["minus"] or match["minus2"]) in ("-", "\u2212"))
    return (-1) ** below * number if np.isfinite(number) else None
