"""What is done to one row group, and how many are done: on threads of this machine, or on a Dask cluster."""

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
from scipy.sparse import csc_array
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from helpers.streaming.parquet import read

BLOCK = 2048  # rows whose distances to all centres are in the processor's cache at once


class Sums(NamedTuple):
    """What a pass gathers; two of them add up to that of both their rows.

    Attributes
    ----------
    sums : ndarray of shape (k, n_features)
        Of the rows nearest to each centre, less the origin.
    counts : ndarray of int, shape (k,)
    inertia : float
    """

    sums: np.ndarray
    counts: np.ndarray
    inertia: float

    def plus(self, other):
        """Add."""
        return Sums(*(mine + yours for mine, yours in zip(self, other, strict=True)))


class Progress(NamedTuple):
    """Where a fit stands.

    Attributes
    ----------
    n_pass : int
        The number of the pass, from 1; 0 while the sample is read.
    done, total : int
        Row groups of this pass.
    history : tuple of float
        Inertia of each finished pass.
    """

    n_pass: int
    done: int
    total: int
    history: tuple


def nearest(X, centers):
    """Find each row's nearest centre.

    Parameters
    ----------
    X : ndarray of float64, shape (n, n_features)
    centers : ndarray of float64, shape (k, n_features)

    Returns
    -------
    ndarray of int, shape (n,)
    """
    labels = np.empty(len(X), np.intp)
    products, squares = -2 * centers.T, (centers**2).sum(axis=1)
    distances = np.empty((min(BLOCK, len(X)), len(centers)))
    for start in range(0, len(X), BLOCK):
        rows = X[start : start + BLOCK]
        # |x - c|^2 less |x|^2, which is the same for all centres
        np.matmul(rows, products, out=distances[: len(rows)])
        distances += squares
        distances[: len(rows)].argmin(axis=1, out=labels[start : start + BLOCK])
    return labels


def _inertia(X, labels, centers):
    total = 0.0
    for start in range(0, len(X), BLOCK):
        difference = X[start : start + BLOCK] - np.take(centers, labels[start : start + BLOCK], axis=0)
        total += float(np.vdot(difference, difference))
    return total


def sum_group(group, shared):
    """Do Lloyd's two steps for the rows of one group.

    Parameters
    ----------
    group : helpers.streaming.parquet.Group
    shared : tuple
        Centres, less the origin, and the origin.

    Returns
    -------
    Sums
    """
    centers, origin = shared
    k, total = len(centers), None
    for batch in read(group):
        X = batch - origin  # float64 from here on: the sums must not depend on how the rows are cut
        labels = nearest(X, centers)
        one_hot = csc_array((np.ones(len(X)), labels, np.arange(len(X) + 1)), shape=(k, len(X)))
        sums, counts = one_hot @ X, np.bincount(labels, minlength=k)
        part = Sums(sums, counts, _inertia(X, labels, centers))
        total = part if total is None else total.plus(part)
    return total


def label_group(group, shared):
    """Give the nearest centre of each row of one group."""
    centers, origin = shared
    return np.concatenate([nearest(batch - origin, centers).astype(np.int32) for batch in read(group)])


def take_rows(group, rows):
    """Give some rows of one group; `rows` are their numbers in it, ascending."""
    taken, start = [], 0
    for batch in read(group):
        first, last = np.searchsorted(rows, (start, start + len(batch)))
        taken.append(batch[rows[first:last] - start].astype(np.float64))
        start += len(batch)
    return np.concatenate(taken)


def find_distinct(group, most):
    """Give the distinct rows of one group, up to so many."""
    found = None
    for batch in read(group):
        rows = batch if found is None else np.concatenate([found, batch])
        found = np.unique(rows + 0.0, axis=0)[:most]  # -0.0 is 0.0
        if len(found) == most:
            break
    return found.astype(np.float64)


def in_order(task, calls, *, client=None, threads=None, shared=None):
    """Do a task for each row group, many at once.

    Parameters
    ----------
    task : callable
        Called as ``task(*call)``, or ``task(*call, shared)`` if something is shared.
    calls : iterable of tuple
    client : distributed.Client, optional
        Where to do it; on threads of this machine if omitted.
    threads : int, optional
        One per core if omitted.
    shared : object, optional
        Sent to each worker once.

    Yields
    ------
    object
        The results, in the order of the calls; only a few more than are done at once are kept.
    """
    with _submitter(client, threads, shared) as (submit, window):
        waiting = deque()
        try:
            for call in calls:
                waiting.append(submit(task, *call))
                if len(waiting) >= window:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


@contextmanager
def _submitter(client, threads, shared):
    """Give a function that submits a task, and how many may be under way."""
    if client is not None:
        # made by a task, so that a worker that takes it to its grave leaves the means to make it again
        extra = [] if shared is None else [client.submit(_same, shared, pure=False)]
        window = 4 * max(1, sum(client.nthreads().values()))
        yield lambda task, *call: client.submit(task, *call, *extra, pure=False), window
        return
    threads = threads or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    extra = [] if shared is None else [shared]
    # the cores are shared out among the row groups: threads inside NumPy's products would only get in their way
    with threadpool_limits(1), ThreadPoolExecutor(threads) as pool:
        yield lambda task, *call: pool.submit(task, *call, *extra), 2 * threads


def _same(value):
    return value


@contextmanager
def reporting(progress, n_pass, total, history=()):
    """Give a function to be called after each row group, which shows a bar or calls the caller's own.

    Parameters
    ----------
    progress : bool, callable or None
    n_pass, total, history
        As in `Progress`.
    """
    if progress is True:
        with tqdm(total=total, desc=f"pass {n_pass}" if n_pass else "sample", unit="group") as bar:
            yield bar.update
    elif progress:
        done = iter(range(1, total + 1))
        progress(Progress(n_pass, 0, total, history))
        yield lambda: progress(Progress(n_pass, next(done), total, history))
    else:
        yield lambda: None
