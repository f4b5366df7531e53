"""What must outlast the server: records in SQLite, arrays as files beside it, in one folder that one server uses.

A file is written and synced under another name first, then takes its own, then gets its record: what has a record is
whole, and what a crash left without one is removed at the next start.
"""

import errno
import hashlib
import json
import os
import re
import shutil
import sqlite3
import threading
import uuid
from contextlib import contextmanager, suppress
from importlib.metadata import version

from helpers.service.problems import Problem
from helpers.service.settings import SettingsError

FORMAT = 1  # of the answers: part of every ETag
VERSIONS = {name: version(name) for name in ("numpy", "scipy", "scikit-learn")}
ID = re.compile("[0-9a-f]{16}")
SCHEMA = 1  # of the records
RECORDS = "records.sqlite"
SUFFIX = {"dataset": ".npy", "model": ".npz", "job": ".npz"}  # a job's is its checkpoint, which comes later


def digest(*parts):
    """Digest what JSON can hold: the same data, parameters and versions have the same, in ids and in ETags."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class Store:
    """Data sets and models, each a record and a file, and jobs: on disk when the call that adds them returns.

    `max_count` may be there, of `max_bytes` together. A folder that cannot be used raises a SettingsError; a full disk
    is told as a Problem, 507, and then nothing was changed.
    """

    def __init__(self, folder, max_count, max_bytes):
        self.folder, self._max_count, self._max_bytes = folder, max_count, max_bytes
        self._lock, self._db = threading.RLock(), None
        where = f"instance={str(folder)!r}"
        try:
            if folder.is_dir() and any(folder.iterdir()) and not (folder / RECORDS).exists():
                raise SettingsError(f"{where}: it holds other files; name an empty folder, or a new one")
            folder.mkdir(parents=True, exist_ok=True)
            # first, as the mark that the folder is a server's
            self._db = sqlite3.connect(folder / RECORDS, timeout=0, check_same_thread=False)
            self._take_records()
            self._take_folders()
        except BaseException as error:
            if self._db is not None:
                self._db.close()
            if not isinstance(error, OSError | sqlite3.Error):
                raise
            said = error.strerror if isinstance(error, OSError) else f"its records cannot be read ({error})"
            if "locked" in str(error):
                said = "another server uses it: ask that one or end it, or start this one with --port 0 as well, which"
                said += " takes a free port"
            raise SettingsError(f"{where}: {said}; name another folder with --instance") from None

    def _take_records(self):
        db = self._db
        db.execute("PRAGMA locking_mode = EXCLUSIVE")  # until it is closed, or the process ends
        db.execute("PRAGMA synchronous = FULL")
        with db:
            db.execute("BEGIN EXCLUSIVE")
            (schema,) = db.execute("PRAGMA user_version").fetchone()
            if schema not in (0, SCHEMA):
                raise sqlite3.DatabaseError(f"they are of version {schema}, this is {SCHEMA}")
            db.execute(
                "CREATE TABLE IF NOT EXISTS records (kind TEXT, id TEXT, record TEXT, bytes INTEGER, "
                "PRIMARY KEY (kind, id)) WITHOUT ROWID"
            )
            db.execute(f"PRAGMA user_version = {SCHEMA}")

    def _take_folders(self):
        """Make them, and remove what a crash, or a deletion while a file was open, left behind."""
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)
        for name in ("tmp", "course", *SUFFIX):
            (self.folder / name).mkdir(exist_ok=True)
        for kind in SUFFIX:
            known = {self.path(kind, id) for (id,) in self._ask("SELECT id FROM records WHERE kind = ?", kind)}
            for path in set((self.folder / kind).iterdir()) - known:
                with suppress(OSError):
                    path.unlink()

    def close(self):
        """Let another server have the folder."""
        with self._lock:
            self._db.close()

    def _ask(self, query, *values):
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def path(self, kind, id):
        """Where the file of a record lies."""
        return self.folder / kind / (id + SUFFIX[kind])

    def check(self):
        """See whether the folder is where it was; a Problem, 503, if not."""
        if not (self.folder / RECORDS).exists():
            said = "the folder in which the server keeps its data is gone: bring it back, or start the server anew"
            raise Problem(503, said, headers={"Retry-After": "60"})

    def check_room(self, size=0):
        """See whether there is room for one more, of so many bytes; a Problem, 409, if not."""
        ((count, total),) = self._ask("SELECT count(*), coalesce(sum(bytes), 0) FROM records")
        if count >= self._max_count or total + size > self._max_bytes:
            said = "delete some of those that GET /datasets, GET /models and GET /jobs list"
            raise Problem(409, f"the server keeps {count} things of {total} bytes, and may not keep more: {said}")

    @contextmanager
    def scratch(self, suffix=""):
        """Give a path for a file that is gone afterwards, unless `add` took it."""
        self.check()
        path = self.folder / "tmp" / (uuid.uuid4().hex + suffix)
        try:
            with told_if_full():
                yield path
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def add(self, kind, id, record, path):
        """Keep a record and its file, of `scratch`; False if it is there already; a Problem, 409, without room."""
        sync(path)
        text, target = json.dumps(record), self.path(kind, id)
        size = path.stat().st_size + len(text)
        with self._lock:
            if self.get(kind, id) is not None:
                return False
            self.check_room(size)
            os.replace(path, target)
            try:
                sync(target.parent)
                with self._db:
                    self._db.execute("INSERT INTO records VALUES (?, ?, ?, ?)", [kind, id, text, size])
            except BaseException:
                target.unlink(missing_ok=True)
                raise
        return True

    def put(self, kind, id, record):
        """Keep a record without a file, or what has become of it; a Problem, 409, if it is new and there is no room."""
        text = json.dumps(record)
        with self._lock, told_if_full():
            if self.get(kind, id) is None:
                self.check_room(len(text))
            with self._db:
                self._db.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)", [kind, id, text, len(text)])

    def get(self, kind, id):
        """Give a record, or None."""
        found = self._ask("SELECT record FROM records WHERE kind = ? AND id = ?", kind, id)
        return json.loads(found[0][0]) if found else None

    def all(self, kind):
        """Give all records of a kind, ordered by id, without names of columns and centres, which may be long."""
        return self.page(kind, "", -1)

    def page(self, kind, after, limit):
        """Give so many of them, from behind an id."""
        query = "SELECT id FROM records WHERE kind = ? AND id > ? ORDER BY id LIMIT ?"
        short = "SELECT json_remove(record, '$.feature_names', '$.centers') FROM records WHERE kind = ? AND id = ?"
        # one by one, so that others may ask between two of them
        found = [row for (id,) in self._ask(query, kind, after, limit) for row in self._ask(short, kind, id)]
        return [json.loads(record) for (record,) in found]

    def delete(self, kind, id):
        """Delete a record and its file; whether it was there."""
        with self._lock:
            with told_if_full(), self._db:
                deleted = self._db.execute("DELETE FROM records WHERE kind = ? AND id = ?", [kind, id]).rowcount
            if deleted:
                with suppress(OSError):  # in use, where the system minds that: removed at the next start
                    self.path(kind, id).unlink(missing_ok=True)
        return bool(deleted)


@contextmanager
def told_if_full():
    """Tell a full disk as a Problem, 507."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        full = errno.ENOSPC, errno.EDQUOT, errno.EFBIG
        if getattr(error, "errno", None) in full or getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
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
