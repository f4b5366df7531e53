"""The centres on disk after each pass, so that a fit that was ended goes on from its last finished one."""

import hashlib
import zipfile
from pathlib import Path

import numpy as np

from helpers.files import whole


class Checkpoint:
    """A file that is whole at any moment: it is written beside its place and then moved there; no path keeps nothing.

    It serves one fit, which `identity`, a list, and the starting centres `init` tell from others.
    """

    def __init__(self, path, identity, init=None):
        self._path = None if path is None else Path(path)
        if self._path is not None and not self._path.absolute().parent.is_dir():
            raise FileNotFoundError(f"there is no folder {self._path.parent} for the checkpoint")
        digest = hashlib.sha256(repr(identity).encode())
        digest.update(b"" if init is None else np.ascontiguousarray(init))
        self._identity = digest.hexdigest()

    def load(self):
        """Give the origin, the next pass's centres less it, and the inertia of the passes before; None without a file.

        ValueError if the file is no checkpoint, or of another fit.
        """
        if self._path is None or not self._path.exists():
            return None
        try:
            with open(self._path, "rb") as file, np.load(file) as kept:
                identity, origin, centers = str(kept["identity"]), kept["origin"], kept["centers"]
                history = tuple(kept["history"].tolist())
        except (OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, zipfile.BadZipFile):
            raise ValueError(f"{self._path} is no checkpoint; name another file") from None
        if identity != self._identity:
            said = "is of another fit: of other data, or asked for otherwise"
            raise ValueError(f"the checkpoint {self._path} {said}; name another file, or delete it")
        return origin, centers, history

    def save(self, origin, centers, history):
        """Write, and wait until it is on disk."""
        if self._path is None:
            return
        write_whole(self._path, identity=self._identity, origin=origin, centers=centers, history=np.array(history))


def write_whole(path, **arrays):
    """Write arrays as .npz, so that the file is there as a whole, on disk, or as it was before."""
    with whole(path) as file:
        np.savez(file, **arrays)
