"""Answers to the exercises of notebook 10."""

import numpy as np
from answering import right, wrong
from scipy import stats
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans, kmeans_plusplus

from helpers.exercises.nb10 import mixture


def one_more(values, level=0.99):
    """Interval in which one more value would fall: the notebook's function."""
    n = len(values)
    reach = stats.t.ppf((1 + level) / 2, n - 1) * values.std(ddof=1) * np.sqrt(1 + 1 / n)
    return values.mean() - reach, values.mean() + reach


def _by_scipy(values, m):
    n = len(values)
    return stats.t.interval(0.99, n - 1, np.mean(values), np.std(values, ddof=1) * np.sqrt((n + m) / (n * m)))


def _ends(reach):
    """Make the function of how far it reaches on either side."""
    return lambda values, m: np.array([values.mean() - reach(values, m), values.mean() + reach(values, m)])


def _reach(values, m, root=None, freedom=None, level=0.99):
    n = len(values)
    return stats.t.ppf((1 + level) / 2, freedom or n - 1) * values.std(ddof=1) * np.sqrt(root or 1 / m + 1 / n)


def _costs(*, states=range(11), squared=True, per_row=True, **options):
    """Cost of the seeds, for each state."""
    rows, costs = mixture(), []
    for state in states:
        centers, _ = kmeans_plusplus(rows, 25, random_state=state, **{"n_local_trials": 1} | options)
        distances = cdist(rows, centers).min(axis=1)
        costs.append((distances**2 if squared else distances).sum() / (len(rows) if per_row else 1))
    return costs


def _fits(**options):
    rows = mixture()
    return [KMeans(25, n_init=1, random_state=i, **options).fit(rows).inertia_ / len(rows) for i in range(11)]


ANSWERS = {
    "10.1": [
        right("small", lambda: "b"),
        right("in brackets", lambda: " (B)\n"),
        right("with a colon", lambda: "B:"),
        wrong("by the interval for the mean", lambda: "a", "many such figures"),
        wrong("by the largest", lambda: "C.", "thirteen draws"),
        wrong("shown to be right", lambda: "'D'", "many other figures"),
        wrong("the sentence", lambda: "within noise", "one of the letters"),
        wrong("two letters", lambda: "A and C", "one of the letters"),
        wrong("a place", lambda: 2, "in quotes"),
    ],
    "10.2": [
        right("scipy's interval, a tuple", lambda: _by_scipy),
        right("a list", lambda: lambda values, m: [float(end) for end in _by_scipy(values, m)]),
        right(
            "a standard error",
            lambda: _ends(lambda v, m: stats.t.isf(0.005, len(v) - 1) * np.hypot(stats.sem(v), v.std(ddof=1) / m**0.5)),
        ),
        wrong("the notebook's one_more", lambda: one_more, "not finite", "is m used as one", never=("NaN",)),
        wrong("one_more without m", lambda: lambda values, m: one_more(values), "whatever m is"),
        wrong("the ends swapped", lambda: lambda values, m: _by_scipy(values, m)[::-1], "wrong way round"),
        wrong("one_more by the root of m", lambda: _ends(lambda v, m: _reach(v, m, (1 + 1 / len(v)) / m)), "shrink"),
        wrong("n + m values in one", lambda: _ends(lambda v, m: _reach(v, m, 1 / (len(v) + m))), "joins all values"),
        wrong("at 95 %", lambda: _ends(lambda v, m: _reach(v, m, level=0.95)), "at 95 %"),
        wrong("at 98 %", lambda: _ends(lambda v, m: _reach(v, m, level=0.98)), "2 % in all"),
        wrong("freedom of both", lambda: _ends(lambda v, m: _reach(v, m, freedom=len(v) + m - 2)), "not yet"),
        wrong("the variance", lambda: _ends(lambda v, m: _reach(v, m) * v.std(ddof=1)), "not yet", never=("a root",)),
        wrong("how far it reaches", lambda: _reach, "shape ()"),
        wrong("m as a list", lambda: lambda values, m: one_more(m), "raised TypeError"),
        wrong("called", lambda: one_more(np.arange(9.0)), "hand in the function itself"),
        wrong("the stub", lambda: lambda values, m: None, "return"),
    ],
    "10.3": [
        right("by cdist", lambda: np.median(_costs())),
        right("two decimals", lambda: round(float(np.median(_costs())), 2)),
        right("sorted, the sixth", lambda: sorted(_costs())[5]),
        wrong("as it stands", lambda: np.mean(_fits()), "as the code stood"),
        wrong("the median only", lambda: np.median(_fits()), "two things are left"),
        wrong("the library's default", lambda: np.median(_costs(n_local_trials=None)), "greedy"),
        wrong("the default, and the mean", lambda: np.mean(_costs(n_local_trials=None)), "two things", "summary"),
        wrong("the mean", lambda: round(float(np.mean(_costs())), 2), "mean of the trials"),
        wrong("the sum over rows", lambda: np.median(_costs(per_row=False)), "divide it by their number"),
        wrong("distances", lambda: np.median(_costs(squared=False)), "their squares"),
        wrong("ten trials", lambda: np.median(_costs(states=range(10))), "one trial is missing"),
        wrong("states 1 to 11", lambda: np.median(_costs(states=range(1, 12))), "not yet", never=("missing",)),
        wrong("one step of Lloyd", lambda: np.median(_fits(max_iter=1)), "not yet"),
        wrong("random rows", lambda: np.median(_fits(init="random")), "not yet"),
        wrong("all costs", lambda: _costs(), "shape (11,)"),
    ],
}
