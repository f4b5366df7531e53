"""Processes that do tasks: started, sent one, listened to and watched meanwhile, ended. Both ends of their pipes.

What goes to a process is a pickled task: its name and arguments. What comes back are pickled messages, a kind and a
value: "ready" once it has started, then for each task any number of "progress" and at last "value" or "error".
"""

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path

import psutil

from helpers.service.problems import Problem

ROOT = Path(__file__).resolve().parents[3]
LOOK = 0.05  # seconds between two looks at a process that works
START = 120  # seconds after which one that has not started never will
RETRY_AFTER = {"Retry-After": "5"}
BROKEN = (EOFError, OSError, pickle.UnpicklingError)  # what a pipe gives whose other end has died
# Set before NumPy is imported: one thread each, since the cores are shared out among the processes, and a limit set
# around each fit would cost more than a small fit does; one heap (glibc), which gives freed memory back sooner.
ENVIRONMENT = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "MALLOC_ARENA_MAX"), "1"
)


class Gone(Exception):
    """A file that the task needed has been deleted."""


class Died(Exception):
    """A process ended by itself, or by another's hand."""


# --- the server's end


def start_python(*command, **pipes):
    """Start a module of ours, with arguments, that takes tasks from its standard input and answers on its output."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", *command],
        env=os.environ | ENVIRONMENT | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE} | pipes,
    )


class Process:
    """A process that does one task at a time, for one thread at a time; started when first needed, and when it died."""

    def __init__(self, open, max_bytes):
        self._open, self._max_bytes = open, max_bytes  # the first gives what `subprocess.Popen` is
        self.process, self._ready, self._closed = None, False, False
        self._starting, self._working = threading.Lock(), threading.Lock()

    def start(self):
        """Start it if it does not run; from any thread."""
        with self._starting:  # it may be started ahead of its first task, and meet that
            if self._closed:
                raise Problem(503, "the server is stopping", headers=RETRY_AFTER)
            if self.process is None:
                self.process, self._ready = self._open(), False
                self.heard()

    def end(self):
        """End it for good, whatever it is doing; from any thread, as the next."""
        with self._starting:
            self._closed, process = True, self.process
        if process is not None:
            process.kill()

    def close(self):
        """End it for good, and wait until nothing is left of it."""
        self.end()
        with self._working:  # who waits for it finds it ended, and leaves
            self._discard()

    def _discard(self):
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):  # what was left in the buffer cannot be written any more
                    pipe.close()
            process.wait()

    def heard(self):
        """Note that it gave a sign of life."""
        self._heard = time.monotonic()

    def worked(self):
        """Give the seconds that it has worked; from any thread, while another may end it."""
        process = self.process
        try:
            return sum(psutil.Process(process.pid).cpu_times()[:2]) if process else 0
        except psutil.Error:  # it has ended
            return 0

    def call(self, name, arguments, overdue, report=None):
        """Have it do a task; `report` takes its progress, `overdue` says of a silence of seconds what to end it for."""
        with self._working:
            kind, value = self._exchange((name, arguments), overdue, report)
        if kind == "value":
            return value
        raise self._outgrown() if isinstance(value, MemoryError) else value

    def _exchange(self, task, overdue, report):
        """Send a task, and wait for its last message."""
        self.start()
        done, verdict = threading.Event(), []
        threading.Thread(target=self._watch, args=(self.process, done, overdue, verdict), daemon=True).start()
        try:
            if not self._ready:  # the time of its own start is not the task's
                pickle.load(self.process.stdout)
                self._ready = True
            self.heard()
            send(self.process.stdin, *task)
            while (message := pickle.load(self.process.stdout))[0] == "progress":
                self.heard()
                report(*message[1])
            return message
        except BaseException as error:
            self._discard()  # what is left of the exchange the next task would take for its own
            if isinstance(error, BROKEN):
                raise (verdict or [Died()])[0] from None
            raise
        finally:
            done.set()

    def _watch(self, process, done, overdue, verdict):
        """Kill it when it takes too much memory, or too long; why is noted as the verdict."""
        while not done.wait(LOOK):
            try:
                taken = psutil.Process(process.pid).memory_info().rss
            except psutil.Error:  # it has ended
                return
            passed = time.monotonic() - self._heard
            if taken > self._max_bytes:
                problem = self._outgrown()
            elif self._ready:
                problem = overdue(passed)
            else:
                problem = Died() if passed > START else None
            if problem is not None:
                verdict.append(problem)
                process.kill()
                return

    def _outgrown(self):
        most = f"{self._max_bytes / 1e6:.0f} MB"
        return Problem(409, f"this needs more than the {most} that one request may take; ask for less")


# --- the other end


def send(pipe, *message):
    """Write a task or a message."""
    pickle.dump(message, pipe)
    pipe.flush()


def take_pipes():
    """Give what tasks come from and messages go to, in a process of `start_python`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal reaches all; the parent decides
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get among the replies
    return sys.stdin.buffer, replies


def serve(tasks, source, replies):
    """Do tasks, functions by name, until the parent is gone."""
    todo = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(todo, source), daemon=True).start()
    send(replies, "ready", None)
    while True:
        name, arguments = todo.get()
        send(replies, *_outcome(tasks[name], arguments))


def _receive(todo, source):
    """Put tasks into a queue; when the parent is gone, end this process, whatever it is doing."""
    while True:
        try:
            todo.put(pickle.load(source))
        except Exception:  # the pipe is at its end, or broken
            os._exit(0)


def _outcome(task, arguments):
    try:
        return "value", task(*arguments)
    except FileNotFoundError:
        return "error", Gone()
    except MemoryError:
        return "error", MemoryError()
    except (Problem, OSError) as error:  # of the latter above all a full disk
        return "error", error
    except Exception:
        return "error", RuntimeError(f"the worker failed:\n{traceback.format_exc()}")
