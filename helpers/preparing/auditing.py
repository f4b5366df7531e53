"""Look at a table before anything is computed from it: what each column is, what is missing or far out, what to do."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.preparing import audit_tables
from helpers.preparing.likeness import mark_copies, mark_shares
from helpers.preparing.recognising import SAMPLE, look
from helpers.preparing.written import as_text

MOST_MISSING = 0.5  # of the rows; with more, a filled column is mostly made up


@dataclass(frozen=True)
class ColumnAudit:
    """What was found in one column, and what is suggested.

    Attributes
    ----------
    name : object
        As the frame has it.
    kind : str
        number, number as text, count, category, date, text, id, row number, constant, share, empty or near-copy.
    n, missing : int
        Rows, and those without a value; for numbers as text also cells that are no numbers.
    distinct : int
        Different values; of a large table those in a sample of its rows, see `Audit.notes`.
    far : int
        Values more than three interquartile ranges beyond a quartile.
    copy_of : object
        Name of the column that says the same, and stays; None if none does.
    choice : str
        Suggested words for `prepare`.
    reason : str
        Why, in a sentence.
    """

    name: object
    kind: str
    n: int
    missing: int
    distinct: int
    far: int
    copy_of: object
    choice: str
    reason: str


@dataclass(frozen=True)
class RowsAudit:
    """Facts about rows.

    Attributes
    ----------
    n : int
    duplicates : int
        Rows that are the same as an earlier one in every column.
    incomplete : int
        Rows in which something is missing.
    """

    n: int
    duplicates: int
    incomplete: int


@dataclass(frozen=True, eq=False)
class Audit:
    """The columns of a table as `audit` found them; ``found["age"]`` is one of them.

    Attributes
    ----------
    columns : tuple of ColumnAudit
    rows : RowsAudit
    notes : tuple of str
        What is true of the table as a whole: names that stand twice, what was counted in a sample.
    """

    columns: tuple
    rows: RowsAudit
    notes: tuple = ()

    def __iter__(self):
        return iter(self.columns)

    def __len__(self):
        return len(self.columns)

    def __getitem__(self, name):
        found = [column for column in self.columns if column.name == name]
        if len(found) != 1:
            raise KeyError(f"{len(found) or 'no'} columns are called {name!r}")
        return found[0]

    @property
    def choices(self):
        """A new dict from each column's name to the choice suggested for it."""
        return {column.name: column.choice for column in self.columns}

    def __repr__(self):
        return audit_tables.as_text(self)

    def _repr_html_(self):
        return audit_tables.as_html(self)


def audit(frame):
    """Say what each column of a table is, and what could be done with it.

    Nothing is changed. A suggestion is only that: what a column means is known to who collected it.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_rows, n_columns)

    Returns
    -------
    Audit
        Shows itself as a table.

    Raises
    ------
    ValueError
        If this is no DataFrame.
    """
    if not isinstance(frame, pd.DataFrame):
        raise ValueError(f"audit looks at a pandas DataFrame, such as read(path).frame, not at {type(frame).__name__}")
    n = len(frame)
    rng = np.random.default_rng(0)
    sample = slice(None) if n <= SAMPLE else np.sort(rng.choice(n, SAMPLE, replace=False))
    plain = frame.reset_index(drop=True)
    columns = [look(plain.iloc[:, i], sample) for i in range(plain.shape[1])]
    mark_shares(columns)
    mark_copies(columns)
    found = tuple(
        ColumnAudit(seen.name, seen.kind, n, seen.missing, seen.distinct, seen.far, seen.copy_of, *_suggest(seen))
        for seen in columns
    )
    return Audit(found, _look_at_rows(plain), tuple(_notes(plain, n)))


def missing_cells(values):
    """Say which cells of a column are missing: null, or text that is blank.

    Parameters
    ----------
    values : pandas.Series

    Returns
    -------
    ndarray of bool, shape (n_rows,)
    """
    if values.dtype == object or isinstance(values.dtype, (pd.StringDtype, pd.CategoricalDtype)):
        return as_text(values).isna().to_numpy()
    return values.isna().to_numpy()


def _notes(frame, n):
    if n > SAMPLE:
        yield f"distinct values and copies were looked for in {SAMPLE:,} of {n:,} rows, drawn at random"
    twice = frame.columns[frame.columns.duplicated()].unique()
    if len(twice):
        yield f"names that stand for more than one column: {', '.join(map(str, twice[:5]))}; rename them before prepare"
    strange = [name for name in frame.columns if not isinstance(name, str)]
    if strange:
        yield f"names that are no text: {', '.join(map(str, strange[:5]))}; frame.columns = frame.columns.map(str)"


def _look_at_rows(frame):
    incomplete = np.zeros(len(frame), dtype=bool)
    key = np.zeros(len(frame), dtype=np.uint64)
    for i in range(frame.shape[1]):
        values = frame.iloc[:, i]
        incomplete |= missing_cells(values)
        if values.dtype == object:
            values = as_text(values)  # lists and mixed types cannot be hashed as they are
        # a row is the same as another if all its columns are: two different rows share a key once in 2**64
        key = key * np.uint64(1_000_003) + pd.util.hash_pandas_object(values, index=False, categorize=False).to_numpy()
    duplicates = int(pd.Series(key).duplicated().sum()) if frame.shape[1] else 0
    return RowsAudit(len(frame), duplicates, int(incomplete.sum()))


def _suggest(seen):
    """Give the choice and the reason for it."""
    choice, reason = _what_to_do(seen)
    return choice, "; ".join([reason, *seen.notes])


def _what_to_do(seen):
    if seen.unready and seen.kind not in ("id", "row number", "near-copy"):
        return "leave out", f"left out: {seen.unready}"
    if seen.kind in _LEFT_OUT:
        fill = {"category": "as own category, ", "date": "median, "}.get(seen.kind, "") if seen.missing else ""
        return "leave out", _LEFT_OUT[seen.kind].format(seen=seen, fill=fill)
    if seen.missing + seen.infinite > MOST_MISSING * seen.n:
        return "leave out", f"left out: missing in {seen.missing:,} of {seen.n:,} rows; most of it would be made up"
    words, reasons = [], []
    if seen.kind == "number as text" or seen.infinite:
        words.append("as number")
    if seen.missing or seen.infinite:
        words.append("median")
        reasons.append("the median fills what is missing: compare with leaving these rows out")
    if seen.far and seen.far_by_log <= seen.far / 2:
        words += ["log" if seen.low > 0 else "log(1+x)", "standard"]
        reasons.append("by the logarithm fewer values are far out, and equal ratios become equal distances")
    elif seen.far:
        words.append("robust")
        reasons.append("scaled by quartiles, which far values do not move; they stay far")
    else:
        words.append("standard")
        reasons.append("one step is then one standard deviation of it")
    return ", ".join(words), "; ".join(reasons)


_LEFT_OUT = {
    "empty": "left out: it holds nothing",
    "constant": "left out: it holds one value, which tells no two rows apart",
    "row number": "left out: it numbers the rows; distances between numbers of rows mean nothing",
    "id": "left out: it names rows; distances between names mean nothing",
    "text": "left out: free text has no distances until something is measured of it",
    "near-copy": "left out: it says what {seen.copy_of} says, and both together would count twice",
    "date": (
        "left out: it tells when, not what; if the time should count, `{fill}days, standard` "
        "or `{fill}day of year as circle`"
    ),
    "category": (
        "left out: {seen.distinct} values without an order; compare the clusters with them afterwards, "
        "or let them count by `{fill}one-hot`"
    ),
}
