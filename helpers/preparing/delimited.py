"""CSV and its kin as a table: encoding, delimiter, decimal comma and what stands for missing are found, and told."""

import csv
import io
import itertools
import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.csv

from helpers.preparing.converting import MISSING, Column
from helpers.preparing.decoding import to_utf8
from helpers.preparing.refusing import Problem, TableError

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
SAMPLE = 2**18  # bytes that are looked at to find the delimiter
LONGEST = 2**22  # bytes that are looked at to find the names
BLOCK = 2**24  # bytes that are parsed at a time, and the longest row
SEP = re.compile(r'"?sep=([!-~\t])"?\r?\n', re.IGNORECASE)
NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)
FEW = 5  # tokens for missing that are named


def parse(data, name="the file", *, bound=None):
    """Read a table from the bytes of a text.

    Parameters
    ----------
    data : bytes
    name : str
        Of the file, for messages.
    bound : callable, optional
        ``bound(rows, columns)`` is called with what has been found so far, and raises if that is too much.

    Returns
    -------
    table : pyarrow.Table
        As in `helpers.preparing.reading.Loaded`.
    notes : list of str

    Raises
    ------
    TableError
        With all that is wrong.
    """
    text = Text(data, name)
    names = text.names
    if bound:
        bound(0, len(names))
    wrong = [Problem("stands over more than one column: rename one", column) for column in _twice(names)]
    if wrong:
        raise TableError(name, wrong)
    may_have_comma = text.delimiter != ","
    columns = [Column(may_have_comma=may_have_comma) for _ in names]
    rows = 0
    for batch in text.batches():
        rows += batch.num_rows
        if bound:
            bound(rows, len(names))
        for column, values in zip(columns, batch.columns, strict=True):
            column.take(values)
    late = [i for i, column in enumerate(columns) if column.fell]
    if late:  # their first rows were read as numbers: read them again as they are written
        again = [Column(text=True) for _ in late]
        for batch in text.batches():
            for column, i in zip(again, late, strict=True):
                column.take(batch.column(i))
        for i, column in zip(late, again, strict=True):
            columns[i] = column
    if not rows:
        raise TableError(name, [Problem("has no rows below its line of names")])
    table = pa.table([column.array() for column in columns], names=list(names))
    return table, text.notes + _told(names, columns)


def _twice(names):
    return [name for name, count in Counter(names).items() if count > 1]


def _told(names, columns):
    """Say what was taken for a number with a comma, and what for missing."""
    comma = [name for name, column in zip(names, columns, strict=True) if column.comma]
    notes = [f"Decimal comma in {_listed(comma)}."] if comma else []
    for token in sorted({token for column in columns for token in column.missing if token}):
        found = {name: c.missing[token] for name, c in zip(names, columns, strict=True) if c.missing[token]}
        where = _listed(found)
        times = "once" if sum(found.values()) == 1 else f"{sum(found.values()):,} times"
        notes.append(f"{token!r} was taken for missing, {times}, in {where}.")
    return notes


def _listed(names):
    names = list(names)
    more = len(names) - FEW
    return ", ".join(names[:FEW]) + (f" and {more} more" if more > 0 else "")


class Text:
    """A text that holds a table, and what was found out about it.

    Parameters
    ----------
    data : bytes
    name : str

    Attributes
    ----------
    names : tuple of str
        Of the columns.
    notes : list of str
    has_names : bool
        Whether the first line gave them.
    """

    def __init__(self, data, name):
        self.notes, self._name = [], name
        self._data, self._skipped = self._decoded(data), 0
        if not self._data.endswith((b"\n", b"\r")):
            self._data += b"\n"  # Arrow wants an end of the line of names
        self._skip_empty_lines()
        self._find_delimiter()
        self._skip_empty_lines()  # after the line that tells the delimiter
        self._find_names()
        self._check_quotes()

    def _refuse(self, said, line=None):
        return TableError(self._name, [Problem(said, line=line)])

    def _decoded(self, data):
        """Give the text in UTF-8, without a mark at its beginning."""
        if not data or data.isspace():
            raise self._refuse("is empty")
        text, note = to_utf8(data)
        if text is None:
            raise self._refuse(note)
        if b"\0" in text:
            raise self._refuse("is no text: it holds zero bytes; export the table as CSV")
        self.notes += [note] if note else []
        return text

    def _skip_empty_lines(self):
        start = self._data[:SAMPLE]
        self._skip(len(start) - len(start.lstrip(b"\r\n")))

    def _skip(self, size):
        """Leave out the first bytes, which are whole lines."""
        if size:
            self._skipped += len(self._data[:size].splitlines())
            self._data = self._data[size:]

    def _sample(self):
        text = self._data[:SAMPLE].decode("utf-8", errors="ignore")
        if len(self._data) > SAMPLE:  # without its last line, which is cut off
            text = text[: max(text.rfind("\n"), text.rfind("\r"), 0) + 1] or text
        return text

    def _find_delimiter(self):
        told = SEP.match(self._sample())
        if told:
            self._skip(len(told[0].encode()))
            self.delimiter = told[1]
            self.notes.append(
                f"The first line says that {DELIMITERS.get(told[1], repr(told[1]))} separate the columns."
            )
            return
        sample = self._sample()
        scores = {one: _fit(sample, one) for one in DELIMITERS}
        self.delimiter = max(scores, key=scores.get)  # the first of equals
        share, width = scores[self.delimiter]
        if (share < 1 or width < 2) and '"' not in sample and _is_by_blanks(sample):
            self._data = b"\n".join(b"\t".join(line.split()) for line in self._data.splitlines()) + b"\n"
            self.delimiter = "\t"
            self.notes.append("Columns are separated by blanks.")
        elif self.delimiter != "," and width > 1:
            self.notes.append(f"Columns are separated by {DELIMITERS[self.delimiter]}.")

    def _find_names(self):
        names, widths = self._first_lines()
        if not names:
            raise self._refuse("is empty")
        self.has_names = not all(field in MISSING or NUMBER.fullmatch(field) for field in names)
        width, often = Counter(widths).most_common(1)[0] if widths else (len(names), 0)
        if not self.has_names:
            self.notes.append("There is no line of names: the columns are called column 1, column 2 and so on.")
            names = [""] * len(names)
        elif set(widths) == {len(names) + 1}:
            names = ["", *names]  # as R writes a table with names of rows
        elif len(names) < width and often > len(widths) / 2:
            said = (
                f"the number of names is {len(names)}, and most lines have {width} fields: begin with the line of names"
            )
            raise self._refuse(said, self._skipped + 1)
        if self.has_names and names[0] == "" and len(names) > 1:
            said = "The first column has no name: it is called column 1, and likely numbers or names the rows."
            self.notes.append(said)
        self.names = tuple(name or f"column {i}" for i, name in enumerate(names, 1))
        self._blank = len(names) == 1  # then an empty line is a row with a missing value
        if self._blank:
            self._data = self._data.rstrip(b"\r\n") + b"\n"

    def _first_lines(self):
        """Give the fields of the first line, which may be longer than the sample, and the widths of those after it."""
        rows = csv.reader(_as_lines(self._data[:LONGEST]), delimiter=self.delimiter)
        try:
            names = [name.strip() for name in next((row for row in rows if row), [])]
            widths = [len(row) for row in itertools.islice(rows, 100) if row]
        except csv.Error as error:
            raise self._refuse(f"cannot be read as CSV: {error}", rows.line_num + self._skipped) from None
        if len(self._data) > LONGEST:  # the last one may be cut off
            widths = widths[:-1]
        return names, widths

    def _check_quotes(self):
        """Refuse a quote that closes before its field ends: Arrow would take "1"2 for 12."""
        data = np.frombuffer(self._data, np.uint8)
        quotes = np.flatnonzero(data == ord('"'))
        if not len(quotes):
            return
        ends = np.isin(np.arange(256), [*b'\r\n"', *self.delimiter.encode()[:1]])
        inner = quotes[::2] > 0, quotes[1::2] < len(data) - 1  # the text's own ends are ends, too
        opens, closes = (places[one] for places, one in zip((quotes[::2], quotes[1::2]), inner, strict=True))
        if len(quotes) % 2 == 0 and ends[data[opens - 1]].all() and ends[data[closes + 1]].all():
            return
        rows = csv.reader(_as_lines(self._data), delimiter=self.delimiter, strict=True)
        try:
            for _ in rows:
                pass
        except csv.Error as error:
            raise self._refuse(f"a quote is in the wrong place ({error})", rows.line_num + self._skipped) from None

    def batches(self):
        """Give the rows as batches of texts; refuse rows that are too long or too short, all at once."""
        ragged = []

        def note(row):
            if len(ragged) < 1000:
                ragged.append((row.number - 1 - self.has_names, row.expected_columns, row.actual_columns))
            return "skip"

        options = {
            "read_options": pa.csv.ReadOptions(
                use_threads=False,  # or rows that are too long or too short have no number
                block_size=BLOCK,
                column_names=[str(i) for i in range(len(self.names))],
                skip_rows_after_names=int(self.has_names),
            ),
            "parse_options": pa.csv.ParseOptions(
                delimiter=self.delimiter,
                newlines_in_values=b'"' in self._data,
                invalid_row_handler=note,
                ignore_empty_lines=not self._blank,
            ),
            "convert_options": pa.csv.ConvertOptions(
                column_types={str(i): pa.string() for i in range(len(self.names))}, strings_can_be_null=False
            ),
        }
        try:
            with pa.csv.open_csv(pa.BufferReader(self._data), **options) as reader:
                yield from reader
        except pa.ArrowInvalid as error:
            if not ragged:
                raise self._refuse(f"cannot be read as CSV: {' '.join(str(error).split())[:200]}") from None
        if ragged:
            at = self.lines([number for number, _, _ in ragged])
            said = "the number of fields is {1}, of names {0}: give as many, with quotes around what holds a delimiter"
            wrong = [Problem(said.format(*row[1:]), line=line) for line, row in zip(at, ragged, strict=True)]
            raise TableError(self._name, wrong)

    def lines(self, rows):
        """Give the line on which each row begins, as an editor counts it; rows from 0, in ascending order."""
        wanted, found = iter(rows), []
        want, row, begins = next(wanted, None), -self.has_names, 1
        records = csv.reader(_as_lines(self._data), delimiter=self.delimiter)
        for record in records:
            if record or self._blank:
                while want == row:
                    found.append(begins + self._skipped)
                    want = next(wanted, None)
                if want is None:
                    break
                row += 1
            begins = records.line_num + 1
        return found


def _as_lines(data):
    return io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", errors="replace", newline="")


def _is_by_blanks(sample):
    """Tell whether blanks separate columns: as many in each line (R leaves one name out), a number in each."""
    lines = [line.split() for line in re.split(r"\r\n|\r|\n", sample) if line.strip()]
    if len(lines) < 2:
        return False
    first, *rest = lines
    alike = len({len(row) for row in rest}) == 1 and len(rest[0]) - len(first) in (0, 1)
    return alike and len(rest[0]) > 1 and any(all(map(NUMBER.fullmatch, column)) for column in zip(*rest, strict=True))


def _fit(sample, delimiter):
    """Tell how well a delimiter fits: share of the rows that are as wide as most, and how wide."""
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        return 0, 0
    if not widths:
        return 0, 0
    width, often = Counter(widths).most_common(1)[0]
    return (often / len(widths), width) if width > 1 else (0, 1)
