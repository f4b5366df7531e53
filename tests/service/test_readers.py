"""The readers of tables, against whatever hypothesis makes up: tables come back, all else is refused in words."""

import csv
import io
import json
import math
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from serving import CSV, JSON, NPY, PARQUET, ROOT, csv_of, npy_of, parquet_of

from helpers.checking import LARGEST
from helpers.service.data.readers import READERS, read
from helpers.service.data.tables import Limits, Table
from helpers.service.problems import Problem
from helpers.service.questions import Upload
from helpers.service.settings import Settings

LIMITS = Limits(max_json_bytes=10_000, max_rows=100, max_columns=20, max_cells=500)
NUMBERS = st.floats(-LARGEST, LARGEST)
TABLES = arrays(float, array_shapes(min_dims=2, max_dims=2, max_side=12), elements=NUMBERS)


def written(X):
    """The same table in each media type, and its columns' names there."""
    names = [f"c{j}" for j in range(X.shape[1])]
    return {
        JSON: json.dumps({"X": X.tolist(), "feature_names": names}).encode(),
        CSV: csv_of(X, names),
        NPY: npy_of(X),
        PARQUET: parquet_of(dict(zip(names, X.T, strict=True))),
    }


def outcome(media_type, body):
    """A table that keeps every promise, or a problem that does: nothing else may come of any bytes."""
    try:
        table = read(media_type, body, LIMITS)
    except Problem as error:
        problem = error
    else:
        problem = None
    if problem is not None:
        assert problem.status in (413, 422)
        json.loads(problem.to_bytes())
        return problem
    assert isinstance(table, Table)
    assert table.X.dtype == float
    assert table.X.flags.c_contiguous
    assert 1 <= len(table.X) <= LIMITS.max_rows
    assert 1 <= table.X.shape[1] <= LIMITS.max_columns
    assert table.X.size <= LIMITS.max_cells
    assert (np.abs(table.X) <= LARGEST).all()
    assert not np.signbit(table.X[table.X == 0]).any()
    return table


@pytest.mark.parametrize("media_type", READERS)
@given(X=TABLES)
def test_every_table_comes_back_to_the_last_bit(media_type, X):
    table = outcome(media_type, written(X)[media_type])
    assert isinstance(table, Table), table.detail
    np.testing.assert_array_equal(table.X, X)
    if media_type != NPY:
        assert table.feature_names == tuple(f"c{j}" for j in range(X.shape[1]))


@pytest.mark.parametrize("media_type", READERS)
@given(body=st.binary(max_size=300))
def test_any_bytes(media_type, body):
    outcome(media_type, body)


@pytest.mark.parametrize("media_type", READERS)
@given(X=TABLES, data=st.data())
def test_damaged_tables(media_type, X, data):
    """A few bytes changed, some cut off, some added."""
    body = bytearray(written(X)[media_type])
    for _ in range(data.draw(st.integers(0, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(body)))
    outcome(
        media_type, bytes(body[:cut]) if data.draw(st.booleans()) else bytes(body) + data.draw(st.binary(max_size=9))
    )


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=9,
)


@given(body=st.dictionaries(st.sampled_from(["X", "feature_names", "name", "x"]), VALUES))
def test_any_json(body):
    """Accepted if and only if it is what the words promise."""
    X, names = body.get("X"), body.get("feature_names")
    rows = isinstance(X, list) and bool(X) and all(isinstance(row, list) and row for row in X)
    good = (
        set(body) <= {"X", "feature_names", "name"}
        and rows
        and len({len(row) for row in X}) == 1
        and all(type(x) in (int, float) and abs(x) <= LARGEST for row in X for x in row)
        and (names is None or (isinstance(names, list) and len(names) == len(X[0]) == len(set(map(str, names)))))
        and (names is None or all(isinstance(name, str) and name and name.isprintable() for name in names))
        and (body.get("name") is None or isinstance(body["name"], str))
    )
    found = outcome(JSON, json.dumps(body).encode())
    if not good:
        assert isinstance(found, Problem)
    elif body.get("name") is None:
        assert isinstance(found, Table)


ODD = '1|-2.5|1e3| 4 ||nan|-inf|1_0|0x1|\u0663|+5|"6"|"7|1"2|1,2|1e999|1e-999|.5|5.|#|1 2|\t8|\xa09|\x0b1|1\x1c|1j'
FIELDS = st.sampled_from([*ODD.split("|"), "\uff11", "True", "1d3", "1e", "--1", "2e+3", "\ufeff1"])


@settings(max_examples=300)
@given(rows=st.lists(st.lists(FIELDS, min_size=1, max_size=3), max_size=4), end=st.sampled_from(["\n", "\r\n", "\r"]))
@example(rows=[["1", "2"], [""], ["3", "4"]], end="\n")
def test_any_csv(rows, end):
    """Accepted only if Python's own readers of CSV and of numbers read the same; refused only for a reason."""
    text = end.join(["a,b", *(",".join(row) for row in rows), ""])
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row][1:]
    except csv.Error:
        rows = None
    found = outcome(CSV, text.encode())
    if not isinstance(found, Table):
        assert not rows or any(len(row) != 2 or not all(map(is_plain, row)) for row in rows), found.detail
        return
    if found.feature_names == ("column 1", "a,b"):  # the lines after the first are two numbers with a blank between
        rows = [line.split() for line in text.split(end)[1:] if line]
    else:
        assert found.feature_names in (("a", "b"), ("column 1", "a", "b"))  # as R writes a table
    assert [[float(field.strip()) for field in row] for row in rows] == found.X.tolist()


def test_reading_imports_no_pandas(tmp_path):
    """It would take 35 MB in each process that reads."""
    (tmp_path / "csv").write_bytes(b"a,b,c\n1,x,2\n,y,3.5\n3,z,\n")
    (tmp_path / "parquet").write_bytes(parquet_of({"a": [1.5, None], "b": [1, 2], "c": ["x", "y"]}))
    said = f"""
import pathlib, sys
from helpers.service.data.readers import CSV, PARQUET, read
from helpers.service.data.tables import Limits
from helpers.service.questions import Upload
for media_type, name in ((CSV, "csv"), (PARQUET, "parquet")):
    body, limits = pathlib.Path({str(tmp_path)!r}, name).read_bytes(), Limits(100, 100, 100, 100)
    print(len(read(media_type, body, limits, Upload(columns="b,a" if name == "parquet" else "a,c", missing="drop")).X))
    try:
        read(media_type, body, limits)
    except Exception as problem:
        print(len(problem.errors))
print("pandas" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "3", "1", "2", "False"]


CELLS = st.sampled_from(["1", "2", "3", "2.5", "", "NA", "inf", "x", "007", "2007-11-11", "true", "1e200", "-1"])


@settings(max_examples=300)
@given(
    columns=st.integers(1, 5).flatmap(lambda n: st.lists(st.tuples(*[CELLS] * n), min_size=1, max_size=5)),
    named=st.booleans(),
    strict=st.booleans(),
)
def test_what_a_refusal_offers_is_accepted(columns, named, strict):
    """And what is accepted has lost no row but those that it counts."""
    names = ['"a, ""b"""', "c", "", "d e", "f"][: len(columns[0])]
    body = "\n".join([",".join(names), *(",".join(row) for row in columns), ""]).encode()
    try:
        read(CSV, body, LIMITS, Upload(warnings="refuse" if strict else "tell"), named=named)
        return
    except Problem as error:
        problem = error
    offered = problem.detail.partition("Accepted would be ?")[2]
    if not offered:
        return
    chosen = dict(part.split("=", 1) for part in offered.split("&"))
    assert named or "missing" not in chosen
    table = read(CSV, body, LIMITS, Upload(**chosen, warnings="refuse"), named=named)
    assert len(table.X) + table.rows_dropped == problem.more["rows"]
    used = {i for i, one in enumerate(problem.more["columns"]) if one["name"] in table.feature_names}
    lacking = [gap["rows"] for gap in problem.more["gaps"] if used & set(gap["columns"])]
    assert sum(lacking) == table.rows_dropped


def test_half_a_character_in_a_name_can_be_told():
    body = json.dumps({"X": [[1], [2]], "feature_names": ["\ud800"]}).encode()
    with pytest.raises(Problem, match="there is no 'a'") as told:
        read(JSON, body, LIMITS, Upload(columns="a"))
    json.loads(told.value.to_bytes())


def is_plain(field):
    try:
        return (
            field.isascii() and "_" not in field and math.isfinite(float(field)) and not set(field) & set("\x0b\x1c\t ")
        )
    except ValueError:
        return False


SHAPES = st.one_of(
    st.tuples(st.integers(-5, 2**70), st.integers(-5, 2**70)),
    st.tuples(st.integers(0, 5), st.booleans()),
    st.lists(st.integers(0, 5), max_size=4).map(tuple),
)
TYPES = st.sampled_from(
    ["<f8", ">f4", "<i8", "|b1", "|O", "<c16", "|S8", "<M8[s]", "<f16", "|V8", "<U2", "junk", "<f0"]
)


@given(shape=SHAPES, dtype=TYPES, order=st.booleans(), body=st.binary(max_size=99))
def test_npy_headers_that_lie(shape, dtype, order, body):
    header = repr({"descr": dtype, "fortran_order": order, "shape": shape}).encode() + b"\n"
    found = outcome(NPY, b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + body)
    if isinstance(found, Table):
        assert math.prod(shape) * np.dtype(dtype).itemsize == len(body)


def varint(number, width=None):
    """A number as Parquet's headers hold it; `width` bytes long, whatever its size."""
    digits, number = [], number << 1
    while number or not digits:
        digits.append(number & 0x7F)
        number >>= 7
    digits += [0] * ((width or 0) - len(digits))
    return bytes([digit | 0x80 for digit in digits[:-1]] + digits[-1:])


ROWS = 90


@given(row=st.integers(0, 2**31 - 1), options=st.sampled_from([{}, {"compression": "zstd"}, {"use_dictionary": False}]))
@example(row=89, options={})
@example(row=91, options={})
def test_parquet_headers_that_lie(row, options):
    """The number of rows, and of values in a page, written over wherever it stands."""
    honest = parquet_of({"a": np.arange(ROWS) * 1.0}, **options)
    true = varint(ROWS)
    assert honest.count(true) >= 3
    lie = varint(row, len(true))
    found = outcome(
        PARQUET, honest.replace(true, lie) if len(lie) == len(true) else honest.replace(true, lie[: len(true)])
    )
    if isinstance(found, Table):
        assert len(found.X) <= ROWS
        np.testing.assert_array_equal(found.X[:, 0], np.arange(len(found.X)))


# --- memory, each bomb in a process of its own ------------------------------------------------------------------------

MB = 2**20
DEFAULT = Settings()


class Long(int):
    """A whole number that takes 64 bits there; others take 32."""


def thrift(*fields):
    """A structure as Parquet's headers hold it, of pairs: a field's number and its value."""
    body, last = b"", 0
    for number, value in fields:
        body += bytes([(number - last) << 4 | kind(value)]) + plain(value)
        last = number
    return body + b"\0"


def kind(value):
    return {int: 5, Long: 6, str: 8, bytes: 12, list: 9}[type(value)]


def plain(value):
    if isinstance(value, str):
        return bytes([len(value)]) + value.encode()
    if isinstance(value, list):
        return bytes([len(value) << 4 | kind(value[0])]) + b"".join(map(plain, value))
    return varint(value) if isinstance(value, int) else value


def parquet_pages(*pages, dictionary=False):
    """A Parquet file of 1000 rows in one column of float64, made of pages as they are."""
    rows, size, start = Long(1000), Long(sum(map(len, pages))), Long(4)
    starts = [(9, Long(4 + len(pages[0]))), (11, start)] if dictionary else [(9, start)]
    column = thrift((1, 5), (2, [0, 8]), (3, ["a"]), (4, 6), (5, rows), (6, size), (7, size), *starts)
    group = thrift((1, [thrift((2, start), (3, column))]), (2, size), (3, rows))
    schema = [thrift((4, "schema"), (5, 1)), thrift((1, 5), (3, 0), (4, "a"))]
    end = thrift((1, 1), (2, schema), (3, rows), (4, [group]))
    return b"PAR1" + b"".join(pages) + end + len(end).to_bytes(4, "little") + b"PAR1"


def page(zeros, values, *, dictionary=False):
    """A page that unpacks to so many bytes of zeros, and says that it holds so many values."""
    packed = pa.Codec("zstd").compress(bytes(zeros), asbytes=True)
    said = (7, thrift((1, values), (2, 0))) if dictionary else (5, thrift((1, values), (2, 0), (3, 3), (4, 3)))
    return thrift((1, 2 if dictionary else 0), (2, zeros), (3, len(packed)), said) + packed


def test_pages_that_say_what_they_hold_are_read():
    table = read(PARQUET, parquet_pages(page(8000, 1000)), Limits(1, 1000, 1, 1000))
    np.testing.assert_array_equal(table.X, np.zeros((1000, 1)))


def dictionary_bomb():
    return parquet_pages(page(1_500_000_000, 10**8, dictionary=True), page(8, 1000), dictionary=True)


NOT_THERE = npy_of(np.ones(2)).replace(b"(2,), }         ", b"(2000000, 10), }")
BOMBS = {  # media type, body, MB it may take at most: what is allowed to be read takes that, too
    "Parquet: 200 MB of zeros": (PARQUET, lambda: parquet_of({"a": np.zeros(25 * MB)}, compression="zstd"), 60),
    "Parquet: a page of 1.5 GB for 1000 rows": (PARQUET, lambda: parquet_pages(page(1_500_000_000, 1000)), 60),
    "Parquet: a dictionary of 1.5 GB for 1000 rows": (PARQUET, dictionary_bomb, 60),
    "Parquet: a dictionary of one number": (PARQUET, lambda: parquet_of({"a": np.zeros(25 * MB)}), 60),
    "Parquet: 100,000 columns": (PARQUET, lambda: parquet_of({f"c{j}": [1.0] for j in range(20_000)}), 200),
    "CSV: a line of names without end": (CSV, lambda: b"a," * (30 * MB), 200),
    "CSV: a number without end": (CSV, lambda: b"a\n" + b"1" * (60 * MB), 200),
    "CSV: a row without end": (CSV, lambda: b"a\n1\n" + b"1," * (30 * MB), 200),
    "CSV: too many rows": (CSV, lambda: b"a,b\n" + b"1,2\n" * (15 * MB), 200),
    "CSV: a quotation without end": (CSV, lambda: b'a,b\n"' + b"1,2\n" * (15 * MB), 200),
    "CSV: quotes": (CSV, lambda: b"a\n" + b'""\n' * (20 * MB), 200),
    "CSV: blanks between numbers": (CSV, lambda: b"a b\n" + b"1 2\n" * (3 * MB), 200),
    "CSV: rows that are too short": (CSV, lambda: b"a,b\n1,2\n" + b"1\n" * (30 * MB), 200),
    "npy: 2 million rows that are not there": (NPY, lambda: NOT_THERE, 30),
    "JSON: brackets without end": (JSON, lambda: b"[" * (8 * MB), 60),
    "JSON: empty rows": (JSON, lambda: b'{"X": [' + b"[]," * (2 * MB) + b"[]]}", 600),
    "JSON: keys": (JSON, lambda: b"{" + b",".join(b'"%d":1' % i for i in range(600_000)) + b"}", 300),
}  # fmt: skip

MEASURE = """
import os, sys
from dataclasses import fields
from pathlib import Path
import pyarrow.csv, pyarrow.parquet  # loaded beforehand: only what reading takes is counted
from helpers.service.problems import Problem
from helpers.service.questions import Upload
from helpers.service.data.readers import read
from helpers.service.settings import Settings
from helpers.service.data.tables import Limits
def peak():
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1024
limits = Limits(**{field.name: getattr(Settings(), field.name) for field in fields(Limits)})
for line in sys.stdin:
    if os.fork():  # each is read in a process of its own, which need not import all this again
        os.wait()
        print(flush=True)
        continue
    media_type, path = line.split()
    body = Path(path).read_bytes()
    before = peak()
    try:
        read(media_type, body, limits)
        status = 200
    except Problem as problem:
        status = problem.status
    print(status, peak() - before, end="", flush=True)
    os._exit(0)
"""


@pytest.fixture(scope="module")
def measuring():
    """A process that forks for each body that it is told of, and answers with the status and the megabytes."""
    command, options = [sys.executable, "-W", "ignore", "-c", MEASURE], {"cwd": ROOT, "text": True}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **options) as process:
        yield process


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is read from /proc")
@pytest.mark.parametrize("name", BOMBS)
def test_bombs_stay_small(name, measuring, tmp_path):
    media_type, make, most = BOMBS[name]
    path = tmp_path / "body"
    path.write_bytes(make())
    assert path.stat().st_size <= DEFAULT.max_body_bytes
    measuring.stdin.write(f"{media_type} {path}\n")
    measuring.stdin.flush()
    status, megabytes = map(float, measuring.stdout.readline().split())
    assert status in (413, 422)
    assert megabytes < most
