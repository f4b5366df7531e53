"""Worker processes, one core each: taken in turn, watched while they work, killed when they outgrow their bounds."""

import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from pathlib import Path

import psutil

from helpers.service.problems import Problem

ROOT = Path(__file__).resolve().parents[3]
LOOK = 0.05  # seconds between two looks at a worker's memory, or at who waits for a worker
RESTART = 1  # seconds that a new process takes: what is done sooner is not ended for want of somebody who waits
RETRY_AFTER = {"Retry-After": "5"}
BROKEN = (EOFError, OSError, pickle.UnpicklingError)  # what a pipe gives whose other end has died
# Set before NumPy is imported: one thread each, since the cores are shared out among the processes, and a limit set
# around each fit would cost more than a small fit does; one heap (glibc), which gives freed memory back sooner.
ENVIRONMENT = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "MALLOC_ARENA_MAX"), "1"
)
# Whether somebody still waits for what this thread has worked out: set where a request comes in, or many share it
waits = ContextVar("waits", default=lambda: True)


class Gone(Exception):
    """A file that the task needed has been deleted."""


class Died(Exception):
    """A worker ended by itself, or by another's hand."""


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
        self.capacity, self._max_seconds, self._max_bytes = size + max_waiting, max_seconds, max_bytes
        self._free = threading.BoundedSemaphore(self.capacity)
        self._idle = queue.LifoQueue()  # the last used first: the others may never have to start
        self._workers = [_Worker() for _ in range(size)]
        for worker in self._workers:
            self._idle.put(worker)

    @contextmanager
    def place(self):
        """Take a place in the queue.

        Raises
        ------
        Problem
            503 if there is none.
        """
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
        worker = self._turn()
        try:
            try:
                return worker.call(task, arguments, self._max_seconds, self._max_bytes)
            except Died:  # perhaps by the system's hand, or an operator's: once more, in a new process
                return worker.call(task, arguments, self._max_seconds, self._max_bytes)
        except Died:
            raise Problem(503, "the process that worked on this was ended twice", headers=RETRY_AFTER) from None
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
        """Start workers now, so that the first requests need not wait for it; all of them, or so many."""
        for worker in self._workers[::-1][:count]:  # the last is taken first
            worker.start()

    def close(self):
        """End all workers."""
        with ExitStack() as stack:  # each is ended, whatever happens to the others
            for worker in self._workers:
                stack.callback(worker.close)


class _Worker:
    """One process, or none yet; used by one thread at a time."""

    def __init__(self):
        self.process, self._closed, self._ready = None, False, False
        self._starting, self._working = threading.Lock(), threading.Lock()

    def start(self):
        with self._starting:  # it may be started ahead of its first task, and meet that
            if self._closed:
                raise Problem(503, "the server is stopping", headers=RETRY_AFTER)
            if self.process is None:
                self.process, self._ready = self._open(), False

    def _open(self):
        return start_process("helpers.service.work.worker")

    def close(self):
        """End it for good; from any thread."""
        with self._starting:
            self._closed, process = True, self.process
        if process is not None:
            process.kill()
        with self._working:  # who waits for it finds it ended, and leaves
            self._kill()

    def _kill(self):
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):  # what was left in the buffer cannot be written any more
                    pipe.close()
            process.wait()

    @contextmanager
    def _whole(self):
        """End the process if an exchange breaks off: what is left of it the next task would take for its own reply."""
        try:
            yield
        except BaseException as error:
            self._kill()
            if isinstance(error, BROKEN):
                raise Died from None
            raise

    def call(self, task, arguments, max_seconds, max_bytes):
        """Have it do a task; see `Pool.run`."""
        with self._working:
            kind, value = self._exchange(task, arguments, max_seconds, max_bytes)
        if kind == "value":
            return value
        if kind == "gone":
            raise Gone
        if kind == "error":
            raise value
        if kind == "memory":
            raise Problem(409, _outgrown(max_bytes))
        raise RuntimeError(f"the worker failed:\n{value}")

    def _exchange(self, task, arguments, max_seconds, max_bytes):
        self.start()
        if not self._ready:  # the time of its own start is not the task's
            with self._whole():
                pickle.load(self.process.stdout)
            self._ready = True
        done, verdict = threading.Event(), []
        overdue = partial(_overdue, time.monotonic(), max_seconds, waits.get())
        watched = self.process, done, max_bytes, overdue, verdict
        threading.Thread(target=watch, args=watched, daemon=True).start()
        try:
            with self._whole():
                pickle.dump((task, arguments), self.process.stdin)
                self.process.stdin.flush()
                return pickle.load(self.process.stdout)
        except Died:
            if verdict:  # said before the process was killed
                raise verdict[0] from None
            raise
        finally:
            done.set()


def _outgrown(max_bytes):
    return f"this needs more than the {max_bytes / 1e6:.0f} MB that one request may take; ask for less"


def _overdue(start, max_seconds, wanted):
    """Give the problem of a task that takes too long, or that nobody waits for."""
    passed = time.monotonic() - start
    if passed > max_seconds:
        return Problem(409, f"this takes longer than the {max_seconds:g} s that one request may take; ask for less")
    return _abandoned() if passed > RESTART and not wanted() else None


def _abandoned():
    return Problem(503, "nobody waited for this any more; ask again", headers=RETRY_AFTER)


def start_process(module):
    """Start a module of ours as a process that takes and answers on pipes."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | ENVIRONMENT | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )


def watch(process, done, max_bytes, overdue, verdict):
    """Kill a process that takes too much memory, or when `overdue` gives a problem; the problem is kept as verdict."""
    while not done.wait(LOOK):
        try:
            taken = psutil.Process(process.pid).memory_info().rss
        except psutil.Error:  # it has ended
            return
        problem = Problem(409, _outgrown(max_bytes)) if taken > max_bytes else overdue()
        if problem is not None:
            verdict.append(problem)
            process.kill()
            return
