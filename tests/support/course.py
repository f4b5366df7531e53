"""The committed notebooks, as the tests read them."""

import re

import nbformat
import pytest
from commands import ROOT

from tools.course import calls_of

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in PATHS}

every_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


def code_cells(name, tag=None):
    cells = [cell for cell in NOTEBOOKS[name].cells if cell.cell_type == "code"]
    return cells if tag is None else [cell for cell in cells if tag in cell.metadata.get("tags", [])]


def prose(name):
    return [cell for cell in NOTEBOOKS[name].cells if cell.cell_type == "markdown"]


def prose_text(name):
    return "\n".join(cell.source for cell in prose(name))


def cell_with(id):
    (cell,) = [cell for notebook in NOTEBOOKS.values() for cell in notebook.cells if cell.id == id]
    return cell


def slug(title):
    """The anchor that GitHub, MyST and the notebooks' links give a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def calls(name, kind):
    """Cells that call `predict` or `reveal`, by the prediction's number."""
    cells = [cell for cell in code_cells(name) if cell.source.startswith(f"{kind}(")]
    return {number: cell for cell in cells for number, *_ in calls_of(kind, cell.source)}


def between(name, number):
    """What a learner sees from a prediction to what reveals it."""
    cells = NOTEBOOKS[name].cells
    first, last = (cells.index(calls(name, kind)[number]) for kind in ("predict", "reveal"))
    return [cell for cell in cells[first + 1 : last] if not {"proof", "solution"} & set(cell.metadata.get("tags", []))]
