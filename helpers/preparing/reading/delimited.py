"""CSV and its kin as a table: encoding, delimiter, decimal comma and what stands for missing are found, and told."""

import copy
import csv
import io
import itertools
import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.csv

from helpers.preparing.reading.converting import MISSING, Column
from helpers.preparing.reading.decoding import to_utf8
from helpers.preparing.reading.separating import NUMBER, by_tabs, fit, is_by_blanks
from helpers.preparing.refusing import TWICE, Problem, TableError, listed

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
SAMPLE = 2**18  # bytes that are looked at to find the delimiter
LONGEST = 2**22  # bytes that are looked at to find the names
QUOTED = 2**22  # bytes in which quotes are looked for at a time
BLOCK = 2**24  # bytes that are parsed at a time, and the longest row
SEP = re.compile(r'"?sep=([!-~\t])"?\r?\n', re.IGNORECASE)
ROWLESS = "has no rows below its line of names"
NAMELESS = "The first column has no name: it is called column 1, and likely numbers or names the rows."


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
    return read_columns(Text(data, name), bound=bound)


def read_columns(text, names=None, *, bound=None):
    """Read columns of a text, as `parse` does.

    Parameters
    ----------
    text : Text
    names : sequence of str, optional
        Of those to be read, in this order; all if omitted.
    bound : callable, optional
    """
    names = text.names if names is None else tuple(names)
    if bound:
        bound(0, len(names))
    counts = Counter(text.names)
    wrong = [Problem(TWICE, column) for column in dict.fromkeys(names) if counts[column] > 1]
    if wrong:
        raise TableError(text.name, wrong)
    at = [text.names.index(name) for name in names]
    may_have_comma = text.delimiter != ","
    columns = [Column(may_have_comma=may_have_comma) for _ in names]
    rows = 0
    for batch in text.batches(at):
        rows += batch.num_rows
        if bound:
            bound(rows, len(names))
        for column, values in zip(columns, batch.columns, strict=True):
            column.take(values)
    late = [i for i, column in enumerate(columns) if column.fell]
    if late:  # their first rows were read as numbers: read them again as they are written
        again = [Column(text=True) for _ in late]
        for batch in text.batches([at[i] for i in late]):
            for column, values in zip(again, batch.columns, strict=True):
                column.take(values)
        for i, column in zip(late, again, strict=True):
            columns[i] = column
    if not rows:
        raise TableError(text.name, [Problem(ROWLESS)])
    table = pa.table([column.array() for column in columns], names=list(names))
    return table, text.notes + [NAMELESS] * (text.nameless and 0 in at) + tell_tokens(names, columns)


def tell_tokens(names, columns):
    """Say what was taken for a number with a comma, and what for missing."""
    comma = [name for name, column in zip(names, columns, strict=True) if column.comma]
    notes = [f"Decimal comma in {listed(comma)}."] if comma else []
    for token in sorted({token for column in columns for token in column.missing if token}):
        found = {name: c.missing[token] for name, c in zip(names, columns, strict=True) if c.missing[token]}
        where = listed(found)
        times = "once" if sum(found.values()) == 1 else f"{sum(found.values()):,} times"
        notes.append(f"{token!r} was taken for missing, {times}, in {where}.")
    return notes


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
    nameless : bool
        Whether it did so for all but the first.
    """

    def __init__(self, data, name):
        self.notes, self.name, self._skipped = [], name, 0
        if not data or data.isspace():
            raise self._refuse("is empty")
        self._data = self._decoded(data)
        if b"\n" not in self._data and b"\r" not in self._data:
            self._data += b"\n"  # Arrow wants an end of the line of names
        self._skip_empty_lines()
        self._find_delimiter()
        self._skip_empty_lines()  # after the line that tells the delimiter
        self._find_names()
        self._check_quotes()

    def following(self, data, line):
        """Give the Text of rows that follow, on a line of the same file."""
        other = copy.copy(self)
        other.notes, other.has_names, other._skipped = [], False, line - 1
        other._data = other._decoded(data)
        if self._by_blanks:
            other._data = by_tabs(other._data)
        other._check_quotes()
        return other

    def _refuse(self, said, line=None):
        return TableError(self.name, [Problem(said, line=line)])

    def _decoded(self, data):
        """Give the text in UTF-8, without a mark at its beginning."""
        text, note = to_utf8(data, self._skipped + 1)
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
        self._by_blanks, told = False, SEP.match(self._sample())
        if told:
            self._skip(len(told[0].encode()))
            self.delimiter = told[1]
            self.notes.append(
                f"The first line says that {DELIMITERS.get(told[1], repr(told[1]))} separate the columns."
            )
            return
        sample = self._sample()
        scores = {one: fit(sample, one) for one in DELIMITERS}
        self.delimiter = max(scores, key=scores.get)  # the first of equals
        share, width = scores[self.delimiter]
        if (share < 1 or width < 2) and '"' not in sample and is_by_blanks(sample):
            self._data = by_tabs(self._data)
            self.delimiter, self._by_blanks = "\t", True
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
        self.nameless = self.has_names and names[0] == "" and len(names) > 1
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
        if self._quotes_are_at_ends():
            return
        rows = csv.reader(_as_lines(self._data), delimiter=self.delimiter, strict=True)
        try:
            for _ in rows:
                pass
        except csv.Error as error:
            raise self._refuse(f"a quote is in the wrong place ({error})", rows.line_num + self._skipped) from None

    def _quotes_are_at_ends(self):
        """Tell whether each quote opens behind an end of a field, or of the text, and closes before one."""
        data, found = np.frombuffer(self._data, np.uint8), 0
        ends = np.isin(np.arange(256), [*b'\r\n"', *self.delimiter.encode()[:1]])
        for start in range(0, len(data), QUOTED):  # since the places of all quotes may take eight times the text
            quotes = start + np.flatnonzero(data[start : start + QUOTED] == ord('"'))
            opens, closes = quotes[found % 2 :: 2], quotes[1 - found % 2 :: 2]
            before, behind = data[opens[opens > 0] - 1], data[closes[closes < len(data) - 1] + 1]
            if not (ends[before].all() and ends[behind].all()):
                return False
            found += len(quotes)
        return found % 2 == 0

    def batches(self, columns):
        """Give some columns as batches of texts; refuse rows that are too long or too short, all at once."""
        ragged = []

        def note(row):
            ragged.append((row.number - 1 - self.has_names, row.expected_columns, row.actual_columns))
            return "skip" if len(ragged) < 1000 else "error"  # so many are enough

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
                column_types={str(i): pa.string() for i in columns},
                include_columns=[str(i) for i in columns],
                strings_can_be_null=False,
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
            raise TableError(self.name, wrong)

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
