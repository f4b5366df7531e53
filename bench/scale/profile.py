"""Where the seconds of one pass go: its parts timed one after the other on one thread, in seconds of the processor."""

import time
import warnings

import numpy as np
import pyarrow.parquet as pq
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from helpers.streaming.closest import _choose, nearest  # taken apart here: its insides, too
from helpers.streaming.parquet import BATCH, BUFFER, describe, read
from helpers.streaming.passes import add_up, columns_less, sum_group
from helpers.streaming.starting import middle

ROUNDS, STEPS = 5, 4


def measure(path, centers):
    """Time the parts of a pass over one row group, batch by batch as the pass goes, so that its caches are as warm.

    Parameters
    ----------
    path : path
    centers : ndarray of shape (k, n_features)

    Returns
    -------
    dict
        ``seconds`` by part, the median of the rounds, for 1,000,000 rows; last the pass as a whole, and a step of
        scikit-learn's on the same rows in memory. ``rows`` of the group.
    """
    group, origin = describe(path).groups[0], middle(centers)
    X = np.concatenate(list(read(group))).astype(float, order="C")
    rounds = []
    for _ in range(ROUNDS):
        took = {"decode": _time(_decode, group)[0], "read": _time(lambda: [None for _ in read(group)])[0]}
        took |= _steps(group, centers - origin, origin)
        took["pass"] = _time(sum_group, group, (centers - origin, origin, None))[0]
        took["memory"] = (_fit(X, centers, 1 + STEPS) - _fit(X, centers, 1)) / STEPS
        rounds.append(_parts(took))
    seconds = {part: float(np.median([one[part] for one in rounds])) * 1e6 / group.rows for part in rounds[0]}
    return {"seconds": seconds, "rows": group.rows}


def _time(function, *given):
    begin = time.process_time()
    found = function(*given)
    return time.process_time() - begin, found


def _parts(took):
    """Name the parts; what cannot be called alone is the difference of what can."""
    parts = {
        "decoding": took["decode"],
        "converting and checking": took["read"] - took["decode"],
        "subtracting the origin": took["less"] - took["read"],
        "nearest, in float32": took["choose"],
        "nearest, of rows in doubt": took["nearest"] - took["choose"],
        "sums, counts and inertia": took["sums"],
    }
    # near nothing if the parts were timed as they are in a pass
    parts |= {"not accounted for": took["pass"] - sum(parts.values()), "the pass": took["pass"]}
    return parts | {"scikit-learn's step on these rows in memory": took["memory"]}


def _decode(group):
    with pq.ParquetFile(group.path, buffer_size=BUFFER) as file:
        options = {"row_groups": [group.index], "columns": list(group.columns), "use_threads": False}
        for _ in file.iter_batches(BATCH, **options):
            pass


def _steps(group, centers, origin):
    """Do what `sum_group` does, each step timed."""
    took = {"less": _time(lambda: [None for _ in columns_less(group, origin)])[0], "choose": 0, "nearest": 0, "sums": 0}
    for columns in columns_less(group, origin):
        took["choose"] += _time(_choose, columns, centers, np.float32)[0]
        seconds, labels = _time(nearest, columns, centers)
        took["nearest"] += seconds
        took["sums"] += _time(add_up, columns, labels, centers)[0]
    return took


def _fit(X, centers, steps):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return _time(KMeans(len(centers), init=centers, n_init=1, max_iter=steps, tol=0).fit, X)[0]
