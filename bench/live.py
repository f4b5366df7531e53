"""How long the notebooks' live controls take to redraw, measured in a kernel at all ends of their ranges.

Run by ``make bench``; prints a table, and writes it and the single times to ``build/bench/``.
"""

import json
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "build" / "bench"
TARGET = 200  # milliseconds; what feels like at once

# Stands in for ipywidgets' interact: draws at every combination of choices and of ends of ranges.
EVERY_END = """
def interact(function, **controls):
    import gc, itertools, json, time
    both = (True, False)
    ends = [both if c in both else c if isinstance(c, list) else c[:2] for c in controls.values()]
    times, pauses = [], []
    # now and then Python looks through all its objects for garbage; in a kernel that is full of libraries it takes long
    collecting = lambda phase, info: pauses.append((-1 if phase == "start" else 1) * time.perf_counter())
    gc.callbacks.append(collecting)
    for values in [next(itertools.product(*ends)), *itertools.product(*ends)]:  # the first call warms up
        pauses.clear()
        start = time.perf_counter()
        function(**dict(zip(controls, values)))
        times.append([1000 * (time.perf_counter() - start), 1000 * sum(pauses), *values])
    gc.callbacks.remove(collecting)
    print("every end:", json.dumps(times[1:]))
"""


def at_every_end(notebook):
    """Make a live control draw at every end of its ranges instead of waiting for a reader; changes the notebook."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            # behind the import that it stands in for
            cell.source = cell.source.replace("from ipywidgets import interact\n", EVERY_END)


def times_of(notebook):
    """Milliseconds of each drawing, slowest first, of these in garbage collection, and the values of the controls."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    texts = "".join(output.text for output in outputs if output.output_type == "stream")
    lines = [line.removeprefix("every end:") for line in texts.splitlines() if line.startswith("every end:")]
    return sorted((drawing for line in lines for drawing in json.loads(line)), reverse=True)


def main():
    """Measure every notebook."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    rows = ["| notebook | drawings | median ms | worst ms | of it pauses | where |", "|---|---|---|---|---|---|"]
    found = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        at_every_end(notebook)
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
        found[path.stem] = times = times_of(notebook)
        milliseconds = [time for time, *_ in times]
        worst, pause, *where = times[0]
        late = f" (over {TARGET})" if worst > TARGET else ""
        rows.append(
            f"| {path.stem} | {len(times)} | {np.median(milliseconds):.0f} | {worst:.0f}{late} | {pause:.0f} "
            f"| {', '.join(map(str, where))} |"
        )
        print(rows[-1], flush=True)
    (RESULTS / "live.md").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (RESULTS / "live.json").write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
