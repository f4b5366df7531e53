"""What is said of one figure: equal, within noise, or different; `comparing` says by which rules."""

import numpy as np
from scipy import stats

from helpers.experiments.comparing.formatting import number

LEVEL = 0.01
EXACT = 1e-8
EQUAL, NOISE, DIFFERENT = "equal", "within noise", "different"


def _near(a, b):
    return bool(np.all(np.abs(np.subtract(a, b)) <= EXACT * np.maximum(1, np.abs(a))))


def judge_paired(a, b, level):
    """Judge two figures of the same trials."""
    n = len(a.values)
    if _near(a.values, b.values):
        return EQUAL, "the same numbers" if a.summary == "exact" else f"the same on all {n} shared"
    if a.summary in ("exact", "count"):
        return judge(a, b, level)
    gaps = a.values - b.values
    if n < 2 or np.ptp(gaps) <= EXACT * np.abs(gaps).max():
        return DIFFERENT, "the same shift on all data sets"
    return _by_p(stats.ttest_1samp(gaps, 0).pvalue, level, "paired t")


def judge(a, b, level):
    """Judge two figures of different trials."""
    if _near(a.value, b.value) and (a.summary != "count" or len(a.values) == len(b.values)):
        return EQUAL, "to 1e-8"
    if a.summary == "exact":
        return DIFFERENT, "not random, and not equal to 1e-8"
    if a.summary == "count":
        return _fisher(a.value, len(a.values), b.value, len(b.values), level)
    if min(len(a.values), len(b.values)) < 2 or max(np.ptp(a.values), np.ptp(b.values)) == 0:
        return DIFFERENT, "neither varies"
    p = stats.ttest_ind(a.values, b.values).pvalue
    apart = a.values.max() < b.values.min() or b.values.max() < a.values.min()
    # one rare accident moves a mean, but not the ranks; of few values, ranks that are wholly apart say all they can
    return _by_p(p if apart else max(p, stats.mannwhitneyu(a.values, b.values).pvalue), level, "t and ranks")


def _fisher(hits_a, n_a, hits_b, n_b, level):
    table = [[hits_a, n_a - hits_a], [hits_b, n_b - hits_b]]
    return _by_p(stats.fisher_exact(table).pvalue, level, f"of {n_a} and {n_b}, Fisher")


def _by_p(p, level, test):
    return (DIFFERENT if p < level else NOISE), f"{test}, p {p:.2g}"


def judge_printed(printed, figure, n=0):
    """Judge a figure against a printed one, a count against one of n: as printed, as more of ours, or neither."""
    digits = len(printed.partition(".")[2])
    value = float(printed)
    if figure.summary == "count":
        same = value == figure.value and len(figure.values) == n
        return (EQUAL, "as printed") if same else _fisher(value, n, figure.value, len(figure.values), LEVEL)
    if abs(figure.value - value) <= 0.5 * 10**-digits * (1 + EXACT):
        return EQUAL, "to the digits printed"
    if figure.summary == "exact":
        return DIFFERENT, "not random, and not as printed"
    n = len(figure.values)
    if n < 2:
        return DIFFERENT, "one data set tells no spread"
    reach = stats.t.ppf(1 - LEVEL / 2, n - 1) * figure.values.std(ddof=1) * np.sqrt(1 + 1 / n) + 0.5 * 10**-digits
    low, high = max(0.0, figure.value - reach), figure.value + reach
    return (NOISE if low <= value <= high else DIFFERENT), f"one more data set: {number(low)} to {number(high)}"
