"""The learner's edition gives nothing away and runs alone, and nbgrader gives each exercise its point."""

import ast
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile

import nbformat
import pytest
from commands import ROOT, make
from course import NOTEBOOKS, code_cells
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.exercises import EXERCISES
from tools import grading, student
from tools.course import relink_notebook


def number_of(cell):
    return grading.CHECK.search(cell.source)[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Unpack the edition where nothing else is."""
    made = tmp_path_factory.mktemp("made")
    student.write_edition(made / "edition")
    student.pack(made / "edition", made / "edition.zip")
    elsewhere = tmp_path_factory.mktemp("else where")
    with zipfile.ZipFile(made / "edition.zip") as archive:
        archive.extractall(elsewhere)
    (only,) = elsewhere.iterdir()
    return only


@pytest.fixture(scope="module")
def edition(folder):
    return {path.stem: nbformat.read(path, as_version=4) for path in sorted((folder / "notebooks").iterdir())}


# --- nothing is given away -------------------------------------------------------------------------------------------


def dense(text):
    """Text without what can be written in another way: comments, spaces, the kind of quotes, a last comma, 1_000."""
    text = re.sub(r"(?<=\d)_(?=\d)", "", re.sub(r"(^|\s)# .*", " ", text))
    return re.sub(r",(?=[])}])", "", re.sub(r"\s", "", text)).replace("'", '"')


def lines_of(code):
    """Each line of code as Python would write it, without comments."""
    return [dense(line) for line in ast.unparse(ast.parse(code)).splitlines()]


def told(cells):
    """Everything that cells say: as written, and code as Python would write it."""
    texts = [dense(cell.source) for cell in cells]
    return "\n".join(texts + ["\n".join(lines_of(cell.source)) for cell in cells if cell.cell_type == "code"])


def secrets():
    """Give the number of each exercise, and the lines of its solution that stand nowhere else in the course."""
    cells = [cell for notebook in NOTEBOOKS.values() for cell in notebook.cells]
    open_to_all = told(cell for cell in cells if not student.has_tag(cell, "solution"))
    for name in NOTEBOOKS:
        for cell in code_cells(name, "solution"):
            yield number_of(cell), [line for line in lines_of(cell.source) if line not in open_to_all]


SECRETS = dict(secrets())


def leaks(notebooks):
    """Find lines of solutions in notebooks."""
    text = told(cell for notebook in notebooks.values() for cell in notebook.cells)
    return [(number, line) for number, lines in SECRETS.items() for line in lines if line in text]


def test_every_solution_has_lines_that_are_its_own():
    assert sorted(SECRETS) == sorted(EXERCISES)
    assert [number for number, lines in SECRETS.items() if not lines] == []


def test_no_solution_leaks(edition):
    assert sorted(edition) == sorted(NOTEBOOKS)
    assert leaks(edition) == []


@pytest.mark.parametrize("number", SECRETS)
def test_a_leak_would_be_seen(number):
    """However it got there: as its cell, untagged, or written another way, or quoted in the prose."""
    (solution,) = (cell for name in NOTEBOOKS for cell in code_cells(name, "solution") if number_of(cell) == number)
    for leak in (new_code_cell(solution.source.replace('"', "'")), new_markdown_cell(f"Thus:\n{solution.source}")):
        assert number in [leaked for leaked, _ in leaks({"": new_notebook(cells=[leak])})]


def test_what_was_run_is_not_there(folder, edition):
    for notebook in edition.values():
        for cell in notebook.cells:
            assert not student.has_tag(cell, "solution")
            assert "folded cell" not in cell.source
            assert "folded solution" not in cell.source
            if cell.cell_type == "code":
                assert (cell.outputs, cell.execution_count) == ([], None)
    for path in (folder / "notebooks").iterdir():
        assert "✓" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Run the cell. The folded cell below\neach exercise holds it: click the bar. Go on.", "Run the cell. Go on."),
        ("Run the cell; the folded cell below holds one of many.", "Run the cell."),
        ("The folded cell holds it.", ""),
        ("A folded map. Run the cell.", "A folded map. Run the cell."),
    ],
)
def test_what_is_said_of_solutions_goes_too(text, left):
    (cell,) = student.unanswered(new_notebook(cells=[new_markdown_cell(text)])).cells
    assert cell.source == left


def test_a_text_about_a_solution_goes_with_it():
    about = new_markdown_cell("Look at what the folded solution prints. It is 3.")
    hidden = new_code_cell("answer = 3", metadata={"tags": ["solution"]})
    assert student.unanswered(new_notebook(cells=[hidden, about])).cells == []


def test_every_exercise_is_there_once_and_unanswered(edition):
    stubs = [cell for notebook in edition.values() for cell in notebook.cells if 'check("' in cell.source]
    assert sorted(number_of(cell) for cell in stubs) == sorted(EXERCISES)
    for cell in stubs:
        assert student.has_tag(cell, "exercise")
        assert re.findall(r"^answer = (.*)$", cell.source, flags=re.MULTILINE) == ["..."]


def test_all_else_is_the_course_itself(edition):
    for name, notebook in edition.items():
        all_but = [cell for cell in NOTEBOOKS[name].cells if not student.has_tag(cell, "proof")]
        kept = [cell.id for cell in all_but if not student._is_on_solution(cell)]
        assert [cell.id for cell in notebook.cells] == kept
        known = {cell.id: cell for cell in NOTEBOOKS[name].cells}
        for cell in notebook.cells:
            assert cell.metadata == known[cell.id].metadata
            if cell.cell_type == "code":
                assert cell.source == known[cell.id].source


# --- what lies beside ------------------------------------------------------------------------------------------------


def test_the_edition_is_whole_and_holds_nothing_else(folder):
    files = [name for name in student.FILES if "/" not in name]
    assert {path.name for path in folder.iterdir()} == {
        "notebooks",
        "README.md",
        "Makefile",
        "docs",
        "helpers",
        "data",
        "tools",
        *files,
    }
    assert {path.name for path in (folder / "tools").iterdir()} == {
        "lab-settings",
        "report",
        *(name.removeprefix("tools/") for name in student.TOOLS),
    }
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert not [path for path in files if re.search(r"__pycache__|\.pyc$|/\.|checkpoint.*ipynb|/test_", str(path))]
    for name in ("helpers/exercises/nb00.py", "helpers/service/web/page/page.html", "data/penguins.csv"):
        assert (folder / name).read_bytes() == (ROOT / name).read_bytes()
    assert (folder / "data/results/scale.json").exists()


def test_no_link_dangles(folder, edition):
    for notebook in edition.values():
        text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        targets = [target.partition("#")[0] for target in re.findall(r"\]\(((?:[^()\s]|\([^()\s]*\))+)\)", text)]
        assert [t for t in targets if not t.startswith("https:") and not (folder / "notebooks" / t).exists()] == []
    glossary = (folder / "docs/glossary.md").read_text(encoding="utf-8")
    assert [t for t in re.findall(r"\]\(([^()#:]+)[)#]", glossary) if not (folder / "docs" / t).exists()] == []
    for file in re.findall(r"[\w.]+\.(?:md|txt|yml|cff|ipynb)\b|\b[\w/]+/(?=[ ,:])", student.README):
        assert (folder / file).exists() or (folder / "notebooks" / file).exists() or file == "workbook/", file


def test_files_that_code_names_are_there(folder, edition):
    code = "\n".join(
        cell.source for notebook in edition.values() for cell in notebook.cells if cell.cell_type == "code"
    )
    named = re.findall(r"""["'](?:\.\./)?((?:docs|data)/[\w/.-]+)["']""", code)
    assert "docs/page.png" in named
    assert [name for name in named if not (folder / name).exists()] == []


def test_a_link_to_what_is_not_there_becomes_its_words():
    text = "See [the `X[0]` page](../docs/a_(b).md#c), [02](02.ipynb#d), [here](#e) and [there](https://f.org/g)."
    notebook = new_notebook(cells=[new_markdown_cell(text)])
    relink_notebook(notebook, lambda path: path if path == "02.ipynb" else None)
    wanted = "See the `X[0]` page, [02](02.ipynb#d), [here](#e) and [there](https://f.org/g)."
    assert notebook.cells[0].source == wanted


def test_the_set_up_is_the_course_s_own(folder):
    """What the course tells users without make stands in the edition's README as well."""
    course = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/install.md"))
    commands = re.findall(r"^    (.+)$", student.README, flags=re.MULTILINE)
    assert len(commands) == 10
    assert [command for command in commands if command not in course] == []
    project = (folder / "pyproject.toml").read_text(encoding="utf-8")
    assert (folder / re.search(r'^readme = "(.+)"$', project, flags=re.MULTILINE)[1]).exists()


def test_its_makefile_has_the_targets_that_work_there_and_no_others(folder):
    listed = re.findall(r"^make ([a-z-]+)", make("help", cwd=folder).stdout, flags=re.MULTILINE)
    assert listed == ["help", "lab", "workbook", "progress", "report", "serve", "run", "experiments", "setup", "clean"]
    planned = make("--dry-run", *listed, cwd=folder)
    assert planned.returncode == 0, planned.stderr
    modules = set(re.findall(r"-m ((?:tools|helpers)[.\w]*)", planned.stdout))
    assert modules == {
        "tools.lab",
        "tools.progress",
        "tools.report",
        "tools.rerun",
        "helpers.service",
        "helpers.experiments",
    }
    for module in modules:
        place = folder / module.replace(".", "/")
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), module
    imported = {
        name
        for path in (folder / "tools").rglob("*.py")
        for name in re.findall(r"^\s*from tools\.([\w.]+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }
    places = {name: folder / "tools" / name.replace(".", "/") for name in imported}
    assert [name for name, place in places.items() if not (place.is_dir() or place.with_suffix(".py").exists())] == []


def test_the_same_files_give_the_same_bytes(folder, tmp_path):
    for name in ("a", "b"):
        student.pack(folder, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    names = zipfile.ZipFile(tmp_path / "a").namelist()
    assert names == sorted(names)
    assert {name.partition("/")[0] for name in names} == {"clustering-course"}


def test_the_command_says_what_it_did_in_a_line(capsys):
    assert student.main() == 0
    said = capsys.readouterr().out
    assert said.startswith(f"Wrote build/student: 13 notebooks with {len(EXERCISES)} exercises, without solutions and ")
    assert said.count("\n") == 1
    assert (ROOT / "build" / "student.zip").stat().st_size < 2_000_000


def test_what_cannot_be_written_is_told_in_a_line(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(student, "ROOT", tmp_path)
    assert student.main() == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("target", "arguments"),
    [("student", "-m tools.student"), ("grading", "-m tools.grading build/grading")],
)
def test_make_calls_the_command(tmp_path, target, arguments):
    stub = tmp_path / "python"
    stub.write_text('#!/bin/sh\necho "$*"\n')
    stub.chmod(0o755)
    ready = ("-o", ".venv/.ready", "-o", "build/nbgrader/.ready")
    assert make("-s", *ready, f"BIN={tmp_path}", target, cwd=ROOT).stdout == f"{arguments}\n"


# --- it runs alone, and each solution is right -----------------------------------------------------------------------

DRIVER = """
import sys, nbformat, helpers
from nbclient import NotebookClient
folder, path, course = sys.argv[1:]
sys.path.append(course)  # for its kernel manager alone: the edition has no tools
from tools.kernels import Manager
notebook = nbformat.read(path, as_version=4)
where = {"metadata": {"path": folder}}
NotebookClient(notebook, timeout=600, kernel_manager_class=Manager, resources=where).execute()
nbformat.write(notebook, path)
print(helpers.__file__)
"""


@pytest.fixture(scope="module")
def python(folder):
    """Make an environment that has the packages of this one, and the edition's helpers in place of the course's."""
    venv.create(folder / ".venv", with_pip=False)
    python = folder / ".venv" / "bin" / "python"
    (packages,) = folder.glob(".venv/lib/python*/site-packages")
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"))
    alone = subprocess.run([python, "-c", "import numpy; import helpers"], cwd="/", capture_output=True, text=True)
    assert "No module named 'helpers'" in alone.stderr
    install = ("-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--no-build-isolation")
    subprocess.run([sys.executable, *install, "--python", python, "--editable", folder], check=True)
    return python


@pytest.fixture
def execute(folder, python, tmp_path):
    """Run cells in the edition's place and with its environment; return them, run."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER") and k not in ("PYTHONPATH", "MPLBACKEND")}
    env |= {"JUPYTER_DATA_DIR": str(tmp_path), "IPYTHONDIR": str(tmp_path)}
    env.setdefault("OMP_NUM_THREADS", "1")  # more wait for each other where tests run side by side

    def run(cells, metadata):
        path = tmp_path / "run.ipynb"
        nbformat.write(new_notebook(cells=cells, metadata=metadata), path)
        command = [python, "-c", DRIVER, folder / "notebooks", path, ROOT]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]
        assert done.stdout.strip() == str(folder / "helpers" / "__init__.py")
        return nbformat.read(path, as_version=4).cells

    return run


def verdict(cell):
    return cell.outputs[-1].data["text/plain"]


@pytest.mark.slow(reason="runs each notebook once more")
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_alone_unanswered_and_each_solution_is_right(edition, execute, name):
    """First as it is handed out, then, in the same kernel, each solution pasted into a cell at the end."""
    solved = [new_code_cell(cell.source, id=f"{cell.id}-pasted") for cell in code_cells(name, "solution")]
    cells = execute(edition[name].cells + solved, edition[name].metadata)
    stubs = [cell for cell in cells if student.has_tag(cell, "exercise")]
    pasted = cells[-len(solved) :]
    assert len(stubs) == len(pasted) > 0
    for cell in stubs:
        assert verdict(cell).startswith(f"… {number_of(cell)}  not answered yet")
    for cell in pasted:
        assert verdict(cell).startswith(f"✓ {number_of(cell)}  right")
