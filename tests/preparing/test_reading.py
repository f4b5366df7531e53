"""What `read` makes of files as they come: each trait told, nothing dropped in silence, all problems at once."""

import csv
import datetime
import io
import pickle
import re
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.preparing.columns import as_numbers, index_columns, is_row_number
from helpers.preparing.reading import read
from helpers.preparing.reading.converting import odd_one
from helpers.preparing.reading.delimited import NAMELESS, Text, parse, read_columns
from helpers.preparing.refusing import Problem, TableError

SHAPES = {  # text, columns, notes
    "commas": ("a,b\n1,2.5\n3,4\n", {"a": [1, 3], "b": [2.5, 4.0]}, []),
    "old line ends": ("a,b\r1,2\r3,4\r", {"a": [1, 3], "b": [2, 4]}, []),
    "semicolons, decimal comma": (
        "a;b\r\n1,5;2\r\n-3,25;4\r\n",
        {"a": [1.5, -3.25], "b": [2, 4]},
        ["Columns are separated by semicolons.", "Decimal comma in a."],
    ),
    "tabs": ("a\tb\n1\tx, y\n", {"a": [1], "b": ["x, y"]}, ["Columns are separated by tabs."]),
    "bars": ("a|b\n1|2\n", {"a": [1], "b": [2]}, ["Columns are separated by bars."]),
    "blanks, names of rows": (
        "eruptions waiting\n1 3.6 79\n2 1.8 54\n",
        {"column 1": [1, 2], "eruptions": [3.6, 1.8], "waiting": [79, 54]},
        [
            "Columns are separated by blanks.",
            "The first column has no name: it is called column 1, and likely numbers or names the rows.",
        ],
    ),
    "tabs that come twice, no names": (
        "15.2\t14.8\t1\n14.8\t\t14.5\t2\n",
        {"column 1": [15.2, 14.8], "column 2": [14.8, 14.5], "column 3": [1, 2]},
        [
            "Columns are separated by blanks.",
            "There is no line of names: the columns are called column 1, column 2 and so on.",
        ],
    ),
    "sep line": (
        "sep=;\na;b\n1;2\n",
        {"a": [1], "b": [2]},
        ["The first line says that semicolons separate the columns."],
    ),
    "first column without a name": (
        '"","x"\n"1",3\n"2",4\n',
        {"column 1": [1, 2], "x": [3, 4]},
        ["The first column has no name: it is called column 1, and likely numbers or names the rows."],
    ),
    "missing": (
        "a,b\n1,?\n NA ,x\n,-\n2,y\n",
        {"a": [1, None, None, 2], "b": [None, "x", None, "y"]},
        [
            "'-' was taken for missing, once, in b.",
            "'?' was taken for missing, once, in b.",
            "'NA' was taken for missing, once, in a.",
        ],
    ),
    "an empty line in a table of one column": ("x\n1\n\n3\n\n", {"x": [1, None, 3]}, []),
    "blank lines": ("\n\na,b\n\n1,2\n", {"a": [1], "b": [2]}, []),
    "nothing in a column": ("a,b\n1,\n2,\n", {"a": [1, 2], "b": [None, None]}, []),
    "codes keep their zeros": ("id,x\n007,1\n012,0.5\n", {"id": ["007", "012"], "x": [1, 0.5]}, []),
    "ids keep their digits": ("a\n12345678901234567890\n", {"a": ["12345678901234567890"]}, []),
    "both kinds of comma": (
        "a;b\n1.234,5;2,5\n2,5;3.5\n",
        {"a": ["1.234,5", "2,5"], "b": ["2,5", "3.5"]},
        ["Columns are separated by semicolons."],
    ),
    "a thousand in quotes": ('a,b\n"1,234",2\n', {"a": ["1,234"], "b": [2]}, []),
    "dates, times, truth": (
        "d,t,b\n2007-11-11,2007-11-11 10:00,true\n,2007-11-12T10:00:01,False\n",
        {
            "d": [datetime.date(2007, 11, 11), None],
            "t": [datetime.datetime(2007, 11, 11, 10), datetime.datetime(2007, 11, 12, 10, 0, 1)],
            "b": [True, False],
        },
        [],
    ),
    "quotes and line breaks in cells": (
        'a,b\n"5"" pipe, long",1\n"x\n\ny",2\n5" pipe,3\n',
        {"a": ['5" pipe, long', "x\n\ny", '5" pipe'], "b": [1, 2, 3]},
        [],
    ),
    "two words in a line": ("first name\nAnna B\nCarl D\n", {"first name": ["Anna B", "Carl D"]}, []),
    "Korean": ("이름,값\n가,1\n나,2\n", {"이름": ["가", "나"], "값": [1, 2]}, []),
    "no digits of other scripts, hexadecimals, underscores": (
        "a,b,c\n٣,0x10,1_000\n",
        {"a": ["٣"], "b": ["0x10"], "c": ["1_000"]},
        [],
    ),
    "infinite": ("a,b\n1,inf\n2,-1e400\n", {"a": [1, 2], "b": [float("inf"), -float("inf")]}, []),
}
REFUSED = {
    "empty": (b"", "x.csv: is empty"),
    "blank": (b" \n\n", "x.csv: is empty"),
    "names alone, without an end of the line": (b"a,b", "x.csv: has no rows below its line of names"),
    "names alone": (b"a,b\n", "x.csv: has no rows below its line of names"),
    "one name twice": (b"a,a,b\n1,2,3\n", "x.csv: column a: stands over more than one column: rename one"),
    "a quote amid a field": (b'a,b\n1,2\n"1"2,3\n', "x.csv: line 3: a quote is in the wrong place"),
    "an open quote": (b'a,b\n1,2\n"1,2\n', "a quote is in the wrong place"),
    "a title above the names": (b"Sales\n\na,b,c\n1,2,3\n4,5,6\n7,8,9\n", "line 1: the number of names is 1, and most"),
    "Excel": (b"PK\x03\x04...", 'save the sheet as "CSV UTF-8"'),
    "old Excel": (b"\xd0\xcf\x11\xe0...", "is an old Excel workbook"),
    "gzip": (b"\x1f\x8b\x08...", "unpack it first"),
    "zero bytes": (b"a,b\n\0\0,1\n", "is no text"),
    "a web page": (b"<!DOCTYPE html><table>", "is a web page"),
    "Parquet, cut off": (b"PAR1....", "is damaged or cut off"),
}


def _read(folder, data, name="x.csv"):
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return read(folder / name)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_text_is_read_and_told(tmp_path, shape):
    text, columns, notes = SHAPES[shape]
    found = _read(tmp_path, text)
    assert found.table.to_pydict() == columns
    assert list(found.notes) == notes


@pytest.mark.parametrize("shape", REFUSED)
def test_what_is_no_table_is_refused_in_words(tmp_path, shape):
    data, said = REFUSED[shape]
    with pytest.raises(TableError) as refused:
        _read(tmp_path, data)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8-sig", []),
        ("utf-16", ["The encoding is UTF-16."]),
        ("utf-16-le", ["The encoding is UTF-16."]),
        ("utf-16-be", ["The encoding is UTF-16."]),
        ("latin-1", ["Not in UTF-8: read as Windows-1252 (latin-1); look whether line 2 should hold 'é'."]),
    ],
)
def test_encodings(tmp_path, encoding, note):
    found = _read(tmp_path, "name,x\ncafé,1\n".encode(encoding))
    assert found.table.to_pydict() == {"name": ["café"], "x": [1]}
    assert list(found.notes) == note


def test_all_rows_of_another_width_are_told_with_the_lines_that_an_editor_counts(tmp_path):
    with pytest.raises(TableError) as refused:
        _read(tmp_path, "\nsep=,\n"[1:] + 'a,b\n1\n\n"x\ny",7\n2,3,4\n5,6\n8\n')
    assert [problem.line for problem in refused.value.problems] == [3, 7, 9]
    assert "line 7: the number of fields is 3, of names 2" in str(refused.value)
    assert str(pickle.loads(pickle.dumps(refused.value))) == str(refused.value)


def test_a_message_of_many_problems_is_bounded():
    said = str(TableError("x", [Problem(f"is {i}", "a", i) for i in range(1, 300)]))
    assert len(said.splitlines()) == 22
    assert said.endswith("and 279 more")


def test_a_row_can_be_found_in_its_file(tmp_path):
    found = _read(tmp_path, '\na,b\n"x\ny",1\n\nz,2\n')
    assert [found.place(row) for row in range(2)] == ["line 3", "line 6"]
    pq.write_table(found.table, tmp_path / "y.parquet")
    assert read(tmp_path / "y.parquet").place(1) == "row 2"
    pair = read(tmp_path)
    assert [pair.place(row) for row in (1, 2)] == ["x.csv, line 6", "y.parquet, row 1"]


def test_a_late_surprise_leaves_the_first_rows_as_they_are_written(tmp_path, monkeypatch):
    monkeypatch.setattr("helpers.preparing.reading.delimited.BLOCK", 2**12)
    rows = [f"{i}.50,{i},{i}" for i in range(1, 3000)]
    found = _read(tmp_path, "\n".join(["a,b,c", *rows, "x,0.5,?"]) + "\n")
    assert found.table["a"].to_pylist() == [f"{i}.50" for i in range(1, 3000)] + ["x"]
    assert found.table["b"].to_pylist() == [*range(1, 3000), 0.5]
    assert found.table["c"].to_pylist() == [*range(1, 3000), None]
    assert found.table["a"].num_chunks > 1


def test_a_line_of_many_names(tmp_path):
    names = [f"{'a rather long name of a column, ' * 11}number {i}" for i in range(1_000)]
    found = _read(tmp_path, ",".join(f'"{name}"' for name in names) + "\n" + ",".join("1" * 1_000) + "\n")
    assert found.table.column_names == names


def test_a_bound_stops_the_reading(tmp_path):
    seen = []

    def bound(rows, columns):
        seen.append((rows, columns))
        if rows > 1:
            raise TableError("x", [Problem("too many")])

    (tmp_path / "x.csv").write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(TableError, match="too many"):
        read(tmp_path / "x.csv", bound=bound)
    assert seen == [(0, 2), (2, 2)]


def test_parquet_as_pandas_and_dask_write_it(tmp_path):
    table = pa.table(
        {
            "x": pa.array([1, 2], pa.uint8()),
            "kind": pa.array(["a", None]).dictionary_encode(),
            "y": pa.array([1.5, None], pa.float32()),
            "__null_dask_index__": pa.array([0, 1]),
            "key": pa.array([7, 8]),
        },
        metadata={b"pandas": b'{"index_columns": ["key", {"kind": "range"}]}'},
    )
    assert index_columns(table.schema) == ["__null_dask_index__", "key"]
    pq.write_table(table, tmp_path / "x.parquet")
    found = read(tmp_path / "x.parquet")
    assert found.table.to_pydict() == {"x": [1, 2], "kind": ["a", None], "y": [1.5, None]}
    assert found.notes == ("Left out, the index of a data frame: __null_dask_index__, key.",)
    assert found.frame.dtypes.astype(str).to_dict() == {"x": "int64", "kind": "str", "y": "float64"}


def test_parquet_that_is_no_table_is_told_at_once(tmp_path):
    pq.write_table(pa.table({"a": [[1]], "b": [{"c": 1}], "d": [1]}), tmp_path / "x.parquet")
    with pytest.raises(TableError) as refused:
        read(tmp_path / "x.parquet")
    assert [problem.column for problem in refused.value.problems] == ["a", "b"]


def test_folders(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,a\n")
    (tmp_path / "B.CSV").write_text("y;x\nb;2,5\n")
    (tmp_path / ".hidden.csv").write_text("z\n1\n")
    found = read(tmp_path)
    assert found.table.to_pydict() == {"y": ["b", "a"], "x": [2.5, 1.0]}
    assert found.notes[0] == "2 files, in the order of their names, joined by the names of their columns."
    (tmp_path / "c.csv").write_text("x,z\n1,2\n")
    with pytest.raises(TableError) as refused:
        read(tmp_path)
    assert [problem.column for problem in refused.value.problems] == ["y", "z"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(TableError, match=r"holds no \.csv"):
        read(tmp_path / "empty")
    with pytest.raises(FileNotFoundError, match="there is no file or folder"):
        read(tmp_path / "none.csv")


def test_it_shows_itself_and_escapes_what_a_file_says(tmp_path):
    found = _read(tmp_path, "<b>;y\n?;1\n", "<i>.csv")
    assert repr(found).splitlines()[0] == "<i>.csv: 1 row, 2 columns"
    assert "<b>" not in found._repr_html_()
    assert "&lt;b&gt;" in found._repr_html_()


@pytest.mark.parametrize("size", range(1, 9))
def test_quotes_are_looked_for_piece_by_piece(monkeypatch, size):
    monkeypatch.setattr("helpers.preparing.reading.delimited.QUOTED", size)
    asked = []
    monkeypatch.setattr(
        "csv.reader", lambda *args, reader=csv.reader, **options: asked.append(options) or reader(*args, **options)
    )
    for text, by_row in (
        ('a,b\n"5"" x, ""y""",1\n"p\n\nq",2\n', False),
        ('a,b\n5" pipe,3\n', True),
        ('a\n"1"\n"2"', False),
    ):
        asked.clear()
        Text(text.encode(), "x.csv")
        assert any(options.get("strict") for options in asked) == by_row  # what takes long, and is seldom needed
    with pytest.raises(TableError, match="line 3: a quote is in the wrong place"):
        Text(b'a,b\n1,2\n"1"2,3\n', "x.csv")


def test_some_columns_in_another_order():
    text = Text(b",a,b,b\n7,1,?,2\n8,x,3,4\n", "x.csv")
    table, notes = read_columns(text, ["a", "column 1"])
    assert table.to_pydict() == {"a": ["1", "x"], "column 1": [7, 8]}
    assert notes == [NAMELESS]
    assert read_columns(text, ["a"])[1] == []
    with pytest.raises(TableError, match="column b: stands over more than one column"):
        read_columns(text, ["b"])


@pytest.mark.parametrize(
    ("texts", "odd"),
    [(["1", None, "x", "y"], (2, "x")), ([None, "007", "8"], (1, "007")), (["1.5", " 2e3 ", "2,5"], (2, "2,5"))],
)
def test_the_text_that_keeps_a_column_from_being_numbers(texts, odd):
    assert odd_one(pa.chunked_array([texts[:1], texts[1:]], pa.string())) == odd


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint64(), pa.float16(), pa.float32(), pa.float64()])
def test_numbers_without_pandas(kind):
    column = pa.array([7, 1, None, 3, 4, 5, 6, 7, 8, 9], pa.float64()).cast(kind)
    np.testing.assert_array_equal(as_numbers(column.slice(1)), [1, np.nan, 3, 4, 5, 6, 7, 8, 9])
    whole = as_numbers(column.slice(3, 4))
    assert whole.tolist() == [3, 4, 5, 6]
    assert whole.dtype == kind.to_pandas_dtype()
    assert as_numbers(column.slice(10)).tolist() == []


def test_row_numbers():
    assert is_row_number([0, 1, 2])
    assert is_row_number([7.0, 8.0, 9.0, 10.0])
    assert not is_row_number([1, 2])
    assert not is_row_number([1, 2, 4])
    assert not is_row_number([3, 2, 1])
    assert not is_row_number(["1", "2", "3"])
    assert not is_row_number([1, float("nan"), 3])


def test_what_the_endpoint_uses_imports_no_pandas(tmp_path):
    for name in ("commas", "semicolons, decimal comma", "missing", "dates, times, truth", "codes keep their zeros"):
        (tmp_path / f"{name}.csv").write_text(SHAPES[name][0])
    pq.write_table(pa.table({"x": [1.5, None], "y": ["a", "b"]}), tmp_path / "x.parquet")
    said = "import sys, pathlib, helpers.preparing.reading as r, helpers.preparing.columns\n"
    said += f"for path in pathlib.Path({str(tmp_path)!r}).iterdir(): r.read(path)\nprint('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout == "False\n"


PIECES = [
    "a",
    "1",
    "2.5",
    '"',
    '""',
    ",",
    ";",
    "\t",
    "\n",
    "\r\n",
    "\r",
    " ",
    "|",
    "é",
    "NA",
    "0",
    "sep=;\n",
    "x y",
    "가",
]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_row_is_lost_and_each_has_its_line(text):
    try:
        found, notes = parse(text.encode())
    except TableError:
        return
    known = Text(text.encode(), "x.csv")
    places = known.lines(range(found.num_rows))
    assert len(places) == found.num_rows
    lines = re.split("\r\n|\r|\n", text)
    assert all(lines[place - 1] or found.num_columns == 1 for place in places)
    if "Columns are separated by blanks." not in notes:
        rows = csv.reader(io.StringIO("\n".join(lines[places[0] - 1 :]), newline=""), delimiter=known.delimiter)
        if found.num_columns > 1:  # with one, empty lines at the end are no rows
            assert sum(1 for row in rows if row) == found.num_rows
