"""The server as a process: its settings, its signals, HTTP that is malformed, and what is left when it is killed."""

import http.client
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
import psutil
import pytest
from serving import CSV, DEADLINE, ENV, NPY, PROBLEM, ROOT, Server, ask, engine, npy_of, until

from helpers.service import create_app
from helpers.service.settings import Settings, SettingsError, from_command_line


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("instance"), "--max-body-bytes", "100000", "--workers", "1")
    yield server
    server.process.terminate()
    server.end()


def raw(server, *parts):
    """Send bytes as they are, and read until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE) as one:
        for part in parts:
            one.sendall(part)
        answer = b""
        while more := one.recv(65_536):
            answer += more
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode("latin-1"), body


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "environment", "sentence"),
    [
        (["--port", "70000"], {}, "port='70000': Input should be less than or equal to 65535"),
        (["--workers", "0"], {}, "workers='0': Input should be greater than or equal to 1"),
        (["--max-seconds", "nan"], {}, "max_seconds='nan'"),
        ([], {"CLUSTERING_MAX_ROWS": "many"}, "max_rows='many': Input should be a valid integer"),
        ([], {"CLUSTERING_MAX_ROW": "9"}, "there is no setting 'max_row'; did you mean 'max_rows'?"),
        (["--host", "0.0.0.0"], {}, "set CLUSTERING_TOKEN"),
        (["--host", "::"], {}, "set CLUSTERING_TOKEN"),
        (["--host", "example.org"], {}, "set CLUSTERING_TOKEN"),
        ([], {"CLUSTERING_TOKEN": "two words"}, "a token is made of ASCII letters"),
        (["--port", "x"], {"CLUSTERING_WORKERS": "y"}, "workers='y': Input should be"),
    ],
)
def test_a_wrong_setting_is_told_in_a_sentence(flags, environment, sentence):
    with pytest.raises(SettingsError, match=re.escape(sentence)) as refused:
        from_command_line(flags, environment)
    assert "two words" not in str(refused.value)  # a token is shown to nobody


def test_flags_win_over_the_environment_and_both_over_defaults():
    found = from_command_line(
        ["--max-rows", "7"], {"CLUSTERING_MAX_ROWS": "8", "CLUSTERING_MAX_COLUMNS": "9", "HOME": "x"}
    )
    assert (found.max_rows, found.max_columns, found.max_cells) == (7, 9, Settings().max_cells)
    guarded = from_command_line(["--host", "0.0.0.0"], {"CLUSTERING_TOKEN": "s3cret"})
    assert guarded.token == "s3cret"
    assert "s3cret" not in repr(guarded)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", pytest.param("::1", id="IPv6"), "localhost"])
def test_loopback_needs_no_token(host):
    assert from_command_line(["--host", host], {}).host == host


def test_the_command_names_every_setting_but_the_token():
    help_ = subprocess.run(
        [sys.executable, "-m", "helpers.service", "--help"], cwd=ROOT, capture_output=True, text=True
    )
    for name in Settings.model_fields:
        assert (f"--{name.replace('_', '-')} " in help_.stdout) == (name != "token")
    wrong = subprocess.run(
        [sys.executable, "-m", "helpers.service", "--port", "-1"], cwd=ROOT, capture_output=True, text=True
    )
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr.startswith("helpers.service: port='-1'")


def test_a_port_that_is_taken_and_an_instance_in_use_are_named(server, tmp_path):
    for flags, sentence in (
        (["--port", str(server.port), "--instance", str(tmp_path)], "cannot listen at"),
        (["--port", "0", "--instance", str(server.instance)], "another server uses it"),
    ):
        command = [sys.executable, "-m", "helpers.service", *flags]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE)
        assert done.returncode == 1
        assert sentence in done.stderr
        assert len(done.stderr.splitlines()) == 1


# --- HTTP that Flask never sees ---------------------------------------------------------------------------------------

POST = b"POST /datasets HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nbroken header\r\n\r\n", 400),
        (POST + b"Content-Length: many\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: gzip\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 2**18 + b"\r\n\r\n", 431),
        (POST + b"Content-Length: 99999999999\r\n\r\n", 413),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (POST + b"Content-Length: " + b"1" * 5001 + b"\r\n\r\n", 400),
        (POST + CHUNKED + b"Content-Length: 4\r\n\r\n4\r\na\n1\n\r\n0\r\n\r\n", 400),
        (b"POST /datasets HTTP/1.0\r\n" + CHUNKED + b"\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
        (POST + CHUNKED + b"\r\n" + b"1" * 9000, 400),
        (POST + CHUNKED + b"\r\n0\r\n" + b"X: y\r\n" * 2000, 400),
    ],
)
def test_errors_of_http_itself_have_the_same_form(server, sent, status):
    found, head, body = raw(server, sent)
    assert found == status
    assert PROBLEM in head
    assert json.loads(body)["status"] == status


def test_a_body_in_chunks_and_one_that_is_announced(server):
    chunks = b"4\r\na,b\n\r\n4\r\n1,2\n\r\n0\r\n\r\n"
    head = b"POST /datasets HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/csv\r\n"
    status, _, body = raw(server, head + b"Transfer-Encoding: chunked\r\n\r\n", chunks[:7], chunks[7:])
    assert (status, json.loads(body)["rows"]) == (201, 1)
    status, _, _ = raw(
        server, head + b"Transfer-Encoding: chunked\r\n\r\n", b"186a1\r\n" + b"1" * 100_001 + b"\r\n0\r\n\r\n"
    )
    assert status == 413
    with socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE) as one:
        one.sendall(head + b"Content-Length: 8\r\nExpect: 100-continue\r\n\r\n")
        assert one.recv(100).startswith(b"HTTP/1.1 100 ")
        one.sendall(b"a,b\n1,2\n")
        assert one.recv(1000).startswith(b"HTTP/1.1 200 ")  # it is the same data set


def test_head_and_unchanged_over_a_real_connection(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=DEADLINE)
    connection.request("HEAD", "/clustering?k=3")
    mine, head = connection.sock, connection.getresponse()
    assert (head.status, head.read()) == (200, b"")
    assert "Transfer-Encoding" not in head.headers
    connection.request("GET", "/clustering?k=3", headers={"If-None-Match": head.headers["ETag"]})
    unchanged = connection.getresponse()
    assert (unchanged.status, unchanged.read()) == (304, b"")
    connection.request("GET", "/clustering?k=3")
    answer = connection.getresponse()
    assert len(answer.read()) == int(answer.headers["Content-Length"])
    assert connection.sock is mine  # one connection served all three
    connection.close()


def test_many_who_begin_and_say_nothing_more_keep_nobody_waiting(server):
    with ExitStack() as idle:
        for _ in range(200):
            one = idle.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE))
            one.sendall(b"GET /healthz HTTP/1.1\r\n")
        assert ask(server, "GET", "/healthz")[0].status == 200


@pytest.mark.skipif(shutil.which("curl") is None or shutil.which("bash") is None, reason="there is no curl, or no bash")
def test_the_commands_of_notebook_08(tmp_path):
    """Each in its order, on a free port and in another folder; each prints what the notebook says of it."""
    text = (ROOT / "notebooks" / "08_clustering_endpoint.ipynb").read_text(encoding="utf-8")
    (cell,) = [cell for cell in json.loads(text)["cells"] if "commands" in cell["metadata"].get("tags", [])]
    (script,) = re.findall("```bash\n(.*?)```", "".join(cell["source"]), flags=re.DOTALL)
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    script = script.replace("5000", str(port)).replace("build/instance", shlex.quote(str(tmp_path / "instance")))
    env = ENV | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{ENV['PATH']}", "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 0, done.stderr
    assert f"Clustering answers at http://127.0.0.1:{port}" in done.stdout
    assert '{"status":"ok"}' in done.stdout
    assert '{"labels":[' in done.stdout
    assert "another server uses it" in done.stderr


# --- signals ----------------------------------------------------------------------------------------------------------


def gone(pids):
    """Wait until processes have ended."""
    until(lambda: not any(psutil.pid_exists(pid) for pid in pids))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_signal_ends_it_cleanly_and_the_next_one_has_what_was_there(tmp_path):
    for sent, stored in ((signal.SIGTERM, 1), (signal.SIGINT, 2)):
        server = Server(tmp_path, "--workers", "1")
        workers = [child.pid for child in psutil.Process(server.process.pid).children(recursive=True)]
        assert len(workers) == 2  # one reads, and one fits, or on Linux stands ready to be forked from
        assert ask(server, "GET", "/clustering?k=3")[0].status == 200
        assert ask(server, "POST", "/datasets", b"a\n%d\n" % stored, {"Content-Type": CSV})[0].status == 201
        assert len(json.loads(ask(server, "GET", "/datasets")[1])["datasets"]) == 9 + stored
        server.process.send_signal(sent)
        assert server.process.wait(DEADLINE) == 0
        gone(workers)
        lines = server.end().splitlines()
        assert len([line for line in lines if " 200 " in line or " 201 " in line]) == 3
        assert not any("Traceback" in line for line in lines)
        assert re.search(r"GET /clustering\?k=3 200 [0-9.]+ ms computed$", "\n".join(lines), re.MULTILINE)
    last = create_app(tmp_path)  # the folder is free
    assert len(engine(last).store.all("dataset")) == stored
    engine(last).close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits a process's files as Linux does")
def test_a_disk_that_is_full_for_numpy_too(tmp_path):
    import resource

    def full():  # before the server starts: no file of it may be larger than this
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))

    server = Server(tmp_path, "--workers", "1", preexec_fn=full)
    for rows in (63_000, 70_000):  # read at once, and by a worker
        body = b"a,b\n" + b"1,2\n" * rows
        answer, text = ask(server, "POST", "/datasets", body, {"Content-Type": CSV})
        assert (answer.status, answer.headers["Content-Type"]) == (507, PROBLEM), text
        assert not [*(tmp_path / "dataset").iterdir(), *(tmp_path / "tmp").iterdir()]
    assert ask(server, "POST", "/datasets", b"a\n1\n", {"Content-Type": CSV})[0].status == 201
    server.process.terminate()
    server.end()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_its_workers_end_with_it_even_amid_a_fit(server):
    """The last test of this file, since it kills the server of the others."""
    i = np.arange(40_000)
    rows = npy_of(np.column_stack([i % 199, i % 211]).astype(np.uint8))
    answer, text = ask(server, "POST", "/datasets", rows, {"Content-Type": NPY})
    assert answer.status == 201
    process = psutil.Process(server.process.pid)

    def used():
        return sum(worker.cpu_times().user for worker in process.children(recursive=True))

    before = used()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=DEADLINE)
    # takes minutes; hdbscan, whose loops keep all other threads of a worker from running, would have to end first
    connection.request("GET", f"/clustering?k=1000&n_init=25&dataset={json.loads(text)['id']}")
    until(lambda: used() > before + 0.2)  # the fit is under way
    workers = process.children(recursive=True)
    server.process.kill()
    gone([worker.pid for worker in workers])
    connection.close()
