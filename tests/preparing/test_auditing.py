"""Each kind of column and its traps: what the audit calls and counts it, what it suggests, how it shows itself."""

import datetime
from unicodedata import east_asian_width

import numpy as np
import pandas as pd
import pytest

from helpers.datasets.real import DATA
from helpers.preparing import audit, prepare, read
from helpers.preparing.auditing import missing_cells

RNG = np.random.default_rng(0)
N = 60
X = RNG.normal(50, 10, N).round(3)
DAY, MONTH = RNG.integers(1, 29, N), RNG.integers(1, 13, N)
COLORS = RNG.choice(["red", "green", "blue"], N)


def look(values, name="x"):
    return audit(pd.DataFrame({name: values}))[name]


def words(pattern, values=X):
    return [pattern.format(value) for value in values]


# what stands in a column, the kind that it is, the choice suggested, and what the reason must say
COLUMNS = {
    "numbers": (X, "number", "standard", ""),
    "half precision": (X.astype(np.float16), "number", "standard", ""),
    "years": (RNG.integers(1990, 2020, N), "number", "standard", ""),
    "incomes all distinct": (RNG.permutation(90_000)[:N] + 10_000, "number", "standard", ""),
    "prices in hundreds": (RNG.permutation(90_000)[:N] * 100 + 10**8, "number", "standard", ""),
    "some far": (np.r_[X[:-2], -1e6, 2e6], "number", "robust", "far values do not move"),
    "skewed": (np.exp(RNG.normal(0, 2, N)), "number", "log, standard", "equal ratios"),
    "skewed, with zeros": (np.r_[np.exp(RNG.normal(0, 2, N - 1)), 0], "number", "log(1+x), standard", ""),
    "some missing": (
        np.where(np.arange(N) % 9, X, np.nan),
        "number",
        "median, standard",
        "compare with leaving these rows out",
    ),
    "most missing": (np.where(np.arange(N) % 3, np.nan, X), "number", "leave out", "missing in 40 of 60 rows"),
    "some infinite": (np.where(np.arange(N) % 9, X, np.inf), "number", "as number, median, standard", "7 infinite"),
    "too large": (X * 1e300, "number", "leave out", "too large"),
    "counts": (RNG.poisson(3, N), "count", "standard", "amounts or codes, only you know"),
    "counts with gaps": (np.where(np.arange(N) % 9, RNG.poisson(3, N), np.nan), "count", "median, standard", ""),
    "mostly zero": (np.where(np.arange(N) % 5, 0, RNG.poisson(30, N)), "count", "standard", "none is called far"),
    "shares": (RNG.uniform(0.1, 0.9, N), "share", "standard", ""),
    "truth values": (X > 50, "category", "leave out", "`one-hot`"),
    "truth values with gaps": (
        pd.array([True, False, None] * 20, "boolean"),
        "category",
        "leave out",
        "as own category",
    ),
    "two numbers": (RNG.integers(1, 3, N), "category", "leave out", "may be codes"),
    "words": (COLORS, "category", "leave out", "compare the clusters with them"),
    "words with a ?": (["?", "red", "blue"] * 20, "category", "leave out", "perhaps '?' stands for missing"),
    "declared categories": (pd.Categorical(RNG.integers(1, 4, N)), "category", "leave out", ""),
    "codes": (words("N{}A1", RNG.permutation(N)), "id", "leave out", ""),
    "names": (words("Anna{} Smith", RNG.permutation(N)), "id", "leave out", ""),
    "postal codes": (words("{:05d}", RNG.permutation(9999)[:N]), "id", "leave out", ""),
    "telephone numbers": (RNG.permutation(90_000)[:N] + 2_000_000_000, "id", "leave out", ""),
    "numbers in another order": (RNG.permutation(N), "id", "leave out", "an id, or a rank"),
    "from 7": (np.arange(7, 7 + N), "row number", "leave out", "numbers the rows"),
    "from 0, as floats": (np.arange(N) * 1.0, "row number", "leave out", ""),
    "as text": (words("{}", range(N)), "row number", "leave out", ""),
    "from 1, three times": ([*range(1, 21)] * 3, "row number", "leave out", "starts anew 2 times"),
    "with gaps": (np.arange(N) * 2 + np.arange(N) % 2, "row number", "leave out", "with gaps"),
    "a rising measurement": (np.sort(RNG.permutation(9000)[:N]) + 7, "number", "standard", ""),
    "-999 for missing": (np.r_[X[:-3], [-999] * 3], "number", "robust", "-999 comes 3 times, and perhaps"),
    "one value": (["same"] * N, "constant", "leave out", "tells no two rows apart"),
    "one value and gaps": (["same", None] * 30, "constant", "leave out", ""),
    "nothing": ([None] * N, "empty", "leave out", "holds nothing"),
    "blanks": (["", "  "] * 30, "empty", "leave out", ""),
    "dates": (pd.date_range("2020-01-13", periods=N), "date", "leave out", "`days, standard`"),
    "dates with gaps": ([None, *pd.date_range("2020-01-13", periods=N - 1)], "date", "leave out", "`median, days"),
    "dates of Python": ([datetime.date(2020, 1, day) for day in DAY], "date", "leave out", ""),
    "dates of a zone": (pd.date_range("2020", periods=N, tz="Asia/Seoul"), "date", "leave out", ""),
    "months": (pd.period_range("2020-01", periods=N, freq="M"), "date", "leave out", ""),
    "dates as text": (words("2020-{:02}-03", MONTH), "date", "leave out", ""),
    "times as text": (words("2020-{:02}-03T12:30:00Z", MONTH), "date", "leave out", ""),
    "day or month": (words("{:02}/04/2020", MONTH), "date", "leave out", "which of"),
    "day first": (words("{:02}.04.2020", DAY), "date", "leave out", "dayfirst=True"),
    "month first": (words("04/{:02}/2020", DAY), "date", "leave out", "dayfirst=False"),
    "sentences": (words("the bird number {} was seen again", range(N)), "text", "leave out", "free text"),
    "decimal commas": ([str(value).replace(".", ",") for value in X], "number as text", "as number, standard", ""),
    "with units": (words("{} kg"), "number as text", "as number, standard", "all in kg"),
    "with dollars": (words("${:,.2f}", X * 100), "number as text", "as number, standard", "all in $"),
    "per cent": (words("{:.1f} %"), "number as text", "as number, standard", "all in %"),
    "thousands": (words("{:,.0f}", X * 100), "number as text", "as number, standard", "taken for thousands"),
    "two units": ([*words("{} kg", X[1:]), "49 g"], "number as text", "leave out", "several forms or units"),
    "with n/a": ([*words("{}", X[4:]), *["n/a"] * 4], "number as text", "as number, median, standard", "'n/a'"),
    "mixed types": ([*X[1:].tolist(), "50.5"], "number as text", "as number, standard", "of mixed types: float, str"),
    "durations": (pd.to_timedelta(X, unit="h"), "number as text", "as number, standard", "in days"),
}


@pytest.mark.parametrize("what", COLUMNS)
def test_what_a_column_is_and_what_could_be_done(what):
    values, kind, choice, said = COLUMNS[what]
    found = look(values)
    assert (found.kind, found.choice) == (kind, choice), found.reason
    assert said in found.reason
    assert found.n == N
    if choice != "leave out":  # what is suggested can be done
        frame = pd.DataFrame({"x": values})
        assert np.isfinite(prepare(frame, {"x": choice}).fit_transform(frame)).all()


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("customer_id", RNG.integers(1000, 1040, N), "id"),
        ("CustomerID", RNG.permutation(200)[:N], "id"),
        ("region code", RNG.integers(1, 6, N), "category"),
        ("paid", RNG.integers(1000, 1040, N), "number"),
        ("valid", RNG.integers(1, 6, N), "count"),
    ],
)
def test_a_name_can_tell_that_numbers_are_codes(name, values, kind):
    assert look(values, name).kind == kind


def test_an_id_that_comes_back_is_told():
    assert "may not be independent" in look(np.random.default_rng(0).integers(1000, 1020, N), "customer_id").reason
    assert "may not be independent" in look(words("N{}A1", np.random.default_rng(0).integers(0, 40, N))).reason
    assert "independent" not in look(words("N{}A1", np.random.default_rng(0).permutation(N))).reason


def test_the_raw_penguins():
    frame = read(DATA / "penguins_raw.csv").frame
    found = audit(frame)
    kinds = {
        "category": ["studyName", "Species", "Island", "Clutch Completion", "Sex"],
        "row number": ["Sample Number"],
        "constant": ["Region", "Stage"],
        "id": ["Individual ID"],
        "date": ["Date Egg"],
        "number": [name for name in frame if name.endswith(")")],
        "text": ["Comments"],
    }
    assert {column.name: column.kind for column in found} == {
        name: kind for kind, names in kinds.items() for name in names
    }
    assert [column.missing for column in found] == frame.isna().sum().tolist()
    assert [column.distinct for column in found] == frame.nunique().tolist()
    assert found.rows.incomplete == frame.isna().any(axis=1).sum()
    assert list(found.choices) == list(frame)


def test_far_counts_what_lies_three_ranges_beyond_a_quartile():
    values = [0, 10, 20, 30, 40] * 20  # quartiles 10 and 30: far is below -50 and above 90
    assert look([*values, 90.0, -50.0]).far == 0
    assert look([*values, 90.1, -50.1]).far == 2


# --- copies and shares


def frame_of_copies():
    rng = np.random.default_rng(1)
    a = rng.normal(size=200)
    return pd.DataFrame(
        {
            "a": a,
            "other": rng.normal(size=200),
            "in inches": a / 2.54 + 3,
            "upside down": -a + rng.normal(size=200) * 0.05,
            "with gaps": np.where(rng.random(200) < 0.4, np.nan, a),
            "far together": np.r_[rng.normal(size=199), 1e6],
            "far as well": np.r_[rng.normal(size=199), 1e6],
            "as text": [f"{value:.3f} kg" for value in a],
        }
    )


def test_copies_name_the_column_that_stays():
    found = audit(frame_of_copies())
    copies = {"in inches", "upside down", "with gaps", "as text"}
    assert {column.name: column.copy_of for column in found if column.kind == "near-copy"} == dict.fromkeys(copies, "a")
    assert "says what a says" in found["in inches"].reason
    assert all(found.choices[name] == "leave out" for name in copies)


def test_a_copy_with_values_does_not_give_way_to_one_without():
    a = np.random.default_rng(0).normal(size=200)
    found = audit(pd.DataFrame({"sparse": np.where(np.arange(200) % 4, np.nan, a), "full": a}))
    assert found["full"].copy_of is None
    assert found["sparse"].copy_of == "full"


def test_few_rows_are_alike_by_chance_and_that_is_no_copy():
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(5, 40)))
    assert not any(column.copy_of is not None for column in audit(frame))
    frame = pd.DataFrame({"a": list("vwxyz") * 2, "b": list("VWXYZ") * 2})
    assert not any(column.copy_of is not None for column in audit(frame))


def test_the_same_groups_under_other_names_are_copies():
    frame = pd.DataFrame({"color": COLORS, "other": np.random.default_rng(0).permutation(COLORS)})
    frame["farbe"] = frame["color"].map({"red": "rot", "green": "grün", "blue": "blau"})
    frame["number"] = frame["color"].map({"red": 3, "green": 1, "blue": 2})
    found = audit(frame)
    assert [column.copy_of for column in found] == [None, None, "color", "color"]


@pytest.mark.parametrize("whole", [1, 100])
def test_neighbours_that_add_up_are_shares(whole):
    parts = (np.random.default_rng(0).dirichlet([2, 3, 4], 50) * whole).round(3)
    frame = pd.DataFrame(
        {"before": X[:50], **{name: parts[:, i] for i, name in enumerate("abc")}, "after": X[:50] ** 2}
    )
    found = audit(frame)
    assert [found[name].kind for name in "abc"] == ["share"] * 3
    assert f"a, b, c add up to {whole}" in found["b"].reason
    assert found["before"].kind == "number"


# --- rows, odd tables, large ones


def test_rows_that_are_the_same_and_rows_with_gaps_are_counted():
    frame = pd.DataFrame({"a": [1, 1, 1, 2], "b": ["x", "x", "y", None], "c": [[1], [1], [1], [1]]})
    assert (audit(frame).rows.n, audit(frame).rows.duplicates, audit(frame).rows.incomplete) == (4, 1, 1)
    assert missing_cells(pd.Series(["a", " ", None])).tolist() == [False, True, True]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame(index=range(3)),
        pd.DataFrame({"a": [], "b": []}),
        pd.DataFrame({"a": [1.5], "b": ["x"]}),
        pd.DataFrame({"a": [1.5, 2.5]}, index=[7, 7]),
        pd.DataFrame([[1, "x"], [2, "y"]], columns=["a", "a"]),
        pd.DataFrame(np.eye(3), columns=[0, 1.5, ("a", "b")]),
        pd.DataFrame({"a": [{"b": 1}, {1, 2}, None, 3 + 4j]}),
        pd.DataFrame({"a": [10**400, 1, 2]}, dtype=object),
        pd.DataFrame({"a": pd.array([1.5, 2.5], dtype="Sparse[float]")}),
    ],
    ids=lambda frame: "x".join(map(str, frame.shape)),
)
def test_odd_tables_are_looked_at_and_left_alone(frame):
    before = frame.copy()
    found = audit(frame)
    assert len(found) == frame.shape[1]
    assert str(found)
    assert found._repr_html_()
    pd.testing.assert_frame_equal(frame, before)


def test_names_that_prepare_cannot_use_are_told():
    assert "more than one column: a" in audit(pd.DataFrame([[1, 2]], columns=["a", "a"])).notes[0]
    assert "no text: 7" in audit(pd.DataFrame({7: [1]})).notes[0]
    with pytest.raises(KeyError, match="2 columns are called 'a'"):
        audit(pd.DataFrame([[1, 2]], columns=["a", "a"]))["a"]
    with pytest.raises(ValueError, match="not at ndarray"):
        audit(X)


def test_a_large_table_is_looked_at_in_a_sample_that_is_told(monkeypatch):
    monkeypatch.setattr("helpers.preparing.auditing.SAMPLE", 50)
    frame = pd.DataFrame(
        {
            "a": np.arange(1000),
            "b": np.r_[np.zeros(999), 1],
            "c": [*["x"] * 999, "y"],
            "d": ["z"] * 1000,
            "e": [*[None] * 998, 5.5, 7.5],
        }
    )
    found = audit(frame)
    assert "in 50 of 1,000 rows" in found.notes[0]
    assert found["a"].kind == "row number"
    assert found["b"].kind != "constant"  # the rows beyond the sample are looked at before a column is called constant
    assert found["c"].kind != "constant"
    assert found["d"].kind == "constant"
    assert (found["e"].distinct, found["e"].missing) == (2, 998)
    assert repr(found) == repr(audit(frame))


def test_hundreds_of_columns_are_told_in_bounded_space():
    found = audit(pd.DataFrame(np.random.default_rng(0).normal(size=(30, 300))).rename(columns=str))
    assert len(found) == 300
    assert "... and 240 more columns" in str(found)
    assert found._repr_html_().count("<tr>") < 100


# --- how it shows itself


def test_everything_from_the_file_is_escaped():
    html = audit(pd.DataFrame({"<b>&": ["<i>", "<script>"] * 10, "n": ["<u>1"] * 20}))._repr_html_()
    assert "&lt;b&gt;&amp;" in html
    assert not any(tag in html for tag in ("<b>", "<i>", "<script>", "<u>"))


def test_text_is_aligned_and_bounded_in_any_alphabet():
    def width(text):
        return sum(1 + (east_asian_width(letter) in "WF") for letter in text)

    frame = pd.DataFrame(
        {
            "나이 (세)": X,
            "성별\n\u202e": COLORS,
            "수입" * 40: np.sin(X),
            "plain": np.random.default_rng(0).permutation(X),
        }
    )
    lines = str(audit(frame)).splitlines()
    assert max(map(width, lines)) <= 100
    heads = [line for line in lines if not line.startswith("    ")][2:]
    kinds = [column.kind for column in audit(frame)]
    assert len({width(line[: line.index(kind)]) for line, kind in zip(heads, kinds, strict=True)}) == 1
    assert not any(letter in str(audit(frame)) for letter in "\u202e\t")
