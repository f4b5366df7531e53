"""A learner's record: what is kept of tries and guesses, that it disturbs nothing, and what `make progress` says."""

import json
import os
import stat

import pytest

from helpers import recording
from helpers.exercises import EXERCISES, check, guessing, predict, reveal
from tools import progress

WRONG = EXERCISES["00.1"].mistakes[0]


@pytest.fixture
def record(tmp_path, monkeypatch):
    path = tmp_path / "progress.jsonl"
    monkeypatch.setenv("CLUSTERING_RECORD", str(path))
    monkeypatch.setattr(guessing, "_asked", {})
    return path


def test_a_try_is_kept_without_the_answer(record):
    check("00.1", ...)
    assert not record.exists()  # a stub is no try
    check("00.1", WRONG.answer())
    check("00.1", "my name")
    check("00.1", EXERCISES["00.1"].truth())
    lines = recording.read(record)
    assert [set(line) for line in lines] == 3 * [{"time", "exercise", "status", "mistake"}]
    kept = [(line["exercise"], line["status"], line["mistake"]) for line in lines]
    assert kept == [("00.1", "wrong", WRONG.name), ("00.1", "wrong", "unreadable"), ("00.1", "right", None)]
    assert "my name" not in record.read_text()
    if os.name == "posix":
        assert stat.S_IMODE(record.stat().st_mode) == 0o600


def test_a_guess_is_kept_once_when_it_is_revealed(record, monkeypatch):
    monkeypatch.setitem(guessing.RULES, "99.a", lambda value: "many" if value > 2 else "few")
    question = predict("99.a", "How many?", "few", "many")
    reveal("99.a", 3)
    assert not record.exists()  # no guess was made
    question.guess = "few"
    reveal("99.a", 3)
    reveal("99.a", 3)
    (line,) = recording.read(record)
    assert (line["prediction"], line["guess"], line["came"]) == ("99.a", "few", "many")


@pytest.mark.parametrize("place", ["folder", "missing/progress.jsonl", "pipe", 5000 * "x"])
def test_a_record_that_cannot_be_written_disturbs_no_check(record, place, monkeypatch):
    (record.parent / "folder").mkdir()
    os.mkfifo(record.parent / "pipe")
    monkeypatch.setenv("CLUSTERING_RECORD", str(record.parent / place))
    assert check("00.1", EXERCISES["00.1"].truth()).status == "right"


def test_what_is_no_line_of_a_record_is_passed_over(record):
    check("00.1", WRONG.answer())
    with record.open("ab") as file:
        file.write(
            b'\xff\xfe\n[1]\n{"exercise": 1}\n{"exercise": "00.1", "prediction": []}\n{"exer\n'
            + b"[" * 10_000
            + b"\n{}\n"
        )
    check("00.1", EXERCISES["00.1"].truth())
    assert [line["status"] for line in recording.read(record)] == ["wrong", "right"]


def line(exercise, mistake=None):
    return {"exercise": exercise, "status": "wrong" if mistake else "right", "mistake": mistake}


def test_progress_tells_tries_guesses_and_what_to_return_to(monkeypatch):
    monkeypatch.setitem(guessing.RULES, "00.z", str)
    monkeypatch.setitem(guessing.RULES, "00.y", str)
    lines = [line("00.1"), line("00.1", "later"), line("00.2", "a"), line("00.2"), line("02.1", "a"), line("02.1", "b")]
    lines += [{"prediction": "00.z", "guess": "x", "came": "x"}, {"prediction": "00.y", "guess": "x", "came": "y"}]
    lines += [{"prediction": "00.y", "guess": "y", "came": "y"}, line("77.7", "no such exercise")]
    first, second, back = progress.report(lines, ["00_start_here", "01_lloyd", "02_scipy_vq"])
    assert " ".join(first.split()) == (
        "00_start_here exercises 2 of 5, 1 at the first try; predictions 1 of 2 as guessed"
    )
    assert "exercises 0 of 5, 0 at the first try; predictions 0 of 0" in second
    assert back == "To return to: 02.1 (tried 2 times, last: b)"
    assert progress.report([], ["00_start_here"]) == []


def test_the_command_reads_the_record_beside_the_notebooks(record, monkeypatch, capsys):
    monkeypatch.delenv("CLUSTERING_RECORD")
    assert progress.main([str(record.parent)]) == 1
    assert "`make lab` begins one" in capsys.readouterr().err
    record.write_text(json.dumps(line("00.1")) + "\n")
    assert progress.main([str(record.parent)]) == 0
    assert "exercises 1 of 5, 1 at the first try" in capsys.readouterr().out
    record.write_text("")
    assert progress.main([str(record.parent)]) == 0
    assert "Nothing was answered or guessed yet" in capsys.readouterr().out
