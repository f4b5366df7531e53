"""A request as waitress reads it, refused by its head alone where that can be, and how waitress has it answered."""

import logging
from http import HTTPStatus

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, WSGITask

from helpers.service import problems
from helpers.service.data.store import told_if_full
from helpers.service.problems import Problem

log = logging.getLogger("helpers.service")
LINE_BYTES, FRAME_BYTES = 2**13, 2**20  # of a body in chunks: one line; all lines, besides a 16th of the body


class Parser(HTTPRequestParser):
    """Refuse what it can by the head alone; errors are those of waitress, or a Problem."""

    def __init__(self, may_ask, adj):
        super().__init__(adj)
        self._may_ask = may_ask

    def received(self, data):
        """Take bytes as they come; how many belong to this request."""
        try:
            with told_if_full():  # the disk on which bodies are kept until they are whole
                used = super().received(data)
            if self.chunked and not self.completed:
                self._check_lines()
        except Problem as problem:
            self.close()  # what was kept of the body
            self.error, self.completed, used = problem, True, len(data)
        return used

    def parse_header(self, header_plus):
        """Read the head, and refuse what is ambiguous, or need not be read further."""
        try:
            super().parse_header(header_plus)
        except ValueError:  # more digits than Python reads
            raise ParsingError("Content-Length is invalid") from None
        host = self.headers.get("HOST")
        if (host is None and self.version == "1.1") or "," in (host or ""):
            raise ParsingError("the header Host is to be there, once")
        if "TRANSFER_ENCODING" in self.headers or (self.chunked and "CONTENT_LENGTH" in self.headers):
            raise ParsingError("Transfer-Encoding goes neither with Content-Length nor with HTTP/1.0")
        if self.chunked or self.content_length:  # requests without a body the application refuses, and logs
            self._may_ask(self.path, lambda name, none=None: self.headers.get(name.upper().replace("-", "_"), none))

    def _check_lines(self):
        """Bound the lines between chunks, whose reading takes time that grows with their square, and the trailers."""
        body = self.body_rcv
        frame = self.body_bytes_received - len(body)
        if len(body.control_line) + len(body.trailer) > LINE_BYTES or frame > FRAME_BYTES + len(body) // 16:
            raise Problem(400, "the lines between the body's chunks are too long, or too many; send larger chunks")


class ErrorAnswer(ErrorTask):
    """Tell errors that are found before the application is asked in the same form as all others."""

    def execute(self):
        """Write the error."""
        error, request = self.request.error, self.request
        problem = error if isinstance(error, Problem) else Problem(error.code, str(error.body))
        body = problem.to_bytes()
        self.status = f"{problem.status} {HTTPStatus(problem.status).phrase}"
        self.response_headers += [("Content-Type", problems.MEDIA_TYPE), *problem.headers.items()]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)
        log.info("- %s %d before its body was read", getattr(request, "command", "-")[:20], problem.status)


class Answering(WSGITask):
    """Keep the connection after an answer without a body, and write none to a HEAD; waitress would do neither."""

    @property
    def has_body(self):
        """Whether the answer has one."""
        return super().has_body and self.request.command != "HEAD"

    def set_close_on_finish(self):
        """Close the connection after this answer, if it has to be."""
        asked = self.request.headers.get("CONNECTION", "").lower() == "close" or self.version == "1.0"
        if self.has_body or asked:
            super().set_close_on_finish()
