"""The course as assignments for nbgrader: ``python -m tools.grading FOLDER``, or ``make grading``.

For teachers who grade. Each notebook becomes an assignment of the same name, and each exercise a point, which a cell
after it gives if ``check`` says right. The recipe, tested with nbgrader 0.9.6 beside the course's pinned versions:

``make grading`` installs nbgrader, with the course, into an environment of its own, build/nbgrader (not into .venv,
which learners share), and writes build/grading with the folder ``source`` and ``nbgrader_config.py``. Then, in
build/grading, after ``. ../nbgrader/bin/activate`` (nbgrader calls programs by their names):

1. ``nbgrader generate_assignment 02_scipy_vq`` writes ``release/02_scipy_vq``: the notebook to hand out, to learners
   who have set up the learner's edition (`tools.student`).
2. Put what comes back to ``submitted/NAME/02_scipy_vq/02_scipy_vq.ipynb``.
3. ``nbgrader autograde 02_scipy_vq`` runs each notebook and counts; ``nbgrader generate_feedback 02_scipy_vq`` writes
   a page for each learner; ``nbgrader export`` writes all points to grades.csv.

What a learner runs is run on your machine: nbgrader does not shut it in, and what `check` knows can be read by anyone.
"""

import argparse
import re
import shutil
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

from tools.course import ROOT, has_tag, read_course, relink_notebook
from tools.student import unanswered

CHECK = re.compile(r'\ncheck\("([\d.]+)", answer\)$')  # the last line of a stub, and of a solution

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "clustering"
# What takes a solution's place; the exercise itself, with its three dots, stands above it.
c.ClearSolutions.code_stub = {"python": "# Put your answer in place of the three dots above, and run the cell."}
c.Execute.timeout = 300
# A client that misses no reply while a live control draws (tools/kernels.py says more).
c.AsyncKernelManager.client_factory = "tools.kernels.Client"
"""

TEST = """\
# {number}, one point: the verdict on the answer above, which counts for no other exercise
from helpers.exercises import check

handed_in = globals().get("handed_in", {{}}) if answer is ... else {{"{number}": answer}}
answer = ...
verdict = check("{number}", handed_in.get("{number}", ...))
assert verdict.status == "right", verdict"""


def _nbgrader(cell_id, **kinds):
    """Describe a cell to nbgrader, in its schema 3."""
    kinds = {"grade": False, "locked": False, "solution": False, "task": False} | kinds
    return {"nbgrader": {"grade_id": cell_id, "schema_version": 3, "cell_type": "code"} | kinds}


def assignment(notebook):
    """Turn a notebook of the course into the source of an assignment.

    An exercise's cell holds the stub, then between nbgrader's marks the solution, then the check. The cell after it
    gives the point.

    Parameters
    ----------
    notebook : NotebookNode
        With cells tagged `exercise` and `solution`.

    Returns
    -------
    NotebookNode
    """
    solutions = {
        CHECK.search(cell.source)[1]: CHECK.sub("", cell.source) for cell in notebook.cells if has_tag(cell, "solution")
    }
    notebook = unanswered(notebook)
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if has_tag(cell, "exercise"):
            number = CHECK.search(cell.source)[1]
            stub = CHECK.sub("", cell.source)
            solution = f"### BEGIN SOLUTION\n{solutions[number]}\n### END SOLUTION"
            cell.source = f'{stub}\n{solution}\ncheck("{number}", answer)'
            cell.metadata |= _nbgrader(cell.id, solution=True)
            test = f"{cell.id}-point"
            kinds = _nbgrader(test, grade=True, locked=True, points=1)
            cells.append(new_code_cell(TEST.format(number=number), id=test, metadata=kinds))
    notebook.cells = cells
    return notebook


def write_source(folder):
    """Write a course folder for nbgrader: its configuration and ``source``, which is emptied first.

    Returns
    -------
    dict
        Of each assignment's name and what was written.
    """
    source = folder / "source"
    shutil.rmtree(source, ignore_errors=True)
    assignments = {Path(name).stem: assignment(notebook) for name, notebook in read_course().items()}
    for name, notebook in assignments.items():
        (source / name).mkdir(parents=True)
        if any("../data/" in cell.source for cell in notebook.cells):  # nbgrader takes along what lies beside
            shutil.copytree(ROOT / "data", source / name / "data")
            for cell in notebook.cells:
                cell.source = cell.source.replace("../data/", "data/")
        relink_notebook(notebook, lambda path, folder=source / name: path if (folder / path).exists() else None)
        nbformat.write(notebook, source / name / f"{name}.ipynb")
    (folder / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    return assignments


def main(arguments=None):
    """Write a course folder for nbgrader; return 0, or 1 if it could not be written."""
    parser = argparse.ArgumentParser(prog="python -m tools.grading", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="e.g. build/grading; what learners handed in there stays")
    folder = parser.parse_args(arguments).folder
    try:
        assignments = write_source(folder)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    points = sum(has_tag(cell, "exercise") for notebook in assignments.values() for cell in notebook.cells)
    print(f"Wrote {folder}: nbgrader_config.py, and source with {len(assignments)} assignments, {points} points in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
