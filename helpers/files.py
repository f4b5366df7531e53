"""A file that is there as a whole, or as it was before."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path):
    """Give a binary file to write to; it comes to its place when all of it is on disk, and not at all on an error.

    Parameters
    ----------
    path : path
        In a folder that is there.

    Yields
    ------
    binary file
    """
    path = Path(path).absolute()
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", delete=False) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            file.close()
            Path(file.name).chmod(0o644)  # a temporary file is its owner's alone
            os.replace(file.name, path)
        except BaseException:
            file.close()
            os.unlink(file.name)
            raise
