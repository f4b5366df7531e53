"""What the resources share of HTTP: types that are offered and read, parameters that are known, how to answer."""

import io
import re

import orjson
from flask import Response, current_app, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.wsgi import wrap_file

from helpers.service import questions
from helpers.service.data import readers
from helpers.service.data.readers import JSON, NPY
from helpers.service.problems import Problem, of_body, of_parameter

UTF8 = ("utf-8", "utf8", "us-ascii", "ascii")
PARAMETERS = re.compile(r";\s*(?!q=)[^;,]*")  # of a media range in Accept, but for its quality
QUESTION_BYTES = 10_000


def engine():
    """Give the engine of the application that is asked."""
    return current_app.extensions["clustering"]


def as_json(value, status=200, headers=None):
    """Write an answer."""
    response = Response(orjson.dumps(value), status=status, content_type=JSON)
    response.headers.update(headers or {})
    return response


def created(kind, record, status):
    """Write the answer to a POST, by 200 if it made nothing new."""
    return as_json(record, status, {"Location": f"/{kind}/{record['id']}"})


def as_labels(answer, media_type):
    """Write labels as a file, which waitress sends from where it is; large bytes it would first write to disk."""
    return as_file(answer.npy() if media_type == NPY else io.BytesIO(answer.json), media_type)


def as_file(file, media_type):
    """Write what stands in a file of bytes, which the server closes."""
    response = Response(wrap_file(request.environ, file), content_type=media_type, direct_passthrough=True)
    response.content_length = file.seek(0, io.SEEK_END)
    file.seek(0)
    if request.method == "HEAD":  # nothing will be sent, so nobody would close it
        file.close()
    return response


def as_list(name, wanted, page, headers=None):
    """Write a part of a list; `page` gives so many records from behind an id."""
    records = page(wanted.after, wanted.limit + 1)
    shown = records[: wanted.limit]
    following = shown[-1]["id"] if len(records) > wanted.limit else None
    return as_json({name: shown, "next": following}, headers=headers)


def client_has(etag):
    """Whether the client keeps this answer, and asks only if it is still right."""
    return etag in request.if_none_match.as_set(include_weak=True)


def client_has_any():
    """Whether the client keeps some answer, and asks only if there is none: what has not been fitted, has none yet."""
    return request.if_none_match.star_tag


def tagged(response, etag):
    """Add what a client needs to ask whether its copy is still right."""
    response.set_etag(etag)
    response.headers["Cache-Control"] = "no-cache"  # keep it, but ask
    response.headers["Vary"] = "Accept"
    return response


def accepted_type(*media_types):
    """Choose the type of the answer by the header Accept; the first if there is none."""
    # without parameters such as charset=utf-8, which name no other type here
    wanted = parse_accept_header(PARAMETERS.sub("", request.headers.get("Accept", "")), MIMEAccept)
    best = wanted.best_match(media_types) if wanted else media_types[0]
    if best is None:
        raise Problem(406, f"this is answered as {' or '.join(media_types)}; name one of them in the header Accept")
    return best


def body_type(*media_types):
    """Give the body's media type, if it is one of these, sent as it is, and not too large."""
    encoding = request.headers.get("Content-Encoding", "").lower() or "identity"
    wanted = f"send {' or '.join(media_types)} in UTF-8, as it is"
    if encoding != "identity":
        said = f"a body with Content-Encoding is not accepted; {wanted}"
        raise Problem(415, said, headers={"Accept-Encoding": "identity"})
    if request.mimetype not in media_types or request.mimetype_params.get("charset", "utf-8").lower() not in UTF8:
        said = f"a body of the type {request.headers.get('Content-Type', 'none')[:60]!a} is not accepted; {wanted}"
        raise Problem(415, said, headers={"Accept-Post": ", ".join(media_types)})
    settings = engine().settings
    most = settings.max_json_bytes if request.mimetype == JSON else settings.max_body_bytes
    if (request.content_length or 0) > most:
        raise of_body("", f"has {request.content_length} bytes; at most {most} of this type are accepted", 413)
    return request.mimetype


def body_values():
    """Read JSON that needs few bytes: more would cost memory for nothing."""
    body_type(JSON)
    body = request.stream.read(QUESTION_BYTES + 1)
    if len(body) > QUESTION_BYTES:
        raise of_body("", f"has more than the {QUESTION_BYTES} bytes that a question may have", 413)
    return readers.parse_json(body)


def body_table(path, upload, *, named=True):
    """Read a table from the body; its rows are written to the path."""
    return engine().catalog.receive(body_type(*readers.READERS), request.stream, path, upload, named=named)


def only_parameters(*known):
    """Refuse query parameters that are not known, or given twice."""
    questions.once(request.args)
    for name in request.args:
        if name not in known:
            said = f"known is {', '.join(known)}" if known else "there are none"
            raise of_parameter(name[:100], f"is not known here; {said}")
