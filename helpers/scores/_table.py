"""The one check that all scores share."""

import numpy as np


def as_table(X):
    """Read a table of finite numbers as floats.

    Raises
    ------
    ValueError
        If X does not have two dimensions and at least one row, or holds missing or infinite values.
    """
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or not len(X) or not np.isfinite(X).all():
        raise ValueError(f"X must be a table of finite numbers, not of shape {X.shape} or with missing values")
    return X
