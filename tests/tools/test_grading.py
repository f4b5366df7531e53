"""Assignments for nbgrader: what is written, and in the slow tier that nbgrader itself takes it and counts right."""

import contextlib
import csv
import io
import os
import re
import subprocess

import nbformat
import pytest
from commands import ROOT, make
from course import NOTEBOOKS, code_cells

from helpers.exercises import EXERCISES
from tools import grading, student

NAME = "02_scipy_vq"  # handed in by three learners in the slow tier


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Write the assignments where some of before lie, and what was handed in; the folder, and what is said."""
    folder = tmp_path_factory.mktemp("grading")
    (folder / "submitted").mkdir()
    (folder / "source" / "old").mkdir(parents=True)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        assert grading.main([str(folder)]) == 0
    return folder, said.getvalue()


@pytest.fixture(scope="module")
def folder(written):
    return written[0]


@pytest.fixture(scope="module")
def assignments(folder):
    return {path.stem: nbformat.read(path, as_version=4) for path in sorted(folder.glob("source/*/*.ipynb"))}


def kinds(notebook, kind):
    """Cells that nbgrader calls by a kind."""
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get(kind)]


def test_each_notebook_is_an_assignment_and_each_exercise_a_point(assignments):
    assert sorted(assignments) == sorted(NOTEBOOKS)
    for name, notebook in assignments.items():
        answers, points = kinds(notebook, "solution"), kinds(notebook, "grade")
        assert len(answers) == len(points) == len(code_cells(name, "solution"))
        for answer, point in zip(answers, points, strict=True):
            assert notebook.cells.index(point) == notebook.cells.index(answer) + 1
            assert (point.metadata.nbgrader.points, point.metadata.nbgrader.locked) == (1, True)
            assert f'check("{grading.CHECK.search(answer.source)[1]}", handed_in.get(' in point.source
        names = [cell.metadata.nbgrader.grade_id for cell in answers + points]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[\w-]+", one) for one in names)
        nbformat.validate(notebook)


def test_an_answer_holds_the_stub_then_the_solution_between_the_marks(assignments):
    for name, notebook in assignments.items():
        given = zip(
            kinds(notebook, "solution"), code_cells(name, "exercise"), code_cells(name, "solution"), strict=True
        )
        for cell, stub, solution in given:
            before, _, rest = cell.source.partition("### BEGIN SOLUTION\n")
            inside, _, after = rest.partition("### END SOLUTION\n")
            assert before + after == stub.source
            assert inside + after == solution.source


def test_a_point_cell_run_twice_says_the_same_and_counts_for_its_own_exercise():
    point, other = grading.TEST.format(number="00.1"), grading.TEST.format(number="01.1")
    names = {"answer": EXERCISES["00.1"].truth()}
    exec(point, names)
    exec(point, names)
    with pytest.raises(AssertionError, match="not answered yet"):
        exec(other, names)
    names["answer"] = 1
    for _ in range(2):
        with pytest.raises(AssertionError, match="together"):
            exec(point, names)


def test_no_answer_stands_outside_the_marks(assignments):
    for notebook in assignments.values():
        for cell in notebook.cells:
            assert not student.has_tag(cell, "solution")
            assert cell.get("outputs", []) == []


def test_what_a_notebook_reads_lies_beside_it(folder, assignments):
    assert "../data/" in "".join(cell.source for name in NOTEBOOKS for cell in NOTEBOOKS[name].cells)
    for name, notebook in assignments.items():
        place = folder / "source" / name
        for cell in notebook.cells:
            assert not re.search(r"\]\(\.\./|\.\./data", cell.source), cell.id
            for path in re.findall(r'["(](data/[\w/.]+)', cell.source if cell.cell_type == "markdown" else ""):
                assert (place / path).exists()
    assert (folder / "source/09_bigger_data/data/results/scale.json").exists()
    assert not (folder / "source" / NAME / "data").exists()


def test_what_was_handed_in_stays(written):
    folder, said = written
    assert (folder / "submitted").exists()
    assert not (folder / "source" / "old").exists()
    assert said.endswith(f"source with 13 assignments, {len(EXERCISES)} points in all\n")
    assert said.count("\n") == 1


def test_what_cannot_be_written_is_told_in_a_line(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert grading.main([str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


# --- with nbgrader ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nbgrader(folder):
    """Call nbgrader's programs in the course folder, from the environment that `make grading` makes."""
    made = make("build/nbgrader/.ready", cwd=ROOT)
    assert made.returncode == 0, made.stdout + made.stderr
    programs = ROOT / "build" / "nbgrader" / "bin"
    env = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER") and k != "MPLBACKEND"}
    env |= {"PATH": f"{programs}:{env['PATH']}", "JUPYTER_DATA_DIR": str(folder / "home")}

    def call(*arguments):
        done = subprocess.run([programs / arguments[0], *arguments[1:]], cwd=folder, env=env, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        return done.stdout.decode()

    return call


RELEASE_ALL = """
import pathlib
from nbgrader.apps import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader
api = NbGraderAPI(config=PyFileConfigLoader("nbgrader_config.py").load_config())
for path in sorted(pathlib.Path("source").iterdir()):
    done = api.generate_assignment(path.name)
    assert done["success"], done["log"]
"""


@pytest.mark.slow(reason="makes an environment with nbgrader, over the network")
def test_nbgrader_releases_every_assignment_without_its_solutions(folder, nbgrader):
    nbgrader("python", "-c", RELEASE_ALL)
    for name in NOTEBOOKS:
        released = nbformat.read(folder / "release" / name / f"{name}.ipynb", as_version=4)
        answers = kinds(released, "solution")
        assert len(answers) == len(code_cells(name, "exercise"))
        for cell, stub in zip(answers, code_cells(name, "exercise"), strict=True):
            lines = cell.source.splitlines()
            lines.remove("# Put your answer in place of the three dots above, and run the cell.")
            assert "\n".join(lines) == stub.source


def hand_in(folder, learner, change):
    """Hand in the released notebook with each exercise's cell changed."""
    notebook = nbformat.read(folder / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    for cell in kinds(notebook, "solution"):
        number = grading.CHECK.search(cell.source)[1]
        cell.source = cell.source.replace("answer = ...", change(number))
    (folder / "submitted" / learner / NAME).mkdir(parents=True)
    nbformat.write(notebook, folder / "submitted" / learner / NAME / f"{NAME}.ipynb")


@pytest.mark.slow(reason="runs a notebook once for each of three learners")
def test_nbgrader_gives_each_right_answer_its_point(folder, nbgrader):
    nbgrader("nbgrader", "generate_assignment", NAME, "--force")
    solutions = {grading.CHECK.search(c.source)[1]: c.source.rpartition("\n")[0] for c in code_cells(NAME, "solution")}
    wrong = "from helpers.exercises import EXERCISES\nanswer = EXERCISES['{}'].mistakes[0].answer()".format
    hand_in(folder, "right", solutions.get)
    hand_in(folder, "wrong", lambda number: "answer = ..." if number == "02.5" else wrong(number))
    # right once; then a cell that fails before it answers must not be given the point of the answer before it
    hand_in(folder, "stuck", lambda number: solutions[number] if number == "02.1" else "1 / 0")
    nbgrader("nbgrader", "autograde", NAME)
    nbgrader("nbgrader", "generate_feedback", NAME)
    nbgrader("nbgrader", "export")
    with open(folder / "grades.csv", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["assignment"] == NAME]
    points = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in rows}
    assert points == {"right": (5, 5), "wrong": (0, 5), "stuck": (1, 5)}
    feedback = (folder / "feedback" / "wrong" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "✗ 02.1" in feedback
