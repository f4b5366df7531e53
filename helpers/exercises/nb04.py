"""Exercises of notebook 04, scikit-learn's KMeans."""

from functools import cache
from itertools import permutations

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

from helpers import datasets
from helpers.exercises.judging import Mistake, read_only
from helpers.exercises.kinds import Choice, Function, Number

N_VALUES = 6  # of the category
ODD = "D"


def matched_share(a, b, best=max):
    """Share of rows on which two labelings agree, after the best renaming of the second."""
    k = max(a.max(), b.max()) + 1
    return best(np.mean(a == np.array(names)[b]) for names in permutations(range(k)))


def _majority_share(a, b):
    """As `matched_share`, but two clusters may get the same new number."""
    commonest = [np.bincount(a[b == j], minlength=1).argmax() for j in range(b.max() + 1)]
    return np.mean(a == np.array(commonest)[b])


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
def _newcomers(way):
    """ARI of new customers, labelled after one of several ways to treat their columns."""
    old, new = datasets.load("customers"), datasets.draw_customers(500, random_state=1)
    scaler = StandardScaler().fit(old.X)
    model = KMeans(4, n_init=10, random_state=0).fit(scaler.transform(old.X))
    known = new.target >= (-1 if way == "with everybody" else 0)
    found = {
        "as before": lambda: model.predict(scaler.transform(new.X)),
        "with everybody": lambda: model.predict(scaler.transform(new.X)),
        "raw": lambda: model.predict(new.X),
        "rescaled": lambda: model.predict(StandardScaler().fit_transform(new.X)),
        "refitted": lambda: KMeans(4, n_init=10, random_state=0).fit_predict(scaler.transform(new.X)),
        "never scaled": lambda: KMeans(4, n_init=10, random_state=0).fit(old.X).predict(new.X),
    }[way]()
    return adjusted_rand_score(new.target[known], found[known])


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


EXERCISES = {
    "04.1": Choice(
        lambda: "B",
        [
            Mistake(
                lambda: "A",
                'k-means++ is the default start, and for it "auto" no longer means ten: see the section on the default.',
            ),
            Mistake(lambda: "C", "from given rows every run would be the same run, so one is made."),
            Mistake(lambda: "D", "max_iter counts the steps of one run, not runs."),
        ],
        letters=("A", "B", "C", "D"),
        praise='right. "auto" depends on the start: that is a reason to write n_init yourself.',
        otherwise='not this one. What does "auto" mean for each kind of start?',
    ),
    "04.2": Function(
        lambda: matched_share,
        [
            Mistake(
                lambda: lambda a, b: np.mean(a == b), "your function compares the numbers as they are. Rename first."
            ),
            Mistake(
                lambda: _majority_share,
                "two clusters got the same new number in yours: each takes the commonest partner. A renaming gives each a number of its own.",
            ),
            Mistake(
                lambda: adjusted_rand_score,
                "this is the adjusted Rand index. It judges pairs; asked for is a share of rows.",
            ),
            Mistake(
                lambda: lambda a, b: matched_share(a, b) * 100, "this is in per cent. A share lies between 0 and 1."
            ),
            Mistake(
                lambda: lambda a, b: matched_share(a, b) * len(a),
                "this is how many rows agree. The share is of all rows.",
            ),
            Mistake(lambda: lambda a, b: matched_share(a, b, best=min), "this is the worst renaming."),
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
                lambda: _newcomers("raw"),
                "all newcomers got one label: they were not scaled, or scaled twice. In which units are the centres, and in which the newcomers?",
            ),
            Mistake(
                lambda: _newcomers("rescaled"),
                "even a little higher, by luck: the newcomers were scaled by their own means and deviations, and are like the old customers. For a single visitor that cannot work. Use what the old customers gave.",
            ),
            Mistake(
                lambda: _newcomers("refitted"),
                "here k-means was fitted on the newcomers. They should be labelled by the clusters of the old customers.",
            ),
            Mistake(
                lambda: round(_newcomers("as before"), 2),
                "that may be it: give the number as it comes, not rounded to two decimals.",
                within=1e-9,
            ),
            Mistake(
                lambda: _newcomers("with everybody"),
                "those who belong to no segment are in it: compare the known ones only.",
            ),
            Mistake(
                lambda: _newcomers("never scaled"), "nothing is scaled now, so units agree, but income alone decides."
            ),
        ],
        tolerance=0.001,
        praise="right (within 0.1 %). A pipeline keeps scaler and model together.",
        otherwise="not yet. Which object remembers the means and deviations of the old customers, and who must use it?",
    ),
    "04.4": Choice(
        lambda: ODD,
        [
            Mistake(
                lambda: "B", "other colours, but they change where those of A change: the same clustering, renamed."
            ),
            Mistake(lambda: "C", "look at where the colour changes, not at which colours they are: as in A."),
        ],
        letters=("A", "B", "C", "D", "E"),
        praise="right. Its changes lie elsewhere: it is k-means on the unscaled columns.",
        otherwise="not this one. Look for a strip in which the colour changes where the others stay the same, thin lines included.",
    ),
    "04.5": Number(
        lambda: np.linalg.norm(np.eye(N_VALUES)[0] - np.eye(N_VALUES)[1]),
        [
            Mistake(
                lambda: 1,
                "in one column the two rows differ by 1, but in another one too: one has a 1 where the other has a 0, and the reverse.",
            ),
            Mistake(lambda: 2, "this is the squared distance, or the city-block one. Asked for is the Euclidean."),
            Mistake(lambda: 1.4, "give more decimals, or the expression itself.", within=1e-9),
            Mistake(lambda: np.sqrt(N_VALUES), "only two of the six columns differ between the two rows."),
        ],
        tolerance=0.005,
        praise="right (within 0.5 %). Nobody chose that weight; it came with the coding.",
        otherwise="not yet. Write down the six columns of 0 and 1 for both rows, and take the Euclidean distance.",
    ),
}
