"""The slow tier of the endpoint: the server killed at random moments, and longer fuzzing of the readers."""

import itertools
import random
import re
import sys
import threading
import time
from http.client import HTTPException

import numpy as np
import pytest
import test_service_readers as readers
from hypothesis import given, settings
from hypothesis import strategies as st
from service import JSON, NPY, PARQUET, Server, npy_of
from test_service_server import ask

KILLS = 50
CLIENTS = 4


def busy(server, number, acknowledged, begun):
    """Upload tables and make models of them until the server is gone; keep what it said it has stored."""
    rng = np.random.default_rng(number)
    try:
        while True:
            rows = rng.normal(size=(int(rng.integers(10, 8000)), 2))
            begun.append("/datasets")
            answer, text = ask(server, "POST", "/datasets", npy_of(rows), {"Content-Type": NPY})
            assert answer.status == 201, text
            acknowledged.append((answer.headers["Location"], text))
            id = answer.headers["Location"].rpartition("/")[2]
            question = f'{{"dataset": "{id}", "k": {rng.integers(1, 9)}}}'
            begun.append("/models")
            answer, text = ask(server, "POST", "/models", question.encode(), {"Content-Type": JSON})
            assert answer.status == 201, text
            acknowledged.append((answer.headers["Location"], text))
    except (OSError, HTTPException):
        return


@pytest.mark.slow(reason="starts 51 servers")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_nothing_acknowledged_is_lost_and_nothing_half_written_is_served(tmp_path, record_property):
    moments, numbers = random.Random(0), itertools.count()
    acknowledged, cut = [], {"/datasets": 0, "/models": 0}
    for kill in range(KILLS + 1):
        server = Server(tmp_path, "--workers", "1", "--max-stored", "100000")
        assert not list((tmp_path / "tmp").iterdir())
        for location, text in acknowledged:
            answer, again = ask(server, "GET", location)
            assert (answer.status, again) == (200, text)
        locations = {location for location, _ in acknowledged}
        for kind, folder in (("/datasets", "dataset"), ("/models", "model")):
            files = {f"{kind}/{path.stem}" for path in (tmp_path / folder).iterdir()}
            assert {location for location in locations if location.startswith(kind)} <= files
            for location in files - locations:  # stored, and killed before it could be said: whole, too
                assert ask(server, "GET", location)[0].status == 200
        newest = [location for location, _ in acknowledged if location.startswith("/models")][-3:]
        for location in newest:
            answer, text = ask(server, "POST", f"{location}/predict", b'{"X": [[0, 0]]}', {"Content-Type": JSON})
            assert (answer.status, bool(re.fullmatch(rb'\{"labels":\[\d\]\}', text))) == (200, True)
        if kill == KILLS:
            server.process.terminate()
            server.end()
            break
        told, begun = [[] for _ in range(CLIENTS)], [[] for _ in range(CLIENTS)]
        clients = [
            threading.Thread(target=busy, args=(server, next(numbers), *lists))
            for lists in zip(told, begun, strict=True)
        ]
        for client in clients:
            client.start()
        time.sleep(moments.uniform(0, 0.5))  # the moment is the experiment, nothing is concluded from it
        server.process.kill()
        for client in clients:
            client.join()
        server.end()
        for one, requests in zip(told, begun, strict=True):
            acknowledged += one
            if len(requests) > len(one):
                cut[requests[-1]] += 1
    record_property("acknowledged", len(acknowledged))
    record_property("cut off", cut)
    print(f"{KILLS} kills: {len(acknowledged)} acknowledged and there; cut off {cut}")
    assert min(cut.values()) > 5  # the kills did meet uploads and models that were under way


@pytest.mark.slow(reason="ten thousand damaged files a type")
@pytest.mark.parametrize("media_type", readers.READERS)
def test_many_damaged_tables(media_type):
    @settings(max_examples=10_000 if media_type != PARQUET else 5000)
    @given(X=readers.TABLES, data=st.data())
    def damaged(X, data):
        body = bytearray(readers.written(X)[media_type])
        for _ in range(data.draw(st.integers(1, 6))):
            body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
        readers.outcome(media_type, bytes(body))

    damaged()
