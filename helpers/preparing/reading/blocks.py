"""A text larger than memory, cut where rows end; each block is read by the rules for a whole text."""

from collections import Counter

import pyarrow as pa

from helpers.preparing.reading.converting import Column
from helpers.preparing.reading.delimited import NAMELESS, ROWLESS, Text, tell_tokens
from helpers.preparing.refusing import TWICE, Problem, TableError

BLOCK = 2**22  # bytes that are read at a time; memory is a multiple of it


class BlockReader:
    """A text as tables, and what was found out about it so far.

    Parameters
    ----------
    file : binary file
    name : str
        Of the file, for messages.
    given : pyarrow.Schema, optional
        As the last of the tables had it when all was read before.
    names : list of str, optional
        Of the columns to be read; all if omitted.

    Attributes
    ----------
    rows : int
    """

    def __init__(self, file, name, given=None, names=None):
        self._file, self._name, self._given = file, name, given
        self._names, self._columns, self._notes, self.rows = names, [], [], 0

    def tables(self):
        """Give a table for each block; where a type turns out to be too narrow, all from there on are of another."""
        for text in blocks(self._file, self._name):
            self._notes += text.notes
            if not self._columns:
                self._begin(text)
            for batch in text.batches([text.names.index(name) for name in self._names]):
                self.rows += batch.num_rows
                for column, values in zip(self._columns, batch.columns, strict=True):
                    column.take(values)
            schema = self._given or pa.schema(
                [(name, column.kind or pa.float64()) for name, column in zip(self._names, self._columns, strict=True)]
            )
            parts = [c.drain(kind) for c, kind in zip(self._columns, schema.types, strict=True)]
            fell = any(column.fell for column in self._columns)
            yield schema.empty_table() if fell else pa.table(parts, schema=schema)
        if not self.rows:
            raise TableError(self._name, [Problem(ROWLESS)])

    def _begin(self, text):
        self._names = text.names if self._names is None else self._names
        counts, there = Counter(text.names), f"is not there; there are {', '.join(text.names)}"
        wrong = [Problem(TWICE if counts[name] else there, name) for name in self._names if counts[name] != 1]
        if wrong:
            raise TableError(self._name, dict.fromkeys(wrong))
        self._notes += [NAMELESS] * (text.nameless and text.names[0] in self._names)
        comma = text.delimiter != ","
        kinds = self._given.types if self._given else [None] * len(self._names)
        self._columns = [Column(text=kind == pa.string(), may_have_comma=comma) for kind in kinds]

    @property
    def missing(self):
        """By name, how many values a column lacks, if any; dict of int."""
        found = {name: column.missing.total() for name, column in zip(self._names, self._columns, strict=True)}
        return {name: count for name, count in found.items() if count}

    @property
    def notes(self):
        """What was understood, a sentence each; list of str."""
        return list(dict.fromkeys(self._notes)) + tell_tokens(self._names, self._columns)


def blocks(file, name):
    """Give a text block by block.

    Parameters
    ----------
    file : binary file
    name : str
        Of the file, for messages.

    Yields
    ------
    helpers.preparing.reading.delimited.Text
        Of the columns that the first one found.

    Raises
    ------
    TableError
        If it is no table; with all that is wrong in a block.
    """
    text, rest, line, new = None, b"", 1, True
    while new:
        new = file.read(BLOCK)
        data = rest + new
        end = _row_end(data) if new else len(data)
        if new and not end and len(data) >= 2 * BLOCK:  # a lone quote, which may stand for inches
            end = data.rfind(b"\n") + 1
            if not end:
                raise TableError(name, [Problem("is longer than 8 MB: is this a text with lines?", line=line)])
        block, rest = data[:end], data[end:]
        if text is None and (block or not new):
            text = Text(block, name)
            yield text
        elif block.strip(b"\r\n"):
            yield text.following(block if new else block.rstrip(b"\r\n") + b"\n", line)
        line += block.count(b"\n")


def _row_end(data):
    """Find where the last whole row ends: outside quotes, and before empty lines, which may be rows; 0 if nowhere."""
    end, quotes = len(data), data.count(b'"')
    while (found := data.rfind(b"\n", 0, end)) >= 0:
        quotes -= data.count(b'"', found, end)
        end = found
        if quotes % 2 == 0 and data[max(0, end - 2) : end].rstrip(b"\r")[-1:] not in (b"\n", b""):
            return end + 1
    return 0
