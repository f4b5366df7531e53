"""Every prediction: asked once, revealed once, of choices that its rule can name, and not answered in between."""

import ast
import re

import pytest
from course import NOTEBOOKS, between, calls, code_cells, every_notebook

from helpers.exercises import guessing
from helpers.exercises.guessing import RULES, predict, predictions, reveal
from tools.course import calls_of

KINDS = ("predict", "reveal")


def test_there_are_sixty_and_some_in_every_notebook():
    assert len(RULES) >= 60
    assert all(sum(number.startswith(name[:2]) for number in RULES) >= 5 for name in NOTEBOOKS)


@every_notebook
def test_each_is_asked_once_and_revealed_once_in_the_order_of_letters(name):
    wanted = [number for number in sorted(RULES) if number.startswith(name[:2])]
    assert wanted == [f"{name[:2]}.{letter}" for letter in "abcdefghijklmnopqrst"[: len(wanted)]]
    for kind in KINDS:
        found = [cell for cell in code_cells(name) if re.search(rf"(?m)^{kind}\(", cell.source)]
        assert list(calls(name, kind)) == wanted
        assert len(found) == len(wanted)
        assert all(len(ast.parse(cell.source).body) == 1 for cell in found)
    assert all(between(name, number) for number in wanted)
    assert [cell.source for cell in code_cells(name) if "predictions()" in cell.source] == ["predictions()"] * bool(
        wanted
    )


@every_notebook
def test_what_is_committed_is_the_question_as_text(name):
    for number, cell in calls(name, "predict").items():
        ((_, question, *choices),) = calls_of("predict", cell.source)
        assert 2 <= len(choices) <= 5
        assert max(map(len, choices)) <= 60
        assert len(question.split()) <= 40  # read in ten seconds
        (output,) = cell.outputs
        assert output.data == {"text/plain": repr(predict(number, question, *choices))}
    for cell in calls(name, "reveal").values():
        assert cell.outputs == []


@every_notebook
def test_no_code_in_between_holds_a_check(name):
    for number in calls(name, "predict"):
        for cell in between(name, number):
            assert not re.search(r"(?m)^\s*assert\b", cell.source), (number, cell.id)
            assert not re.search(r"(?m)^#{1,4} ", cell.source) or cell.cell_type == "code", (number, cell.id)


def test_a_guess_is_kept_locked_and_shown(monkeypatch):
    monkeypatch.setitem(RULES, "99.a", lambda value: "many" if value > 2 else "few")
    monkeypatch.setattr(guessing, "_asked", {})
    assert reveal("99.a", 3) is None  # its cell was not run
    question = predict("99.a", "How many?", "few", "many")
    assert repr(question) == "? 99.a  How many?\n   A  few\n   B  many"
    assert reveal("99.a", 3) is None  # no guess was made
    assert "No guess was made" in repr(predictions())
    question.guess = "few"
    assert repr(reveal("99.a", 3)) == "99.a  You said: few. It came out: many."
    assert repr(reveal("99.a", 1)) == "99.a  You said: few. So it came."
    assert repr(predictions()).splitlines() == ["      guessed  came", "99.a  few      few", "As guessed: 1 of 1"]
    assert predict("99.a", "How many?", "few", "many").guess is None  # run again, it is open again


def test_a_prediction_is_clicked_in_a_notebook(monkeypatch):
    monkeypatch.setitem(RULES, "99.a", lambda value: "many" if value > 2 else "few")
    monkeypatch.delenv("CLUSTERING_STATIC", raising=False)
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    predict("99.a", "How <many>?", "few", "many")._ipython_display_()
    (box,) = shown
    text, buttons = box.children
    assert "How &lt;many&gt;?" in text.value
    assert (buttons.options, buttons.value) == (("few", "many"), None)
    buttons.value = "many"
    assert "So it came" in reveal("99.a", 3)
    assert buttons.disabled


def test_static_questions_are_text_and_hold_their_rules_to_their_choices(monkeypatch):
    monkeypatch.setitem(RULES, "99.a", lambda value: "several")
    monkeypatch.setenv("CLUSTERING_STATIC", "1")
    question = predict("99.a", "How many?", "few", "many")
    with pytest.raises(NotImplementedError):
        question._ipython_display_()
    with pytest.raises(ValueError, match="'several', which is no choice"):
        reveal("99.a", 3)
    monkeypatch.delenv("CLUSTERING_STATIC")
    assert reveal("99.a", 3) is None


@pytest.mark.parametrize("given", [("98.a", "?", "a", "b"), ("99.a", "?", "a"), ("99.a", "?", "a", "a")])
def test_a_question_that_cannot_be_asked_is_refused(given, monkeypatch):
    monkeypatch.setitem(RULES, "99.a", str)
    with pytest.raises(ValueError, match="prediction"):
        predict(*given)
