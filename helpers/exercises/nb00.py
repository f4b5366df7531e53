"""Exercises of notebook 00, start here."""

from functools import cache
from itertools import combinations

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, rand_score

from helpers import datasets
from helpers.exercises.judging import Mistake, read_only
from helpers.exercises.kinds import Function, Number, Table

FIRST = (0, 0, 0, 1, 1, 2)
SECOND = (2, 2, 2, 1, 0, 0)


def _pairs(a, b):
    """For each pair of rows: together in a, together in b."""
    return [(a[i] == a[j], b[i] == b[j]) for i, j in combinations(range(len(a)), 2)]


def _n_agreeing(a, b):
    return sum(in_a == in_b for in_a, in_b in _pairs(a, b))


def rand_index(a, b):
    """Share of the pairs of rows that two labelings treat alike."""
    return _n_agreeing(a, b) / len(_pairs(a, b))


def _rand_with_self_pairs(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return np.mean((a[:, None] == a) == (b[:, None] == b))


def _labelings():
    rng = np.random.default_rng(0)
    drawn = [(rng.integers(0, 3, 10), rng.integers(0, 4, 10)) for _ in range(3)]
    return [(np.array(FIRST), np.array(SECOND)), *drawn]


@cache
def _penguins():
    penguins = datasets.load("penguins")
    return penguins.X, penguins.target


def _scaled():
    X, _ = _penguins()
    return (X - X.mean(axis=0)) / X.std(axis=0)


@cache
def _labels(scaled, n_init=10):
    X = _scaled() if scaled else _penguins()[0]
    return KMeans(n_clusters=3, n_init=n_init, random_state=0).fit_predict(X)


@cache
def _round_lineup():
    rng = np.random.default_rng(3)
    panels = [rng.normal(size=(100, 2)) for _ in range(10)]
    real = int(rng.integers(10))
    bills = _penguins()[0][:, :2]
    panels[real] = bills[rng.choice(len(bills), 100, replace=False)]
    panels = [(panel - panel.min(axis=0)) / np.ptp(panel, axis=0) for panel in panels]
    read_only(*panels)
    return panels, real


def round_lineup():
    """Hide 100 penguins' bills among nine round clouds drawn by chance, all stretched to the unit square.

    Returns
    -------
    list of ndarray of shape (100, 2)
    """
    return list(_round_lineup()[0])


def _tidiest_cloud():
    """Find the panel of chance, counted from 1, of whose sum of squares three clusters leave the smallest share."""
    panels, real = _round_lineup()
    left = [KMeans(3, n_init=1, random_state=0).fit(panel).inertia_ / panel.var(axis=0).sum() for panel in panels]
    left[real] = np.inf
    return int(np.argmin(left)) + 1


EXERCISES = {
    "00.1": Number(
        lambda: _n_agreeing(FIRST, SECOND),
        [
            Mistake(
                "only together",
                lambda: sum(in_a and in_b for in_a, in_b in _pairs(FIRST, SECOND)),
                "these are only the pairs that are together in both. Two labelings also agree about a pair that both of them "
                "keep apart.",
            ),
            Mistake(
                "only apart",
                lambda: sum(not in_a and not in_b for in_a, in_b in _pairs(FIRST, SECOND)),
                "these are only the pairs that are apart in both. Two labelings also agree about a pair that both of them put together.",
            ),
            Mistake(
                "each pair twice",
                lambda: 2 * _n_agreeing(FIRST, SECOND),
                "you counted each pair twice: the pair of rows i and j is the same pair as j and i.",
            ),
            Mistake(
                "label numbers",
                lambda: sum(x == y for x, y in zip(FIRST, SECOND, strict=True)),
                "in so many rows the label numbers are equal. But they are only names: ask of each pair of rows whether it is "
                "together or apart.",
            ),
            Mistake(
                "disagreements",
                lambda: len(_pairs(FIRST, SECOND)) - _n_agreeing(FIRST, SECOND),
                "this is the number of pairs on which they disagree.",
            ),
            Mistake(
                "share, not count",
                lambda: rand_index(FIRST, SECOND),
                "this is a share of all pairs, the Rand index. The question is on how many pairs they agree.",
            ),
            Mistake(
                "all pairs",
                lambda: len(_pairs(FIRST, SECOND)),
                "this is how many pairs there are. Some are together in one list only.",
            ),
            Mistake(
                "rows paired with themselves",
                lambda: _n_agreeing(FIRST, SECOND) + len(FIRST),
                "too many: it is what you get if each row also counts as a pair with itself.",
            ),
        ],
        tolerance=0,
        praise="right. Nowhere did the label numbers themselves matter, only who is with whom.",
        otherwise="not yet. Write down all pairs of the six rows; for each, note together or apart in the first, then in the second.",
    ),
    "00.2": Function(
        lambda: rand_index,
        [
            Mistake(
                "label numbers",
                lambda: lambda a, b: np.mean(a == b),
                "your function compares label numbers row by row. Renaming the clusters would change it; ask about pairs of rows.",
            ),
            Mistake(
                "only together",
                lambda: lambda a, b: sum(x and y for x, y in _pairs(a, b)) / len(_pairs(a, b)),
                "your function counts only the pairs that are together in both; pairs that are apart in both agree as well.",
            ),
            Mistake(
                "pairs twice, and self-pairs",
                lambda: _rand_with_self_pairs,
                "your function counts each pair twice, which does no harm, but each row also as a pair with itself. Such a pair always "
                "agrees, so the result is too high.",
            ),
            Mistake(
                "self-pairs",
                lambda: lambda a, b: (_n_agreeing(a, b) + len(a)) / (len(_pairs(a, b)) + len(a)),
                "your function counts each pair once, but each row also as a pair with itself. np.triu_indices, for one, gives these too "
                "unless you ask it not to.",
            ),
            Mistake(
                "divided by rows squared",
                lambda: lambda a, b: _n_agreeing(a, b) / len(a) ** 2,
                "your function counts each pair once, but divides by the number of rows squared. Four rows make six pairs: how many do n rows make?",
            ),
            Mistake(
                "divided by pairs twice",
                lambda: lambda a, b: rand_index(a, b) / 2,
                "your function divides by n(n - 1), which counts each pair twice, as i and j and as j and i.",
            ),
            Mistake(
                "count, not share",
                lambda: _n_agreeing,
                "this is how many pairs agree; the Rand index is their share of all pairs.",
            ),
            Mistake(
                "disagreements",
                lambda: lambda a, b: 1 - rand_index(a, b),
                "this is the share of the pairs that the two treat differently.",
            ),
            Mistake(
                "adjusted Rand index",
                lambda: adjusted_rand_score,
                "this is corrected for chance. Asked for is the plain share of the pairs treated alike.",
            ),
        ],
        cases=_labelings,
        tolerance=0.001,
        praise="right, on four pairs of labelings. sklearn.metrics.rand_score gives the same.",
        otherwise="not yet. On some pair of labelings it gives another number than the share of pairs treated alike. Try the four-row "
        "example from above first.",
    ),
    "00.3": Table(
        _scaled,
        [
            Mistake(
                "one mean, one spread",
                lambda: (_penguins()[0] - _penguins()[0].mean()) / _penguins()[0].std(),
                "there is still one mean and one spread for all columns together, so body mass goes on drowning the others.",
            ),
            Mistake(
                "one spread for all",
                lambda: (_penguins()[0] - _penguins()[0].mean(axis=0)) / _penguins()[0].std(),
                "only one of the two is taken for each column. Every column has mean 0 now: what is its standard deviation?",
            ),
            Mistake(
                "one mean for all",
                lambda: (_penguins()[0] - _penguins()[0].mean()) / _penguins()[0].std(axis=0),
                "only one of the two is taken for each column. Every column has standard deviation 1 now: what is its mean?",
            ),
            Mistake(
                "only centred",
                lambda: _penguins()[0] - _penguins()[0].mean(axis=0),
                "the columns are centred but keep their spreads: body mass still varies by hundreds, bill depth by units.",
            ),
            Mistake(
                "stretched to the range",
                lambda: (_penguins()[0] - _penguins()[0].min(axis=0)) / np.ptp(_penguins()[0], axis=0),
                "this stretches every column to the range 0 to 1. That is a scaling too, but not the one asked for: mean and "
                "standard deviation.",
            ),
            Mistake(
                "not centred",
                lambda: _penguins()[0] / _penguins()[0].std(axis=0),
                "every column has standard deviation 1 now, but each still has a mean of its own: nothing was subtracted.",
            ),
            Mistake(
                "brackets missing",
                lambda: _penguins()[0] - _penguins()[0].mean(axis=0) / _penguins()[0].std(axis=0),
                "Python divides before it subtracts: here the mean alone was divided. Brackets say otherwise.",
            ),
            Mistake(
                "divided by variances",
                lambda: _scaled() / _penguins()[0].std(axis=0),
                "the means are 0, but the columns were divided by their variances. The standard deviation is the root of the variance.",
            ),
            Mistake(
                "sign turned",
                lambda: -_scaled(),
                "turned round: a large penguin has a small number here. Which is subtracted from which?",
            ),
            Mistake(
                "row by row",
                lambda: (
                    (_penguins()[0] - _penguins()[0].mean(axis=1, keepdims=True))
                    / _penguins()[0].std(axis=1, keepdims=True)
                ),
                "this takes mean and spread of each row, mixing millimetres with grams within one penguin. Each column needs its own.",
            ),
        ],
        tolerance=0.01,
        praise="right (within 1 %). One mean and one spread for each column: that is what axis=0 asks for.",
        otherwise="not yet. Has each column mean 0 and standard deviation 1? Print both. If so, has each number kept its place in the table?",
    ),
    "00.4": Number(
        lambda: _round_lineup()[1] + 1,
        [
            Mistake(
                "panel of the section",
                lambda: datasets.lineup(_penguins()[0][:, :2], random_state=7)[1] + 1,
                "this panel is chance here. In the line-up of the section the penguins had this number; this one is drawn anew.",
            ),
            Mistake(
                "tidiest cloud",
                _tidiest_cloud,
                "this panel is chance. Of the nine clouds it is the one that three clusters fit best, so it is a good one to be fooled by.",
            ),
            Mistake("no such panel", lambda: 0, "no panel has the number 0: the titles begin with 1."),
        ],
        tolerance=0,
        praise="right. Neither the colours nor the empty corners set it apart, since all ten panels have both; its gaps do.",
        otherwise="this is not the number of the real panel. Ignore the colours, which k-means paints on anything, and the corners: a round cloud "
        "is densest in one place, in its middle. The titles begin with 1.",
    ),
    "00.5": Number(
        lambda: adjusted_rand_score(_penguins()[1], _labels(True)),
        [
            Mistake(
                "body mass alone decides",
                lambda: adjusted_rand_score(_penguins()[1], _labels(False)),
                "this is the value when body mass in grams decides alone: with raw columns, or when all columns share one mean and "
                "one spread. Scale each column by its own.",
            ),
            Mistake(
                "one start",
                lambda: adjusted_rand_score(_penguins()[1], _labels(True, n_init=1)),
                "this is what one single start gives (n_init=1). It happens to lie nearer to the species, although its sum of squares "
                "is the larger one: k-means knows nothing of species. Take n_init=10.",
            ),
            Mistake(
                "bill columns only",
                lambda: adjusted_rand_score(
                    _penguins()[1], KMeans(3, n_init=10, random_state=0).fit_predict(_scaled()[:, :2])
                ),
                "this is what the two columns of the bill give, as printed above. Here all four columns take part.",
            ),
            Mistake(
                "in per cent",
                lambda: 100 * adjusted_rand_score(_penguins()[1], _labels(True)),
                "this looks like percent. The ARI is not one: its best value is 1.",
            ),
            Mistake(
                "plain Rand index",
                lambda: rand_score(_penguins()[1], _labels(True)),
                "this is the plain Rand index, which shuffled labels also bring above a half. The adjusted one subtracts what chance gives.",
            ),
            Mistake(
                "equal label numbers",
                lambda: np.mean(_penguins()[1] == _labels(True)),
                "this is the share of equal label numbers. k-means numbers its clusters as it likes, so the share means nothing.",
            ),
        ],
        tolerance=0.005,
        praise="right (within 0.5 %). The same three lines, the same penguins: only the units changed.",
        otherwise="not yet. Scale all four columns, cluster with n_clusters=3, n_init=10, random_state=0, then compare with "
        "penguins.target by adjusted_rand_score.",
    ),
}
