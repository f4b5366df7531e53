"""Where the seconds of one pass go: its parts timed one after the other on one thread."""

import time
from itertools import pairwise

import numpy as np
import pyarrow.parquet as pq
from scipy.sparse import csc_array

from helpers.streaming.parquet import BATCH, BUFFER, describe, read
from helpers.streaming.passes import BLOCK, nearest, sum_group

ROUNDS = 5


def measure(path, centers):
    """Time the parts of a pass over one row group.

    Where a part cannot be called alone it is the difference of what can: so the parts add up to the pass.

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
    centers = centers - origin
    batches = [batch - origin for batch in read(group)]
    labels = [nearest(X, centers) for X in batches]
    calls = {
        "decode": lambda: _decode(group),
        "read": lambda: [None for _ in read(group)],
        "subtract": lambda: [None for batch in read(group) for _ in [batch - origin]],
        "distances": lambda: _distances(batches, centers),
        "nearest": lambda: [nearest(X, centers) for X in batches],
        "sums": lambda: _sums(batches, labels, len(centers)),
        "pass": lambda: sum_group(group, (centers, origin)),
    }
    times = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            begin = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - begin)
    took = {name: float(np.median(each)) * 1e6 / group.rows for name, each in times.items()}
    return {"seconds": _parts(took), "rows": group.rows}


def _parts(took):
    parts = {
        "decoding": took["decode"],
        "converting and checking": took["read"] - took["decode"],
        "subtracting the origin": took["subtract"] - took["read"],
        "distances": took["distances"],
        "argmin": took["nearest"] - took["distances"],
        "sums and counts": took["sums"],
    }
    parts["inertia, and what is left"] = took["pass"] - sum(parts.values())
    return parts | {"the pass": took["pass"]}


def _decode(group):
    with pq.ParquetFile(group.path, buffer_size=BUFFER) as file:
        options = {"row_groups": [group.index], "columns": list(group.columns), "use_threads": False}
        for _ in file.iter_batches(BATCH, **options):
            pass


def _distances(batches, centers):
    """Do what `nearest` does, but for the argmin."""
    products, squares = -2 * centers.T, (centers**2).sum(axis=1)
    distances = np.empty((BLOCK, len(centers)))
    for X in batches:
        for first, last in pairwise([*range(0, len(X), BLOCK), len(X)]):
            np.matmul(X[first:last], products, out=distances[: last - first])
            distances += squares


def _sums(batches, labels, k):
    """Do what `sum_group` does with the labels."""
    for X, nearest_of in zip(batches, labels, strict=True):
        one_hot = csc_array((np.ones(len(X)), nearest_of, np.arange(len(X) + 1)), shape=(k, len(X)))
        one_hot @ X
        np.bincount(nearest_of, minlength=k)
