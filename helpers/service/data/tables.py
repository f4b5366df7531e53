"""What a table to be clustered is: its bounds, its checks, and how it is kept."""

import hashlib
import re
from dataclasses import dataclass

import numpy as np
from numpy.lib import format as npy

from helpers.service.problems import of_body
from helpers.service.questions import DatasetBody

MOST_DISTINCT = 1000  # no more are asked for: the largest k
LARGEST = 1e150  # squares of differences must not overflow, nor their sum over a table
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
    """

    X: np.ndarray
    feature_names: tuple | None = None
    name: str | None = None


def check(X, feature_names, name, limits):
    """Make a table of what a reader found.

    Raises
    ------
    Problem
        422 or 413, with the first place that is wrong.
    """
    if name is not None and not accepts_name(name):
        raise of_body("/name", f"is not accepted; give {DatasetBody.model_fields['name'].description}")
    limits.check(*X.shape)
    if feature_names is not None:
        _check_names(feature_names, X.shape[1])
    if not (X.min() >= -LARGEST and X.max() <= LARGEST):  # NaN compares as false
        row, column = divmod(int(np.argmin(np.abs(X) <= LARGEST)), X.shape[1])
        said = f"is {X[row, column]} (row {row + 1}, column {column + 1}); give finite numbers, at most 1e150 in size"
        raise of_body(f"/X/{row}/{column}", said)
    X = np.ascontiguousarray(X)
    X += 0.0
    return Table(X, feature_names, name)


def save(table, target):
    """Write a table's rows as .npy.

    Returns
    -------
    dict
        What the records keep of it: rows, columns, names, a fingerprint, and the number of distinct rows, up to 1000.
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


def _check_names(names, columns):
    if len(names) != columns:
        raise of_body("/feature_names", f"has {len(names)} names for {columns} columns; give one for each")
    for i, name in enumerate(names):
        if not 1 <= len(name) <= 100 or not name.isprintable():
            raise of_body(f"/feature_names/{i}", "is no name; give 1 to 100 characters, all printable")
        if name in names[:i]:
            raise of_body(f"/feature_names/{i}", "is there twice; give each column its own name")
