"""The benchmark's results as tables, and its bounds: computed from the results, never typed in."""

import numpy as np

FASTEST, KEPT, SMALLEST, SAME = 11e6, 18e6, 500e6, 1.1  # rows a second, also with scratch; bytes, largest / smallest
FIFTH, CLOSE, CLUSTER, STEP = 0.2, 1e-3, 1.3, 1.1
SCRATCH = ", with scratch"
BATCHES, QUICK = "MiniBatchKMeans.partial_fit", "streaming, 1 start, 1 pass"
FAR = 100  # times the largest size that was measured: nothing is told beyond


def median(runs, key="seconds"):
    """Give the median of what did not fail; NaN of nothing."""
    values = [one[key] for one in runs if "failed" not in one]
    return float(np.median(values)) if values else float("nan")


def ratio(runs, others, key="seconds"):
    """Give the median over the rounds of runs / others in the same round."""
    pairs = [(a, b) for a, b in zip(runs, others, strict=False) if "failed" not in a and "failed" not in b]
    return float(np.median([a[key] / b[key] for a, b in pairs])) if pairs else float("nan")


def grid(head, lines):
    """Write Markdown."""
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows)


def _spread(runs):
    values = sorted(one["seconds"] for one in runs if "failed" not in one)
    return f"{np.median(values):.3g} ({values[0]:.3g}-{values[-1]:.3g})" if values else ""


def _failed(runs):
    return next((one["failed"] for one in runs if "failed" in one), "")


def bound(claim, measured, held, digits=2):
    """Make a line of the bounds; what could not be measured is not held."""
    return {"claim": claim, "measured": f"{measured:,.{digits}f}", "held": bool(held)}


def passes(found):
    """Tell of one pass at each size.

    Parameters
    ----------
    found : dict of list of dict
        Runs of each number of rows.

    Returns
    -------
    table : str
    bounds : list of dict
    """
    lines, bounds, smallest = [], [], min(found, key=_rows)
    for name, runs in found.items():
        rate, peak, kept = _rows(name) / median(runs), median(runs, "peak"), name.endswith(SCRATCH)
        size, how, least = f"{_rows(name):,}", SCRATCH * kept, KEPT if kept else FASTEST
        lines.append([size + how, _spread(runs), f"{rate / 1e6:.1f}", f"{peak / 1e6:.0f}", _failed(runs)])
        claim = f"a pass, {size} rows{how}"
        if name != smallest:  # there it is what a pass costs once
            fast = f"{claim}: at least {least / 1e6:.0f} million rows/s"
            bounds.append(bound(fast, rate / 1e6, rate >= least, 1))
        bounds.append(bound(f"{claim}: below 500 MB", peak / 1e6, peak < SMALLEST, 0))
    peaks = [median(runs, "peak") for name, runs in found.items() if not name.endswith(SCRATCH)]
    for name, same in (("all sizes", peaks), ("the two larger sizes", peaks[1:])):
        apart = max(same) / min(same)
        bounds.append(bound(f"peak at {name}: largest / smallest at most 1.1", apart, apart <= SAME))
    return grid(["rows", "seconds (spread)", "million rows/s", "peak MB", "failed"], lines), bounds


def _rows(name):
    return int(name.removesuffix(SCRATCH))


def jobs(found):
    """Tell of the whole job.

    Parameters
    ----------
    found : dict
        By data set the runs by name; ``peers``, a run of each.
    """
    peers = {f"{name} {one.get('version', '')}".strip(): [one] for name, one in found["peers"].items()}
    everyone = found | {"touching": found["touching"] | peers}
    lines = [line for data, runs in everyone.items() if data != "peers" for line in _job_lines(data, runs)]
    head = ["rows", "who", "seconds (spread)", "/ streaming", "peak MB", "/ streaming", "inertia / best", "passes"]
    return grid(head, lines), _job_bounds(found)


def _job_lines(data, everyone):
    ours = everyone["streaming"]
    best = min([one["inertia"] for runs in everyone.values() for one in runs if "inertia" in one], default=np.nan)
    for name, runs in everyone.items():
        first = runs[0]
        if "failed" in first:
            yield [data, name, first["failed"], *[""] * 5]
            continue
        settled = all(one.get("settled", True) for one in runs if "failed" not in one)
        passes = f"{median(runs, 'steps'):g}{'' if settled else ', not settled'}"
        memory = [f"{median(runs, 'peak') / 1e6:.0f}", f"{ratio(runs, ours, 'peak'):.2f}"]
        known = [one["inertia"] / best for one in runs if "inertia" in one]
        inertia = f"{np.median(known):.4f} ({min(known):.4f}-{max(known):.4f})" if known else "not known"
        yield [data, name, _spread(runs), f"{ratio(runs, ours):.2f}", *memory, inertia, passes]


def _job_bounds(found):
    lines = []
    for data, runs in found.items():
        if BATCHES not in runs:
            continue
        ours, theirs = runs["streaming"], runs["in memory"]
        slower, larger = ratio(ours, theirs), ratio(ours, theirs, "peak")
        lines.append(bound(f"whole job, {data}: seconds / in memory at most 1", slower, slower <= 1))
        if data in ("touching", "overlapping"):  # few rows need little in memory, too
            lines.append(bound(f"whole job, {data}: peak / in memory at most 0.2", larger, larger <= FIFTH))
    one, other = (found["touching, same start"][name][0].get("inertia", np.nan) for name in ("streaming", "in memory"))
    apart = abs(one / other - 1)
    return [*lines, bound("same start: inertia apart by at most 0.1 %", 100 * apart, apart <= CLOSE, 4)]


def batches(found):
    """Tell of a start measured by one pass beside partial_fit.

    Parameters
    ----------
    found : dict
        By data set the runs by name.
    """
    lines, bounds = [], []
    for data, runs in found.items():
        ours, theirs = runs[QUICK], runs[BATCHES]
        times, higher = ratio(ours, theirs), ratio(ours, theirs, "inertia")
        lines.append([data, _spread(ours), _spread(theirs), f"{times:.2f}", f"{higher:.4f}"])
        bounds.append(bound(f"{data}: seconds / partial_fit's at most 1", times, times <= 1))
        bounds.append(bound(f"{data}: inertia / partial_fit's at most 1", higher, higher <= 1, 4))
    return grid(["rows", QUICK, BATCHES, "seconds, ratio", "inertia, ratio"], lines), bounds


def cluster(found):
    """Tell of the Dask cluster beside the threads."""
    times = ratio(found["dask"], found["threads"])
    lines = []
    for name, runs in found.items():
        ready = f"{median(runs, 'start'):.1f}" if name == "dask" else ""
        beside = f"{ratio(runs, found['threads']):.2f}"
        lines.append([name, _spread(runs), beside, ready, f"{median(runs, 'peak') / 1e6:.0f}", _failed(runs)])
    head = ["a pass on", "seconds (spread)", "/ threads", "start-up, seconds", "peak MB, of all processes", "failed"]
    return grid(head, lines), [bound("Dask's pass / the threads' at most 1.3", times, times <= CLUSTER)]


def growth(found):
    """Tell of the slopes and the largest sizes; no bounds."""
    lines = []
    for one in found:
        if "time" not in one:
            lines.append([one["name"], f"only {one['runs']} runs", *[""] * 7])
            continue
        last = "{rows:,}: {seconds:.3g} s".format(**one["last"]) + f", {one['last']['peak'] / 1e6:.0f} MB"
        last += f", {one['last']['neighbours']:.0f} neighbours" if one["last"].get("neighbours") else ""
        last += f"; twice as many {one['failed']['failed']}" if one["failed"] else ""
        slopes = [f"{one['time']:.2f}", f"{one['memory']:.2f}"]
        end = one["failed"]["rows"] if one["failed"] else FAR * one["last"]["rows"]
        lines.append([one["name"], last, *slopes, *(_size(each, end) for each in one["largest"].values())])
    waits = ["interactive (1 s)", "get a coffee (5 min)", "over lunch (1 h)", "overnight (12 h)"]
    return grid(["who", "largest measured", "slope of time", "of memory", *waits], lines), []


def _size(largest, end):
    """Round to what can be known: two digits of what was measured, one of what lies beyond, none from an end on."""
    if largest["rows"] is None or largest["rows"] >= end:
        return "-"
    digits = 1 if largest["beyond"] else 2
    rows = float(f"{largest['rows']:.{digits - 1}e}")
    by, name = next((each for each in ((1e9, " billion"), (1e6, " million")) if rows >= each[0]), (1, ""))
    size = f"{rows / by:,.10g}{name}"
    return ("about " if largest["beyond"] else "") + size + (" (memory)" if largest["memory"] else "")


def profile(found):
    """Tell where one pass's seconds go, and set it beside a step in memory and the decoding."""
    if "failed" in found:
        return f"The profile: {found['failed']}", []
    whole = found["seconds"]["the pass"]
    lines = [[part, f"{took:.3f}", f"{100 * took / whole:.0f}"] for part, took in found["seconds"].items()]
    theirs = found["seconds"]["scikit-learn's step on these rows in memory"] + found["seconds"]["decoding"]
    held = bound("a pass / a step in memory and the decoding: at most 1.1", whole / theirs, whole <= STEP * theirs)
    return grid(["one thread, 1,000,000 rows", "CPU seconds", "%"], lines), [held]


def bounds(found):
    """Write what must hold, and whether it did."""
    if not found:
        return ""
    lines = [[one["claim"], one["measured"], "held" if one["held"] else "NOT HELD"] for one in found]
    return grid(["must hold", "measured", ""], lines)
