"""What the endpoint can do, without HTTP: keep tables, answer questions about them, keep models, label new rows."""

import shutil
import threading
import weakref
from contextlib import ExitStack

from helpers.service.data.digests import FORMAT, ID, VERSIONS, digest
from helpers.service.data.readers import PARQUET, read
from helpers.service.data.store import Store
from helpers.service.data.streams import Streams
from helpers.service.data.tables import Limits, default_names, save
from helpers.service.problems import Problem, of_body, of_parameter
from helpers.service.work.answers import Answer, Answers
from helpers.service.work.jobs import Jobs
from helpers.service.work.pool import Gone, Pool

SMALL = 2**18  # bytes of a body that is read at once


class Engine:
    """The endpoint without HTTP.

    Parameters
    ----------
    settings : helpers.service.settings.Settings
    temporary : tempfile.TemporaryDirectory, optional
        Removed at the end.

    Attributes
    ----------
    fits : int
        Fits that were run, for the tests: what is refused must cost none.
    """

    def __init__(self, settings, temporary=None):
        self.settings, self.fits = settings, 0
        self.limits = Limits(**{name: getattr(settings, name) for name in Limits.__dataclass_fields__})
        self.store = Store(settings.instance.resolve(), settings.max_stored, settings.max_stored_bytes)
        bounds = settings.max_waiting, settings.max_seconds, settings.max_worker_bytes
        self.fitters = Pool(settings.workers, *bounds)
        # large bodies and new rows have a worker of their own: they need not wait for fits
        self.reader = Pool(1, *bounds)
        self.answers = Answers(settings.cache_bytes)
        self.jobs = Jobs(settings, self.store)
        self.streams = Streams(settings.data, settings.max_columns, self.course)
        self._course = None
        self._first, self._counting, self._reading = threading.Lock(), threading.Lock(), threading.Lock()
        last = [temporary.cleanup] if temporary else []
        # run from the last to the first: processes, records, folder
        processes = self.reader.close, self.fitters.close, self.jobs.close
        self.close = weakref.finalize(self, _close, *last, self.store.close, *processes)

    def start(self):
        """Start all processes now; the first requests would otherwise wait for them."""
        self.fitters.start()
        self.reader.start()
        self.course()

    # --- data sets

    def course(self):
        """Give the records of the course's data sets, by name."""
        with self._first:
            if self._course is None:
                self.fitters.start(1)  # it will be needed next, and can start beside this one
                records = self.reader.run("catalog", self.store.folder / "course")
                self._course = {name: {"id": name, "deletable": False} | record for name, record in records.items()}
            return self._course

    def datasets(self):
        """Give the records of all data sets."""
        return [*self.course().values(), *self.streams.records().values(), *self.store.all("dataset")]

    def dataset(self, id):
        """Give the record of a data set.

        Raises
        ------
        Problem
            404 if there is none.
        """
        if ID.fullmatch(id):
            record = self.store.get("dataset", id)
        else:
            record = self.course().get(id) or self.streams.records().get(id)
        if record is None:
            raise Problem(404, f"there is no data set {id[:60]!a}; GET /datasets lists those that there are")
        return record

    def _rows(self, record):
        if record["deletable"]:
            return self.store.path("dataset", record["id"])
        return self.store.folder / "course" / f"{record['id']}.npy"

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
            return open(self._rows(record), "rb")
        except FileNotFoundError:
            raise _deleted(record) from None

    def receive(self, media_type, stream, target, *, named=True):
        """Read a table from a request's body: a small one here, a large one, or one to be unpacked, in a worker.

        Parameters
        ----------
        media_type : str
            A key of `helpers.service.data.readers.READERS`.
        stream : file of bytes
        target : Path
            Where its rows are written.
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
        if len(start) < SMALL and media_type != PARQUET:
            with self._reading:  # one at a time: JSON takes much more memory than its bytes
                return save(read(media_type, start, self.limits, named=named), target)
        with self.reader.place(), self.store.scratch() as source:
            with open(source, "wb") as file:
                file.write(start)
                shutil.copyfileobj(stream, file)
            return self.reader.run("read_body", media_type, source, target, self.limits, named)

    def add_dataset(self, facts, path):
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
        new : bool
        """
        id = digest(facts["fingerprint"], facts["feature_names"], facts["name"])[:16]
        record = {"id": id, "deletable": True} | facts
        return record, self.store.add("dataset", id, record, path)

    def delete_dataset(self, id):
        """Delete a data set; models that were made of it stay.

        Raises
        ------
        Problem
            404 if there is none, 403 if it is the course's or the server's.
        """
        if not self.dataset(id)["deletable"]:
            raise Problem(403, f"{id} is one of the course's data sets, or the server's own, which stay")
        if not self.store.delete("dataset", id):
            raise Problem(404, f"the data set {id} was deleted meanwhile")

    # --- questions

    def prepare(self, question):
        """Check a question against its data, without fitting.

        Parameters
        ----------
        question : helpers.service.questions.KMeansQuestion or another

        Returns
        -------
        record : dict
            Of the data set.
        key : str
            Stands for the question: the same data, parameters and versions have the same key.

        Raises
        ------
        Problem
            404 if there is no such data set, 409 if these data cannot be clustered so.
        """
        try:
            record = self.dataset(question.dataset)
        except Problem as problem:
            if problem.status != 404:  # the course's data could not be had now
                raise
            raise of_parameter("dataset", problem.detail, 404) from None
        for name, detail in self._impossible(question, record):
            raise of_parameter(name, detail, 409)
        return record, digest(FORMAT, VERSIONS, record["fingerprint"], record["feature_names"], question.model_dump())

    def _impossible(self, question, record):
        if record.get("streamed"):
            yield (
                "dataset",
                f"is {record['id']}, which is read in passes by POST /jobs only; ask there, or name another",
            )
            return
        rows, cells = record["rows"], record["rows"] * record["columns"]
        if question.algorithm == "kmeans":
            distinct = record["distinct_rows"]
            if question.k > distinct:
                yield "k", f"is {question.k}, but the data have {distinct} distinct rows; give at most {distinct}"
            most = self.settings.max_work // (question.n_init * cells)
            if question.k > most:
                said = f"n_init x k x rows x columns may be {self.settings.max_work}"
                wanted = f"give a k of at most {most}" if most else "give a smaller n_init, or fewer data"
                yield "k", f"{said}, with n_init={question.n_init} and these data; {wanted}"
        if question.algorithm == "hdbscan":
            if question.min_cluster_size > rows:
                yield "min_cluster_size", f"is more than the {rows} rows; give at most as many"
            if rows > self.settings.max_hdbscan_rows:
                most = self.settings.max_hdbscan_rows
                yield "algorithm", f"hdbscan takes too long for {rows} rows, at most {most} are accepted; give dbscan"

    def ask(self, question, record, key):
        """Answer a question: from the cache, from a fit that is under way, or from a fit.

        Returns
        -------
        answer : helpers.service.work.answers.Answer
        how : str
            "cached", "shared" or "computed".

        Raises
        ------
        Problem
            409 if these data cannot be clustered so, 404 if they were deleted meanwhile, 503 if too many wait.
        """
        answer = self.answers.find(key)
        if answer is not None:
            return answer, "cached"
        with self.fitters.place():
            answer, computed = self.answers.work_out(key, lambda: self._answer(question, record))
        return answer, "computed" if computed else "shared"

    def _answer(self, question, record):
        labels, summary = self._fit(question, record)
        facts = {"parameters": question.model_dump(), **{name: record[name] for name in ("rows", "feature_names")}}
        return Answer(labels, summary | facts)

    def _fit(self, question, record, *model_path):
        with self._counting:
            self.fits += 1
        max_bytes = self.settings.max_worker_bytes
        try:
            return self.fitters.run("fit", self._rows(record), question.model_dump(), max_bytes, *model_path)
        except Gone:
            raise _deleted(record) from None

    # --- jobs

    def add_job(self, question):
        """Check a job against its data, and accept it; see `helpers.service.work.jobs.Jobs.add`.

        Raises
        ------
        Problem
            Also 404 if there is no such data set, 422 or 409 if they cannot be clustered so.
        """
        k, sample = question.k, question.sample
        if sample < k:
            raise of_body("/sample", f"is {sample}, fewer than the k={k} centres that it has to give; give more")
        try:
            data = self.dataset(question.dataset)
        except Problem as problem:
            if problem.status != 404:
                raise
            raise of_body("/dataset", problem.detail, 404) from None
        if not data.get("streamed"):
            said = (
                f"is {data['id']}, which is read at once: ask POST /models or GET /clustering, or name a streamed one"
            )
            raise of_body("/dataset", said, 409)
        if k > data["rows"]:
            raise of_body("/k", f"is {k}, but the data have {data['rows']} rows; give at most as many", 409)
        return self.jobs.add(question, data)

    # --- models

    def add_model(self, question, record, key):
        """Fit and keep a model; the same question has the same model.

        Returns
        -------
        record : dict
        new : bool
        """
        id = key[:16]
        known = self.store.get("model", id)
        if known is not None:
            return known, False

        self.store.check_room()

        def compute():
            known = self.store.get("model", id)
            if known is not None:  # it came since
                return known, False
            with self.store.scratch(".npz") as path:
                _, summary = self._fit(question, record, path)
                facts = {name: record[name] for name in ("rows", "columns", "feature_names", "fingerprint")}
                model = {"id": id, "parameters": question.model_dump(), **summary, **facts, "versions": VERSIONS}
                return model, self.store.add("model", id, model, path)

        with self.fitters.place():
            (model, new), mine = self.answers.work_out(f"model {key}", compute, keep=False)
        return model, new and mine

    def model(self, id):
        """Give the record of a model.

        Raises
        ------
        Problem
            404 if there is none.
        """
        record = self.store.get("model", id) if ID.fullmatch(id) else None
        if record is None:
            raise _no_model(id)
        return record

    def delete_model(self, id):
        """Delete a model.

        Raises
        ------
        Problem
            404 if there is none.
        """
        if not (ID.fullmatch(id) and self.store.delete("model", id)):
            raise _no_model(id)

    def predict(self, id, facts, path):
        """Label new rows.

        Parameters
        ----------
        id : str
            Of a model.
        facts, path
            Of a table, as for `add_dataset`; the file stays.

        Returns
        -------
        helpers.service.work.answers.Answer

        Raises
        ------
        Problem
            404 if there is no such model, 409 if it cannot label these rows.
        """
        record = self.model(id)
        if record["parameters"]["algorithm"] == "hdbscan":
            raise Problem(409, "HDBSCAN has no rule for new rows here; make a model with kmeans or dbscan")
        columns, wanted, given = record["columns"], record["feature_names"], facts["feature_names"]
        unnamed = list(default_names(columns))
        if facts["columns"] != columns or (given != wanted and unnamed not in (given, wanted)):
            said = f"the model was made of {columns} columns, {', '.join(wanted)[:200]}; give these, in this order"
            raise of_body("/X", said, 409)
        try:
            with self.reader.place():
                return Answer(self.reader.run("predict", self.store.path("model", id), path), {})
        except Gone:
            raise Problem(404, f"the model {id} was deleted meanwhile") from None


def _deleted(record):
    return Problem(404, f"the data set {record['id']} was deleted meanwhile")


def _no_model(id):
    return Problem(404, f"there is no model {id[:60]!a}; POST /models makes one")


def _close(*closers):
    with ExitStack() as stack:  # each is closed, whatever happens to the others
        for close in closers:
            stack.callback(close)
