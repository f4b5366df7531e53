"""What the endpoint's tests share: applications, tables as bodies, a server process."""

import atexit
import functools
import http.client
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from commands import ROOT

from helpers.service.work.worker import catalog

CSV, NPY, PARQUET, JSON = "text/csv", "application/x-npy", "application/vnd.apache.parquet", "application/json"
PROBLEM = "application/problem+json"
ENV = {name: value for name, value in os.environ.items() if not name.startswith("CLUSTERING_")}
DEADLINE = 60  # seconds after which something that must happen has not


def until(condition):
    """Wait for what must come; nothing is concluded from how long it took."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def engine(app):
    return app.extensions["clustering"]


@functools.cache
def course():
    """The course's data as a worker reads them, once a run: their records, and the folder of their rows."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    return catalog(folder), folder


def knowing(app):
    """Give an application the course's data; its own two workers, started for them, would take three seconds."""
    records, folder = course()
    shutil.copytree(folder, engine(app).store.folder / "course", dirs_exist_ok=True)
    engine(app).catalog._course = {name: {"id": name, "deletable": False} | record for name, record in records.items()}
    return app


def npy_of(X):
    stream = io.BytesIO()
    np.save(stream, X)
    return stream.getvalue()


def parquet_of(columns, **options):
    stream = io.BytesIO()
    pq.write_table(columns if isinstance(columns, pa.Table) else pa.table(columns), stream, **options)
    return stream.getvalue()


def csv_of(X, names):
    return "\n".join([",".join(names), *(",".join(map(repr, row)) for row in X.tolist()), ""]).encode()


class Server:
    """A server process of its own, on a port that it chose."""

    def __init__(self, instance, *flags, **options):
        # a pipe that nobody reads would stop the server when it is full
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        self.instance = instance
        self.process = subprocess.Popen(
            [sys.executable, "-m", "helpers.service", "--port", "0", "--instance", str(instance), *flags],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            **options,
        )
        atexit.register(self.process.kill)  # a test that fails midway must not leave it running
        line = self.process.stdout.readline()
        assert line, self.end()
        self.port = urlsplit(line.split()[3]).port

    def end(self):
        """Wait for its end; what it wrote to its log."""
        self.process.wait()
        self.process.stdout.close()
        with self._log as log:
            log.seek(0)
            return log.read()


def ask(server, method, path, body=None, headers=None):
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=DEADLINE)) as connection:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer, answer.read()
