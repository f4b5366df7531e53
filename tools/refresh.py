"""Execute a committed notebook from its top and store its outputs: ``python -m tools.refresh 06_dbscan``."""

import argparse
import sys
import uuid

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from tools.course import ROOT, read_course
from tools.kernels import Manager

TIMEOUT = 300  # seconds for a cell


def refresh(name, notebook):
    """Run a notebook in a fresh kernel and write it where it was; if a cell fails, the file stays as it was."""
    folder = ROOT / "notebooks"
    options = {"timeout": TIMEOUT, "kernel_manager_class": Manager, "extra_arguments": ["--log-level=CRITICAL"]}
    options |= {"record_timing": False, "coalesce_streams": True}
    known = dict(notebook.metadata)
    NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}, **options).execute()
    notebook.metadata = nbformat.from_dict(known)  # without controls' states, and the version of this Python
    for cell in notebook.cells:
        for number, output in enumerate(cell.get("outputs", [])):
            view = output.get("data", {}).get("application/vnd.jupyter.widget-view+json")
            if view:  # by itself another number at each run
                view["model_id"] = uuid.uuid5(uuid.NAMESPACE_URL, f"{cell.id}-{number}").hex
    nbformat.write(notebook, folder / name)


def main(arguments=None):
    """Refresh one notebook; return 0, 1 if a cell failed, 2 if there is no such notebook."""
    parser = argparse.ArgumentParser(prog="python -m tools.refresh", description=__doc__)
    parser.add_argument("notebook", help="e.g. 06_dbscan")
    course = read_course()
    name = f"{parser.parse_args(arguments).notebook.removeprefix('notebooks/').removesuffix('.ipynb')}.ipynb"
    if name not in course:
        known = ", ".join(each.removesuffix(".ipynb") for each in course)
        print(f"Name a notebook, for example: make refresh NOTEBOOK=06_dbscan\nThe notebooks: {known}", file=sys.stderr)
        return 2
    try:
        refresh(name, course[name])
    except (CellExecutionError, CellTimeoutError, DeadKernelError, OSError) as error:
        print(f"Nothing was stored: {error}", file=sys.stderr)
        return 1
    print(f"Stored the outputs of notebooks/{name}: look at `git diff`, then run make test")
    return 0


if __name__ == "__main__":
    sys.exit(main())
