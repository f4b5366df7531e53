"""Every exercise: the truth is right, the stub unanswered, each known mistake gets its own hint, and nothing raises."""

import io
import re

import numpy as np
import pandas as pd
import pytest
from answers import ANSWERS
from flask_restful import Resource
from scipy.cluster.vq import kmeans, vq
from serving import knowing

from helpers import datasets
from helpers.exercises import EXERCISES, check, nb01, nb02, nb03, nb04, nb05, nb08, numbers
from helpers.exercises.judging import Mistake, Unreadable
from helpers.exercises.kinds import Choice, Function, Number, Outcome, Table
from helpers.recording import RESERVED
from helpers.service import create_app
from tools.class_report.guide import ranks

MISTAKES = [(number, i) for number, exercise in EXERCISES.items() for i in range(len(exercise.mistakes))]
TABLES = [number for number, exercise in EXERCISES.items() if type(exercise) is Table]
OUTCOMES = [number for number, exercise in EXERCISES.items() if type(exercise) is Outcome]
FUNCTIONS = [number for number, exercise in EXERCISES.items() if isinstance(exercise, Function)]
NUMBERS = [number for number, exercise in EXERCISES.items() if type(exercise) is Number]
NAMES = {number: [mistake.name for mistake in exercise.mistakes] for number, exercise in EXERCISES.items()}


class Hostile:
    """Raises whatever is asked of it."""

    def __init__(self, error):
        object.__setattr__(self, "error", error)

    def _raise(self, *args, **kwargs):
        raise object.__getattribute__(self, "error")("no")

    __eq__ = __len__ = __iter__ = __float__ = __int__ = __bool__ = __array__ = __str__ = __repr__ = __getattr__ = _raise
    __hash__ = __call__ = __getitem__ = __index__ = __format__ = __getattribute__ = _raise


class Pretender:
    """Raises when it is asked for its class."""

    @property
    def __class__(self):
        raise RuntimeError("no")


def _circular():
    items = []
    items.append(items)
    return items


def _raising(*args):
    raise ValueError("no")


NASTY = {
    "None": lambda: None,
    "True": lambda: True,
    "numpy True": lambda: np.True_,
    "text": lambda: "x",
    "empty text": lambda: "",
    "number as text": lambda: "6.03",
    "NaN": lambda: float("nan"),
    "infinity": lambda: np.inf,
    "complex": lambda: 1 + 2j,
    "huge integer": lambda: 10**400,
    "empty list": lambda: [],
    "ragged list": lambda: [[1, 2], [3]],
    "circular list": _circular,
    "set": lambda: {1, 2},
    "dict": lambda: {"a": 1},
    "object": object,
    "class": lambda: dict,
    "other shape": lambda: np.zeros((7, 7, 7)),
    "text array": lambda: np.array(["a", "b"]),
    "NaN array": lambda: np.full((3, 3), np.nan),
    "date": lambda: np.datetime64("2020-01-01"),
    "masked": lambda: np.ma.masked_all((2, 2)),
    "long range": lambda: range(10**9),
    "DataFrame": lambda: pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}),
    "Series": lambda: pd.Series([1.0, 2.0]),
    "generator": lambda: (i for i in range(3)),
    "function without arguments": lambda: lambda: 1,
    "function that raises": lambda: _raising,
    "function that returns None": lambda: lambda *args: None,
    "function that returns text": lambda: lambda *args: "x",
    "function that exits": lambda: lambda *args: exit(),
    "raises ValueError": lambda: Hostile(ValueError),
    "raises SystemExit": lambda: Hostile(SystemExit),
    "raises when asked for its class": Pretender,
}


@pytest.mark.parametrize("number", numbers())
def test_truth_is_right_and_stub_unanswered(number):
    truth = EXERCISES[number].truth()
    assert check(number, truth).status == "right"
    assert check(number, ...).status == "unanswered"
    assert truth is not None
    if isinstance(truth, int | float | np.number):  # an answer that one could hit by accident is none
        assert not isinstance(truth, bool | np.bool_)
        assert truth not in (-1, 0)


@pytest.mark.parametrize("number", numbers())
def test_each_knows_two_mistakes_with_hints_and_short_names_of_their_own_that_give_no_number_away(number):
    hints, names = [mistake.hint for mistake in EXERCISES[number].mistakes], NAMES[number]
    assert len(hints) >= 2
    assert len(set(hints) | {EXERCISES[number].otherwise}) == len(hints) + 1
    assert [name for name in names if not 1 <= len(name) <= 32 or name != name.strip()] == []
    assert [name for name in names if any(map(str.isdigit, name))] == []
    assert len(set(names)) == len(names)
    assert set(names) & set(RESERVED) == set()


def test_names_of_mistakes_stay():
    assert {number: list(mistakes) for number, mistakes in ranks().items()} == {
        number: sorted(names) for number, names in NAMES.items()
    }, "records and class reports call mistakes by these names: keep a name, or say in CHANGELOG.md that it changed"


@pytest.mark.parametrize(("number", "i"), MISTAKES)
def test_a_known_mistake_gets_its_hint(number, i):
    mistake = EXERCISES[number].mistakes[i]
    verdict = check(number, mistake.answer())
    assert (verdict.status, verdict.message) == ("wrong", mistake.hint)


@pytest.mark.parametrize("number", numbers())
def test_six_plausible_answers_get_their_verdict_and_their_words(number):
    answers = ANSWERS[number]
    assert len({answer.what for answer in answers}) == len(answers) >= 6
    assert sum(answer.status == "right" for answer in answers) >= 2
    assert sum(answer.status == "wrong" for answer in answers) >= 4
    for answer in answers:
        assert answer.says or answer.status == "right", answer.what
        verdict = check(number, answer.make())
        said = verdict.message.casefold()
        assert verdict.status == answer.status, (answer.what, said)
        assert [word for word in answer.says if word.casefold() not in said] == [], (answer.what, said)
        assert [word for word in answer.never if word.casefold() in said] == [], (answer.what, said)


@pytest.mark.parametrize("number", numbers())
def test_no_hint_contains_the_answer(number):
    exercise = EXERCISES[number]
    truth = exercise.truth()
    texts = [mistake.hint for mistake in exercise.mistakes] + [exercise.otherwise]
    if isinstance(exercise, Choice):
        given_away = {truth}
    elif type(exercise) is Number:
        given_away = {f"{truth:.{digits}f}" for digits in range(5)} - ({"0", "1"} if truth != int(truth) else set())
    else:
        given_away = {"axis=0", "keepdims"} if number == "00.3" else {"return"}
    for text in texts:
        assert not given_away & set(re.findall(r"[\w.=]*\w", text)), text


@pytest.mark.parametrize("number", numbers())
def test_any_object_gets_a_sentence(number):
    for name, make in NASTY.items():
        verdict = check(number, make())
        assert verdict.status == "wrong", name
        assert len(verdict.message.split()) >= 4, name
        assert repr(verdict).startswith(f"✗ {number}  "), name


def test_masked_truth_is_no_answer():
    for number in TABLES + OUTCOMES:
        assert "masked" in check(number, np.ma.masked_all_like(EXERCISES[number].truth())).message


def test_what_a_notebook_is_given_cannot_change_the_truth():
    given = [*nb02.restarts(), *nb03.four_palettes().values(), *nb04.five_strips().values()]
    given += [array for gap in nb05.four_gaps().values() for array in (gap.ks, gap.log_inertia, gap.reference)]
    given += [array for arrays in nb01.four_runs().values() for array in arrays]
    for array in given:
        with pytest.raises(ValueError, match="read-only"):
            array.sort()


def test_a_number_as_it_is_printed_keeps_its_diagnosis():
    words = {"praise": "right.", "otherwise": "no."}
    exercise = Number(
        lambda: 0.6247,
        [Mistake("a", lambda: 0.3187, "raw"), Mistake("b", lambda: 0.6213, "once")],
        tolerance=0.001,
        **words,
    )
    assert exercise.judge(0.32) == exercise.judge(0.319) == ("wrong", "raw")
    assert exercise.judge(0.621) == ("wrong", "once")
    assert exercise.judge(0.3) == exercise.judge(0.6) == exercise.judge(0.33) == ("wrong", "no.")
    assert "too few for one number, compared within 0.1 %" in exercise.judge(0.62)[1]
    table = Table(
        lambda: np.array([[1.234, 5.678]]), [Mistake("a", lambda: np.array([[2.468, 1.357]]), "twice")], **words
    )
    assert table.judge([[2.47, 1.36]]) == ("wrong", "twice")
    assert "too few" in table.judge([[1.23, 5.68]])[1]
    assert table.judge([[2, 1]]) == table.judge([[1, 6]]) == ("wrong", "no.")


def test_a_verdict_can_be_printed_on_any_terminal(monkeypatch):
    verdicts = [check(number, answer) for number in numbers() for answer in (EXERCISES[number].truth(), ...)]
    for encoding in ("cp949", "cp1252", "cp437", "ascii", "utf-8"):
        monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding))
        for verdict in verdicts:
            print(verdict)


def test_keyboard_interrupt_passes():
    with pytest.raises(KeyboardInterrupt):
        check("00.1", Hostile(KeyboardInterrupt))


@pytest.mark.parametrize("number", ["99.9", "2.1", "", 2.1, None, Ellipsis, [], object()])
def test_unknown_number_says_which_exist(number):
    verdict = check(number, 1)
    assert verdict.status == "unanswered"
    assert all(known in verdict.message for known in numbers())


@pytest.mark.parametrize("number", TABLES)
def test_table_in_other_clothes_is_right(number):
    truth = EXERCISES[number].truth()
    assert check(number, truth.tolist()).status == "right"
    assert check(number, pd.DataFrame(truth)).status == "right"
    assert check(number, truth.astype(object)).status == "right"
    assert check(number, truth.astype(str)).status == "wrong"
    assert check(number, truth.T).status == "wrong"
    turned = "right" if EXERCISES[number].any_order else "wrong"
    assert check(number, truth[::-1]).status == turned


@pytest.mark.parametrize("number", NUMBERS)
def test_number_in_other_clothes_is_right(number):
    exercise = EXERCISES[number]
    truth = exercise.truth()
    for same in (np.float64(truth), np.array(truth), np.array([truth]), pd.Series([truth])):
        assert check(number, same).status == "right"
    step = max(exercise.tolerance * abs(truth), 0.0)
    assert check(number, truth + 0.99 * step).status == "right"
    assert check(number, truth + 1.01 * step + (step == 0)).status == "wrong"


@pytest.mark.parametrize("number", FUNCTIONS)
def test_function_gets_copies_and_its_error_is_told(number):
    truth = EXERCISES[number].truth()

    def greedy(*args):
        result = truth(*args)
        for array in args:
            if isinstance(array, np.ndarray):
                array[...] = 0
        return result

    assert check(number, greedy).status == "right"
    assert check(number, greedy).status == "right"
    assert "ValueError" in check(number, _raising).message


def test_truth_is_computed_once():
    calls = []
    exercise = Number(
        lambda: calls.append(1) or 3.0,
        [Mistake("a", lambda: 4.0, "four")],
        tolerance=0,
        praise="right.",
        otherwise="no.",
    )
    assert exercise.judge(3.0) == ("right", "right.")
    assert exercise.judge(4.0) == ("wrong", "four")
    assert exercise.judge(5.0) == ("wrong", "no.")
    assert len(calls) == 1


def test_verdict_is_shown_wrapped():
    lines = repr(check("02.1", ...)).splitlines() + repr(check("00.2", EXERCISES["00.2"].truth())).splitlines()
    assert max(map(len, lines)) <= 92
    assert lines[0].startswith("… 02.1  ")


@pytest.mark.parametrize("number", OUTCOMES)
def test_what_counts_is_what_comes_of_an_answer(number):
    truth = EXERCISES[number].truth()
    assert check(number, truth.tolist()).status == "right"
    assert check(number, truth + 1e-9).status == "right"
    assert "shape" in check(number, truth[:-1]).message
    assert "NaN" in check(number, np.full(truth.shape, np.nan)).message


@pytest.mark.parametrize("seed", range(5))
def test_any_start_that_gets_stuck_is_right(seed):
    rng = np.random.default_rng(seed)
    upper, below = rng.normal((0, 20), 0.25, size=(2, 2)), rng.normal((3, 0), 1, size=(1, 2))
    assert check("01.5", rng.permutation(np.vstack([upper, below]))).status == "right"


@pytest.mark.parametrize("seed", range(1, 4))
def test_any_good_picture_in_sixteen_colors_is_right(seed):
    china = datasets.load_image("china")
    rows = china.reshape(-1, 3).astype(float)
    sample = np.random.default_rng(seed).choice(len(rows), size=1000, replace=False)
    codebook, _ = kmeans(rows[sample], 16, iter=5, rng=seed)
    codes, _ = vq(rows, codebook)
    assert check("03.3", codebook[codes].astype(np.uint8).reshape(china.shape)).status == "right"
    assert check("03.3", codebook[codes].reshape(china.shape)).status == "right"


def _pair(truth, **words):
    """Ask for a function that returns the mean of each column, on two cases of different shapes."""
    cases = [(np.arange(6.0).reshape(3, 2),), (np.arange(8.0).reshape(2, 4),)]
    return Function(lambda: truth, [], cases=lambda: cases, praise="right.", otherwise="no.", **words)


def test_a_function_may_return_an_array_for_each_case():
    exercise = _pair(lambda X: X.mean(axis=0), tolerance=0.01)
    assert exercise.judge(lambda X: X.mean(axis=0).tolist()) == ("right", "right.")
    assert exercise.judge(lambda X: X.mean(axis=0) * 1.009) == ("right", "right.")
    assert exercise.judge(lambda X: X.mean(axis=0) * 1.011) == ("wrong", "no.")
    for wrong, word in (
        (lambda X: X.mean(), "shape"),
        (lambda X: X.T.mean(axis=0), "shape"),
        (lambda X: "x", "numbers"),
    ):
        with pytest.raises(Unreadable, match=f"of what your function returned.*{word}"):
            exercise.judge(wrong)


def test_a_function_that_returns_numbers_is_not_right_with_arrays():
    exercise = _pair(lambda X: X.mean(), tolerance=0.01)
    assert exercise.judge(lambda X: np.array([X.mean()])) == ("right", "right.")
    with pytest.raises(Unreadable, match="shape"):
        exercise.judge(lambda X: X.mean(axis=0))


def test_a_start_with_an_empty_centre_or_a_good_end_is_wrong():
    for start in ([(0, 20), (0, 20), (3, 0)], [(0, 20), (0, 20.5), (90, 0)], [(0, 20), (0, 0), (6, 0)]):
        assert check("01.5", np.array(start, dtype=float)).status == "wrong"


def test_a_step_must_keep_a_lonely_centre_in_its_place_and_fractions():
    def appended(X, centers):
        labels = ((X[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
        means = np.array([X[labels == j].mean(axis=0) for j in np.unique(labels)])
        return np.vstack([means, centers[len(means) :]])

    def cut_off(X, centers):
        return nb01.lloyd_step(X, centers).astype(centers.dtype)

    def dropped(X, centers):
        return nb01.lloyd_step(X, centers)[: len(centers) - (centers.max() > 50)]

    assert check("01.2", appended).status == "wrong"
    assert check("01.2", cut_off).status == "wrong"
    assert "a centre without rows" in check("01.2", dropped).message
    assert "more than one thing" in check("01.2", lambda X, centers: (centers, X)).message


def test_the_exchanges_of_08_2_are_as_the_service_answers_them():
    app = knowing(create_app(workers=1))
    engine, client, etag = app.extensions["clustering"], app.test_client(), ""
    try:
        for line, status, fits in nb08.EXCHANGES:
            method, path = line.split()[:2]
            headers = {"If-None-Match": etag} if "If-None-Match" in line else {}
            before = engine.fits
            answer = client.open(path, method=method, headers=headers)
            assert (answer.status_code, engine.fits - before) == (status, fits), line
            etag = etag or answer.headers["ETag"]  # of the first
    finally:
        engine.close()


def test_a_function_that_answers_otherwise_when_asked_again_is_told_so():
    calls = []
    verdict = check("08.3", lambda X, k: (nb08.repeatable(X, k, seed=len(calls)), calls.append(1))[0])
    assert "two different answers" in verdict.message


def test_an_endpoint_is_told_the_first_question_that_it_answers_otherwise():
    class Silent(Resource):
        def get(self):
            return {"labels": []}

    assert "GET /dense?eps=0.3" in check("08.4", Silent).message
    assert "returned inf" in check("08.1", float).message or "raised" in check("08.1", float).message
