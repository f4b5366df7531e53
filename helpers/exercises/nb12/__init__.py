"""Exercises of notebook 12, a table of your own."""

import numpy as np
import pandas as pd

from helpers.exercises.defended import Defended
from helpers.exercises.judging import Mistake
from helpers.exercises.kinds import Choice, Function, Number
from helpers.exercises.nb12.features import FEATURES, columns_fault
from helpers.exercises.nb12.messy import four_panels, four_tables, orders

__all__ = ["EXERCISES", "four_panels", "four_tables", "orders"]

SAMPLE, SCATTER, WANTED = 500, 0.016, 0.004


def count_far(values, *, reach=3, low=25, high=75, sides="both", known=True, middle=False):
    """Count values more than three interquartile ranges beyond a quartile.

    Parameters
    ----------
    values : ndarray of shape (n_values,)
        NaN takes no part.
    reach, low, high, sides, known, middle
        How the usual mistakes differ.

    Returns
    -------
    int
    """
    values = values[~np.isnan(values)] if known else values
    lower, half, upper = np.percentile(values, [low, 50, high])
    far = reach * (upper - lower)
    below, above = (half, half) if middle else (lower, upper)
    under = values < below - far if sides == "both" else np.zeros(len(values), bool)
    return int(np.sum(under | (values > above + far)))


def _by_deviations(values):
    values = values[~np.isnan(values)]
    return int(np.sum(np.abs(values - values.mean()) > 3 * values.std()))


def _mask(values):
    values = values[~np.isnan(values)]
    return len(values) - count_far(values)


def _values():
    rng = np.random.default_rng(0)
    skewed = rng.lognormal(0, 1, 80)
    both = np.concatenate([rng.normal(0, 1, 60), [-6.5, 6.5, -9, 40, 4.2, -4.4]])
    gaps = both.copy()
    gaps[::7] = np.nan
    return [(skewed,), (both,), (gaps,), (np.array([-50.0, 1, 2, 3, 4, 5, 6, 7, 15]),)]


def ready(old, new, *, fill="old", scale="old", filled_scale=True):
    """Fill gaps of new rows and standardise them, both as of the old rows.

    Parameters
    ----------
    old, new : pandas.DataFrame
        With the same columns.
    fill, scale, filled_scale
        How the usual mistakes differ.

    Returns
    -------
    pandas.DataFrame
    """
    both = pd.concat([old, new])
    source = {"old": old, "new": new, "both": both}
    medians = source[fill].median()
    by = source[scale].fillna(medians) if filled_scale else source[scale]
    return (new.fillna(medians) - by.mean()) / by.std(ddof=0)


def _months():
    rng = np.random.default_rng(3)
    cases = []
    for n in (60, 25):
        old = pd.DataFrame(rng.normal([40, 3], [9, 0.8], (120, 2)), columns=["age", "visits"])
        new = pd.DataFrame(rng.normal([52, 4.5], [6, 1.4], (n, 2)), columns=["age", "visits"])
        old[rng.random(old.shape) < 0.2] = np.nan
        new[rng.random(new.shape) < 0.2] = np.nan
        cases.append((old, new))
    return cases


EXERCISES = {
    "12.1": Defended(
        lambda: list(FEATURES),
        {
            "id taken for a feature": (
                lambda: [*FEATURES, "customer_no"],
                "one of these columns names a row. Are two customers alike because their names are near each other?",
            ),
            "code taken for a number": (
                lambda: [*FEATURES, "shop_code"],
                "one of these columns is written with digits, and its differences mean nothing: what lies between two of its values?",
            ),
            "both copies kept": (
                lambda: [*FEATURES, "basket_cent"],
                "two of these columns say the same thing: it would have two votes in each distance.",
            ),
            "price left out altogether": (
                lambda: ["visits", "returned"],
                "nothing is left of what a basket costs. Twice is too often; how often is right?",
            ),
            "small column left out": (
                lambda: ["basket_eur", "visits"],
                "a column that tells how customers shop is missing. Its numbers may look small: what does scaling do with that?",
            ),
            "feature left out": (
                lambda: ["basket_eur", "returned"],
                "what you named are features, but not all: go through the columns that you left out, and say of each what it would tell.",
            ),
        },
        find=columns_fault,
        wanted="names of columns, as a list of texts",
        praise="right: the columns whose differences mean something for the question, each once. The others are for looking rows up, and for comparing afterwards.",
        otherwise="not yet: ask of each column what a difference of one in it means.",
    ),
    "12.2": Function(
        lambda: count_far,
        [
            Mistake(
                "whiskers of a box plot",
                lambda: lambda values: count_far(values, reach=1.5),
                "yours is the rule for the whiskers of a box plot, half as wide as what is asked for.",
            ),
            Mistake(
                "upper side only",
                lambda: lambda values: count_far(values, sides="upper"),
                "yours counts on one side. A value may be far below, too.",
            ),
            Mistake(
                "from the median",
                lambda: lambda values: count_far(values, middle=True),
                "yours measures from the median. From where is the distance to be taken?",
            ),
            Mistake(
                "standard deviations",
                lambda: _by_deviations,
                "yours counts in standard deviations, which the far values blow up themselves. Asked is another width.",
            ),
            Mistake(
                "gaps not left out",
                lambda: lambda values: count_far(values, known=False),
                "right where nothing is missing. With a gap among the values, what does np.percentile give?",
            ),
            Mistake(
                "counts those that are not far",
                lambda: _mask,
                "yours counts the others, those that lie within.",
            ),
            Mistake(
                "other percentiles",
                lambda: lambda values: count_far(values, low=10, high=90),
                "your range is wider than that between the quartiles: which shares of the values lie below them?",
            ),
        ],
        cases=_values,
        tolerance=0,
        praise="right: this is what the audit counts. The far values do not move the quartiles that they are measured by, as long as they are few.",
        otherwise="not yet. Leave out what is missing, take both quartiles, and count what lies beyond either by more than three times the range between them.",
        aside=" Some of the values are NaN.",
    ),
    "12.3": Choice(
        lambda: "B",
        [
            Mistake(
                "a drawn column alone",
                lambda: "A",
                "in this panel the borders are vertical: one column decides alone, but it is drawn.",
            ),
            Mistake(
                "one far row",
                lambda: "C",
                "in this panel one colour has hardly any points: a value was far out, in a column that is drawn.",
            ),
            Mistake(
                "both columns share",
                lambda: "D",
                "in this panel each colour has a place of its own, with borders in both directions: the drawn columns decide together.",
            ),
        ],
        letters=("A", "B", "C", "D"),
        praise="right: all colours lie over one another, so nothing that is drawn parts them. It was a category, one-hot and heavily weighted.",
        otherwise="not this one. Cover the colours, and ask of each panel whether age and income could tell which is which.",
    ),
    "12.4": Function(
        lambda: ready,
        [
            Mistake(
                "as it stood",
                lambda: (
                    lambda old, new: (
                        (new.fillna(new.median()) - new.fillna(new.median()).mean()) / new.fillna(new.median()).std()
                    )
                ),
                "as the function stood: all comes from the new rows. Of what is the model made?",
                within=0.03,  # whichever divisor
            ),
            Mistake(
                "new median",
                lambda: lambda old, new: ready(old, new.fillna(new.median())),
                "the scale is mended, but the gaps are still filled from the new rows.",
                within=0.01,
            ),
            Mistake(
                "new scale",
                lambda: lambda old, new: ready(old, new, scale="new"),
                "the gaps are filled as they should be, but mean and standard deviation are still those of the new rows.",
                within=0.03,
            ),
            Mistake(
                "old and new together",
                lambda: lambda old, new: ready(old, new, fill="both", scale="both"),
                "old and new rows were put together. Next month must not change what the model of this month expects.",
            ),
            Mistake(
                "old rows with gaps dropped",
                lambda: lambda old, new: (new.fillna(old.median()) - old.dropna().mean()) / old.dropna().std(ddof=0),
                "nearly: old rows with a gap were left out before mean and deviation were taken. The model was fitted on all of them, filled.",
                within=0.015,
            ),
            Mistake(
                "gaps of old not filled",
                lambda: lambda old, new: ready(old, new, filled_scale=False),
                "nearly: the model was fitted on old rows whose gaps were filled, and that makes their standard deviation smaller.",
            ),
        ],
        cases=_months,
        tolerance=0.01,
        praise="right (within 1 %): medians, means and deviations all come from the old rows. `prepare(...).fit(old)` keeps them together, and `transform(new)` uses them.",
        otherwise="not yet. Each number that is subtracted, divided by or filled in comes from one of the two tables: go through them one by one.",
        aside=" Both data frames have gaps.",
    ),
    "12.5": Choice(
        lambda: "C",
        [
            Mistake(
                "one blob",
                lambda: "A",
                "its columns go together, and the box of a uniform set does not keep that. How high do single blobs with the same covariances reach?",
            ),
            Mistake(
                "repeated customers",
                lambda: "B",
                "it passes every test, and its rows are not what they seem: look at the column that is no measurement. How many independent things are in this table?",
            ),
            Mistake(
                "two far rows",
                lambda: "D",
                "its silhouette is the highest, and that is suspicious: how many rows does the smaller of two clusters have?",
            ),
        ],
        letters=("A", "B", "C", "D"),
        praise="right: above both kinds of nothing, clusters of some size that come again, and rows that are independent as far as the table tells.",
        otherwise="not this one. Ask of each table: above both kinds of nothing? How large are the clusters? What is a row?",
    ),
    "12.6": Number(
        lambda: SAMPLE * (SCATTER / WANTED) ** 2,
        [
            Mistake(
                "in proportion",
                lambda: SAMPLE * SCATTER / WANTED,
                "yours takes scatter and rows in proportion. A mean of four times as many rows scatters half as much.",
            ),
            Mistake(
                "root taken",
                lambda: SAMPLE * (SCATTER / WANTED) ** 0.5,
                "yours took the root where the square belongs: which of rows and scatter goes with the root of the other?",
            ),
            Mistake(
                "factor, not rows",
                lambda: (SCATTER / WANTED) ** 2,
                "that is how many times as large. Asked is the number of rows.",
            ),
            Mistake(
                "fewer rows",
                lambda: SAMPLE * (WANTED / SCATTER) ** 2,
                "yours comes to fewer rows than there were, for a mean that scatters less.",
            ),
            Mistake(
                "added to the sample",
                lambda: SAMPLE * (SCATTER / WANTED) ** 2 - SAMPLE,
                "that is how many more rows are needed. Asked is the size of the sample.",
            ),
        ],
        tolerance=0.02,
        praise="right (within 2 %). The cost grows with the square of the rows: a scatter four times smaller costs 256 times the distances.",
        otherwise="not this many. How does the standard deviation of a mean go with the number of values?",
    ),
}
