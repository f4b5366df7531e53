"""Readers of CSV and Parquet, apart from the others: they need Arrow, whose import takes 50 MB."""

import sys
from contextlib import contextmanager

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.preparing import refusing
from helpers.preparing.columns import as_numbers, index_columns, without
from helpers.preparing.reading.converting import odd_one
from helpers.preparing.reading.delimited import Text, read_columns
from helpers.service.data.tables import Column, Found, choose, of_table
from helpers.service.problems import Problem, of_body

SPARE = 2**28  # bytes that Arrow may take besides the table
KINDS = {
    "number": ("integer", "floating", "decimal"),
    "text": ("string", "large_string", "string_view"),
    "date": ("date", "timestamp"),
    "truth": ("boolean",),
    "empty": ("null",),
}


def read_csv(body, limits, upload):
    """Read CSV or its kin; see `helpers.service.data.readers.read`."""
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
    columns = [Column(name, i, _kind(field.type)) for name, i, field in zip(names, at, table.schema, strict=True)]
    X = np.empty((table.num_rows, sum(column.kind == "number" for column in columns)))
    targets, parts = iter(X.T), table.columns[::-1]
    del table
    for column in columns:
        values = parts.pop()  # it goes when it is copied
        if column.kind == "number":
            np.concatenate([as_numbers(chunk) for chunk in values.chunks], out=next(targets))
            continue
        column.missing = values.null_count
        if column.kind == "text":
            column.row, column.value = odd_one(values)
        elif column.kind == "empty":
            column.row = 0
    return Found(columns, X, notes, text.nameless, text.lines)


def _kind(type_):
    """Name what a column of an Arrow type holds, as `helpers.service.data.tables` does."""
    if pa.types.is_dictionary(type_):
        return _kind(type_.value_type)
    for kind, names in KINDS.items():
        if any(getattr(pa.types, f"is_{name}")(type_) for name in names):
            return kind
    return "other"


def read_parquet(body, limits, upload):
    """Read Parquet; see `helpers.service.data.readers.read`."""
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
        columns = [Column(name, schema.names.index(name), _kind(schema.field(name).type)) for name in names]
        numbers = [column.name for column in columns if column.kind == "number"]
        with _no_more_memory(16 * rows * len(numbers) + len(body) + SPARE):
            batches = file.iter_batches(batch_size=65_536, columns=numbers, use_threads=False) if numbers else ()
            X = _fill(np.empty((rows, len(numbers))), batches, numbers)
    except Problem:
        raise
    except MemoryError:
        raise of_body("", "unpacks to more than its rows and columns need; write the Parquet file anew") from None
    except Exception as error:  # a broken file can make Arrow raise what it likes
        raise of_body("", f"cannot be read as Parquet: {str(error)[:200]}") from None
    return Found(columns, X, without(index))


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
    """Let this process map no more than so many bytes more: a page may unpack to gigabytes, whatever is promised."""
    if not sys.platform.startswith("linux"):
        yield  # the pool still watches what is taken
        return
    import resource

    before, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = psutil.Process().memory_info().vms + size
    resource.setrlimit(resource.RLIMIT_AS, (limit if most == resource.RLIM_INFINITY else min(limit, most), most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, most))
