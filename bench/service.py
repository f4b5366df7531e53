"""The blog post's service against the course's: the same questions, interleaved in one run, one OpenMP thread each.

Run by ``make bench``, part "service". Writes JSON and a table to ``build/bench/`` and ``data/results/``.
"""

import http.client
import itertools
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import psutil
from sklearn.datasets import make_blobs
from tqdm import tqdm

from bench.results import ROOT, write

SIZES = (10_000, 1_000_000)
CLIENTS = (1, 8, 32)
ROUNDS = 3
K = 5
START = "start"
SECONDS = 60  # no cell takes longer, but for the requests that are under way
# requests in one cell: (size, kind, ours): at least one a client is asked, whatever stands here
COUNTS = {
    (10_000, "cold"): 320,
    (10_000, "repeated"): 320,
    (1_000_000, "cold"): 16,
    (1_000_000, "repeated"): 16,
}
MORE = 20  # times as many of the questions that ours has in its cache: they would be over too soon to be timed
ENV = os.environ | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


NOTE = f"""
Post: the blog post's service, mended only so that it answers, on the server that it starts. Ours: `helpers.service`,
which validates, seeds and numbers the clusters, too. k-means, k={K}, two columns, one OpenMP thread each, medians of
{ROUNDS} rounds in which the two were asked in turn; a ratio is ours / post in the same round. Cold: a question that was
not asked before; repeated: one that was, which ours keeps and the post's fits anew. Cold and with one client, both have
one core to fit on: what ours gains with more clients comes from fitting in processes. Memory: of all processes
together, what they share counted once. First answer: from the start of the program on; ours is sent the rows, too.
"""


class Server:
    """A process that serves, and the most memory that it and its children took."""

    def __init__(self, command, port=None):
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        if port is None:  # ours says where it listens
            port = urlsplit(self.process.stdout.readline().split()[3]).port
        self.port, self.peak = port, 0
        while True:  # the post's says nothing that could be read: until it listens
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                assert self.process.poll() is None, "the server did not start"
                time.sleep(0.05)

    def memory(self):
        """Bytes in memory now, children included; what they share counts once, where the system tells that."""
        root = psutil.Process(self.process.pid)
        total = 0
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                taken = process.memory_full_info()
                total += getattr(taken, "pss", taken.rss)  # of what several share, each has an equal part
        return total

    @contextmanager
    def watched(self):
        """Note the most memory that is taken meanwhile, looked at 10 times a second."""
        self.peak, over = self.memory(), threading.Event()

        def look():
            while not over.wait(0.1):
                self.peak = max(self.peak, self.memory())

        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def stop(self):
        """End it."""
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def free_port():
    """Find a port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def start_post(rows):
    """Start the post's service on a .npy file; its server and how to ask it."""
    port = free_port()
    return Server(
        [sys.executable, "-m", "bench.post_service", str(rows), str(port)], port
    ), lambda _: f"/clustering?k={K}"


def start_ours(rows, folder):
    """Start the course's service, and upload the same file; its server and how to ask it."""
    server = Server([sys.executable, "-m", "helpers.service", "--port", "0", "--instance", str(folder)])
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("POST", "/datasets", rows.read_bytes(), {"Content-Type": "application/x-npy"})
    answer = connection.getresponse()
    answer.read()
    location = answer.headers["Location"]
    assert answer.status == 201, answer.status
    connection.close()
    return server, lambda seed: f"/clustering?k={K}&seed={seed}&dataset={location.rpartition('/')[2]}"


def load(port, paths, clients):
    """Ask from so many clients at once.

    Returns
    -------
    dict
        Milliseconds and bytes of each answer, and the seconds of all together.
    """
    todo, times, sizes, failures = iter(paths), [], [], []
    lock, begin, end = threading.Lock(), threading.Barrier(clients + 1), time.perf_counter() + SECONDS

    def client():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        begin.wait()
        while True:
            with lock:
                path = next(todo, None)
            if path is None or time.perf_counter() > end:
                return connection.close()
            start = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            times.append(1000 * (time.perf_counter() - start))
            sizes.append(len(body))
            if answer.status != 200:
                failures.append(answer.status)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    begin.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    assert not failures, failures
    return {"milliseconds": times, "bytes": int(np.median(sizes)), "seconds": time.perf_counter() - start}


def first(server, path):
    """Ask a server that has just begun: seconds until it had answered, and what it then takes at rest."""
    load(server.port, [path], 1)
    answered = time.perf_counter() - server.begun
    time.sleep(1)  # what has ended gives its memory back
    return {"seconds": answered, "peak": server.memory()}


def cells(size):
    """Each kind of question with each number of clients."""
    return itertools.product(("cold", "repeated"), CLIENTS)


def measure(size, folder, progress):
    """One round at one size: both services are started, and asked in turn."""
    rows = folder / "rows.npy"
    np.save(rows, make_blobs(size, centers=K, random_state=0)[0])
    seeds, found = itertools.count(1), []
    servers = {}
    try:
        for name, start in (("post", start_post), ("ours", partial(start_ours, folder=folder / "instance"))):
            servers[name] = server, path = start(rows)
            found.append({"service": name, "rows": size, "kind": START, "clients": 1} | first(server, path(0)))
        for kind, clients in cells(size):
            for name, (server, path) in servers.items():
                count = max(clients, COUNTS[size, kind]) * (MORE if (name, kind) == ("ours", "repeated") else 1)
                paths = [path(0 if kind == "repeated" else next(seeds)) for _ in range(count)]
                if kind == "repeated":
                    load(server.port, paths[:1], 1)  # asked once before
                with server.watched():
                    result = load(server.port, paths, clients)
                found.append(
                    {"service": name, "rows": size, "kind": kind, "clients": clients, "peak": server.peak} | result
                )
                progress.update()
    finally:
        for server, _ in servers.values():
            server.stop()
    return found


def table(rounds):
    """Medians over the rounds, side by side, with ratios in the same round."""
    lines = [
        "| rows | questions | clients | service | requests/s | ratio | p50 ms | p99 ms | peak MB | ratio | kB/answer |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for size in SIZES:
        for kind, clients in cells(size):
            mine = _pairs(rounds, size, kind, clients)
            for name in ("post", "ours"):
                lines.append(_line(size, kind, clients, name, mine))
    return "\n".join([*lines, "", *_starts(rounds)]) + "\n" + NOTE


def _pairs(rounds, *asked):
    """Give the cells of a size, kind and number of clients, of each round by service."""
    return [
        {cell["service"]: cell for cell in one if (cell["rows"], cell["kind"], cell["clients"]) == asked}
        for one in rounds
    ]


def _starts(rounds):
    """Tell of the first answer, and of memory at rest."""
    lines = ["| rows | seconds to the first answer | ratio | MB at rest | ratio |", "|---|---|---|---|---|"]
    for size in SIZES:
        mine = _pairs(rounds, size, START, 1)
        told = [f"{size:,}"]
        for key, by, digits in (("seconds", 1, 2), ("peak", 1e6, 0)):
            ours, post = (np.median([one[name][key] for one in mine]) / by for name in ("ours", "post"))
            times = np.median([one["ours"][key] / one["post"][key] for one in mine])
            told += [f"{ours:.{digits}f}, the post's {post:.{digits}f}", f"{times:.2f}"]
        lines.append(f"| {' | '.join(told)} |")
    return lines


def _line(size, kind, clients, name, rounds):
    def rate(cell):
        return len(cell["milliseconds"]) / cell["seconds"]

    here = [one[name] for one in rounds]
    faster = np.median([rate(one["ours"]) / rate(one["post"]) for one in rounds])
    smaller = np.median([one["ours"]["peak"] / one["post"]["peak"] for one in rounds])
    p50, p99 = (np.median([np.percentile(cell["milliseconds"], q) for cell in here]) for q in (50, 99))
    ratios = (f"{faster:.2f}", f"{smaller:.2f}") if name == "ours" else ("", "")
    rates, peak = np.median([rate(cell) for cell in here]), np.median([cell["peak"] for cell in here]) / 1e6
    return (
        f"| {size:,} | {kind} | {clients} | {name} | {rates:.1f} | {ratios[0]} | {p50:.1f} "
        f"| {p99:.1f} | {peak:.0f} | {ratios[1]} | {here[0]['bytes'] / 1e3:.0f} |"
    )


def main():
    """Measure, show, and keep."""
    rounds = []
    with tqdm(total=ROUNDS * len(SIZES) * 2 * len(CLIENTS) * 2, desc="service") as progress:
        for _ in range(ROUNDS):
            found = []
            for size in SIZES:
                with tempfile.TemporaryDirectory() as folder:
                    found += measure(size, Path(folder), progress)
            rounds.append(found)
    text = table(rounds)
    for cell in itertools.chain(*rounds):  # single times would make the file long
        if cell["kind"] == START:
            continue
        times = cell.pop("milliseconds")
        cell |= {"requests": len(times)} | {f"p{q}_ms": round(np.percentile(times, q), 2) for q in (50, 99)}
    write("service", rounds, text)


if __name__ == "__main__":
    main()
