"""Answers to the exercises of notebook 09."""

from fractions import Fraction

import numpy as np
from answering import right, wrong
from scipy import stats
from scipy.spatial.distance import cdist
from sklearn.metrics import pairwise_distances_argmin

from helpers.exercises.nb09 import a_crowd


def _with_out(sums, counts, centers):
    rows = counts.sum(axis=0)[:, None]
    return np.divide(sums.sum(axis=0), rows, out=centers.copy(), where=rows > 0)


def _in_a_loop(sums, counts, centers):
    moved = []
    for j, center in enumerate(centers):
        rows = sum(piece[j] for piece in counts)
        moved.append(sum(piece[j] for piece in sums) / rows if rows else center)
    return moved


def _in_place(sums, counts, centers):
    rows = counts.sum(axis=0)
    centers[rows > 0] = (sums.sum(axis=0).T / np.maximum(rows, 1)).T[rows > 0]
    return centers


def _masked(sums, counts, centers):
    """Divide masked arrays, and leave the mask in."""
    return np.ma.masked_invalid(np.ma.divide(sums.sum(axis=0), counts.sum(axis=0)[:, None]))


def _plainly(sums, counts, centers):
    with np.errstate(all="ignore"):
        return sums.sum(axis=0) / counts.sum(axis=0)[:, None]


def _means_of_means(sums, counts, centers):
    """Average the pieces' means, but for pieces without a row of the centre; a centre without any stays."""
    with np.errstate(all="ignore"):
        means = sums / counts[:, :, None]
    total = np.nan_to_num(means).sum(axis=0) / np.maximum((counts > 0).sum(axis=0), 1)[:, None]
    return np.where((counts > 0).any(axis=0)[:, None], total, centers)


def _by_pieces(sums, counts, centers):
    """Divide by the number of pieces."""
    return np.where(counts.sum(axis=0)[:, None] > 0, sums.mean(axis=0), centers)


def _step(pieces, centers):
    """Stand in for the notebook's `step`, which takes rows."""
    return _in_a_loop(*zip(*[(piece, centers) for piece in pieces], strict=True), centers), [], 0


def _counts(label, *, pieces=slice(None)):
    parts, centers = a_crowd()
    return sum(np.bincount(label(part, centers), minlength=4) for part in parts[pieces])


def _by_squares(piece, centers):
    """Compare squared distances without the squares of the rows, which are alike for all centres."""
    return ((centers**2).sum(axis=1) - 2 * piece @ centers.T).argmin(axis=1)


def _by_cosine(piece, centers):
    return cdist(piece, centers, "cosine").argmin(axis=1)


def _mended():
    return _counts(pairwise_distances_argmin)


SHARE = 0.0002

ANSWERS = {
    "09.1": [
        right("two doublings of four each", lambda: 12 * 4 * 4),
        right("by c n**2", lambda: 3 / 20_000**2 * 160_000**2),
        right("a fraction", lambda: Fraction(3) * 64),
        wrong("one doubling", lambda: 48, "or one doubling"),
        wrong("twice the second", lambda: 24.0, "or twice the second"),
        wrong("nine more for each 20,000", lambda: 12 + 6 * 9, "straight line"),
        wrong("three doublings of the second", lambda: 12 * 4**3, "one doubling too many"),
        wrong("three times as long, again", lambda: 12 * 3, "three times the second"),
        wrong("in minutes", lambda: 192 / 60, "minutes"),
        wrong("n log n", lambda: 12 * 4 * np.log(160_000) / np.log(40_000), "not yet"),
        wrong("with its unit", lambda: "192 s", "text"),
    ],
    "09.2": [
        right("divide where there is something", lambda: _with_out),
        right("a loop and a list", lambda: _in_a_loop),
        right("in place", lambda: _in_place),
        wrong("masked", lambda: _masked, "masked"),
        wrong("zero by zero", lambda: _plainly, "NaN", "add before you divide"),
        wrong("zero by zero, then zeros", lambda: lambda *args: np.nan_to_num(_plainly(*args)), "sends it to zero"),
        wrong("means of means", lambda: _means_of_means, "mean of the pieces' means", never=("to zero",)),
        wrong("divided by the pieces", lambda: _by_pieces, "not yet"),
        wrong("added over the centres", lambda: lambda sums, counts, centers: sums.sum(axis=1), "shape"),
        wrong("no new axis", lambda: lambda sums, counts, centers: sums.sum(axis=0) / counts.sum(axis=0), "ValueError"),
        wrong("the notebook's step", lambda: _step, "TypeError"),
        wrong(
            "all that step returns", lambda: lambda *args: (_with_out(*args), args[1].sum(axis=0), 0.0), "more than one"
        ),
        wrong("the old centres", lambda: lambda sums, counts, centers: centers, "not yet", never=("yours keeps",)),
        wrong("the stub", lambda: lambda sums, counts, centers: None, "return"),
    ],
    "09.3": [
        right("as NumPy's integer", lambda: _mended().max()),
        right("sorted", lambda: float(sorted(_counts(_by_squares))[-1])),
        right("by distances", lambda: [_counts(lambda X, c: cdist(X, c, "sqeuclidean").argmin(axis=1)).max()]),
        wrong(
            "as it stands",
            lambda: _counts(lambda X, c: (X @ c.T).argmax(axis=1), pieces=slice(-1, None)).max(),
            "two faults",
        ),
        wrong("the smallest product", lambda: _counts(lambda X, c: (X @ c.T).argmin(axis=1)).max(), "smallest product"),
        wrong("the first piece", lambda: _counts(pairwise_distances_argmin, pieces=slice(1)).max(), "within one piece"),
        wrong("by the angle", lambda: _counts(_by_cosine).max(), "not yet", never=("product is not",)),
        wrong("all counts", lambda: _mended(), "shape (4,)"),
        wrong("the smallest cluster", lambda: _mended().min(), "not yet"),
        wrong("its share", lambda: round(_mended().max() / 1500, 3), "share"),
        wrong("all rows", lambda: 1500, "all rows"),
        wrong("the function", lambda: _mended, "type function"),
    ],
    "09.4": [
        right("small", lambda: "d"),
        right("in brackets", lambda: " (D) "),
        right("with a dot", lambda: "D."),
        wrong("the lowest where measured", lambda: "a", "steepest"),
        wrong("the flattest", lambda: "b)", "flattest"),
        wrong("the one between", lambda: "C", "neither"),
        wrong("two letters", lambda: "B, D", "one of the letters"),
        wrong("a place", lambda: 3, "of type int"),
        wrong("another letter", lambda: "E", "one of the letters"),
        wrong("the time", lambda: 239.0, "in quotes"),
    ],
    "09.5": [
        right("Poisson", lambda: np.exp(-2)),
        right("three decimals", lambda: 0.135),
        right("scipy's binomial", lambda: stats.binom(10_000, SHARE).pmf(0)),
        right("by logarithms", lambda: np.array([np.exp(10_000 * np.log1p(-SHARE))])),
        wrong("two decimals", lambda: 0.14, "too few"),
        wrong("per cent", lambda: 13.5, "per cent"),
        wrong("at least one", lambda: 1 - 0.9998**10_000, "that the group is there", never=("per cent",)),
        wrong("at least one, rounded", lambda: 0.86, "that the group is there"),
        wrong("exactly one", lambda: stats.binom(10_000, SHARE).pmf(1), "not yet"),
        wrong("the mean", lambda: 2, "on average"),
        wrong("one row", lambda: 0.9998, "for one row"),
        wrong("surely", lambda: 1.0, "not yet", never=("one row.",)),
        wrong("2 % for 0.02 %", lambda: (1 - 0.02) ** 10_000, "hundred times too large"),
        wrong("all of them from it", lambda: SHARE**10_000, "not yet"),
    ],
    "09.6": [
        right("small", lambda: "b"),
        right("in brackets", lambda: "(B)"),
        right("with a colon", lambda: "B:"),
        wrong("the beginning", lambda: "A", "which shops stand at the beginning"),
        wrong("one place", lambda: "c.", "neighbours"),
        wrong("sorted again", lambda: " D", "same chance"),
        wrong("the three that suit", lambda: "ACD", "one of the letters"),
        wrong("a list", lambda: ["B"], "of type list"),
        wrong("the rows", lambda: np.arange(0, 50_000, 50), "in quotes"),
    ],
}
