"""Exercises of notebook 07, judging clusterings."""

from functools import cache

import numpy as np
from sklearn import metrics
from sklearn.cluster import DBSCAN, OPTICS, cluster_optics_dbscan
from sklearn.datasets import make_blobs
from sklearn.preprocessing import StandardScaler

from helpers import datasets
from helpers.exercises.judging import Mistake, read_only
from helpers.exercises.kinds import Choice, Function, Number

LEVELS = {"A": 0.1, "B": 0.3, "C": 0.8, "D": 2.3}
GROUP, LOST = 60, 30  # rows of each of two groups, and how many of them a method calls noise
OTHERS = {
    "V-measure, or NMI": metrics.v_measure_score,
    "AMI": metrics.adjusted_mutual_info_score,
    "Fowlkes-Mallows index": metrics.fowlkes_mallows_score,
    "Rand index, not adjusted for chance": metrics.rand_score,
}


@cache
def valleys():
    """Compute the OPTICS curve of four groups, two of which are near each other, and four levels to cut it at.

    Returns
    -------
    reachability : ndarray of shape (n_samples,)
        In the order of OPTICS.
    levels : dict
        Letter: height, in the order of the alphabet.
    """
    model = _optics()
    reachability = model.reachability_[model.ordering_]
    read_only(reachability)
    return reachability, LEVELS


@cache
def _optics():
    X = datasets.blobs(240, centers=[(0, 0), (1.7, 0), (5, 0), (2.5, 3)], std=0.35, random_state=3).X
    return OPTICS(min_samples=8).fit(X)


def _n_below(letter):
    """Clusters of DBSCAN at the height of a level."""
    model = _optics()
    labels = cluster_optics_dbscan(
        reachability=model.reachability_,
        core_distances=model.core_distances_,
        ordering=model.ordering_,
        eps=LEVELS[letter],
    )
    return int(labels.max()) + 1


def _level_with(n):
    (letter,) = (letter for letter in LEVELS if _n_below(letter) == n)
    return letter


@cache
def _demo():
    X, _ = make_blobs(750, centers=[[1, 1], [-1, -1], [1, -1]], cluster_std=0.4, random_state=3)
    X = StandardScaler().fit_transform(X)
    return X, DBSCAN(eps=0.25, min_samples=10).fit_predict(X)


def _each_alone():
    X, labels = _demo()
    alone = np.where(labels < 0, labels.max() + 1 + np.arange(len(X)), labels)
    return metrics.silhouette_score(X, alone)


def adjusted(score, expected, *, scale=lambda expected: 1 - expected):
    """Take from a score what chance gives, and rescale: 0 for chance, 1 for perfect.

    Parameters
    ----------
    score, expected : ndarray of shape (n_scores,)
        The largest possible score is 1.
    scale : callable
        What the difference is divided by, from `expected`; ``1 - expected`` is right.

    Returns
    -------
    ndarray of shape (n_scores,)
    """
    return (score - expected) / scale(expected)


def _scores():
    rng = np.random.default_rng(0)
    return [(rng.uniform(0.3, 1, 6), rng.uniform(0.05, 0.6, 6)), (np.array([1.0, 0.2]), np.array([0.3, 0.2]))]


def _half_thrown_away(score=metrics.adjusted_rand_score, *, noise=-1):
    truth = np.repeat([0, 1], GROUP)
    labels = truth.copy()
    labels[np.arange(2 * GROUP) % GROUP >= GROUP - LOST] = noise
    return score(truth, labels)


EXERCISES = {
    "07.1": Choice(
        lambda: _level_with(3),
        [
            Mistake(
                "below the low pass",
                lambda: _level_with(4),
                "four valleys lie below this line. Which line runs above one of the passes between two of them, and below the others?",
            ),
            Mistake(
                "above every pass",
                lambda: _level_with(1),
                "every pass lies below this line: from each row the next is reached, and all is one cluster.",
            ),
            Mistake(
                "mostly noise", lambda: "A", "most of the curve lies above this line: at that eps most rows are noise."
            ),
        ],
        letters=tuple(LEVELS),
        praise="right. Two of the valleys have a low pass between them, and this line runs above it.",
        otherwise="not this one. Count the stretches of the curve that lie below the line, between peaks that rise above it.",
    ),
    "07.2": Number(
        lambda: metrics.silhouette_score(_demo()[0][_demo()[1] >= 0], _demo()[1][_demo()[1] >= 0]),
        [
            Mistake(
                "noise as a cluster",
                lambda: metrics.silhouette_score(*_demo()),
                "as the function stood: the noise, -1, counts as one more cluster.",
                within=0.001,
            ),
            Mistake(
                "noise as a neighbour",
                lambda: metrics.silhouette_samples(*_demo())[_demo()[1] >= 0].mean(),
                "you left the noise out of the mean, but it still was a neighbouring cluster for the other rows. Leave it out before the silhouettes are computed.",
            ),
            Mistake(
                "cluster zero left out",
                lambda: metrics.silhouette_score(_demo()[0][_demo()[1] > 0], _demo()[1][_demo()[1] > 0]),
                "0 is the name of a cluster, too; only -1 is noise.",
            ),
            Mistake(
                "value of the text",
                lambda: 0.664,
                "that is of the table in the text above. Here are other rows, and another eps.",
                within=0.001,
            ),
            Mistake(
                "noise rows as clusters",
                _each_alone,
                "each row of noise is a cluster of its own in yours, and scores 0. Asked for is the score without these rows.",
            ),
        ],
        tolerance=0.001,
        praise="right (within 0.1 %). Say the share of noise beside it.",
        otherwise="not yet. Keep the rows that belong to a cluster, in the table and in the labels, and score those.",
    ),
    "07.3": Function(
        lambda: adjusted,
        [
            Mistake(
                "not rescaled",
                lambda: lambda score, expected: score - expected,
                "chance comes to 0 in yours, but a perfect score no longer to 1. What is the most that is left after the subtraction?",
            ),
            Mistake(
                "sign turned",
                lambda: lambda score, expected: -adjusted(score, expected),
                "the sign is turned: above chance should come out above 0.",
            ),
            Mistake(
                "ratio to chance",
                lambda: lambda score, expected: score / expected,
                "this says how many times as high as chance. Asked for is 0 for chance and 1 for perfect.",
            ),
            Mistake(
                "divided by chance",
                lambda: lambda score, expected: adjusted(score, expected, scale=lambda e: e),
                "yours divides by what chance gives. Divide by what is left above chance.",
            ),
            Mistake(
                "one plus chance",
                lambda: lambda score, expected: adjusted(score, expected, scale=lambda e: 1 + e),
                "a perfect score should come to 1: put 1 into your function.",
            ),
            Mistake(
                "rounded",
                lambda: lambda score, expected: adjusted(score, expected).round(2),
                "the digits fit, but they are too few: do not round what was computed.",
            ),
            Mistake(
                "never below zero",
                lambda: lambda score, expected: np.maximum(adjusted(score, expected), 0),
                "right above chance, but below it yours stops at 0. Worse than chance should be visible.",
            ),
        ],
        cases=_scores,
        tolerance=0.001,
        praise="right. With pairs for the score, and their expectation for labels of the same sizes, this is the adjusted Rand index.",
        otherwise="not yet. Two conditions: a score equal to the expected one gives 0, and a score of 1 gives 1; a straight line through both.",
    ),
    "07.4": Choice(
        lambda: "C",
        [
            Mistake(
                "one column rescaled",
                lambda: "A",
                "two tables: one column now counts a thousand times as much in every distance, and the silhouette is made of distances.",
            ),
            Mistake(
                "another method",
                lambda: "B",
                "a silhouette leans to round and tight parts, whatever is true: k-means has a head start.",
            ),
            Mistake(
                "other rows",
                lambda: "D",
                "the second one leaves out the rows that fit worst, so other rows are scored.",
            ),
        ],
        letters=("A", "B", "C", "D"),
        praise="right: one method, all rows, and every distance grew by the same factor, which a silhouette does not notice. It still says only which is tighter and farther apart.",
        otherwise="not this one. Ask of each: distances in the same proportions, the same kind of method, the same rows?",
    ),
    "07.5": Number(
        _half_thrown_away,
        [
            Mistake(
                "kept rows only",
                lambda: 1,
                "that is the ARI of the rows that were kept. Asked for is that of all rows, with -1 as scikit-learn takes it.",
            ),
            Mistake(
                "share of rows kept",
                lambda: 1 - LOST / GROUP,
                "that is the share of rows that were kept. ARI counts pairs, and compares with chance.",
            ),
            Mistake(
                "noise as many clusters",
                lambda: _half_thrown_away(noise=np.arange(2 * LOST) + 2),
                "the noise became many clusters of one row, or went to one of the two groups. To scikit-learn -1 is one label, of its own.",
            ),
            Mistake(
                "noise in one group",
                lambda: _half_thrown_away(noise=0),
                "you gave the noise to one of the two groups; -1 is a label of its own.",
            ),
            Mistake(
                "noise split by truth",
                lambda: _half_thrown_away(noise=np.repeat([2, 3], LOST)),
                "you split the noise by its true group. -1 is one label, whatever is in it.",
            ),
            *(
                Mistake(
                    name.partition(",")[0],
                    lambda score=score: _half_thrown_away(score),
                    f"this is the {name}. Asked for is the ARI.",
                )
                for name, score in OTHERS.items()
            ),
        ],
        tolerance=0.005,
        praise="right (within 0.5 %). Perfect on the rows that it kept, and far from it on all: that is why the share of noise belongs beside a score.",
        otherwise="not yet. Make both lists, of the truth and of the labels with -1, and compare them with adjusted_rand_score.",
    ),
}
