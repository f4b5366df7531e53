"""Readers of JSON, CSV, .npy and Parquet: bounded before they read, and errors that name the place.

Nothing here trusts a header: what it promises is compared with the bounds, and with what the body holds.
"""

import io
import json
import sys
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import psutil
from numpy.lib import format as npy

from helpers.preparing import refusing
from helpers.preparing.columns import as_numbers, index_columns, without
from helpers.service.data.settling import Fact, Found, choose, of_table, settle
from helpers.service.data.tables import accepts_name, default_names
from helpers.service.problems import Problem, of_body
from helpers.service.questions import DatasetBody, TableBody, Upload, validate

JSON, CSV, NPY, PARQUET = "application/json", "text/csv", "application/x-npy", "application/vnd.apache.parquet"
SPARE = 2**28  # bytes that Arrow may take besides the table
KINDS = {
    "number": ("integer", "floating", "decimal"),
    "text": ("string", "large_string", "string_view"),
    "date": ("date", "timestamp"),
    "truth": ("boolean",),
    "empty": ("null",),
}


def read(media_type, body, limits, upload=None, *, named=True):
    """Read a table.

    Parameters
    ----------
    media_type : str
        A key of `READERS`.
    body : bytes
    limits : Limits
    upload : Upload, optional
        Which columns and rows are wanted; all if omitted.
    named : bool
        Whether it will be a data set, whose name a JSON body may give, and whose rows may be dropped.

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
    if media_type == JSON:
        return _read_json(body, limits, upload or Upload(), named)
    return settle(READERS[media_type](body, limits, upload or Upload()), upload or Upload(), fills=named)


def _read_json(body, limits, upload, named):
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
    names = table.feature_names if named else None
    if names is not None and len(names) != columns:
        raise of_body("/feature_names", f"has {len(names)} names for {columns} columns; give one for each")
    for i, name in enumerate(names or ()):
        if name in names[:i]:
            raise of_body(f"/feature_names/{i}", "is there twice; give each column its own name")
    if named and table.name is not None and not accepts_name(table.name):
        raise of_body("/name", f"is not accepted; give {DatasetBody.model_fields['name'].description}")
    found = settle(_chosen(np.array(table.X, dtype=float), names, upload), upload, fills=named)
    return replace(found, name=table.name if named else None)


def _chosen(X, names, upload):
    """Choose columns of what was read as a whole."""
    at = choose(names or default_names(X.shape[1]), upload.columns)
    if upload.columns is not None:
        X, names = X[:, at], [(names or default_names(X.shape[1]))[i] for i in at]
    return Found(names, X, at)


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


def _read_csv(body, limits, upload):
    import pyarrow as pa  # here: it is large, and a process that reads no CSV needs none of it

    from helpers.preparing.reading.converting import odd_one
    from helpers.preparing.reading.delimited import Text, read_columns

    try:
        text = Text(body, "the CSV")
        if not text.has_names:
            raise of_body("/feature_names", "are missing; begin the CSV with a line of the columns' names")
        limits.check(1, len(text.names))
        at = choose(text.names, upload.columns)
        names = [text.names[i] for i in at]
        table, notes = read_columns(text, names, bound=lambda rows, columns: limits.check(max(rows, 1), columns))
    except refusing.TableError as error:
        raise of_table(error) from None
    rows, columns, others = table.num_rows, table.columns, {}
    del table  # each column goes when it is copied
    kinds = [_kind(column.type, pa) for column in columns]
    X = np.empty((rows, kinds.count("number")))
    numbers = iter(X.T)
    for j, kind in enumerate(kinds):
        column, columns[j] = columns[j], None
        if kind == "number":
            _put(next(numbers), column.chunks)
        else:
            others[j] = Fact(kind, column.null_count, *(odd_one(column) if kind == "text" else [0] * (kind == "empty")))
        del column
    return Found(names, X, at, others, notes, text.nameless, text.lines)


def _put(target, chunks):
    """Write the chunks of a column one behind the other."""
    start = 0
    for chunk in chunks:
        target[start : start + len(chunk)] = as_numbers(chunk)
        start += len(chunk)


def _kind(type_, pa):
    """Name what a column of an Arrow type holds, as `helpers.service.data.settling` does."""
    if pa.types.is_dictionary(type_):
        return _kind(type_.value_type, pa)
    for kind, names in KINDS.items():
        if any(getattr(pa.types, f"is_{name}")(type_) for name in names):
            return kind
    return "other"


def _read_npy(body, limits, upload):
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
    return _chosen(X.reshape(shape, order="F" if fortran_order else "C").astype(float), None, upload)


def _read_parquet(body, limits, upload):
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(body), thrift_string_size_limit=10**6, thrift_container_size_limit=10**5)
        schema, rows = file.schema_arrow, file.metadata.num_rows
        index = index_columns(schema) if upload.columns is None else []
        there = [name for name in schema.names if name not in index]
        names = [there[i] for i in choose(there, upload.columns)]
        if not names:
            raise of_body("/X", "has no columns but the index of a data frame")
        limits.check(rows, len(names))
        twice = [name for name in dict.fromkeys(names) if schema.names.count(name) > 1]
        if twice:
            raise of_table(refusing.TableError("", [refusing.Problem(refusing.TWICE, name) for name in twice]))
        kinds = [_kind(schema.field(name).type, pa) for name in names]
        numbers = [name for name, kind in zip(names, kinds, strict=True) if kind == "number"]
        with _no_more_memory(16 * rows * len(numbers) + len(body) + SPARE):
            batches = file.iter_batches(batch_size=65_536, columns=numbers, use_threads=False) if numbers else ()
            X = _fill(np.empty((rows, len(numbers))), batches, numbers)
    except Problem:
        raise
    except MemoryError:
        raise of_body("", "unpacks to more than its rows and columns need; write the Parquet file anew") from None
    except Exception as error:  # a broken file can make Arrow raise what it likes
        raise of_body("", f"cannot be read as Parquet: {str(error)[:200]}") from None
    others = {j: Fact(kind) for j, kind in enumerate(kinds) if kind != "number"}
    return Found(names, X, [schema.names.index(name) for name in names], others, without(index))


def _fill(X, batches, names):
    filled = 0
    for batch in batches:
        if filled + len(batch) > len(X):
            raise of_body("/X", f"promises {len(X)} rows and holds more; write the file anew")
        for j, name in enumerate(names):
            X[filled : filled + len(batch), j] = as_numbers(batch.column(name).cast("double", safe=False))
        filled += len(batch)
    if names and filled != len(X):
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


READERS = {JSON: _read_json, CSV: _read_csv, NPY: _read_npy, PARQUET: _read_parquet}
