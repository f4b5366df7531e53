"""Errors as ``application/problem+json`` (RFC 9457), in words that say what would be accepted."""

from http import HTTPStatus

import orjson

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """An answer that says what is wrong with the request.

    Parameters
    ----------
    status : int
        HTTP status.
    detail : str
        What is wrong, and what would be accepted.
    errors : list of dict
        ``{"detail": ..., "parameter": name}`` or ``{"detail": ..., "pointer": JSON pointer}`` for each place.
    headers : dict
        Of the answer, such as Retry-After.
    more : dict
        What else the answer says, for programs.
    """

    def __init__(self, status, detail, errors=(), headers=None, more=None):
        super().__init__(status, detail, errors, headers, more)  # as pickle will, which carries it from a worker
        self.status, self.detail = status, detail
        self.errors, self.headers, self.more = list(errors), dict(headers or {}), dict(more or {})

    def as_pointers(self):
        """Point into a JSON body where this points to query parameters."""
        errors = [{"detail": error["detail"], "pointer": f"/{error['parameter']}"} for error in self.errors]
        return Problem(self.status, self.detail, errors, self.headers)

    def to_bytes(self):
        """Write the body."""
        title = HTTPStatus(self.status).phrase
        body = {"type": "about:blank", "title": title, "status": self.status, "detail": self.detail}
        return orjson.dumps(body | ({"errors": self.errors} if self.errors else {}) | self.more)


def sendable(text, most=None):
    """Cut a text that goes into an answer; JSON or a file's name may hold half a character, which could not be sent."""
    return text[:most].encode("utf-8", "replace").decode()


def of_parameter(name, detail, status=422):
    """Make the problem of one query parameter."""
    return Problem(status, f"{name}: {detail}", [{"detail": detail, "parameter": name}])


def of_body(pointer, detail, status=422):
    """Make the problem of one place in the body; "" is the whole of it.

    Places are named by a JSON pointer (RFC 6901), as if every body were JSON: /X/2/0 is the third row's first column.
    """
    return Problem(status, f"{pointer or 'the body'}: {detail}", [{"detail": detail, "pointer": pointer}])
