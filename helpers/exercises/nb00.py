"""Exercises of notebook 00, start here."""

from functools import cache
from itertools import combinations

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, rand_score, silhouette_score

from helpers import datasets
from helpers.exercises.judging import Mistake
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
    drawn = [(rng.integers(0, 3, 30), rng.integers(0, 4, 30)) for _ in range(3)]
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
def _lineup():  # the same call as in the notebook
    return datasets.lineup(_penguins()[0][:, :2], random_state=7)


def _tidiest_noise():
    """Find the uniform panel, counted from 1, whose three clusters look best by silhouette."""
    panels, real = _lineup()
    labels = [KMeans(n_clusters=3, n_init=1, random_state=0).fit_predict(panel) for panel in panels]
    scores = [silhouette_score(panel, found) for panel, found in zip(panels, labels, strict=True)]
    scores[real] = -1
    return int(np.argmax(scores)) + 1


def _emptiest_noise():
    """Find the uniform panel, counted from 1, with the largest empty patch inside."""
    panels, real = _lineup()
    ticks = np.linspace(0.1, 0.9, 40)
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    radii = [cdist(grid, panel).min(axis=1).max() for panel in panels]
    radii[real] = -1
    return int(np.argmax(radii)) + 1


EXERCISES = {
    "00.1": Number(
        lambda: _n_agreeing(FIRST, SECOND),
        [
            Mistake(
                lambda: sum(in_a and in_b for in_a, in_b in _pairs(FIRST, SECOND)),
                "these are only the pairs that are together in both. Two labelings also agree about a pair that both of them "
                "keep apart.",
            ),
            Mistake(
                lambda: sum(not in_a and not in_b for in_a, in_b in _pairs(FIRST, SECOND)),
                "these are only the pairs that are apart in both. Two labelings also agree about a pair that both of them put together.",
            ),
            Mistake(
                lambda: 2 * _n_agreeing(FIRST, SECOND),
                "you counted each pair twice: the pair of rows i and j is the same pair as j and i.",
            ),
            Mistake(
                lambda: sum(x == y for x, y in zip(FIRST, SECOND, strict=True)),
                "this counts rows whose label numbers are equal. Label numbers are only names: ask of each pair of rows whether "
                "it is together or apart.",
            ),
            Mistake(
                lambda: len(_pairs(FIRST, SECOND)) - _n_agreeing(FIRST, SECOND),
                "this is the number of pairs on which they disagree.",
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
                lambda: lambda a, b: np.mean(a == b),
                "your function compares label numbers row by row. Renaming the clusters would change it; ask about pairs of rows.",
            ),
            Mistake(
                lambda: lambda a, b: sum(x and y for x, y in _pairs(a, b)) / len(_pairs(a, b)),
                "your function counts only the pairs that are together in both; pairs that are apart in both agree as well.",
            ),
            Mistake(
                lambda: _rand_with_self_pairs,
                "your function counts each row as a pair with itself. Such a pair always agrees, so the result is too high.",
            ),
            Mistake(
                lambda: lambda a, b: _n_agreeing(a, b) / len(a) ** 2,
                "your function counts each pair once, but divides by the number of rows squared. Four rows make six pairs: how many do n rows make?",
            ),
            Mistake(
                lambda: lambda a, b: rand_index(a, b) / 2,
                "your function divides by n(n - 1), which counts each pair twice, as i and j and as j and i.",
            ),
            Mistake(lambda: _n_agreeing, "this is how many pairs agree; the Rand index is their share of all pairs."),
        ],
        cases=_labelings,
        tolerance=0.001,
        praise="right, on four pairs of labelings. sklearn.metrics.rand_score gives the same, faster.",
        otherwise="not yet. On some pair of labelings it gives another number than the share of pairs treated alike. Try the four-row "
        "example from above first.",
    ),
    "00.3": Table(
        _scaled,
        [
            Mistake(
                lambda: (_penguins()[0] - _penguins()[0].mean()) / _penguins()[0].std(),
                "there is still one mean and one spread for all columns together, so body mass goes on drowning the others.",
            ),
            Mistake(
                lambda: (_penguins()[0] - _penguins()[0].mean(axis=0)) / _penguins()[0].std(),
                "only one of the two is taken for each column. Every column has mean 0 now: what is its standard deviation?",
            ),
            Mistake(
                lambda: (_penguins()[0] - _penguins()[0].mean()) / _penguins()[0].std(axis=0),
                "only one of the two is taken for each column. Every column has standard deviation 1 now: what is its mean?",
            ),
            Mistake(
                lambda: _penguins()[0] - _penguins()[0].mean(axis=0),
                "the columns are centred but keep their spreads: body mass still varies by hundreds, bill depth by units.",
            ),
            Mistake(
                lambda: (_penguins()[0] - _penguins()[0].min(axis=0)) / np.ptp(_penguins()[0], axis=0),
                "this stretches every column to the range 0 to 1. That is a scaling too, but not the one asked for: mean and "
                "standard deviation.",
            ),
            Mistake(
                lambda: (
                    (_penguins()[0] - _penguins()[0].mean(axis=1, keepdims=True))
                    / _penguins()[0].std(axis=1, keepdims=True)
                ),
                "this takes mean and spread of each row, mixing millimetres with grams within one penguin. Each column needs its own.",
            ),
        ],
        tolerance=0.01,
        praise="right (within 1 %). One mean and one spread for each column: that is what axis=0 asks for.",
        otherwise="not yet. Each column should come out with mean 0 and standard deviation 1: print both and see which does not.",
    ),
    "00.4": Number(
        lambda: _lineup()[1] + 1,
        [
            Mistake(
                _emptiest_noise,
                "this panel is chance. It has the largest empty patch of all the uniform ones: a hole in one place is what chance "
                "leaves. Is there a panel with several?",
            ),
            Mistake(
                _tidiest_noise,
                "this panel is chance. Of all the uniform ones its three colours are the best separated by the silhouette, a score "
                "that you will meet later, so it is a good one to be fooled by.",
            ),
        ],
        tolerance=0,
        praise="right. The colours did not tell you, since all ten panels have three; what did was that it does not fill its square.",
        otherwise="not this one. Ignore the colours, which k-means paints on anything: nine panels fill their square evenly, one does not.",
    ),
    "00.5": Number(
        lambda: adjusted_rand_score(_penguins()[1], _labels(True)),
        [
            Mistake(
                lambda: adjusted_rand_score(_penguins()[1], _labels(False)),
                "this is the value when body mass in grams decides alone: with raw columns, or when all columns share one mean and "
                "one spread. Scale each column by its own.",
            ),
            Mistake(
                lambda: adjusted_rand_score(_penguins()[1], _labels(True, n_init=1)),
                "this is what one single start gives (n_init=1). It happens to lie nearer to the species, although its sum of squares "
                "is the larger one: k-means knows nothing of species. Take n_init=10.",
            ),
            Mistake(
                lambda: rand_score(_penguins()[1], _labels(True)),
                "this is the plain Rand index, which is high even for random labels. The adjusted one subtracts what chance gives.",
            ),
            Mistake(
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
