"""The application: its resources, errors in one form, the token, a line in the log for each request."""

import logging
import secrets
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, unquote_plus

from flask import Flask, Response, g, request
from flask_restful import Api
from werkzeug.exceptions import HTTPException

from helpers.service import problems
from helpers.service.engine import Engine
from helpers.service.problems import Problem
from helpers.service.settings import SettingsError, check
from helpers.service.web import entrance
from helpers.service.web.exchange import engine
from helpers.service.web.resources import RESOURCES
from helpers.service.work.pool import waits

log = logging.getLogger("helpers.service")
WORDS = {
    404: "there is nothing at this path; /openapi.json lists what there is",
    405: "this path does not know this method; the header Allow lists those that it knows",
    413: "the body is larger than this server accepts",
}


def build(instance_path, settings):
    """Make the application; see `helpers.service.create_app`."""
    if "instance" in settings:
        raise SettingsError("the folder is given as instance_path")
    settings = check(settings)
    temporary = tempfile.TemporaryDirectory(prefix="clustering-") if instance_path is None else None
    settings = settings.model_copy(update={"instance": Path(temporary.name if temporary else instance_path)})
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.extensions["clustering"] = Engine(settings, temporary)
    api = Api(app)
    api.handle_error = _problem  # its own would answer {"message": ...}
    for path, resource in RESOURCES.items():
        # Flask-RESTful notes the application on the class: one of its own lets go of the application with it
        api.add_resource(type(resource.__name__, (resource,), {}), path)
    app.register_error_handler(Exception, _problem)
    app.before_request(_begin)
    app.after_request(_end)
    return app


def _begin():
    g.start, g.request_id, g.how = time.perf_counter(), secrets.token_hex(8), "-"
    left = request.environ.get("waitress.client_disconnected", lambda: False)
    waits.set(lambda: not left())
    entrance.check(engine().settings.token, request.path, request.headers.get)


def _end(response):
    milliseconds = 1000 * (time.perf_counter() - g.start)
    response.headers["X-Request-ID"] = g.request_id
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Server-Timing"] = f"total;dur={milliseconds:.1f}"
    if g.how != "-":
        response.headers["Cache-Status"] = "clustering; " + ("hit" if g.how == "cached" else "fwd=miss")
    what = request.method, _target(), response.status_code
    log.info("%s %s %s %d %.1f ms %s", g.request_id, *what, milliseconds, g.how)
    return response


def _target():
    """Give path and query for the log, but a token that somebody put there."""
    query, token = request.query_string, engine().settings.token
    if token and token in request.path + unquote_plus(query.decode("latin-1")):
        return "(it holds the token)"
    return quote(request.path)[:200] + ("?" + quote(query, safe="=&%+,.-_~") if query else "")[:300]


def _problem(error):
    """Answer any exception; what was not foreseen is logged, and told only as an incident."""
    if isinstance(error, HTTPException):
        headers = {name: value for name, value in error.get_headers() if name == "Allow"}
        error = Problem(error.code or 500, WORDS.get(error.code, error.description or ""), headers=headers)
    elif not isinstance(error, Problem):
        log.error("incident %s", g.request_id, exc_info=error)
        error = Problem(500, f"something went wrong here, not in your request; it is noted as incident {g.request_id}")
    return Response(error.to_bytes(), status=error.status, content_type=problems.MEDIA_TYPE, headers=error.headers)
