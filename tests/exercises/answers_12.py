"""Answers to the exercises of notebook 12."""

import numpy as np
import pandas as pd
from answering import right, wrong
from scipy.stats import iqr
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers.exercises.nb12 import orders
from helpers.preparing import audit, complete, prepare


def _by_scipy(values):
    reach = 3 * iqr(values, nan_policy="omit")
    low, high = np.nanquantile(values, [0.25, 0.75])
    return ((values < low - reach) | (values > high + reach)).sum()


def _by_pandas(values):
    column = pd.Series(values).dropna()
    low, high = column.quantile(0.25), column.quantile(0.75)
    return len(column[(column < low - 3 * (high - low)) | (column > high + 3 * (high - low))])


def _loop(values):
    known = [value for value in values if value == value]
    low, high = np.percentile(known, 25), np.percentile(known, 75)
    return sum(1 for value in known if value < low - 3 * (high - low) or value > high + 3 * (high - low))


def _audited(values):
    return audit(pd.DataFrame({"x": values}))["x"].far


def _whiskers(values):
    values = values[np.isfinite(values)]
    low, high = np.percentile(values, (25, 75))
    return np.count_nonzero(np.abs(values - (low + high) / 2) > 2 * (high - low))


def _mask(values):
    low, high = np.nanpercentile(values, [25, 75])
    return (values < low - 3 * (high - low)) | (values > high + 3 * (high - low))


def _pipeline(old, new):
    return make_pipeline(SimpleImputer(strategy="median"), StandardScaler()).fit(old).transform(new)


def _prepared(old, new):
    choices = dict.fromkeys(old, "median, standard")
    return prepare(old, choices).set_output(transform="pandas").fit(old).transform(new)


def _by_hand(old, new):
    medians = old.median()
    filled = old.fillna(medians)
    return (new.fillna(medians) - filled.mean()) / filled.std()  # one less in the divisor: within 1 %


def _own_pipeline(old, new):
    return make_pipeline(SimpleImputer(strategy="median"), StandardScaler()).fit_transform(new)


def _scaled_first(old, new):
    scaler = StandardScaler().fit(old)
    return np.nan_to_num(scaler.transform(new))


def _without_gaps(old, new):
    kept, _ = complete(old, list(old))
    return StandardScaler().fit(kept).transform(new.fillna(old.median()))


ANSWERS = {
    "12.1": [
        right("the other copy", lambda: ["basket_cent", "visits", "returned"]),
        right("a tuple in another order", lambda: ("returned", "visits", "basket_eur")),
        right("a set", lambda: {"visits", "returned", "basket_eur"}),
        right("one text", lambda: "basket_eur, visits, returned"),
        right("an index", lambda: orders().columns[[1, 3, 5]]),
        right("the columns themselves", lambda: orders()[["basket_eur", "visits", "returned"]]),
        right("choices", lambda: dict.fromkeys(("basket_eur", "visits", "returned"), "standard")),
        wrong("all", lambda: list(orders()), "names a row"),
        wrong("all but the id", lambda: list(orders())[1:], "written with digits"),
        wrong("two prices", lambda: ["basket_eur", "basket_cent", "visits", "returned"], "two votes"),
        wrong("no price", lambda: ["visits", "returned"], "what a basket costs"),
        wrong("no share", lambda: ["basket_eur", "visits"], "look small"),
        wrong("no visits", lambda: ["basket_cent", "returned"], "but not all"),
        wrong("the price alone", lambda: ["basket_eur"], "but not all"),
        wrong("a name that is not there", lambda: ["basket", "visits"], "names of columns"),
        wrong("numbers of columns", lambda: [1, 3, 5], "names of columns"),
    ],
    "12.2": [
        right("by scipy", lambda: _by_scipy),
        right("by pandas", lambda: _by_pandas),
        right("a loop", lambda: _loop),
        right("asked of the audit", lambda: _audited),
        wrong("half as far", lambda: _whiskers, "box plot"),
        wrong("a mask", lambda: _mask, "one number"),
        wrong("called", lambda: _loop([1, 2, 3]), "function itself"),
        wrong("without a return", lambda: lambda values: None, "None"),
    ],
    "12.3": [
        right("small letter", lambda: "b"),
        right("in brackets", lambda: "(B)"),
        wrong("the vertical borders", lambda: "a", "vertical"),
        wrong("the single point", lambda: "C.", "far out"),
        wrong("the plain one", lambda: "D", "together"),
        wrong("a number", lambda: 2, "letters"),
        wrong("two letters", lambda: "A, B", "one of the letters"),
    ],
    "12.4": [
        right("a pipeline", lambda: _pipeline),
        right("by the course's own", lambda: _prepared),
        right("one less in the divisor", lambda: _by_hand),
        wrong("a pipeline of the new rows", lambda: _own_pipeline, "new rows"),
        wrong("zeros for gaps", lambda: _scaled_first, "one by one"),
        wrong("old rows dropped", lambda: _without_gaps, "left out before"),
        wrong("the table itself", lambda: pd.DataFrame({"age": [1.0]}), "function"),
    ],
    "12.5": [
        right("small letter", lambda: "c"),
        right("with a point", lambda: "C."),
        wrong("the blob", lambda: "A", "single blobs"),
        wrong("the visits", lambda: "b", "independent"),
        wrong("the strays", lambda: "D", "suspicious"),
        wrong("none", lambda: "none", "one of the letters"),
        wrong("all that pass", lambda: ["B", "C", "D"], "letters"),
    ],
    "12.6": [
        right("a whole number", lambda: 8000),
        right("in an array", lambda: np.array([8000.0])),
        right("rounded up", lambda: 8001),
        wrong("in proportion", lambda: 2000, "half as much"),
        wrong("the root", lambda: 1000, "root"),
        wrong("the factor", lambda: 16, "Asked is the number"),
        wrong("the other way round", lambda: 31.25, "fewer rows"),
        wrong("how many more", lambda: 7500, "how many more"),
        wrong("all rows", lambda: 200_000, "standard deviation of a mean"),
        wrong("as text", lambda: "8,000", "without quotes"),
    ],
}
