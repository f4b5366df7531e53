"""The slow tier: notebooks at the ends of their parameters' ranges."""

import copy
import json
import re
from functools import cache

import pytest
from commands import ROOT
from course import NOTEBOOKS, between, calls, every_notebook
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from bench.live import at_every_end, times_of
from tools.parameters import parameters_of

CAME = "import json; from helpers.exercises import guessing; print(json.dumps(guessing.came()))"


@cache
def came(name, end):
    """Run a notebook at one end of its parameters; return what came of its predictions."""
    notebook = copy.deepcopy(NOTEBOOKS[name])
    (cell,) = (cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    cell.source = "\n".join(f"{known.name} = {getattr(known, end)!r}" for known in parameters_of(notebook))
    notebook.cells.append(new_code_cell(CAME))
    # nbclient sometimes waits for its whole timeout after a live control (jupyter/nbclient#312): draw all ends instead
    at_every_end(notebook)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT / "notebooks")}}).execute()
    assert len(times_of(notebook)) >= 2
    return json.loads(notebook.cells[-1].outputs[0].text)


@pytest.mark.slow(reason="runs each notebook twice more")
@every_notebook
def test_a_notebook_survives_the_ends_of_its_parameters_and_so_do_its_predictions(name):
    """What comes is the same choice at both ends, unless the question says on what it depends.

    Between them lie the defaults, at which nbval runs the notebook every day.
    """
    asked = {number: cell.source for number, cell in calls(name, "predict").items()}
    low, high = came(name, "low"), came(name, "high")
    assert low.keys() == high.keys() == asked.keys()
    changed = [number for number in asked if low[number] != high[number]]
    assert [number for number in changed if "depends on" not in asked[number]] == []


@pytest.mark.slow(reason="needs a run of each notebook")
@every_notebook
def test_no_description_gives_away_what_comes(name):
    """Figures, prose and comments between a prediction and its reveal do not hold the words of the choice that came."""
    for number, words in came(name, "low").items():
        for cell in between(name, number):
            told = re.findall(r"# .*|(?s:show\(.*)", cell.source)  # comments, and what a figure shows
            texts = cell.source if cell.cell_type == "markdown" else " ".join(told)
            assert not re.search(rf"(?<!\w){re.escape(words)}(?!\w)", texts), (number, cell.id)
