"""Exercises of notebook 04, scikit-learn's KMeans."""

from functools import cache
from itertools import permutations

import numpy as np
from scipy.spatial.distance import pdist
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler

from helpers import datasets
from helpers.exercises.judging import Mistake, read_only
from helpers.exercises.kinds import Choice, Function, Number

N_VALUES = 6  # of the category
ODD = "D"
SEGMENTS = np.array([(25, 20000), (25, 60000), (70, 35000), (45, 90000)])  # one customer of each


def matched_share(a, b, best=max):
    """Share of rows on which two labelings agree, after the best renaming of the second."""
    k = max(a.max(), b.max()) + 1
    return best(np.mean(a == np.array(names)[b]) for names in permutations(range(k)))


def _majority_share(a, b):
    """As `matched_share`, but two clusters may get the same new number."""
    commonest = [np.bincount(a[b == j], minlength=1).argmax() for j in range(b.max() + 1)]
    return np.mean(a == np.array(commonest)[b])


def _greedy_share(a, b):
    """As `matched_share`, but pair after pair is matched, the largest overlap first."""
    k = max(a.max(), b.max()) + 1
    overlap = np.histogram2d(a, b, bins=(k, k))[0]
    rows = 0
    for _ in range(k):
        i, j = np.unravel_index(overlap.argmax(), overlap.shape)
        rows += max(overlap[i, j], 0)
        overlap[i], overlap[:, j] = -1, -1
    return rows / len(a)


def _labelings():
    rng = np.random.default_rng(0)
    first = rng.integers(0, 4, 60)
    renamed = np.array([2, 0, 3, 1])[first]
    renamed[:12] = rng.integers(0, 4, 12)
    lopsided = np.repeat([0, 1, 2], [40, 10, 10])
    split = np.concatenate([np.repeat([1, 2], 20), np.zeros(20, int)])  # two parts of one cluster
    # the largest overlap is not part of the best renaming: 5 + 0 < 4 + 4
    tempting = np.repeat([0, 0, 1], [5, 4, 4]), np.repeat([0, 1, 0], [5, 4, 4])
    return [(first, renamed), (lopsided, split), (split, lopsided), tempting]


@cache
def _customers():
    """Rows of the old customers, of the newcomers, and of both."""
    old, new = datasets.load("customers").X, datasets.draw_customers(500, random_state=1).X
    new = new[new[:, 0] >= 60]
    return old, new, np.vstack([old, new])


@cache
def _newcomers(way, measure=lambda distances: distances.min(axis=1).mean()):
    """Distance of older newcomers to their centres, after one of several ways to treat their columns."""
    old, new, both = _customers()
    kind = MinMaxScaler if way == "by the range" else StandardScaler
    for_model, rows, for_newcomers = {  # what the model's scaler, the model, and the newcomers' scaler were fitted on
        "raw": (old, old, None),
        "rescaled": (old, old, new),
        "scaler on both": (both, old, both),
        "another scaler": (old, old, both),
        "model on both": (old, both, old),
        "all on both": (both, both, both),
        "refitted": (old, new, old),
        "never scaled": (None, old, None),
    }.get(way, (old, old, old))

    def scaled(table, by):
        return table if by is None else kind().fit(by).transform(table)

    starts = {"n_init": 10, "random_state": 0} if way == "refitted" else {"init": scaled(SEGMENTS, for_model)}
    model = KMeans(4, **starts).fit(scaled(rows, for_model))  # from SEGMENTS, one run ends where the best of ten does
    return measure(model.transform(scaled(new, for_newcomers)))


@cache
def five_strips():
    """Label the penguins five times, sorted by species: four times the same clustering under other numbers.

    Returns
    -------
    dict
        Letter: ndarray of int, shape (333,), in the order of the alphabet.
    """
    penguins = datasets.load("penguins")
    order = np.argsort(penguins.target, kind="stable")
    table = StandardScaler().fit_transform(penguins.X)[order]
    usual = KMeans(3, n_init=10, random_state=0).fit_predict(table)
    other = KMeans(3, n_init=10, random_state=0).fit_predict(penguins.X[order])
    names = {"A": [0, 1, 2], "B": [1, 2, 0], "C": [2, 1, 0], "E": [0, 2, 1]}
    strips = {letter: np.array(names[letter])[usual] if letter != ODD else other for letter in "ABCDE"}
    read_only(*strips.values())
    return strips


def _runs(plus=1, rows=1, random=10, n_ks=6, seeds=4):
    """Count the runs of the loop of 04.1, or of what it is taken for."""
    return n_ks * (plus + rows + seeds * random)


EXERCISES = {
    "04.1": Number(
        _runs,
        [
            Mistake(
                "ten runs per fit",
                lambda: _runs(plus=10, rows=10),
                'that comes to ten runs for every fit. Since version 1.4 "auto" means ten for some starts only.',
            ),
            Mistake(
                "ten for k-means++ too",
                lambda: _runs(plus=10),
                'that is right if two kinds of start get ten runs and one kind gets one. How is it with "auto"?',
            ),
            Mistake(
                "one run per fit",
                lambda: _runs(random=1),
                'this is the number of fits. What does "auto" mean for each kind of start?',
            ),
            Mistake(
                "kinds of start swapped",
                lambda: _runs(plus=10, random=1),
                'the other way round: which kind of start gets more runs by "auto"?',
            ),
            Mistake(
                "steps counted as runs", lambda: _runs(random=20), "max_iter counts the steps of one run, not runs."
            ),
            Mistake("one k only", lambda: _runs(n_ks=1), "this is what one k takes. The loop goes through several."),
            Mistake(
                "one k too many",
                lambda: _runs(n_ks=7),
                "that is right for seven values of k. At which k does range(3, 9) end?",
            ),
            Mistake(
                "one seed too many",
                lambda: _runs(seeds=5),
                "that is right for five seeds. At which seed does range(4) end?",
            ),
            Mistake(
                "random starts only",
                lambda: _runs(plus=0, rows=0),
                'these are the runs with init="random" alone. The other fits run, too.',
            ),
            Mistake(
                "one seed only",
                lambda: _runs(seeds=1),
                "that is right for one seed. The inner loop goes through several.",
            ),
        ],
        tolerance=0,
        praise='right. "auto" depends on the start: that is a reason to write n_init yourself.',
        otherwise='not this many. What does "auto" mean for each kind of start, and how often is each line run?',
    ),
    "04.2": Function(
        lambda: matched_share,
        [
            Mistake(
                "numbers not renamed",
                lambda: lambda a, b: np.mean(a == b),
                "your function compares the numbers as they are. Rename first.",
            ),
            Mistake(
                "commonest partner of b",
                lambda: _majority_share,
                "two clusters got the same new number in yours: each takes the commonest partner. A renaming gives each a number of its own.",
            ),
            Mistake(
                "commonest partner of a",
                lambda: lambda a, b: _majority_share(b, a),
                "two clusters of a got the same partner in yours: each takes the commonest. A renaming of b uses each number once.",
            ),
            Mistake(
                "one pair after another",
                lambda: _greedy_share,
                "one pair after another, each the best that is left, need not be the best renaming: a good first pair can spoil the rest.",
            ),
            Mistake(
                "disagreements",
                lambda: lambda a, b: 1 - matched_share(a, b),
                "this is the share of rows that do not agree. Asked for is the share of those that do.",
            ),
            Mistake(
                "adjusted Rand index",
                lambda: adjusted_rand_score,
                "this is the adjusted Rand index. It judges pairs; asked for is a share of rows.",
            ),
            Mistake(
                "in per cent",
                lambda: lambda a, b: matched_share(a, b) * 100,
                "this is in per cent. A share lies between 0 and 1.",
            ),
            Mistake(
                "count, not share",
                lambda: lambda a, b: matched_share(a, b) * len(a),
                "this is how many rows agree. The share is of all rows.",
            ),
            Mistake(
                "worst renaming", lambda: lambda a, b: matched_share(a, b, best=min), "this is the worst renaming."
            ),
        ],
        cases=_labelings,
        tolerance=1e-6,
        praise="right. For many clusters there is scipy.optimize.linear_sum_assignment: permutations grow too fast.",
        otherwise="not yet. Try every way to give the numbers of b new numbers, each used once, and keep the best share.",
    ),
    "04.3": Number(
        lambda: _newcomers("as before"),
        [
            Mistake(
                "newcomers raw",
                lambda: _newcomers("raw"),
                "the newcomers are raw, the centres are not. In which units are the centres?",
            ),
            Mistake(
                "newcomers' own scaler",
                lambda: _newcomers("rescaled"),
                "the newcomers were scaled by their own means and deviations. For a single visitor that cannot work. Use what the old customers gave.",
            ),
            Mistake(
                "scaler on both",
                lambda: _newcomers("scaler on both"),
                "the scaler was fitted on old and new customers together. A newcomer must not change the units.",
                within=0.0002,
            ),
            Mistake(
                "two scalers",
                lambda: _newcomers("another scaler"),
                "two scalers: the model's knows the old customers, the newcomers' knows old and new ones together.",
            ),
            Mistake(
                "k-means on both",
                lambda: _newcomers("model on both"),
                "the scaler is right, but k-means was fitted on old and new customers together. The newcomers should not move the centres.",
            ),
            Mistake(
                "everything on both",
                lambda: _newcomers("all on both"),
                "scaler and k-means were both fitted on old and new customers together. Fit both on the old ones alone.",
                within=0.0002,
            ),
            Mistake(
                "k-means on newcomers",
                lambda: _newcomers("refitted"),
                "here k-means was fitted on the newcomers. Wanted are the centres of the old customers.",
                within=0.005,
            ),
            Mistake(
                "never scaled",
                lambda: _newcomers("never scaled"),
                "nothing is scaled now, so units agree, but income alone decides.",
                within=0.005,
            ),
            Mistake(
                "MinMaxScaler",
                lambda: _newcomers("by the range"),
                "the newcomers are treated rightly, but with MinMaxScaler, so this is a share of the range. Asked are standard deviations.",
                within=0.0002,
            ),
            Mistake(
                "mean over all centres",
                lambda: _newcomers("as before", np.mean),
                "this is the mean over all centres. Each newcomer counts by the nearest alone.",
            ),
            Mistake(
                "squared distances",
                lambda: _newcomers("as before", lambda distances: (distances.min(axis=1) ** 2).mean()),
                "these are squared distances, as in inertia.",
            ),
        ],
        tolerance=0.001,
        praise="right (within 0.1 %). A pipeline keeps scaler and model together.",
        otherwise="not yet. Which object can turn any row into standard deviations of the old customers, and who must use it?",
    ),
    "04.4": Choice(
        lambda: ODD,
        [
            Mistake(
                "all colours renamed",
                lambda: "B",
                "other colours, but they change where those of A change: the same clustering, renamed.",
            ),
            Mistake(
                "two colours swapped",
                lambda: "C",
                "look at where the colour changes, not at which colours they are: as in A.",
            ),
        ],
        letters=("A", "B", "C", "D", "E"),
        praise="right. Its changes lie elsewhere: it is k-means on the unscaled columns.",
        otherwise="not this one. Look for a strip in which the colour changes where the others stay the same, thin lines included.",
    ),
    "04.5": Number(
        lambda: pdist(OneHotEncoder(sparse_output=False).fit_transform(np.arange(N_VALUES)[:, np.newaxis]))[0],
        [
            Mistake(
                "one column only",
                lambda: 1,
                "in one column the two rows differ by 1, but in another one too: one has a 1 where the other has a 0, and the reverse.",
            ),
            Mistake(
                "squared, or city-block",
                lambda: 2,
                "this is the squared distance, or the city-block one. Asked for is the Euclidean.",
            ),
            Mistake(
                "all columns differ",
                lambda: np.sqrt(N_VALUES),
                "only two of the six columns differ between the two rows.",
            ),
        ],
        tolerance=0.005,
        praise="right (within 0.5 %). Nobody chose that weight; it came with the coding.",
        otherwise="not yet. Write down the six columns of 0 and 1 for both rows, and take the Euclidean distance.",
    ),
}
