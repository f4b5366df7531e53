"""k-means in passes over the data: from a start on, sum and move the centres, until they settle."""

import warnings
from dataclasses import dataclass
from functools import reduce

import numpy as np

from helpers.streaming.checkpoint import Checkpoint
from helpers.streaming.parquet import describe
from helpers.streaming.passes import Sums, pass_over, sum_group
from helpers.streaming.scaling import standardised
from helpers.streaming.scratch import open_scratch
from helpers.streaming.starting import begin, check_centers, check_numbers


@dataclass(frozen=True, eq=False)
class Result:
    """Centres, and what the last pass found of them.

    Attributes
    ----------
    centers : ndarray of shape (k, n_features)
        In the units of the data.
    inertia : float
        Sum of squared distances of all rows to their nearest of these centres; of the scaled data, if they were scaled.
    counts : ndarray of int, shape (k,)
        Rows nearest to each; they add up to `n_rows`.
    n_passes, n_rows : int
    history : tuple of float
        Inertia in each pass, of the centres before they moved; never rising, but for rounding.
    columns : tuple of str
    ended : str
        Which of its parameters ended the fit: "tol", "gain" or "max_passes".
    scale : ndarray of shape (n_features,)
        What each column was divided by to measure distances; ones if by nothing.
    """

    centers: np.ndarray
    inertia: float
    counts: np.ndarray
    n_passes: int
    n_rows: int
    history: tuple
    columns: tuple
    ended: str
    scale: np.ndarray

    @property
    def settled(self):
        """False if `max_passes` ended the fit."""
        return self.ended != "max_passes"


def fit(
    path,
    k,
    *,
    sample=100_000,
    n_init=5,
    init=None,
    max_passes=100,
    tol=1e-4,
    gain=1e-4,
    random_state=0,
    scale=None,
    columns=None,
    client=None,
    threads=None,
    progress=None,
    checkpoint=None,
    scratch=None,
):
    """Cluster the rows of a Parquet file, or of a folder of them, which need not fit into memory.

    k-means++, local search and Lloyd on a uniform sample of all rows give the start, then each pass over all rows is
    one exact step of Lloyd. A centre that loses all its rows stays where it is, and is warned of.

    Parameters
    ----------
    path : path
        See `helpers.streaming.describe`.
    k : int
    sample : int
        Rows that are drawn, uniformly over the whole, for the start; they are held in memory, 8 bytes a number.
    n_init : int
        Starts on the sample, of which the one with the lowest inertia there is taken.
    init : ndarray of shape (k, n_features), optional
        Centres to start from instead.
    max_passes : int
        The centres move after each pass but the last, so 1 measures the start.
    tol : float
        The centres have settled when the squares of their moves add up to no more than this times the mean variance
        of the columns: scikit-learn's rule. 0 waits until none moves, whatever the `gain`.
    gain : float
        The fit also ends when a pass finds an inertia lower than that before it by less than this share: where clusters
        overlap, centres creep for dozens of passes. 0 leaves it to `tol`.
    random_state : int
    scale : {None, "standard"}
        "standard" measures distances in units of each column's standard deviation, which takes one pass more.
    columns : list of str, optional
        All but the index of a data frame if omitted.
    client : distributed.Client, optional
        A Dask cluster whose workers can read `path`; threads of this machine if omitted.
    threads : int, optional
        Without a client; one per core if omitted.
    progress : True or callable, optional
        True shows a bar per pass; a function is called with a `Progress` after each row group, and what it raises
        ends the fit within the row groups that are under way.
    checkpoint : path, optional
        File that keeps the centres after each pass; if it is there, the fit goes on from it.
    scratch : path, optional
        A folder with room for all rows, 4 bytes a number if all columns fit float32, else 8: rows are decoded once,
        and later passes read them from there, as they were then. Its file has no name, and is gone when the fit ends,
        whatever ends it. On threads of a Linux or macOS machine only.

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
    FileNotFoundError, OSError
        If `path` is not there, or the folder for `scratch`; if that has too little room.
    """
    check_numbers(k=(k, 1), sample=(sample, k), n_init=(n_init, 1))
    check_numbers(max_passes=(max_passes, 1), random_state=(random_state, 0))
    if threads is not None:
        check_numbers(threads=(threads, 1))
    for name, value in (("tol", tol), ("gain", gain)):
        if isinstance(value, str) or value is None or not value >= 0:
            raise ValueError(f"{name}={value!r}: give 0 or more")
    if scale is not None and str(scale) != "standard":
        raise ValueError(f"scale={scale!r}: give 'standard', or None")
    source, where = describe(path, columns), {"client": client, "threads": threads}
    if init is not None:
        init = check_centers(init, source, k)
    if scale is not None:
        source = standardised(source, progress, where)
    init = None if init is None else init / source.scale
    start = [int(sample), int(n_init), int(random_state)] if init is None else []
    kept = Checkpoint(checkpoint, [source.fingerprint, source.columns, int(k), *start], init)
    begun = kept.load()
    with open_scratch(scratch, source, client) as rows:
        origin, centers, history = begun or begin(init, source, k, start, progress, where, rows)
        while True:
            kept.save(origin, centers, history)
            total = _sum(source, (centers, origin, rows), progress, history, where)
            history = (*history, total.inertia)
            moved, shift = _move(centers, total)
            ended = _ended(shift, history, {"tol": tol, "gain": gain, "max_passes": max_passes})
            if ended:
                break
            centers = moved
    if not total.counts.all():
        said = (
            f"{int((total.counts == 0).sum())} of the {k} centres have no rows; a smaller k, or another start, has none"
        )
        warnings.warn(said, stacklevel=2)
    found = total.inertia, total.counts, len(history), source.rows, history, source.columns, ended, source.scale
    return Result((centers + origin) * source.scale, *found)


def _ended(shift, history, given):
    """Tell which of the parameters ends a fit after a pass; None if it goes on."""
    if shift <= given["tol"]:
        return "tol"
    gain = given["gain"] if given["tol"] > 0 else 0
    if gain and len(history) > 1 and history[-2] - history[-1] < gain * history[-1]:
        return "gain"
    return "max_passes" if len(history) >= given["max_passes"] else None


def _sum(source, shared, progress, history, where):
    """Do one pass."""
    options = {"n_pass": len(history) + 1, "history": history, "shared": shared, **where}
    return reduce(Sums.plus, pass_over(sum_group, zip(source.groups), progress, **options))


def _move(centers, total):
    """Move each centre to the mean of its rows; give also the squares of the moves, summed, over the mean variance.

    It is 0 if no row changed its centre: the same sums in the same order are the same to the last digit.
    """
    counts = total.counts[:, None]
    moved = np.divide(total.sums, counts, out=centers.copy(), where=counts > 0)
    within = total.inertia - float((counts * (moved - centers) ** 2).sum())
    mean = (counts * moved).sum(axis=0) / counts.sum()
    variance = (within + float((counts * (moved - mean) ** 2).sum())) / counts.sum() / centers.shape[1]
    shift = float(((moved - centers) ** 2).sum())
    return moved, shift / variance if variance > 0 else 0.0
