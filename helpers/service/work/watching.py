"""The process of a job, seen from the server: started, listened to, watched for its memory, ended."""

import pickle
import threading
import time
from contextlib import suppress

import psutil

from helpers.service.data.streams import path_of
from helpers.service.problems import Problem
from helpers.service.work.pool import BROKEN, start_process, watch

BUSY = 0.1  # of the time: a process that waits for others takes less of a core


class Run:
    """A process that does one job; see `helpers.service.work.job`.

    Parameters
    ----------
    task : dict
    max_bytes : int
        Memory that it may take.
    max_silence : float
        Seconds in which it must give news, or be seen to work.
    """

    def __init__(self, task, max_bytes, max_silence):
        self._verdict, self._done, self._stalled = [], threading.Event(), False
        self._max_silence, self._scheduler = max_silence, task["scheduler"]
        self.process = start_process("helpers.service.work.job")
        with suppress(OSError):  # it has been ended: `follow` will see that
            pickle.dump(task, self.process.stdin)
            self.process.stdin.flush()
        self._note()
        watched = self.process, self._done, max_bytes, self._silent, self._verdict
        threading.Thread(target=watch, args=watched, daemon=True).start()

    def _note(self):
        """Note when it last gave a sign of life."""
        self._heard, self._worked = time.monotonic(), _worked(self.process)

    def _silent(self):
        """Give the problem of a process that is stopped, or stuck: it neither gives news nor works."""
        if time.monotonic() - self._heard <= self._max_silence:
            return None
        if _worked(self.process) - self._worked > BUSY * self._max_silence:  # a large sample takes long
            self._note()
            return None
        self._stalled = True
        who = f"the Dask cluster at {self._scheduler}" if self._scheduler else "the process that worked on this"
        ask = "see that it has workers, and ask again" if self._scheduler else "ask again"
        return Problem(409, f"{who} gave no news for {self._max_silence:g} s; {ask} to go on from the last pass")

    def follow(self, report):
        """Listen until it has ended; called once.

        Parameters
        ----------
        report : callable
            Called with the fields of a `helpers.streaming.Progress` after each row group.

        Returns
        -------
        tuple
            ("done", facts), ("failed", words), ("stalled", words), ("fault", words, traceback), or ("died",) if it was
            ended.
        """
        try:
            while (message := pickle.load(self.process.stdout))[0] == "progress":
                self._note()
                report(*message[1])
            return message
        except BROKEN:
            if not self._verdict:
                return ("died",)
            return "stalled" if self._stalled else "failed", self._verdict[0].detail
        finally:
            self._done.set()
            self.end()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                with suppress(OSError):
                    pipe.close()

    def end(self):
        """End it, whatever it is doing."""
        self.process.kill()


def _worked(process):
    """Give the seconds that a process has worked."""
    try:
        return sum(psutil.Process(process.pid).cpu_times()[:2])
    except psutil.Error:  # it has ended
        return 0


def task_of(record, settings, store, model_path):
    """Say what a job's process has to do; see `helpers.service.work.job.run`."""
    parameters = record["parameters"]
    places = {"path": path_of(settings.data, parameters["dataset"]), "model_path": model_path}
    places |= {"checkpoint": store.path("job", record["id"]), "scheduler": settings.scheduler}
    return parameters | places | {"fingerprint": record["fingerprint"]}


def forget(store, id):
    """Remove a checkpoint that is not needed any more, and one that was being written beside it."""
    path = store.path("job", id)
    for file in (path, *path.parent.glob(f"{path.name}.*")):
        file.unlink(missing_ok=True)
