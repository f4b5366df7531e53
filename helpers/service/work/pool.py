"""Worker processes, one core each, taken in turn by those who wait for one; a task whose worker dies is done again."""

import queue
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from functools import partial

from helpers.service.problems import Problem
from helpers.service.work import forking
from helpers.service.work.processes import LOOK, RETRY_AFTER, Died, Process, start_python

RESTART = 1  # seconds that a new process takes: what is done sooner is not ended for want of somebody who waits
# Whether somebody still waits for what this thread has worked out: set where a request comes in, or many share it
waits = ContextVar("waits", default=lambda: True)


class Pool:
    """Worker processes that start when they are first needed.

    Parameters
    ----------
    size : int
        Processes.
    max_waiting : int
        Callers that may wait for one.
    max_seconds : float
        Time for a task, and for waiting.
    max_bytes : int
        Memory of a process.
    """

    def __init__(self, size, max_waiting, max_seconds, max_bytes):
        self.capacity, self._max_seconds = size + max_waiting, max_seconds
        self._free = threading.BoundedSemaphore(self.capacity)
        self._idle = queue.LifoQueue()  # the last used first: the others may never have to start
        forking.PARENT.join(self)
        start = forking.PARENT.fork if forking.POSSIBLE else partial(start_python, "helpers.service.work.worker")
        self._workers = [Process(start, max_bytes) for _ in range(size)]
        for worker in self._workers:
            self._idle.put(worker)

    @contextmanager
    def place(self):
        """Take a place in the queue; Problem 503 if there is none."""
        if not self._free.acquire(blocking=False):
            raise Problem(503, "too many requests wait for a fit; try again in some seconds", headers=RETRY_AFTER)
        try:
            yield
        finally:
            self._free.release()

    def run(self, task, *arguments):
        """Have a worker do a task of `helpers.service.work.worker`, in its turn.

        Raises
        ------
        Problem
            As the task raised it; 409 if it outgrew its time or memory; 503 if no worker was free in time, or nobody
            waits any more.
        Gone
            If a file that it needs is not there.
        """
        worker, overdue = self._turn(), partial(_overdue, self._max_seconds, waits.get())
        try:
            for _ in range(2):
                with suppress(Died):  # perhaps by the system's hand, or an operator's: once more, in a new process
                    return worker.call(task, arguments, overdue)
            raise Problem(503, "the process that worked on this was ended twice", headers=RETRY_AFTER)
        finally:
            self._idle.put(worker)

    def _turn(self):
        """Wait for a worker."""
        end = time.monotonic() + self._max_seconds
        while True:
            try:
                return self._idle.get(timeout=LOOK)
            except queue.Empty:
                if not waits.get()():
                    raise _abandoned() from None
                if time.monotonic() > end:
                    said = "no worker was free in time; try again later"
                    raise Problem(503, said, headers=RETRY_AFTER) from None

    def pids(self):
        """Process ids of the workers that run."""
        return [process.pid for worker in self._workers if (process := worker.process) is not None]

    def start(self, count=None):
        """Start now what takes a second: workers, all or so many, or what they will be forked from."""
        if forking.POSSIBLE:
            forking.PARENT.start(self)
        else:
            for worker in self._workers[::-1][:count]:  # the last is taken first
                worker.start()

    def close(self):
        """End all workers."""
        with ExitStack() as stack:  # each is ended, whatever happens to the others
            stack.callback(forking.PARENT.leave, self)
            for worker in self._workers:
                stack.callback(worker.close)


def _overdue(max_seconds, wanted, passed):
    """Give the problem of a task that takes too long, or that nobody waits for."""
    if passed > max_seconds:
        return Problem(409, f"this takes longer than the {max_seconds:g} s that one request may take; ask for less")
    return _abandoned() if passed > RESTART and not wanted() else None


def _abandoned():
    return Problem(503, "nobody waited for this any more; ask again", headers=RETRY_AFTER)
