"""The commands set themselves up: environment files in step, no address of this machine or of an index, make's guards.

The guards run on a copy of the Makefile with a stub in Python's place, so nothing is installed or taken away here.
"""

import html
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import venv

import nbformat
import pytest
from commands import GROUPS, PROJECT, ROOT, make, sentence
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import lab
from tools.course import LINK, has_tag

READY = ".venv/.ready"
DEADLINE = 300  # seconds


def ranges(lines):
    """Map each requirement's normalised name to its range."""
    return {canonicalize_name(wanted.name): wanted.specifier for wanted in map(Requirement, lines)}


def direct(*groups):
    """What pyproject.toml asks for by itself, and in groups."""
    lines = [line for group in groups for line in GROUPS[group] if isinstance(line, str)]
    return ranges([*PROJECT["dependencies"], *lines])


# --- environment files ---------------------------------------------------------------------------------------------


def conda_lines():
    """Every list item below `dependencies:`, pip's own included (two levels of plain items need no YAML library)."""
    _, below = (ROOT / "environment.yml").read_text().split("\ndependencies:\n")
    items = [line.strip().removeprefix("- ") for line in below.splitlines()]
    return [item for item in items if item not in ("pip", "pip:", "-e .")]


def test_conda_asks_for_the_same_ranges():
    wanted = direct("setup")
    del wanted["uv"]  # installs the pinned set, which conda's users do not have
    wanted["python"] = Requirement(f"python{PROJECT['requires-python']}").specifier
    assert ranges(conda_lines()) == wanted


def test_conda_installs_the_helpers():
    assert (ROOT / "environment.yml").read_text().endswith("\n      - -e .\n")


def test_every_direct_dependency_is_pinned_once_with_hashes_and_inside_its_range():
    blocks = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / "requirements.txt").read_text())[1:]
    pins = {}
    for block in blocks:
        name, version = re.match(r"(\S+)==(\S+) ", block).groups()
        assert name not in pins, f"{name} has two pins: Pythons would differ"
        assert "--hash=sha256:" in block, f"{name} has no hash"
        pins[canonicalize_name(name)] = version
    for name, specifier in direct(*GROUPS).items():
        assert name in pins, f"{name} is not in requirements.txt: make lock"
        assert specifier.contains(pins[name]), f"{name} {pins[name]} is outside {specifier}: make lock"


# --- nothing in the repository knows the machine that it was written on ---------------------------------------------


def repository_files():
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    return [path for name in names.decode().split("\0") if name and (path := ROOT / name).is_file()]


# In parts, so that this file does not hold what it looks for.
HOSTS = ["pypi" + ".org", "pythonhosted" + ".org", "anaconda" + ".org", "npmjs" + ".org", "registry" + ".yarnpkg"]
FOLDERS = [r"(?<![\w.])/" + "work/", "/" + "root/", "/" + r"home/\w", "/" + r"Users/\w"]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="only a git checkout knows which files are the course's")
@pytest.mark.parametrize("pattern", [*map(re.escape, HOSTS), *FOLDERS])
def test_no_file_names_an_index_or_a_machine(pattern):
    found = re.compile(pattern.encode())
    assert [str(path.relative_to(ROOT)) for path in repository_files() if found.search(path.read_bytes())] == []


# --- make's guards ----------------------------------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path):
    """A fresh copy of what `make setup` reads."""
    for name in ["Makefile", "pyproject.toml", "requirements.txt"]:
        shutil.copy2(ROOT / name, tmp_path)
    return tmp_path


@pytest.fixture
def done(tree):
    """A set-up that is complete, as far as make can see: the marker, and a Python that can import helpers."""
    (tree / ".venv/bin").mkdir(parents=True)
    python = tree / ".venv/bin/python"
    python.write_text("#!/bin/sh\nexit 0\n")
    python.chmod(0o755)
    (tree / READY).touch()
    return python


@pytest.fixture
def stub(tree):
    """Write a stub in Python's place: it notes its arguments, then runs the lines given."""

    def write(*lines):
        path = tree / "stub-python"
        path.write_text("\n".join(["#!/bin/sh", f'echo "$*" >> "{tree}/calls"', *lines, "exit 0", ""]))
        path.chmod(0o755)
        return f"PYTHON={path}"

    return write


def test_without_python(tree):
    result = make("setup", "PYTHON=no-such-python", cwd=tree)
    assert result.returncode != 0
    assert "install Python 3.11 to 3.14" in sentence(result)
    assert not (tree / ".venv").exists()


def test_with_too_old_a_python(tree, stub):
    old = stub('case "$*" in', "*version_info*) exit 1 ;;", '-V) echo "Python 3.9.2" ;;', "esac")
    result = make("setup", old, cwd=tree)
    assert result.returncode != 0
    said = sentence(result)
    assert "Python 3.11" in said
    assert "Python 3.9.2" in said
    assert not (tree / ".venv").exists()


def test_a_real_python_passes_the_version_check(tree):
    """The stub above only answers; this one shows that the question itself is right."""
    question = re.search(r"-c '(import sys; [^']+)'", (tree / "Makefile").read_text())[1]
    assert subprocess.run([sys.executable, "-c", question]).returncode == 0


def test_without_venv(tree, stub):
    result = make(
        "setup", stub('case "$*" in', "*ensurepip*) echo No module named venv >&2; exit 1 ;;", "esac"), cwd=tree
    )
    assert result.returncode != 0
    assert "python3-venv" in sentence(result)
    assert not (tree / ".venv").exists()


def test_a_set_up_that_was_stopped_is_made_again_from_nothing(tree, stub):
    (tree / ".venv/bin").mkdir(parents=True)
    (tree / ".venv/bin/python").write_text("half a file")
    result = make("setup", stub('[ "$2" != venv ] || { rm -rf .venv; mkdir -p .venv/bin; }'), cwd=tree)
    assert "-m venv --clear .venv" in (tree / "calls").read_text().splitlines()
    assert result.returncode != 0, "the stub makes no environment, so what follows fails"
    assert "it starts over" in result.stdout
    assert not (tree / READY).exists()


def test_a_set_up_that_is_done_is_not_done_again(tree, stub, done):
    result = make("setup", stub(), cwd=tree)
    assert result.returncode == 0
    assert "Nothing to be done" in sentence(result)
    assert not (tree / "calls").exists()


@pytest.mark.parametrize("script", ["#!/no/such/python\n", "#!/bin/sh\nexit 1\n"])
def test_a_set_up_whose_python_is_gone_is_made_again(tree, done, script):
    done.write_text(script)
    assert make("--question", "setup", cwd=tree).returncode == 1


def test_new_requirements_are_set_up_again(tree, done):
    later = (tree / READY).stat().st_mtime + 1
    for name in ["requirements.txt", "pyproject.toml"]:
        os.utime(tree / name, (later, later))
        assert make("--question", "setup", cwd=tree).returncode == 1
        os.utime(tree / name, (0, 0))
    assert make("--question", "setup", cwd=tree).returncode == 0


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


# --- the learner's copies ---------------------------------------------------------------------------------------------


def prose(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


@pytest.mark.parametrize("place", ["inside", "deeper", "elsewhere"])
def test_the_workbook_is_cleared_and_never_overwritten(request, tmp_path, place):
    course = {path.name: path.read_bytes() for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
    notebooks = list(course)
    assert notebooks, "no notebook to copy"
    beside = [] if place != "elsewhere" else ["data.md", "glossary.md"]
    # as deep as workbook/ the links stay as they are
    folder = {"inside": ROOT, "deeper": ROOT / "build", "elsewhere": tmp_path}[place]
    workbook = folder / f".workbook-{os.getpid()}"
    workbook.mkdir(parents=True)
    request.addfinalizer(lambda: shutil.rmtree(workbook))
    (workbook / notebooks[0]).write_text("the learner's own work")
    # -o: the environment that runs this test is not to be made again below it
    call = ["-o", READY, "workbook", f"WORKBOOK={workbook}"]
    first = make(*call, cwd=ROOT)
    assert first.returncode == 0, first.stderr

    for name, content in course.items():
        assert (ROOT / "notebooks" / name).read_bytes() == content, "the course's own notebook was changed"
    assert (workbook / notebooks[0]).read_text() == "the learner's own work"
    assert sorted(path.name for path in workbook.iterdir()) == notebooks + beside
    for name in notebooks[1:]:
        copy, original = (nbformat.read(folder / name, as_version=4) for folder in (workbook, ROOT / "notebooks"))
        kept = [cell for cell in original.cells if not has_tag(cell, "proof")]
        for one, other in zip(copy.cells, kept, strict=True):
            if has_tag(other, "solution"):
                assert one.cell_type == "markdown"
                assert f">\n{html.escape(other.source)}\n</textarea>" in one.source
                assert one.source.startswith("<details>\n")
            else:
                assert one.source == other.source or (one.cell_type == "markdown" and place != "inside")
        texts = [one.source for one in prose(copy) if "<textarea" not in one.source]
        targets = {link[2].partition("#")[0] for text in texts for link in LINK.finditer(text)}
        assert [t for t in targets if t and not t.startswith("https:") and not (workbook / t).exists()] == []
        assert [cell.id for cell in copy.cells] == [cell.id for cell in kept]
        assert copy.metadata.kernelspec == original.metadata.kernelspec
        for cell in copy.cells:
            if cell.cell_type == "code":
                assert cell.outputs == []
                assert cell.execution_count is None

    before = {path.name: path.read_bytes() for path in workbook.iterdir()}
    assert make(*call, cwd=ROOT).stdout == "All copies are there\n", "a second call would do work"
    assert {path.name: path.read_bytes() for path in workbook.iterdir()} == before


@pytest.mark.parametrize("folder", [ROOT, ROOT / "notebooks", ROOT / "notebooks" / ".." / "notebooks"])
def test_the_course_s_own_notebooks_are_nobody_s_copies(capsys, folder):
    assert lab.main(["--copy", str(folder)]) == 1
    assert "holds the course itself: name another folder" in capsys.readouterr().err


def test_no_folder_named_is_the_usual_one(capsys, monkeypatch):
    copied = []
    monkeypatch.setattr(lab, "copy_notebooks", lambda folder: copied.append(folder) or [])
    assert lab.main(["--copy", ""]) == lab.main(["--copy"]) == 0
    assert copied == [ROOT / "workbook"] * 2


def test_what_writes_here_looks_first_whether_it_may():
    """Not lab, workbook, progress and serve, whose places may lie elsewhere, nor what another target does before."""
    recipes = re.findall(r"^(\S+):(?!=).*\n\t(.*)", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    free = {"help", "lab", "workbook", "progress", "serve", "test", "$(OLDEST)/.ready", "test-oldest"}
    assert {target for target, first in recipes if first != "@$(WRITABLE)"} == free


def test_a_place_where_nothing_can_be_written_is_told_in_a_sentence():
    said = make("-o", READY, "workbook", "WORKBOOK=/proc/none", cwd=ROOT)
    assert said.returncode != 0
    assert sentence(said).startswith("The notebooks cannot be copied to /proc/none (No such file or directory): name")
