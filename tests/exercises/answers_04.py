"""Answers to the exercises of notebook 04."""

import math
from fractions import Fraction
from itertools import permutations

import numpy as np
import pandas as pd
from answering import right, wrong
from scipy.cluster.vq import kmeans2, vq
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cityblock, euclidean
from sklearn.cluster import BisectingKMeans, KMeans
from sklearn.metrics import accuracy_score, confusion_matrix, normalized_mutual_info_score, rand_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, RobustScaler, StandardScaler

from helpers import datasets


def _by_assignment(a, b):
    counts = confusion_matrix(a, b)
    return counts[linear_sum_assignment(counts, maximize=True)].sum() / len(a)


def _renaming_the_first(a, b):
    best = 0
    for names in permutations(np.unique(a)):
        best = max(best, sum(names[i] == j for i, j in zip(a, b, strict=True)))
    return Fraction(int(best), len(a))


def _purity(a, b):
    return confusion_matrix(a, b).max(axis=0).sum() / len(a)


def _in_order(a, b):
    free, agree = set(range(a.max() + 1)), 0
    for j in range(b.max() + 1):
        counts = {i: np.sum((a == i) & (b == j)) for i in free}
        best = max(counts, key=counts.get)
        agree += counts[best]
        free.remove(best)
    return agree / len(a)


def _by_first_appearance(a, b):
    return np.mean(pd.factorize(a)[0] == pd.factorize(b)[0])


def _last_renaming(a, b):
    for names in permutations(range(max(a.max(), b.max()) + 1)):
        share = np.mean(a == np.array(names)[b])
    return share


def _old_and_new():
    new = datasets.draw_customers(500, random_state=1).X
    return datasets.load("customers").X, new[new[:, 0] >= 60]


def _distance(scaler=StandardScaler, fitted_on=None, new_by=None, measure=lambda each: each.min(axis=1).mean()):
    """Mend 04.3 so, or so: None stands for the old customers."""
    old, new = _old_and_new()
    tables = {None: old, "new": new, "both": np.vstack([old, new])}
    scaled = scaler().fit(tables[fitted_on])
    model = KMeans(4, n_init=10, random_state=0).fit(scaled.transform(old))
    return measure(model.transform(scaler().fit(tables[new_by]).transform(new)))


def _with_scipy():
    old, new = (pd.DataFrame(table) for table in _old_and_new())  # pandas divides by n - 1
    table, rows = (old - old.mean()) / old.std(), (new - old.mean()) / old.std()
    start = KMeans(4, n_init=10, random_state=3).fit(table).cluster_centers_
    return vq(rows.to_numpy(), kmeans2(table.to_numpy(), start, minit="matrix")[0])[1].mean()


def _visitor_by_visitor():
    old, new = _old_and_new()
    pipeline = make_pipeline(StandardScaler(), KMeans(4, n_init=10, random_state=7)).fit(old)
    return round(float(np.mean([pipeline.transform([visitor]).min() for visitor in new])), 3)


def _stub():
    old, new = _old_and_new()
    return (
        KMeans(4, n_init=10, random_state=0).fit(StandardScaler().fit_transform(old)).transform(new).min(axis=1).mean()
    )


def _scaled_twice():
    old, new = _old_and_new()
    pipeline = make_pipeline(StandardScaler(), KMeans(4, n_init=10, random_state=0)).fit(old)
    return pipeline.transform(StandardScaler().fit(old).transform(new)).min(axis=1).mean()


def _bisecting():
    old, new = _old_and_new()
    model = BisectingKMeans(4, random_state=0).fit(StandardScaler().fit_transform(old))
    return model.transform(StandardScaler().fit(old).transform(new)).min(axis=1).mean()


def _whole_pipeline_on_both():
    old, new = _old_and_new()
    pipeline = make_pipeline(StandardScaler(), KMeans(4, n_init=10, random_state=0)).fit(np.vstack([old, new]))
    return pipeline.transform(new).min(axis=1).mean()


def _by_the_encoder():
    coded = OneHotEncoder().fit_transform(pd.DataFrame({"category": list("uvwxyz")})).toarray()
    return max(euclidean(one, other) for one, other in permutations(coded, 2))


ANSWERS = {
    "04.1": [
        right("counted in a loop", lambda: sum(1 + 1 + sum(10 for seed in range(4)) for k in range(3, 9))),
        right("as a float in a list", lambda: [6 * 42.0]),
        right("as NumPy counts", lambda: np.sum(np.repeat([1, 1, 10, 10, 10, 10], 6))),
        wrong("the fits", lambda: 6 * 6, "number of fits", never=("max_iter",)),
        wrong("ten runs always", lambda: 6 * 6 * 10, "ten runs for every fit"),
        wrong("ten but for the given rows", lambda: 6 * (10 + 1 + 40), "two kinds of start"),
        wrong("ten but for the default", lambda: 6 * (1 + 10 + 40), "two kinds of start"),
        wrong("ten for k-means++ only", lambda: 6 * (10 + 1 + 4), "the other way round"),
        wrong("with the steps", lambda: 6 * (1 + 1 + 4 * 20), "steps of one run"),
        wrong("range with its end", lambda: 7 * 42, "seven values of k"),
        wrong("the inner loop alone", lambda: 6 * 40, 'init="random" alone'),
        wrong("one k", lambda: 42, "one k"),
        wrong("one for each seed and ten for the rest", lambda: 6 * (10 + 10 + 4), "not this many"),
        wrong("a letter", lambda: "B", "this is text"),
    ],
    "04.2": [
        right("the Hungarian algorithm", lambda: _by_assignment),
        right("the first renamed, by a loop, as a fraction", lambda: _renaming_the_first),
        right("as an array of one entry", lambda: lambda a, b: np.array([_by_assignment(a, b)])),
        wrong("accuracy", lambda: accuracy_score, "numbers as they are"),
        wrong("purity", lambda: _purity, "two clusters got the same new number"),
        wrong("purity the other way", lambda: lambda a, b: _purity(b, a), "two clusters of a"),
        wrong("greedy, cluster by cluster", lambda: _in_order, "good first pair", never=("two clusters got",)),
        wrong("renamed as they appear", lambda: _by_first_appearance, "Try every way"),
        wrong("the last renaming tried", lambda: _last_renaming, "Try every way"),
        wrong("the Rand index", lambda: rand_score, "Try every way", never=("adjusted",)),
        wrong("mutual information", lambda: normalized_mutual_info_score, "Try every way"),
        wrong("the errors", lambda: lambda a, b: 1 - _by_assignment(a, b), "do not agree"),
        wrong("in per cent", lambda: lambda a, b: 100 * _by_assignment(a, b), "per cent"),
        wrong("rows instead of a share", lambda: lambda a, b: round(_by_assignment(a, b) * len(a)), "how many rows"),
        wrong("called at once", lambda: _by_assignment(np.array([0, 1]), np.array([1, 0])), "hand in the function"),
        wrong("share and renaming", lambda: lambda a, b: (_by_assignment(a, b), (1, 0)), "more than one thing"),
    ],
    "04.3": [
        right("scipy, pandas and another seed", _with_scipy),
        right("one visitor at a time, three decimals", _visitor_by_visitor),
        right("divided, not centred", lambda: _distance(scaler=lambda: StandardScaler(with_mean=False))),
        wrong("the code as it stood", _stub, "raw"),
        wrong(
            "scaler fitted on all, then old alone in the model",
            lambda: _distance(fitted_on="both", new_by="both"),
            "together",
        ),
        wrong("pipeline fitted on all", _whole_pipeline_on_both, "both fitted on old and new"),
        wrong("the newcomers by a scaler of all", lambda: _distance(new_by="both"), "two scalers"),
        wrong("fit_transform on the newcomers", lambda: _distance(new_by="new"), "their own means"),
        wrong("the same, as printed", lambda: round(_distance(new_by="new"), 2), "their own means"),
        wrong("scaler of the newcomers for both", lambda: _distance(fitted_on="new", new_by="new"), "not yet"),
        wrong(
            "MinMaxScaler", lambda: _distance(MinMaxScaler), "share of the range", never=("their own", "raw", "forgot")
        ),
        wrong("RobustScaler", lambda: _distance(RobustScaler), "not yet", never=("their own", "raw")),
        wrong("bisecting k-means", _bisecting, "not yet", never=("together",)),
        wrong("scaled twice", _scaled_twice, "not yet", never=("raw",)),
        wrong(
            "the mean of the squares", lambda: _distance(measure=lambda each: (each.min(axis=1) ** 2).mean()), "squared"
        ),
        wrong("all centres", lambda: _distance(measure=np.mean), "all centres"),
        wrong("the median", lambda: _distance(measure=lambda each: np.median(each.min(axis=1))), "not yet"),
        wrong("two decimals", lambda: round(_distance(), 2), "too few"),
        wrong("the distances", lambda: _distance(measure=lambda each: each.min(axis=1)), "shape (137,)"),
        wrong("the function itself", lambda: _distance, "one number"),
    ],
    "04.4": [
        right("small", lambda: "d"),
        right("in brackets", lambda: " (D) "),
        right("with a stop, from NumPy", lambda: np.array(["A", "D."])[1]),
        wrong("another first colour", lambda: "B", "other colours"),
        wrong("a renamed one", lambda: "c", "where the colour changes"),
        wrong("the first strip", lambda: "A", "not this one"),
        wrong("the last strip", lambda: "E", "not this one"),
        wrong("its place from 0", lambda: 3, "in quotes"),
        wrong("two letters", lambda: "CD", "one of the letters"),
        wrong("a letter without meaning", lambda: "F", "one of the letters"),
        wrong("the strip", lambda: np.zeros(333, dtype=int), "in quotes"),
    ],
    "04.5": [
        right("the root", lambda: math.sqrt(2)),
        right("by scipy", lambda: euclidean([1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1])),
        right("by the encoder, over all columns", _by_the_encoder),
        right("two decimals", lambda: 1.41),
        right("as a fraction", lambda: Fraction(99, 70)),
        wrong("one column", lambda: 1, "another one too"),
        wrong(
            "city blocks",
            lambda: cityblock([1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0]),
            "squared distance, or the city-block",
        ),
        wrong("one decimal", lambda: 1.4, "too few"),
        wrong("all six columns", lambda: 6**0.5, "only two of the six"),
        wrong("all six columns, as printed", lambda: 2.45, "only two of the six"),
        wrong("averaged over the columns", lambda: (2 / 6) ** 0.5, "Write down the six columns"),
        wrong("the values' numbers apart", lambda: 5, "Write down the six columns"),
        wrong("as text", lambda: "sqrt(2)", "this is text"),
    ],
}
