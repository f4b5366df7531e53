"""The memory that each notebook takes: the peak of its kernel and all that it starts, run once from top to bottom.

Run by ``make bench``. Writes JSON and a table to ``build/bench/`` and ``data/results/``. Libraries that several
programs have loaded are in memory once. PSS shares them out among all programs of the machine, so it falls while
something else runs that uses them; the other measure counts them whole, once for the kernel and its children.
"""

import os
import threading
from contextlib import suppress

import nbformat
import psutil
from nbclient import NotebookClient
from tqdm import tqdm

from bench.results import ROOT, write
from tools.kernels import Manager

EVERY = 0.07  # seconds from one look to the next
ROOM = 1e9  # bytes
MEASURE = "PSS" if hasattr(psutil.Process().memory_full_info(), "pss") else "RSS"
NOTE = f"""
Peak in MB of the kernel with its children, looked at every {1000 * EVERY:.0f} ms while the notebook ran once from top
to bottom, with as many threads as `make lab` allows. {MEASURE}: summed over the processes; PSS is less
while other programs use the same libraries. Whole: the memory of each process alone, and the largest shared part once;
never less than PSS. Into a room of 1 GB (whole, a billion bytes) fit """


def taken():
    """Bytes that the processes take which this one started: by PSS (RSS where there is none), and whole."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it has ended
            found.append(process.memory_full_info())
    summed = sum(getattr(one, MEASURE.lower()) for one in found)
    shared = max((one.rss - one.uss for one in found), default=0)
    return summed, max(summed if MEASURE == "PSS" else 0, shared + sum(one.uss for one in found))


def measure(path):
    """Run a notebook.

    Returns
    -------
    dict
        The peaks in bytes, and the id of the cell in which the second was reached.
    """
    notebook, ended, cell = nbformat.read(path, as_version=4), threading.Event(), [None]
    peaks = {"summed": 0, "whole": 0, "cell": None}

    def look():
        while not ended.wait(EVERY):
            summed, whole = taken()
            peaks["summed"] = max(peaks["summed"], summed)
            if whole > peaks["whole"]:
                peaks.update(whole=whole, cell=cell[0])

    def note(cell_index, **_):
        cell[0] = notebook.cells[cell_index].id

    looking = threading.Thread(target=look)
    looking.start()
    try:
        where = {"metadata": {"path": str(path.parent)}}
        NotebookClient(
            notebook, timeout=300, kernel_manager_class=Manager, resources=where, on_cell_start=note
        ).execute()
    finally:
        ended.set()
        looking.join()
    return peaks


def main():
    """Measure every notebook."""
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"  # as in Lab
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.pop(name, None)
    found = {path.stem: measure(path) for path in tqdm(sorted((ROOT / "notebooks").glob("*.ipynb")), desc="memory")}
    rows = [f"| notebook | {MEASURE} | whole | largest in cell |\n|---|---|---|---|"]
    rows += [
        f"| {name} | {one['summed'] / 1e6:.0f} | {one['whole'] / 1e6:.0f} | {one['cell']} |"
        for name, one in found.items()
    ]
    large = [name for name, one in found.items() if one["whole"] > ROOM]
    fitting = f"all but {', '.join(large)}." if large else "all of them."
    write("memory", found, "\n".join([*rows, f"{NOTE}{fitting}\n"]))


if __name__ == "__main__":
    main()
