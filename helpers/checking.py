"""The gate for tables: what a caller has, as rows of finite numbers, or a sentence that says which value is none."""

import numbers

import numpy as np

LARGEST = 1e150  # squares of differences must not overflow, nor their sum over a table
QUARTER, TURN = np.pi / 2, 2 * np.pi
SLACK = 1e-9  # radians; degrees that were turned into radians may miss a bound by their last digit


def as_table(X, *, name="X", metric=None):
    """Read a table of finite numbers as floats.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
        An array, a list of rows or a data frame, with nullable columns too; nothing in it is missing or masked.
    name : str
        What messages call it.
    metric : str, optional
        If it is "haversine", the two columns must be latitude and longitude in radians.

    Returns
    -------
    ndarray of float64, shape (n_samples, n_features)
        X itself, if it is that already.

    Raises
    ------
    ValueError
        If it does not have two dimensions and at least one row and column, or holds something else than numbers,
        something missing, masked or infinite, or numbers beyond 1e150; with the first place, rows counted from 0.
    """
    columns = None
    if hasattr(X, "columns") and hasattr(X, "dtypes"):  # a data frame; pandas itself is not imported here
        columns = list(X.columns)
        if all(getattr(kind, "kind", "O") in "biuf" for kind in X.dtypes):
            X = X.to_numpy(dtype=float, na_value=np.nan)
    array = _as_floats(X, name, columns)
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"{name} must be a table of rows and columns, not of shape {array.shape}")
    right = np.abs(array) <= LARGEST  # NaN compares as false
    if not right.all():
        row, column = (int(i) for i in np.argwhere(~right)[0])
        value = array[row, column]
        said = "is missing" if np.isnan(value) else f"is {value}"
        which = "infinite" if np.isinf(value) else "too large to be squared: choose other units"
        said += "" if np.isnan(value) else f", {which}"
        raise ValueError(f"{name} must be a table of finite numbers: {_place(row, column, columns)} {said}")
    if metric == "haversine":
        _check_radians(array, name)
    return array


def _as_floats(X, name, columns):
    if hasattr(X, "toarray") and hasattr(X, "nnz"):
        raise ValueError(f"{name} is sparse: give {name}.toarray(), a table with its zeros")
    if np.ma.isMaskedArray(X):
        if np.ma.is_masked(X):
            row, *column = (int(i) for i in np.argwhere(np.ma.getmaskarray(X))[0])
            raise ValueError(f"{name} must be a table of finite numbers: {_place(row, *column[:1], columns)} is masked")
        X = X.data
    try:
        array = X if isinstance(X, np.ndarray) else np.asarray(X)
    except ValueError:
        raise ValueError(f"{name} must be a table: its rows do not all have the same length") from None
    if array.dtype.kind == "O":
        return _of_objects(array, name, columns)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must be a table of finite numbers, not of type {array.dtype}")
    return array.astype(float, copy=False)


def _of_objects(array, name, columns):
    """Read numbers of several kinds; what pandas marks as missing becomes NaN, anything else is refused."""
    found = np.empty(array.shape)
    for place in np.ndindex(array.shape):
        value = array[place]
        if isinstance(value, numbers.Real | np.bool_):
            found[place] = value
        elif value is None or type(value).__name__ in ("NAType", "NaTType"):
            found[place] = np.nan
        else:
            where = _place(*place[:2], columns=columns) if len(place) > 1 else f"entry {place[0] if place else 0}"
            said = f"is {value!r:.40}" if isinstance(value, str) else f"is of type {type(value).__name__}"
            raise ValueError(f"{name} must be a table of finite numbers: {where} {said}")
    return found


def _place(row, column=None, columns=None):
    if column is None:
        return f"entry {row}"
    return f"column {column if columns is None else repr(columns[column])}, row {row},"


def _check_radians(array, name):
    if array.shape[1] != 2:
        raise ValueError(f"{name} must have two columns for haversine, latitude and longitude, not {array.shape[1]}")
    for column, (what, most) in enumerate((("latitude", QUARTER), ("longitude", TURN))):
        far = np.abs(array[:, column])
        if far.max() > most + SLACK:
            row = int(far.argmax())
            said = f"{what} {array[row, column]:g} in row {row} is no angle in radians"
            raise ValueError(f"{name}: {said}; np.radians turns degrees into them, and latitude comes first")
