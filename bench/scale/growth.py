"""How time and memory grow with the number of rows: each algorithm's rows are doubled until a run takes too much."""

from pathlib import Path

import numpy as np
import psutil

from bench.scale.run import run

K, MINIMUM, MAXIMUM = 8, 1000, 2**17 * 1000
BYTES = 8e9
FEW, MANY = 0.01, 0.1  # eps
ENDLESS = 1e12  # rows; so many lie too far beyond what was measured
WAITS = {"interactive": 1, "get a coffee": 300, "over lunch": 3600, "overnight": 12 * 3600}  # seconds


def _kmeans(X):
    from sklearn.cluster import KMeans

    KMeans(K, n_init=1, random_state=0).fit(X)


def _minibatch(X):
    from sklearn.cluster import MiniBatchKMeans

    MiniBatchKMeans(K, n_init=1, random_state=0).fit(X)


def _dbscan(X, eps):
    from sklearn.cluster import DBSCAN

    DBSCAN(eps=eps).fit(X)


def _hdbscan(X):
    from sklearn.cluster import HDBSCAN

    HDBSCAN(copy=True).fit(X)


ALGORITHMS = {
    "KMeans": _kmeans,
    "MiniBatchKMeans": _minibatch,
    f"DBSCAN, eps {FEW}": lambda X: _dbscan(X, FEW),
    f"DBSCAN, eps {MANY}": lambda X: _dbscan(X, MANY),
    "HDBSCAN": _hdbscan,
}
STREAMING = "streaming.fit"


def measure(folder, seconds):
    """Double the rows of each algorithm until a run takes more than so many seconds, or 8 GB.

    Parameters
    ----------
    folder : path
        For the files that `streaming.fit` reads.
    seconds : float

    Returns
    -------
    list of dict
        A run each: ``name``, ``rows``, ``seconds`` and ``peak`` in bytes, or ``failed``; for DBSCAN ``neighbours``,
        the mean number within eps at the largest size that it managed.
    """
    found = []
    for name in (*ALGORITHMS, STREAMING):
        mine, rows = [], MINIMUM
        while rows <= MAXIMUM and not (mine and _over(mine[-1], seconds)):
            mine.append({"name": name, "rows": rows} | _run(name, rows, Path(folder, "plane.parquet"), seconds))
            print(f"  {name}, {rows:,} rows: {_told(mine[-1])}", flush=True)
            rows *= 2
        done = [one for one in mine if "failed" not in one]
        if "eps" in name and done:
            eps = float(name.split()[-1])
            done[-1]["neighbours"] = run("neighbours", rows=done[-1]["rows"], eps=eps).get("mean")
        found += mine
    return found


def _run(name, rows, path, seconds):
    caps = {"seconds": 3 * seconds + 30, "most": BYTES}  # what is over is told with its time, if that is not far
    if name != STREAMING:
        return run("grow", name=name, rows=rows, **caps)
    warm, files = path.with_name("warm.parquet"), {"group": 1_000_000, "draw": "plane"}
    if not warm.exists():
        run("write", path=str(warm), rows=MINIMUM, **files)
    made = run("write", path=str(path), rows=rows, **files)
    try:
        return made if "failed" in made else run("grow_streaming", path=str(path), k=K, warm=str(warm), **caps)
    finally:
        path.unlink(missing_ok=True)


def _over(one, seconds):
    return "failed" in one or one["seconds"] > seconds or one["peak"] > BYTES


def _told(one):
    return one.get("failed") or f"{one['seconds']:.3g} s, {one['peak'] / 1e6:.0f} MB"


def summarize(runs):
    """Fit straight lines to the logarithms, over the upper half of the sizes, and read off the largest sizes.

    Parameters
    ----------
    runs : list of dict
        As `measure` gives them.

    Returns
    -------
    list of dict
        For each algorithm ``time`` and ``memory``, the slopes (memory less that at the smallest size); ``largest``,
        for each wait the rows, whether they lie beyond what was measured, and whether it is this machine's memory
        that ends it; ``last``, the largest run that was finished; ``runs``, how many were; ``failed``, the one that
        was not. Memory and time beyond the largest run are read off the steeper of its last slopes.
    """
    found = []
    for name in dict.fromkeys(one["name"] for one in runs):
        mine = [one for one in runs if one["name"] == name]
        done = [one for one in mine if "failed" not in one]
        failed = next((one for one in mine if "failed" in one), None)
        one = {"name": name, "failed": failed, "runs": len(done)}
        found.append(one | (_slopes(done) if len(done) > 3 else {}))
    return found


def _slopes(done):
    rows, seconds, peaks = (np.array([one[key] for one in done], float) for key in ("rows", "seconds", "peak"))
    extra = np.maximum(peaks - peaks[0], 1e6)
    fits = _reach(rows, extra, psutil.virtual_memory().total - peaks[0])
    largest = {}
    for wait, limit in WAITS.items():
        n = _reach(rows, seconds, limit)
        least = min(n, fits)
        known = {"rows": least if least < ENDLESS else None, "beyond": bool(least > rows[-1])}
        largest[wait] = known | {"memory": fits < n}
    half = len(rows) // 2
    return {
        "time": _slope(rows[half:], seconds[half:]),
        "memory": _slope(rows[half:], extra[half:]),
        "largest": largest,
        "last": done[-1],
    }


def _slope(rows, y):
    return float(np.polyfit(np.log(rows), np.log(y), 1)[0])


def _reach(rows, y, limit):
    """Give the rows at which y reaches the limit, between two sizes that were measured or beyond the last."""
    x, y, limit = np.log(rows), np.log(y), np.log(limit)
    below = np.flatnonzero(y <= limit)
    if not len(below):
        return float(rows[0])
    last = below[-1]
    if last + 1 < len(x):
        return float(np.exp(np.interp(limit, y[last : last + 2], x[last : last + 2])))
    # the steeper of two slopes: what lies beyond is told rather too small than too large
    slope = max(_slope(rows[start:], np.exp(y[start:])) for start in (len(x) // 2, max(0, len(x) - 4)))
    further = (limit - y[-1]) / slope if slope > 0 else np.inf
    return float(np.exp(x[-1] + further)) if further < np.log(ENDLESS) else float("inf")
