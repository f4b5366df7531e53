"""Parquet files as rows of numbers, a row group at a time, each checked; what is wrong is told with its place."""

import hashlib
import os
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.checking import LARGEST
from helpers.preparing.columns import as_numbers, index_columns, without
from helpers.preparing.reading.folders import find_parts
from helpers.preparing.refusing import listed
from helpers.streaming.schemas import DataError, check_same, number_types

BATCH = 65_536  # rows in memory at once, for each thread
BUFFER = 2**20  # bytes read at a time of each column, instead of all that a row group has of it


@dataclass(frozen=True)
class Group:
    """A row group.

    Attributes
    ----------
    path : str
    index, rows : int
        Its number in its file, from 0, and how many rows it has.
    columns : tuple of str
        Those to be read, in this order.
    stamp : tuple of int
        Size of the file in bytes and time of its last change in nanoseconds, as they were when it was opened; a change
        that leaves both as they were is not noticed.
    first : int
        The number of its first row in its file, from 1.
    scale : tuple of float
        What each column is divided by; empty if by nothing.
    """

    path: str
    index: int
    rows: int
    columns: tuple
    stamp: tuple
    first: int = 1
    scale: tuple = ()

    def __str__(self):
        return f"{self.path}, rows {self.first} to {self.first + self.rows - 1}"


@dataclass(frozen=True)
class Source:
    """What a file or folder holds.

    Attributes
    ----------
    path : str
    groups : tuple of Group
        In the order of the rows; files of a folder in the order of their names. Groups without rows are not there.
    columns : tuple of str
    rows : int
    fingerprint : str
        Other after any change of a file's name, size or time.
    notes : tuple of str
        What was left out, a sentence each: indexes of data frames, partitions, files that are no Parquet.
    """

    path: str
    groups: tuple
    columns: tuple
    rows: int
    fingerprint: str
    notes: tuple

    @property
    def scale(self):
        """What the columns are divided by, ndarray of shape (n_columns,); ones if by nothing."""
        return np.array(self.groups[0].scale or [1.0] * len(self.columns))


def describe(path, columns=None):
    """Read what the files say of themselves, and no rows.

    Parameters
    ----------
    path : path
        A Parquet file, or a folder as pandas, Dask and Spark write it; see `helpers.preparing.reading.folders`.
    columns : list of str, optional
        Those to be used, in this order; if omitted all but the index of a data frame and the partitions.

    Returns
    -------
    Source

    Raises
    ------
    FileNotFoundError
        If there is no such file or folder.
    DataError
        If a file cannot be read or has other columns than the first one, or columns that are not numbers, or if there
        are no rows.
    TableError
        If a folder holds no Parquet, or is a table of Delta Lake.
    """
    if isinstance(columns, str):
        raise TypeError(f"columns={columns!r}: give a list of names")
    path = Path(path).absolute()  # a cluster's workers may run in another folder
    if not path.exists():
        raise FileNotFoundError(f"there is no file or folder {path}")
    files, partitions, others = find_parts(path) if path.is_dir() else ([path], [], [])
    groups, digest, first, indexes = [], hashlib.sha256(), None, {}
    for file in files:
        name = file.relative_to(path).as_posix() if path.is_dir() else file.name
        stamp = _stamp(file)
        schema, counts = _look(file, stamp)
        digest.update(repr((name, stamp)).encode())
        if not sum(counts):  # a part as Spark writes them where nothing was left; whatever its columns are of
            continue
        index = dict.fromkeys(index_columns(schema))
        indexes |= index
        wanted = [name for name in schema.names if name not in (*index, *partitions)] if columns is None else columns
        types = number_types(schema, wanted, file, partitions)
        first = first or (file, types)
        check_same(*first, file, types)
        starts = np.cumsum([1, *counts]).tolist()
        groups += [
            Group(str(file), i, rows, tuple(first[1]), stamp, starts[i]) for i, rows in enumerate(counts) if rows
        ]
    if not groups:
        raise DataError(f"{path}: holds no rows")
    notes = [f"Left out, no Parquet: {listed(others)}."] if others else []
    if columns is None:
        notes += [f"Left out, in the names of folders: {', '.join(partitions)}."] if partitions else []
        notes += without(list(indexes))
    rows = sum(group.rows for group in groups)
    return Source(str(path), tuple(groups), tuple(first[1]), rows, digest.hexdigest(), tuple(notes))


def _look(file, stamp):
    """Give a file's schema, and how many rows each of its row groups has."""
    with _told(file, stamp), pq.ParquetFile(file) as opened:
        told = opened.metadata
        return opened.schema_arrow, [told.row_group(i).num_rows for i in range(told.num_row_groups)]


def read(group):
    """Give the rows of a row group, a batch at a time.

    Yields
    ------
    ndarray of float32 or float64, shape (n_batch, n_columns)
        float32 if all columns fit it without loss; integers beyond 2**53 are rounded to float64. In memory it lies
        column by column, as it does in the file.

    Raises
    ------
    DataError
        If it holds nulls, NaN, infinities or numbers beyond 1e150, cannot be read, or the file has changed meanwhile.
    """
    done = 0
    with _told(group, group.stamp):
        _check_unchanged(group.path, group, group.stamp)
        with pq.ParquetFile(group.path, buffer_size=BUFFER, metadata=_footer(group.path, group.stamp)) as file:
            options = {"row_groups": [group.index], "columns": list(group.columns), "use_threads": False}
            for batch in file.iter_batches(BATCH, **options):
                X = _as_array(batch, group, group.first + done)
                if group.scale:
                    X /= group.scale
                yield X
                done += len(batch)
        _check_unchanged(group.path, group, group.stamp)
    if done != group.rows:
        raise DataError(f"{group}: promises {group.rows} rows and holds {done}; write the file anew")


@lru_cache(maxsize=8)
def _footer(path, stamp):
    """Read what a file says of its row groups: once, since each reader of one of hundreds would read of all anew."""
    return pq.read_metadata(path)


def _as_array(batch, group, first):
    columns = [batch.column(name) for name in group.columns]
    narrow = all(pa.types.is_floating(c.type) or c.type.bit_width <= 16 for c in columns)
    narrow = narrow and all(c.type.bit_width <= 32 for c in columns) and not group.scale
    X = np.empty((len(columns), len(batch)), np.float32 if narrow else np.float64).T
    for j, column in enumerate(columns):
        if column.null_count:
            row = first + int(np.argmax(column.is_null().to_numpy(zero_copy_only=False)))
            raise _wrong(group, j, row, "is missing (null)")
        X[:, j] = as_numbers(column)
    most = X.dtype.type(min(LARGEST, float(np.finfo(X.dtype).max)))
    if X.size and not (X.min() >= -most and X.max() <= most):  # NaN compares as false
        right = np.abs(X) <= most
        row, j = divmod(int(np.argmin(right)), X.shape[1])
        raise _wrong(group, j, first + row, f"is {X[row, j]}; give finite numbers, at most {LARGEST:g} in size")
    return X


def _wrong(group, j, row, said):
    return DataError(f"{group.path}, column {group.columns[j]}: row {row} (the first is 1) {said}")


def _stamp(path):
    status = os.stat(path)
    return status.st_size, status.st_mtime_ns


def _check_unchanged(path, place, stamp):
    try:
        changed = _stamp(path) != stamp
    except OSError:
        changed = True
    if changed:
        raise DataError(f"{place}: the file has changed since this began, is gone, or cannot be seen from here")


@contextmanager
def _told(place, stamp):
    """Tell what Arrow cannot read as a DataError; first of all whether the file is still the same."""
    try:
        yield
    except (PermissionError, MemoryError):
        raise
    except (pa.ArrowException, OSError) as error:
        if getattr(error, "errno", None) and os.path.exists(getattr(place, "path", place)):  # a full disk, for example
            raise
        _check_unchanged(getattr(place, "path", place), place, stamp)
        said = " ".join(str(error).split())[:200]
        raise DataError(f"{place}: is damaged, cut off, or no Parquet file ({said})") from None
