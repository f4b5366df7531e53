"""What must outlast the server: records in SQLite, arrays as files beside it, in one folder that one server uses.

A file is written and synced under another name first, then takes its own, then gets its record: what has a record is
whole, and what a crash left without one is removed at the next start.
"""

import json
import os
import shutil
import sqlite3
import threading
import uuid
from contextlib import contextmanager, suppress

from helpers.service.data.disk import sync, told_if_full
from helpers.service.problems import Problem
from helpers.service.settings import SettingsError

VERSION = 1
RECORDS = "records.sqlite"
SUFFIX = {"dataset": ".npy", "model": ".npz", "job": ".npz"}  # a job's is its checkpoint, which comes later


class Store:
    """Data sets and models, each a record and a file, and jobs.

    Parameters
    ----------
    folder : Path
    max_count, max_bytes : int
        How many may be kept, and how large their files may be together.

    Raises
    ------
    SettingsError
        If the folder cannot be used, or another server uses it.
    """

    def __init__(self, folder, max_count, max_bytes):
        self.folder, self._max_count, self._max_bytes = folder, max_count, max_bytes
        self._lock, self._db = threading.Lock(), None
        where = f"instance={str(folder)!r}"
        try:
            if folder.is_dir() and any(folder.iterdir()) and not (folder / RECORDS).exists():
                raise SettingsError(f"{where}: it holds other files; name an empty folder, or a new one")
            folder.mkdir(parents=True, exist_ok=True)
            self._db = self._open(folder / RECORDS)  # first, as the mark that the folder is a server's
            for name in ("tmp", "course", *SUFFIX):
                (folder / name).mkdir(exist_ok=True)
            self._sweep()
        except (OSError, sqlite3.Error) as error:
            if self._db is not None:
                self._db.close()
            said = error.strerror if isinstance(error, OSError) else f"its records cannot be read ({error})"
            if "locked" in str(error):
                said = "another server uses it: ask that one or end it, or start this one with --port 0 as well, which"
                said += " takes a free port"
            raise SettingsError(f"{where}: {said}; name another folder with --instance") from None

    def _open(self, path):
        db = sqlite3.connect(path, timeout=0, check_same_thread=False)
        try:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")  # until it is closed, or the process ends
            db.execute("PRAGMA synchronous = FULL")
            with db:
                db.execute("BEGIN EXCLUSIVE")
                (version,) = db.execute("PRAGMA user_version").fetchone()
                if version not in (0, VERSION):
                    raise sqlite3.DatabaseError(f"they are of version {version}, this is {VERSION}")
                db.execute(
                    "CREATE TABLE IF NOT EXISTS records (kind TEXT, id TEXT, record TEXT, bytes INTEGER, "
                    "PRIMARY KEY (kind, id)) WITHOUT ROWID"
                )
                db.execute(f"PRAGMA user_version = {VERSION}")
        except BaseException:
            db.close()
            raise
        return db

    def _sweep(self):
        """Remove what a crash, or a deletion while a file was open, left behind."""
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)
        (self.folder / "tmp").mkdir(exist_ok=True)
        for kind in SUFFIX:
            known = {self.path(kind, id) for (id,) in self._db.execute("SELECT id FROM records WHERE kind = ?", [kind])}
            for path in set((self.folder / kind).iterdir()) - known:
                with suppress(OSError):
                    path.unlink()

    def path(self, kind, id):
        """Where the file of a record lies."""
        return self.folder / kind / (id + SUFFIX[kind])

    @contextmanager
    def scratch(self, suffix=""):
        """Give a path for a file that is gone afterwards, unless `add` took it.

        Raises
        ------
        Problem
            507 if the disk is full.
        """
        self.check()
        path = self.folder / "tmp" / (uuid.uuid4().hex + suffix)
        try:
            with told_if_full():
                yield path
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def add(self, kind, id, record, path):
        """Keep a record and its file, which is moved here; both are on disk when this returns.

        Returns
        -------
        bool
            Whether it is new; if not, what is here stays.

        Raises
        ------
        Problem
            409 if the store holds as much as it may.
        OSError, sqlite3.Error
            If it cannot be written; then nothing of it is kept.
        """
        sync(path)
        text, target = json.dumps(record), self.path(kind, id)
        size = path.stat().st_size + len(text)
        with self._lock:
            if self._get(kind, id) is not None:
                return False
            self._check_room(size)
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
        """Keep a record without a file, or what has become of it; it is on disk when this returns.

        Raises
        ------
        Problem
            409 if it is new and the store holds as much as it may, 507 if the disk is full.
        """
        text = json.dumps(record)
        with self._lock, told_if_full():
            if self._get(kind, id) is None:
                self._check_room(len(text))
            with self._db:
                self._db.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)", [kind, id, text, len(text)])

    def check_room(self):
        """See beforehand whether there is room for one more.

        Raises
        ------
        Problem
            409 if there is none.
        """
        with self._lock:
            self._check_room(0)

    def _check_room(self, size):
        count, total = self._db.execute("SELECT count(*), coalesce(sum(bytes), 0) FROM records").fetchone()
        if count >= self._max_count or total + size > self._max_bytes:
            said = "delete some of those that GET /datasets, GET /models and GET /jobs list"
            raise Problem(409, f"the server keeps {count} things of {total} bytes, and may not keep more: {said}")

    def get(self, kind, id):
        """Give a record, or None."""
        with self._lock:
            return self._get(kind, id)

    def _get(self, kind, id):
        row = self._db.execute("SELECT record FROM records WHERE kind = ? AND id = ?", [kind, id]).fetchone()
        return row and json.loads(row[0])

    def all(self, kind):
        """Give all records of a kind, ordered by id, without names of columns and centres, which may be long."""
        return self.page(kind, "", -1)

    def page(self, kind, after, limit):
        """Give so many of them, from behind an id."""
        query = "SELECT id FROM records WHERE kind = ? AND id > ? ORDER BY id LIMIT ?"
        short = "SELECT json_remove(record, '$.feature_names', '$.centers') FROM records WHERE kind = ? AND id = ?"
        with self._lock:
            ids = [id for (id,) in self._db.execute(query, [kind, after, limit])]
        found = []
        for id in ids:  # others may ask between two of them
            with self._lock:
                found += self._db.execute(short, [kind, id]).fetchall()
        return [json.loads(record) for (record,) in found]

    def check(self):
        """See whether the folder is where it was.

        Raises
        ------
        Problem
            503 if not.
        """
        if not (self.folder / RECORDS).exists():
            said = "the folder in which the server keeps its data is gone: bring it back, or start the server anew"
            raise Problem(503, said, headers={"Retry-After": "60"})

    def delete(self, kind, id):
        """Delete a record and its file.

        Returns
        -------
        bool
            Whether it was there.

        Raises
        ------
        Problem
            507 if the disk is too full even for that.
        """
        with self._lock:
            with told_if_full(), self._db:
                deleted = self._db.execute("DELETE FROM records WHERE kind = ? AND id = ?", [kind, id]).rowcount
            if deleted:
                with suppress(OSError):  # in use, where the system minds that: removed at the next start
                    self.path(kind, id).unlink(missing_ok=True)
        return bool(deleted)

    def close(self):
        """Let another server have the folder."""
        with self._lock:
            self._db.close()
