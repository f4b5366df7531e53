"""Which columns of a table are used: what is in the way is refused, of all columns at once; what may be is told."""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from helpers.checking import LARGEST
from helpers.preparing.columns import is_row_number
from helpers.service.data.tables import Table, default_names
from helpers.service.problems import Problem, of_body, of_parameter

MOST, SETS = 1000, 100  # errors in an answer; sets of columns that lack values in the same rows
SHOWN = 5  # errors in a sentence
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


@dataclass
class Found:
    """What a reader found.

    Attributes
    ----------
    names : sequence of str or None
        Of the columns that were read; None if they have none.
    X : ndarray of float64, shape (n_rows, n_numbers)
        Of those that hold numbers; NaN is a missing one.
    at : sequence of int
        Places of the columns in the body.
    others : dict
        A `Fact` for each that holds no numbers, by its place in `names`.
    notes : list of str
        What was understood.
    nameless : bool
        Whether the body's first column has no name.
    lines : callable, optional
        Gives the lines on which rows, ascending, begin.
    """

    names: list | None
    X: np.ndarray
    at: list
    others: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)
    nameless: bool = False
    lines: object = None


@dataclass
class Fact:
    """What is known of a column: its kind, "number" or a key of `WHY`, values missing, and a row that shows it."""

    kind: str
    missing: int | None = None
    row: int | None = None
    value: object = None

    def keeps_out(self, upload):
        """Whether the table cannot be taken with this column."""
        if self.kind == "number" or (self.kind in TOLD and upload.warnings == "tell"):
            return bool(self.missing) and upload.missing == "refuse"
        return True

    def as_json(self, name):
        """Write what a client chooses by."""
        why = WHY.get(self.kind)
        return {"name": _shown(name), "kind": self.kind, "missing": self.missing, "use": why is None, "why": why}

    def tell(self, place, rows, upload, fills):
        """Say what is in the way, and what would help."""
        if self.kind == "number" or (self.kind in TOLD and upload.warnings == "tell"):
            drop = "drop these rows with missing=drop, " if fills else ""
            return f"is missing in {self.missing} of {rows} rows, first in {place}: {drop}{LEAVE}, or fill them in"
        if self.kind == "text" and place:
            return f"holds {self.value[:40]!r} in {place}, which is no number: {LEAVE}, or write numbers"
        if self.kind == "far":
            return f"is {self.value} in {place}: give finite numbers, at most 1e150 in size"
        return f"{WHY[self.kind]}: {LEAVE}{HELP.get(self.kind, '')}"


def choose(there, columns):
    """Give the places of the columns that the parameter lists; of all if it is None.

    Raises
    ------
    Problem
        422, with each name that is not there, or there twice.
    """
    if columns is None:
        return list(range(len(there)))
    try:
        wanted = next(csv.reader([columns], strict=True, skipinitialspace=True))
    except (csv.Error, StopIteration):
        wanted = []
    if not any(wanted):
        raise of_parameter("columns", 'names no column; give names with commas between: a,"b, in cm"')
    known, first = ", ".join(there)[:300], {name: i for i, name in reversed([*enumerate(there)])}
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
        place = {"detail": one.said, "pointer": "", "column": one.column and _shown(one.column), "line": one.line}
        errors.append({name: value for name, value in place.items() if value is not None})
    return Problem(422, f"the body: {_some([str(one)[:300] for one in error.problems])}", errors)


def settle(found, upload, *, fills=True):
    """Make a table of the columns that were found, or refuse it.

    Parameters
    ----------
    found : Found
    upload : helpers.service.questions.Upload
    fills : bool
        Whether rows may be dropped at all.

    Returns
    -------
    helpers.service.data.tables.Table

    Raises
    ------
    Problem
        422 with all that is in the way. Its `more` lists the columns that were read, and which rows lack what.
    """
    names = found.names or default_names(found.X.shape[1])
    numbers, gaps = [j for j in range(len(names)) if j not in found.others], np.isnan(found.X)
    facts = found.others | _of_numbers(found, numbers, gaps)
    for j, name in enumerate(names):
        if not (1 <= len(name) <= 100 and name.isprintable()):
            facts[j] = Fact("badly named")
    if any(fact.keeps_out(upload) for fact in facts.values()):
        raise _refusal(found, names, dict(sorted(facts.items())), upload, fills, gaps)
    lacking = gaps.any(axis=1)
    dropped, rows = int(lacking.sum()), len(lacking)
    if dropped == rows:
        raise of_body("/X", f"has a missing value in each of its {rows} rows; leave columns out with columns=")
    told = [f"{names[j]} {WHY[facts[j].kind]}." for j in numbers if facts[j].kind in TOLD[1:]]
    if dropped:
        told.append(f"Rows dropped since a value is missing in them: {dropped} of {rows}.")
    X = np.ascontiguousarray(found.X[~lacking] if dropped else found.X)
    X += 0.0  # -0.0 is 0.0
    return Table(X, found.names and tuple(names), warnings=(*found.notes, *told), rows_dropped=dropped)


def _of_numbers(found, numbers, gaps):
    """Give a fact for each column of numbers."""
    X, rows, facts = found.X, len(found.X), {}
    low, high = np.fmin.reduce(X), np.fmax.reduce(X)
    for i, j in enumerate(numbers):
        missing = int(np.count_nonzero(gaps[:, i]))
        fact = facts[j] = Fact("number", missing, int(np.argmax(gaps[:, i])) if missing else None)
        if missing == rows:
            fact.kind = "empty"
        elif not -LARGEST <= low[i] <= high[i] <= LARGEST:
            fact.kind, fact.row = "far", int(np.argmax(np.abs(X[:, i]) > LARGEST))
            fact.value = X[fact.row, i]
        elif found.nameless and found.at[j] == 0:
            fact.kind = "nameless"
        elif high[i] - low[i] == rows - 1 and is_row_number(X[:, i]):
            fact.kind = "row number"
        elif low[i] == high[i] and rows - missing > 1:
            fact.kind = "constant"
    return facts


def _together(gaps, numbers):
    """Count the rows by the columns that they lack: what is dropped by whichever choice."""
    sets, counts = np.unique(np.packbits(gaps[gaps.any(axis=1)], axis=1), axis=0, return_counts=True)
    most = np.argsort(-counts, kind="stable")[:SETS]
    lacking = np.unpackbits(sets[most], axis=1, count=gaps.shape[1])
    found = zip(lacking, counts[most].tolist(), strict=True)
    return [{"columns": [numbers[i] for i in np.flatnonzero(one)], "rows": count} for one, count in found]


def _refusal(found, names, facts, upload, fills, gaps):
    """Make the problem of all columns that are in the way."""
    wrong = {j: fact for j, fact in facts.items() if fact.keeps_out(upload)}
    rows = sorted({fact.row for fact in wrong.values() if fact.row is not None})
    lines = dict(zip(rows, found.lines(rows), strict=True)) if found.lines and rows else {}
    errors = []
    for j, fact in wrong.items():
        at, line = found.at[j], lines.get(fact.row)
        place = f"line {line}" if line else f"row {fact.row + 1}" if fact.row is not None else ""
        error = {"detail": fact.tell(place, len(found.X), upload, fills), "column": _shown(names[j])}
        error["pointer"] = f"/feature_names/{at}" if fact.row is None else f"/X/{fact.row}/{at}"
        errors.append(error | ({"line": line} if line else {}))
    numbers = [j for j in facts if j not in found.others]
    said = _some([f"column {error['column']} {error['detail']}" for error in errors])
    said += _accepted(names, numbers, facts, fills, gaps)
    more = {"rows": len(found.X), "columns": [fact.as_json(names[j]) for j, fact in facts.items()]}
    more["gaps"] = _together(gaps, numbers)
    return Problem(422, f"{len(wrong)} of {len(names)} columns: {said}", errors[:MOST], more=more)


def _accepted(names, numbers, facts, fills, gaps):
    """Say which parameters would help, if some do."""
    used = [j for j in numbers if facts[j].kind == "number" and (fills or not facts[j].missing)]
    lacking = gaps[:, [i for i, j in enumerate(numbers) if j in used]].any(axis=1)
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([names[j] for j in used])
    if not used or lacking.all() or len(text.getvalue()) > 300:
        return ""
    parts = [f"columns={text.getvalue()}"] * (len(used) < len(names)) + ["missing=drop"] * bool(lacking.any())
    return f". Accepted would be ?{'&'.join(parts)}"


def _some(sentences):
    more = len(sentences) - SHOWN
    return "; ".join(sentences[:SHOWN]) + (f"; and {more} more" if more > 0 else "")


def _shown(name):
    """Cut a name; JSON may hold half a character, which could not be sent back."""
    return name[:100].encode("utf-8", "replace").decode()
