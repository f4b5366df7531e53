"""The data sets in the server's own folder: Parquet files larger than memory, of which only the footers are read."""

import logging
import os
import threading

from helpers.service.data.store import ID
from helpers.service.data.tables import accepts_name
from helpers.service.problems import sendable

log = logging.getLogger("helpers.service")


class Streams:
    """Each .parquet file, and each subfolder of Parquet files, directly in a folder; its name is the data set's id."""

    def __init__(self, folder, max_columns, taken):  # taken: gives names that no data set in it may have
        self._folder, self._max_columns, self._taken = folder and folder.resolve(), max_columns, taken
        self._seen, self._lock = {}, threading.Lock()  # by path: its stamps, and the record

    def records(self):
        """Describe what the folder holds now, by id; what cannot be used says `why`, and its id is the file's name."""
        if self._folder is None:
            return {}
        with self._lock:
            seen, records = {}, {}
            for path in self._paths():
                if stamps := _stamps(path):
                    before, record = self._seen.get(path, (None, None))
                    record = record if before == stamps else self._describe(path)  # opened again only if it has changed
                    seen[path], records[record["id"]] = (stamps, record), record
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
            why = sendable(local(self._folder, reword(error, FIELDS)))
            log.warning("not served: %s", why)
            id = sendable(f"{path.name}/" if path.is_dir() else path.name)
            return {"id": id, "name": None, "deletable": False, "streamed": True, "usable": False, "why": why}
        record = {"id": name, "name": name, "rows": source.rows, "columns": len(source.columns)}
        record |= {"feature_names": list(source.columns), "deletable": False, "streamed": True}
        return record | {"fingerprint": source.fingerprint, "warnings": list(source.notes)}


def _stamps(path):
    """Give what tells whether a file, or those in a folder, have changed; nothing if they cannot be Parquet."""
    try:
        if path.is_dir():
            return sorted(_stamp(file) for file in path.rglob("*") if file.is_file())
        return [_stamp(path)] if path.suffix.lower() in (".parquet", ".pq") else []
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
