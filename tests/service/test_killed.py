"""The slow tier of the endpoint: servers, and a cluster's workers, killed at random moments, and longer fuzzing."""

import contextlib
import itertools
import json
import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from http.client import HTTPException

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import test_readers as readers
from distributed import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from serving import DEADLINE, ENV, JSON, NPY, PARQUET, ROOT, Server, ask, npy_of, until

from helpers import streaming

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


# --- jobs -------------------------------------------------------------------------------------------------------------

JOB = {"dataset": "trips", "k": 60, "sample": 60, "max_passes": 40}  # so bad a start takes many passes
GROUPS, GROUP = 40, 20_000


def write_trips(folder):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(GROUPS * GROUP, 6)) + rng.normal(scale=2, size=(30, 6))[rng.integers(30, size=GROUPS * GROUP)]
    folder.mkdir()
    pq.write_table(pa.table(dict(zip("abcdef", X.T, strict=True))), folder / "trips.parquet", row_group_size=GROUP)


def as_json(server, method, path, body=None):
    answer, text = ask(server, method, path, body and json.dumps(body).encode(), body and {"Content-Type": JSON})
    return answer.status, json.loads(text) if text else None


def check_job(server, id, folder, seed=0, max_passes=JOB["max_passes"]):
    """The job ended once, as the fit that nobody interrupted."""
    options = {"sample": JOB["sample"], "max_passes": max_passes, "random_state": seed}
    wanted = streaming.fit(folder / "trips.parquet", JOB["k"], **options)
    _, model = as_json(server, "GET", f"/models/{id}")
    order = np.argsort(-wanted.counts, kind="stable")
    np.testing.assert_allclose(model["centers"], wanted.centers[order], rtol=0, atol=1e-6)
    assert model["counts"] == wanted.counts[order].tolist()
    assert (sum(model["counts"]), model["n_passes"]) == (GROUPS * GROUP, wanted.n_passes)


def passes_kept(instance, id):
    """Passes that a checkpoint holds; None if there is none."""
    try:
        with np.load(instance / "job" / f"{id}.npz") as kept:
            return len(kept["history"])
    except FileNotFoundError:
        return None


@pytest.mark.slow(reason="starts 21 servers, and fits each job again to compare")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_job_whose_server_is_killed_goes_on_from_its_last_finished_pass(tmp_path):
    moments, seed, ids, met = random.Random(0), 0, {}, Counter()
    write_trips(tmp_path / "data")
    for _ in range(20):
        kept = {id: passes_kept(tmp_path / "instance", id) for id in ids.values()}
        server = Server(tmp_path / "instance", "--workers", "1", "--data", str(tmp_path / "data"))
        if seed in ids and as_json(server, "GET", f"/jobs/{ids[seed]}")[1]["status"] == "done":
            check_job(server, ids[seed], tmp_path / "data", seed)
            seed += 1
        if seed not in ids:
            status, record = as_json(server, "POST", "/jobs", JOB | {"seed": seed})
            assert status == 202
            ids[seed] = record["id"]
        id = ids[seed]
        end, first = time.monotonic() + moments.uniform(0, 2), None
        while time.monotonic() < end:  # the moment is the experiment, nothing is concluded from it
            status, record = as_json(server, "GET", f"/jobs/{id}")
            assert (status, record["status"] in ("queued", "running", "done")) == (200, True)
            if first is None and record["progress"]["groups"]:
                first = record["progress"]
        if first is not None and kept.get(id) is not None:
            assert first["pass"] > kept[id]
            met["gone on"] += 1
        met[record["status"]] += 1
        server.process.kill()
        server.end()
    server = Server(tmp_path / "instance", "--workers", "1", "--data", str(tmp_path / "data"))
    until(lambda: as_json(server, "GET", f"/jobs/{id}")[1]["status"] == "done")
    check_job(server, id, tmp_path / "data", seed)
    for id in ids.values():
        assert as_json(server, "GET", f"/jobs/{id}")[1]["model"] == id
    server.process.terminate()
    server.end()
    assert not [*(tmp_path / "instance" / "job").iterdir(), *(tmp_path / "instance" / "tmp").iterdir()]
    assert len(list((tmp_path / "instance" / "model").iterdir())) == len(ids)
    print(f"20 kills of {len(ids)} jobs: {dict(met)}")
    assert met["running"] >= 10, met
    assert met["gone on"] >= 5, met


@contextlib.contextmanager
def cluster(folder, workers):
    """A scheduler and its workers, each a process; gives the address and the workers."""
    own = {"cwd": ROOT, "env": ENV | {"PYTHONPATH": str(ROOT)}, "stderr": subprocess.DEVNULL}
    place, flags = folder / "scheduler.json", ["--no-dashboard", "--scheduler-file", str(folder / "scheduler.json")]
    with contextlib.ExitStack() as stack:

        def start(*command):
            process = subprocess.Popen([sys.executable, "-m", "dask", *command, *flags], **own)
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        start("scheduler", "--host", "127.0.0.1", "--port", "0")
        until(lambda: place.exists() and place.read_text().strip().endswith("}"))
        yield (
            json.loads(place.read_text())["address"],
            [
                start("worker", "--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
                for _ in range(workers)
            ],
        )


@pytest.mark.slow(reason="starts a scheduler and two workers")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_worker_of_the_cluster_that_is_killed_amid_a_pass_loses_and_doubles_no_row(tmp_path):
    write_trips(tmp_path / "data")
    with cluster(tmp_path, 2) as (address, workers), Client(address) as client:
        client.wait_for_workers(2, timeout=DEADLINE)
        flags = "--workers", "1", "--data", str(tmp_path / "data"), "--scheduler", address
        server = Server(tmp_path / "instance", *flags)
        status, record = as_json(server, "POST", "/jobs", JOB | {"max_passes": 15})
        assert status == 202
        id = record["id"]

        def now():
            return as_json(server, "GET", f"/jobs/{id}")[1]

        until(lambda: now()["progress"]["pass"] >= 3 and 0 < now()["progress"]["groups_done"] < GROUPS)
        workers[0].kill()
        assert now()["status"] == "running"
        until(lambda: now()["status"] not in ("queued", "running"))
        assert now()["status"] == "done", now()
        assert len(client.scheduler_info()["workers"]) == 1
        check_job(server, id, tmp_path / "data", max_passes=15)
        server.process.terminate()
        server.end()


@pytest.mark.slow(reason="starts a scheduler and two servers")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_job_whose_cluster_goes_away_fails_in_words_and_goes_on_here_when_it_is_asked_again(tmp_path):
    write_trips(tmp_path / "data")
    flags, question = ("--workers", "1", "--data", str(tmp_path / "data")), JOB | {"max_passes": 15}
    with cluster(tmp_path, 1) as (address, _):
        server = Server(tmp_path / "instance", *flags, "--scheduler", address)
        id = as_json(server, "POST", "/jobs", question)[1]["id"]
        until(lambda: as_json(server, "GET", f"/jobs/{id}")[1]["progress"]["pass"] >= 3)
    until(lambda: as_json(server, "GET", f"/jobs/{id}")[1]["status"] == "failed")
    detail = as_json(server, "GET", f"/jobs/{id}")[1]["detail"]
    lost = r"Dask cluster was lost \(.+\); start it|connection to the Dask cluster is \w+; connect"
    assert re.fullmatch(rf"the ({lost}) anew; then ask again, to go on from the last pass", detail)
    assert ask(server, "GET", "/healthz")[0].status == 200
    server.process.terminate()
    server.end()
    kept = passes_kept(tmp_path / "instance", id)
    assert kept >= 2
    server = Server(tmp_path / "instance", *flags)
    assert as_json(server, "POST", "/jobs", question)[0] == 202
    until(lambda: as_json(server, "GET", f"/jobs/{id}")[1]["progress"]["pass"] > kept)
    until(lambda: as_json(server, "GET", f"/jobs/{id}")[1]["status"] == "done")
    check_job(server, id, tmp_path / "data", max_passes=15)
    server.process.terminate()
    server.end()
