"""What a table to be clustered is: its bounds, its checks, and how it is kept."""

import hashlib
import re
from dataclasses import dataclass

import numpy as np
from numpy.lib import format as npy

from helpers.service.problems import of_body

MOST_DISTINCT = 1000  # no more are asked for: the largest k
NAME = re.compile(r"\w[\w .-]{0,63}")


@dataclass(frozen=True)
class Limits:
    """Bounds of a table; the same as in `helpers.service.settings.Settings`."""

    max_json_bytes: int
    max_rows: int
    max_columns: int
    max_cells: int

    def check(self, rows, columns):
        """Refuse a table by its size alone.

        Raises
        ------
        Problem
            422 if it is empty, 413 if it is too large.
        """
        if rows < 1 or columns < 1:
            raise of_body("/X", "is empty; give at least one row and one column")
        sizes = ("rows", rows, self.max_rows), ("columns", columns, self.max_columns)
        for what, number, most in (*sizes, ("values", rows * columns, self.max_cells)):
            if number > most:
                raise of_body("/X", f"has {number} {what}; at most {most} are accepted", 413)


@dataclass(frozen=True, eq=False)  # arrays have no single truth to compare by
class Table:
    """Rows to cluster.

    Attributes
    ----------
    X : ndarray of float64, shape (n_samples, n_features)
        Finite, and no -0.0, so that equal tables have equal bytes.
    feature_names : tuple of str, or None
        None if the body gave none.
    name : str or None
    warnings : tuple of str
        What was understood, or may be no column to cluster by, or was dropped: a sentence each.
    rows_dropped : int
        Since a value is missing in them.
    """

    X: np.ndarray
    feature_names: tuple | None = None
    name: str | None = None
    warnings: tuple = ()
    rows_dropped: int = 0


def save(table, target):
    """Write a table's rows as .npy.

    Returns
    -------
    dict
        What the records keep of it: rows, columns, names, a fingerprint, the number of distinct rows, up to 1000, and
        what is told of it.
    """
    X = table.X
    with open(target, "wb") as file:  # by Python's own write: NumPy's does not say that a disk is full
        npy.write_array_header_1_0(file, npy.header_data_from_array_1_0(X))
        file.write(X.data)
    names = table.feature_names or default_names(X.shape[1])
    return {
        "name": table.name,
        "rows": X.shape[0],
        "columns": X.shape[1],
        "feature_names": list(names),
        "fingerprint": _fingerprint(X),
        "distinct_rows": count_distinct(X),
        "warnings": list(table.warnings),
        "rows_dropped": table.rows_dropped,
    }


def _fingerprint(X):
    digest = hashlib.sha256(repr(X.shape).encode())
    digest.update(X)
    return digest.hexdigest()


def default_names(columns):
    """Names of columns that have none."""
    return tuple(f"x{j + 1}" for j in range(columns))


def count_distinct(X):
    """Count the distinct rows, up to 1000: of most tables the first few rows tell."""
    for some in (X[: 2 * MOST_DISTINCT], X):
        distinct = len(np.unique(np.ascontiguousarray(some).view(f"V{some.shape[1] * 8}")))
        if distinct >= MOST_DISTINCT or len(some) == len(X):
            return min(distinct, MOST_DISTINCT)


def accepts_name(name):
    """Whether a table may be called so: nothing that could be taken for a path, or cannot be shown."""
    return NAME.fullmatch(name) is not None
