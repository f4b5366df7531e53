"""The centres on disk after each pass, so that a fit that was ended goes on from its last finished one."""

import hashlib
import os
import zipfile
from pathlib import Path

import numpy as np


class Checkpoint:
    """A file that is whole at any moment: it is written beside its place and then moved there.

    Parameters
    ----------
    path : path or None
        None keeps nothing.
    identity : list
        What the fit is of; another one's file is refused.
    init : ndarray or None
        Starting centres, part of the identity.
    """

    def __init__(self, path, identity, init=None):
        self._path = None if path is None else Path(path)
        digest = hashlib.sha256(repr(identity).encode())
        digest.update(b"" if init is None else np.ascontiguousarray(init))
        self._identity = digest.hexdigest()

    def load(self):
        """Give the origin, the centres of the next pass less the origin, and the inertia of the passes before.

        Returns
        -------
        tuple or None
            None if there is no file.

        Raises
        ------
        ValueError
            If the file is no checkpoint, or of another fit.
        """
        if self._path is None or not self._path.exists():
            return None
        try:
            with open(self._path, "rb") as file, np.load(file) as kept:
                identity, origin, centers = str(kept["identity"]), kept["origin"], kept["centers"]
                history = tuple(kept["history"].tolist())
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            raise ValueError(f"{self._path} is no checkpoint; name another file") from None
        if identity != self._identity:
            said = "is of another fit (other data, columns, k, sample, init or random_state)"
            raise ValueError(f"the checkpoint {self._path} {said}; name another file, or delete it")
        return origin, centers, history

    def save(self, origin, centers, history):
        """Write, and wait until it is on disk."""
        if self._path is None:
            return
        beside = self._path.with_name(self._path.name + ".new")
        try:
            with open(beside, "wb") as file:
                np.savez(file, identity=self._identity, origin=origin, centers=centers, history=np.array(history))
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, self._path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
