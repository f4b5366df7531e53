"""How time and memory grow with the number of rows: each algorithm's rows are doubled until a run takes too much."""

from pathlib import Path

import numpy as np
import psutil

from bench.scale_run import run

K, MINIMUM, MAXIMUM = 8, 1000, 2**17 * 1000
BYTES = 8e9
FEW, MANY = 0.02, 0.1  # eps
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
    made = run("write", path=str(path), rows=rows, group=1_000_000, draw="plane")
    try:
        return made if "failed" in made else run("grow_streaming", path=str(path), k=K, **caps)
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
        that ends it; ``runs``, those that it was read from, and ``failed``, the first that was not finished.
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
    half = len(rows) // 2
    lines = {what: np.polyfit(np.log(rows[half:]), np.log(y[half:]), 1) for what, y in (("s", seconds), ("b", extra))}
    room = psutil.virtual_memory().total - peaks[0]
    fits = _reach(rows, extra, lines["b"], room)
    largest = {}
    for wait, limit in WAITS.items():
        n = _reach(rows, seconds, lines["s"], limit)
        least = min(n, fits)
        known = {"rows": least if np.isfinite(least) else None, "beyond": bool(least > rows[-1])}
        largest[wait] = known | {"memory": fits < n}
    return {
        "time": float(lines["s"][0]),
        "memory": float(lines["b"][0]),
        "largest": largest,
        "rows": int(rows[-1]),
        "seconds": float(seconds[-1]),
        "peak": float(peaks[-1]),
        "neighbours": done[-1].get("neighbours"),
    }


def _reach(rows, y, line, limit):
    """Give the rows at which y reaches the limit: between two that were measured, or on the line beyond them."""
    y = np.maximum.accumulate(y)
    if limit <= y[-1]:
        return float(np.exp(np.interp(np.log(limit), np.log(y), np.log(rows))))
    slope, offset = line
    # a line so flat that the limit lies beyond all data is told as no limit
    return float(np.exp(min((np.log(limit) - offset) / slope, 60))) if slope > 0.05 else float("inf")
