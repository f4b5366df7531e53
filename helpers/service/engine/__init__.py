"""What the endpoint can do, without HTTP: answer questions about the tables in its catalog, keep models, run jobs."""

import threading
import weakref
from contextlib import ExitStack

from helpers.service.data.digests import FORMAT, VERSIONS, digest
from helpers.service.data.store import Store
from helpers.service.engine.catalog import Catalog, deleted
from helpers.service.engine.models import Models
from helpers.service.problems import Problem, of_body, of_parameter
from helpers.service.questions import EpsQuestion
from helpers.service.work.answers import Answer, Answers
from helpers.service.work.jobs import Jobs
from helpers.service.work.pool import Gone, Pool


class Engine:
    """The endpoint without HTTP: its `catalog`, its `models`, its `jobs`, and the answers to questions.

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
        self.store = Store(settings.instance.resolve(), settings.max_stored, settings.max_stored_bytes)
        bounds = settings.max_waiting, settings.max_seconds, settings.max_worker_bytes
        self.fitters = Pool(settings.workers, *bounds)
        # large bodies and new rows have a worker of their own: they need not wait for fits
        self.reader = Pool(1, *bounds)
        self.answers = Answers(settings.cache_bytes)
        self.jobs = Jobs(settings, self.store)
        self.catalog = Catalog(self)
        self.models = Models(self)
        self._counting = threading.Lock()
        last = [temporary.cleanup] if temporary else []
        # run from the last to the first: processes, records, folder
        processes = self.reader.close, self.fitters.close, self.jobs.close
        self.close = weakref.finalize(self, _close, *last, self.store.close, *processes)

    def start(self):
        """Start all processes now; the first requests would otherwise wait for them."""
        self.fitters.start()
        self.reader.start()
        self.catalog.course()

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
            record = self.catalog.get(question.dataset)
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
        if isinstance(question, EpsQuestion):
            least = question.min_samples or 4  # the fewest that the rule takes
            if least > rows:
                yield "min_samples", f"takes {least} rows, and there are {rows}; give at most as many, and at least 2"
            return
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
            data = self.catalog.get(question.dataset)
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


def _close(*closers):
    with ExitStack() as stack:  # each is closed, whatever happens to the others
        for close in closers:
            stack.callback(close)
