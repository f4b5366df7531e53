"""Serve on waitress: ``python -m helpers.service``; ends cleanly on SIGTERM and on Ctrl+C."""

import logging
import signal
import sys

from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask, WSGITask

from helpers.service import create_app, problems
from helpers.service.settings import SettingsError, from_command_line

SPARE = 8  # threads that never wait for a fit, so that short requests are always answered


class _ErrorTask(ErrorTask):
    """Tell errors that waitress finds itself (malformed HTTP, a body over the bound) in the same form as all others."""

    def execute(self):
        error = self.request.error
        body = problems.Problem(error.code, str(error.body)).to_bytes()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", problems.MEDIA_TYPE))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Task(WSGITask):
    """Keep the connection after answers without a body, which waitress would end by closing it.

    It would also write an empty body to a HEAD whose length is not known.
    """

    @property
    def has_body(self):
        return super().has_body and self.request.command != "HEAD"

    def set_close_on_finish(self):
        asked = self.request.headers.get("CONNECTION", "").lower() == "close" or self.version == "1.0"
        if self.has_body or asked:
            super().set_close_on_finish()


class _Channel(HTTPChannel):
    task_class, error_task_class = _Task, _ErrorTask


def main():
    """Serve until a signal ends it."""
    try:
        settings = from_command_line()
        app = create_app(settings.instance, **settings.model_dump(exclude={"instance"}))
    except SettingsError as error:
        sys.exit(f"helpers.service: {error}")
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    engine = app.extensions["clustering"]
    try:
        _serve(app, engine, settings)
    except KeyboardInterrupt:
        sys.exit(0)
    finally:
        engine.close()


def _serve(app, engine, settings):
    try:
        server = _listen(app, settings, engine.fitters.capacity + engine.reader.capacity + SPARE)
    except OSError as error:
        sys.exit(f"helpers.service: cannot listen at {settings.host}:{settings.port}: {error.strerror}")
    try:
        engine.start()
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        print(f"Clustering answers at http://{host}:{server.effective_port} (Ctrl+C ends it)", flush=True)
        server.run()  # after a signal it gives what is under way five seconds more
    except problems.Problem as problem:
        sys.exit(f"helpers.service: cannot start: {problem.detail}")
    finally:
        server.close()


def _listen(app, settings, threads):
    server = create_server(
        app,
        host="127.0.0.1" if settings.host == "localhost" else settings.host,  # one address, not each that it has
        port=settings.port,
        threads=threads,
        max_request_body_size=settings.max_body_bytes + 1,
        connection_limit=1000,
        channel_timeout=30,  # seconds for clients that say nothing; those that wait for an answer are not meant
        asyncore_use_poll=sys.platform != "win32",  # select cannot watch that many
        ident=None,
    )
    server.channel_class = _Channel
    return server


if __name__ == "__main__":
    main()
