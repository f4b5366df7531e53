"""What a class thinks: what is read, that nobody is singled out, and a page that reads well and asks for nothing."""

import csv
import io
import json
import os
import random
from collections import Counter, defaultdict
from itertools import combinations, combinations_with_replacement

import pytest
from axe_playwright_python.sync_playwright import Axe
from commands import ROOT
from course import NOTEBOOKS
from nbformat.v4 import new_code_cell, new_notebook, new_output

from helpers import recording
from helpers.exercises import EXERCISES, check
from tools.class_report import __main__ as command
from tools.class_report import guide
from tools.class_report.handed import LARGEST, Handed, read_folder
from tools.class_report.overview import as_csv, page
from tools.class_report.pooling import FEW, RULE, exercise, guesses, pool, shown
from tools.tries import Learner, Tried

TEXT = guide.read_guide()


def tried(number, mistake=None, time="2026-03-01T10:00:00+00:00"):
    return {"time": time, "exercise": number, "status": "wrong" if mistake else "right", "mistake": mistake}


def guessed(number, guess, came):
    return {"time": "2026-03-01T10:00:00+00:00", "prediction": number, "guess": guess, "came": came}


def write(path, *lines):
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def notebook(*told, tags=()):
    outputs = [new_output("execute_result", data={"text/plain": "x"}, metadata={"clustering": one}) for one in told]
    return json.dumps(new_notebook(cells=[new_code_cell("1 / 0", outputs=outputs, metadata={"tags": list(tags)})]))


# --- what is read ----------------------------------------------------------------------------------------------------


def test_a_record_gives_the_first_try_and_the_mistakes_up_to_the_first_right_answer(tmp_path):
    write(tmp_path / "a.jsonl", tried("00.1", "x"), tried("00.1", "x"), tried("00.1"), tried("00.1", "play"))
    write(tmp_path / "b.jsonl", tried("00.1"), guessed("00.a", "few", "many"), guessed("00.a", "many", "many"))
    first, second = read_folder(tmp_path, EXERCISES).learners
    assert first.tried == {"00.1": Tried(False, True, ["x", "x"])}
    assert second.tried == {"00.1": Tried(True, True, [])}
    assert second.guessed == {"00.a": ("few", "many")}


def test_a_notebook_gives_the_last_state_and_no_first_try_and_is_not_run(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.ipynb").write_text(notebook(tried("00.1", "x"), tried("00.1"), guessed("00.a", "u", "v")))
    (tmp_path / "one" / "b.ipynb").write_text(notebook(tried("00.2", "x"), tried("00.2", "y")))
    (tmp_path / "one" / "c.ipynb").write_text(notebook(tried("00.3"), tags=["solution"]))
    (tmp_path / "one" / "d.ipynb").write_text(notebook({**tried("00.4"), "status": "unanswered"}))
    handed = read_folder(tmp_path, EXERCISES)
    (learner,) = handed.learners
    assert learner.tried == {"00.1": Tried(None, True, []), "00.2": Tried(None, False, ["y"])}
    assert learner.guessed == {"00.a": ("u", "v")}
    assert handed.kinds == {".ipynb"}
    assert [path.name for path in handed.unread] == ["c.ipynb", "d.ipynb"]


def test_files_of_one_learner_are_joined_records_by_their_time(tmp_path):
    write(tmp_path / "a" / "z.jsonl", tried("00.1", "x", time="2026-01-01"))
    write(tmp_path / "a" / "b.jsonl", tried("00.1", time="2026-01-02"), tried("00.2", "y"))
    (tmp_path / "a.ipynb").write_text(notebook(tried("00.2"), tried("00.3")))
    (learner,) = read_folder(tmp_path, EXERCISES).learners
    assert learner.tried["00.1"] == Tried(False, True, ["x"])
    assert learner.tried["00.2"] == Tried(False, True, ["y"])
    assert learner.tried["00.3"] == Tried(None, True, [])


def test_what_check_keeps_is_read(tmp_path, monkeypatch):
    monkeypatch.setenv(recording.ENVIRONMENT, str(tmp_path / "any name.jsonl"))
    wrong = EXERCISES["00.1"].mistakes[0].answer()
    verdict = check("00.1", wrong)
    (tmp_path / "other.ipynb").write_text(notebook(verdict._repr_mimebundle_()[1]["clustering"]))
    first, second = read_folder(tmp_path, EXERCISES).learners
    assert first.tried == {"00.1": Tried(False, False, [verdict.mistake])}
    assert second.tried == {"00.1": Tried(None, False, [verdict.mistake])}


GARBAGE = {
    "empty.jsonl": b"",
    "binary.jsonl": bytes(range(256)) * 100,
    "foreign.jsonl": b'{"a": 1}\n[]\n3\nnull\n{"exercise": "00.1"}\n{"exercise": ["00.1"], "status": "right"}\n',
    "numbers.jsonl": b'{"exercise": "99.9", "status": "right"}\n{"prediction": "../a", "guess": "x", "came": "x"}\n',
    "types.jsonl": b'{"prediction": "00.a", "guess": 3, "came": "x"}\n{"prediction": "00.a", "came": []}\n',
    "deep.jsonl": b"[" * 100_000,
    "deep.ipynb": b"[" * 100_000,
    "long.jsonl": b'{"exercise": ' + b"9" * 100_000,
    "huge.jsonl": b'{"exercise": "00.1", "status": "right", "mistake": null}\n' * (LARGEST[".jsonl"] // 50),
    "none.ipynb": b'{"cells": null}',
    "list.ipynb": b"[1, 2]",
    "text.ipynb": b'{"cells": "abc"}',
    "cells.ipynb": b'{"cells": [1, {"outputs": 3}]}',
    "metadata.ipynb": b'{"cells": [{"metadata": [], "outputs": [{"metadata": {"clustering": [1]}}]}]}',
    "outputs.ipynb": b'{"cells": [{"outputs": [{"metadata": {"clustering": {"exercise": {}}}}]}]}',
    "binary.ipynb": b"\x89PNG\r\n\x00\xff",
}


def test_what_cannot_be_read_is_passed_over_and_counted(tmp_path, capsys):
    folder = tmp_path / "in"
    for i in range(3):
        write(folder / f"l{i}.jsonl", tried("00.1", "x"))
    for name, content in GARBAGE.items():
        (folder / f"bad-{name}").write_bytes(content)
    write(tmp_path / "out" / "it.jsonl", tried("00.2"))
    (folder / "link.jsonl").symlink_to(tmp_path / "out" / "it.jsonl")
    (folder / "links").symlink_to(tmp_path / "out")
    (folder / "round").mkdir()
    (folder / "round" / "round").symlink_to(folder)
    (folder / "folder.jsonl").mkdir()
    (folder / ".hidden.jsonl").write_text("{}")
    (folder / "essay.docx").write_bytes(b"PK")
    os.mkfifo(folder / "pipe.jsonl")
    assert command.main([str(folder)], tmp_path / "class") == 0
    said = capsys.readouterr()
    n = len(GARBAGE) + 2  # and the link and the pipe
    assert f"Not read, or without an answer of the course's: {n} (" in said.err
    written = (tmp_path / "class" / "index.html").read_text()
    assert "<p>3 learners, from records.</p>" in written
    assert f"<p>{n} files were passed over" in written
    assert "00.2" not in written


def test_deep_and_many_folders_end_somewhere(tmp_path, monkeypatch):
    monkeypatch.setattr("tools.class_report.handed.MOST_FILES", 20)
    deep = tmp_path / "deep"
    for _ in range(8):
        deep = deep / "er"
    deep.mkdir(parents=True)
    write(deep / "a.jsonl", tried("00.1"))
    for i in range(30):
        write(tmp_path / f"l{i}.jsonl", tried("00.1"))
    handed = read_folder(tmp_path, EXERCISES)
    assert 10 <= len(handed.learners) <= 20
    assert handed.is_cut


def test_a_million_lines_are_bounded_by_their_bytes(tmp_path, monkeypatch):
    (tmp_path / "l.jsonl").write_bytes(b'{"exercise": "00.1", "status": "right", "mistake": null}\n' * 1_000_000)
    monkeypatch.setattr("tools.class_report.handed.read", lambda path: pytest.fail("it was opened"))
    handed = read_folder(tmp_path, EXERCISES)
    assert (handed.learners, len(handed.unread)) == ([], 1)


@pytest.mark.parametrize("given", ["", " ", "missing", "empty", "file.txt", "a\0b", 5000 * "x"])
def test_without_a_folder_or_records_a_sentence_says_what_to_do(tmp_path, given, monkeypatch, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("x")
    monkeypatch.chdir(tmp_path)
    assert command.main(["--", given], tmp_path / "class") == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "make class FOLDER=handed-in" in said
    assert not (tmp_path / "class").exists()


# --- nobody is singled out -------------------------------------------------------------------------------------------


def computed(told, quantities):
    """Say which counts are told: for equal outputs, a quantity that is 1 in all the classes, or 2 in all.

    ``told`` maps an output to the classes that give it, as counts of states; ``quantities`` has sets of states.
    """

    def told_alone(classes, states):
        counts = (sum(one[state] for state in states) for one in classes)
        first = next(counts)
        return first in (1, 2) and all(count == first for count in counts)

    return [
        (output, name)
        for output, classes in told.items()
        for name, states in quantities.items()
        if told_alone(classes, states)
    ]


def sets(letters):
    return [frozenset(some) for k in range(1, len(letters) + 1) for some in combinations(letters, k)]


def states_of(letters, *, notebooks=False):
    """List what a learner can have done at an exercise."""
    states = [None, (True, True, frozenset())]
    states += [(False, right, some) for right in (True, False) for some in sets(letters)]
    if notebooks:
        states += [
            (None, True, frozenset()),
            *((None, right, some) for right in (True, False) for some in sets(letters)),
        ]
    return states


def quantities(states, letters):
    """Name the sets of learners that somebody might wish to count."""
    did = [state for state in states if state]
    found = {
        "not tried": [None],
        "tried": did,
        "first": [s for s in did if s[0]],
        "not first": [s for s in did if not s[0]],
        "right": [s for s in did if s[1]],
        "never right": [s for s in did if not s[1]],
        "right later": [s for s in did if s[1] and not s[0]],
        "two mistakes": [s for s in did if len(s[2]) > 1],
    }
    for letter in letters:
        found[letter] = [s for s in did if letter in s[2]]
        found[f"only {letter}"] = [s for s in did if s[2] == {letter}]
        found[f"not {letter}"] = [s for s in did if letter not in s[2]]
        found[f"others than {letter}"] = [s for s in did if s[2] and letter not in s[2]]
        found[f"{letter}, never right"] = [s for s in did if letter in s[2] and not s[1]]
        found[f"{letter}, then right"] = [s for s in did if letter in s[2] and s[1]]
    for two in (some for some in sets(letters) if len(some) == 2):
        found[" and ".join(sorted(two))] = [s for s in did if two <= s[2]]
        found[" or ".join(sorted(two))] = [s for s in did if two & s[2]]
    return found


# a misconception that one mistake shows, and one that two show
RANKED = [("One.", {("00.1", "a")}), ("Two.", {("00.1", "b"), ("00.1", "c"), ("00.2", "b")})]


@pytest.mark.parametrize(
    ("n", "letters", "notebooks"),
    [
        *((n, "abc", False) for n in range(3, 7)),
        *((n, "ab", False) for n in (3, 4, 5)),
        (3, "abc", True),
        *((n, "ab", True) for n in (4, 5)),
    ],
)
def test_no_one_or_two_can_be_computed_of_an_exercise_in_any_small_class(n, letters, notebooks):
    states, told = states_of(letters, notebooks=notebooks), defaultdict(list)
    for some in combinations_with_replacement(states, n):
        output = exercise("00.1", n, [Tried(first, right, list(names)) for first, right, names in filter(None, some)])
        if output:  # else its number alone is named
            told[repr((output, shown([output], RANKED)))].append(Counter(some))
    assert len(told) > 5
    assert computed(told, quantities(states, letters)) == []


@pytest.mark.parametrize("n", [3, 4, 5])
def test_no_one_or_two_can_be_computed_of_a_misconception_that_two_exercises_show(n):
    states = [(first, second) for first in states_of("b") for second in states_of("b")]
    told, named = defaultdict(list), set()
    for some in combinations_with_replacement(states, n):
        tries = [{"00.1": first, "00.2": second} for first, second in some]
        learners = [
            Learner({number: Tried(*one[:2], list(one[2])) for number, one in both.items() if one}) for both in tries
        ]
        pooled = pool(learners, {}, RANKED)
        told[repr(pooled)].append(Counter(some))
        named |= {len(mistakes) for _, _, mistakes in pooled.misconceptions}
    assert named == {1, 2}
    did = {i: [state for state in states if state[i] and state[i][2]] for i in (0, 1)}
    either = {*did[0], *did[1]}
    counts = {"first": did[0], "second": did[1], "either": either, "neither": {*states} - either}
    counts |= {
        "both": {*did[0]} & {*did[1]},
        "never right": [s for s in either if not all(one and one[1] for one in s)],
    }
    assert computed(told, counts) == []


def test_in_random_larger_classes_no_number_and_no_difference_of_two_is_one_or_two():
    drawn = random.Random(0)
    states = states_of("abc")
    for _ in range(3000):
        n = drawn.randint(7, 40)
        weights = [drawn.random() ** 4 for _ in states]
        some = drawn.choices(states, weights, k=n)
        output = exercise("00.1", n, [Tried(first, right, list(names)) for first, right, names in filter(None, some)])
        if output:
            numbers = [int(said) for said in (output.tried, output.first, output.right) if said.isdigit()]
            known = {0, n, *numbers}
            assert not {abs(a - b) for a in known for b in known} & {1, 2}
            counts = Counter(letter for state in some if state for letter in state[2])
            assert {name for name, _ in output.mistakes} == {name for name, count in counts.items() if count >= FEW}
            for name, said in output.mistakes:
                least, _, most = said.partition(" to ")
                assert int(least) <= counts[name] <= int(most) == int(least) + 2


@pytest.mark.parametrize("choices", [("a", "b"), ("a", "b", "c"), ()])
def test_no_one_or_two_can_be_computed_of_a_prediction_in_any_small_class(choices):
    states = [None, *(choices or "ab"), *(() if choices else "xyz")]  # not asked here: any guess may have been made
    questions = {"00.a": ("?", choices)} if choices else {}
    for n in range(3, 16 if choices else 12):
        told = defaultdict(list)
        for some in combinations_with_replacement(states, n):
            output = guesses("00.a", n, [(guess, "a") for guess in some if guess], questions)
            if output:
                told[repr(output)].append(Counter(some))
        counts = {"none": [None], "guessed": states[1:], **{one: [one] for one in states[1:]}}
        counts |= {f"not {one}": [state for state in states[1:] if state != one] for one in states[1:]}
        assert computed(told, counts) == [], n


def test_misconceptions_are_ranked_by_what_is_told_anyway():
    learners = [Learner({f"00.{i}": Tried(False, False, ["x"])}) for i in (1, 1, 2, 2, 2, 3, 3, 3)]
    one, two, three = (("00.1", "x"), ("00.2", "x"), ("00.3", "x"))
    ranked = [("Hidden.", {one}), ("All.", {one, two, three}), ("One.", {two}), ("Other.", {("00.2", "y")})]
    pooled = pool(learners, {}, ranked)
    assert pooled.misconceptions == shown(pooled.exercises, ranked)
    assert pooled.misconceptions == [("All.", "at least 3", [two, three]), ("One.", "at least 3", [two])]


def test_of_a_class_of_two_only_numbers_are_told():
    learners = [Learner({"00.1": Tried(False, False, ["x"])}, {"00.a": ("u", "v")}) for _ in range(2)]
    pooled = pool(learners, {}, guide.misconceptions(TEXT))
    assert (pooled.learners, pooled.few) == ("fewer than three", ["00.1", "00.a"])
    assert (pooled.exercises, pooled.guesses, pooled.misconceptions) == ([], [], [])
    assert "Fewer than three learners" in page(Handed(kinds={".jsonl"}), pooled, {}, {}, {})


# --- what it says ----------------------------------------------------------------------------------------------------


def test_numbers_are_exact_where_they_tell_nothing_and_words_elsewhere():
    def said(*parts, n=30):
        states = [Tried(True, True)], [Tried(False, True, ["x"])], [Tried(False, False, ["x"])]
        output = exercise("00.1", n, [one for part, times in zip(states, parts, strict=True) for one in part * times])
        return output.tried, output.first, output.right, output.mistakes

    assert said(10, 6, 4) == ("20", "10", "16", [("x", "9 to 11")])
    assert said(30, 0, 0) == ("30", "30", "30", [])
    assert said(27, 1, 0) == ("27 to 29", "nearly all, or all", "nearly all, or all", [])
    assert said(2, 10, 0) == ("12 to 14", "hardly anybody, or nobody", "nearly all, or all", [("x", "9 to 11")])


def test_misconceptions_come_by_learners_then_by_mistakes_and_not_for_other_mistakes():
    one, two, three = (("00.1", "x"), ("00.2", "x"), ("00.3", "x"))
    ranked = [("Worst.", {one}), ("Second.", {two, three}), ("Slip.", {("00.4", "x")}), ("Rare.", {("00.5", "x")})]
    wrong = Tried(False, False, ["x"])
    learners = [Learner({"00.1": wrong, "00.2": wrong, "00.3": wrong, "00.4": Tried(False, False, ["other", "y"])})] * 4
    worst, second = ("Worst.", "at least 3", [one]), ("Second.", "at least 3", [two, three])
    assert pool(learners, {}, ranked).misconceptions == [second, worst]
    learners = [*learners, *[Learner({"00.3": wrong})] * 2]
    assert pool(learners, {}, ranked).misconceptions == [("Second.", "at least 6", [two, three]), worst]


def test_the_page_names_the_mistakes_that_show_a_misconception():
    shows = {"00.1": Tried(False, True, ["label numbers"]), "04.2": Tried(False, False, ["numbers not renamed"])}
    slip = {"00.2": Tried(False, True, ["disagreements"])}
    pooled = pool([Learner(shows | slip)] * 3, {}, guide.misconceptions(TEXT))
    assert [sentence[:13] for sentence, *_ in pooled.misconceptions] == ["Label numbers"]
    text = page(Handed(kinds={".jsonl"}), pooled, {}, {}, guide.asks(TEXT))
    assert "At least 3 learners, who show it by: label numbers (00.1); numbers not renamed (04.2)." in text
    assert text.count("swap the names 0 and 1") == 3  # there, and at 00.1 and 00.2


def test_the_guide_is_found():
    ranked = guide.misconceptions(TEXT)
    assert len(ranked) == 25
    assert ranked[4] == (
        "Label numbers are stable, and accuracy can be computed on them.",
        {
            (number, mistake)
            for number, mistakes in guide.ranks().items()
            for mistake in mistakes
            if mistakes[mistake] == 5
        },
    )
    assert ("00.1", "label numbers") in ranked[4][1]
    asks = guide.asks(TEXT)
    assert asks["11.2"] == [("A radius in degrees.", "how far is that in Maine, and how far in Florida?")]
    assert len(asks) > 30
    assert set(guide.names(NOTEBOOKS.values())) == set(EXERCISES)


def test_questions_are_found_in_code():
    source = 'predict("02.a", "How " "many?", "few", "many")\nmodel.predict(X)\npredict(name, "?", "a", "b")'
    book = new_notebook(cells=[new_code_cell(source), new_code_cell("%predict(\n")])
    assert guide.questions([book]) == {"02.a": ("How many?", ("few", "many"))}
    found = guide.questions(NOTEBOOKS.values())
    assert all(len(choices) >= 2 for _, choices in found.values())


EVIL = '<script>alert("x")</script>&amp;'


def test_what_learners_write_is_text_on_the_page_and_no_formula_in_the_table(tmp_path):
    for i in range(4):
        lines = [
            tried("00.1", EVIL),
            tried("00.2", "=1+1"),
            tried("00.3", "a\0\ud800\u202eb"),
            guessed("00.a", EVIL, EVIL),
        ]
        write(tmp_path / "in" / f"l{i}.jsonl", *lines)
    assert command.main([str(tmp_path / "in")], tmp_path) == 0
    written = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "<script" not in written
    assert written.count("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;amp;") == 2
    rows = list(csv.reader(io.StringIO((tmp_path / "class.csv").read_text(encoding="utf-8"))))
    assert {len(row) for row in rows} == {6}
    assert ["mistake", "00.2", "'=1+1", "3 to 5", "", ""] in rows
    assert ["mistake", "00.3", "ab", "3 to 5", "", ""] in rows


def made_class(folder, n=30):
    """Write records of a class: guesses, tries and names that must not be seen again."""
    drawn = random.Random(3)
    for i in range(n):
        lines = []
        for number in drawn.sample(sorted(EXERCISES), 40):
            lines += [
                tried(number, drawn.choice([*sorted(guide.ranks()[number])[:2], "other"]))
                for _ in range(drawn.choice([0, 0, 1, 2]))
            ]
            lines += [tried(number)] if drawn.random() < 0.8 else []
        lines.append(guessed("00.z", drawn.choice(["a long guess, " * 8, "both", "n" * 80]), "both"))
        write(folder / f"Zoe-Secret-{i}.jsonl", *lines)


def test_thirty_records_from_end_to_end(tmp_path, capsys, monkeypatch):
    made_class(tmp_path / "in")
    read = []
    monkeypatch.setattr("tools.class_report.handed.read", lambda path: read.append(path) or recording.read(path))
    assert command.main([str(tmp_path / "in")], tmp_path / "out") == 0
    assert len(read) == 30  # each once
    assert "of 30 learners" in capsys.readouterr().out
    assert sorted(os.listdir(tmp_path / "out")) == ["class.csv", "index.html"]
    for name in ("class.csv", "index.html"):
        text = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert "Secret" not in text
        assert "2026" not in text
        assert "10:00" not in text
    assert RULE in text
    assert "://" not in text
    assert "url(" not in text
    assert text.count("<h3>") == len(EXERCISES) + 1
    assert text.count("<li><strong>") == 3
    assert "both (this came)" in text


def test_page_and_table_are_made_of_what_was_pooled_alone(tmp_path):
    made_class(tmp_path)
    handed = read_folder(tmp_path, EXERCISES)
    pooled = pool(handed.learners, {}, guide.misconceptions(TEXT))
    handed.learners = None  # what would ask for them fails
    assert page(handed, pooled, {}, {}, {})
    assert as_csv(pooled).count("\n") > len(EXERCISES)


def test_make_has_the_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert '@$(BIN)/python -m tools.class_report -- "$$FOLDER"' in makefile
    assert "export FOLDER" in makefile


def test_the_page_fits_a_phone_asks_for_nothing_and_has_no_barrier(tmp_path, browser):
    made_class(tmp_path / "in")
    assert command.main([str(tmp_path / "in")], tmp_path) == 0
    made = tmp_path / "index.html"
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(made.as_uri())
    for width, scheme in ((390, "light"), (1100, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("[...document.querySelectorAll('.bar')].every(bar => bar.clientWidth > 0)")
        assert Axe().run(page).response["violations"] == []
    assert asked == [made.as_uri()]
    page.close()
