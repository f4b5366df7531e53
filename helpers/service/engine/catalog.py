"""The tables that can be asked about: the course's, those that are streamed, and those that were uploaded."""

import shutil
import threading

from helpers.service.data.digests import ID, digest
from helpers.service.data.readers import JSON, NPY, read
from helpers.service.data.streams import Streams
from helpers.service.data.tables import Limits, save
from helpers.service.problems import Problem

TOLD = {"warnings": [], "rows_dropped": 0}  # what records of before do not have
SMALL = 2**18  # bytes of a body that is read at once


class Catalog:
    """The data sets of one server.

    Parameters
    ----------
    engine : helpers.service.engine.Engine
        Its processes read what is large.
    """

    def __init__(self, engine):
        settings = engine.settings
        self._limits = Limits(**{name: getattr(settings, name) for name in Limits.__dataclass_fields__})
        self._engine, self._store = engine, engine.store
        self._streams = Streams(settings.data, settings.max_columns, self.course)
        self._course, self._first, self._reading = None, threading.Lock(), threading.Lock()

    def course(self):
        """Give the records of the course's data sets, by name."""
        with self._first:
            if self._course is None:
                self._engine.fitters.start(1)  # it will be needed next, and can start beside this one
                records = self._engine.reader.run("catalog", self._store.folder / "course")
                self._course = {name: {"id": name, "deletable": False} | record for name, record in records.items()}
            return self._course

    def all(self):
        """Give the records of all data sets."""
        return [*self.course().values(), *self._streams.records().values(), *self._store.all("dataset")]

    def get(self, id):
        """Give the record of a data set.

        Raises
        ------
        Problem
            404 if there is none, 409 if it cannot be used.
        """
        if ID.fullmatch(id):
            record = self._store.get("dataset", id)
        else:
            record = self.course().get(id) or self._streams.records().get(id)
        if record is None:
            raise Problem(404, f"there is no data set {id[:60]!a}; GET /datasets lists those that there are")
        if not record.get("usable", True):
            raise Problem(409, f"{id} cannot be used: {record['why']}")
        return record | {name: record.get(name, none) for name, none in TOLD.items()}

    def rows(self, record):
        """Give the path of a data set's rows."""
        if record["deletable"]:
            return self._store.path("dataset", record["id"])
        return self._store.folder / "course" / f"{record['id']}.npy"

    def open_rows(self, record):
        """Open the .npy file of a data set's rows.

        Raises
        ------
        Problem
            404 if it was deleted meanwhile, 409 if it is streamed.
        """
        if record.get("streamed"):
            raise Problem(409, f"{record['id']} is read in passes by POST /jobs, and not given as a whole")
        try:
            return open(self.rows(record), "rb")
        except FileNotFoundError:
            raise deleted(record) from None

    def receive(self, media_type, stream, target, upload, *, named=True):
        """Read a table from a request's body: a small one of JSON or .npy here, others in a worker.

        Parameters
        ----------
        media_type : str
            A key of `helpers.service.data.readers.READERS`.
        stream : file of bytes
        target : Path
            Where its rows are written.
        upload : helpers.service.questions.Upload
        named : bool
            Whether a JSON body may name the table and its columns.

        Returns
        -------
        dict
            See `helpers.service.data.tables.save`.

        Raises
        ------
        Problem
            422 or 413 for what is no table, or too large; 503 if too many wait.
        """
        start = stream.read(SMALL)
        if len(start) < SMALL and media_type in (JSON, NPY):  # the others want Arrow: 50 MB in this process
            with self._reading:  # one at a time: JSON takes much more memory than its bytes
                return save(read(media_type, start, self._limits, upload, named=named), target)
        with self._engine.reader.place(), self._store.scratch() as source:
            with open(source, "wb") as file:
                file.write(start)
                shutil.copyfileobj(stream, file)
            return self._engine.reader.run("read_body", media_type, source, target, self._limits, upload, named)

    def add(self, facts, path):
        """Keep a table; the same table under the same names is kept once.

        Parameters
        ----------
        facts : dict
            As `helpers.service.data.tables.save` gave them.
        path : Path
            Its rows, which are moved from there.

        Returns
        -------
        record : dict
            With what is told of this table; of one that is kept already, the record has what was told first.
        new : bool
        """
        id = digest(facts["fingerprint"], facts["feature_names"], facts["name"])[:16]
        record = {"id": id, "deletable": True} | facts
        return record, self._store.add("dataset", id, record, path)

    def delete(self, id):
        """Delete a data set; models that were made of it stay.

        Raises
        ------
        Problem
            404 if there is none, 403 if it is the course's or the server's.
        """
        if not self.get(id)["deletable"]:
            raise Problem(403, f"{id} is one of the course's data sets, or the server's own, which stay")
        if not self._store.delete("dataset", id):
            raise Problem(404, f"the data set {id} was deleted meanwhile")


def deleted(record):
    """Make the problem of a data set that went while it was being used."""
    return Problem(404, f"the data set {record['id']} was deleted meanwhile")
