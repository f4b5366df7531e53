"""Answers that may be asked for again, kept within a bound of memory; what many ask at once is worked out once."""

import io
import sys
import threading
from collections import OrderedDict
from concurrent.futures import Future

import orjson
from numpy.lib import format as npy

from helpers.service.work.pool import waits

ENTRY = 400  # bytes of an entry besides key and bodies: measured by tests/service/test_bounds.py


class Answer:
    """Labels and what else is known, ready to be sent as JSON.

    Parameters
    ----------
    labels : ndarray of int, shape (n_samples,), or None
        None if the answer is no clustering.
    summary : dict

    Attributes
    ----------
    json : bytes
    """

    def __init__(self, labels, summary):
        self._labels = labels
        found = {} if labels is None else {"labels": labels}
        body = orjson.dumps(found | summary, option=orjson.OPT_SERIALIZE_NUMPY)
        self.json = bytes(memoryview(body))  # a copy: orjson's own holds on to a buffer several times as large

    def npy(self):
        """Open the labels alone as a file of .npy, in scikit-learn's own type."""
        return _Npy(self._labels)

    def size(self):
        """Count the bytes that this takes."""
        own = sum(map(sys.getsizeof, (self, self.__dict__, self.json, self._labels)))
        piped = getattr(self._labels, "base", None) is not None  # those that came through a pipe
        return own + (self._labels.nbytes if piped else 0)


class _Npy(io.RawIOBase):
    """Labels as .npy, widened as they are read: many who read slowly share the memory of the narrow ones."""

    def __init__(self, labels):
        head = io.BytesIO()
        npy.write_array_header_1_0(head, {"descr": "<i4", "fortran_order": False, "shape": labels.shape})
        self._head, self._labels, self._at = head.getvalue(), labels, 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return self._at

    def seek(self, offset, whence=io.SEEK_SET):
        self._at = offset + (0, self._at, len(self._head) + 4 * len(self._labels))[whence]
        return self._at

    def readinto(self, buffer):
        start = self._at - len(self._head)
        if start < 0:
            part = self._head[self._at : self._at + len(buffer)]
        else:
            some = self._labels[start // 4 : (start + len(buffer) + 3) // 4]
            part = some.astype("<i4").tobytes()[start % 4 :][: len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


class Answers:
    """A cache of `Answer`; what was used longest ago leaves first.

    Parameters
    ----------
    max_bytes : int
    """

    def __init__(self, max_bytes):
        self.max_bytes, self.bytes = max_bytes, 0
        self._answers, self._flights, self._lock = OrderedDict(), {}, threading.Lock()

    def find(self, key):
        """Give the answer if it is here, else None."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def work_out(self, key, compute, *, keep=True):
        """Give the answer, and whether this caller computed it, while others with the same question waited for it.

        Parameters
        ----------
        key : str
        compute : callable
        keep : bool
            Whether what it returns is an Answer to be kept.
        """
        with self._lock:
            if key in self._answers:  # it came since the caller looked
                return self._answers[key], False
            flight = self._flights.get(key)
            first = flight is None
            if first:
                flight = self._flights[key] = _Flight()
            flight.callers.append(waits.get())
        if not first:
            return flight.result(), False
        mine = waits.set(flight.wanted)
        try:
            value = compute()
            self._land(key, value if keep else None)
        except BaseException as error:
            with self._lock:
                self._flights.pop(key, None)
            flight.set_exception(error if isinstance(error, Exception) else RuntimeError("it was interrupted"))
            raise
        finally:
            waits.reset(mine)
        flight.set_result(value)
        return value, True

    def _land(self, key, answer):
        size = _size(key, answer) if answer is not None else None
        with self._lock:
            del self._flights[key]
            if size is None or size > self.max_bytes:
                return
            self._answers[key] = answer
            self.bytes += size
            while self.bytes > self.max_bytes:
                self.bytes -= _size(*self._answers.popitem(last=False))


class _Flight(Future):
    """An answer that is being worked out, and for each who asked whether he still waits."""

    def __init__(self):
        super().__init__()
        self.callers = []

    def wanted(self):
        return any(waits() for waits in list(self.callers))


def _size(key, answer):
    return ENTRY + sys.getsizeof(key) + answer.size()
