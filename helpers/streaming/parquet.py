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
from helpers.preparing.columns import as_numbers, index_columns

BATCH = 65_536  # rows in memory at once, for each thread
BUFFER = 2**20  # bytes read at a time of each column, instead of all that a row group has of it


class DataError(ValueError):
    """The data cannot be clustered; the message names file, row group and column."""


@dataclass(frozen=True)
class Group:
    """A row group.

    Attributes
    ----------
    path : str
    index : int
        Its number in its file, from 0.
    rows : int
    columns : tuple of str
        Those to be read, in this order.
    stamp : tuple of int
        Size of the file in bytes and time of its last change in nanoseconds, as they were when it was opened; a change
        that leaves both as they were is not noticed.
    """

    path: str
    index: int
    rows: int
    columns: tuple
    stamp: tuple

    def __str__(self):
        return f"{self.path}, row group {self.index}"


@dataclass(frozen=True)
class Source:
    """What a file or folder holds.

    Attributes
    ----------
    path : str
    groups : tuple of Group
        In the order of the rows; files of a folder in the order of their names.
    columns : tuple of str
    rows : int
    fingerprint : str
        Other after any change of a file's name, size or time.
    left_out : tuple of str
        Columns in which pandas or Dask kept the index of a data frame, where none were named.
    """

    path: str
    groups: tuple
    columns: tuple
    rows: int
    fingerprint: str
    left_out: tuple


def describe(path, columns=None):
    """Read what the files say of themselves, and no rows.

    Parameters
    ----------
    path : path
        A Parquet file, or a folder of them. Of a folder, the files named ``*.parquet`` count, but for those whose names
        begin with "_" or "."; its subfolders do not.
    columns : list of str, optional
        Those to be used, in this order; if omitted all but the index of a data frame.

    Returns
    -------
    Source

    Raises
    ------
    FileNotFoundError
        If there is no such file or folder.
    DataError
        If a file cannot be read, is empty, or has other columns than the first one, or columns that are not numbers.
    """
    if isinstance(columns, str):
        raise TypeError(f"columns={columns!r}: give a list of names")
    files, groups, digest, first, left_out = _files(path), [], hashlib.sha256(), None, ()
    for file in files:
        stamp = _stamp(file)
        with _told(file, stamp), pq.ParquetFile(file) as opened:
            schema, names = opened.schema_arrow, columns
            if columns is None:
                index = index_columns(schema)
                names, left_out = [name for name in schema.names if name not in index], left_out or tuple(index)
            types = _types(schema, names, file)
            counts = [opened.metadata.row_group(i).num_rows for i in range(opened.metadata.num_row_groups)]
        if not sum(counts):
            raise DataError(f"{file}: holds no rows; take the file away")
        first = first or (file, types)
        _check_same(*first, file, types)
        groups += [Group(str(file), i, rows, tuple(first[1]), stamp) for i, rows in enumerate(counts) if rows]
        digest.update(repr((file.name, stamp)).encode())
    rows = sum(group.rows for group in groups)
    return Source(str(path), tuple(groups), tuple(first[1]), rows, digest.hexdigest(), left_out)


def _files(path):
    path = Path(path).absolute()  # a cluster's workers may run in another folder
    if not path.exists():
        raise FileNotFoundError(f"there is no file or folder {path}")
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.glob("*.parquet") if file.name[0] not in "_." and file.is_file())
    if not files:
        raise DataError(f"{path}: holds no .parquet files")
    return files


def _types(schema, columns, file):
    """Give the types of the columns by name; refuse what is not numbers."""
    names = [str(name) for name in columns]
    if not names or len(set(names)) < len(names):
        raise DataError(f"{file}: " + (f"a column is named twice in {names}" if names else "no column is named"))
    odd = []
    for name in names:
        if schema.names.count(name) != 1:
            said = "is there twice" if name in schema.names else f"is not there; there are {', '.join(schema.names)}"
            raise DataError(f"{file}, column {name}: {said}")
        kind = schema.field(name).type
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            odd.append(f"column {name}: is of type {kind}")
    if odd:
        raise DataError(f"{file}, {'; '.join(odd)}; name the columns of numbers with columns=[...]")
    return {name: schema.field(name).type for name in names}


def _check_same(first_file, first_types, file, types):
    for name in first_types.keys() ^ types.keys():
        there, missing = (first_file, file) if name in first_types else (file, first_file)
        raise DataError(
            f"{file}, column {name}: is in {there.name} and not in {missing.name}; give all the same columns"
        )
    for name, kind in first_types.items():
        if types[name] != kind:
            said = f"is of type {types[name]}, and {kind} in {first_file.name}"
            raise DataError(f"{file}, column {name}: {said}; give all files the same")


def read(group):
    """Give the rows of a row group, a batch at a time.

    Parameters
    ----------
    group : Group

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
                X = _as_array(batch, group, done)
                yield X
                done += len(batch)
        _check_unchanged(group.path, group, group.stamp)
    if done != group.rows:
        raise DataError(f"{group}: promises {group.rows} rows and holds {done}; write the file anew")


@lru_cache(maxsize=8)
def _footer(path, stamp):
    """Read what a file says of its row groups: once, since each reader of one of hundreds would read of all anew."""
    return pq.read_metadata(path)


def _as_array(batch, group, done):
    columns = [batch.column(name) for name in group.columns]
    narrow = all(pa.types.is_floating(c.type) or c.type.bit_width <= 16 for c in columns)
    narrow = narrow and all(c.type.bit_width <= 32 for c in columns)
    X = np.empty((len(columns), len(batch)), np.float32 if narrow else np.float64).T
    for j, column in enumerate(columns):
        if column.null_count:
            row = done + int(np.argmax(column.is_null().to_numpy(zero_copy_only=False)))
            raise DataError(f"{group}, column {group.columns[j]}: row {row} of the group is missing (null)")
        X[:, j] = as_numbers(column)
    most = X.dtype.type(min(LARGEST, float(np.finfo(X.dtype).max)))
    if X.size and not (X.min() >= -most and X.max() <= most):  # NaN compares as false
        right = np.abs(X) <= most
        row, j = divmod(int(np.argmin(right)), X.shape[1])
        said = f"row {done + row} of the group is {X[row, j]}; give finite numbers, at most {LARGEST:g} in size"
        raise DataError(f"{group}, column {group.columns[j]}: {said}")
    return X


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
