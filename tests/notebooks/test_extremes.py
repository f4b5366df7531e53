"""The slow tier: a set-up that is killed half-way, and notebooks at the ends of their parameters' ranges."""

import copy
import os
import shutil
import signal
import subprocess
import time
import venv

import pytest
from commands import ROOT
from course import NOTEBOOKS
from nbclient import NotebookClient

from bench.live import at_every_end, times_of
from tools.parameters import parameters_of

DEADLINE = 300  # seconds


@pytest.mark.slow(reason="makes the whole environment, over the network")
def test_a_set_up_killed_half_way_is_mended_by_the_next_call(tmp_path):
    for name in ("Makefile", "pyproject.toml", "requirements.txt", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "helpers", tmp_path / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
    with subprocess.Popen(
        ["make", "setup"], cwd=tmp_path, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as first:
        end = time.monotonic() + DEADLINE
        # numpy's folder appears in the middle of uv's installation
        while not list(tmp_path.glob(".venv/lib/python*/site-packages/numpy")):
            assert first.poll() is None, first.stdout.read()
            assert time.monotonic() < end
            time.sleep(0.01)
        os.killpg(first.pid, signal.SIGKILL)
    assert not (tmp_path / ".venv" / ".ready").exists()

    other = tmp_path / "other"  # another environment that happens to be active must stay as it is
    venv.create(other)
    before = sorted(other.rglob("*"))
    second = subprocess.run(
        ["make", "setup"],
        cwd=tmp_path,
        env=os.environ | {"VIRTUAL_ENV": str(other), "UV_PYTHON": str(other / "bin" / "python")},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    assert second.returncode == 0, second.stderr
    assert sorted(other.rglob("*")) == before

    moved = tmp_path.with_name("moved Übung")  # the folder can be moved, and its name hold any letters
    tmp_path.rename(moved)
    code = "import numpy, sklearn, jupyterlab, helpers.datasets; print(ascii(helpers.__file__))"
    imported = subprocess.run(
        [moved / ".venv" / "bin" / "python", "-c", code],
        cwd="/",
        env=os.environ | {"LC_ALL": "C"},
        capture_output=True,
        text=True,
    )
    moved.rename(tmp_path)
    assert imported.stdout.strip() == ascii(str(moved / "helpers" / "__init__.py")), imported.stderr


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
