"""One measurement: ``python -m bench.scale.task <what> <its arguments as JSON>`` prints what it took as JSON.

Each task imports what it uses and no more, since what is imported counts as memory.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

from bench.scale import data
from bench.scale.run import THREADS


def peak():
    """Give the most bytes that this process has had in memory."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage counts the process that this one was forked from, too
        return 1024 * int(status.read_text().partition("VmHWM:")[2].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def write(path, rows, group, draw):
    """Make a file."""
    data.write(path, rows, group, getattr(data, draw))
    return {"bytes": Path(path).stat().st_size}


def start(path):
    """Choose starting centres: k-means++ on the first rows, which are as random as any."""
    from sklearn.cluster import kmeans_plusplus

    from helpers.streaming.parquet import describe, read

    X = next(read(describe(path).groups[0]))
    return {"centers": kmeans_plusplus(X.astype(float), data.K, random_state=0)[0].tolist()}


def one_pass(path, centers, warm=None):
    """Do one exact pass on threads."""
    from helpers.streaming import fit

    options = {"k": len(centers), "init": np.array(centers), "max_passes": 1, "threads": THREADS}
    if warm:  # what is done once in a process is no part of a pass
        fit(warm, **options)
    begin = time.perf_counter()
    found = fit(path, **options)
    return {"seconds": time.perf_counter() - begin, "peak": peak(), "inertia": found.inertia, "rows": found.n_rows}


def scratch_pass(path, centers, folder, warm):
    """Do three passes on threads with scratch, and time the last: it reads what the first one wrote."""
    from helpers.streaming import fit

    options = {"k": len(centers), "init": np.array(centers), "max_passes": 3, "tol": 0, "threads": THREADS}
    fit(warm, **options, scratch=folder)
    ends = {}
    found = fit(path, **options, scratch=folder, progress=lambda at: ends.update({at.n_pass: time.perf_counter()}))
    return {"seconds": ends[3] - ends[2], "peak": peak(), "inertia": found.inertia, "rows": found.n_rows}


def cluster(path, centers, warm):
    """Do one exact pass on a Dask cluster of this machine, as many processes as there would be threads."""
    from distributed import Client, LocalCluster

    from helpers.streaming import fit

    options = {"k": len(centers), "init": np.array(centers), "max_passes": 1}
    begin = time.perf_counter()
    started = LocalCluster(n_workers=THREADS, threads_per_worker=1, dashboard_address="127.0.0.1:0")
    with started, Client(started) as client:
        client.run(fit, warm, **options, threads=1)  # a file of one row group would warm one worker only
        ready = time.perf_counter()
        found = fit(path, **options, client=client)
        done, each = time.perf_counter(), client.run(peak)
    took = {"seconds": done - ready, "start": ready - begin, "peak": peak() + sum(each.values())}
    return took | {"inertia": found.inertia, "rows": found.n_rows}


def _exact_inertia(path, centers):
    """Measure all rows against centres, the same way for whoever found them."""
    from helpers.streaming import fit

    centers = np.asarray(centers, float)
    return fit(path, len(centers), init=centers, max_passes=1, threads=THREADS).inertia


def inertia(path, centers):
    """Measure what another interpreter found."""
    return {"inertia": _exact_inertia(path, centers)}


def streaming(path, k, init=None, n_init=5, max_passes=100, random_state=0):
    """Do the whole job with `helpers.streaming`."""
    import sklearn.cluster  # noqa: F401  only a fit's start needs it; here no import is timed

    from helpers.streaming import fit

    begin = time.perf_counter()
    init = None if init is None else np.array(init)
    options = {"n_init": n_init, "max_passes": max_passes, "random_state": random_state}
    found = fit(path, k, init=init, threads=THREADS, **options)
    took = {
        "seconds": time.perf_counter() - begin,
        "peak": peak(),
        "steps": found.n_passes,
        "settled": bool(found.settled),
    }
    return took | {"inertia": _exact_inertia(path, found.centers)}


def in_memory(path, k, init=None, n_init=1, random_state=0):
    """Read the whole file, and fit scikit-learn's KMeans."""
    import pyarrow.parquet as pq
    from sklearn.cluster import KMeans

    begin = time.perf_counter()
    table = pq.read_table(path)
    X = np.empty((table.num_rows, table.num_columns), np.float32)
    for j, column in enumerate(table.columns):
        X[:, j] = column.to_numpy()
    del table, column
    read = time.perf_counter()
    options = {"init": "k-means++"} if init is None else {"init": np.array(init, np.float32), "max_iter": 100}
    model = KMeans(k, **options, n_init=n_init, random_state=random_state).fit(X)
    took = {"seconds": time.perf_counter() - begin, "read": read - begin, "peak": peak(), "steps": model.n_iter_}
    took["settled"] = model.n_iter_ < model.max_iter
    return took | {"inertia": _exact_inertia(path, model.cluster_centers_)}


def minibatch(path, k, random_state=0):
    """Show every batch of the file to MiniBatchKMeans once."""
    from sklearn.cluster import MiniBatchKMeans

    from helpers.streaming.parquet import describe, read

    begin, model = time.perf_counter(), MiniBatchKMeans(k, n_init=1, random_state=random_state)
    for group in describe(path).groups:
        for X in read(group):
            model.partial_fit(X)
    took = {"seconds": time.perf_counter() - begin, "peak": peak(), "steps": 1, "settled": True}
    return took | {"inertia": _exact_inertia(path, model.cluster_centers_)}


def grow(name, rows):
    """Run an algorithm of `bench.scale.growth` on so many rows."""
    from bench.scale.growth import ALGORITHMS

    X = data.plane(0, rows)
    return _timed(ALGORITHMS[name], X, X[:1000])


def grow_streaming(path, k, warm):
    """Run `helpers.streaming.fit` on a file of rows in the plane."""
    from helpers.streaming import fit

    return _timed(lambda path: fit(path, k, threads=THREADS), path, warm)


def _timed(function, rows, warm):
    """Time a call; a short one several times, and then the median."""
    function(warm)  # what is done once in a process is no part of the growth
    took = []
    while len(took) < 5 and sum(took) < 1:
        begin = time.perf_counter()
        function(rows)
        took.append(time.perf_counter() - begin)
    return {"seconds": float(np.median(took)), "peak": peak()}


def neighbours(rows, eps):
    """Count the neighbours within eps of rows drawn from so many: the mean, themselves included."""
    from scipy.spatial import cKDTree

    X = data.plane(0, rows)
    return {"mean": float(cKDTree(X).query_ball_point(X[:: max(1, rows // 2000)], eps, return_length=True).mean())}


def profile(path, centers):
    """Take one pass apart."""
    from bench.scale.profile import measure

    return measure(path, np.array(centers))


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](**json.loads(sys.argv[2]))))
