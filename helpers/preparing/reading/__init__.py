"""A file or folder as a table: CSV and its kin, Parquet; what was understood is told, what is wrong is told at once."""

import html
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from helpers.preparing.columns import index_columns, without
from helpers.preparing.reading import delimited
from helpers.preparing.refusing import Problem, TableError

SUFFIXES = (".csv", ".parquet", ".tsv", ".txt")  # what counts in a folder
HOW = 'save the sheet as "CSV UTF-8", and read that file'
NO_TABLE = {  # first bytes of what is often named by mistake
    b"PK\x03\x04": f"is an Excel or OpenDocument workbook, or another zip archive: {HOW}",
    b"\xd0\xcf\x11\xe0": f"is an old Excel workbook: {HOW}",
    b"\x1f\x8b": "is compressed with gzip: unpack it first (gunzip)",
    b"%PDF": "is a PDF: ask for the table as CSV",
    b"SQLite format 3": "is an SQLite database: export the table as CSV",
    b"\x89HDF": "is an HDF5 file: export the table as CSV or Parquet",
    b"ARROW1": "is a Feather or Arrow file: write the table as Parquet",
}


@dataclass(frozen=True, eq=False)  # tables have no single truth to compare by
class Loaded:
    """A table as its file has it.

    Attributes
    ----------
    name : str
        Of the file or folder.
    table : pyarrow.Table
        Numbers are int64 or float64; dates are date32 or timestamp; true and false are bool; all else is text. What is
        missing is null.
    notes : tuple of str
        What was understood, a sentence each.
    sources : tuple
        Path and number of rows of each file.
    """

    name: str
    table: pa.Table = field(repr=False)
    notes: tuple
    sources: tuple = field(repr=False)

    @property
    def frame(self):
        """The table as a pandas DataFrame, rows numbered from 0."""
        return self.table.to_pandas(date_as_object=False, ignore_metadata=True)

    def place(self, row):
        """Say where a row, counted from 0, begins: "line 7" as an editor counts it, or "row 8" of a Parquet file."""
        sources = iter(self.sources)
        path, rows = next(sources)
        while row >= rows:
            row -= rows
            path, rows = next(sources)
        path = Path(path)
        said = (
            f"row {row + 1}"
            if is_parquet(path)
            else f"line {delimited.Text(path.read_bytes(), path.name).lines([row])[0]}"
        )
        return said if len(self.sources) == 1 else f"{path.name}, {said}"

    def __repr__(self):
        rows, columns = self.table.num_rows, self.table.num_columns
        return "\n".join([f"{self.name}: {_count(rows, 'row')}, {_count(columns, 'column')}", *self.notes])

    def _repr_html_(self):
        first, *notes = (html.escape(line) for line in repr(self).splitlines())
        return f"<p>{first}</p>" + (f"<ul>{''.join(f'<li>{note}</li>' for note in notes)}</ul>" if notes else "")


def _count(n, what):
    return f"{n:,} {what}{'s' * (n != 1)}"


def read(path, *, bound=None):
    """Read a table from a file, or from a folder of files with the same columns.

    Parameters
    ----------
    path : path
        Of a CSV file, whatever separates its columns, of a Parquet file, or of a folder of such files.
    bound : callable, optional
        ``bound(rows, columns)`` is called with what has been found so far, and raises if that is too much.

    Returns
    -------
    Loaded

    Raises
    ------
    FileNotFoundError
        If there is nothing at the path.
    TableError
        If it is no table; with all that is wrong.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"there is no file or folder {path}")
    files = _files(path) if path.is_dir() else [path]
    parts = [_read_file(file, bound) for file in files]
    if len(parts) == 1:
        table, notes = parts[0]
        return Loaded(path.name, table, tuple(notes), ((str(files[0]), table.num_rows),))
    table = _joined(path, files, [table for table, _ in parts])
    notes = [f"{len(files)} files, in the order of their names, joined by the names of their columns."]
    notes += dict.fromkeys(note for _, of_file in parts for note in of_file)
    sources = tuple((str(file), part.num_rows) for file, (part, _) in zip(files, parts, strict=True))
    return Loaded(path.name, table, tuple(notes), sources)


def _files(folder):
    found = sorted(
        f for f in folder.iterdir() if f.suffix.lower() in SUFFIXES and f.name[0] not in "._" and f.is_file()
    )
    if not found:
        raise TableError(
            folder.name, [Problem(f"holds no {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]} file; name one")]
        )
    return found


def is_parquet(path):
    """Tell by its first bytes whether a file is Parquet, whatever its name."""
    with open(path, "rb") as file:
        return file.read(4) == b"PAR1"


def check_kind(path):
    """Refuse a file that by its first bytes is neither a text nor Parquet."""
    with open(path, "rb") as file:
        first = file.read(16)
    for begins, said in NO_TABLE.items():
        if first.startswith(begins):
            raise TableError(path.name, [Problem(said)])


def _read_file(path, bound):
    check_kind(path)
    if is_parquet(path):
        return _read_parquet(path, bound)
    return delimited.parse(path.read_bytes(), path.name, bound=bound)


def _read_parquet(path, bound):
    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
            left_out = index_columns(schema)
            names = [name for name in schema.names if name not in left_out]
            _check_columns(path.name, schema, names)
            if bound:
                bound(rows, len(names))
            table = file.read(names)
    except (pa.ArrowException, OSError) as error:
        said = " ".join(str(error).split())[:200]
        raise TableError(path.name, [Problem(f"is damaged or cut off: write it anew ({said})")]) from None
    if not table.num_rows:
        raise TableError(path.name, [Problem("holds no rows")])
    columns = [_plain(column) for column in table.columns]
    return pa.table(columns, names=[str(name) for name in names]), without(left_out)


def _check_columns(name, schema, names):
    if not names:
        raise TableError(name, [Problem("has no columns but the index of a data frame")])
    twice = sorted({column for column in names if names.count(column) > 1})
    wrong = [Problem("is there twice: rename one", column) for column in twice]
    for column in dict.fromkeys(names):
        if column not in twice and not _is_plain(schema.field(column).type):
            kind = str(schema.field(column).type)[:60]
            wrong.append(Problem(f"is of type {kind}: write numbers, texts or dates instead, or leave it out", column))
    if wrong:
        raise TableError(name, wrong)


def _is_plain(kind):
    if pa.types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    known = (
        "integer",
        "floating",
        "decimal",
        "boolean",
        "string",
        "large_string",
        "string_view",
        "date",
        "timestamp",
        "null",
    )
    return any(getattr(pa.types, f"is_{one}")(kind) for one in known)


def _plain(column):
    """Turn a column of Parquet's many types into one of the few of `Loaded`."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if pa.types.is_integer(kind):
        fits = not pa.types.is_uint64(kind)
        return column.cast(pa.int64() if fits else pa.float64(), safe=fits)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    if pa.types.is_date(kind):
        return column.cast(pa.date32())
    return column if pa.types.is_boolean(kind) or pa.types.is_timestamp(kind) else column.cast(pa.string())


def _joined(path, files, tables):
    """Put the tables of a folder under each other."""
    first, wrong = tables[0], []
    for file, table in zip(files[1:], tables[1:], strict=True):
        for column in sorted(set(first.column_names) ^ set(table.column_names)):
            there, missing = (files[0], file) if column in first.column_names else (file, files[0])
            wrong.append(Problem(f"is in {there.name} and not in {missing.name}: give all the same columns", column))
    if wrong:
        raise TableError(path.name, wrong)
    columns = []
    for name in first.column_names:
        kinds = {table.schema.field(name).type for table in tables} - {pa.null()}
        kind = kinds.pop() if len(kinds) == 1 else _common(kinds)
        columns.append(pa.chunked_array([c for t in tables for c in t[name].cast(kind).chunks], kind))
    return pa.table(columns, names=first.column_names)


def _common(kinds):
    """Give the type that holds what several files have in one column."""
    return pa.float64() if kinds and kinds <= {pa.int64(), pa.float64()} else pa.string()
