"""Workers that are forked from one process, which has imported scikit-learn: in milliseconds, its memory shared.

Not by multiprocessing, which would run the user's program once more in that process. On Linux only: elsewhere the
libraries do not bear it, and each worker is a Python of its own. Both ends of the connection are here.
"""

import gc
import os
import signal
import socket
import sys
import threading
import weakref
from contextlib import suppress

import psutil

from helpers.service.work.processes import START, Died, serve, start_python

POSSIBLE = sys.platform == "linux"


class _Parent:
    """The process that others are forked from: one for all pools here, as long as one of them is open."""

    def __init__(self):
        self._lock, self._pools = threading.Lock(), weakref.WeakSet()
        self._process = self._control = None

    def join(self, pool):
        """Note a pool that may need it."""
        with self._lock:
            self._pools.add(pool)

    def leave(self, pool):
        """End it if it was the last pool."""
        with self._lock:
            self._pools.discard(pool)
            if not self._pools:
                self._end()

    def start(self, pool=None):
        """Start it, ahead of all pools or for one that is open, and do not wait for that."""
        with self._lock:
            if pool is None or pool in self._pools:
                self._start()

    def _start(self):
        if self._process is None:
            self._control, theirs = socket.socketpair()
            self._control.settimeout(START)
            with theirs:
                self._process = start_python("helpers.service.work.worker", "fork", stdin=theirs, stdout=None)

    def _end(self):
        process, self._process = self._process, None
        if process is not None:
            self._control.close()
            process.kill()
            process.wait()

    def fork(self):
        """Have it fork a worker, if need be after a new start of its own."""
        with self._lock:
            for _ in range(2):
                with suppress(EOFError, OSError, psutil.Error):  # it has been ended, or stopped
                    return self._fork()
            raise Died

    def _fork(self):
        self._start()
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._control, [b"f"], [theirs.fileno()])
            told = self._control.recv(4)
            if not told:
                raise EOFError
            return _Forked(int.from_bytes(told, "little"), ours)
        except BaseException:  # what is left of the exchange the next one would take for its own
            ours.close()
            self._end()
            raise


PARENT = _Parent()


class _Forked:
    """A forked process, with what `subprocess.Popen` has of one that was started."""

    def __init__(self, pid, connection):
        self.pid, self._process = pid, psutil.Process(pid)  # which knows it from a later one of the same number
        self.stdin, self.stdout = connection.makefile("wb"), connection.makefile("rb")
        connection.close()  # when the other two are closed

    def kill(self):
        with suppress(psutil.NoSuchProcess):
            self._process.kill()

    def wait(self):
        with suppress(psutil.TimeoutExpired):
            self._process.wait(START)


# --- the other end


def serve_forks(tasks):
    """Fork a process that does these tasks for each connection that comes through the one at standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal reaches all; the server decides
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended: the system removes what is left
    os.dup2(2, 1)  # what a library prints is no answer
    control = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    gc.freeze()  # what was imported is not looked at again: that would copy its memory into each
    with suppress(ConnectionError):  # the server has ended, as where nothing comes any more
        while descriptors := socket.recv_fds(control, 1, 1)[1]:
            with socket.socket(fileno=descriptors[0]) as connection:
                pid = os.fork()
                if pid == 0:
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    control.close()  # each has its own connection only: else another's end would not be seen
                    serve(tasks, connection.makefile("rb"), connection.makefile("wb"))
                control.sendall(pid.to_bytes(4, "little"))
