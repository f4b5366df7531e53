"""A CSV larger than memory as Parquet: what `read` makes of the whole, block by block, and nothing half-written."""

import gc
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_reading import SHAPES

from helpers.preparing.reading import blocks, read
from helpers.preparing.reading.blocks import BlockReader
from helpers.preparing.reading.to_parquet import convert
from helpers.preparing.refusing import TableError
from helpers.streaming import __main__ as cli


def converted(path):
    """The columns and the notes; the file is read by blocks of the size that is set."""
    notes = convert(path, path.parent / "out")
    return pq.read_table(path.parent / "out"), notes


def as_blocks(table):
    """What `read` gave, its numbers all floats."""
    narrow = pa.int64(), pa.null()
    return pa.table(
        {
            n: c.cast(pa.float64()) if c.type in narrow else c
            for n, c in zip(table.column_names, table.columns, strict=True)
        }
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_what_reading_makes_of_it(tmp_path, shape):
    text, _, notes = SHAPES[shape]
    path = tmp_path / "rows.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found, told = converted(path)
    assert found.equals(as_blocks(read(path).table))
    assert told[0] == f"{found.num_rows:,} rows."
    assert [note for note in told if note in notes] == notes


CELLS = {
    "whole": lambda i, rng: str(rng.randrange(-50, 1000)),
    "number": lambda i, rng: f"{rng.uniform(-5, 5):.3f}",
    "comma": lambda i, rng: f"{rng.uniform(-5, 5):.3f}".replace(".", ","),
    "id": lambda i, rng: f"{rng.randrange(10**6):06d}",
    "day": lambda i, rng: f"2024-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
    "moment": lambda i, rng: f"2024-01-{rng.randrange(1, 29):02d}" + (i > 60) * "T01:02:03",
    "truth": lambda i, rng: rng.choice(["true", "False"]),
    "text": lambda i, rng: rng.choice(["é", "b c", '"x ""y"""', '"two\nlines"', '"a;b,c"']),
    "inches": lambda i, rng: rng.choice(['5" wide', "a"]),
    "late text": lambda i, rng: str(i) if i < 70 else "0012",
    "late numbers": lambda i, rng: "" if i < 70 else "3.5",
    "nothing": lambda i, rng: "",
}


@pytest.mark.parametrize("seed", range(40))
def test_blocks_give_what_the_whole_gives(tmp_path, monkeypatch, seed):
    rng = random.Random(seed)
    delimiter, end = rng.choice(";\t|"), rng.choice(["\n", "\r\n"])
    without = rng.choice(["text", "inches"])  # blocks cannot tell a lone quote from the end of a field over two lines
    kinds = rng.choices([kind for kind in CELLS if kind != without], k=rng.randrange(1, 6))
    kinds = kinds if kinds[1:] else ["whole"]  # of a single one, commas would make two, and empty cells none
    lines = [delimiter.join(f"c{j}" for j in range(len(kinds)))]
    for i in range(rng.randrange(1, 150)):
        cells = [rng.choice(["", "NA", "?"]) if rng.random() < 0.03 else CELLS[kind](i, rng) for kind in kinds]
        lines.append(delimiter.join(cells))
    text = end.join(lines) + rng.choice(["", end, 3 * end])
    (tmp_path / "rows.csv").write_bytes(text.encode(rng.choice(["utf-8", "utf-8-sig", "cp1252"])))
    expected = as_blocks(read(tmp_path / "rows.csv").table)
    monkeypatch.setattr(blocks, "BLOCK", rng.choice([400, 700, 2000]))
    assert converted(tmp_path / "rows.csv")[0].equals(expected)


def test_a_column_that_is_late_no_number_is_read_again_as_it_is_written(tmp_path, monkeypatch, capsys):
    rows = [f"{i},{i + 0.5},{i:03d}" for i in range(100, 400)]
    (tmp_path / "rows.csv").write_text("\n".join(["a,b,c", *rows, "400,none,0400"]) + "\n")
    monkeypatch.setattr(blocks, "BLOCK", 1000)
    cli.main(["convert", str(tmp_path / "rows.csv"), str(tmp_path / "out")])
    said = capsys.readouterr()
    assert said.out == f"301 rows.\nNumbers: a.\nText: b, c.\nwrote {tmp_path / 'out'}\n"
    assert said.err.count("100%") == 2
    table = pq.read_table(tmp_path / "out")
    assert table["b"].to_pylist()[-2:] == ["399.5", "none"]
    assert table["c"].to_pylist()[-2:] == ["399", "0400"]
    cli.main(["fit", str(tmp_path / "out"), "3", "--columns", "a", "--out", str(tmp_path / "centers.npz")])
    assert "301 rows" in capsys.readouterr().out


def test_what_is_missing_is_counted(tmp_path):
    (tmp_path / "rows.csv").write_text("a,b\n1,\nNA,2\n,3\n")
    assert converted(tmp_path / "rows.csv")[1] == [
        "3 rows.",
        "'NA' was taken for missing, once, in a.",
        "Numbers: a, b.",
        "Missing: 2 in a, 1 in b; give missing='drop' to leave such rows out.",
    ]


def test_rows_that_lack_a_value_are_dropped_if_asked_and_columns_that_are_not_named(tmp_path, monkeypatch, capsys):
    rows = ["a,b,c", *(f"{i},{i % 7 or ''},{'x' if i < 90 else ''}" for i in range(300))]
    (tmp_path / "rows.csv").write_text("\n".join(rows))
    monkeypatch.setattr(blocks, "BLOCK", 300)
    choice = ["--columns", "b", "a", "--missing", "drop"]
    cli.main(["convert", str(tmp_path / "rows.csv"), str(tmp_path / "out"), *choice])
    said = "257 rows.\nNumbers: b, a.\nMissing: 43 in b; 43 rows were dropped for it.\n"
    assert capsys.readouterr().out.startswith(said)
    expected = [{"b": i % 7, "a": i} for i in range(300) if i % 7]
    assert pq.read_table(tmp_path / "out").to_pylist() == expected
    cli.main(["convert", str(tmp_path / "rows.csv"), str(tmp_path / "all")])
    assert "; give --missing 'drop' to leave such rows out.\n" in capsys.readouterr().out
    for wrong, said in (
        ({"columns": ["a", "d"]}, "column d: is not there; there are a, b, c"),
        ({"columns": "a"}, "columns='a': give a list of names"),
        ({"missing": "zero"}, "missing='zero': give 'keep' or 'drop'"),
    ):
        with pytest.raises((TypeError, ValueError), match=said):
            convert(tmp_path / "rows.csv", tmp_path / "no", **wrong)
    (tmp_path / "rows.csv").write_text("a,b\n1,\n,2\n")
    with pytest.raises(TableError, match="has no row that lacks nothing"):
        convert(tmp_path / "rows.csv", tmp_path / "no", missing="drop")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("7,8,9", "line 251: the number of fields is 3, of names 2"),
        ('1,"2"3', "line 251: a quote is in the wrong place"),
        ("1,\0", "is no text: it holds zero bytes"),
    ],
)
def test_a_block_that_is_no_table_is_told_with_its_line_and_nothing_is_left(tmp_path, monkeypatch, change, said):
    lines = ["a,b", *(f"{i},{2 * i}" for i in range(300))]
    lines[250] = change
    (tmp_path / "rows.csv").write_text("\n".join(lines))
    monkeypatch.setattr(blocks, "BLOCK", 500)
    with pytest.raises(TableError, match=rf"rows.csv: {said}"):
        converted(tmp_path / "rows.csv")
    assert [one.name for one in tmp_path.iterdir()] == ["rows.csv"]


def test_nothing_is_overwritten_and_no_table_is_refused(tmp_path):
    path = tmp_path / "rows.csv"
    with pytest.raises(FileNotFoundError):
        convert(path, tmp_path / "out")
    path.write_text("a,b\n")
    with pytest.raises(TableError, match="has no rows below its line of names"):
        convert(path, tmp_path / "out")
    path.write_text("a,a\n1,2\n")
    with pytest.raises(TableError, match="column a: stands over more than one column: rename one"):
        convert(path, tmp_path / "out")
    path.write_bytes(b"PK\x03\x04and so on")
    with pytest.raises(TableError, match="is an Excel or OpenDocument workbook"):
        convert(path, tmp_path / "out")
    pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(TableError, match="is Parquet already"):
        convert(path, tmp_path / "out")
    path.write_text("")
    with pytest.raises(TableError, match="is empty"):
        convert(path, tmp_path / "out")
    with pytest.raises(FileExistsError, match="is there already; name another place"):
        convert(path, tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        convert(path, tmp_path / "no" / "out")
    assert [one.name for one in tmp_path.iterdir()] == ["rows.csv"]


def test_a_text_without_lines_is_refused(tmp_path, monkeypatch):
    (tmp_path / "rows.csv").write_bytes(b"a,b\n" + b"x" * 5000)
    monkeypatch.setattr(blocks, "BLOCK", 500)
    with pytest.raises(TableError, match="line 2: is longer than"):
        convert(tmp_path / "rows.csv", tmp_path / "out")


def test_memory_does_not_grow_with_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", 2**16)
    text = "a,b,c\n" + "1.25,word,2024-01-01\n" * 200_000
    (tmp_path / "rows.csv").write_text(text)
    gc.collect()
    before = pa.total_allocated_bytes()
    with open(tmp_path / "rows.csv", "rb") as file:
        peak = max(pa.total_allocated_bytes() - before for _ in BlockReader(file, "rows.csv").tables())
    assert peak < 10 * 2**16 < len(text) / 5
