"""Answers to the exercises of notebook 05."""

import numpy as np
import pandas as pd
from answering import right, wrong
from scipy.spatial.distance import cdist
from sklearn.metrics import pairwise_distances, silhouette_samples, silhouette_score


def _silhouette(*, of_own=np.mean, of_others=np.mean, metric="euclidean", itself=False, alone=0.0, divided=max):
    """Write 05.1 so, or so."""

    def by_hand(X, labels):
        distances = pairwise_distances(X, metric=metric)[0]
        mine = labels == labels[0]
        if mine.sum() == 1:
            return alone
        mine[0] = itself
        others = [of_others(distances[labels == j]) for j in set(labels) - {labels[0]}]
        a, b = of_own(distances[mine]), min(others)
        return (b - a) / divided(a, b)

    return by_hand


def _with_pandas(X, labels):
    means = pd.Series(np.sqrt(((X - X[0]) ** 2).sum(axis=1))[1:]).groupby(labels[1:]).mean()
    if labels[0] not in means:
        return 0
    a = means.pop(labels[0])
    return 1 - a / means.min() if a < means.min() else means.min() / a - 1


def _nearest_center_first(X, labels):
    own = labels == labels[0]
    if own.sum() == 1:
        return 0.0
    others = np.unique(labels[~own])
    centers = np.array([X[labels == j].mean(axis=0) for j in others])
    distances = np.linalg.norm(X - X[0], axis=1)
    a, b = distances[own].sum() / (own.sum() - 1), distances[labels == others[cdist(X[:1], centers).argmin()]].mean()
    return (b - a) / max(a, b)


def _by_next_number(X, labels):
    other = (labels[0] + 1) % (labels.max() + 1)
    distances = np.linalg.norm(X - X[0], axis=1)
    a, b = distances[labels == labels[0]].mean(), distances[labels == other].mean()
    return (b - a) / max(a, b)


def _rule(gap, error, enough=lambda now, then, s: now >= then - s, found=lambda i: i + 1, last=len):
    """Write 05.2 so, or so."""
    for i in range(len(gap) - 1):
        if enough(gap[i], gap[i + 1], error[i + 1]):
            return found(i)
    return last(gap)


def _with_rule(**slips):
    return lambda gap, error: _rule(gap, error, **slips)


def _with_argmax(gap, error):
    good = np.append(np.diff(gap) <= error[1:], True)
    return np.argmax(good) + 1


def _argmax_alone(gap, error):
    return int(np.argmax(gap[:-1] >= gap[1:] - error[1:])) + 1


def _own_error(gap, error):
    return next((i + 1 for i in range(len(gap) - 1) if gap[i] >= gap[i + 1] - error[i]), len(gap))


def _within_one_error_of_the_best(gap, error):
    best = int(gap.argmax())
    return next(k for k, value in enumerate(gap, start=1) if value >= gap[best] - error[best])


def _beyond_the_end(gap, error):
    return next(i + 1 for i in range(len(gap)) if gap[i] >= gap[i + 1] - error[i + 1])


ANSWERS = {
    "05.1": [
        right("the first of scikit-learn's", lambda: lambda X, labels: silhouette_samples(X, labels)[0]),
        right("with pandas, as 1 - a/b or b/a - 1", lambda: _with_pandas),
        right("by all pairs, in a list", lambda: lambda X, labels: [_silhouette()(X, labels)]),
        wrong("with itself", lambda: _silhouette(itself=True, alone=1.0), "distance 0"),
        wrong("divided by the sum", lambda: _silhouette(divided=lambda a, b: a + b), "divided by"),
        wrong("medians", lambda: _silhouette(of_own=np.median, of_others=np.median), "medians"),
        wrong("the nearest points", lambda: _silhouette(of_own=np.min, of_others=np.min), "nearest rows alone"),
        wrong("b of the nearest point", lambda: _silhouette(of_others=np.min), "nearest row of another cluster"),
        wrong("b of the nearest centre's cluster", lambda: _nearest_center_first, "whose centre is nearest"),
        wrong("squared", lambda: _silhouette(metric="sqeuclidean"), "squared"),
        wrong("city blocks", lambda: _silhouette(metric="cityblock"), "not yet", never=("squared", "medians")),
        wrong("1 for a row alone", lambda: _silhouette(alone=1.0), "right, but for a row alone", never=("not yet",)),
        wrong("not a number for a row alone", lambda: _silhouette(alone=np.nan), "alone in its cluster"),
        wrong("the mean score", lambda: silhouette_score, "mean over all rows"),
        wrong("another cluster by its number", lambda: _by_next_number, "not yet"),
        wrong("all silhouettes", lambda: silhouette_samples, "of what your function returned"),
        wrong("called at once", lambda: _silhouette()(np.eye(3), np.array([0, 0, 1])), "hand in the function"),
    ],
    "05.2": [
        right("argmax with a last True", lambda: _with_argmax),
        right("as a float", lambda: _with_rule(found=lambda i: i + 1.0)),
        right("the difference, moved over", lambda: _with_rule(enough=lambda now, then, s: then - now <= s)),
        wrong("as it stood", lambda: lambda gap, error: np.argmax(gap) + 1, "largest gap"),
        wrong("strictly larger", lambda: _with_rule(enough=lambda now, then, s: now > then - s), "exactly what"),
        wrong("k + 1", lambda: _with_rule(found=lambda i: i + 2), "one too large"),
        wrong("the index", lambda: _with_rule(found=lambda i: i), "one too small wherever"),
        wrong("the index, and of the last", lambda: lambda gap, error: _rule(gap, error) - 1, "each time"),
        wrong("argmax alone", lambda: _argmax_alone, "no k is good enough"),
        wrong("1 if there is none", lambda: _with_rule(last=lambda gap: 1), "no k is good enough", never=("one too",)),
        wrong("no error", lambda: _with_rule(enough=lambda now, then, s: now >= then), "no account of the error"),
        wrong("its own error", lambda: _own_error, "the error of k"),
        wrong("error added", lambda: _with_rule(enough=lambda now, then, s: now >= then + s), "wrong way"),
        wrong("one error from the best", lambda: _within_one_error_of_the_best, "compares with the largest gap"),
        wrong("over the end", lambda: _beyond_the_end, "IndexError"),
        wrong("nothing if there is none", lambda: _with_rule(last=lambda gap: None), "returned None"),
        wrong("an array of those good enough", lambda: lambda gap, error: np.flatnonzero(gap > 0) + 1, "shape"),
        wrong("a number", lambda: 3, "hand in the function"),
    ],
    "05.3": [
        right("small", lambda: "c"),
        right("with a bracket", lambda: "C) "),
        right("with a colon, from NumPy", lambda: np.array(["C:"])[0]),
        wrong("the moons", lambda: "A", "leaves the band"),
        wrong("three groups", lambda: "(b)", "k = 3"),
        wrong("the penguins", lambda: "D", "distance to its own grey band"),
        wrong("its place", lambda: 3, "in quotes"),
        wrong("none of them", lambda: "none", "one of the letters"),
        wrong("no such set", lambda: "E", "one of the letters"),
        wrong("two letters", lambda: "C, D", "one of the letters"),
    ],
    "05.4": [
        right("by the formula for pairs", lambda: (1 + (1 + 8 * 600 * 1_999_000) ** 0.5) / 2),
        right("rounded to thousands", lambda: 49_000),
        right("in whole rows", lambda: int(2_000 * np.sqrt(600))),
        right("with the row itself", lambda: np.sqrt(600 * 2_000**2)),
        wrong("as many times the rows", lambda: 2_000 * 60 / 0.1, "as many times the rows"),
        wrong("how many times", lambda: 60 / 0.1, "not yet"),
        wrong("how many times the rows", lambda: np.sqrt(600), "How many rows are there then"),
        wrong("the same, as printed", lambda: 24.49, "How many rows are there then"),
        wrong("the distances", lambda: 600 * 2_000 * 1_999 / 2, "How many rows have so many pairs"),
        wrong("the root of the distances", lambda: (600 * 2_000 * 1_999 / 2) ** 0.5, "square root of the number"),
        wrong("seconds for tenths", lambda: 2_000 * 60**0.5, "whole second"),
        wrong("the cube root", lambda: 2_000 * 600 ** (1 / 3), "not with its cube"),
        wrong("half of as many", lambda: 2_000 * 300, "not yet", never=("as many times the rows",)),
        wrong("in thousands", lambda: 49, "not yet"),
        wrong("as text", lambda: "48,990", "this is text"),
    ],
    "05.5": [
        right("small", lambda: "e"),
        right("in brackets", lambda: "(E)"),
        right("with a stop", lambda: " E. "),
        wrong("two kinds", lambda: "A", "no data without groups"),
        wrong("the elbow", lambda: "b", "bends on data without groups"),
        wrong("stable", lambda: "(C)", "weak reason"),
        wrong("the sentence of the section", lambda: "D", "stay below here", never=("no data without groups",)),
        wrong("the easy opponent", lambda: "F", "opponent is harder"),
        wrong("its number", lambda: 5, "in quotes"),
        wrong("two of them", lambda: "D or E", "one of the letters"),
        wrong("the sentence", lambda: "We tried k = 2 to 8 and took 2", "one of the letters"),
    ],
}
