"""waitress, bounded: no client can hold a thread, nor more than its share of memory, disk and connections.

waitress itself takes up all that was sent ahead, keeps the answers until they are taken, and has a thread wait for a
slow reader. Here a connection has one request and one answer at a time, and no thread ever waits for a client.
"""

import io
import socket
import sys
import time
from contextlib import suppress
from functools import partial

from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from helpers.service.web import entrance
from helpers.service.web.incoming import Answering, ErrorAnswer, Parser

CONNECTIONS = 300  # then the one that has been silent longest makes room; each may take two files besides
IDLE, STUCK = 30, 10  # seconds without a request; seconds in which nothing of an answer was taken
LOOK = 1  # seconds of work after which it is looked whether the client is still there
HEAD_BYTES = 2**16
PIECE = 2**18  # bytes that are handed to the system at once
AHEAD_BYTES = 2**16  # what may be sent behind a request that is being worked on
DROPPED_BYTES = 2**28  # of a refused body that are read, so that the client comes to read the answer
WAITING_BYTES = 2**27  # memory of answers that were not taken yet, over all connections
COMING_BYTES = 2**30  # disk for bodies that are not whole yet, over all connections


def listen(app, settings, threads):
    """Make a server that answers with an application, when `run` is called.

    Parameters
    ----------
    app : flask.Flask
    settings : helpers.service.settings.Settings
    threads : int

    Returns
    -------
    waitress.server.TcpWSGIServer

    Raises
    ------
    OSError
        If it cannot listen at that address.
    """
    server = _Server(
        app,
        host="127.0.0.1" if settings.host == "localhost" else settings.host,  # one address, not each that it has
        port=settings.port,
        threads=threads,
        max_request_header_size=HEAD_BYTES,
        max_request_body_size=settings.max_body_bytes + 1,
        outbuf_high_watermark=sys.maxsize,  # above it a thread would wait for the client
        connection_limit=2 * CONNECTIONS,  # of waitress, which then lets all others wait
        channel_timeout=IDLE,
        cleanup_interval=1,
        asyncore_use_poll=sys.platform != "win32",  # select cannot watch that many
        ident=None,
    )
    parser = partial(Parser, partial(entrance.check, settings.token))
    server.channel_class = type("Channel", (_Channel,), {"parser_class": parser})
    return server


class _Server(TcpWSGIServer):
    def handle_accept(self):
        if len(self.active_channels) >= CONNECTIONS:
            for channel in self._quiet()[:1]:
                channel.drop()
        super().handle_accept()

    def close(self):
        """Stop listening; what is still worked on must not write to a pipe that is closed."""
        self.pull_trigger = lambda: None
        super().close()

    def _quiet(self):
        """List the connections with no request that is being worked on, the one that has been silent longest first."""
        quiet = [one for one in self.active_channels.values() if not (one.requests or one.will_close)]
        return sorted(quiet, key=lambda channel: channel.last_activity)

    def maintenance(self, now):
        super().maintenance(now)  # asks those to close who said nothing for long
        for channel in self._quiet():
            if (channel.lingering or channel.total_outbufs_len) and channel.last_activity < now - STUCK:
                channel.drop()
        self._shed(_Channel.waiting, WAITING_BYTES)
        self._shed(_Channel.coming, COMING_BYTES)

    def _shed(self, weigh, most):
        """Close the connections that have been silent longest until all together are not too heavy."""
        weights = {channel: weigh(channel) for channel in self.active_channels.values()}
        total = sum(weights.values())
        for channel in self._quiet():
            if total > most and weights[channel]:
                total -= weights[channel]
                channel.drop()


class _Channel(HTTPChannel):
    """A connection: the next request is looked at when the answer to the one before has left."""

    task_class, error_task_class = Answering, ErrorAnswer
    refused = False  # by what it sent; it may still be sending
    lingering = False  # the answer has left, and what still comes is dropped
    _rest, _dropped = b"", 0

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.sendbuf_len = min(self.sendbuf_len, PIECE)  # many at once would read megabytes each

    def readable(self):
        if self.lingering:
            return True
        if self.will_close or self.close_when_flushed or self.total_outbufs_len:
            return False
        # while a request is worked on for long, too: so it is seen that the client leaves
        return not self.requests or self.last_activity < time.time() - LOOK

    def writable(self):
        return super().writable() or (self._rest and not self.requests)

    def handle_read(self):
        if not self.lingering:
            super().handle_read()
            return
        try:
            self._dropped += len(self.recv(2**16))  # which closes when the client does
        except OSError:
            self.handle_close()
        self.last_activity = time.time()
        if self._dropped > DROPPED_BYTES:
            self.handle_close()

    def received(self, data):
        with self.requests_lock:
            if self.will_close or self.close_when_flushed or self.refused:
                return False
            self._rest += data
            if self.requests and len(self._rest) > AHEAD_BYTES:
                self.will_close = True
            while self._rest and not (self.requests or self.refused):
                self._take()
        return True

    def _take(self):
        self.request = self.request or self.parser_class(self.adj)
        used = self.request.received(self._rest)
        self._rest = self._rest[used:]
        if self.request.completed:
            request, self.request, self.sent_continue = self.request, None, False
            self.refused = request.error is not None
            if not request.empty:
                self.requests.append(request)
                self.server.add_task(self)
        elif self.request.headers_finished and self.request.expect_continue and not self.sent_continue:
            self.send_continue()

    def handle_write(self):
        if self.refused and self.close_when_flushed:
            self._linger()
            return
        super().handle_write()
        if self._rest and self.connected and not self.total_outbufs_len:
            self.received(b"")

    def _linger(self):
        """Close in two steps: an answer that meets bytes still to be read would be lost."""
        self._flush_exception(self._flush_some)
        if not self.total_outbufs_len and not self.will_close:
            self.close_when_flushed, self.lingering = False, True
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                self.will_close = True
        if self.will_close:
            self.handle_close()

    def drop(self):
        """Have it closed at its own turn: a descriptor freed now may be a new client's when its old event comes."""
        self.will_close = True
        with suppress(OSError):  # the client may be gone
            self.socket.shutdown(socket.SHUT_RDWR)  # which is an event whether the client reads or not

    def handle_close(self):
        if self.request is not None:
            self.request.close()
        super().handle_close()

    def waiting(self):
        """Count the bytes of its answer that were not taken, and are in memory."""
        return sum(len(one) for one in list(self.outbufs) if not _on_disk(one))

    def coming(self):
        """Count the bytes of the body that is being received."""
        body = self.request and self.request.body_rcv
        return len(body) if body else 0


def _on_disk(buffer):
    return buffer.overflowed if isinstance(buffer, OverflowableBuffer) else not isinstance(buffer.file, io.BytesIO)
