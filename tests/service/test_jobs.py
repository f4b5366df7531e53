"""Jobs: what is accepted, how far they are, how they end, and what a server that starts again makes of them."""

import contextlib
import json
import os
import subprocess
import sys

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from serving import DEADLINE, ENV, JSON, PROBLEM, ROOT, Server, ask, engine, until
from sklearn.metrics import pairwise_distances_argmin

from helpers import streaming
from helpers.service import create_app
from helpers.service.data.store import Store
from helpers.service.problems import Problem
from helpers.service.work import job, jobs
from helpers.streaming.cluster import ClusterError

GROUP = 500  # rows
ROWS = 6 * GROUP
QUESTION = {"dataset": "trips", "k": 6, "sample": 6, "max_passes": 12}  # so bad a start takes many passes
COURSE = {"customers": {"id": "customers", "deletable": False}}  # a worker would take two seconds to read them
ENDED = ("done", "failed", "stalled", "cancelled")
# A job's process that stops after the first row group of the pass whose number a file holds, until that changes. It
# begins at the rows of its sample, which are as many as its centres: a fit of them ends there, too, and takes a second.
HELD = """
import sys, time
from pathlib import Path
from types import SimpleNamespace
from helpers.service.work import job
class KMeans:
    def __init__(self, k, **options):
        self.k = k
    def fit(self, X):
        assert len(X) == self.k
        self.inertia_, self.cluster_centers_ = 0, X
        return self
sys.modules["sklearn.cluster"] = SimpleNamespace(KMeans=KMeans)
run = job.run
def held(task, report):
    def wait(progress):
        report(progress)
        while progress.done and progress.n_pass == int(Path(sys.argv[1]).read_text()):
            time.sleep(0.01)
    return run(task, wait)
job.run = held
job.main()
"""
HASTY = """
from helpers.service.work import job
from helpers.streaming import cluster
cluster.REACHED = cluster.JOINED = 0.5
job.main()
"""


@pytest.fixture(scope="module")
def X():
    rng = np.random.default_rng(0)
    return rng.normal(size=(ROWS, 3)) + rng.normal(scale=2, size=(8, 3))[rng.integers(8, size=ROWS)]


@pytest.fixture
def folder(tmp_path, X):
    folder = tmp_path / "data"
    folder.mkdir()
    pq.write_table(pa.table(dict(zip("abc", X.T, strict=True))), folder / "trips.parquet", row_group_size=GROUP)
    return folder


@pytest.fixture
def make_app(tmp_path, folder):
    made = []

    def make(**settings):
        made.append(create_app(tmp_path / "instance", **{"workers": 1, "data": folder} | settings))
        engine(made[-1]).catalog._course = COURSE
        return made[-1]

    yield make
    for app in made:
        engine(app).close()


@pytest.fixture
def client(make_app):
    return make_app().test_client()


def start_instead(monkeypatch, *code):
    """Have jobs run in processes of other code."""

    def start(module):
        command = [sys.executable, "-c", *code]
        return subprocess.Popen(command, cwd=ROOT, env=ENV, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    monkeypatch.setattr(jobs, "start_python", start)


@pytest.fixture
def hold(tmp_path, monkeypatch):
    """Have jobs stop in a pass; called again with another number, they go on."""

    def stop_in(n_pass):
        (tmp_path / "new").write_text(str(n_pass))
        os.replace(tmp_path / "new", tmp_path / "held")  # whole at any moment

    start_instead(monkeypatch, HELD, str(tmp_path / "held"))
    stop_in(-1)
    return stop_in


def post(client, **changes):
    answer = client.post("/jobs", json=QUESTION | changes)
    assert answer.status_code in (200, 202), answer.json
    return answer.json["id"]


def wait(client, id, *statuses):
    until(lambda: client.get(f"/jobs/{id}").json["status"] in (statuses or ENDED))
    return client.get(f"/jobs/{id}").json


def wait_for_pass(client, id, n_pass):
    until(lambda: (now := client.get(f"/jobs/{id}").json["progress"])["pass"] == n_pass and now["groups_done"])


def expected(folder, **changes):
    asked = QUESTION | changes
    options = {"sample": asked["sample"], "max_passes": asked["max_passes"], "random_state": asked.get("seed", 0)}
    return streaming.fit(folder / "trips.parquet", asked["k"], **options)


def check_model(client, id, wanted):
    """The job's model is the fit that nobody interrupted, its clusters numbered by size."""
    model, order = client.get(f"/models/{id}").json, np.argsort(-wanted.counts, kind="stable")
    np.testing.assert_allclose(model["centers"], wanted.centers[order], rtol=0, atol=1e-9)
    assert model["counts"] == wanted.counts[order].tolist()
    assert (sum(model["counts"]), model["n_passes"]) == (ROWS, wanted.n_passes)
    assert model["inertia"] == pytest.approx(wanted.inertia)
    return model


def kept(client):
    """Files of jobs and what is half done."""
    folder = engine(client.application).store.folder
    return sorted(path.name for kind in ("job", "tmp") for path in (folder / kind).iterdir())


def process(client):
    run = engine(client.application).jobs._run
    return psutil.Process(run.process.pid)


# --- from the question to the model -----------------------------------------------------------------------------------


def test_a_job_ends_in_a_model_that_labels_new_rows(client, folder, X):
    answer = client.post("/jobs", json=QUESTION)
    assert answer.status_code == 202
    id = answer.json["id"]
    assert answer.headers["Location"] == f"/jobs/{id}"
    assert answer.json == {
        "id": id,
        "status": "queued",
        "progress": {"pass": 0, "groups_done": 0, "groups": 0, "inertia": None, "passes_done": 0},
        "parameters": QUESTION | {"seed": 0, "scale": "none"},
        "model": None,
        "detail": None,
    }
    record, wanted = wait(client, id), expected(folder)
    assert wanted.n_passes > 3
    assert record == answer.json | {
        "status": "done",
        "model": id,
        "progress": {
            "pass": wanted.n_passes, "groups_done": 6, "groups": 6,
            "inertia": record["progress"]["inertia"], "passes_done": wanted.n_passes,
        },
    }  # fmt: skip
    assert record["progress"]["inertia"] == pytest.approx(wanted.inertia)
    model = check_model(client, id, wanted)
    assert model["parameters"] == {"algorithm": "kmeans", "scale": "none", "seed": 0} | QUESTION
    assert model["feature_names"] == ["a", "b", "c"]
    labels = client.post(f"/models/{id}/predict", json={"X": X[:50].tolist()}).json["labels"]
    assert labels == pairwise_distances_argmin(X[:50], model["centers"]).tolist()
    assert kept(client) == []


def test_distances_in_standard_deviations(client, folder, X):
    stretched = X * [1, 1000, 1]
    pq.write_table(pa.table(dict(zip("abc", stretched.T, strict=True))), folder / "stretched.parquet")
    ended = wait(client, post(client, dataset="stretched", scale="standard", max_passes=100))
    assert (ended["status"], ended["parameters"]["scale"]) == ("done", "standard")
    model = client.get(f"/models/{ended['model']}").json
    wanted = streaming.fit(folder / "stretched.parquet", 6, scale="standard", sample=6)
    order = np.argsort(-wanted.counts, kind="stable")
    np.testing.assert_allclose(model["centers"], wanted.centers[order], rtol=1e-9)
    assert (model["inertia"], model["parameters"]["scale"]) == (pytest.approx(wanted.inertia), "standard")
    labels = client.post(f"/models/{ended['model']}/predict", json={"X": stretched.tolist()}).json["labels"]
    assert labels == pairwise_distances_argmin(stretched / wanted.scale, wanted.centers[order] / wanted.scale).tolist()
    assert np.bincount(labels).tolist() == model["counts"]
    assert client.post("/jobs", json=QUESTION | {"scale": "robust"}).json["errors"][0]["pointer"] == "/scale"


def test_progress_is_told_while_it_runs(client, hold):
    hold(3)
    id = post(client)
    wait_for_pass(client, id, 3)
    answer = client.get(f"/jobs/{id}")
    assert answer.headers["Cache-Control"] == "no-store"
    record = answer.json
    assert (record["status"], record["progress"]["groups"], record["progress"]["groups_done"]) == ("running", 6, 1)
    assert record["progress"]["passes_done"] == 2
    assert record["progress"]["inertia"] > 0
    hold(-1)
    assert wait(client, id)["status"] == "done"


def test_the_same_question_has_the_same_job_and_one_that_is_cancelled_while_it_waits_never_starts(client, hold):
    hold(1)
    id = post(client)
    wait_for_pass(client, id, 1)
    cancelled, waiting = post(client, seed=2), post(client, seed=1)
    assert client.delete(f"/jobs/{cancelled}").status_code == 204
    for status, same, changes in (("running", id, {}), ("running", id, {"seed": 0}), ("queued", waiting, {"seed": 1})):
        answer = client.post("/jobs", json=QUESTION | changes)
        assert (answer.status_code, answer.json["id"], answer.json["status"]) == (200, same, status)
        assert answer.headers["Location"] == f"/jobs/{same}"
    hold(-1)
    done = wait(client, id)
    answer = client.post("/jobs", json=QUESTION)
    assert (answer.status_code, answer.json) == (200, done)
    wait(client, waiting)  # which came after it
    assert client.get(f"/jobs/{cancelled}").json["status"] == "cancelled"
    assert client.get(f"/models/{cancelled}").status_code == 404
    client.delete(f"/models/{id}")  # then the job has no end that could be had
    answer = client.post("/jobs", json=QUESTION)
    assert (answer.status_code, answer.json["id"]) == (202, id)
    assert wait(client, id)["status"] == "done"
    assert client.get(f"/models/{id}").status_code == 200


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"k": 3}, 422, "/dataset"),
        ({"dataset": "trips"}, 422, "/k"),
        ({"dataset": "trips", "k": 0}, 422, "/k"),
        ({"dataset": "trips", "k": 1001}, 422, "/k"),
        ({"dataset": "trips", "k": 3.0}, 422, "/k"),
        ({"dataset": "trips", "k": "3"}, 422, "/k"),
        ({"dataset": "trips", "k": 3, "seed": 2**32}, 422, "/seed"),
        ({"dataset": "trips", "k": 3, "max_passes": 0}, 422, "/max_passes"),
        ({"dataset": "trips", "k": 3, "sample": 2}, 422, "/sample"),
        ({"dataset": "trips", "k": 3, "sample": 10**8}, 422, "/sample"),
        ({"dataset": "trips", "k": 3, "n_init": 2}, 422, "/n_init"),
        ({"dataset": "nothing", "k": 3}, 404, "/dataset"),
        ({"dataset": "../trips", "k": 3}, 404, "/dataset"),
        ({"dataset": "few", "k": 5}, 409, "/k"),
        ({"dataset": "customers", "k": 3}, 409, "/dataset"),
    ],
)
def test_what_is_refused_starts_nothing(client, folder, body, status, pointer):
    pq.write_table(pa.table({"a": [1.0, 2, 3, 4]}), folder / "few.parquet")
    answer = client.post("/jobs", json=body)
    assert (answer.status_code, answer.content_type) == (status, PROBLEM)
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert engine(client.application).store.all("job") == []


def test_what_breaks_http_is_refused(client):
    assert client.post("/jobs", data=b"{", content_type=JSON).status_code == 422
    assert client.post("/jobs", data=b"a,b", content_type="text/csv").status_code == 415
    assert client.post("/jobs?k=3", json=QUESTION).status_code == 422
    assert client.post("/jobs", data=b" " * 20_000, content_type=JSON).status_code == 413
    for method in (client.get, client.delete):
        answer = method("/jobs/0123456789abcdef")
        assert (answer.status_code, answer.content_type) == (404, PROBLEM)
        assert method("/jobs/..").status_code == 404
    assert client.delete("/jobs").status_code == 405
    assert client.get("/jobs/0123456789abcdef?x=1").status_code == 422


def test_more_than_max_jobs_are_answered_503(make_app, hold):
    client = make_app(max_jobs=2).test_client()
    hold(1)
    first, second = post(client), post(client, seed=1)
    answer = client.post("/jobs", json=QUESTION | {"seed": 2})
    assert (answer.status_code, answer.content_type) == (503, PROBLEM)
    assert int(answer.headers["Retry-After"]) > 0
    assert client.post("/jobs", json=QUESTION).status_code == 200  # nothing new
    client.delete(f"/jobs/{second}")
    assert client.post("/jobs", json=QUESTION | {"seed": 2}).status_code == 202
    assert client.get(f"/jobs/{first}").json["status"] in ("queued", "running")


# --- how they end otherwise -------------------------------------------------------------------------------------------


def test_cancelling_one_that_runs_ends_its_process(client, hold, folder):
    hold(3)
    id = post(client)
    wait_for_pass(client, id, 3)
    worker = process(client)
    assert client.delete(f"/jobs/{id}").status_code == 204
    record = client.get(f"/jobs/{id}").json
    assert (record["status"], record["model"], record["progress"]["pass"]) == ("cancelled", None, 3)
    until(lambda: not worker.is_running())
    until(lambda: kept(client) == [])
    again = client.post("/jobs", json=QUESTION)
    assert (again.status_code, again.json["id"], again.json["progress"]["passes_done"]) == (202, id, 0)
    hold(-1)
    assert wait(client, id)["status"] == "done"
    check_model(client, id, expected(folder))
    assert client.delete(f"/jobs/{id}").status_code == 204  # it has ended: the record goes, the model stays
    assert client.get(f"/jobs/{id}").status_code == client.delete(f"/jobs/{id}").status_code == 404
    assert client.get(f"/models/{id}").status_code == 200


def test_what_is_wrong_in_a_file_is_told_with_its_place(client, folder, X):
    values = X[:, 0].copy()
    values[GROUP + 7] = np.nan
    pq.write_table(pa.table({"good": X[:, 1], "bad": values}), folder / "holes.parquet", row_group_size=GROUP)
    record = wait(client, post(client, dataset="holes"))
    assert record["status"] == "failed"
    assert record["detail"].startswith(f"holes.parquet, column bad: row {GROUP + 8} (the first is 1) is nan")
    assert str(folder) not in record["detail"]
    assert client.post("/jobs", json=QUESTION | {"dataset": "holes"}).status_code == 202


def test_too_few_distinct_rows(client, folder):
    pq.write_table(pa.table({"a": [1.0, 2.0] * 50}), folder / "two.parquet")
    record = wait(client, post(client, dataset="two", k=3))
    assert "has 2 distinct rows, fewer than k=3; give k of at most 2" in record["detail"]


def test_data_that_change_meanwhile(client, folder, hold):
    hold(2)
    id = post(client)
    wait_for_pass(client, id, 2)
    os.utime(folder / "trips.parquet", (1, 1))
    hold(-1)
    record = wait(client, id)
    assert record["status"] == "failed"
    assert "trips.parquet" in record["detail"]
    assert "changed" in record["detail"]
    assert post(client) != id  # other data, another question


def test_one_that_takes_too_much_memory(make_app):
    app = make_app(max_worker_bytes=2**20)
    client = app.test_client()
    record = wait(client, post(client))
    assert record["status"] == "failed"
    assert "needs more than the 1 MB" in record["detail"]
    assert client.get("/healthz").status_code == 200


def test_a_process_that_is_killed_is_started_once_more_then_has_failed_and_goes_on_if_asked_again(client, hold, folder):
    hold(3)
    id = post(client)
    for n_pass in (3, 4):
        wait_for_pass(client, id, n_pass)
        killed = process(client)
        hold(n_pass + 1)  # where the next one stops
        engine(client.application).store.path("job", id).with_suffix(".npz.half").write_bytes(b"half a checkpoint")
        killed.kill()
        killed.wait(DEADLINE)
    wait(client, id, "failed")
    assert "ended 2 times; ask again" in client.get(f"/jobs/{id}").json["detail"]
    assert kept(client) == [f"{id}.npz"]
    assert client.post("/jobs", json=QUESTION).status_code == 202
    wait_for_pass(client, id, 5)
    hold(-1)
    assert wait(client, id)["status"] == "done"
    check_model(client, id, expected(folder))


@pytest.mark.parametrize("scheduler", ["", "tcp://127.0.0.1:1"])
def test_a_process_that_gives_no_news_is_ended_the_job_has_stalled_and_goes_on_if_asked_again(
    client, hold, folder, monkeypatch, scheduler
):
    hold(3)
    id = post(client)
    wait_for_pass(client, id, 3)
    stuck, running = process(client), engine(client.application).jobs
    with monkeypatch.context() as patched:
        hasty = running._settings.model_copy(update={"scheduler": scheduler, "max_silence": 0.1})
        patched.setattr(running, "_settings", hasty)
        record = wait(client, id, "stalled")
    assert ("see that it has workers" in record["detail"]) == bool(scheduler)
    assert "no news for 0.1 s" in record["detail"]
    stuck.wait(DEADLINE)
    assert [one["status"] for one in client.get("/jobs").json["jobs"]] == ["stalled"]
    hold(-1)
    assert client.post("/jobs", json=QUESTION).status_code == 202
    assert wait(client, id)["status"] == "done"
    check_model(client, id, expected(folder))


def test_a_store_that_is_full_accepts_no_job_and_keeps_no_model(make_app, hold):
    client = make_app(max_stored=1).test_client()
    id = post(client)
    record = wait(client, id)  # it is accepted, and there is no room for what it ends in
    assert (record["status"], record["model"]) == ("failed", None)
    assert "may not keep more" in record["detail"]
    assert client.post("/jobs", json=QUESTION | {"seed": 1}).status_code == 409


# --- a server that ends and starts again ------------------------------------------------------------------------------


def test_the_next_server_goes_on_from_the_last_finished_pass(make_app, hold, folder):
    app = make_app()
    client = app.test_client()
    hold(4)
    id, waiting, cancelled = post(client), post(client, seed=1), post(client, seed=2)
    wait_for_pass(client, id, 4)
    client.delete(f"/jobs/{cancelled}")
    worker = process(client)
    engine(app).close()
    assert not worker.is_running()
    client = make_app().test_client()
    seen = []
    until(lambda: seen.append(client.get(f"/jobs/{id}").json) or seen[-1]["progress"]["pass"] == 4)
    assert {record["progress"]["pass"] for record in seen} <= {0, 4}  # it did none of the first three again
    assert client.get(f"/jobs/{waiting}").json["status"] == "queued"
    hold(-1)
    assert wait(client, id)["status"] == wait(client, waiting)["status"] == "done"
    check_model(client, id, expected(folder))
    check_model(client, waiting, expected(folder, seed=1))
    assert client.get(f"/jobs/{cancelled}").json["status"] == "cancelled"
    assert kept(client) == []


def test_a_server_without_the_data_says_so(make_app, hold):
    app = make_app()
    hold(1)
    id = post(app.test_client())
    engine(app).close()
    client = make_app(data=None).test_client()
    record = wait(client, id)
    assert record["status"] == "failed"
    assert "no folder of data" in record["detail"]


def test_the_process_ends_with_its_server_even_amid_a_pass(client, hold):
    hold(2)
    id = post(client)
    wait_for_pass(client, id, 2)
    worker = process(client)
    engine(client.application).jobs._run.process.stdin.close()  # as if the server had been killed
    worker.wait(DEADLINE)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_signal_ends_the_process_and_the_next_server_ends_the_job(make_app, tmp_path, folder):
    X = np.random.default_rng(0).normal(size=(200_000, 4))
    pq.write_table(pa.table(dict(zip("abcd", X.T, strict=True))), folder / "many.parquet", row_group_size=1000)
    question = QUESTION | {"dataset": "many", "k": 40, "sample": 40, "max_passes": 6}
    server = Server(tmp_path / "instance", "--workers", "1", "--data", str(folder))
    headers = {"Content-Type": JSON}
    id = json.loads(ask(server, "POST", "/jobs", json.dumps(question).encode(), headers)[1])["id"]
    until(lambda: json.loads(ask(server, "GET", f"/jobs/{id}")[1])["progress"]["pass"] >= 1)
    processes = psutil.Process(server.process.pid).children(recursive=True)
    assert len(processes) == 3
    server.process.terminate()
    assert "Traceback" not in server.end()
    assert server.process.returncode == 0
    until(lambda: not any(process.is_running() for process in processes))
    client = make_app().test_client()
    assert wait(client, id)["status"] == "done"
    assert sum(client.get(f"/models/{id}").json["counts"]) == len(X)


def test_a_job_that_cannot_be_recorded_is_not_lost(make_app, monkeypatch, hold, folder, caplog):
    app = make_app()
    client, store = app.test_client(), engine(app).store

    def full(*_):
        raise Problem(507, "the server's disk is full: nothing was changed")

    with monkeypatch.context() as patched:
        id = post(client)
        patched.setattr(store, "put", full)
        until(lambda: any("could not be ended" in message for message in caplog.messages))
        assert client.post("/jobs", json=QUESTION).status_code == 507
    assert client.get(f"/jobs/{id}").json["status"] == "queued"  # as the next start will find it
    assert client.post("/jobs", json=QUESTION).status_code == 202
    assert wait(client, id)["status"] == "done"
    check_model(client, id, expected(folder))


# --- on a cluster -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scheduler():
    from distributed import LocalCluster

    with contextlib.ExitStack() as stack:
        options = {"n_workers": 1, "threads_per_worker": 2, "processes": False, "dashboard_address": "127.0.0.1:0"}
        cluster = stack.enter_context(LocalCluster(protocol="tcp", host="127.0.0.1", **options))
        yield cluster.scheduler_address


def test_a_dask_cluster_gives_the_same(make_app, folder, scheduler):
    client = make_app(scheduler=scheduler).test_client()
    id = post(client)
    assert wait(client, id)["status"] == "done", client.get(f"/jobs/{id}").json
    check_model(client, id, expected(folder))


def test_a_cluster_that_is_not_there_is_told_and_the_server_stays(make_app, monkeypatch):
    start_instead(monkeypatch, HASTY)
    client = make_app(scheduler="tcp://127.0.0.1:1").test_client()
    record = wait(client, post(client))
    assert record["status"] == "failed"
    assert "the Dask cluster at tcp://127.0.0.1:1 cannot be reached" in record["detail"]
    assert client.get("/healthz").status_code == 200


def test_a_cluster_that_cannot_work_is_told_and_what_to_do(make_app, monkeypatch):
    from distributed import LocalCluster

    start_instead(monkeypatch, HASTY)
    options = {"n_workers": 0, "processes": False, "dashboard_address": "127.0.0.1:0"}
    with LocalCluster(protocol="tcp", host="127.0.0.1", **options) as cluster:
        client = make_app(scheduler=cluster.scheduler_address).test_client()
        record = wait(client, post(client))
    address = cluster.scheduler_address
    said = f"the Dask scheduler at {address} has had no workers for 0.5 s; start some with: dask worker {address}"
    assert (record["status"], record["detail"]) == ("failed", f"{said}; then ask again, to go on from the last pass")


def test_workers_that_died_of_it_are_told_of(monkeypatch):
    def killed(*_, **__):
        raise ClusterError("rows.parquet, rows 1 to 9: several workers in turn have died of it")

    task = {
        "path": "",
        "fingerprint": "",
        "k": 1,
        "seed": 0,
        "max_passes": 1,
        "sample": 1,
        "checkpoint": "",
        "scheduler": "",
    }
    monkeypatch.setattr(job, "_check_same", lambda task: None)
    monkeypatch.setattr(job.streaming, "fit", killed)
    with pytest.raises(job.Failed, match="have died of it; then ask again, to go on from the last pass"):
        job.run(task, None)


def test_what_was_being_written_of_a_checkpoint_is_removed_with_it(tmp_path):
    store = Store(tmp_path / "instance", 10, 10**6)
    try:
        path, other = store.path("job", "0" * 16), store.path("job", "1" * 16)
        half = path.with_name(f"{path.name}.half")
        for file in (path, half, other):
            file.touch()
        jobs._forget(store, "0" * 16)
        assert [file for file in (path, half, other) if file.exists()] == [other]
    finally:
        store.close()
