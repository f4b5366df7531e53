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
    engine = app.extensions["clustering"]
    try:
        server = _listen(app, settings, engine.fitters.places + engine.reader.places + SPARE)
        engine.start()
    except (problems.Problem, OSError) as error:
        engine.close()
        sys.exit(f"helpers.service: cannot serve at {settings.host}:{settings.port}: {getattr(error, 'detail', error)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # waitress then finishes what it has begun
    print(f"Clustering answers at http://{_shown(settings.host)}:{server.effective_port} (Ctrl+C ends it)", flush=True)
    try:
        server.run()
    finally:
        server.close()
        engine.close()


def _listen(app, settings, threads):
    server = create_server(
        app,
        host=settings.host,
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


def _shown(host):
    return f"[{host}]" if ":" in host else host


if __name__ == "__main__":
    main()
