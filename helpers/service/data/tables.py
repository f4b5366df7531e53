"""What a table is: its bounds, which columns of what was read are used, and how it is kept.

What is in the way is refused, of all columns at once; what may be is told.
"""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.lib import format as npy

from helpers.checking import LARGEST
from helpers.preparing.columns import is_row_number
from helpers.service.problems import Problem, of_body, of_parameter, sendable

NAME = re.compile(r"\w[\w .-]{0,63}")
MOST_DISTINCT = 1000  # rows; no more are asked for: the largest k
MOST, SETS = 1000, 100  # errors in an answer; sets of columns that lack values in the same rows
SHOWN = 5  # errors in a sentence
LONGEST = 100  # characters of a name in an answer
LEAVE = "leave the column out with columns="
WHY = {
    "text": "holds text",
    "date": "holds dates",
    "truth": "holds true and false",
    "other": "holds neither numbers nor text",
    "empty": "holds no value",
    "far": "holds a number that is not finite, or too large",
    "nameless": "has no name, and likely numbers or names the rows",
    "row number": "counts the rows, so that clusters would follow the order of the file",
    "constant": "holds one value only, which tells no row from another",
    "badly named": "has no name that can be kept",
}
HELP = {
    "date": ", or write numbers, such as days since the first",
    "truth": ", or write 1 and 0",
    "badly named": ", or give it a name of 1 to 100 characters, all printable",
}
TOLD = ("nameless", "row number", "constant")  # what is no fault, unless warnings=refuse


def default_names(columns):
    """Names of columns that have none."""
    return tuple(f"x{j + 1}" for j in range(columns))


def accepts_name(name):
    """Whether a table may be called so: nothing that could be taken for a path, or cannot be shown."""
    return NAME.fullmatch(name) is not None


@dataclass(frozen=True)
class Limits:
    """Bounds of a table; the same as in `helpers.service.settings.Settings`."""

    max_json_bytes: int
    max_rows: int
    max_columns: int
    max_cells: int

    def check(self, rows, columns):
        """Refuse a table by its size alone: a Problem, 422 if it is empty, 413 if it is too large."""
        if rows < 1 or columns < 1:
            raise of_body("/X", "is empty; give at least one row and one column")
        sizes = ("rows", rows, self.max_rows), ("columns", columns, self.max_columns)
        for what, number, most in (*sizes, ("values", rows * columns, self.max_cells)):
            if number > most:
                raise of_body("/X", f"has {number} {what}; at most {most} are accepted", 413)


@dataclass(frozen=True, eq=False)  # arrays have no single truth to compare by
class Table:
    """Rows to cluster."""

    X: np.ndarray  # float64, shape (n_samples, n_features): finite, without -0.0, so that equal tables have equal bytes
    feature_names: tuple  # of str
    name: str | None = None
    warnings: tuple = ()  # what was understood, or may be no column to cluster by, or was dropped: a sentence each
    rows_dropped: int = 0  # since a value is missing in them


def save(table, target):
    """Write a table's rows as .npy, and give what the records keep of it, as a dict."""
    X, (rows, columns) = table.X, table.X.shape
    with open(target, "wb") as file:  # by Python's own write: NumPy's does not say that a disk is full
        npy.write_array_header_1_0(file, npy.header_data_from_array_1_0(X))
        file.write(X.data)
    fingerprint = hashlib.sha256(repr(X.shape).encode())
    fingerprint.update(X)
    facts = {"name": table.name, "rows": rows, "columns": columns, "feature_names": list(table.feature_names)}
    facts |= {"fingerprint": fingerprint.hexdigest(), "distinct_rows": _count_distinct(X)}
    return facts | {"warnings": list(table.warnings), "rows_dropped": table.rows_dropped}


def _count_distinct(X):
    """Count the distinct rows, up to 1000: of most tables the first few rows tell."""
    for some in (X[: 2 * MOST_DISTINCT], X):
        distinct = len(np.unique(np.ascontiguousarray(some).view(f"V{some.shape[1] * 8}")))
        if distinct >= MOST_DISTINCT or len(some) == len(X):
            return min(distinct, MOST_DISTINCT)


@dataclass
class Column:
    """What is known of a column that was read."""

    name: str
    at: int  # its place in the body
    kind: str = "number"  # or a key of `WHY`
    missing: int | None = None  # values; None if it is not known
    row: int | None = None  # one that shows what is in the way
    value: object = None  # there

    def fits(self, upload):
        """Whether the table can be taken with this column, but for what it lacks."""
        return self.kind == "number" or (self.kind in TOLD and upload.warnings == "tell")

    def keeps_out(self, upload):
        """Whether the table cannot be taken with this column."""
        return not self.fits(upload) or (bool(self.missing) and upload.missing == "refuse")

    def as_json(self):
        """Write what a client chooses by."""
        why = WHY.get(self.kind)
        return {
            "name": sendable(self.name, LONGEST),
            "kind": self.kind,
            "missing": self.missing,
            "use": why is None,
            "why": why,
        }

    def error(self, line, rows, upload, fills):
        """Say what is in the way, where, and what would help."""
        place = f"line {line}" if line else f"row {self.row + 1}" if self.row is not None else ""
        if self.fits(upload):
            drop = "drop these rows with missing=drop, " if fills else ""
            said = f"is missing in {self.missing} of {rows} rows, first in {place}: {drop}{LEAVE}, or fill them in"
        elif self.kind == "text" and place:
            said = f"holds {self.value[:40]!r} in {place}, which is no number: {LEAVE}, or write numbers"
        elif self.kind == "far":
            said = f"is {self.value} in {place}: give finite numbers, at most 1e150 in size"
        else:
            said = f"{WHY[self.kind]}: {LEAVE}{HELP.get(self.kind, '')}"
        pointer = f"/feature_names/{self.at}" if self.row is None else f"/X/{self.row}/{self.at}"
        error = {"detail": said, "column": sendable(self.name, LONGEST), "pointer": pointer}
        return error | ({"line": line} if line else {})


@dataclass
class Found:
    """What a reader found."""

    columns: list  # of Column
    X: np.ndarray  # of float64, shape (n_rows, n_numbers): the columns of numbers; NaN is a missing one
    notes: list = field(default_factory=list)  # what was understood
    nameless: bool = False  # whether the body's first column has no name
    lines: Callable | None = None  # gives the lines on which rows, ascending, begin
    name: str | None = None  # of the table


def choose(there, columns):
    """Give the places of the columns that the parameter lists; of all if it is None."""
    if columns is None:
        return list(range(len(there)))
    try:
        wanted = next(csv.reader([columns], strict=True, skipinitialspace=True))
    except (csv.Error, StopIteration):
        wanted = []
    if not any(wanted):
        raise of_parameter("columns", 'names no column; give names with commas between: a,"b, in cm"')
    known, first = sendable(", ".join(there), 300), {name: i for i, name in reversed([*enumerate(there)])}
    wanted = [name if name in first else name.strip() for name in wanted]
    times = Counter(wanted)
    said = [f"there is no {name[:100]!r}; there are {known}" for name in times if name not in first]
    said += [f"{name[:100]!r} is named twice; name it once" for name in times if times[name] > 1]
    if said:
        raise Problem(422, f"columns: {_some(said)}", [{"detail": one, "parameter": "columns"} for one in said[:MOST]])
    return [first[name] for name in wanted]


def of_table(error):
    """Make the problem of what `helpers.preparing` finds wrong with a text."""
    errors = []
    for one in error.problems[:MOST]:
        place = {
            "detail": one.said,
            "pointer": "",
            "column": one.column and sendable(one.column, LONGEST),
            "line": one.line,
        }
        errors.append({name: value for name, value in place.items() if value is not None})
    return Problem(422, f"the body: {_some([str(one)[:300] for one in error.problems])}", errors)


def settle(found, upload, *, fills):
    """Make a table of the columns that were found, whose rows may be dropped if it `fills`; or refuse it.

    The Problem, 422, has all that is in the way; its `more` lists the columns that were read, and which rows lack what.
    """
    columns, gaps = found.columns, np.isnan(found.X)
    numbers = [j for j, column in enumerate(columns) if column.kind == "number"]
    _look_at_numbers(found, [columns[j] for j in numbers], gaps)
    for column in columns:
        if not (1 <= len(column.name) <= 100 and column.name.isprintable()):
            column.kind, column.missing, column.row = "badly named", None, None
    if any(column.keeps_out(upload) for column in columns):
        raise _refusal(found, numbers, gaps, upload, fills)
    lacking = gaps.any(axis=1)
    dropped, rows = int(lacking.sum()), len(lacking)
    if dropped == rows:
        raise of_body("/X", f"has a missing value in each of its {rows} rows; leave columns out with columns=")
    told = [f"{column.name} {WHY[column.kind]}." for column in columns if column.kind in TOLD[1:]]
    if dropped:
        told.append(f"Rows dropped since a value is missing in them: {dropped} of {rows}.")
    X = np.ascontiguousarray(found.X[~lacking] if dropped else found.X)
    X += 0.0  # -0.0 is 0.0
    return Table(X, tuple(column.name for column in columns), found.name, (*found.notes, *told), dropped)


def _look_at_numbers(found, columns, gaps):
    """Note of each column of numbers what it lacks, and what it is if no column to cluster by."""
    X, rows = found.X, len(found.X)
    low, high = np.fmin.reduce(X), np.fmax.reduce(X)
    for i, column in enumerate(columns):
        column.missing = int(np.count_nonzero(gaps[:, i]))
        column.row = int(np.argmax(gaps[:, i])) if column.missing else None
        if column.missing == rows:
            column.kind = "empty"
        elif not -LARGEST <= low[i] <= high[i] <= LARGEST:
            column.kind, column.row = "far", int(np.argmax(np.abs(X[:, i]) > LARGEST))
            column.value = X[column.row, i]
        elif found.nameless and column.at == 0:
            column.kind = "nameless"
        elif high[i] - low[i] == rows - 1 and is_row_number(X[:, i]):
            column.kind = "row number"
        elif low[i] == high[i] and rows - column.missing > 1:
            column.kind = "constant"


def _refusal(found, numbers, gaps, upload, fills):
    """Make the problem of all columns that are in the way; `numbers` are the places of those that `gaps` has."""
    columns, n_rows = found.columns, len(found.X)
    wrong = [column for column in columns if column.keeps_out(upload)]
    rows = sorted({column.row for column in wrong if column.row is not None})
    lines = dict(zip(rows, found.lines(rows), strict=True)) if found.lines and rows else {}
    errors = [column.error(lines.get(column.row), n_rows, upload, fills) for column in wrong]
    said = _some([f"column {error['column']} {error['detail']}" for error in errors])
    said += _accepted(columns, [columns[j] for j in numbers], gaps, fills)
    more = {"rows": n_rows, "columns": [column.as_json() for column in columns], "gaps": _together(gaps, numbers)}
    return Problem(422, f"{len(wrong)} of {len(columns)} columns: {said}", errors[:MOST], more=more)


def _together(gaps, numbers):
    """Count the rows by the columns that they lack: what is dropped by whichever choice."""
    sets, counts = np.unique(np.packbits(gaps[gaps.any(axis=1)], axis=1), axis=0, return_counts=True)
    most = np.argsort(-counts, kind="stable")[:SETS]
    lacking = np.unpackbits(sets[most], axis=1, count=gaps.shape[1])
    pairs = zip(lacking, counts[most].tolist(), strict=True)
    return [{"columns": [numbers[i] for i in np.flatnonzero(one)], "rows": count} for one, count in pairs]


def _accepted(columns, numbers, gaps, fills):
    """Say which parameters would help, if some do."""
    used = [i for i, column in enumerate(numbers) if column.kind == "number" and (fills or not column.missing)]
    lacking = gaps[:, used].any(axis=1)
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([numbers[i].name for i in used])
    if not used or lacking.all() or len(text.getvalue()) > 300:
        return ""
    parts = [f"columns={text.getvalue()}"] * (len(used) < len(columns)) + ["missing=drop"] * bool(lacking.any())
    return f". Accepted would be ?{'&'.join(parts)}"


def _some(sentences):
    more = len(sentences) - SHOWN
    return "; ".join(sentences[:SHOWN]) + (f"; and {more} more" if more > 0 else "")
