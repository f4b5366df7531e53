"""What is done to one row group, and how many are done: on threads of this machine, or on a Dask cluster."""

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import reduce
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from helpers.machine import cores
from helpers.streaming.closest import nearest
from helpers.streaming.cluster import ClusterError
from helpers.streaming.parquet import read

CANCELLED = 0.01  # share of the squares below which their differences have lost more than two digits


class Sums(NamedTuple):
    """What a pass gathers: of the rows nearest to each centre their sum, less the origin, and number; the inertia."""

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
        The number of the pass, from 1; 0 while the sample is read, and then while starts are fitted to it.
    done, total : int
        Row groups of this pass, or starts.
    history : tuple of float
        Inertia of each finished pass.
    """

    n_pass: int
    done: int
    total: int
    history: tuple


def columns_less(group, origin, kept=None):
    """Give the rows of a group by batches: in float64, less the origin, column by column; each in the last one's place.

    In float64 the sums do not depend on how the rows are cut; by columns, each step goes over numbers side by side. A
    new array for each batch would cost as much as its decoding, where the system takes memory back at once.
    """
    room = np.empty(0)
    for batch in read(group) if kept is None else kept.read(group):
        if batch.size > len(room):
            room = np.empty(batch.size)
        yield np.subtract(batch.T, origin[:, None], out=room[: batch.size].reshape(batch.T.shape))


def sum_group(group, shared):
    """Do Lloyd's two steps for one group, given centres less the origin, the origin, and a `Scratch` or None; Sums."""
    centers, origin, kept = shared
    parts = (add_up(columns, nearest(columns, centers), centers) for columns in columns_less(group, origin, kept))
    return reduce(Sums.plus, parts)


def add_up(columns, labels, centers):
    """Give the `Sums` of rows whose nearest centres are known."""
    k = len(centers)
    sums = np.column_stack([np.bincount(labels, column, k) for column in columns])
    counts = np.bincount(labels, minlength=k)
    squares = float(np.vdot(columns, columns))
    # the squared distances, multiplied out, need no second way through the rows, but leave too few digits if small
    inertia = squares + float((counts * (centers**2).sum(axis=1)).sum() - 2 * np.vdot(centers, sums))
    if inertia < CANCELLED * squares:
        inertia = sum(
            float(((column - center[labels]) ** 2).sum()) for column, center in zip(columns, centers.T, strict=True)
        )
    return Sums(sums, counts, inertia)


def label_group(group, shared):
    """Give the nearest centre of each row of one group."""
    centers, origin = shared
    return np.concatenate([nearest(columns, centers).astype(np.int32) for columns in columns_less(group, origin)])


def take_rows(group, rows, kept=None):
    """Give some rows of one group; `rows` are their numbers in it, ascending; `kept` as in `sum_group`."""
    taken, start = [], 0
    for batch in read(group) if kept is None else kept.read(group):
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
    """Do ``task(*call)`` for each call, many at once, on a client's workers or on threads, by default one per core.

    What is `shared`, if anything, is sent to each worker once, and is each call's last argument. Yields the results in
    the order of the calls, and keeps only a few more than are done at once.
    """
    with _submitter(client, threads, shared) as (submit, window):
        waiting = deque()
        try:
            for call in calls:
                waiting.append((call, submit(task, *call)))
                if len(waiting) >= window:
                    yield _result(*waiting.popleft())
            while waiting:
                yield _result(*waiting.popleft())
        finally:
            for _, future in waiting:
                future.cancel()


def _result(call, future):
    try:
        return future.result()
    except Exception as error:
        if type(error).__name__ == "KilledWorker":  # Dask's own says no more than a task's number
            said = "several workers in turn have died of it, likely of too little memory"
            raise ClusterError(f"{call[0]}: {said}; give them more, or write smaller row groups") from error
        if type(error).__module__.startswith("distributed."):
            raise ClusterError(f"the Dask cluster was lost ({str(error).splitlines()[0]}); start it anew") from error
        raise


@contextmanager
def _submitter(client, threads, shared):
    """Give a function that submits a task, and how many may be under way."""
    if client is not None:
        if client.status != "running":
            raise ClusterError(f"the connection to the Dask cluster is {client.status}; connect anew")
        # made by a task, so that a worker that takes it to its grave leaves the means to make it again
        extra = [] if shared is None else [client.submit(_same, shared, pure=False)]
        window = 4 * max(1, sum(client.nthreads().values()))
        yield lambda task, *call: client.submit(task, *call, *extra, pure=False), window
        return
    threads = threads or cores()
    extra = [] if shared is None else [shared]
    # the cores are shared out among the row groups: threads inside NumPy's products would only get in their way
    with one_thread_each(), ThreadPoolExecutor(threads) as pool:
        yield lambda task, *call: pool.submit(task, *call, *extra), 2 * threads


_limited, _limiting = SimpleNamespace(users=0, limit=None), threading.Lock()


@contextmanager
def one_thread_each():
    """Keep NumPy's products to one thread; the limit is the process's, so the last of several users lifts it."""
    with _limiting:
        if not _limited.users:
            _limited.limit = threadpool_limits(1)
        _limited.users += 1
    try:
        yield
    finally:
        with _limiting:
            _limited.users -= 1
            if not _limited.users:
                _limited.limit.restore_original_limits()


def _same(value):
    return value


def pass_over(task, calls, progress, *, n_pass=0, history=(), **where):
    """Do a task for each call as `in_order` does, and report each result when the next is asked for."""
    calls = list(calls)
    with _reporting(progress, n_pass, len(calls), history) as step, closing(in_order(task, calls, **where)) as results:
        for result in results:
            yield result
            step()


@contextmanager
def _reporting(progress, n_pass, total, history):
    """Give a function to be called after each row group, which shows a bar or calls the caller's own."""
    if progress is True:
        with tqdm(total=total, desc=f"pass {n_pass}" if n_pass else "start") as bar:
            yield bar.update
    elif progress:
        done = iter(range(1, total + 1))
        progress(Progress(n_pass, 0, total, history))
        yield lambda: progress(Progress(n_pass, next(done), total, history))
    else:
        yield lambda: None
