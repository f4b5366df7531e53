"""The ladder of hints: what a wrong answer gets the second and the third time, where it leads, and what it keeps."""

import re
from urllib.parse import unquote

import numpy as np
import pytest
from course import NOTEBOOKS

from helpers import recording
from helpers.exercises import EXERCISES, check, climbing, numbers
from helpers.exercises.kinds import Choice, Number
from helpers.exercises.ladder import LADDER
from tools.course import has_tag

HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
HEADINGS = {
    name: [found for cell in notebook.cells if cell.cell_type == "markdown" for found in HEADING.findall(cell.source)]
    for name, notebook in NOTEBOOKS.items()
}
WORD = r"[\w.=]*\w"  # as in test_exercises
LINK = re.compile(r"\[([^\[\]]+)\]\((#[^\s()<>]+)\)")


def notebook_of(number):
    """Name of the notebook in which an exercise stands."""
    return next(name for name in NOTEBOOKS if name.startswith(number[:2]))


def cells_of(number):
    """Give the cells of an exercise: text, pictures, stub, solution."""
    cells = NOTEBOOKS[notebook_of(number)].cells
    first = next(i for i, cell in enumerate(cells) if cell.source.startswith(f"**{number} "))
    last = next(i for i in range(first, len(cells)) if has_tag(cells[i], "solution"))
    return cells[first : last + 1]


def test_every_exercise_has_a_rung():
    assert list(LADDER) == numbers()


@pytest.mark.parametrize("number", numbers())
def test_a_section_is_a_heading_of_its_notebook_before_the_exercises_and_nowhere_else(number):
    name, section = notebook_of(number), LADDER[number].section
    assert section in HEADINGS[name], f"{name} has no heading {section!r} any more: which one took its place?"
    exercises = next(i for i, heading in enumerate(HEADINGS[name]) if heading.startswith("Exercises"))
    assert 1 < HEADINGS[name].index(section) < exercises
    everywhere = [climbing.anchor(heading) for headings in HEADINGS.values() for heading in headings]
    assert everywhere.count(climbing.anchor(section)) == 1  # Lab takes the first one in the notebooks that are open


@pytest.mark.parametrize("number", numbers())
def test_a_link_leads_to_its_heading(number):
    section = LADDER[number].section
    plain, markdown = climbing.climb(number, 2)
    (link,) = LINK.finditer(markdown)
    assert (link[1], markdown.replace(link[0], f'"{section}"')) == (section, plain)
    # JupyterLab: textContent.replace(/ /g, "-"); it compares without decoding, and browsers encode what is not here
    assert link[2] == "#" + section.replace("`", "").replace(" ", "-") == unquote(link[2])
    assert re.fullmatch(r"#[A-Za-z0-9.,:;?!'+-]+", link[2])


def test_what_an_address_cannot_hold_is_encoded():
    assert climbing.anchor('Say "no", (at 5 %)') == "#Say-%22no%22,-%28at-5-%25%29"


def test_a_step_is_one_short_sentence_of_its_own():
    steps = [rung.step for rung in LADDER.values()]
    assert len(set(steps)) == len(steps)
    for step in steps:
        assert len(step.split()) <= 30, step
        assert step.isascii(), step
        assert step[0].islower(), step
        assert re.search(r"[.?]$", step), step
        assert not re.search(r"[.?!] +[A-Za-z]", step.replace("...", "")), step
        assert step.count("`") % 2 == 0, step


@pytest.mark.parametrize("number", numbers())
def test_no_step_gives_the_answer_away(number):
    exercise, step = EXERCISES[number], LADDER[number].step
    truth = exercise.truth()
    if isinstance(exercise, Choice):
        given_away = {truth}
    elif type(exercise) is Number:
        given_away = {f"{truth:.{digits}f}" for digits in range(5)} - ({"0", "1"} if truth != int(truth) else set())
    elif isinstance(truth, np.ndarray):
        written = {f"{value:.{digits}f}" for value in np.unique(truth) for digits in range(3)}
        given_away = {number for number in written if len(number) > 1}  # a lone digit tells nothing of a table
    else:
        given_away = {"return", "lambda", "def"}
    assert not given_away & set(re.findall(WORD, step)), step


@pytest.mark.parametrize("number", numbers())
def test_no_step_names_what_only_the_solution_uses(number):
    *given, solution = [cell.source for cell in cells_of(number)]
    used = set(re.findall(r"\b[A-Za-z]\w+(?=[(=])|(?<=\.)[a-z]\w+", solution))
    code = " ".join(re.findall(r"`([^`]*)`", LADDER[number].step))
    code = set(re.findall(r"\w+", code)) | set(re.findall(r"\w+_\w+|\w+(?=\()", LADDER[number].step))
    assert not (used & code) - set(re.findall(r"\w+", " ".join(given))), LADDER[number].step


@pytest.mark.parametrize("number", numbers())
def test_no_step_says_again_what_a_hint_said(number):
    def runs(text):
        words = re.findall(r"\w+", text.casefold())
        return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}

    exercise = EXERCISES[number]
    for hint in [*(mistake.hint for mistake in exercise.mistakes), exercise.otherwise]:
        assert not runs(hint) & runs(LADDER[number].step), hint


@pytest.mark.parametrize("number", numbers())
def test_each_wrong_answer_climbs_one_rung(number):
    section, step = LADDER[number]
    first, second, third, fourth = [check(number, "x") for _ in range(4)]
    assert {verdict.message for verdict in (second, third, fourth)} == {first.message}
    assert first.further == first.linked == ""
    assert section in second.further
    assert step not in second.further
    assert section in third.further
    assert step in third.further
    assert (fourth.further, fourth.linked) == (third.further, third.linked)


def test_any_wrong_answer_counts_and_a_right_one_begins_anew():
    wrong = EXERCISES["02.1"].mistakes[0].answer()
    assert [bool(check("02.1", answer).further) for answer in (wrong, None, "x")] == [False, True, True]
    right = check("02.1", EXERCISES["02.1"].truth())
    assert (right.status, right.further, right.linked) == ("right", "", "")
    assert [bool(check("02.1", wrong).further) for _ in range(2)] == [False, True]


def test_exercises_do_not_mix():
    check("02.1", "x")
    assert check("02.2", "x").further == ""
    check("02.2", EXERCISES["02.2"].truth())
    assert check("02.1", "x").further != ""


def test_what_is_no_answer_counts_for_nothing():
    check("02.1", "x")
    assert check("02.1", ...).further == ""
    assert check("99.9", "x").further == ""
    assert dict(climbing.WRONG) == {"02.1": 1}
    assert LADDER["02.1"].step not in check("02.1", "x").further


def test_what_is_shown_has_the_link_from_the_second_time_on():
    shown = [check("02.1", 5.859) for _ in range(3)]
    bundles = [verdict._repr_mimebundle_()[0] for verdict in shown]
    assert [sorted(bundle) for bundle in bundles] == [["text/plain"]] + 2 * [["text/markdown", "text/plain"]]
    for verdict, bundle in zip(shown, bundles, strict=True):
        assert bundle["text/plain"] == repr(verdict)
        assert " ".join(repr(verdict).split()) == " ".join(f"✗ 02.1 {verdict.message} {verdict.further}".split())
        assert max(map(len, repr(verdict).splitlines())) <= 92
    for bundle in bundles[1:]:
        assert "[Three numbers are called distortion](#Three-numbers-are-called-distortion)" in bundle["text/markdown"]


def test_what_an_answer_says_of_itself_is_no_markdown():
    def raising(*args):
        raise ValueError("a*b*c\n# [x](y) `z` <b> $u$")

    check("02.2", raising)
    shown = check("02.2", raising)._repr_mimebundle_()[0]["text/markdown"]
    said, linked = shown.split("\n\n")
    assert not re.search(r"[*`<\[$]", said)
    assert linked == climbing.climb("02.2", 2)[1]


def test_the_record_is_as_before(monkeypatch):
    kept = []
    monkeypatch.setattr(recording, "keep", lambda **what: kept.append(what))
    for _ in range(3):
        check("02.1", "x")
    assert kept == 3 * [{"exercise": "02.1", "status": "wrong", "mistake": "unreadable"}]
