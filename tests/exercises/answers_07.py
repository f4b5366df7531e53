"""Answers to the exercises of notebook 07."""

import numpy as np
from answering import right, wrong
from scipy.stats import entropy
from sklearn import metrics
from sklearn.cluster import DBSCAN
from sklearn.datasets import make_blobs
from sklearn.preprocessing import StandardScaler


def _table(*, eps=0.25, random_state=3):
    table, _ = make_blobs(750, centers=[[1, 1], [-1, -1], [1, -1]], cluster_std=0.4, random_state=random_state)
    table = StandardScaler().fit_transform(table)
    return table, DBSCAN(eps=eps, min_samples=10).fit_predict(table)


def _silhouette(rows=lambda labels: labels != -1, **kwargs):
    table, labels = _table(**kwargs)
    return metrics.silhouette_score(table[rows(labels)], labels[rows(labels)])


def _own_mean(summary=np.mean):
    table, labels = _table()
    return summary(metrics.silhouette_samples(table[labels > -1], labels[labels > -1]))


def _lost(score=metrics.adjusted_rand_score, *, lost=30, name=-1):
    truth = np.repeat([0, 1], 60)
    labels = truth.copy()
    labels[:lost] = labels[60 : 60 + lost] = name
    return score(truth, labels)


def _by_pairs(truth, labels):
    (tn, fp), (fn, tp) = metrics.pair_confusion_matrix(truth, labels)
    return 2 * (tp * tn - fn * fp) / ((tp + fn) * (fn + tn) + (tp + fp) * (fp + tn))


def _unfinished(score, expected):
    """Scores with chance taken away, shape (n_scores,)."""
    ...


def _in_place(score, expected):
    score -= expected
    score /= 1 - expected
    return score


ANSWERS = {
    "07.1": [
        right("small letter", lambda: "c"),
        right("in brackets", lambda: " (C) "),
        right("with a point", lambda: "C."),
        wrong("the lowest line with valleys", lambda: "b", "four valleys"),
        wrong("the highest line", lambda: "D.", "one cluster"),
        wrong("the lowest line", lambda: "(a)", "noise"),
        wrong("the number of clusters", lambda: 3, "letters"),
        wrong("the height", lambda: "0.8", "letters"),
        wrong("two letters", lambda: "B or C", "one of the letters"),
    ],
    "07.2": [
        right("three decimals", lambda: 0.654),
        right("the mean of the samples", _own_mean),
        right("not equal to -1", _silhouette),
        wrong("as it stood", lambda: _silhouette(lambda labels: labels > -2), "one more cluster"),
        wrong("as it stood, printed", lambda: 0.575, "one more cluster"),
        wrong("two decimals", lambda: 0.65, "too few"),
        wrong("noise left in the samples", lambda: 0.636, "neighbouring cluster"),
        wrong("without cluster 0", lambda: _silhouette(lambda labels: labels > 0), "name of a cluster"),
        wrong(
            "the table of the text",
            lambda: _silhouette(eps=0.3, random_state=0),
            "text above",
            never=("name of a cluster",),
        ),
        wrong("another eps", lambda: _silhouette(eps=0.3), "belong to a cluster", never=("neighbouring",)),
        wrong("the median", lambda: _own_mean(np.median), "belong to a cluster"),
        wrong("in per cent", lambda: 65.4, "belong to a cluster"),
        wrong("the function", lambda: _silhouette, "one number"),
    ],
    "07.3": [
        right("another form", lambda: lambda score, expected: 1 - (1 - score) / (1 - expected)),
        right("a list", lambda: lambda s, e: [(a - b) / (1 - b) for a, b in zip(s, e, strict=True)]),
        right(
            "a line through two points",
            lambda: lambda s, e: [np.interp(a, (2 * b - 1, 1), (-1, 1)) for a, b in zip(s, e, strict=True)],
        ),
        right("in place", lambda: _in_place),
        right("three decimals", lambda: lambda s, e: np.round((s - e) / (1 - e), 3)),
        wrong("only subtracted", lambda: np.subtract, "no longer to 1"),
        wrong(
            "divided by chance", lambda: lambda score, expected: (score - expected) / expected, "divides by what chance"
        ),
        wrong("a ratio", lambda: np.divide, "how many times"),
        wrong(
            "arguments exchanged",
            lambda: lambda expected, score: (score - expected) / (1 - expected),
            "by zero",
        ),
        wrong("cut off at 0", lambda: lambda s, e: np.clip((s - e) / (1 - e), 0, 1), "below it"),
        wrong("the largest score as perfect", lambda: lambda s, e: (s - e) / (s.max() - e), "Two conditions"),
        wrong("the mean of chance", lambda: lambda s, e: (s - e.mean()) / (1 - e.mean()), "Two conditions"),
        wrong("rounded", lambda: lambda s, e: np.round((s - e) / (1 - e), 2), "do not round"),
        wrong("one number", lambda: lambda s, e: np.mean((s - e) / (1 - e)), "shape"),
        wrong("the stub", lambda: _unfinished, "return"),
    ],
    "07.4": [
        right("small letter", lambda: "c"),
        right("in brackets", lambda: "(C)"),
        right("with a point", lambda: " C."),
        wrong("one column in other units", lambda: "a", "two tables"),
        wrong("two methods", lambda: "b.", "head start"),
        wrong("other rows", lambda: "(D)", "other rows"),
        wrong("none of them", lambda: "none", "letters"),
        wrong("a place in the list", lambda: 2, "letters"),
        wrong("two letters", lambda: "AC", "one of the letters"),
    ],
    "07.5": [
        right("three decimals", lambda: 0.242),
        right("from the counts of pairs", lambda: _lost(_by_pairs)),
        right("another name for noise", lambda: _lost(name=99)),
        wrong("two decimals", lambda: 0.24, "too few"),
        wrong("perfect", lambda: 1.0, "rows that were kept"),
        wrong("the share that was kept", lambda: 60 / 120, "share of rows"),
        wrong("AMI", lambda: _lost(metrics.adjusted_mutual_info_score), "AMI"),
        wrong("AMI, printed", lambda: 0.39, "AMI"),
        wrong("FMI", lambda: _lost(metrics.fowlkes_mallows_score), "Fowlkes-Mallows"),
        wrong("NMI", lambda: _lost(metrics.normalized_mutual_info_score), "NMI"),
        wrong("V-measure, printed", lambda: 0.4, "V-measure", never=("AMI.",)),
        wrong("not adjusted", lambda: _lost(metrics.rand_score), "not adjusted"),
        wrong(
            "noise in the wrong group, printed",
            lambda: round(_lost(name=1), 2),
            "one of the two groups",
            "many clusters",
        ),
        wrong("30 rows in all", lambda: _lost(lost=15), "Make both lists"),
        wrong("in per cent", lambda: 24.2, "Make both lists"),
        wrong("an entropy", lambda: entropy([30, 30, 60]), "Make both lists"),
    ],
}
