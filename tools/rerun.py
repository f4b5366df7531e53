"""Run one notebook with other parameters: ``python -m tools.rerun 06_dbscan eps=0.25 min_samples=8``.

What may be given is said by the notebook's own cell (`tools.parameters`) and checked before a kernel starts;
papermill does the running. The run and its record (JSON) go to build/runs.
"""

import argparse
import contextlib
import hashlib
import itertools
import json
import platform
import re
import sys
import time
from datetime import UTC, datetime
from importlib import metadata

import nbformat
from papermill.engines import papermill_engines
from papermill.iorw import load_notebook_node, write_ipynb
from papermill.parameterize import parameterize_notebook

from helpers.files import whole
from helpers.machine import machine
from tools.course import ROOT
from tools.kernels import Manager
from tools.parameters import Refused, parameters_of, read, table

EXAMPLE = 'make run NOTEBOOK=06_dbscan PARAMS="eps=0.25 min_samples=8"'


def execute(notebook, values, path, folder):
    """Run a notebook in a fresh kernel, keep it at `path` from cell to cell, and say how it ended.

    Parameters
    ----------
    notebook : NotebookNode
    values : dict
        Of the parameters that are given.
    path, folder : Path
        Where the run is kept, and where its kernel works.

    Returns
    -------
    dict
        ``ended``: "well", "with an error" or "stopped"; if not well also ``cell``, its id, and ``error``.
    """
    run = load_notebook_node(notebook)
    if values:
        run = parameterize_notebook(run, values)
    try:
        papermill_engines.execute_notebook_with_engine(
            None,
            run,
            kernel_name=run.metadata.kernelspec.name,
            output_path=str(path),
            progress_bar={"desc": path.name.partition("-")[0]},
            kernel_manager_class=Manager,
            extra_arguments=["--log-level=CRITICAL"],  # the run holds its errors; no advice on encryption
            resources={"metadata": {"path": str(folder)}},
        )
    except (KeyboardInterrupt, Exception) as error:  # whatever it was: the run is kept, with what is known of its end
        return _ending(run, error, path)
    return _ending(run, None, path)


def _ending(run, stop, path):
    """Say how a run ended, and mend papermill's notes: it calls completed what a stopped run never reached."""
    started = [cell for cell in run.cells if cell.metadata.papermill.get("start_time")]
    if stop is None and not any(cell.metadata.papermill["exception"] for cell in started):
        return {"ended": "well"}
    for cell in run.cells[len(started) :]:
        cell.metadata.papermill["status"] = "pending"
    raised = [output for cell in started[-1:] for output in cell.get("outputs", []) if output.output_type == "error"]
    stopped = isinstance(stop, KeyboardInterrupt)
    error = "Ctrl+C" if stopped else f"{type(stop).__name__}: {stop}"
    if stop is None:
        error = f"{raised[-1].ename}: {raised[-1].evalue}" if raised else "an error that left no output"
    for cell in started[-1:]:
        cell.metadata.papermill["status"] = "failed"
    write_ipynb(run, str(path))
    where = started[-1].id if started else None
    return {"ended": "stopped" if stopped else "with an error", "cell": where, "error": error}


def versions():
    """Give the versions of Python and of all that the course asks for; dict."""
    lines = metadata.requires("clustering-course")
    names = [re.match(r"[\w.-]+", line)[0] for line in lines if "extra ==" not in line]
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in names}


def rerun(source, pairs):
    """Run the notebook `source` with texts ``name=value``, and keep run and record.

    Returns
    -------
    record : dict
    path : Path
        Of the run; the record beside it has the same name, ending in ``.json``.

    Raises
    ------
    Refused
        Before a kernel starts.
    """
    content = source.read_bytes()
    notebook = nbformat.reads(content.decode(), as_version=4)
    parameters = parameters_of(notebook)
    try:
        values = read(pairs, parameters)
    except Refused as error:
        raise Refused(f"\n{error}\nThe parameters of {source.stem}:\n{table(parameters)}") from None
    record = _record(source.name, content, values, parameters)
    given = (re.sub(r"[^\w=.,+-]", "_", text)[-60:] for text in _texts(values))  # a path is no file name
    path = _reserve("-".join([source.stem, re.sub(r"\W", "", record["when"])[:15], *given]))
    _write(record, path)
    start = time.perf_counter()
    record |= execute(notebook, values, path, source.parent) | {"seconds": round(time.perf_counter() - start, 2)}
    _write(record, path)
    return record, path


def _record(name, content, values, parameters):
    return {
        "notebook": f"notebooks/{name}",
        "sha256": hashlib.sha256(content).hexdigest(),
        "parameters": {"given": values, "default": {p.name: p.default for p in parameters if p.name not in values}},
        "versions": versions(),
        "machine": machine(),
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "ended": "not yet",  # stays so if this process is killed
    }


def _texts(values):
    return [f"{name}={value}" for name, value in values.items()]


def _reserve(stem):
    """Make an empty file for a run, under a name that no other run has."""
    folder = ROOT / "build" / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        path = folder / f"{stem}{'' if number == 1 else f'-{number}'}.ipynb"
        with contextlib.suppress(FileExistsError):
            path.touch(exist_ok=False)
            return path


def _write(record, path):
    with whole(path.with_suffix(".json")) as file:
        file.write((json.dumps(record, indent=1) + "\n").encode())


def _source(name):
    """Find a notebook of the course by its name, with or without folder and ending."""
    known = {path.stem: path for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
    stem = name.removeprefix("notebooks/").removesuffix(".ipynb")
    if stem not in known:
        problem = f"there is no notebook {name}" if name else "no notebook is named"
        raise Refused("\n  ".join([f"{problem}; for example: {EXAMPLE}\nThe notebooks:", *known]))
    return known[stem]


def _told(record, path):
    """Say in a line what was done."""
    given = ", ".join(_texts(record["parameters"]["given"])) or "its defaults"
    what, kept = f"{record['notebook']} with {given}", f"{path.relative_to(ROOT)}, its record beside it (.json)"
    if record["ended"] == "well":
        return f"Ran {what} in {record['seconds']:.1f} s: {kept}"
    how = "was stopped" if record["ended"] == "stopped" else "failed"
    where = f"in cell {record['cell']}" if record["cell"] else "before its first cell"
    return f"{what} {how} {where}: {record['error'].partition(chr(10))[0]}. What ran is kept: {kept}"


def main(arguments=None):
    """Run a notebook, or list its parameters; return 0, 1 if a cell failed, 2 if nothing was run, 130 after Ctrl+C."""
    parser = argparse.ArgumentParser(prog="python -m tools.rerun", description=__doc__.partition("\n")[0])
    parser.add_argument("notebook", nargs="?", default="", help="e.g. 06_dbscan; the notebooks are listed if omitted")
    parser.add_argument("pairs", nargs="*", metavar="name=value", help="the others stay at their defaults")
    parser.add_argument("--list", action="store_true", help="list the notebook's parameters, and run nothing")
    given = parser.parse_args(arguments)
    try:
        source = _source(given.notebook)
        if given.list:
            print(table(parameters_of(nbformat.read(source, as_version=4))))
            return 0
        record, path = rerun(source, " ".join(given.pairs).split())
    except (Refused, ValueError, OSError) as error:
        print(error if isinstance(error, OSError) else f"Nothing was run: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped by Ctrl+C.", file=sys.stderr)
        return 130
    print(_told(record, path))
    return {"well": 0, "with an error": 1, "stopped": 130}[record["ended"]]


if __name__ == "__main__":
    sys.exit(main())
