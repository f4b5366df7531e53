"""What is chosen is done, by scikit-learn's own transformers; what does not fit is refused in words, all at once."""

import pickle
import re

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.preprocessing import RobustScaler, StandardScaler

from helpers.datasets.real import DATA
from helpers.preparing import TableError, audit, complete, describe, prepare

FRAME = pd.DataFrame(
    {
        "id": ["a1", "b2", "c3", "d4", "e5"],
        "age": [20.0, 30.0, np.nan, 50.0, 90.0],
        "price": ["$1,200", "$850", "$2,000.50", None, "n/a"],
        "sex": ["f", "m", None, "f", "m"],
        "day": pd.to_datetime(["2020-01-01", "2020-12-31", "2021-07-02", "2020-02-29", None]),
    }
)
CHOICES = {
    "id": "leave out",
    "age": "flag, median, log, standard",
    "price": "as number, mean, as is",
    "sex": "as own category, one-hot",
    "day": "median, day of year as circle",
}


def test_what_is_chosen_is_done():
    X = prepare(FRAME, CHOICES).set_output(transform="pandas").fit_transform(FRAME)
    logs = np.log10(FRAME["age"].fillna(FRAME["age"].median()))
    np.testing.assert_allclose(X["log10 age"], StandardScaler().fit_transform(logs.to_frame())[:, 0])
    assert X["age missing"].tolist() == [0, 0, 1, 0, 0]
    mean = (1200 + 850 + 2000.5) / 3
    np.testing.assert_allclose(X["price"], [1200, 850, 2000.5, mean, mean])
    assert X["sex = f"].tolist() == [1, 0, 0, 1, 0]
    assert X["sex = (missing)"].tolist() == [0, 0, 1, 0, 0]
    circle = X[["day: sine of year", "day: cosine of year"]].to_numpy()
    np.testing.assert_allclose(np.hypot(*circle.T), 1)
    assert np.linalg.norm(circle[0] - circle[1]) < 0.02  # New Year's Eve lies beside New Year's Day
    assert not any(name.startswith("id") for name in X)


def test_the_suggested_choices_can_be_done():
    frame = pd.read_csv(DATA / "penguins_raw.csv")
    X = prepare(frame, audit(frame).choices).fit_transform(frame)
    assert X.shape == (344, 6)
    assert np.isfinite(X).all()


def test_it_is_cloned_and_pickled_like_any_of_scikit_learn():
    fitted = clone(prepare(FRAME, CHOICES)).fit(FRAME)
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.transform(FRAME), fitted.transform(FRAME))
    assert again.get_feature_names_out().tolist() == fitted.get_feature_names_out().tolist()


def test_neighbours_with_the_same_words_give_what_each_gives_alone():
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(20, 3)), columns=list("abc"))
    together = prepare(frame, dict.fromkeys("abc", "robust")).fit(frame)
    assert len(together.transformers_) == 1
    np.testing.assert_allclose(together.transform(frame), RobustScaler().fit_transform(frame))


def test_next_month():
    fitted = prepare(FRAME, CHOICES).fit(FRAME)
    X, names = fitted.transform(FRAME), fitted.get_feature_names_out().tolist()
    turned = FRAME[FRAME.columns[::-1]].assign(age=FRAME["age"].astype("Int64"), day=FRAME["day"].astype(str), new=1)
    np.testing.assert_allclose(fitted.transform(turned), X)
    one = fitted.transform(FRAME.iloc[[2]].assign(sex="x"))  # a single row with what is missing, and a new category
    assert np.isfinite(one).all()
    assert [one[0, i] for i, name in enumerate(names) if name.startswith("sex")] == [0, 0, 0]
    with pytest.raises(ValueError, match=r"columns are missing: \{'age'\}"):
        fitted.transform(FRAME.drop(columns="age"))
    with pytest.raises(ValueError, match="column age: holds 'old' where numbers are needed"):
        fitted.transform(FRAME.assign(age="old"))
    with pytest.raises(ValueError, match="column price: holds '1,000 €', in another form"):
        fitted.transform(FRAME.assign(price="1,000 €"))
    with pytest.raises(ValueError, match="column age: holds 1 value of 0 or less"):
        fitted.transform(FRAME.assign(age=[0, 1, 2, 3, 4]))


def test_a_value_that_begins_to_be_missing_is_refused_where_no_word_fills_it():
    whole = FRAME.dropna(subset="age")
    fitted = prepare(whole[["age"]], {"age": "standard"}).fit(whole)
    with pytest.raises(ValueError, match="column age: misses 1 value and no word fills them"):
        fitted.transform(FRAME)


def test_all_that_is_wrong_is_said_at_once():
    choices = {"age": "standard", "price": "fill, as is", "sex": "one-hot, median", "days": "year, as is"}
    with pytest.raises(TableError) as caught:
        prepare(FRAME, choices)
    said = {problem.column: problem.said for problem in caught.value.problems}
    assert set(said) == {"days", "id", "age", "price", "sex", "day"}
    assert "did you mean 'day'?" in said["days"]
    assert "suggested: 'leave out'" in said["id"]
    assert "misses 1 value " in said["age"]
    assert "none of: leave out, as number" in said["price"]
    assert all(name in str(caught.value) for name in said)


def test_no_row_goes_but_by_complete():
    rows, dropped = complete(FRAME, ["age", "sex"])
    assert dropped == 1
    assert rows.index.tolist() == [0, 1, 3, 4]
    assert complete(FRAME, [])[1] == 0
    with pytest.raises(ValueError, match="no column 'agee'; did you mean 'age'"):
        complete(FRAME, ["agee"])


def test_choices_are_told_in_sentences():
    rows = describe(CHOICES)
    assert [row[:2] for row in rows] == list(CHOICES.items())
    assert all("; ".join(rows[1][2].split("; ")) and row[2] for row in rows)
    with pytest.raises(TableError, match="none of"):
        describe({"age": "dream"})


WHEN = pd.to_datetime(["2019-12-30T00:00", "2020-02-29T12:00", "2020-12-31T00:00"])  # a Monday, a Saturday, a Thursday
DONE = {
    "as is": ([1.0, 2, 4], [[1], [2], [4]]),
    "min-max": ([1.0, 2, 5], [[0], [0.25], [1]]),
    "robust": ([0.0, 1, 2], [[-1], [0], [1]]),
    "mean, as is": ([1.0, None, 5], [[1], [3], [5]]),
    "most frequent, as is": ([1.0, None, 1], [[1], [1], [1]]),
    "median, log, as is": ([10.0, None, 1000], [[1], [np.log10(505)], [3]]),
    "log, median, as is": ([10.0, None, 1000], [[1], [2], [3]]),
    "log(1+x), as is": ([0, 9, 99], [[0], [1], [2]]),
    "as number, mean, as is": (["1,5 kg", "-", "2,5 kg"], [[1.5], [2], [2.5]]),
    "year, as is": (WHEN, [[2019], [2020], [2020]]),
    "days, as is": (WHEN, [[18260], [18321.5], [18627]]),
    "day of year, as is": (WHEN, [[364], [60], [366]]),
    "weekday as circle": (
        WHEN,
        [[np.sin(turn), np.cos(turn)] for turn in 2 * np.pi * np.array([0, 5, 3]) / 7],
    ),
    "one-hot": (["b", "a", "b"], [[0, 1], [1, 0], [0, 1]]),
    "most frequent, one-hot": (["b", None, "b"], [[1], [1], [1]]),
    "one-hot, as is": ([2.0, 1.0, 2.0], [[0, 1], [1, 0], [0, 1]]),
    "flag, median, as is": ([1.0, None, 3], [[1, 0], [2, 1], [3, 0]]),
}


@pytest.mark.parametrize("choice", DONE)
def test_each_word_does_what_it_says(choice):
    values, expected = DONE[choice]
    frame = pd.DataFrame({"x": values})
    prepared = prepare(frame, {"x": choice})
    np.testing.assert_allclose(prepared.fit_transform(frame), expected, atol=1e-12)
    assert len(set(prepared.get_feature_names_out())) == len(expected[0])


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("", "none of"),
        ("standart", "did you mean 'standard'"),
        ("leave out, standard", "no other word"),
        ("median, mean, standard", "median and mean: choose one"),
        ("standard, robust", "choose one"),
        ("standard, median", "can be done: median, standard"),
        ("median", "not told how it is scaled"),
        ("log, one-hot", "takes categories as they are"),
        ("median, one-hot", "`most frequent` or `as own category`"),
        ("as own category, standard", "needs `one-hot`"),
        ("log, year, as is", "not for dates"),
    ],
)
def test_words_that_do_not_go_together_are_refused(choice, said):
    with pytest.raises(TableError, match=re.escape(said)):
        prepare(FRAME[["age"]], {"age": choice})
    with pytest.raises(TableError, match=re.escape(said)):
        describe({"age": choice})


@pytest.mark.parametrize(
    ("values", "choice", "said"),
    [
        (["a", "b"], "standard", "holds 'a' where numbers are needed"),
        (["5 kg", "6 kg"], "standard", "`as number` first"),
        (["5 kg", "6 g"], "as number, standard", "in another form"),
        ([f"no. {i}" for i in range(30)], "as number, median, standard", "no numbers"),
        ([1.0, np.inf], "standard", "1 infinite value"),
        ([1.0, 0.0], "log, standard", "`log(1+x)` takes 0"),
        ([1.0, -1.0], "log(1+x), standard", "1 value of -1 or less"),
        ([1.0, None, None], "standard", "misses 2 values"),
        (["a", None], "one-hot", "`most frequent` or `as own category`"),
        ([None, None], "median, standard", "no value at all"),
        ([np.nan, np.nan], "median, standard", "no value at all"),
        ([1e200, -1e200], "standard", "too large"),
        (["03/04/2020"], "year, as is", "dayfirst"),
        ([20200131], "year, as is", "no dates"),
    ],
)
def test_cells_that_the_choice_cannot_take_are_refused(values, choice, said):
    frame = pd.DataFrame({"x": values})
    with pytest.raises(TableError, match=re.escape(said)):
        prepare(frame, {"x": choice})


@pytest.mark.parametrize(
    ("frame", "choices", "said"),
    [
        (FRAME.iloc[:0], CHOICES, "no rows"),
        (FRAME, dict.fromkeys(FRAME, "leave out"), "every column is left out"),
        (FRAME, ["standard"], "choices are a dict"),
        (FRAME.to_numpy(), CHOICES, "not ndarray"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), {"a": "standard"}, "more than one column"),
        (pd.DataFrame({7: [1, 2]}), {7: "standard"}, "no text"),
    ],
)
def test_tables_that_cannot_be_prepared_are_refused(frame, choices, said):
    with pytest.raises(TableError, match=said):
        prepare(frame, choices)


def test_names_of_any_kind_are_kept():
    names = ["a__b", "나이", "x{}", "missingindicator_y", "1"]
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(9, 5)), columns=names)
    prepared = prepare(frame, dict.fromkeys(names, "flag, median, standard")).fit(frame)
    assert prepared.get_feature_names_out().tolist() == names + [f"{name} missing" for name in names]
