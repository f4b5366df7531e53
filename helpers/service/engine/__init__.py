"""What the endpoint can do, without HTTP: answer questions about the tables in its catalog, keep models, run jobs."""

import threading
import weakref
from contextlib import ExitStack
from functools import partial

from helpers.service.data.store import FORMAT, VERSIONS, Store, digest
from helpers.service.engine.catalog import Catalog, Models, deleted
from helpers.service.problems import Problem, of_body, of_parameter
from helpers.service.questions import EpsQuestion
from helpers.service.work.answers import Answer, Answers
from helpers.service.work.jobs import Jobs
from helpers.service.work.pool import Pool
from helpers.service.work.processes import Gone


class Engine:
    """The endpoint without HTTP: its `catalog`, its `models`, its `jobs`, and the answers to questions."""

    def __init__(self, settings, temporary=None):
        self.settings, self.fits = settings, 0  # fits that were run: what is refused must cost none
        self.store = Store(settings.instance.resolve(), settings.max_stored, settings.max_stored_bytes)
        bounds = settings.max_waiting, settings.max_seconds, settings.max_worker_bytes
        self.fitters = Pool(settings.workers, *bounds)
        # large bodies and new rows have a worker of their own: they need not wait for fits
        self.reader = Pool(1, *bounds)
        self.answers = Answers(settings.cache_bytes)
        self.jobs = Jobs(settings, self.store)
        self.catalog, self.models = Catalog(self), Models(self)
        self._counting = threading.Lock()
        closing = ExitStack()  # each is closed, whatever happens to the others, from the last to the first
        folder = [temporary.cleanup] if temporary else []
        for close in (*folder, self.store.close, self.reader.close, self.fitters.close, self.jobs.close):
            closing.callback(close)
        self.close = weakref.finalize(self, closing.close)

    def start(self):
        """Start all processes now; the first requests would otherwise wait for them."""
        self.fitters.start()
        self.reader.start()
        self.catalog.course()

    def prepare(self, question):
        """Check a question without fitting: its data's record, and a key for these data, parameters and versions.

        A Problem, 404, if there is no such data set; 409, if these data cannot be clustered so.
        """
        record = self._data_of(question, of_parameter, "dataset")
        _check_possible(question, record, self.settings)
        return record, digest(FORMAT, VERSIONS, record["fingerprint"], record["feature_names"], question.model_dump())

    def _data_of(self, question, of, place):
        """Give the record of the data that a question names at this place."""
        try:
            return self.catalog.get(question.dataset)
        except Problem as problem:
            if problem.status != 404:  # the course's data could not be had now
                raise
            raise of(place, problem.detail, 404) from None

    def ask(self, question, record, key):
        """Answer a question that was prepared, and say how: "cached", "shared" of a fit under way, or "computed".

        A Problem, 404, if the data were deleted meanwhile; 409, if it takes too long or too much; 503, if many wait.
        """
        if (answer := self.answers.find(key)) is not None:
            return answer, "cached"
        with self.fitters.place():
            answer, computed = self.answers.work_out(key, lambda: self._answer(question, record))
        return answer, "computed" if computed else "shared"

    def _answer(self, question, record):
        if isinstance(question, EpsQuestion):
            labels, summary = None, self._work("suggest", record, question.model_dump())
        else:
            labels, summary = self.fit(question, record)
        facts = {"parameters": question.model_dump(), **{name: record[name] for name in ("rows", "feature_names")}}
        return Answer(labels, summary | facts)

    def fit(self, question, record, model_path=None):
        """Fit in a worker process, and count it: labels, a summary, and at `model_path` what labels new rows."""
        return self._work("fit", record, question.model_dump(), self.settings.max_worker_bytes, model_path)

    def _work(self, task, record, *arguments):
        with self._counting:
            self.fits += 1
        try:
            return self.fitters.run(task, self.catalog.rows(record), *arguments)
        except Gone:
            self.store.check()
            raise deleted(record) from None

    def add_job(self, question):
        """Check a job against its data, and accept it; see `helpers.service.work.jobs.Jobs.add`."""
        k, sample = question.k, question.sample
        if sample < k:
            raise of_body("/sample", f"is {sample}, fewer than the k={k} centres that it has to give; give more")
        data = self._data_of(question, of_body, "/dataset")
        if not data.get("streamed"):
            said = "which is read at once: ask POST /models or GET /clustering, or name a streamed one"
            raise of_body("/dataset", f"is {data['id']}, {said}", 409)
        if k > data["rows"]:
            raise of_body("/k", f"is {k}, but the data have {data['rows']} rows; give at most as many", 409)
        return self.jobs.add(question, data)


def _check_possible(question, record, settings):
    """Refuse what these data cannot have: 409."""
    rows, refuse = record["rows"], partial(of_parameter, status=409)
    if record.get("streamed"):
        said = "which is read in passes by POST /jobs only; ask there, or name another"
        raise refuse("dataset", f"is {record['id']}, {said}")
    if isinstance(question, EpsQuestion):
        least = question.min_samples or 4  # the fewest that the rule takes
        if least > rows:
            said = f"takes {least} rows, and there are {rows}; give at most as many, and at least 2"
            raise refuse("min_samples", said)
    elif question.algorithm == "kmeans":
        distinct, most = record["distinct_rows"], settings.max_work // (question.n_init * rows * record["columns"])
        if question.k > distinct:
            raise refuse("k", f"is {question.k}, but the data have {distinct} distinct rows; give at most {distinct}")
        if question.k > most:
            said = f"n_init x k x rows x columns may be {settings.max_work}, with n_init={question.n_init}"
            wanted = f"give a k of at most {most}" if most else "give a smaller n_init, or fewer data"
            raise refuse("k", f"{said} and these data; {wanted}")
    elif question.algorithm == "hdbscan":
        if question.min_cluster_size > rows:
            raise refuse("min_cluster_size", f"is more than the {rows} rows; give at most as many")
        if rows > settings.max_hdbscan_rows:
            said = f"hdbscan takes too long for {rows} rows, at most {settings.max_hdbscan_rows} are accepted"
            raise refuse("algorithm", f"{said}; give dbscan")
