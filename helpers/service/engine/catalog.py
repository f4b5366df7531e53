"""What can be named: data sets, of the course, streamed or uploaded, and models, fitted once to label new rows."""

import shutil
import threading

from helpers.service.data.readers import JSON, NPY, read
from helpers.service.data.store import ID, VERSIONS, digest
from helpers.service.data.streams import Streams
from helpers.service.data.tables import Limits, default_names, save
from helpers.service.problems import Problem, of_body
from helpers.service.work.answers import Answer
from helpers.service.work.processes import Gone

TOLD = {"warnings": [], "rows_dropped": 0}  # what records of before do not have
SMALL = 2**18  # bytes of a body that is read at once
SHORT = ("id", "parameters", "rows", "columns", "n_clusters")  # of a model, in the list of all


class Catalog:
    """The data sets of one server; one that is not there, or was deleted meanwhile, raises a Problem, 404."""

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
        """Give the record of a data set; a Problem, 409, if it cannot be used."""
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
        """Open the .npy file of a data set's rows; a Problem, 409, if it is streamed."""
        if record.get("streamed"):
            raise Problem(409, f"{record['id']} is read in passes by POST /jobs, and not given as a whole")
        try:
            return open(self.rows(record), "rb")
        except FileNotFoundError:
            raise deleted(record) from None

    def receive(self, media_type, stream, target, upload, *, named=True):
        """Read a table from a request's body: a small one of JSON or .npy here, others in a worker.

        See `helpers.service.data.readers.read` for what is raised, `helpers.service.data.tables.save` for what is given
        and written to the target.
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
        """Keep what `receive` gave and wrote to the path, each table once: its record, and whether it is new."""
        id = digest(facts["fingerprint"], facts["feature_names"], facts["name"])[:16]
        record = {"id": id, "deletable": True} | facts  # with what is told of this one, if one like it is there, too
        return record, self._store.add("dataset", id, record, path)

    def delete(self, id):
        """Delete a data set, but not the models made of it; a Problem, 403, if it is the course's or the server's."""
        record = self.get(id)
        if not record["deletable"]:
            raise Problem(403, f"{id} is one of the course's data sets, or the server's own, which stay")
        if not self._store.delete("dataset", id):
            raise deleted(record)


def deleted(record):
    """Make the problem of a data set that went while it was being used."""
    return Problem(404, f"the data set {record['id']} was deleted meanwhile")


class Models:
    """The models of one server, which its engine fits; what names one raises a Problem, 404, if there is none."""

    def __init__(self, engine):
        self._engine, self._store = engine, engine.store

    def add(self, question, record, key):
        """Fit and keep a model, whose record is given, and whether it is new: the same question has the same model."""
        id = key[:16]
        if (known := self._store.get("model", id)) is not None:
            return known, False
        self._store.check_room()

        def compute():
            if (known := self._store.get("model", id)) is not None:  # it came since
                return known, False
            with self._store.scratch(".npz") as path:
                _, summary = self._engine.fit(question, record, path)
                facts = {name: record[name] for name in ("rows", "columns", "feature_names", "fingerprint")}
                model = {"id": id, "parameters": question.model_dump(), **summary, **facts, "versions": VERSIONS}
                return model, self._store.add("model", id, model, path)

        with self._engine.fitters.place():
            (model, new), mine = self._engine.answers.work_out(f"model {key}", compute, keep=False)
        return model, new and mine

    def get(self, id):
        """Give the record of a model."""
        record = self._store.get("model", id)
        if record is None:
            raise _no_model(id)
        return record

    def page(self, after, limit):
        """Give so many records in few words, ordered by id, from behind an id."""
        return [{name: record[name] for name in SHORT} for record in self._store.page("model", after, limit)]

    def delete(self, id):
        """Delete a model."""
        if not self._store.delete("model", id):
            raise _no_model(id)

    def predict(self, id, facts, path):
        """Label the rows of a table, given as to `Catalog.add`: an Answer. A Problem, 409, if the model cannot."""
        record = self.get(id)
        if record["parameters"]["algorithm"] == "hdbscan":
            raise Problem(409, "HDBSCAN has no rule for new rows here; make a model with kmeans or dbscan")
        columns, wanted, given = record["columns"], record["feature_names"], facts["feature_names"]
        unnamed = list(default_names(columns))
        if facts["columns"] != columns or (given != wanted and unnamed not in (given, wanted)):
            said = f"the model was made of {columns} columns, {', '.join(wanted)[:200]}; give these, in this order"
            raise of_body("/X", said, 409)
        try:
            with self._engine.reader.place():
                return Answer(self._engine.reader.run("predict", self._store.path("model", id), path), {})
        except Gone:
            raise Problem(404, f"the model {id} was deleted meanwhile") from None


def _no_model(id):
    return Problem(404, f"there is no model {id[:60]!a}; POST /models makes one")
