"""A column of texts, batch by batch, as numbers, dates or truth values if all of it is that; else as it is written."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "NAN", "NULL", "null", "#N/A", "#NA", "?", "-", "--", ".")
PROBE = 100  # rows that are tried first: of a batch that is none of it, each row would cost an error
INTEGERS = 2**53  # beyond, a float does not tell neighbours apart
PLAIN = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$"
CODE = r"^0[0-9]"  # what begins with a zero is a code: as a number it would lose it


def _texts(*values):
    """Give an Array of strings; `pa.array` and `pa.scalar` would import pandas: 35 MB in each process."""
    ends = np.cumsum([0, *(len(value) for value in values)], dtype=np.int32)
    return pa.Array.from_buffers(
        pa.string(), len(values), [None, pa.py_buffer(ends), pa.py_buffer("".join(values).encode())]
    )


_MISSING, _TRUE, _FALSE, _NULL = _texts(*MISSING), _texts("true")[0], _texts("false")[0], pa.nulls(1, pa.string())[0]
_LARGE = pa.Array.from_buffers(pa.float64(), 1, [None, pa.py_buffer(np.float64(INTEGERS).tobytes())])[0]


def _numbers(texts):
    numbers = pc.cast(texts, pa.float64())
    if pc.any(pc.match_substring_regex(texts.filter(pc.starts_with(texts, "0")), CODE)).as_py():
        raise pa.ArrowInvalid("codes")
    if pc.any(pc.is_nan(numbers)).as_py():
        raise pa.ArrowInvalid("missing, in words of its own")
    large = pc.greater_equal(numbers, _LARGE)
    if pc.any(large).as_py() and pc.any(pc.match_substring_regex(texts.filter(large), "^[0-9]+$")).as_py():
        raise pa.ArrowInvalid("ids, of which a number would not keep all digits")
    return numbers


def _with_comma(texts):
    if pc.any(pc.match_substring(texts, ".")).as_py():
        raise pa.ArrowInvalid("point and comma")
    return _numbers(pc.replace_substring(texts, ",", "."))


def _truth(texts):
    lower = pc.utf8_lower(texts)
    found = pc.equal(lower, _TRUE)
    if not pc.all(pc.or_(found, pc.equal(lower, _FALSE))).as_py():
        raise pa.ArrowInvalid("other words")
    return found


# In the order in which they are tried; a column may go from one to a wider one.
WAYS = {
    "number": _numbers,
    "comma": _with_comma,
    "truth": _truth,
    "date": lambda texts: pc.cast(texts, pa.date32()),
    "time": lambda texts: pc.cast(texts, pa.timestamp("us")),
}
WIDER = {"number": ("comma",), "date": ("time",)}  # if what came before has the same value in the wider one
TYPES = {"date": pa.date32(), "time": pa.timestamp("us"), "truth": pa.bool_(), "text": pa.string()}


class Column:
    """What is known of a column so far.

    Parameters
    ----------
    text : bool
        Whether it is to stay as it is written.
    may_have_comma : bool
        Whether a comma may be a decimal one.

    Attributes
    ----------
    missing : Counter
        How often each token stood for missing.
    fell : bool
        Whether its first rows were read as something that later ones are not: read it again, as text.
    """

    def __init__(self, *, text=False, may_have_comma=False):
        self.missing, self.fell = Counter(), False
        self._way, self._parts = "text" if text else None, []
        self._point = not may_have_comma  # or a number was written with a decimal point

    @property
    def comma(self):
        """Whether its numbers were written with a decimal comma."""
        return self._way == "comma" and not self.fell

    def take(self, texts):
        """Take a batch of texts, an Array of strings."""
        if self.fell:
            return
        way, part = self._read(texts)
        if way is None:
            texts = self._without_missing(texts)
            way, part = (self._way, texts) if texts.null_count == len(texts) else self._read(texts)
            way, part = ("text", texts) if part is None else (way, part)
        if way == "text" and self._way not in (None, "text"):
            self.fell, self._parts = True, []
            return
        self._way = way
        self._parts.append(part)

    def _read(self, texts):
        """Find the first way but text that reads all: the one until now or a wider one, if there is one."""
        ways = WAYS if self._way is None else [self._way, *WIDER.get(self._way, ())]
        for way in ways:
            if way == "text" or (way == "comma" and self._point):  # a text has missing values to be found first
                continue
            try:
                WAYS[way](texts.slice(0, PROBE))
                part = WAYS[way](texts)
            except pa.ArrowInvalid:
                continue
            if way == "number" and not self._point:
                self._point = bool(pc.any(pc.match_substring(texts, ".")).as_py())
            return way, part
        return None, None

    def _without_missing(self, texts):
        texts = pc.utf8_trim_whitespace(texts)
        missing = pc.is_in(texts, _MISSING)
        counts = pc.value_counts(texts.filter(missing))
        self.missing.update({one["values"].as_py(): one["counts"].as_py() for one in counts})
        return pc.if_else(missing, _NULL, texts)

    @property
    def kind(self):
        """Type of what was taken until now, all numbers being floats; None if all of it is missing."""
        if self.fell:
            return pa.string()
        return None if self._way is None else TYPES.get(self._way, pa.float64())

    def drain(self, kind):
        """Give what was taken since the last call, as a ChunkedArray of a type, and keep it no longer."""
        parts, self._parts = self._parts, []
        return pa.chunked_array([pc.cast(part, kind) for part in parts], kind)

    def array(self):
        """Give all of it, as a ChunkedArray of one type."""
        if self._way is None:
            return pa.chunked_array([pa.nulls(len(part)) for part in self._parts], pa.null())
        kind = TYPES.get(self._way, pa.float64())
        found = pa.chunked_array([pc.cast(part, kind) for part in self._parts], kind)
        return _whole(found) if kind == pa.float64() else found


def _whole(numbers):
    """Turn numbers that are all whole into integers."""
    ends = pc.min_max(numbers)
    if not (ends["min"].is_valid and -INTEGERS < ends["min"].as_py() <= ends["max"].as_py() < INTEGERS):
        return numbers
    for part in numbers.chunks:  # most tables show in the first that they are not whole
        if not pc.all(pc.equal(pc.floor(part), part)).as_py() and part.null_count < len(part):
            return numbers
    return numbers.cast(pa.int64())


def odd_one(column):
    """Find the first in a column of texts that is written as no number; if there is none, the first that is there.

    Parameters
    ----------
    column : pyarrow.ChunkedArray

    Returns
    -------
    row : int
    text : str
    """
    for wanted in (pc.invert(pc.match_substring_regex(column, PLAIN)), pc.is_valid(column)):
        row = 0
        for part in wanted.chunks:
            at = pc.indices_nonzero(part)
            if len(at):
                row += at[0].as_py()
                return row, column[row].as_py()
            row += len(part)
    raise ValueError("there is no text")
