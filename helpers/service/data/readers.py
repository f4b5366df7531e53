"""Readers of JSON, CSV, .npy and Parquet: bounded before they read, and errors that name the place.

Nothing here trusts a header: what it promises is compared with the bounds, and with what the body holds.
"""

import csv
import io
import itertools
import json
import sys
from contextlib import contextmanager

import numpy as np
import psutil
from numpy.lib import format as npy

from helpers.service.data.tables import check
from helpers.service.problems import Problem, of_body
from helpers.service.questions import NUMBER, DatasetBody, TableBody, validate

JSON, CSV, NPY, PARQUET = "application/json", "text/csv", "application/x-npy", "application/vnd.apache.parquet"
SPARE = 2**28  # bytes that Arrow may take besides the table
FIELD = 400  # characters of a field in a CSV: a number has fewer


def read(media_type, body, limits, *, named=True):
    """Read a table.

    Parameters
    ----------
    media_type : str
        A key of `READERS`.
    body : bytes
    limits : Limits
    named : bool
        Whether a JSON body may name the table and its columns.

    Returns
    -------
    Table

    Raises
    ------
    Problem
        422 for what cannot be read or is no table of finite numbers, 413 for what is too large.
    """
    if not len(body):
        raise of_body("", "is empty; give a table")
    X, feature_names, name = READERS[media_type](body, limits, named)
    return check(X, feature_names, name, limits)


def _read_json(body, limits, named):
    if len(body) > limits.max_json_bytes:
        said = f"has {len(body)} bytes; as JSON at most {limits.max_json_bytes}, more as CSV, .npy or Parquet"
        raise of_body("", said, 413)
    values = parse_json(body)
    table = validate(DatasetBody if named else TableBody, values, "pointer")
    rows, columns = len(table.X), len(table.X[0]) if table.X else 0
    limits.check(rows, columns)
    for i, row in enumerate(table.X):
        if len(row) != columns:
            raise of_body(f"/X/{i}", f"has {len(row)} values, the first row {columns}; give as many in every row")
    names = tuple(table.feature_names) if named and table.feature_names is not None else None
    return np.array(table.X, dtype=float), names, table.name if named else None


def parse_json(body):
    """Read a JSON object, each key once, no NaN.

    Raises
    ------
    Problem
        422 if it is anything else.
    """

    def once(pairs):
        values = dict(pairs)
        if len(values) < len(pairs):
            raise ValueError("a key is there twice")
        return values

    def refuse(constant):
        raise ValueError(f"{constant} is no JSON")

    try:
        values = json.loads(body.decode("utf-8"), object_pairs_hook=once, parse_constant=refuse)
    except (ValueError, RecursionError) as error:  # a UnicodeDecodeError is a ValueError, too
        said = "nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]
        raise of_body("", f"cannot be read as JSON in UTF-8: {said}") from None
    if not isinstance(values, dict):
        raise of_body("", 'is no JSON object; give {"name": value, ...}')
    return values


def _read_csv(body, limits, named):
    lines = _lines(body, limits.max_columns * FIELD)
    try:
        names = [name.strip() for name in next(csv.reader(lines), [])]
        if all(NUMBER.fullmatch(name) for name in names):
            raise of_body("/feature_names", "are missing; begin the CSV with a line of the columns' names")
        if len(names) == 1 and ";" in names[0]:
            raise of_body("", "separates its columns by semicolons; write the CSV with commas, and decimal points")
        limits.check(1, len(names))
        first = next(lines, None)
        if first is None:
            raise of_body("/X", "is empty: the CSV ends after its first line; give at least one row")
        if len(next(csv.reader([first]))) != len(names):  # loadtxt would make room for as many as this
            raise ValueError("the first row is too long or too short")
        most = min(limits.max_rows, limits.max_cells // len(names)) + 1
        rows = itertools.chain([first], lines)
        X = np.loadtxt(rows, delimiter=",", comments=None, quotechar='"', ndmin=2, max_rows=most)
    except (ValueError, csv.Error) as error:
        raise _diagnose_csv(body, limits) or of_body("", f"cannot be read as CSV: {str(error)[:200]}") from None
    return X, tuple(names), None


def _lines(body, most):
    """Give the lines of a text that are not empty, none of which may be longer than the widest table needs."""
    for line in io.TextIOWrapper(io.BytesIO(body), encoding="utf-8-sig", newline=""):
        if len(line) > most:
            raise of_body("", f"has a line of {len(line)} characters; at most {most} are accepted", 413)
        if '"' in line:  # loadtxt alone would take "1"2 for 12
            next(csv.reader([line], strict=True))
        if line.strip("\r\n"):
            yield line


def _diagnose_csv(body, limits):
    """Find the first line that is no row of numbers; None if there is none."""
    try:
        rows = csv.reader(_lines(body, limits.max_columns * FIELD))
        names = next(rows)
        for i, fields in enumerate(rows):
            if len(fields) != len(names):
                said = f"has {len(fields)} values (row {i + 1}), and the first line {len(names)} names"
                return of_body(f"/X/{i}", f"{said}; give as many")
            for j, field in enumerate(fields):
                if not _is_number(field):
                    said = f"holds {field[:40]!a} (row {i + 1}, column {j + 1})"
                    return of_body(f"/X/{i}/{j}", f"{said}; give numbers such as -1.5 or 2e3, none missing")
    except UnicodeDecodeError:
        return of_body("", "is not in UTF-8; save the CSV in this encoding")
    except csv.Error as error:
        return of_body("", f"cannot be read as CSV: {error}")
    return None


def _is_number(field):
    try:
        float(field)
    except ValueError:
        return False
    return field.isascii() and "_" not in field


def _read_npy(body, limits, named):
    stream = io.BytesIO(body)
    try:
        major, _ = npy.read_magic(stream)
        header = {1: npy.read_array_header_1_0, 2: npy.read_array_header_2_0}.get(major)
        if header is None:
            raise ValueError(f"version {major} is not known here")
        shape, fortran_order, dtype = header(stream)
        if any(abs(n) >= 2**62 for n in shape):
            raise ValueError("the shape is too large for any memory")
    except Exception as error:  # the header is read as Python: whatever may come of that means that it is none
        raise of_body("", f"cannot be read as .npy: {str(error)[:100] or 'its header is broken'}") from None
    if dtype.kind not in "iuf" or dtype.itemsize > 8:
        raise of_body("/X", f"is of type {str(dtype)[:60]}; give an array of integers, or of floats up to 64 bits")
    if len(shape) != 2 or any(type(n) is not int or n < 0 for n in shape):
        raise of_body("/X", f"has the shape {str(shape)[:60]}; give an array of rows and columns")
    limits.check(*shape)
    promised, held = shape[0] * shape[1] * dtype.itemsize, len(body) - stream.tell()
    if promised != held:
        raise of_body("/X", f"promises {promised} bytes and holds {held}; give the whole array and nothing behind it")
    X = np.frombuffer(body, dtype, offset=stream.tell())
    return X.reshape(shape, order="F" if fortran_order else "C").astype(float), None, None


def _read_parquet(body, limits, named):
    import pyarrow as pa  # here: it is large, and only a process that reads Parquet needs it
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(body), thrift_string_size_limit=10**6, thrift_container_size_limit=10**5)
        schema, rows = file.schema_arrow, file.metadata.num_rows
        _check_schema(schema, pa)
        limits.check(rows, len(schema))
        with _no_more_memory(16 * rows * len(schema) + len(body) + SPARE):
            X = _fill(np.empty((rows, len(schema))), file.iter_batches(batch_size=65_536, use_threads=False))
    except Problem:
        raise
    except MemoryError:
        raise of_body("", "unpacks to more than its rows and columns need; write the Parquet file anew") from None
    except Exception as error:  # a broken file can make Arrow raise what it likes
        raise of_body("", f"cannot be read as Parquet: {str(error)[:200]}") from None
    return X, tuple(schema.names), None


def _fill(X, batches):
    filled = 0
    for batch in batches:
        if filled + len(batch) > len(X):
            raise of_body("/X", f"promises {len(X)} rows and holds more; write the file anew")
        for j, column in enumerate(batch.columns):
            if column.null_count:
                row = filled + int(np.argmax(column.is_null().to_numpy(zero_copy_only=False)))
                raise of_body(f"/X/{row}/{j}", "is missing (null); give a number in every place")
            X[filled : filled + len(batch), j] = column.to_numpy(zero_copy_only=False)
        filled += len(batch)
    if filled != len(X):
        raise of_body("/X", f"promises {len(X)} rows and holds {filled}; write the file anew")
    return X


@contextmanager
def _no_more_memory(size):
    """Let this process map no more than so many bytes more: a page may unpack to gigabytes, whatever is promised.

    Where the system cannot do that, the pool still watches what is taken.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    limit = psutil.Process().memory_info().vms + size
    if before[1] != resource.RLIM_INFINITY:
        limit = min(limit, before[1])
    resource.setrlimit(resource.RLIMIT_AS, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _check_schema(schema, pa):
    for j, column in enumerate(schema):
        if column.name.startswith("__index_level_"):
            raise of_body(f"/feature_names/{j}", "is the index of a data frame; write the file with index=False")
        if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
            said = f"{column.name[:60]} is of type {str(column.type)[:60]}; give columns of integers or floats"
            raise of_body(f"/feature_names/{j}", said)


READERS = {JSON: _read_json, CSV: _read_csv, NPY: _read_npy, PARQUET: _read_parquet}
