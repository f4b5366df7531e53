"""Jobs: accepted when they are on disk, run one at a time, each in a process of its own, taken up again after a crash.

On disk a job is "queued" until it has ended, whatever becomes of the server; that it runs, and how far it is, is known
in memory only. Where it goes on is what its checkpoint says.
"""

import logging
import threading
from contextlib import suppress
from functools import partial

from helpers.service.data.store import FORMAT, VERSIONS, digest
from helpers.service.data.streams import local, path_of
from helpers.service.problems import Problem
from helpers.service.work.processes import RETRY_AFTER, Died, Process, start_python

log = logging.getLogger("helpers.service")
NOWHERE = {"pass": 0, "groups_done": 0, "groups": 0, "inertia": None, "passes_done": 0}
SHOWN = ("id", "status", "progress", "parameters", "model", "detail")  # besides: the data's fingerprint, and the order
MODULE = "helpers.service.work.job"
STARTS = 2  # of a process that somebody else ends
BUSY = 0.1  # of the time: a process that waits for others takes less of a core


class Jobs:
    """The jobs of one server.

    Parameters
    ----------
    settings : helpers.service.settings.Settings
    store : helpers.service.data.store.Store
    """

    def __init__(self, settings, store):
        self._settings, self._store = settings, store
        self._changed, self._closed = threading.Condition(), False
        self._run, self._worked = None, 0  # the process of the job that runs, and its seconds of work when it told news
        records = sorted(store.all("job"), key=lambda record: record["order"])
        self._order = records[-1]["order"] if records else 0
        # by id, those that wait or run, the first first; each is the same dict as long as it lasts
        self._active = {record["id"]: record for record in records if record["status"] == "queued"}
        self._thread = threading.Thread(target=self._work, daemon=True)
        if self._active:
            self._thread.start()

    # --- what can be asked

    def add(self, question, data):
        """Accept a job; the same question has the same job, which starts again unless it is to be done, or done.

        Parameters
        ----------
        question : helpers.service.questions.JobBody
        data : dict
            Record of its data set.

        Returns
        -------
        record : dict
        new : bool
            Whether it was queued now.

        Raises
        ------
        Problem
            503 if too many wait, 409 if the store is full, 507 if the disk is.
        """
        parameters = question.model_dump()
        id = digest(FORMAT, VERSIONS, data["fingerprint"], data["feature_names"], "job", parameters)[:16]
        with self._changed:
            known = self._find(id)
            if known is not None and self._stands(known):
                return _shown(known), False
            self._check_room()
            record = {"id": id, "status": "queued", "progress": NOWHERE, "parameters": parameters, "model": None}
            record |= {"detail": None, "fingerprint": data["fingerprint"], "order": self._order + 1}
            self._store.put("job", id, record)
            self._order += 1
            self._active[id] = record
            if not self._thread.is_alive():
                self._thread.start()
            self._changed.notify_all()
            return _shown(record), True

    def _stands(self, record):
        """Whether the job need not start again: it is to be done, or done and its model not deleted since."""
        if record["status"] == "done":
            return self._store.get("model", record["model"]) is not None
        return record["id"] in self._active

    def _check_room(self):
        if self._closed:
            raise Problem(503, "the server is stopping", headers=RETRY_AFTER)
        if len(self._active) >= self._settings.max_jobs:
            said = f"{self._settings.max_jobs} jobs wait or run, and no more may; try again later, or cancel one"
            raise Problem(503, said, headers=RETRY_AFTER)

    def get(self, id):
        """Give the record of a job; Problem 404 if there is none."""
        with self._changed:
            return _shown(self._known(id))

    def page(self, after, limit):
        """Give so many records, ordered by id, from behind an id."""
        with self._changed:
            found = self._store.page("job", after, limit)
            return [_shown(self._active.get(record["id"], record)) for record in found]

    def delete(self, id):
        """Cancel a job that waits or runs, or delete the record of one that has ended; Problem 404 if there is none."""
        with self._changed:
            record = self._known(id)
            if id not in self._active:
                self._store.delete("job", id)
                return
            self._store.put("job", id, record | {"status": "cancelled"})
            del self._active[id]
            if record["status"] == "running":
                self._run.end()  # the thread removes the checkpoint, when nobody can write it any more
            else:
                _forget(self._store, id)

    def _find(self, id):
        return self._active.get(id) or self._store.get("job", id)

    def _known(self, id):
        record = self._find(id)
        if record is None:
            raise Problem(404, f"there is no job {id[:60]!a}; POST /jobs makes one")
        return record

    def close(self):
        """End the process that runs; the records stay, so that the next server goes on."""
        with self._changed:
            self._closed = True
            if self._run is not None:
                self._run.end()
            self._changed.notify_all()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    # --- how they are run

    def _work(self):
        while (record := self._next()) is not None:
            try:
                with self._store.scratch(".npz") as model_path:
                    outcome = self._do(record, model_path)
                    with self._changed:
                        self._finish(record, outcome, model_path)
            except Exception:
                log.exception("the job %s could not be ended", record["id"])
                self._give_up(record)

    def _next(self):
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._active)
            return None if self._closed else next(iter(self._active.values()))

    def _do(self, record, model_path):
        """Run a job; how it ended, and what is told of that: see `helpers.service.work.job.do`."""
        for _ in range(STARTS):
            with self._changed:
                if self._closed or not self._wanted(record):
                    return "failed", "it was cancelled"
                record["status"], self._worked = "running", 0
                run = self._run = Process(partial(start_python, MODULE), self._settings.max_worker_bytes)
            task = _task_of(record, self._settings, self._store, model_path)
            try:
                return run.call("do", (task,), partial(self._silent, run), partial(self._report, record, run))
            except _Stalled as problem:
                return "stalled", problem.detail
            except Problem as problem:
                return "failed", problem.detail
            except Died:
                continue
            finally:
                run.close()
                _sweep(self._store, record["id"])
        words = f"the process that worked on this was ended {STARTS} times; ask again to go on from its last pass"
        return "failed", words

    def _wanted(self, record):
        """Whether it was not cancelled meanwhile; the same question may have been asked anew."""
        return self._active.get(record["id"]) is record

    def _silent(self, run, passed):
        """Give the problem of a process that is stopped, or stuck: it neither gives news nor works."""
        most, scheduler = self._settings.max_silence, self._settings.scheduler
        if passed <= most:
            return None
        worked = run.worked()
        if worked - self._worked > BUSY * most:  # a large sample takes long
            self._worked = worked
            run.heard()
            return None
        who = f"the Dask cluster at {scheduler}" if scheduler else "the process that worked on this"
        ask = "see that it has workers, and ask again" if scheduler else "ask again"
        return _Stalled(409, f"{who} gave no news for {most:g} s; {ask} to go on from the last pass")

    def _report(self, record, run, n_pass, done, total, history):
        self._worked = run.worked()
        inertia = history[-1] if history else None
        progress = {"pass": n_pass, "groups_done": done, "groups": total, "inertia": inertia}
        with self._changed:
            record["progress"] = progress | {"passes_done": len(history)}

    def _finish(self, record, outcome, model_path):
        self._run = None
        if not self._wanted(record):
            _forget(self._store, record["id"])
            return
        if self._closed:
            return
        try:
            changes = self._ended(record, *outcome, model_path=model_path)
        except Problem as problem:  # the store holds as much as it may
            changes = {"status": "failed", "detail": problem.detail}
        self._store.put("job", record["id"], record | changes)
        del self._active[record["id"]]
        if changes["status"] == "done":
            _forget(self._store, record["id"])

    def _give_up(self, record):
        """Say that a job failed here; where even that cannot be written, the next start runs it again."""
        words = "something went wrong here, not in your request; ask again to go on"
        with self._changed:
            self._run = None
            if self._wanted(record):
                del self._active[record["id"]]
                with suppress(Exception):
                    self._store.put("job", record["id"], record | {"status": "failed", "detail": words})

    def _ended(self, record, kind, told, *trace, model_path):
        """Say what becomes of the record; the model is kept first, so that it is there when it is named."""
        if kind != "done":
            for one in trace:
                log.error("the job %s failed:\n%s", record["id"], one)
            status = "stalled" if kind == "stalled" else "failed"
            return {"status": status, "detail": local(self._settings.data, told)}
        id, parameters = record["id"], {"algorithm": "kmeans", "scale": "none"} | record["parameters"]
        facts = {"fingerprint": record["fingerprint"], "versions": VERSIONS}
        self._store.add("model", id, {"id": id, "parameters": parameters, **told, **facts}, model_path)
        progress = record["progress"] | {"inertia": told["inertia"], "passes_done": told["n_passes"]}
        return {"status": "done", "model": id, "progress": progress}


class _Stalled(Problem):
    """A process neither gives news nor works."""


def _task_of(record, settings, store, model_path):
    """Say what a job's process has to do; see `helpers.service.work.job.run`."""
    parameters = record["parameters"]
    places = {"path": path_of(settings.data, parameters["dataset"]), "model_path": model_path}
    places |= {"checkpoint": store.path("job", record["id"]), "scheduler": settings.scheduler}
    return parameters | places | {"fingerprint": record["fingerprint"]}


def _sweep(store, id):
    """Remove what of a checkpoint was being written when its process ended."""
    path = store.path("job", id)
    for part in path.parent.glob(f"{path.name}.*"):
        part.unlink(missing_ok=True)


def _forget(store, id):
    """Remove a checkpoint that is not needed any more."""
    _sweep(store, id)
    store.path("job", id).unlink(missing_ok=True)


def _shown(record):
    return {name: record[name] for name in SHOWN}
