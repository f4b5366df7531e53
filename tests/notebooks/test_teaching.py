"""The teacher's guide: minutes that add up, sections and figures that exist, and every misconception with its place."""

import io
import re

import course
import pytest
from commands import ROOT
from PIL import Image

from helpers.exercises import EXERCISES
from tools.class_report.guide import ranks

GUIDE = (ROOT / "notebooks" / "TEACHING.md").read_text(encoding="utf-8")
NOTEBOOKS = {name[:2]: notebook for name, notebook in course.NOTEBOOKS.items()}
EVERYWHERE = (
    r"After this notebook you can|Is my set-up ready\?|Exercises.*|What to remember|Where this.*|Further reading"
)
# a gap: of a class that has one of these, the page cannot say so
SHOWN_BY_NO_MISTAKE = {4, 10, 17, 19, 21, 22, 23, 24, 25}
BY_A_SECTION_ALONE = {19, 25}  # a section without a figure or an exercise

every_notebook = pytest.mark.parametrize("number", sorted(NOTEBOOKS))


def part(title):
    """What stands under a heading of the guide, up to the next one of its level."""
    found = re.search(rf"^## {title}.*?\n(.*?)(?=^## |\Z)", GUIDE, flags=re.MULTILINE | re.DOTALL)
    return found.group(1)


def rows(text):
    """Cells of the rows of the tables in a text, without the lines that only make a head."""
    lines = re.findall(r"^\|.*\|$", text, re.MULTILINE)
    ruled = [i for i, line in enumerate(lines) if re.fullmatch(r"[|-]+", line)]
    heads = {*ruled, *(i - 1 for i in ruled)}
    return [line.strip("| ").split(" | ") for i, line in enumerate(lines) if i not in heads]


def headings(number, level="#+"):
    prose = "\n".join(cell.source for cell in NOTEBOOKS[number].cells if cell.cell_type == "markdown")
    return re.findall(rf"^{level} (.+)$", re.sub("```.*?```", "", prose, flags=re.DOTALL), flags=re.MULTILINE)


def figures(number):
    """Ids of the cells of a notebook that show a picture."""
    return {
        cell.id
        for cell in NOTEBOOKS[number].cells
        for output in cell.get("outputs", [])
        if {"image/png", "image/jpeg"} & set(output.get("data", {}))
    }


def minutes(number):
    """Minutes of a notebook: alone, and in class."""
    alone, in_class = re.match(r"\nAlone about (\d+) minutes.*; in class (\d+)\.\n", part(f"{number}, ")).groups()
    return int(alone), int(in_class)


@every_notebook
def test_minutes_alone_are_those_of_the_notebook(number):
    prose = "\n".join(cell.source for cell in NOTEBOOKS[number].cells if cell.cell_type == "markdown")
    assert f"about {minutes(number)[0]} minutes" in prose


@every_notebook
def test_minutes_of_the_short_path_add_up(number):
    spent = [cells[1] for cells in rows(part(f"{number}, "))]
    assert sum(int(some) for some in spent if some != "-") == minutes(number)[1]
    assert number == "11" or minutes(number)[1] <= 60


@every_notebook
def test_short_path_or_reason_for_every_section(number):
    told = [cells for cells in rows(part(f"{number}, ")) if not re.match(r"opening|exercises \d|close$", cells[0])]
    wanted = [title for title in headings(number, "##") if not re.fullmatch(f"{EVERYWHERE}|Optional.*", title)]
    assert [cells[0] for cells in told] == wanted
    assert all(len(cells) == 3 and cells[2] for cells in told)


@every_notebook
def test_mistakes_come_with_a_question(number):
    expected = re.search(r"\*\*Expect:\*\*\n\n((?:- .+\n)+)", part(f"{number}, ")).group(1).splitlines()
    assert len(expected) >= 4
    assert all(re.search(r"Ask: \*.+[?.]\*$", line) for line in expected)


@every_notebook
def test_figure_for_the_wall_is_on_the_short_path(number):
    (figure,) = re.findall(r"^\*\*On the wall:\*\* `(.+?)`\. \*.+\?", part(f"{number}, "), flags=re.MULTILINE)
    assert figure in figures(number)
    cells = NOTEBOOKS[number].cells
    before = cells[: [cell.id for cell in cells].index(figure)]
    prose = "\n".join(cell.source for cell in before if cell.cell_type == "markdown")
    section = re.findall(r"^## (.+)$", prose, flags=re.MULTILINE)[-1]
    (spent,) = [cells[1] for cells in rows(part(f"{number}, ")) if cells[0] == section]
    assert spent != "-"  # the short path comes past it


def test_it_says_once_that_nothing_was_observed():
    assert GUIDE.count("Expected, not observed") == 1


def test_plans_add_up_from_the_short_paths():
    tables = re.split(r"\n\n(?=\*\*)", part("A half-day, one day, two days"))[1:]
    assert len(tables) == 4
    for table in tables:
        *parts, (_, together) = rows(table)
        assert sum(int(spent) for _, spent in parts) == int(together)
        for name, spent in parts:
            assert name in ("break", "lunch", "questions") or int(spent) == minutes(name)[1]
    taught = [[name for name, _ in rows(table) if name.isdigit()] for table in tables]
    assert set(taught[0]) == {"00", "01", "04", "06"}
    assert set(taught[0]) < set(taught[1]) < set(taught[2] + taught[3])
    assert taught[2] + taught[3] == sorted(taught[2] + taught[3])


def test_exercises_that_are_named_exist():
    named = re.findall(r"\b\d\d\.\d\b", GUIDE)
    assert len(set(named)) > 30
    assert set(named) <= set(EXERCISES)


def test_figures_can_be_written_to_files(tmp_path, monkeypatch):
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    monkeypatch.chdir(tmp_path)
    (program,) = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL)
    exec(program, {})
    written = sorted((tmp_path / "build" / "wall").glob("*.*g"))
    assert [path.name[:2] for path in written] == sorted(NOTEBOOKS)
    assert all(Image.open(io.BytesIO(path.read_bytes())).width > 300 for path in written)


MISCONCEPTIONS = rows(part("The misconceptions, and where the course meets each"))


def test_no_misconception_is_missed():
    assert [int(rank) for rank, *_ in MISCONCEPTIONS] == list(range(1, 26))
    assert len({said for _, said, *_ in MISCONCEPTIONS}) == 25
    assert {rank for mistakes in ranks().values() for rank in mistakes.values()} <= {None, *range(1, 26)}
    assert "rank 4, 10, 17, 19 and 21 to 25: the page cannot name them" in GUIDE  # SHOWN_BY_NO_MISTAKE


@pytest.mark.parametrize("row", MISCONCEPTIONS, ids=lambda row: f"rank {row[0]}")
def test_misconception_is_met_where_the_table_says(row):
    rank, said, places, show = row
    assert said.endswith(".")
    for place in places.split("<br>"):
        number, title = re.match(r"(\d\d): (.+?)(?: \(of .+\))?$", place).groups()
        assert title in headings(number)
    figure = re.match(r"`(.+?)`", show)
    exercises = re.search(r"(?:^|; )(\d\d\.\d(?:, \d\d\.\d)*)$", show)
    assert not figure or figure[1] in figures(figure[1][:2])
    shown = {number for number, mistakes in ranks().items() if int(rank) in mistakes.values()}
    assert shown <= set(re.findall(r"\d\d\.\d", exercises[1] if exercises else ""))
    assert (int(rank) in SHOWN_BY_NO_MISTAKE) == (shown == set())
    assert (int(rank) in BY_A_SECTION_ALONE) == (show == "the section") == (not figure and not exercises)
