"""The slow tier: notebooks at the ends of their parameters' ranges."""

import copy

import pytest
from commands import ROOT
from course import NOTEBOOKS
from nbclient import NotebookClient

from bench.live import at_every_end, times_of
from tools.parameters import parameters_of

DEADLINE = 300  # seconds


@pytest.mark.slow(reason="runs each notebook twice more")
@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_survives_the_ends_of_its_parameters(name, end):
    notebook = copy.deepcopy(NOTEBOOKS[name])
    (cell,) = (cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    before = cell.source
    cell.source = "\n".join(f"{known.name} = {getattr(known, end)!r}" for known in parameters_of(notebook))
    assert cell.source != before
    # nbclient sometimes waits for its whole timeout after a live control (jupyter/nbclient#312): draw all ends instead
    at_every_end(notebook)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT / "notebooks")}}).execute()
    assert len(times_of(notebook)) >= 2
