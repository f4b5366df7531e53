"""Columns that say the same as another, and columns that are shares of one whole."""

import numpy as np
from scipy.stats import rankdata

ALIKE = 0.99  # correlation, or its negative
RANKS = 0.9  # the correlation of ranks that must go with it: one row far out makes any two columns look alike
ROWS = 2_000  # rows that are compared
FEWEST = 8  # rows with a value in both: fewer are alike by chance
LONGEST = 30  # shares of one whole
_COMPARED = ("number", "number as text", "count", "share", "category")


def mark_copies(columns):
    """Note in each column which other one says the same: the earlier one, if it is not mostly missing.

    Parameters
    ----------
    columns : list of helpers.preparing.recognising.Seen
        Changed: `kind` becomes near-copy, and `copy_of` the name of the other.
    """
    usable = [seen for seen in columns if seen.kind in _COMPARED and not seen.unready]
    usable.sort(key=lambda seen: seen.missing > seen.n / 2)  # a copy with values must not give way to one without
    groups = {}
    for seen in usable:
        if seen.groups is not None:
            first = groups.setdefault(seen.groups, seen)
            if first is not seen:
                _mark(seen, first, "the same groups, perhaps under other names")
    numeric = [seen for seen in usable if seen.numbers is not None]
    if len(numeric) < 2:
        return
    table = np.column_stack([seen.numbers for seen in numeric])
    table = table[np.linspace(0, len(table) - 1, min(ROWS, len(table))).astype(int)]
    alike = _correlations(table)
    for j, seen in enumerate(numeric):
        near = [i for i in np.flatnonzero(np.abs(alike[:j, j]) >= ALIKE) if numeric[i].copy_of is None]
        for i in near if seen.copy_of is None else ():
            both = ~np.isnan(table[:, [i, j]]).any(axis=1)
            ranks = [rankdata(table[both, column]) for column in (i, j)]
            if abs(np.corrcoef(*ranks)[0, 1]) >= RANKS:
                _mark(seen, numeric[i], f"correlation {alike[i, j]:.4f}")
                break


def _mark(seen, other, why):
    seen.kind, seen.copy_of = "near-copy", other.name
    seen.notes.append(why)


def _correlations(table):
    """Correlate all pairs of columns on the rows where both have a value; 0 where these are too few."""
    there = ~np.isnan(table)
    count = there.sum(axis=0)
    with np.errstate(all="ignore"):  # columns that are constant, or empty in these rows, give NaN: no likeness
        # centred and scaled first, so that sums of squares keep their digits
        X = np.where(there, table - np.nansum(table, axis=0) / count, 0)
        X = np.nan_to_num(X / np.abs(X).max(axis=0))
        M = there.astype(float)
        n, sums, squares = M.T @ M, X.T @ M, (X * X).T @ M
        covariance = X.T @ X - sums * sums.T / n
        variance = squares - sums**2 / n
        r = covariance / np.sqrt(variance * variance.T)
        tiny = variance < 1e-12 * squares
    r[~np.isfinite(r) | (n < FEWEST) | tiny | tiny.T] = 0
    return r.clip(-1, 1)


def mark_shares(columns):
    """Note which neighbouring columns add up to 1 or to 100 in every row: they are shares of one whole.

    Parameters
    ----------
    columns : list of helpers.preparing.recognising.Seen
        Changed: `kind` becomes share, and `notes` names the others.
    """
    numeric = [seen for seen in columns if seen.numbers is not None and seen.kind in ("number", "count", "share")]
    if len(numeric) < 2 or len(numeric[0].numbers) < 5:
        return
    table = np.column_stack([seen.numbers for seen in numeric])
    table = table[np.linspace(0, len(table) - 1, min(200, len(table))).astype(int)]
    usable = np.where(table >= 0, table, 1e6)  # what is negative or missing adds up to neither
    sums = np.cumsum(np.hstack([np.zeros((len(table), 1)), usable]), axis=1)
    taken = np.zeros(len(numeric), dtype=bool)
    for length in range(min(LONGEST, len(numeric)), 1, -1):
        wholes = sums[:, length:] - sums[:, :-length]
        for whole in (1, 100):
            for start in np.flatnonzero((np.abs(wholes - whole) <= 0.005 * whole).all(axis=0)):
                if not taken[start : start + length].any():
                    taken[start : start + length] = True
                    _mark_parts(numeric[start : start + length], whole)


def _mark_parts(parts, whole):
    names = ", ".join(str(seen.name) for seen in parts[:4]) + (", ..." if len(parts) > 4 else "")
    for seen in parts:
        seen.kind = "share"
        seen.notes.append(f"{names} add up to {whole}, so one follows from the others")
