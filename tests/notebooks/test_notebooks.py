"""What every notebook promises, read from the committed files (nbval runs them and compares their outputs)."""

import ast
import base64
import io
import re
import subprocess
import sys
from importlib import metadata

import pytest
from commands import ROOT
from course import NOTEBOOKS, calls, cell_with, code_cells, every_notebook, prose, prose_text, slug
from PIL import Image

from helpers.exercises import EXERCISES
from tools.parameters import parameters_of

LAST = ("10", "11")  # these lean on what was learnt and drawn before
LESSON = ("11-s7-names", "11-s11-check")  # cells whose text is about the assertions in them
HEADINGS = ("## After this notebook you can", "## What to remember", "## Where this goes wrong in practice")


def said_minutes(name):
    return int(re.search(r"about (\d+) minutes", prose_text(name)).group(1))


def text_of(cell):
    """Text that the outputs of a cell show."""
    return "\n".join(output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)


def images_in(output):
    """Kinds of images that an output holds, e.g. ``image/png``."""
    return [kind for kind in output.get("data", {}) if kind.startswith("image/")]


def test_there_are_notebooks():
    assert sorted(name[:2] for name in NOTEBOOKS) == [f"{number:02}" for number in range(13)]


@every_notebook
def test_executed_once_from_top_to_bottom(name):
    counts = [cell.execution_count for cell in code_cells(name)]
    assert counts == list(range(1, len(counts) + 1))


@every_notebook
def test_no_error_output(name):
    for cell in code_cells(name):
        errors = [output for output in cell.outputs if output.output_type == "error"]
        assert not errors or "raises-exception" in cell.metadata.get("tags", []), cell.id


@every_notebook
def test_nothing_volatile_is_stored(name):
    notebook = NOTEBOOKS[name]
    assert "widgets" not in notebook.metadata
    assert "version" not in notebook.metadata.language_info
    assert not [cell.id for cell in notebook.cells if "execution" in cell.metadata]
    assert all(cell.id.startswith(name[:2] + "-") for cell in notebook.cells)
    assert not [cell.id for cell in code_cells(name) if re.search(r"0x[0-9a-f]{6}|/tmp/|/home/", text_of(cell))]


@every_notebook
def test_every_figure_is_described(name):
    figures = [(output, kind) for cell in code_cells(name) for output in cell.outputs for kind in images_in(output)]
    assert len(figures) >= (2 if name[:2] in LAST else 4)
    for figure, kind in figures:
        assert len(figure.metadata.get(kind, {}).get("alt", "")) >= 20
        assert figure.data["text/plain"] == figure.metadata[kind]["alt"]
        assert len(figure.data[kind]) * 3 / 4 < (200_000 if kind == "image/gif" else 100_000)


@every_notebook
def test_animations_stop_and_have_their_frames_beside_them(name):
    cells = code_cells(name)
    for i, cell in enumerate(cells):
        for output in cell.outputs:
            if "image/gif" in images_in(output):
                animation = Image.open(io.BytesIO(base64.b64decode(output.data["image/gif"])))
                assert "loop" not in animation.info
                assert animation.n_frames * animation.info["duration"] <= 5000
                assert any("image/png" in images_in(still) for still in cells[i + 1].outputs)


@every_notebook
def test_code_cells_are_short(name):
    assert not [cell.id for cell in code_cells(name) if len(cell.source.splitlines()) > 20]
    lines = [line for cell in code_cells(name) for line in cell.source.splitlines()]
    assert not [line for line in lines if len(line) > 120]


@every_notebook
def test_anatomy(name):
    text = prose_text(name)
    assert prose(name)[0].source.startswith("# ")
    places = [text.index(heading) for heading in HEADINGS]
    assert places == sorted(places)
    assert text.count("<details>") >= 2  # two questions on what came before
    assert text.count("**Before you run it:**") + len(calls(name, "predict")) >= 4
    assert "doi.org" in text
    assert "## Change one thing" in text


@every_notebook
def test_minutes_are_the_estimate_that_they_are_said_to_be(name):
    words = sum(len(re.findall(r"\w+", cell.source)) for cell in prose(name))
    assert re.search(r"It runs in about \d+ s\.", prose_text(name))
    assert abs(said_minutes(name) - (words / 200 + 4 * len(code_cells(name, "solution")))) <= 5


@every_notebook
def test_parameters_say_type_range_and_meaning(name):
    assert parameters_of(NOTEBOOKS[name])  # raises if anything of it is missing


@every_notebook
def test_live_controls_are_alone_and_have_a_static_fallback(name):
    cells = code_cells(name)
    live = [i for i, cell in enumerate(cells) if "interact(" in cell.source]
    assert live
    for i in live:
        assert "nbval-ignore-output" in cells[i].metadata.tags
        assert any(images_in(output) for output in cells[i + 1].outputs)
    ignored = [i for i, cell in enumerate(cells) if "nbval-ignore-output" in cell.metadata.get("tags", [])]
    # times, bars that show them, and what another process measured
    volatile = re.compile(r"\b(timeit|perf_counter)\.?\w*\(|\btqdm\(|=tqdm\b|\bprogress=True\b|\bsubprocess\.run\(")
    told = [i for i, cell in enumerate(cells) if volatile.search(cell.source)]
    assert ignored == sorted(live + told)  # nothing else escapes the comparison


@every_notebook
def test_exercises(name):
    stubs, solutions = code_cells(name, "exercise"), code_cells(name, "solution")
    wanted = sorted(number for number in EXERCISES if number[:2] == name[:2])
    assert len(wanted) >= (2 if name[:2] in LAST else 4)
    for cells in (stubs, solutions):
        assert [re.search(r'check\("([\d.]+)", answer\)$', cell.source).group(1) for cell in cells] == wanted
    for stub, solution, number in zip(stubs, solutions, wanted, strict=True):
        assert "\nanswer = ...\n" in "\n" + stub.source
        assert text_of(stub).startswith(f"… {number}  not answered yet")
        assert f"✓ {number}  right" in text_of(solution)
        assert solution.metadata.jupyter.source_hidden


def own(tree, kinds):
    """The nodes of these kinds that are in no function or class."""
    inside = {
        node for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.ClassDef) for node in ast.walk(each)
    }
    return [node for node in ast.walk(tree) if isinstance(node, kinds) and node not in inside]


def names(tree, use):
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, use)}


@every_notebook
def test_assertions_are_out_of_sight(name):
    """What a learner sees before a cell is run holds no check of its result."""
    hidden = ("proof", "solution")
    shown = [cell for cell in code_cells(name) if not set(hidden) & set(cell.metadata.get("tags", []))]
    assert not [cell.id for cell in shown if cell.id not in LESSON and own(ast.parse(cell.source), ast.Assert)]


@every_notebook
def test_a_proof_shows_nothing_and_nothing_leans_on_it(name):
    proofs = code_cells(name, "proof")
    assert proofs
    assert not [cell.id for cell in proofs if cell.outputs or not own(ast.parse(cell.source), ast.Assert)]
    made = set.union(*(names(ast.parse(cell.source), ast.Store) for cell in proofs))
    made -= set.union(*(names(ast.parse(cell.source), ast.Store) for cell in code_cells(name) if cell not in proofs))
    used = set.union(*(names(ast.parse(cell.source), ast.Load) for cell in code_cells(name) if cell not in proofs))
    assert made & used == set()


def pages():
    """Every Markdown text that may hold links: file, and text."""
    for name in NOTEBOOKS:
        yield f"notebooks/{name}.ipynb", "\n\n".join(cell.source for cell in prose(name))
    of_the_site = {ROOT / "docs/course.md", ROOT / "docs/index.md"}  # their links hold there
    docs = [f"docs/{path.name}" for path in sorted(set((ROOT / "docs").glob("*.md")) - of_the_site)]
    for page in ("README.md", "data/README.md", "notebooks/TEACHING.md", *docs):
        yield page, (ROOT / page).read_text(encoding="utf-8")


PAGES = dict(pages())


@pytest.mark.parametrize("page", PAGES)
def test_internal_links_resolve(page):
    text = PAGES[page]
    targets = re.findall(r"\]\(((?:[^()\s]|\([^()\s]*\))+)\)", text)
    for target in targets:
        if re.match(r"https://", target):
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.exists(), target
        if anchor:
            titles = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert anchor in map(slug, titles), target


def numbers_in(text):
    return {float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*\.?\d*", text)}


@every_notebook
def test_every_number_in_the_prose_was_printed_or_stands_in_the_code(name):
    """Two digits and more; years, notebooks, exercises and what is cited are told apart by their form."""
    known = numbers_in("\n".join(cell.source + "\n" + text_of(cell) for cell in code_cells(name)))
    for cell in prose(name):
        if "overview" in cell.metadata.get("tags", []):  # minutes and seconds, said to be estimated and measured
            continue
        source = re.sub("```.*?```", " ", cell.source, flags=re.DOTALL)  # commands, which a test runs
        text = re.sub(r"\]\((?:[^()\s]|\([^()\s]*\))+\)", "] ", source)  # addresses
        text = re.sub(r"\[(?:issue|pull request|doi:|notebook)[^\]]*\]", " ", text)
        text = re.sub(r"\b(?:notebook )?0\d\b(?:\.\d)?", " ", text, flags=re.IGNORECASE)
        text = re.sub(r"\b(?:19|20)\d\d\b", " ", text)  # years
        text = re.sub(r"\b(?:scipy|version) \d+\.\d+|\bfloat\d+|\b(?:IEC|CIE) [\d-]+", " ", text)
        unknown = {number for number in numbers_in(text) - known if number >= 10 or number != int(number)}
        assert not unknown, f"{cell.id}: {unknown}"


def test_readme_shows_a_picture_of_the_course_as_the_notebook_drew_it():
    drawn = base64.b64decode(cell_with("00-s6-lineup").outputs[0].data["image/png"])
    assert (ROOT / "docs" / "line-up.png").read_bytes() == drawn


def test_readme_maps_every_notebook_with_its_minutes():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in NOTEBOOKS:
        assert re.search(rf"\(notebooks/{name}\.ipynb\) \|.*\| {said_minutes(name)} \|", readme), name


def _is_ready(capsys):
    """Run the set-up check of notebook 00; return what it prints."""
    exec(cell_with("00-ready-check").source, {})
    return capsys.readouterr().out


def test_set_up_check_says_ready(capsys):
    assert _is_ready(capsys).startswith("Ready: ")


@pytest.mark.parametrize("missing", ["clustering-course", "scipy"])
def test_set_up_check_names_what_is_missing(monkeypatch, capsys, missing):
    def gone(name):
        if name == missing:
            raise metadata.PackageNotFoundError(name)
        return ["scipy>=1.15"] if name == "clustering-course" else "1.17.1"

    monkeypatch.setattr(metadata, "requires", gone)
    monkeypatch.setattr(metadata, "version", gone)
    printed = _is_ready(capsys)
    assert f"{missing} is not installed" in printed
    assert "Fix: " in printed
    assert "make lab" in printed


def test_set_up_check_names_what_is_too_old(monkeypatch, capsys):
    monkeypatch.setattr(metadata, "version", lambda name: "0.1")
    monkeypatch.setattr(sys, "version_info", (3, 9))
    printed = _is_ready(capsys)
    assert "Python is older than 3.11" in printed
    assert "numpy 0.1 is not >=2.1" in printed
    assert "make lab" in printed


def test_set_up_check_works_where_nothing_is_installed():
    source = cell_with("00-ready-check").source
    bare = subprocess.run([sys.executable, "-I", "-S", "-c", source], capture_output=True, text=True)
    assert bare.stderr == ""
    assert bare.stdout.startswith("Not ready: helpers is not installed")
    assert "make lab" in bare.stdout
