"""Cells that were written as text are read as what they say, or not at all: never as another number or day."""

import numpy as np
import pandas as pd
import pytest

from helpers.preparing.written import Writing, as_text, find_dates, find_writing, to_days, to_numbers

NUMBERS = {
    "plain": (["1", "-2.5", "+3", ".5", "4.", "1e3", "2.5E-2"], [1, -2.5, 3, 0.5, 4, 1000, 0.025]),
    "minus signs": (["-1", "\N{MINUS SIGN}2", "(3)", "(4.5)"], [-1, -2, -3, -4.5]),
    "thousands": (["1,234", "12", "1,234,567.5"], [1234, 12, 1234567.5]),
    "decimal commas": (["1,5", "2", "0,25", ",75"], [1.5, 2, 0.25, 0.75]),
    "decimal commas, a comma before three": (["1,5", "1,234"], [1.5, 1.234]),
    "decimal commas, points for thousands": (["1.234,5", "1.234", "2"], [1234.5, 1234, 2]),
    "points for thousands alone": (["1.234.567", "2.000.000"], [1234567, 2000000]),
    "decimal points are no thousands": (["1.234", "5.678"], [1.234, 5.678]),
    "spaces": (["1 234", "12\N{NO-BREAK SPACE}345,5", "1\N{NARROW NO-BREAK SPACE}000"], [1234, 12345.5, 1000]),
    "Swiss": (["1'234.50", "2\N{RIGHT SINGLE QUOTATION MARK}000"], [1234.5, 2000]),
    "units": (["12 kg", "13kg", "-1.5 kg"], [12, 13, -1.5]),
    "units with a slash": (["12 km/h", "80 km/h"], [12, 80]),
    "currency before": (["$5", "$1,200.50", "-$3", "$-4"], [5, 1200.5, -3, -4]),
    "currency after": (["5 €", "7,50 €"], [5, 7.5]),
    "currency by its code": (["EUR 5", "EUR 7"], [5, 7]),
    "per cent": (["45 %", "7%"], [45, 7]),
    "in Korean": (["12개", "5개"], [12, 5]),
    "gaps": ([" 1 ", "", None, "  "], [1, np.nan, np.nan, np.nan]),
}
NO_NUMBERS = [
    "12 34",
    "1,23,4",
    "1.2.3",
    "5-6",
    "2020-01-02",
    "N1A1",
    "--5",
    "$",
    "kg",
    "1 2 3",
    "0x1F",
    "1" * 60,
    "٣,",
]


@pytest.mark.parametrize("form", NUMBERS)
def test_numbers_are_read_in_the_form_of_their_column(form):
    cells, numbers = NUMBERS[form]
    found, odd = to_numbers(pd.Series(cells))
    np.testing.assert_allclose(found, numbers)
    assert odd == ()


@pytest.mark.parametrize("cell", NO_NUMBERS)
def test_what_is_no_number_becomes_missing_and_is_told(cell):
    found, odd = to_numbers(pd.Series(["1", cell, "2"]), Writing())
    np.testing.assert_array_equal(found, [1, np.nan, 2])
    assert odd == (cell,)


def test_another_unit_is_not_read_as_the_same():
    found, odd = to_numbers(pd.Series(["1 kg", "2 kg", "300 g", "4"]))
    np.testing.assert_array_equal(found, [1, 2, np.nan, np.nan])
    assert odd == ("300 g", "4")


@pytest.mark.parametrize(
    ("cells", "comma", "told"),
    [
        (["1,234"], "thousands", False),
        (["1,234", "1,5"], "decimal", True),
        (["0,123"], "decimal", True),
        (["1,234.5"], "thousands", True),
        (["1,234,567"], "thousands", True),
        (["1.234,567"], "decimal", True),
        (["12"], "thousands", True),
    ],
)
def test_what_a_comma_stands_for_is_told_by_the_cells_or_said_to_be_a_guess(cells, comma, told):
    writing = find_writing(cells)
    assert (writing.comma, writing.told) == (comma, told)


@pytest.mark.parametrize("cells", [[], ["a", "b"], ["1", "a", "b"], ["007", "12", "13"], ["01234", "56789"]])
def test_words_and_codes_are_no_numbers(cells):
    assert find_writing(cells) is None


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["2020-01-02", "2020-1-3"], "year first"),
        (["2020/01/02"], "year first"),
        (["2020-01-02T10:00:00+09:00", "2020-01-02 10:00"], "year first"),
        (["03/04/2020", "05/06/2020"], "order not told"),
        (["03/04/2020", "13/04/2020"], "day first"),
        (["3.4.20", "3.13.20"], "month first"),
        (["13/04/2020", "04/13/2020"], "order not told"),
        (["2020"], None),
        (["1.5", "2.5"], None),
        ([], None),
    ],
)
def test_the_order_of_a_date_is_told_by_the_cells_or_not_at_all(cells, order):
    assert find_dates(cells) == order


def test_dates_are_days_since_1970():
    cells = ["1970-01-02", "1970-01-01T12:00:00", None, "2020-02-30", "03/04/2020", "1970/01/03"]
    days, odd = to_days(pd.Series(cells))
    np.testing.assert_array_equal(days, [1, 0.5, np.nan, np.nan, np.nan, 2])
    assert odd == ("2020-02-30", "03/04/2020")
    zoned, odd = to_days(pd.Series(["1970-01-01T09:00:00+09:00"]))
    assert (zoned[0], odd) == (0, ())
    assert to_days(pd.Series([20200131]))[1] == ("20200131",)  # a number is no date


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (pd.Series([1.0, 2.0, np.nan]), ["1", "2", None]),
        (pd.Series([1.5, 2.0]), ["1.5", "2.0"]),
        (pd.Series([True, False]), ["True", "False"]),
        (pd.Series(pd.Categorical([1, 2, None])), ["1", "2", None]),
        (pd.Series([" a ", "", 3, None]), ["a", None, "3", None]),
    ],
)
def test_the_same_value_is_the_same_text_whatever_its_type(values, text):
    found = as_text(values)
    assert [None if pd.isna(cell) else cell for cell in found] == text
