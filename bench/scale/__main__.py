"""Bigger data: one exact pass, the whole job, a Dask cluster, growth and a profile, each beside what a user would pick.

Run by ``make bench``, part "scale". Writes JSON and a table to ``build/bench/`` and ``data/results/``; with other sizes
than the usual ones it only prints. ``BENCH_PEERS`` names an interpreter that has pyspark and dask-ml.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bench.results import FOLDERS, write
from bench.scale import growth, table
from bench.scale.data import SETS, K
from bench.scale.run import interleave, run

PEERS = os.environ.get("BENCH_PEERS", sys.executable)
PEER_SECONDS = 600
PEER_GIGABYTES = 8  # the JVM's own limit
GROUP = 250_000  # rows of a row group: between what DuckDB (122,880) and Polars (262,144) write
NOTE = """
Files: zstd Parquet as pyarrow writes it, in the file system's cache. One measurement is one process; medians, with the
smallest and largest in brackets, of runs that were taken in turn; a ratio is that of the same round. Peak: most
resident memory of the process; of peers and of the cluster, that of all their processes. Row groups of 250,000 rows.
Each round of the whole job has another random state, and all inertias are measured alike; the peers run once.
"Streaming, 1 pass" is the start of a fit, measured by one pass. In memory has one start, but where five are told;
streaming has five, on its sample. Touching and overlapping: 64 gaussians, the same centres, other widths; the other
sets have a fifth of the rows. With scratch: the third pass of a fit, which reads what the first one wrote. Growth:
slopes of the logarithms over the upper half of the sizes (memory: what is more than at 1,000 rows); "about" lies
beyond what was measured, "-" beyond a hundred times that, or beyond a size that broke off.
"""


class Files:
    """The files of mixed gaussians, each made when it is first asked for, and starting centres."""

    def __init__(self, folder, group):
        self.folder, self.group, self._centers = folder, group, None

    def path(self, rows, draw="touching"):
        """Give the file with so many rows."""
        path = Path(self.folder, f"{draw}-{rows}.parquet")
        if not path.exists():
            print(f"  making {rows:,} rows", flush=True)
            made = run("write", path=str(path), rows=rows, group=self.group, draw=draw)
            if "failed" in made:
                raise RuntimeError(f"the file of {rows:,} rows could not be made: {made['failed']}")
        return str(path)

    def centers(self):
        """Give k-means++ centres, the same for everybody."""
        self._centers = self._centers or run("start", path=self.path(self.group))["centers"]
        return self._centers


def passes(files, options):
    """Measure one pass at three sizes, and at the larger two a later pass of a fit with scratch."""
    sizes = (options.rows // 10, options.rows, options.rows * 10)
    shared = {"centers": files.centers(), "warm": files.path(files.group)}
    cells = {str(n): {"what": "one_pass", "path": files.path(n)} | shared for n in sizes}
    for n in sizes[1:]:
        cells[f"{n}{table.SCRATCH}"] = cells[str(n)] | {"what": "scratch_pass", "folder": files.folder}
    found = interleave(cells, options.rounds)
    Path(files.path(sizes[-1])).unlink()
    return found


OURS, THEIRS = "streaming", "in memory"
CONTENDERS = {
    OURS: {"what": "streaming"},
    THEIRS: {"what": "in_memory"},
    table.BATCHES: {"what": "minibatch"},
    f"{OURS}, 1 pass": {"what": "streaming", "max_passes": 1},
}
OTHERS = {"Spark MLlib local[2]": ("spark", "pyspark"), "dask-ml": ("dask_ml", "dask-ml")}


def _on_each_set(cells, files, options):
    """Run these cells in turn on each set of rows; the runs by set."""
    found = {}
    for draw in ("touching", "overlapping", *SETS):
        print(f" {draw}", flush=True)
        rows = options.rows // 5 if draw in SETS else options.rows
        shared = {"path": files.path(rows, draw), "k": SETS.get(draw, K), "random_state": 0}
        found[draw] = interleave({name: cell | shared for name, cell in cells.items()}, options.rounds)
    return found


def jobs(files, options):
    """Measure the whole job on each set, from the same start, and beside as many starts in memory; the peers once."""
    found = _on_each_set(CONTENDERS, files, options)
    path = files.path(options.rows)
    five = CONTENDERS[THEIRS] | {"path": path, "k": K, "n_init": 5, "random_state": 0}
    found["touching"] |= interleave({f"{THEIRS}, 5 starts": five}, 1)
    same = {name: CONTENDERS[name] | {"path": path, "k": K, "init": files.centers()} for name in (OURS, THEIRS)}
    print(" touching, same start", flush=True)
    found["touching, same start"] = interleave(same, 1)  # the inertia is what is asked, and does not change
    return found | {"peers": {name: _peer(name, what, path) for name, what in OTHERS.items()}}


def batches(files, options):
    """Measure what a fit has in the time that partial_fit takes: one start on a sample, and a pass that measures it."""
    quick = {"what": "streaming", "n_init": 1, "max_passes": 1}
    return _on_each_set({table.QUICK: quick, table.BATCHES: CONTENDERS[table.BATCHES]}, files, options)


def _peer(name, what, path):
    """Run a peer, once, if it is there."""
    module = {"module": "bench.scale.peers", "python": PEERS}
    task, package = what
    there = run("versions", **module)
    if package not in there:
        return {"failed": there.get("failed", "not installed")}
    caps = {"seconds": PEER_SECONDS, "most": 20e9}
    one = run(task, path=path, k=K, gigabytes=PEER_GIGABYTES, **caps, **module)
    if "failed" not in one:
        one |= {"peak": one["family"]} | run("inertia", path=path, centers=one.pop("centers"))
    print(f"  {name} {there[package]}: {one.get('failed') or format(one['seconds'], '.1f') + ' s'}", flush=True)
    return one | {"version": there[package]}


def cluster(files, options):
    """Measure a pass on threads and on a Dask cluster."""
    shared = {"path": files.path(options.rows), "centers": files.centers(), "warm": files.path(files.group)}
    # one thread of linear algebra a worker, as Dask itself sets it
    cells = {"threads": {"what": "one_pass"}, "dask": {"what": "cluster", "threads": 1}}
    return interleave({name: cell | shared for name, cell in cells.items()}, options.rounds)


def grow(files, options):
    """Measure time and memory against the number of rows."""
    runs = growth.measure(files.folder, options.seconds)
    return {"runs": runs, "summary": growth.summarize(runs)}


def profile(files, options):
    """Take a pass apart."""
    return run("profile", path=files.path(files.group), centers=files.centers(), threads=1)


PARTS = {
    "passes": (passes, "One exact pass, 8 columns, k=64, 2 threads", table.passes),
    "jobs": (jobs, "The whole job", table.jobs),
    "batches": (batches, "Beside partial_fit, in its time", table.batches),
    "cluster": (cluster, "Dask's LocalCluster, 2 processes, beside 2 threads", table.cluster),
    "growth": (grow, "Growth, k=8, 2 columns", lambda found: table.growth(found["summary"])),
    "profile": (profile, "Where one pass's seconds go", table.profile),
}


def measure(options, folder):
    """Measure the parts that are wanted; the results, their tables, and what must hold."""
    files, found, texts, bounds = Files(folder, min(GROUP, options.rows // 50)), {}, [], []
    for name in options.parts:
        begin, (part, title, tell) = time.monotonic(), PARTS[name]
        print(f"{title} ...", flush=True)
        found[name] = part(files, options)
        FOLDERS[0].mkdir(parents=True, exist_ok=True)  # what a later part that fails would take with it
        (FOLDERS[0] / "scale.partial.json").write_text(json.dumps(found), encoding="utf-8")
        text, more = tell(found[name])
        texts.append(f"**{title}**\n\n{text}\n")
        bounds += more
        print(f"  {time.monotonic() - begin:.0f} s in all", flush=True)
    return found | {"bounds": bounds}, "\n".join([*texts, table.bounds(bounds), NOTE])


def main():
    """Measure, show, and keep."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000_000, help="of the whole job")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=30, help="of the longest run in the growth")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    options = parser.parse_args()
    if not shutil.which(PEERS):  # told now, not after twenty minutes
        sys.exit(f"bench.scale: BENCH_PEERS names no program: {PEERS}")
    with tempfile.TemporaryDirectory() as folder:
        found, text = measure(options, folder)
    if options == parser.parse_args([]):
        write("scale", found, text)
    else:
        print(text)


if __name__ == "__main__":
    main()
