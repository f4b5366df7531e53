"""k-means in passes over the data: start from a sample, sum, move the centres, until they settle."""

import os
import tempfile
import warnings
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.streaming.checkpoint import Checkpoint
from helpers.streaming.parquet import LARGEST, DataError, describe
from helpers.streaming.passes import (
    find_distinct,
    in_order,
    label_group,
    one_thread_each,
    reporting,
    sum_group,
    take_rows,
)


@dataclass(frozen=True, eq=False)
class Result:
    """Centres, and what the last pass found of them.

    Attributes
    ----------
    centers : ndarray of shape (k, n_features)
    inertia : float
        Sum of squared distances of all rows to their nearest of these centres.
    counts : ndarray of int, shape (k,)
        Rows nearest to each; they add up to `n_rows`.
    n_passes, n_rows : int
    history : tuple of float
        Inertia in each pass, of the centres before they moved; never rising, but for rounding.
    columns : tuple of str
    settled : bool
        False if `max_passes` ended the fit.
    """

    centers: np.ndarray
    inertia: float
    counts: np.ndarray
    n_passes: int
    n_rows: int
    history: tuple
    columns: tuple
    settled: bool


def fit(
    path,
    k,
    *,
    sample=100_000,
    init=None,
    max_passes=100,
    tol=1e-4,
    random_state=0,
    columns=None,
    client=None,
    threads=None,
    progress=None,
    checkpoint=None,
):
    """Cluster the rows of a Parquet file, or of a folder of them, which need not fit into memory.

    k-means++ and Lloyd on a uniform sample of all rows give the start, then each pass over all rows is one exact step
    of Lloyd.
    A centre that loses all its rows stays where it is, and is warned of.

    Parameters
    ----------
    path : path
        See `helpers.streaming.describe`.
    k : int
    sample : int
        Rows that are drawn, uniformly over the whole, for the start; they are held in memory, 8 bytes a number.
    init : ndarray of shape (k, n_features), optional
        Centres to start from instead.
    max_passes : int
        The centres move after each pass but the last, so 1 measures the start.
    tol : float
        The centres have settled when the squares of their moves add up to no more than this times the mean variance
        of the columns: scikit-learn's rule. 0 waits until none moves.
    random_state : int
    columns : list of str, optional
        All if omitted.
    client : distributed.Client, optional
        A Dask cluster whose workers can read `path`; threads of this machine if omitted.
    threads : int, optional
        Without a client; one per core if omitted.
    progress : True or callable, optional
        True shows a bar per pass; a function is called with a `Progress` after each row group, and what it raises
        ends the fit within the row groups that are under way.
    checkpoint : path, optional
        File that keeps the centres after each pass; if it is there, the fit goes on from it.

    Returns
    -------
    Result
        Its inertia and counts are measured, in the last pass, for just its centres.

    Raises
    ------
    DataError
        If the data cannot be clustered; see `helpers.streaming.parquet.read`. Also if they have fewer than k distinct
        rows.
    ValueError, TypeError
        If a parameter is out of its range, or the checkpoint is of another fit.
    FileNotFoundError
        If `path` is not there.
    """
    _check_numbers(k=(k, 1), sample=(sample, k), max_passes=(max_passes, 1), random_state=(random_state, 0))
    if threads is not None:
        _check_numbers(threads=(threads, 1))
    if isinstance(tol, str) or tol is None or not tol >= 0:
        raise ValueError(f"tol={tol!r}: give 0 or more")
    source, where = describe(path, columns), {"client": client, "threads": threads}
    if init is not None:
        init = _check_centers(init, source, k)
    start = [int(sample), int(random_state)] if init is None else []
    kept = Checkpoint(checkpoint, [source.fingerprint, source.columns, int(k), *start], init)
    origin, centers, history = kept.load() or _begin(init, source, k, sample, random_state, progress, where)
    while True:
        kept.save(origin, centers, history)
        total = _sum(source, centers, origin, progress, history, where)
        history = (*history, total.inertia)
        moved, shift = _move(centers, total)
        settled = bool(shift <= tol)
        if settled or len(history) >= max_passes:
            break
        centers = moved
    if not total.counts.all():
        said = (
            f"{int((total.counts == 0).sum())} of the {k} centres have no rows; a smaller k, or another start, has none"
        )
        warnings.warn(said, stacklevel=2)
    found = total.inertia, total.counts, len(history), source.rows, history, source.columns, settled
    return Result(centers + origin, *found)


def _begin(init, source, k, sample, random_state, progress, where):
    """Choose centres, and an origin amid them."""
    centers = init if init is not None else _start(source, k, sample, random_state, progress, where)
    origin = _middle(centers)
    return origin, centers - origin, ()


def _middle(centers):
    """Give a place amid the centres; not their mean, which a single one far away would draw to itself."""
    return np.sort(centers, axis=0)[(len(centers) - 1) // 2]


def _start(source, k, sample, random_state, progress, where):
    """Fit a uniform sample: k-means++, then Lloyd."""
    X = _draw(source, sample, random_state, progress, where)
    distinct = len(np.unique(X[: 4 * k], axis=0))  # of most data the first few rows tell
    if distinct < k:
        distinct = len(np.unique(X, axis=0))
    if distinct < k:
        raise _too_few(source, k, distinct, len(X), where)
    from sklearn.cluster import KMeans  # here: a cluster's workers, which only sum, need not wait for it

    with one_thread_each():  # the same sums in the same order on every machine
        return KMeans(k, n_init=1, random_state=random_state).fit(X).cluster_centers_


def _draw(source, sample, random_state, progress, where):
    """Draw rows by their numbers in the whole: the sample must not depend on how they are cut into groups."""
    rng = np.random.default_rng(random_state)
    if source.rows > sample:
        rows = np.sort(rng.choice(source.rows, sample, replace=False, shuffle=False))
    else:
        rows = np.arange(source.rows)
    ends = np.cumsum([group.rows for group in source.groups])
    cuts = np.searchsorted(rows, np.concatenate([[0], ends]))
    calls = [
        (group, rows[first:last] - (end - group.rows))
        for group, end, first, last in zip(source.groups, ends, cuts[:-1], cuts[1:], strict=True)
        if last > first
    ]
    parts = []
    with reporting(progress, 0, len(calls)) as step, closing(in_order(take_rows, calls, **where)) as found:
        for part in found:
            parts.append(part)
            step()
    return np.concatenate(parts)


def _too_few(source, k, distinct, drawn, where):
    """Make the error for a sample with fewer than k distinct rows, which may be the sample's fault or the data's."""
    if drawn < source.rows:
        found = np.empty((0, len(source.columns)))
        with closing(in_order(find_distinct, ((group, k) for group in source.groups), **where)) as parts:
            for part in parts:
                found = np.unique(np.concatenate([found, part]), axis=0)
                if len(found) >= k:
                    said = f"the sample of {drawn} rows has only {distinct} distinct ones, fewer than k={k}"
                    return ValueError(f"{said}; give a larger sample, or init")
        distinct = len(found)
    return DataError(f"{source.path}: has {distinct} distinct rows, fewer than k={k}; give k of at most {distinct}")


def _sum(source, centers, origin, progress, history, where):
    """Do one pass."""
    total, calls = None, ((group,) for group in source.groups)
    with (
        reporting(progress, len(history) + 1, len(source.groups), history) as step,
        closing(in_order(sum_group, calls, shared=(centers, origin), **where)) as parts,
    ):
        for part in parts:
            total = part if total is None else total.plus(part)
            step()
    return total


def _move(centers, total):
    """Move each centre to the mean of its rows.

    Returns
    -------
    moved : ndarray of shape (k, n_features)
    shift : float
        Sum of the squares of the moves, in units of the columns' mean variance; 0 if no row changed its centre, since
        the same sums in the same order are the same to the last digit.
    """
    counts = total.counts[:, None]
    moved = np.divide(total.sums, counts, out=centers.copy(), where=counts > 0)
    within = total.inertia - float((counts * (moved - centers) ** 2).sum())
    mean = (counts * moved).sum(axis=0) / counts.sum()
    variance = (within + float((counts * (moved - mean) ** 2).sum())) / counts.sum() / centers.shape[1]
    shift = float(((moved - centers) ** 2).sum())
    return moved, shift / variance if variance > 0 else 0.0


def _check_numbers(**given):
    for name, (value, least) in given.items():
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            raise TypeError(f"{name}={value!r}: give a whole number")
        if value < least or (name == "random_state" and value >= 2**32):
            raise ValueError(f"{name}={value}: give " + (f"at least {least}" if value < least else "less than 2**32"))


def _check_centers(centers, source, k=None):
    try:
        centers = np.array(centers, float)
    except (TypeError, ValueError):
        raise ValueError(f"the centres cannot be read as numbers: {str(centers)[:60]}") from None
    wanted = (k or (centers.shape[0] if centers.ndim else 0), len(source.columns))
    if centers.shape != wanted or not centers.size:
        raise ValueError(
            f"the centres are of shape {centers.shape}; give {wanted[0] or 'k'} rows of {wanted[1]} columns"
        )
    if not (np.abs(centers) <= LARGEST).all():
        raise ValueError(f"the centres are not all finite, and at most {LARGEST:g} in size")
    return centers


def assign(path, centers, out, *, columns=None, client=None, threads=None, progress=None):
    """Write the nearest centre of each row, in the order of the rows, as Parquet: one column, ``label``.

    Parameters
    ----------
    path : path
        As for `fit`.
    centers : Result or ndarray of shape (k, n_features)
        A result knows its columns.
    out : path
        A file if `path` is one, else a folder with a file of the same name for each; it is not there before, and there
        as a whole or not at all afterwards.
    columns, client, threads, progress
        As for `fit`.

    Raises
    ------
    FileExistsError
        If `out` is there already.
    DataError, ValueError, FileNotFoundError
        As for `fit`.
    """
    if isinstance(centers, Result):
        centers, columns = centers.centers, columns or list(centers.columns)
    path, out, source = Path(path), Path(out), describe(path, columns)
    centers = _check_centers(centers, source)
    if os.path.lexists(out):
        raise FileExistsError(f"{out} is there already; name another place, or delete it")
    if not out.absolute().parent.is_dir():
        raise FileNotFoundError(f"there is no folder {out.parent}")
    if path.is_dir() and out.resolve().is_relative_to(path.resolve()):
        raise ValueError(f"{out} lies in {path}, whose rows it would be taken for; name another place")
    origin, calls = _middle(centers), ((group,) for group in source.groups)
    options = {"client": client, "threads": threads, "shared": (centers - origin, origin)}
    with tempfile.TemporaryDirectory(prefix=f"{out.name}.", dir=out.absolute().parent) as scratch:
        folder = Path(scratch, "labels")
        folder.mkdir()
        with (
            reporting(progress, 1, len(source.groups)) as step,
            closing(in_order(label_group, calls, **options)) as labels,
        ):
            _write_labels(source, labels, folder, step)
        os.replace(folder if path.is_dir() else folder / path.name, out)


def _write_labels(source, labels, folder, step):
    written = None
    with ExitStack() as files:
        for group, part in zip(source.groups, labels, strict=True):
            table = pa.table({"label": part})
            if group.path != written:
                files.close()
                written = group.path
                target = folder / Path(written).name
                writer = files.enter_context(pq.ParquetWriter(target, table.schema, compression="zstd"))
            writer.write_table(table, row_group_size=len(part))
            step()
