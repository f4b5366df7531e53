"""The data sets in the server's own folder: Parquet files larger than memory, of which only the footers are read."""

import logging
import os
import threading

from helpers.service.data.digests import ID
from helpers.service.data.tables import accepts_name

log = logging.getLogger("helpers.service")


class Streams:
    """Each .parquet file, and each subfolder of Parquet files, directly in a folder; its name is the data set's id.

    Parameters
    ----------
    folder : Path or None
        None holds nothing.
    max_columns : int
    taken : callable
        Gives names that no data set in it may have.
    """

    def __init__(self, folder, max_columns, taken):
        self._folder, self._max_columns, self._taken = folder and folder.resolve(), max_columns, taken
        self._seen, self._lock = {}, threading.Lock()  # by path: its stamps, and the record or None

    def records(self):
        """Describe what the folder holds now, by id; files that have not changed are not opened again.

        Those that cannot be used are `usable` false, and say `why`; their id is the file's name.
        """
        if self._folder is None:
            return {}
        with self._lock:
            seen, records = {}, {}
            for path in self._paths():
                stamps = _stamps(path)
                if stamps:
                    known = self._seen.get(path)
                    seen[path] = known if known and known[0] == stamps else (stamps, self._describe(path))
                    records[seen[path][1]["id"]] = seen[path][1]
            self._seen = seen
            return dict(sorted(records.items()))

    def _paths(self):
        try:
            return sorted(path for path in self._folder.iterdir() if path.name[0] not in "._")
        except OSError as error:
            log.warning("the folder of data %s cannot be read: %s", self._folder, error.strerror)
            return []

    def _describe(self, path):
        from helpers.streaming import DataError, describe  # here: only servers with such a folder need it
        from helpers.streaming.wording import FIELDS, reword

        name = path.name if path.is_dir() else path.stem
        try:
            if not (path.is_dir() or path.is_file()):  # reading another kind may never end
                raise DataError(f"{path.name}: is no file, or a link to nothing; put a file there")
            if not accepts_name(name) or ID.fullmatch(name) or name in self._taken():
                raise DataError(f"{path.name}: the name is taken, or is none for a data set; rename it")
            if path.is_file() and path.suffix != ".parquet":
                raise DataError(f"{path.name}: rename it to {name}.parquet")
            if path.is_dir() and path.with_name(f"{name}.parquet").is_file():
                raise DataError(f"{path.name}: there is a file of the same name; rename one")
            source = describe(path)
            if len(source.columns) > self._max_columns:
                raise DataError(f"{path.name}: has {len(source.columns)} columns, at most {self._max_columns} may be")
        except (ValueError, OSError) as error:
            said = local(self._folder, reword(error, FIELDS))
            why = said.encode("utf-8", "replace").decode()  # a file's name may be no text
            log.warning("not served: %s", why)
            id = f"{path.name}/" if path.is_dir() else path.name
            own = {"id": id.encode("utf-8", "replace").decode(), "name": None, "deletable": False, "streamed": True}
            return own | {"usable": False, "why": why}
        facts = {"rows": source.rows, "columns": len(source.columns), "feature_names": list(source.columns)}
        own = {"deletable": False, "streamed": True, "fingerprint": source.fingerprint}
        own["warnings"] = list(source.notes)
        return {"id": name, "name": name} | facts | own


def _stamps(path):
    """Give what tells whether a file, or those in a folder, have changed; nothing if they cannot be Parquet."""
    try:
        if path.is_dir():
            files = [file for file in path.rglob("*") if file.is_file()]
        else:
            files = [path] * (path.suffix.lower() in (".parquet", ".pq"))
        return sorted(map(_stamp, files))
    except OSError:  # it went meanwhile
        return []


def _stamp(file):
    try:
        found = file.stat()
    except OSError:
        found = file.lstat()  # of a link to nothing, its own
    return str(file), found.st_size, found.st_mtime_ns


def path_of(folder, id):
    """Where a data set lies; `id` is one that `Streams.records` gave, now or before a restart."""
    if folder is None:
        return None
    file = folder.resolve() / f"{id}.parquet"
    return file if file.is_file() else file.with_name(id)


def local(folder, words):
    """Leave out of an error where on this machine the folder lies."""
    return words if folder is None else words.replace(f"{folder.resolve()}{os.sep}", "")
