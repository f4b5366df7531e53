"""Files that must last: written and synced, a full disk told as such."""

import errno
import os
import sqlite3
from contextlib import contextmanager

from helpers.service.problems import Problem


@contextmanager
def told_if_full():
    """Tell a full disk as a Problem, 507."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if _is_full(error):
            raise Problem(507, "the server's disk is full: nothing was changed") from error
        raise


def sync(path):
    """Wait until a file, or a folder's list of names, is on disk."""
    if path.is_dir() and os.name == "nt":  # Windows cannot open folders; its file systems log names by themselves
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_full(error):
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
