"""Serve on waitress: ``python -m helpers.service``; ends cleanly on SIGTERM and on Ctrl+C."""

import logging
import signal
import sys
from contextlib import closing, suppress

from helpers.service import create_app, problems
from helpers.service.settings import SettingsError, from_command_line
from helpers.service.work import forking

SPARE = 8  # threads that never wait for a fit, so that short requests are always answered


def main():
    """Serve until a signal ends it."""
    try:
        settings = from_command_line()
        if forking.POSSIBLE:
            forking.PARENT.start()  # it imports scikit-learn while this imports the web framework
        app = create_app(settings.instance, **settings.model_dump(exclude={"instance"}))
    except SettingsError as error:
        sys.exit(f"helpers.service: {error}")
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    engine = app.extensions["clustering"]
    with closing(engine), suppress(KeyboardInterrupt):
        _serve(app, engine, settings)


def _serve(app, engine, settings):
    from helpers.service.web.connections import listen  # here: while the other process imports scikit-learn

    try:
        server = listen(app, settings, engine.fitters.capacity + engine.reader.capacity + SPARE)
    except OSError as error:
        sys.exit(f"helpers.service: cannot listen at {settings.host}:{settings.port}: {error.strerror}; try --port 0")
    try:
        engine.start()
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        print(f"Clustering answers at http://{host}:{server.effective_port} (Ctrl+C ends it)", flush=True)
        server.run()  # after a signal it gives what is under way five seconds more
    except problems.Problem as problem:
        sys.exit(f"helpers.service: cannot start: {problem.detail}")
    finally:
        server.close()


if __name__ == "__main__":
    main()
