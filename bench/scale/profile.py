"""Where the seconds of one pass go: its parts timed one after the other on one thread."""

import time

import numpy as np
import pyarrow.parquet as pq

from helpers.streaming.parquet import BATCH, BUFFER, describe, read
from helpers.streaming.passes import (  # taken apart here: its insides, too
    _block_rows,
    _blocks,
    _inertia,
    _with_column,
    add_up,
    nearest,
    sum_group,
)

ROUNDS = 5


def measure(path, centers):
    """Time the parts of a pass over one row group, batch by batch as the pass goes, so that its caches are as warm.

    Parameters
    ----------
    path : path
    centers : ndarray of shape (k, n_features)

    Returns
    -------
    dict
        ``seconds`` by part, the median of the rounds, for 1,000,000 rows; ``rows`` of the group.
    """
    group, origin = describe(path).groups[0], centers.mean(axis=0)
    rounds = []
    for _ in range(ROUNDS):
        took = {"decode": _time(_decode, group)[0], "read": _time(lambda: [None for _ in read(group)])[0]}
        took |= _steps(group, centers - origin, origin)
        took["pass"] = _time(sum_group, group, (centers - origin, origin))[0]
        rounds.append(_parts(took))
    seconds = {part: float(np.median([one[part] for one in rounds])) * 1e6 / group.rows for part in rounds[0]}
    return {"seconds": seconds, "rows": group.rows}


def _time(function, *given):
    begin = time.perf_counter()
    found = function(*given)
    return time.perf_counter() - begin, found


def _parts(took):
    """Name the parts; what cannot be called alone is the difference of what can."""
    parts = {
        "decoding": took["decode"],
        "converting and checking": took["read"] - took["decode"],
        "subtracting the origin": took["subtract"],
        "distances": took["distances"],
        "argmin": took["argmin"] - took["distances"],
        "checking the digits": took["nearest"] - took["argmin"],
        "sums and counts": took["sums"],
        "inertia": took["inertia"],
    }
    # near nothing if the parts were timed as they are in a pass
    return parts | {"not accounted for": took["pass"] - sum(parts.values()), "the pass": took["pass"]}


def _decode(group):
    with pq.ParquetFile(group.path, buffer_size=BUFFER) as file:
        options = {"row_groups": [group.index], "columns": list(group.columns), "use_threads": False}
        for _ in file.iter_batches(BATCH, **options):
            pass


def _steps(group, centers, origin):
    """Do what `sum_group` does, each step timed."""
    took = dict.fromkeys(("subtract", "distances", "argmin", "nearest", "sums", "inertia"), 0.0)
    origin = _with_column(origin, 0)
    for batch in read(group, ones=True):
        seconds, X = _time(np.subtract, batch, origin)
        took["subtract"] += seconds
        took["distances"] += _time(_distances, X, centers, False)[0]
        took["argmin"] += _time(_distances, X, centers, True)[0]
        seconds, labels = _time(nearest, X, centers)
        took["nearest"] += seconds
        took["sums"] += _time(add_up, X, labels, len(centers))[0]
        took["inertia"] += _time(_inertia, X, labels, centers)[0]
    return took


def _distances(X, centers, argmin):
    """Do the first of what `nearest` does, with or without the argmin."""
    products = np.vstack([-2 * centers.T, (centers**2).sum(axis=1)])
    buffer = np.empty((min(len(X), _block_rows(len(centers))), len(centers)))
    for block in _blocks(len(X), len(centers)):
        rows = X[block]
        distances = np.matmul(rows, products, out=buffer[: len(rows)])
        if argmin:
            distances.argmin(axis=1)
