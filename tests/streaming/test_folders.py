"""Folders as Spark, Dask, pandas and Hive write them: what is read of them, what is told, what is refused."""

import gzip
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers import streaming

X = np.random.default_rng(0).normal(size=(600, 2)) + np.repeat([[0, 0], [9, 9], [0, 9]], 200, axis=0)
FRAME = pd.DataFrame(X, columns=["a", "b"]).assign(year=np.repeat([2023, 2024], 300))


def write(path, rows, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"a": rows[:, 0], "b": rows[:, 1]}), path, **options)


def spark(folder):
    """As Spark writes a partitioned table: the same names in each folder, checksums, parts without rows."""
    for year, rows in ((2023, X[:300]), (2024, X[300:])):
        for number, part in enumerate((rows[:0], rows[:200], rows[200:])):
            name = f"part-{number:05}-3f2c.c000.snappy.parquet"
            write(folder / f"year={year}" / name, part, compression="snappy")
            (folder / f"year={year}" / f".{name}.crc").write_bytes(b"crc")
    (folder / "_SUCCESS").touch()
    (folder / "._SUCCESS.crc").write_bytes(b"crc")


def pandas_partitions(folder):
    FRAME.to_parquet(folder, partition_cols=["year"])


def pandas_index(folder):
    folder.mkdir()
    for number, part in enumerate((FRAME[:300], FRAME[300:])):
        part.drop(columns="year").set_index(pd.Index(np.arange(300) ** 2, name="key")).to_parquet(
            folder / f"{number}.parquet.gzip"
        )


def dask(folder):
    dataframes = pytest.importorskip("dask.dataframe")
    dataframes.from_pandas(FRAME, npartitions=3).drop(columns="year").to_parquet(folder, write_metadata_file=True)


def dask_partitions(folder):
    dataframes = pytest.importorskip("dask.dataframe")
    dataframes.from_pandas(FRAME, npartitions=3).to_parquet(folder, partition_on="year")


def mixed(folder):
    for rows, name in zip(
        np.split(X, 6), ["1.parquet", "2.PARQUET", "3.pq", "4.parquet.snappy", "deep/er/5.parquet", "6"], strict=True
    ):
        write(folder / name, rows)
    (folder / "notes.txt").write_text("measured in May")
    (folder / "1.parquet.crc").write_bytes(b"crc")
    (folder / ".hidden.parquet").write_bytes(b"none")
    (folder / "_metadata").write_bytes(b"none")
    (folder / "elsewhere").symlink_to(folder.parent)


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of Dask
@pytest.mark.parametrize(
    ("make", "notes"),
    [
        (spark, ["Left out, in the names of folders: year."]),
        (pandas_partitions, ["Left out, in the names of folders: year."]),
        (pandas_index, ["Left out, the index of a data frame: key."]),
        (dask, ["Left out, the index of a data frame: __null_dask_index__."]),
        (
            dask_partitions,
            ["Left out, in the names of folders: year.", "Left out, the index of a data frame: __null_dask_index__."],
        ),
        (mixed, ["Left out, no Parquet: elsewhere, notes.txt."]),
    ],
)
def test_every_row_of_what_others_write_is_clustered_and_labelled(tmp_path, make, notes):
    make(tmp_path / "data")
    source = streaming.describe(tmp_path / "data")
    assert (source.columns, source.rows, list(source.notes)) == (("a", "b"), 600, notes)
    found = streaming.fit(tmp_path / "data", 3)
    assert found.counts.tolist() == [200, 200, 200]
    streaming.assign(tmp_path / "data", found, tmp_path / "labels")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "labels"]
    files = {group.path for group in source.groups}
    labels = [tmp_path / "labels" / path[len(source.path) + 1 :] for path in files]
    assert sorted(labels) == sorted(path for path in (tmp_path / "labels").rglob("*") if path.is_file())
    for path, label in zip(files, labels, strict=True):
        rows = pq.ParquetFile(path).read(["a", "b"]).to_pandas().to_numpy()
        expected = ((rows[:, None] - found.centers) ** 2).sum(axis=2).argmin(axis=1)
        assert pq.ParquetFile(label).read()["label"].to_pylist() == expected.tolist()


def delta(folder):
    write(folder / "part-0.parquet", X)
    (folder / "_delta_log").mkdir()


def packed(folder):
    write(folder / "rows.parquet", X)
    (folder / "more.parquet.gz").write_bytes(gzip.compress(b"PAR1"))


def empty_file(folder):
    write(folder / "rows.parquet", X)
    (folder / "zero.pq").touch()


def iceberg(folder):
    (folder / "metadata").mkdir(parents=True)
    (folder / "metadata" / "v1.metadata.json").write_text("{}")


def no_rows(folder):
    for year in (2023, 2024):
        write(folder / f"year={year}" / "part-0.parquet", X[:0])


def other_types(folder):
    write(folder / "1.parquet", X)
    pq.write_table(pa.table({"a": [1], "b": [2.0]}), folder / "2.parquet")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (delta, "data: is a Delta table, which keeps deleted rows, too"),
        (packed, "more.parquet.gz: is damaged, cut off, or no Parquet file"),
        (empty_file, "zero.pq: is damaged, cut off, or no Parquet file"),
        (iceberg, "data: holds no Parquet files; convert a CSV first"),
        (no_rows, "data: holds no rows"),
        (other_types, "2.parquet, column a: is of type int64, and double in 1.parquet"),
    ],
)
def test_what_would_give_other_rows_than_are_meant_is_refused(tmp_path, make, said):
    make(tmp_path / "data")
    with pytest.raises(ValueError, match=said):
        streaming.describe(tmp_path / "data")


def test_a_partition_is_no_column_to_cluster_by(tmp_path):
    pandas_partitions(tmp_path / "data")
    with pytest.raises(streaming.DataError, match="column year: is in the names of folders only; write it into"):
        streaming.describe(tmp_path / "data", ["a", "year"])
    assert streaming.describe(tmp_path / "data", ["b"]).notes == ()


def test_a_folder_that_gained_a_part_or_moved_one_is_another(tmp_path):
    pandas_partitions(tmp_path / "data")
    seen = {streaming.describe(tmp_path / "data").fingerprint}
    (tmp_path / "data" / "year=2024").rename(tmp_path / "data" / "year=2025")
    seen.add(streaming.describe(tmp_path / "data").fingerprint)
    write(tmp_path / "data" / "year=2024" / "x.parquet", X[:0])
    seen.add(streaming.describe(tmp_path / "data").fingerprint)
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (pa.array(["x", "y"]).dictionary_encode(), "holds categories"),
        (pa.array([1, 2]).cast(pa.decimal128(38, 2)), "holds decimal numbers, which had to be written as double"),
        (pa.array([[1.0], [2.0]]), "holds lists"),
        (pa.array([[1.0], [2.0]], pa.large_list(pa.float64())), "holds lists"),
        (pa.array([True, False]), "holds true and false"),
        (pa.array([1, 2]).cast(pa.int32()).cast(pa.date32()), "holds dates"),
        (pa.array([1, 2]).cast(pa.timestamp("us")), "holds moments"),
        (pa.array(["x", "y"], pa.large_string()), "holds text"),
        (pa.array([{"x": 1}, {"x": 2}]), "holds what is no number"),
    ],
)
def test_a_column_that_is_no_number_is_named_with_what_it_holds(tmp_path, values, said):
    pq.write_table(pa.table({"a": [1.0, 2.0], "odd": values}), tmp_path / "rows.parquet")
    kind = re.escape(str(pq.read_schema(tmp_path / "rows.parquet").field("odd").type))
    with pytest.raises(
        streaming.DataError,
        match=rf"rows.parquet, column odd: {said} \({kind}\); name the columns of numbers with columns=",
    ):
        streaming.describe(tmp_path / "rows.parquet")
    assert streaming.fit(tmp_path / "rows.parquet", 2, columns=["a"]).counts.tolist() == [1, 1]
