"""The result of a run: its rows, and a record of what made them; as a file and back."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from helpers.experiments.comparing.figures import figures
from helpers.experiments.comparing.formatting import as_html, as_text, number
from helpers.experiments.recipes import recipe
from helpers.files import whole

SCHEMA = "clustering-course/experiment/1"
RECORD = {  # what a record says, and of what type
    "title": str,
    "source": str,
    "deviations": str,
    "recipe_version": int,
    "parameters": dict,
    "settings": dict,
    "seed": int,
    "versions": dict,
    "machine": dict,
    "data": dict,
    "seconds": float,
    "resumed": int,
    "date": str,
}
HEADER = ("figure", "here", "spread", "of")


@dataclass(frozen=True, eq=False)
class Result:
    """What a run found.

    Attributes
    ----------
    name : str
        Of the recipe.
    rows : list of dict
        One for each trial and setting, in the order of the recipe's tasks.
    record : dict
        Recipe, parameters, seed, versions, machine, digests of the data, seconds; see ``data/README.md``.
    """

    name: str
    rows: list = field(repr=False)
    record: dict = field(repr=False)

    @property
    def figures(self):
        """The figures that the recipe reports; dict of tuple to Figure."""
        return figures(recipe(self.name).measures, self.rows)

    def table(self):
        """Header and rows of the figures, with the standard deviation between data sets where that is the noise."""
        rows = []
        for figure in self.figures.values():
            spreads = figure.summary in ("mean", "median") and len(figure.values) > 1  # of one trial nothing is known
            spread = number(figure.values.std(ddof=1)) if spreads else "-"
            rows.append((figure.name, number(figure.value), spread, len(figure.values)))
        return HEADER, rows

    def __repr__(self):
        return f"{self._said()}\n{as_text(*self.table())}"

    def _repr_html_(self):
        return as_html(*self.table(), notes=[self._said()])

    def _said(self):
        numbers = ", ".join(f"{key} {value}" for key, value in self.record["parameters"].items())
        return f"{self.record['title']}: seed {self.record['seed']}, {numbers}, {self.record['seconds']:.0f} seconds"

    def save(self, path):
        """Write as JSON; the file is there as a whole, or as it was before."""
        columns = list(self.rows[0])
        rows = [[row[column] for column in columns] for row in self.rows]
        head = {"schema": SCHEMA, "name": self.name, "record": self.record, "columns": columns}
        body = ",\n".join(map(json.dumps, rows))  # a line per row: differences between two files can be read
        with whole(path) as file:
            file.write(f'{json.dumps(head, indent=1)[:-2]},\n "rows": [\n{body}\n]}}\n'.encode())


def load(path):
    """Read a result from its file.

    Parameters
    ----------
    path : path

    Returns
    -------
    Result

    Raises
    ------
    ValueError
        If the file is not of the schema; the message says where.
    OSError
        If it cannot be read.
    """
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"), parse_constant=_refuse)
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from None
    try:
        _check(found)
    except ValueError as error:
        raise ValueError(f"{path} is no result of an experiment: {error}") from None
    rows = [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]
    return Result(found["name"], rows, found["record"])


def _refuse(constant):
    raise ValueError(f"{constant} is no number")


def _check(found):
    """Compare what was read with the schema."""
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise ValueError(f"its schema is not {SCHEMA!r}")
    known = recipe(found.get("name"))
    record = found.get("record")
    _check_record(record)
    columns, rows = found.get("columns"), found.get("rows")
    if not isinstance(columns, list) or not isinstance(rows, list) or not rows:
        raise ValueError("columns or rows are missing or empty")
    needed = {column for measure in known.measures for column in (measure.column, *measure.by)}
    if missing := needed - set(map(str, columns)):
        raise ValueError(f"the column {sorted(missing)[0]!r} is missing")
    measured = [columns.index(measure.column) for measure in known.measures]
    for i, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != len(columns):
            raise ValueError(f"row {i} has not {len(columns)} values")
        if any(type(row[j]) not in (int, float) for j in measured) or not all(
            type(v) in (int, float, str) for v in row
        ):
            raise ValueError(f"row {i} holds something else than numbers and names, or a name for a number")


def _check_record(record):
    if not isinstance(record, dict):
        raise ValueError("it has no record")
    for key, kind in RECORD.items():
        if type(record.get(key)) is not kind:
            raise ValueError(f"record.{key} is {'missing' if key not in record else f'not of type {kind.__name__}'}")
