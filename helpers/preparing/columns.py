"""What a column can be told from alone, without pandas: an index that a data frame left, the numbers of the rows."""

import json

import numpy as np

FLOATS = {"halffloat": "float16", "float": "float32", "double": "float64"}  # Arrow's names of what NumPy calls so


def index_columns(schema):
    """Find the columns in which pandas or Dask kept the index of a data frame.

    Parameters
    ----------
    schema : pyarrow.Schema

    Returns
    -------
    list of str
        In the order of the schema.
    """
    try:
        told = json.loads((schema.metadata or {}).get(b"pandas", b"{}")).get("index_columns", [])
        told = {name for name in told if isinstance(name, str)}  # a range of numbers is no column
    except (ValueError, AttributeError, TypeError):
        told = set()
    return [name for name in schema.names if name in told or name.startswith(("__index_level_", "__null_dask_index__"))]


def is_row_number(values):
    """Tell whether numbers only count the rows: each is one more than the one before.

    Parameters
    ----------
    values : array_like of numbers, shape (n_rows,)

    Returns
    -------
    bool
        False for fewer than three rows, which may count by chance.
    """
    values = np.asarray(values)
    return len(values) > 2 and values.dtype.kind in "iuf" and bool((np.diff(values.astype(float)) == 1).all())


def as_numbers(column):
    """Give the numbers of an Arrow array without Arrow's own `to_numpy`, which imports pandas.

    Parameters
    ----------
    column : pyarrow.Array
        Of integers or floats.

    Returns
    -------
    ndarray of shape (n_rows,)
        Of the same type; of float64, with NaN where a number is missing, if one is. It may not be changed.
    """
    n, start = len(column), column.offset
    if not n:
        return np.empty(0)
    valid, values = column.buffers()
    numbers = np.frombuffer(values, FLOATS.get(str(column.type), str(column.type)))[start : start + n]
    if not column.null_count:
        return numbers
    there = np.unpackbits(np.frombuffer(valid, np.uint8), bitorder="little")[start : start + n]
    return np.where(there, numbers.astype(float), np.nan)


def without(left_out):
    """Say that columns were left out because they are the index of a data frame: a list of one sentence, or of none."""
    return [f"Left out, the index of a data frame: {', '.join(left_out)}."] if left_out else []
