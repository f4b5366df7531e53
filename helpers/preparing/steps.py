"""The functions that a prepared table goes through, one column beside the other.

Each takes a DataFrame. What gives columns of other names gives an ndarray: `Names` has the names. Each is a function of
a module, so that a fitted pipeline can be pickled.
"""

import numpy as np
import pandas as pd

from helpers.preparing.refusing import Problem, TableError
from helpers.preparing.written import as_floats, as_text, in_other_form, is_numeric, to_days, to_numbers

SHOWN = 3  # odd cells in a message
MOST_ODD = 10  # cells that are no numbers before half of them are too many: a single new row may hold one


def problem(values, reads, *, writing=None, filled=True, positive=None, first=False):
    """Say what keeps a column from being prepared as chosen.

    Parameters
    ----------
    values : pandas.Series
    reads : {"numbers", "as number", "dates", "categories"}
        What the cells are taken for.
    writing : helpers.preparing.written.Writing, optional
        How its numbers are written.
    filled : bool
        Whether a word fills missing cells.
    positive : {"log", "log(1+x)"}, optional
        A logarithm that will be taken.
    first : bool
        Whether something is to be learned from these cells: then they cannot all be missing.

    Returns
    -------
    str or None
        What is wrong and what would help; None if nothing is.
    """
    missing = as_text(values).isna().to_numpy() if not is_numeric(values) else np.isnan(as_floats(values))
    if reads == "numbers" and not is_numeric(values):
        if missing.all() and filled and not first:
            return None
        example = "no value at all" if missing.all() else repr(values[~missing].iloc[0])
        return (
            f"holds {example} where numbers are needed; choose `as number` first if they are written as text, "
            "`one-hot` if they are categories, or `leave out`"
        )
    if reads == "numbers" and (infinite := int(np.isinf(as_floats(values)).sum())):
        return f"holds {_count(infinite, 'infinite value')}; `as number` takes them for missing"
    found = missing
    if reads == "as number":
        numbers, odd = to_numbers(values, writing)
        found = np.isnan(numbers)
        others = in_other_form(odd)
        if others or found.sum() - missing.sum() > max(MOST_ODD, 0.5 * (~missing).sum()):
            unit = f" in {writing.unit}" if writing and writing.unit else ""
            what = f"{_some(others)}, in another form than the rest" if others else f"{_some(odd)}: no numbers{unit}"
            return f"holds {what}; bring them to one form and unit, or `leave out`"
    elif reads == "dates":
        found, odd = np.isnan(to_days(values)[0]), to_days(values)[1]
        if odd:
            return (
                f"holds {_some(odd)}, which are no dates with the year first; "
                "read it with pandas.to_datetime(..., dayfirst=True or False), or `leave out`"
            )
    if first and found.all():
        return "holds no value at all; `leave out`"
    if found.any() and not filled:
        fills = (
            "`most frequent` or `as own category`" if reads == "categories" else "`median`, `mean` or `most frequent`"
        )
        gaps = _count(int(found.sum()), "value")
        return f"misses {gaps} and no word fills them; choose {fills}, or drop rows by complete()"
    if reads in ("numbers", "as number"):
        numbers = to_numbers(values, writing)[0]
        if (
            first
            and not 1e-100 < np.nanmax(numbers) - np.nanmin(numbers) < 1e100
            and np.nanstd(numbers / np.nanmax(np.abs(numbers))) > 0
        ):
            return "holds numbers too large, too small or too near each other to be squared; choose other units"
    if positive:
        bound = 0 if positive == "log" else -1
        if low := int((numbers <= bound).sum()):
            other = "; `log(1+x)` takes 0" if positive == "log" and np.nanmin(numbers) > -1 else ""
            return f"holds {_count(low, 'value')} of {bound} or less, which have no logarithm{other}"
    return None


def _count(n, what):
    return f"{n:,} {what}{'s' * (n != 1)}"


def _some(odd):
    return ", ".join(map(repr, odd[:SHOWN])) + (", ..." if len(odd) > SHOWN else "")


def read(frame, reads, writings, filled, positive):
    """Read columns as numbers, days or categories, or refuse with all that is wrong in them.

    Raises
    ------
    TableError
        If a column holds what it did not hold when the choices were made.
    """
    wrong = [
        Problem(said, name)
        for name in frame.columns
        if (said := problem(frame[name], reads, writing=writings.get(name), filled=filled, positive=positive))
    ]
    if wrong:
        raise TableError("this table does not fit what was chosen", wrong)
    reader = {"numbers": as_floats, "as number": None, "dates": lambda values: to_days(values)[0], "categories": _words}
    take = reader[reads] or (lambda values: to_numbers(values, writings.get(values.name))[0])
    return pd.DataFrame({name: take(frame[name]) for name in frame.columns}, index=frame.index)


def _words(values):
    words = as_text(values)
    return words.astype(object).where(words.notna(), np.nan).to_numpy()


def log10(frame):
    """Take the logarithm to base 10: one more is ten times as much."""
    return np.log10(np.asarray(frame))


def log10_of_one_more(frame):
    """Take the logarithm of 1 + x to base 10, which 0 has too."""
    return np.log1p(np.asarray(frame)) / np.log(10)


def year(frame):
    """Give the calendar year of days since 1970."""
    return _parts(frame, lambda when: [when.year])


def days(frame):
    """Give the days since the beginning of 1970, parts of a day included."""
    return np.asarray(frame)


def day_of_year(frame):
    """Give the day of the year: 1 for 1 January."""
    return _parts(frame, lambda when: [when.day_of_year])


def year_as_circle(frame):
    """Give sine and cosine of the time of year, so that 31 December lies beside 1 January."""
    return _parts(frame, lambda when: _circle((when.day_of_year - 1) / np.where(when.is_leap_year, 366, 365)))


def week_as_circle(frame):
    """Give sine and cosine of the day of the week, so that Sunday lies beside Monday."""
    return _parts(frame, lambda when: _circle(when.day_of_week / 7))


def _circle(turn):
    return [np.sin(2 * np.pi * np.asarray(turn)), np.cos(2 * np.pi * np.asarray(turn))]


def _parts(frame, parts):
    columns = []
    for values in np.asarray(frame, dtype=float).T:
        when = pd.to_datetime(values, unit="D")
        columns += [np.where(np.isnan(values), np.nan, np.asarray(part, dtype=float)) for part in parts(when)]
    return np.column_stack(columns)


def as_ones(frame):
    """Give truth values as 1 and 0."""
    return np.asarray(frame, dtype=float)


class Names:
    """Names of what a step gives, made of the names of what it gets.

    Parameters
    ----------
    *patterns : str
        One for each column that is made of one column, with ``{}`` for its name.
    """

    def __init__(self, *patterns):
        self.patterns = patterns

    def __call__(self, step, names):
        """Give the names of what `step` makes of these columns."""
        return np.array([pattern.format(name) for name in names for pattern in self.patterns], dtype=object)


class Flags:
    """Names of the columns that say where a value was missing, such as ``age missing``."""

    def __call__(self, step, names):
        """Give the names of what `step` makes of these columns."""
        return np.array([f"{name.removeprefix('missingindicator_')} missing" for name in names], dtype=object)


def name_of_value(column, value):
    """Name the column of one category, such as ``sex = female``."""
    return f"{column} = {value}"
