"""Clients that mean no good: who read nothing, say nothing, send what nobody wants, or leave amid a fit."""

import errno
import io
import json
import logging
import os
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager

import numpy as np
import psutil
import pytest
from serving import CSV, DEADLINE, NPY, PROBLEM, Server, ask, engine, knowing, npy_of, until
from waitress import wasyncore

from helpers.service import create_app
from helpers.service.problems import Problem
from helpers.service.settings import Settings
from helpers.service.web import connections
from helpers.service.work.answers import Answer, Answers
from helpers.service.work.pool import Pool, waits

MB = 2**20
GET = b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\n"


class Application:
    """Answers /large with 20 MB, /wait when it may, others with their path."""

    def __init__(self):
        self.asked, self.may, self.file = [], threading.Event(), bytes(20 * MB)

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        self.asked.append(path)
        if path == "/wait":
            assert self.may.wait(DEADLINE)
        body = self.file if path == "/large" else path.encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return environ["wsgi.file_wrapper"](io.BytesIO(body)) if path == "/large" else [body]


@pytest.fixture
def app():
    app = Application()
    yield app
    app.may.set()


def close(server):
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    wasyncore.close_all(server._map)  # so that its loop ends


@contextmanager
def listening(app, **settings):
    """Serve an application with two threads."""
    server = connections.listen(app, Settings(port=0, **settings), 2)
    server.port = int(server.effective_port)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.trigger.pull_trigger(lambda: close(server))
        thread.join(DEADLINE)
        server.task_dispatcher.shutdown()


@pytest.fixture
def connect():
    """Make connections that take little of what they do not read."""
    with ExitStack() as stack:

        def connect(server, *parts):
            one = stack.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.settimeout(DEADLINE)
            one.connect(("127.0.0.1", server.port))
            for part in parts:
                one.sendall(part)
            return one

        yield connect


def read_all(one):
    """Read until the server closes."""
    answer = b""
    while more := one.recv(65_536):
        answer += more
    return answer


def pour(one, data):
    for _ in range(1000):
        one.sendall(data)


# --- who read nothing, or say nothing ---------------------------------------------------------------------------------


def test_who_reads_nothing_holds_no_thread_and_one_answer_and_is_closed(app, connect, monkeypatch):
    with listening(app) as server:
        for _ in range(10):
            connect(server, (GET % b"/large") * 3)
        until(lambda: len(app.asked) == 10)
        for _ in range(3):
            assert ask(server, "GET", "/small")[0].status == 200
        assert app.asked.count("/large") == 10  # of 30 that were asked
        monkeypatch.setattr(connections, "STUCK", 0)
        until(lambda: not server.active_channels)


def test_what_is_sent_ahead_is_answered_in_its_order(app, connect):
    with listening(app) as server:
        paths = [b"/%d" % i for i in range(200)]
        last = GET[:-2] % paths[-1] + b"Connection: close\r\n\r\n"
        one = connect(server, b"".join(GET % path for path in paths[:-1]) + last)
        answers = read_all(one).split(b"HTTP/1.1 200 OK")[1:]
        assert [answer.rpartition(b"\r\n\r\n")[2] for answer in answers] == paths


@pytest.mark.slow(reason="nine seconds of requests sent ahead")
def test_who_sends_much_ahead_is_closed(app, connect):
    with listening(app) as server:
        one = connect(server, GET % b"/wait")
        until(lambda: app.asked)
        with pytest.raises(ConnectionError):
            pour(one, GET % b"/wait" * 10_000)
        until(lambda: not server.active_channels)
        app.may.set()


@pytest.mark.parametrize(("bound", "method"), [("WAITING_BYTES", "waiting"), ("COMING_BYTES", "coming")])
def test_answers_that_are_not_taken_and_bodies_that_do_not_end_have_a_bound_together(
    app, connect, monkeypatch, bound, method
):
    def total():
        return sum(getattr(channel, method)() for channel in list(server.active_channels.values()))

    sent = {"waiting": [GET % b"/large"], "coming": [POST + b"Content-Length: 2000000\r\n\r\n", bytes(MB)]}[method]
    monkeypatch.setattr(connections, bound, 1000 * MB)
    most = {"waiting": 50 * MB, "coming": 2 * MB}[method]
    with listening(app) as server:
        for _ in range(12):
            connect(server, *sent)
        until(lambda: total() > 2 * most)
        monkeypatch.setattr(connections, bound, most)
        until(lambda: 0 < total() <= most)
        assert len(server.active_channels) < 12


def test_where_there_are_too_many_connections_the_silent_make_room(app, connect, monkeypatch):
    monkeypatch.setattr(connections, "CONNECTIONS", 5)
    with listening(app) as server:
        busy = connect(server, GET % b"/wait")
        until(lambda: app.asked)
        for _ in range(20):
            connect(server, b"GET / HTTP/1.1\r\n")
        assert ask(server, "GET", "/small")[0].status == 200
        assert len(server.active_channels) <= 5
        app.may.set()
        assert busy.recv(100).startswith(b"HTTP/1.1 200 ")  # what is worked on stays


# --- what nobody wants ------------------------------------------------------------------------------------------------


def test_the_token_is_looked_at_before_the_body_is_kept(app, connect):
    with listening(app, token="s3cret") as server:
        for head in (b"Content-Length: 60000000\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Length: 9\r\n"):
            for more in (b"", b"Authorization: Bearer other\r\n", b"Expect: 100-continue\r\n"):
                one = connect(server, b"POST /datasets HTTP/1.1\r\nHost: x\r\n" + head + more + b"\r\n")
                answer, _, body = read_all(one).partition(b"\r\n\r\n")  # though nothing of a body was sent
                assert answer.startswith(b"HTTP/1.1 401 ")
                assert b"Www-Authenticate: Bearer" in answer
                assert json.loads(body)["status"] == 401
        assert app.asked == []
        right = {"Authorization": "Bearer s3cret"}
        assert ask(server, "POST", "/datasets", b"a\n1\n", right)[0].status == 200


def test_a_strangers_body_is_not_kept_either(app, connect):
    with listening(app) as server:
        one = connect(server, b"POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 60000000\r\n\r\n")
        assert read_all(one).startswith(b"HTTP/1.1 400 ")
        assert app.asked == []


def test_a_refusal_is_read_by_clients_that_are_still_sending(app):
    with listening(app, max_body_bytes=MB) as server:
        for _ in range(5):
            answer, body = ask(server, "POST", "/", bytes(20 * MB))
            assert (answer.status, answer.headers["Content-Type"]) == (413, PROBLEM)
            assert json.loads(body)["status"] == 413
        until(lambda: not server.active_channels)


def test_who_never_ends_to_send_what_was_refused_is_closed(app, connect, monkeypatch):
    monkeypatch.setattr(connections, "DROPPED_BYTES", MB)
    with listening(app, max_body_bytes=MB) as server:
        one = connect(server, POST + b"Content-Length: 99999999999\r\n\r\n")
        with pytest.raises(ConnectionError):
            pour(one, bytes(MB))


def test_many_small_chunks_are_refused(app, connect):
    with listening(app) as server:
        one = connect(server, POST + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(40):
            one.sendall(b"1\r\nx\r\n" * 10_000)
        assert read_all(one).startswith(b"HTTP/1.1 400 ")
        lines = b"4\r\n1,2\n\r\n" * 50_000  # as a program sends a table line by line
        head = POST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        one = connect(server, head + lines + b"0\r\n\r\n")
        assert read_all(one).startswith(b"HTTP/1.1 200 ")


def test_who_expects_to_be_told_to_go_on_is_answered_in_any_case(app, connect):
    expect = b"Expect: 100-continue\r\nConnection: close\r\n"
    with listening(app) as server:
        for sent in (GET[:-2] % b"/" + expect + b"\r\n", POST + expect + b"Content-Length: 0\r\n\r\n"):
            assert read_all(connect(server, sent)).startswith(b"HTTP/1.1 200 ")
        one = connect(server, POST + expect + b"Content-Length: 4\r\n\r\n")
        assert one.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        one.sendall(b"body")
        assert read_all(one).startswith(b"HTTP/1.1 200 ")


def test_a_full_disk_for_bodies_is_told_as_such(app, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)  # where waitress keeps bodies until they are whole
    with listening(app) as server:
        answer, _ = ask(server, "POST", "/", bytes(4 * MB))
        assert (answer.status, answer.headers["Content-Type"], app.asked) == (507, PROBLEM, [])
        assert ask(server, "POST", "/", b"small")[0].status == 200


def test_a_token_in_the_query_is_not_logged(caplog):
    app = create_app(workers=1, token="s3cret")
    with closing(engine(app)), caplog.at_level(logging.INFO):
        for path in ("/clustering?token=s3cret", "/clustering?token=%73%33cret", "/models/s3cret", "/clustering?k=x"):
            app.test_client().get(path)
    assert "k=x" in caplog.text
    assert "cret" not in caplog.text


# --- who leave --------------------------------------------------------------------------------------------------------

SHORT = {"algorithm": "kmeans", "scale": "none", "k": 2, "n_init": 1, "seed": 0}
LONG = {"algorithm": "hdbscan", "scale": "none", "min_cluster_size": 5}


def while_waited_for(waited, function, *arguments):
    """Call a function as a thread does whose client leaves when the event is cleared."""
    waits.set(waited.is_set)
    return function(*arguments)


def test_a_fit_that_nobody_waits_for_is_ended_and_what_waits_behind_it_is_not_begun(tmp_path):
    np.save(tmp_path / "long.npy", np.random.default_rng(0).normal(size=(40_000, 8)))
    np.save(tmp_path / "few.npy", np.random.default_rng(0).normal(size=(10, 2)))
    waited = threading.Event()
    waited.set()
    with closing(Pool(1, max_waiting=4, max_seconds=10 * DEADLINE, max_bytes=2048 * MB)) as pool:
        with ThreadPoolExecutor(2) as clients:
            asked = [
                clients.submit(while_waited_for, waited, pool.run, "fit", tmp_path / "long.npy", LONG, 2048 * MB)
                for _ in range(2)
            ]
            until(lambda: pool.pids() and psutil.Process(pool.pids()[0]).cpu_times().user > 2)
            (fitting,) = pool.pids()
            waited.clear()
            for one in asked:
                with pytest.raises(Problem, match="nobody waited") as ended:
                    one.result()
                assert ended.value.status == 503
        assert not psutil.pid_exists(fitting)
        labels, _ = pool.run("fit", tmp_path / "few.npy", SHORT, 2048 * MB)
        assert len(labels) == 10


def test_a_fit_that_one_of_many_still_waits_for_goes_on():
    answers, begun, first, second = Answers(1000), threading.Event(), threading.Event(), threading.Event()
    first.set()
    second.set()
    seen = []

    def compute():
        begun.set()
        until(lambda: len(answers._flights["key"].callers) == 2)
        for event in (first, second):
            seen.append(waits.get()())
            event.clear()
        seen.append(waits.get()())
        return Answer(None, {})

    with ThreadPoolExecutor(2) as clients:
        one = clients.submit(while_waited_for, first, answers.work_out, "key", compute)
        assert begun.wait(DEADLINE)
        other = clients.submit(while_waited_for, second, answers.work_out, "key", compute)
        assert (one.result()[1], other.result()[1]) == (True, False)
    assert seen == [True, True, False]


@pytest.mark.slow(reason="nine seconds of fits that are left and ended")
def test_a_client_that_leaves_is_noticed_whatever_it_sent_ahead_and_an_end_amid_a_fit_is_quiet(tmp_path):
    server = Server(tmp_path, "--workers", "1", "--max-waiting", "2")
    i = np.arange(40_000)
    rows = npy_of(np.column_stack([i % 199, i % 211]).astype(np.uint8))
    id = json.loads(ask(server, "POST", "/datasets", rows, {"Content-Type": NPY})[1])["id"]
    for seed in range(3):  # each takes minutes, and all places are taken
        with socket.create_connection(("127.0.0.1", server.port)) as one:
            one.sendall(GET % f"/clustering?k=1000&n_init=25&dataset={id}&seed={seed}".encode())
            one.sendall(GET % b"/" * seed)
    until(lambda: ask(server, "GET", "/clustering?k=3")[0].status == 200)
    with socket.create_connection(("127.0.0.1", server.port)) as one:
        one.sendall(GET % f"/clustering?k=1000&n_init=25&dataset={id}&seed=3".encode())
        workers = psutil.Process(server.process.pid).children(recursive=True)
        used = sum(worker.cpu_times().user for worker in workers)
        until(lambda: sum(worker.cpu_times().user for worker in workers) > used + 0.2)  # it is under way
        server.process.terminate()
        log = server.end()
    assert server.process.returncode == 0 or sys.platform == "win32"
    assert "Traceback" not in log


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not let a folder be moved that is in use")
def test_a_folder_that_was_moved_away_is_told_until_it_is_back(tmp_path):
    app = knowing(create_app(tmp_path / "mine", workers=1))
    client = app.test_client()
    with closing(engine(app)):
        assert client.get("/healthz?t=1").status_code == 200
        os.rename(tmp_path / "mine", tmp_path / "other")
        table = {"data": b"a\n1\n2\n", "content_type": CSV}
        for answer in (client.get("/healthz"), client.post("/datasets", **table), client.get("/clustering?k=2")):
            assert (answer.status_code, answer.content_type) == (503, PROBLEM)
            assert "folder" in answer.json["detail"]
        os.rename(tmp_path / "other", tmp_path / "mine")
        assert client.get("/healthz").status_code == 200
        assert client.post("/datasets", **table).status_code == 201


def test_a_store_that_is_full_can_be_emptied_by_its_lists():
    app = knowing(create_app(workers=1, max_stored=5))
    client = app.test_client()
    with closing(engine(app)):
        for k in range(2, 7):
            assert client.post("/models", json={"k": k}).status_code == 201
        full = client.post("/models", json={"k": 9})
        assert (full.status_code, "GET /models" in full.json["detail"]) == (409, True)
        found, path = [], "/models?limit=2"
        while path:
            page = client.get(path).json
            assert len(page["models"]) <= 2
            found += page["models"]
            path = page["next"] and f"/models?limit=2&after={page['next']}"
        assert sorted(model["parameters"]["k"] for model in found) == [2, 3, 4, 5, 6]
        assert client.get("/models").json == {"models": found, "next": None}
        assert client.get("/jobs").json == {"jobs": [], "next": None}
        for query in ("limit=0", "limit=1001", "limit=x", "first=1", "limit=1&limit=2"):
            assert client.get(f"/models?{query}").status_code == 422
        for model in found:
            assert client.delete(f"/models/{model['id']}").status_code == 204
        assert client.post("/models", json={"k": 9}).status_code == 201


def test_who_is_dropped_keeps_its_descriptor_until_its_own_turn(app, connect):
    with closing(connections.listen(app, Settings(port=0), 1)) as server:
        server.port = int(server.effective_port)
        connect(server, b"GET")
        server.handle_accept()
        (channel,) = server.active_channels.values()
        server._shed(lambda channel: 1, 0)  # amid a round of events, as `maintenance` may be
        assert channel.socket.fileno() in server._map
        wasyncore.loop(1, map=server._map, count=2)
        assert not server.active_channels


@pytest.mark.slow(reason="floods a server for 15 s in each of three forms")
@pytest.mark.parametrize("form", ["page", "no host", "rows"])
def test_no_flood_stops_the_server_or_fills_its_memory(tmp_path, connect, form):
    server = Server(tmp_path, "--workers", "1")
    sent = {"page": (GET % b"/") * 450, "no host": b"GET / HTTP/1.1\r\n\r\n" * 450}.get(form)
    if form == "rows":
        rows = npy_of(np.random.default_rng(0).normal(size=(1_000_000, 3)))  # 24 MB
        id = json.loads(ask(server, "POST", "/datasets", rows, {"Content-Type": NPY})[1])["id"]
        sent = (GET[:-2] % f"/datasets/{id}".encode() + b"Accept: application/x-npy\r\n\r\n") * 3
    process, answered = psutil.Process(server.process.pid), []
    clients = [connect(server, sent) for _ in range(160)]
    end = time.monotonic() + 15
    while time.monotonic() < end:
        start = time.monotonic()
        assert ask(server, "GET", "/healthz")[0].status == 200
        answered.append(time.monotonic() - start)
        assert process.memory_info().rss < 400 * MB
        time.sleep(0.2)
    assert max(answered) < 3
    for client in clients:
        client.close()
    server.process.terminate()
    server.end()
