"""Finished tasks on disk, a line each, so that a run that was ended goes on where it was."""

import json
from pathlib import Path


class Kept:
    """A file to which each finished task is appended. It serves one recipe, seed and set of versions.

    Parameters
    ----------
    path : path or None
        None keeps nothing.
    identity : dict
        What the run is of; a file of another run is refused.

    Raises
    ------
    ValueError
        If the file is there and of another run, or no such file.
    FileNotFoundError
        If its folder is not there.
    """

    def __init__(self, path, identity):
        self._path = None if path is None else Path(path)
        self._file = None
        self._identity = identity
        if self._path is not None and not self._path.absolute().parent.is_dir():
            raise FileNotFoundError(f"there is no folder {self._path.parent} to keep finished trials in")
        self.done = self._read() if self._path is not None and self._path.exists() else {}

    def _read(self):
        head, *lines = self._path.read_text(encoding="utf-8", errors="replace").split("\n")
        try:
            identity = dict(json.loads(head)["identity"])
            # what follows the last line end was being written when the run was ended
            done = {line["key"]: line["outcome"] for line in map(json.loads, lines[:-1])}
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"{self._path} keeps no trials; name another file, or delete it") from None
        for key, mine in self._identity.items():
            if identity.get(key) != mine:
                raise ValueError(
                    f"the trials kept in {self._path} are of another {key} ({identity.get(key)}, not {mine}); "
                    "name another file, or delete it"
                )
        return done

    def add(self, key, outcome):
        """Append a task that has finished."""
        if self._path is None:
            return
        if self._file is None:
            self._open()
        self._file.write(json.dumps({"key": key, "outcome": outcome}) + "\n")
        self._file.flush()

    def _open(self):
        """Open for appending, the head first; a half-written last line is dropped."""
        lines = [json.dumps({"key": key, "outcome": outcome}) for key, outcome in self.done.items()]
        self._file = open(self._path, "w", encoding="utf-8")  # noqa: SIM115 - closed by close()
        self._file.write("\n".join([json.dumps({"identity": self._identity}), *lines]) + "\n")

    def close(self, *, finished):
        """Close; when all is finished nothing need be kept."""
        if self._file is not None:
            self._file.close()
        if finished and self._path is not None:
            self._path.unlink(missing_ok=True)
