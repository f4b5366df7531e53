"""Rows as they are in memory, kept in a file for the time of a fit: decoded once, and read by each later pass."""

import os
import shutil
import tempfile
from contextlib import contextmanager

import numpy as np

from helpers.streaming.parquet import read


@contextmanager
def open_scratch(folder, source, client=None):
    """Give a `Scratch` in a folder that has room for all rows, or None if none is named; errors in words.

    Its file has no name, so that the system takes it away whatever ends the process; until then ``ls`` does not show
    it, ``df`` does. A cluster's workers would each need one, and Windows cannot read a file at several places at once.
    """
    if folder is None:
        yield None
        return
    if client is not None or not hasattr(os, "pread"):
        raise ValueError(f"scratch={str(folder)!r}: works on threads of a Linux or macOS machine only; leave it out")
    if not os.path.isdir(folder):
        raise FileNotFoundError(f"there is no folder {folder} for scratch")
    kind = next(read(source.groups[0])).dtype
    needed, free = source.rows * len(source.columns) * kind.itemsize, shutil.disk_usage(folder).free
    if needed > free:
        raise OSError(
            f"the rows take {needed / 1e9:.3g} GB, and {folder} has {free / 1e9:.3g} GB left; "
            "name another folder for scratch, or leave it out"
        )
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        yield Scratch(file.fileno(), source, kind)


class Scratch:
    """Where a row group is read from its Parquet file once, and then from an open file, given by its descriptor."""

    def __init__(self, file, source, kind):
        self._file, self._kind, self._width = file, kind, len(source.columns)
        starts = np.cumsum([0] + [group.rows for group in source.groups[:-1]]) * self._width * kind.itemsize
        self._starts = dict(zip(source.groups, starts.tolist(), strict=True))
        self._batches = {}  # of each group that is here as a whole, the rows of each batch

    def read(self, group):
        """Give the rows of a group as `helpers.streaming.parquet.read` does."""
        start, batches = self._starts[group], []
        for rows in self._batches.get(group, ()):
            size = rows * self._width * self._kind.itemsize
            yield np.frombuffer(os.pread(self._file, size, start), self._kind).reshape(self._width, rows).T
            start += size
        if group in self._batches:
            return
        for batch in read(group):
            yield batch
            start += _write(self._file, np.ascontiguousarray(batch.T), start)
            batches.append(len(batch))
        self._batches[group] = batches


def _write(file, array, start):
    """Write all of an array: the system may take a part at a time."""
    left, done = memoryview(array).cast("B"), 0
    while done < len(left):
        done += os.pwrite(file, left[done:], start + done)
    return done
