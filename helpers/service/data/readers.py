"""Readers of tables, bounded before they read, with errors that name the place; those that need Arrow are apart.

Nothing here trusts a header: what it promises is compared with the bounds, and with what the body holds.
"""

import io
import json

import numpy as np
from numpy.lib import format as npy

from helpers.service.data.tables import Column, Found, accepts_name, choose, default_names, settle
from helpers.service.problems import of_body
from helpers.service.questions import NAME, DatasetBody, TableBody, Upload, validate

JSON, CSV, NPY, PARQUET = "application/json", "text/csv", "application/x-npy", "application/vnd.apache.parquet"
READERS = JSON, CSV, NPY, PARQUET  # what there is one for


def read(media_type, body, limits, upload=None, *, named=True):
    """Read a Table.

    Parameters
    ----------
    media_type : str
        One of `READERS`.
    upload : Upload, optional
        Which columns and rows are wanted; all if omitted.
    named : bool
        Whether it will be a data set, whose name a JSON body may give, and whose rows may be dropped.

    Raises
    ------
    Problem
        422 for what cannot be read or is no table of finite numbers, 413 for what is too large.
    """
    upload = upload or Upload()
    if not len(body):
        raise of_body("", "is empty; give a table")
    if media_type == JSON:
        found = _read_json(body, limits, upload, named)
    elif media_type == NPY:
        found = _read_npy(body, limits, upload)
    else:
        from helpers.service.data import arrow  # here: it takes 50 MB, which the server's own process goes without

        found = (arrow.read_csv if media_type == CSV else arrow.read_parquet)(body, limits, upload)
    return settle(found, upload, fills=named)


def _read_json(body, limits, upload, named):
    if len(body) > limits.max_json_bytes:
        said = f"has {len(body)} bytes; as JSON at most {limits.max_json_bytes}, more as CSV, .npy or Parquet"
        raise of_body("", said, 413)
    table = validate(DatasetBody if named else TableBody, parse_json(body), "pointer")
    rows, columns = len(table.X), len(table.X[0]) if table.X else 0
    limits.check(rows, columns)
    for i, row in enumerate(table.X):
        if len(row) != columns:
            raise of_body(f"/X/{i}", f"has {len(row)} values, the first row {columns}; give as many in every row")
    names, name = (table.feature_names, table.name) if named else (None, None)
    if names is not None and len(names) != columns:
        raise of_body("/feature_names", f"has {len(names)} names for {columns} columns; give one for each")
    for i, one in enumerate(names or ()):
        if one in names[:i]:
            raise of_body(f"/feature_names/{i}", "is there twice; give each column its own name")
    if name is not None and not accepts_name(name):
        raise of_body("/name", f"is not accepted; give {NAME}")
    return _chosen(np.array(table.X, dtype=float), names, upload, name)


def parse_json(body):
    """Read a JSON object, each key once, no NaN; a Problem, 422, if it is anything else."""

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


def _chosen(X, names, upload, name=None):
    """Choose columns of what was read as a whole."""
    names = names or default_names(X.shape[1])
    at = choose(names, upload.columns)
    return Found([Column(names[i], i) for i in at], X if upload.columns is None else X[:, at], name=name)
