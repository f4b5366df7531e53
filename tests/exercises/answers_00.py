"""Answers to the exercises of notebook 00."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pandas as pd
from answering import right, wrong
from scipy.cluster.vq import whiten
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, pair_confusion_matrix, rand_score
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler, normalize

from helpers import datasets
from helpers.exercises.nb00 import round_lineup

FIRST, SECOND = np.array([0, 0, 0, 1, 1, 2]), np.array([2, 2, 2, 1, 0, 0])


def _same(labels):
    return labels[:, None] == labels


def _agree(a, b):
    return _same(a) == _same(b)


def _from_counts(a, b):
    """The Rand index by the textbook's formula on the contingency table."""
    table = pd.crosstab(a, b).to_numpy()
    pairs, both = len(a) * (len(a) - 1), (table**2).sum() - len(a)
    one, other = ((table.sum(axis=axis) ** 2).sum() - len(a) for axis in (0, 1))
    return (pairs + 2 * both - one - other) / pairs


def _pairs_by(indices):
    def share(a, b):
        i, j = indices(len(a))
        return np.mean((a[i] == a[j]) == (b[i] == b[j]))

    return share


def _neighbours_only(a, b):
    return np.mean((a[1:] == a[:-1]) == (b[1:] == b[:-1]))


def _jaccard(a, b):
    pairs = list(combinations(range(len(a)), 2))
    both = sum(a[i] == a[j] and b[i] == b[j] for i, j in pairs)
    return both / sum(a[i] == a[j] or b[i] == b[j] for i, j in pairs)


def _X():
    return datasets.load("penguins").X


def _in_place():
    X = _X()
    X -= X.mean(axis=0)
    X /= X.std(axis=0)
    return X


def _left(k):
    """Share of each panel's sum of squares that k clusters leave."""
    panels = round_lineup()
    return [KMeans(k, n_init=10, random_state=0).fit(panel).inertia_ / panel.var(axis=0).sum() for panel in panels]


def _ari(X, score=adjusted_rand_score, **options):
    model = KMeans(**{"n_clusters": 3, "n_init": 10, "random_state": 0} | options)
    return score(datasets.load("penguins").target, model.fit_predict(X))


def _scaled(scaler=StandardScaler):
    return scaler().fit_transform(_X())


ANSWERS = {
    "00.1": [
        right("half of the ordered pairs", lambda: pair_confusion_matrix(FIRST, SECOND).trace() / 2),
        right("share times number of pairs", lambda: rand_score(FIRST, SECOND) * 15),
        wrong("the index instead of the count", lambda: rand_score(FIRST, SECOND), "a share", never=("names",)),
        wrong("the index, rounded", lambda: 0.87, "a share"),
        wrong("scikit-learn counts both orders", lambda: pair_confusion_matrix(FIRST, SECOND).trace(), "twice"),
        wrong("a row with itself", lambda: np.triu(_agree(FIRST, SECOND)).sum(), "with itself"),
        wrong("the whole square", lambda: _agree(FIRST, SECOND).sum(), "not yet", never=("label numbers",)),
        wrong("all pairs", lambda: len(list(combinations(FIRST, 2))), "how many pairs there are"),
        wrong("equal label numbers", lambda: (FIRST == SECOND).sum(), "only names"),
        wrong("one missed", lambda: 12, "not yet. Write down"),
        wrong("as text", lambda: "thirteen", "text"),
        wrong("the pairs themselves", lambda: [(0, 1), (0, 2), (1, 2)], "one number"),
    ],
    "00.2": [
        right("scikit-learn's", lambda: rand_score),
        right("its table of pairs", lambda: lambda a, b: pair_confusion_matrix(a, b).trace() / (len(a) * (len(a) - 1))),
        right("the contingency table", lambda: _from_counts),
        right(
            "an exact fraction",
            lambda: lambda a, b: Fraction(int((_agree(a, b).sum() - len(a)) // 2), len(a) * (len(a) - 1) // 2),
        ),
        right("lower triangle", lambda: _pairs_by(lambda n: np.tril_indices(n, k=-1))),
        wrong("triu_indices without k", lambda: _pairs_by(np.triu_indices), "once", "itself", never=("twice",)),
        wrong("the full square", lambda: lambda a, b: _agree(a, b).mean(), "pair with itself"),
        wrong("ends of the ranges", lambda: _neighbours_only, "not yet"),
        wrong("Jaccard", lambda: _jaccard, "not yet. On some pair"),
        wrong("corrected for chance", lambda: adjusted_rand_score, "corrected for chance"),
        wrong("percent", lambda: lambda a, b: 100 * rand_score(a, b), "another number than the share"),
        wrong("differing pairs", lambda: lambda a, b: 1 - rand_score(a, b), "differently"),
        wrong("right for six rows alone", lambda: lambda a, b: (_agree(a, b).sum() - len(a)) / 30, "not yet. On some"),
        wrong("the stub unchanged", lambda: lambda a, b: ..., "your function returned"),
        wrong("its result", lambda: rand_score(FIRST, SECOND), "without brackets"),
    ],
    "00.3": [
        right("StandardScaler", _scaled),
        right("a sample's standard deviation", lambda: (_X() - _X().mean(axis=0)) / _X().std(axis=0, ddof=1)),
        right("pandas", lambda: pd.DataFrame(_X()).apply(lambda column: (column - column.mean()) / column.std())),
        right("in place", _in_place),
        right("two decimals", lambda: _scaled().round(2)),
        wrong("the stub unchanged", lambda: (_X() - _X().mean()) / _X().std(), "for all columns together"),
        wrong("scipy's whiten", lambda: whiten(_X()), "nothing was subtracted"),
        wrong("no brackets", lambda: _X() - _X().mean(axis=0) / _X().std(axis=0), "divides before it subtracts"),
        wrong("the variance", lambda: (_X() - _X().mean(axis=0)) / _X().var(axis=0), "root of the variance"),
        wrong("turned round", lambda: (_X().mean(axis=0) - _X()) / _X().std(axis=0), "turned round"),
        wrong("RobustScaler", lambda: _scaled(RobustScaler), "not yet. Has each column"),
        wrong("rows of length 1", lambda: normalize(_X()), "not yet. Has each column"),
        wrong("columns sorted", lambda: np.sort(_scaled(), axis=0), "kept its place"),
        wrong("one decimal", lambda: _scaled().round(1), "too few"),
        wrong("the function", lambda: lambda X: (X - X.mean(axis=0)) / X.std(axis=0), "of type function"),
        wrong("the bills alone", lambda: _scaled()[:, :2], "shape (333, 2)"),
        wrong(
            "axis 1 without keepdims, mended by .T",
            lambda: ((_X().T - _X().mean(axis=1)) / _X().std(axis=1)).T,
            "of each row",
        ),
    ],
    "00.4": [
        right("by what three clusters leave", lambda: np.argmin(_left(3)) + 1),
        right("by what two clusters leave", lambda: float(np.argmin(_left(2)) + 1)),
        wrong("its index", lambda: np.argmin(_left(3)), "titles begin with 1", never=("this panel",)),
        wrong(
            "the place in the first line-up", lambda: datasets.lineup(_X()[:, :2], random_state=7)[1] + 1, "drawn anew"
        ),
        wrong("that place, as it was returned", lambda: datasets.lineup(_X()[:, :2], random_state=7)[1], "chance"),
        wrong("the next best", lambda: np.argsort(_left(3))[1] + 1, "fooled by"),
        wrong("the smallest sum of two", lambda: np.argsort(_left(2))[1] + 1, "titles begin with 1"),
        wrong("past the last", lambda: 11, "not the number", never=("this panel",)),
        wrong("the panel itself", lambda: round_lineup()[0], "shape (100, 2)"),
        wrong("as text", lambda: "nine", "text"),
    ],
    "00.5": [
        right("StandardScaler", lambda: _ari(_scaled())),
        right("as it is printed", lambda: round(_ari(_scaled()), 2)),
        right("another seed, same end", lambda: np.array([_ari(_scaled(), random_state=1)])),
        wrong("raw, as printed", lambda: 0.32, "body mass in grams decides"),
        wrong("no brackets", lambda: _ari(_X() - _X().mean(axis=0) / _X().std(axis=0)), "body mass in grams decides"),
        wrong("n_init='auto'", lambda: _ari(_scaled(), n_init="auto"), "one single start"),
        wrong("the bills alone", lambda: _ari(_scaled()[:, :2]), "two columns of the bill"),
        wrong("percent", lambda: 100 * _ari(_scaled()), "percent"),
        wrong("the plain index", lambda: _ari(_scaled(), rand_score), "plain Rand index"),
        wrong("AMI", lambda: _ari(_scaled(), adjusted_mutual_info_score), "not yet. Scale all four"),
        wrong("kilograms, not scaled", lambda: _ari(_X() / [1, 1, 1, 1000]), "not yet. Scale all four"),
        wrong("MinMaxScaler", lambda: _ari(_scaled(MinMaxScaler)), "not yet", never=("body mass",)),
        wrong("the labels", lambda: KMeans(3, n_init=10, random_state=0).fit_predict(_scaled()), "shape (333,)"),
    ],
}
