"""What came of the predictions of notebooks 02 and 03: each rule maps what a cell computed to the words of a choice."""

import numpy as np


def _distortion(found):
    distortion, distances = found
    candidates = {
        "mean of the distances": np.mean(distances),
        "mean of the squared distances": np.mean(distances**2),
        "sum of the squared distances": np.sum(distances**2),
    }
    return min(candidates, key=lambda name: abs(candidates[name] - distortion))


def _same_numbers(shares):
    if min(shares) > 0.9:
        return "all, in each run"
    if max(shares) < 0.1:
        return "none, in each run"
    if min(shares) > 0.2 and max(shares) < 0.45:
        return "about a third, in each run"
    return "another share from run to run"


def _deciding_column(found):
    """Compare the share of each column's variance that lies between the clusters: age, then income."""
    rows, labels = found
    means = np.array([rows[labels == label].mean(axis=0) for label in np.unique(labels)])[labels]
    age, income = means.var(axis=0) / rows.var(axis=0)
    if max(age, income) < 2 * min(age, income):
        return "both about equally"
    return "income" if income > age else "age"


def _course(sums):
    if np.any(np.diff(sums) > 1e-9 * sums[0]):
        return "jump up and down"
    fallen = -np.diff(sums)
    return "fall, then stay" if fallen[-1] < 0.1 * fallen.max() else "fall each time by about as much"


def _of_three(share, few, some, many, bounds=(0.1, 0.5)):
    return few if share < bounds[0] else some if share <= bounds[1] else many


RULES = {
    "02.a": lambda second: {1: "1", 3: "3"}.get(np.size(second), "100"),
    "02.b": _distortion,
    "02.c": _same_numbers,
    "02.d": _deciding_column,
    "02.e": _course,
    "02.f": lambda worse: _of_three(np.mean(worse), "hardly any", "about a third", "more than half"),
    "02.g": lambda lengths: _of_three(
        np.mean(np.array(lengths) < 3), "hardly any", "about half", "nearly all", (0.2, 0.8)
    ),
    "02.h": lambda share: _of_three(share, "hardly any", "about a quarter", "most"),
}
