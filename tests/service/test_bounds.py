"""What the endpoint does at its bounds: many who ask at once, full queues and disks, fits that outgrow their limits."""

import errno
import gc
import os
import sqlite3
import subprocess
import sys
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import numpy as np
import psutil
import pytest
from serving import CSV, DEADLINE, NPY, PROBLEM, ROOT, engine, knowing, npy_of, until

from helpers.service import create_app
from helpers.service.data import store
from helpers.service.problems import Problem
from helpers.service.work import forking
from helpers.service.work.answers import Answer, Answers
from helpers.service.work.pool import Pool
from helpers.service.work.processes import Gone

MB = 2**20


@pytest.fixture(scope="module")
def warm():
    """An engine whose workers serve the applications that have no bounds of their own: a worker starts in a second."""
    app = create_app(workers=1)
    yield engine(app)
    engine(app).close()


@pytest.fixture
def make_app(warm):
    made = []

    def make(*args, cold=False, **settings):
        made.append(create_app(*args, **{"workers": 1} | settings))
        if not settings and not cold:
            engine(made[-1]).fitters, engine(made[-1]).reader = warm.fitters, warm.reader
        return made[-1] if cold else knowing(made[-1])

    yield make
    for app in made:
        engine(app).close()


class Gate:
    """Stands before the fits: they wait until it is opened. Counts who has come for a place in the queue."""

    def __init__(self, pool, monkeypatch):
        self.open, self.places, self.runs = threading.Event(), 0, 0
        place, run, lock = pool.place, pool.run, threading.Lock()

        def counted():
            with lock:
                self.places += 1
            return place()

        def gated(*arguments):
            with lock:
                self.runs += 1
            assert self.open.wait(DEADLINE)
            return run(*arguments)

        monkeypatch.setattr(pool, "place", counted)
        monkeypatch.setattr(pool, "run", gated)


def test_the_same_question_from_32_clients_runs_one_fit(make_app, monkeypatch):
    app = make_app(cold=True)  # all of them wait for the course's data, too
    gate = Gate(engine(app).fitters, monkeypatch)
    with ThreadPoolExecutor(32) as clients:
        asked = [clients.submit(app.test_client().get, "/clustering?k=3") for _ in range(32)]
        until(lambda: gate.places == 32)
        gate.open.set()
        answers = [one.result() for one in asked]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    assert engine(app).fits == gate.runs == 1


def test_the_same_model_from_8_clients_runs_one_fit(make_app, monkeypatch):
    app = make_app()
    gate = Gate(engine(app).fitters, monkeypatch)
    with ThreadPoolExecutor(8) as clients:
        asked = [clients.submit(app.test_client().post, "/models", json={"k": 3}) for _ in range(8)]
        until(lambda: gate.places == 8)
        gate.open.set()
        answers = [one.result() for one in asked]
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.data for answer in answers}) == 1
    assert engine(app).fits == 1


def test_a_full_queue_is_answered_503_while_short_requests_go_on(make_app, monkeypatch):
    app = make_app(max_waiting=3)
    gate = Gate(engine(app).fitters, monkeypatch)
    with ThreadPoolExecutor(4) as clients:
        asked = [clients.submit(app.test_client().get, f"/clustering?k={k}") for k in range(2, 6)]
        until(lambda: gate.places == 4)
        client = app.test_client()
        for full in (client.get("/clustering?k=9"), client.post("/models", json={"k": 9})):
            assert (full.status_code, full.content_type) == (503, PROBLEM)
            assert int(full.headers["Retry-After"]) > 0
        assert client.get("/healthz").status_code == 200
        assert client.get("/clustering?k=0").status_code == 422
        assert client.head("/clustering?k=9").status_code == 200
        uploaded = client.post("/datasets", data=b"a\n1\n2\n", content_type=CSV)
        assert uploaded.status_code == 201
        gate.open.set()
        assert {one.result().status_code for one in asked} == {200}
    assert client.get("/clustering?k=9").status_code == 200  # there is room again


def test_two_identical_uploads_at_once_are_one_data_set(make_app):
    app = make_app()
    body, begin = npy_of(np.random.default_rng(0).normal(size=(2000, 2))), threading.Barrier(8)

    def upload():
        begin.wait()
        return app.test_client().post("/datasets", data=body, content_type=NPY)

    with ThreadPoolExecutor(8) as clients:
        answers = [one.result() for one in [clients.submit(upload) for _ in range(8)]]
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.data for answer in answers}) == 1
    assert len(list((engine(app).store.folder / "dataset").iterdir())) == 1
    assert not list((engine(app).store.folder / "tmp").iterdir())


def test_deleting_what_is_in_use(make_app, monkeypatch):
    app = make_app()
    client = app.test_client()
    id = client.post("/datasets", data=b"a\n1\n2\n3\n", content_type=CSV).json["id"]
    gate = Gate(engine(app).fitters, monkeypatch)
    with ThreadPoolExecutor(2) as clients:
        asked = [
            clients.submit(app.test_client().get, f"/clustering?k=2&dataset={id}"),
            clients.submit(app.test_client().post, "/models", json={"k": 2, "dataset": id}),
        ]
        until(lambda: gate.runs == 2)
        assert client.delete(f"/datasets/{id}").status_code == 204
        gate.open.set()
        for one in asked:
            assert one.result().status_code == 404
            assert "deleted" in one.result().json["detail"]
    assert not list((engine(app).store.folder / "model").iterdir())


def test_deleting_a_model_in_use(make_app, monkeypatch):
    app = make_app()
    client = app.test_client()
    path = client.post("/models", json={"k": 2}).headers["Location"]
    gate = Gate(engine(app).reader, monkeypatch)
    with ThreadPoolExecutor(1) as clients:
        asked = clients.submit(app.test_client().post, f"{path}/predict", json={"X": [[1, 2]]})
        until(lambda: gate.runs == 1)
        assert client.delete(path).status_code == 204
        gate.open.set()
        assert asked.result().status_code == 404
        assert "deleted" in asked.result().json["detail"]


# --- fits that outgrow their limits -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """A file that takes HDBSCAN long, and one that takes much memory."""
    folder, rng = tmp_path_factory.mktemp("rows"), np.random.default_rng(0)
    np.save(folder / "long.npy", rng.normal(size=(40_000, 4)))
    np.save(folder / "large.npy", rng.normal(size=(1_000_000, 20)))
    np.save(folder / "few.npy", rng.normal(size=(10, 2)))
    return folder


KMEANS = {"algorithm": "kmeans", "scale": "none", "k": 2, "n_init": 1, "seed": 0}
HDBSCAN = {"algorithm": "hdbscan", "scale": "none", "min_cluster_size": 5}


@pytest.fixture
def make_pool():
    made = []

    def make(**bounds):
        made.append(Pool(1, **{"max_waiting": 4, "max_seconds": DEADLINE, "max_bytes": 2048 * MB} | bounds))
        return made[-1]

    yield make
    for pool in made:
        pool.close()


@pytest.fixture(scope="module")
def pool():
    """One for the tests that leave it as it was, but for its worker: a new one would start in a second."""
    pool = Pool(1, max_waiting=4, max_seconds=DEADLINE, max_bytes=2048 * MB)
    yield pool
    pool.close()


def test_a_fit_that_outgrows_its_memory_is_killed_in_words(rows, make_pool):
    pool = make_pool(max_bytes=300 * MB)
    with pytest.raises(Problem, match="more than the 315 MB") as refused:
        pool.run("fit", rows / "large.npy", KMEANS | {"n_init": 20}, 300 * MB)
    assert refused.value.status == 409
    labels, _ = pool.run("fit", rows / "few.npy", KMEANS, 300 * MB)
    assert len(labels) == 10


def test_other_requests_are_answered_while_a_fit_outgrows_its_time(rows, make_app):
    app = make_app(workers=2, max_seconds=2)
    client = app.test_client()
    id = client.post("/datasets", data=(rows / "long.npy").read_bytes(), content_type=NPY).json["id"]
    with ThreadPoolExecutor(1) as other:
        long = other.submit(app.test_client().get, f"/clustering?algorithm=hdbscan&dataset={id}")
        until(lambda: engine(app).fits == 1)
        statuses = [client.get(f"/clustering?k={k}").status_code for k in range(2, 6)]
        assert not long.done()
        assert statuses == [200] * 4
        pids = engine(app).fitters.pids()
        assert long.result().status_code == 409
        assert "takes longer than the 2 s" in long.result().json["detail"]
    until(lambda: sum(map(psutil.pid_exists, pids)) == 1)  # that fit's process was killed


def test_dbscan_is_refused_before_its_neighbours_fill_the_memory(make_app):
    app = make_app()
    client = app.test_client()
    body = npy_of(np.random.default_rng(0).normal(size=(60_000, 2)))
    id = client.post("/datasets", data=body, content_type=NPY).json["id"]
    small = client.get(f"/clustering?algorithm=dbscan&eps=0.01&dataset={id}")
    assert small.status_code == 200
    large = client.get(f"/clustering?algorithm=dbscan&eps=3&dataset={id}")
    assert large.status_code == 409
    assert large.json["errors"][0]["parameter"] == "eps"
    made = client.post("/models", json={"algorithm": "dbscan", "eps": 3, "dataset": id})
    assert (made.status_code, made.json["errors"][0]["pointer"]) == (409, "/eps")
    (worker,) = engine(app).fitters.pids()
    assert psutil.Process(worker).memory_info().rss < 400 * MB


def test_bounds_that_need_no_look_at_the_data(make_app):
    app = make_app(max_work=10_000, max_hdbscan_rows=1999)
    for query, parameter in (("k=3", "k"), ("algorithm=hdbscan", "algorithm")):
        answer = app.test_client().get(f"/clustering?{query}")
        assert (answer.status_code, answer.json["errors"][0]["parameter"]) == (409, parameter)
    assert app.test_client().get("/clustering?k=2").status_code == 200  # 2 x 2000 x 2 values
    assert engine(app).fits == 1


def test_the_rule_for_eps_is_bounded_as_fits_are(make_app, make_pool):
    app = make_app()
    engine(app).fitters = make_pool(max_seconds=0.3)
    client = app.test_client()
    wide = np.random.default_rng(0).normal(size=(2000, 300))
    wide[::2] += 9  # two groups, so that sets without groups are looked at, too
    id = client.post("/datasets", data=npy_of(wide), content_type=NPY).json["id"]
    answer = client.get(f"/eps?dataset={id}")
    assert (answer.status_code, answer.content_type) == (409, PROBLEM)
    assert "takes longer than the 0.3 s" in answer.json["detail"]


def test_a_worker_that_dies_is_replaced_and_the_fit_run_again(rows, pool, monkeypatch):
    pool.run("fit", rows / "few.npy", KMEANS, 2048 * MB)
    psutil.Process(pool.pids()[0]).kill()
    labels, _ = pool.run("fit", rows / "few.npy", KMEANS, 2048 * MB)
    assert len(labels) == 10

    monkeypatch.setattr(pool._workers[0], "_open", lambda: subprocess.Popen(
        [sys.executable, "-c", ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE))  # fmt: skip
    psutil.Process(pool.pids()[0]).kill()
    with pytest.raises(Problem, match="ended twice") as refused:
        pool.run("fit", rows / "few.npy", KMEANS, 2048 * MB)
    assert refused.value.status == 503


@pytest.mark.skipif(not forking.POSSIBLE, reason="elsewhere each worker is started by itself")
def test_workers_are_forked_from_one_process_which_is_replaced_and_ends_with_the_last_pool(rows, monkeypatch):
    def fit(pool):
        labels, _ = pool.run("fit", rows / "few.npy", KMEANS, 2048 * MB)
        assert len(labels) == 10
        return psutil.Process(pool.pids()[0])

    monkeypatch.setattr(forking, "PARENT", forking._Parent())
    bounds = {"max_waiting": 4, "max_seconds": DEADLINE, "max_bytes": 2048 * MB}
    with closing(Pool(1, **bounds)) as other, closing(Pool(1, **bounds)) as pool:
        first, second = fit(other), fit(pool)
        parent = psutil.Process(forking.PARENT._process.pid)
        assert first.parent() == second.parent() == parent
        for pipe in (other._workers[0].process.stdin, other._workers[0].process.stdout):
            pipe.close()
        first.wait(DEADLINE)  # the second, which was forked while it lived, does not hold its connection open
        parent.kill()
        assert fit(pool) == second  # it goes on
        second.kill()
        third = fit(pool)
        assert third.parent() not in (None, parent)
        parent = third.parent()
        other.close()
        assert fit(pool) == third
    assert not third.is_running()
    assert not parent.is_running()


def test_an_interrupted_caller_leaves_no_reply_for_the_next(rows, pool, monkeypatch):
    pool.run("fit", rows / "few.npy", KMEANS, 2048 * MB)
    with monkeypatch.context() as patched:
        patched.setattr(
            "helpers.service.work.processes.pickle.load", lambda _: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            pool.run("fit", rows / "few.npy", KMEANS, 2048 * MB)
    labels, summary = pool.run("fit", rows / "few.npy", KMEANS | {"k": 3}, 2048 * MB)
    assert (summary["n_clusters"], labels.max()) == (3, 2)


def test_a_full_queue_for_the_courses_data_is_no_404(make_app, monkeypatch):
    app = make_app(cold=True)

    def busy(*_):
        raise Problem(503, "no worker was free in time", headers={"Retry-After": "5"})

    monkeypatch.setattr(engine(app).reader, "run", busy)
    for answer in (app.test_client().get("/clustering?k=3"), app.test_client().post("/models", json={"k": 3})):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_no_worker_is_free_in_time(make_pool):
    pool = make_pool(max_seconds=0.01)
    pool._idle.get()
    with pytest.raises(Problem) as refused:
        pool.run("fit")
    assert (refused.value.status, "Retry-After" in refused.value.headers) == (503, True)


def test_what_is_gone_and_what_is_no_file(rows, pool, make_pool):
    with pytest.raises(Gone):
        pool.run("fit", rows / "none.npy", KMEANS, MB)
    with pytest.raises(RuntimeError, match="KeyError"):
        pool.run("fit", rows / "few.npy", {}, MB)
    closed = make_pool()
    closed.close()
    with pytest.raises(Problem, match="stopping"):
        closed.run("fit", rows / "few.npy", KMEANS, MB)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no file that is always full")
def test_a_full_disk_in_a_worker_is_told_as_such(rows, warm):
    with pytest.raises(OSError, match="No space left") as full:
        warm.fitters.run("fit", rows / "few.npy", KMEANS, 2048 * MB, "/dev/full")
    assert full.value.errno == errno.ENOSPC


# --- memory -----------------------------------------------------------------------------------------------------------


def test_the_cache_counts_its_bytes_truly_and_stays_within_them():
    rng = np.random.default_rng(0)
    answers = Answers(4 * MB)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for i in range(3000):
        labels = rng.integers(0, 5, rng.integers(1, 5000)).astype(np.int8)
        answers.work_out(f"{i:032x}", lambda labels=labels: Answer(labels, {"inertia": 1.0}))
        assert answers.bytes <= answers.max_bytes
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert answers.bytes > 3.9 * MB
    assert taken == pytest.approx(answers.bytes, rel=0.05)
    assert answers.find(f"{2999:032x}") is not None
    assert answers.find(f"{0:032x}") is None


def test_an_answer_larger_than_the_cache_is_given_and_not_kept():
    answers = Answers(1000)
    answer, computed = answers.work_out("key", lambda: Answer(np.zeros(5000, np.int8), {}))
    assert computed
    assert answer.npy().read()[-4:] == bytes(4)
    assert answers.bytes == 0
    assert answers.find("key") is None


@pytest.mark.parametrize("size", [1, 3, 127, 4096])
def test_labels_are_widened_as_they_are_read(size):
    labels = np.random.default_rng(0).integers(-1, 100, 3000).astype(np.int8)
    whole = npy_of(labels.astype(np.int32))
    file = Answer(labels, {}).npy()
    assert file.seek(0, os.SEEK_END) == len(whole)
    file.seek(0)
    assert b"".join(iter(lambda: file.read(size), b"")) == whole
    file.seek(131)
    assert file.read() == whole[131:]


def test_a_failure_reaches_all_who_wait_and_is_not_kept():
    answers, begun, fail = Answers(1000), threading.Event(), threading.Event()

    def broken():
        begun.set()
        assert fail.wait(DEADLINE)
        raise Problem(409, "no")

    with ThreadPoolExecutor(2) as clients:
        first = clients.submit(answers.work_out, "key", broken)
        assert begun.wait(DEADLINE)
        flight = answers._flights["key"]
        second = clients.submit(answers.work_out, "key", broken)
        until(lambda: flight._condition._waiters)
        fail.set()
        for one in (first, second):
            with pytest.raises(Problem):
                one.result()
    assert answers.work_out("key", lambda: "fine", keep=False) == ("fine", True)


def test_refusals_leave_no_memory_behind(make_app):
    client = make_app().test_client()

    def refuse():
        for i in range(100):
            client.get(f"/clustering?k=x{i}&unknown{i}=1")
            client.get(f"/models/{i:016x}")
            client.post("/datasets", data=b"a,b\n1,%d,3\n" % i, content_type=CSV)
            client.post("/models", data=b'{"k": "%d"}' % i, content_type="application/json")
        gc.collect()

    refuse()
    tracemalloc.start()
    refuse()
    before = tracemalloc.get_traced_memory()[0]
    refuse()
    left = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert left < 50_000  # of 400 requests


# --- the store --------------------------------------------------------------------------------------------------------


def kept(app):
    folder = engine(app).store.folder
    return sorted(path.name for kind in ("dataset", "model", "tmp") for path in (folder / kind).iterdir())


@pytest.mark.parametrize("at", [1, 2], ids=["file", "folder"])
@pytest.mark.parametrize("path", ["/datasets", "/models"])
def test_a_full_disk_stores_nothing_and_says_so(make_app, monkeypatch, at, path):
    app = make_app()
    client, calls, sync = app.test_client(), [], store.sync

    def full(path):
        calls.append(path)
        if len(calls) == at:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(path)

    body = {"X": [[1], [2]]} if path == "/datasets" else {"k": 2}
    monkeypatch.setattr(store, "sync", full)
    answer = client.post(path, json=body)
    assert (answer.status_code, answer.content_type) == (507, PROBLEM)
    assert kept(app) == []
    again = client.post(path, json=body)
    assert again.status_code == 201
    assert client.get(again.headers["Location"]).json == again.json


def test_full_records_store_nothing_and_say_so(make_app):
    app = make_app()
    client, records = app.test_client(), engine(app).store._db
    (pages,) = records.execute("PRAGMA page_count").fetchone()
    records.execute(f"PRAGMA max_page_count = {pages + 1}")
    statuses = []
    while 507 not in statuses:
        body = {"X": [[len(statuses)]], "feature_names": ["x" * 99]}
        statuses.append(client.post("/datasets", json=body).status_code)
        assert len(statuses) < 500
    assert set(statuses[:-1]) == {201}
    assert len(kept(app)) == len(statuses) - 1
    assert client.get("/healthz").status_code == 200
    records.execute("PRAGMA max_page_count = 1000000")
    assert client.post("/datasets", json=body).status_code == 201


def test_the_store_keeps_no_more_than_it_may(make_app):
    for bound in ({"max_stored": 2}, {"max_stored_bytes": 1000}):
        app = make_app(**bound)
        client = app.test_client()
        answers = [client.post("/datasets", json={"X": [[i]]}) for i in range(3)]
        assert [answer.status_code for answer in answers] == [201, 201, 409]
        assert client.post("/datasets", json={"X": [[0]]}).status_code == 200  # it is there
        client.delete(answers[0].headers["Location"])
        assert client.post("/datasets", json={"X": [[2]]}).status_code == 201


def test_a_restart_keeps_everything_and_sweeps_what_a_crash_left(make_app, tmp_path):
    first = make_app(tmp_path)
    client = first.test_client()
    made = [client.post("/datasets", json={"X": [[1], [2], [5]]}), client.post("/models", json={"k": 3})]
    asked = client.get("/clustering?k=3").data
    engine(first).close()
    for name in ("tmp/half", "dataset/0123456789abcdef.npy", "model/0123456789abcdef.npz"):
        (tmp_path / name).write_bytes(b"x")
    second = make_app(tmp_path, cold=True)
    client = second.test_client()
    for answer in made:
        assert client.get(answer.headers["Location"]).data == answer.data
    assert len(kept(second)) == 2
    assert client.post(f"{made[1].headers['Location']}/predict", json={"X": [[30, 20_000]]}).status_code == 200
    assert client.get("/clustering?k=3").data == asked


def test_a_folder_that_cannot_be_used_is_named(make_app, tmp_path):
    first = make_app(tmp_path / "one")
    with pytest.raises(ValueError, match="another server uses it"):
        make_app(tmp_path / "one")
    engine(first).close()
    make_app(tmp_path / "one")
    (tmp_path / "file").write_text("x")
    with pytest.raises(ValueError, match="name another folder"):
        make_app(tmp_path / "file")
    (tmp_path / "mine" / "dataset").mkdir(parents=True)
    (tmp_path / "mine" / "dataset" / "thesis.csv").write_text("x")
    with pytest.raises(ValueError, match="holds other files"):
        make_app(tmp_path / "mine")
    assert (tmp_path / "mine" / "dataset" / "thesis.csv").exists()
    (tmp_path / "other").mkdir()
    with closing(sqlite3.connect(tmp_path / "other" / "records.sqlite")) as records:
        records.execute("CREATE TABLE records (other)")
    with pytest.raises(ValueError, match="cannot be read"):
        make_app(tmp_path / "other")
    with pytest.raises(ValueError, match="given as instance_path"):
        make_app(instance=tmp_path / "one")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "records.sqlite").write_bytes(b"no records" * 999)
    with pytest.raises(ValueError, match="cannot be read"):
        make_app(tmp_path / "broken")
    (tmp_path / "newer").mkdir()
    with sqlite3.connect(tmp_path / "newer" / "records.sqlite") as records:
        records.execute("PRAGMA user_version = 99")
    records.close()
    with pytest.raises(ValueError, match="version 99"):
        make_app(tmp_path / "newer")


def test_dropping_the_application_lets_the_interpreter_exit(tmp_path):
    script = tmp_path / "script.py"  # without a main guard: workers must not run it again
    script.write_text(
        "from helpers.service import create_app\n"
        "print('begun')\n"
        "app = create_app(workers=1)\n"
        "print(app.test_client().get('/clustering?k=3').status_code, *app.extensions['clustering'].fitters.pids())\n"
        "folder = app.extensions['clustering'].store.folder\n"
        "del app\n"
        "import gc; gc.collect()\n"
        "print(folder.exists())\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", script], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=DEADLINE,
    )  # fmt: skip
    assert done.stderr == ""
    begun, answered, folder = done.stdout.splitlines()
    status, pid = map(int, answered.split())
    assert (begun, status, folder) == ("begun", 200, "False")
    assert not psutil.pid_exists(pid)
