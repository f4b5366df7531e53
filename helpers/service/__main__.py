"""Serve on waitress: ``python -m helpers.service``; ends cleanly on SIGTERM and on Ctrl+C."""

import logging
import signal
import sys

from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask

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


class _Channel(HTTPChannel):
    error_task_class = _ErrorTask


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
        server = create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=settings.workers + settings.max_waiting + SPARE,
            max_request_body_size=settings.max_body_bytes + 1,
            ident=None,
        )
    except OSError as error:
        sys.exit(
            f"helpers.service: cannot listen at {settings.host}:{settings.port}: {error.strerror}; name another port"
        )
    server.channel_class = _Channel
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # waitress then finishes what it has begun
    engine.start()
    print(f"Clustering answers at http://{_shown(settings.host)}:{server.effective_port} (Ctrl+C ends it)", flush=True)
    try:
        server.run()
    finally:
        server.close()
        engine.close()


def _shown(host):
    return f"[{host}]" if ":" in host else host


if __name__ == "__main__":
    main()
