"""A radius for DBSCAN, or none: the widest range of eps that keeps the number of clusters, if chance has none as wide.

DBSCAN at every eps comes from one single linkage of mutual reachability distances, as in HDBSCAN: two rows are in one
cluster at eps if a chain of core points with steps up to eps joins them.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist, squareform

from helpers.checking import as_table
from helpers.scores.density import count_neighbors, dbscan_bytes
from helpers.scores.groups import reference_sets

MOST_ROWS = 2_000  # of which all distances are taken; of more rows, so many are drawn
STEPS = 36  # of the grid of radii
WIDEST = 4  # the grid ends at so many times the k-distance that nine rows of ten keep: beyond lie strays
SMALLEST = 0.02  # share of the rows that make a cluster worth counting


@dataclass(frozen=True, eq=False)  # arrays have no single truth to compare by
class EpsSuggestion:
    """A radius with its reason.

    Attributes
    ----------
    eps : float or None
        Middle of the widest range, on the scale of ratios; None if sets without groups have one as wide.
    low, high : float or None
        Ends of the widest range of radii with one number of clusters, two or more; None if there is no such range.
    min_samples : int
        What belongs to eps if all rows are clustered: of the rows drawn, scaled up to all.
    n_clusters : int or None
        With core points that are at least 2 % of the rows each, between low and high.
    reason : str
        A sentence. If rows were drawn and there is an eps, another says how to cluster all of them, or, since the
        memory for that grows with the square of their number, a draw, and how to label the rest.
    n_drawn : int
        Rows that were looked at: all, or so many drawn at random.
    min_samples_drawn : int
        What belongs to eps if as many rows as were drawn are clustered.
    grid : ndarray of shape (n_steps,)
        Radii that were tried.
    counts : ndarray of int, shape (n_steps,)
        Clusters at each.
    widths : ndarray of int, shape (n_references,)
        How many steps wide the widest range of each set without groups is; empty if the rows themselves have none.
    """

    eps: float | None
    low: float | None
    high: float | None
    min_samples: int
    n_clusters: int | None
    reason: str
    n_drawn: int
    min_samples_drawn: int
    grid: np.ndarray = field(repr=False)
    counts: np.ndarray = field(repr=False)
    widths: np.ndarray = field(repr=False)


def suggest_eps(X, min_samples=None, *, n_references=19, random_state=0):
    """Suggest a radius for DBSCAN, or say that there is none to suggest.

    Radii are tried from the median distance to neighbour number `min_samples` to four times its 90 % quantile, in equal
    ratios; the longest run of radii with the same number of clusters, two or more, is kept if no set without groups has
    one as long. With 19 such sets, of data without groups at most one in twenty gets a radius. Columns count as they
    are: scaling is the caller's affair.

    ``DBSCAN(eps=found.eps, min_samples=found.min_samples)`` clusters all rows. Beyond 2,000 rows, min_samples grows
    with their number, and the memory for lists of neighbours with its square: a million rows can need hundreds of
    gigabytes. Then cluster `n_drawn` rows drawn at random with `min_samples_drawn`, and label the others by
    `helpers.predicting.predict_dbscan`.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
        Distances are Euclidean. Of more than 2,000 rows, so many are drawn.
    min_samples : int, optional
        At least 2, for the rows that are looked at; if omitted, twice the number of columns, or the natural logarithm
        of the number of rows, if that is more; at most a tenth of the rows, and at least 4.
    n_references : int
        Sets without groups to compare with; with 0 the widest range is kept, whatever chance would do.
    random_state : int
        Seed of the rows and of the sets.

    Returns
    -------
    EpsSuggestion

    Raises
    ------
    ValueError
        If X is not a table of finite numbers, has fewer rows than `min_samples`, or an argument is out of range.

    References
    ----------
    Sander, Ester, Kriegel and Xu (1998), doi:10.1023/A:1009745219419: twice the columns. Birant and Kut (2007),
    doi:10.1016/j.datak.2006.01.013: the logarithm. Campello, Moulavi and Sander (2013),
    doi:10.1007/978-3-642-37456-2_14: DBSCAN at every eps by one linkage.
    """
    X = as_table(X)
    n = len(X)
    rows = X if n <= MOST_ROWS else X[np.random.default_rng(random_state).choice(n, MOST_ROWS, replace=False)]
    if min_samples is None:
        wanted = max(2 * X.shape[1], round(np.log(len(rows))))
        min_samples = max(4, min(wanted, len(rows) // 10))  # of many columns and few rows, no cluster would be left
    if not 2 <= min_samples <= len(rows) or n_references < 0:
        said = f"min_samples must be from 2 to the {len(rows)} rows, not {min_samples}, and n_references at least 0"
        raise ValueError(said)
    grid, counts, strays = count_clusters(rows, min_samples)
    first, last = longest_run(counts)
    others = reference_sets(rows[~strays], n_references, random_state=random_state) if last and n_references else ()
    widths = np.array([np.ptp(longest_run(count_clusters(other, min_samples)[1])) for other in others], int)
    eps = low = high = k = None
    if last:
        low, high, k = float(grid[first]), float(grid[last - 1]), int(counts[first])
        eps = float(np.sqrt(low * high)) if last - first > widths.max(initial=0) else None
    reason, all_rows = _reason(grid, counts, widths, min_samples), round(min_samples * n / len(rows))
    if n > len(rows):
        reason = f"on {len(rows):,} of {n:,} rows drawn at random, {reason}"
        if eps is not None:
            reason += _advice(rows, n, eps, min_samples, all_rows)
    reason = reason[0].upper() + reason[1:]
    return EpsSuggestion(eps, low, high, all_rows, k, reason, len(rows), min_samples, grid, counts, widths)


def _reason(grid, counts, widths, min_samples):
    if not len(grid):
        return f"each row has {min_samples} copies or more of itself: leave the copies out."
    first, last = longest_run(counts)
    if not last:
        return "no radius parts the rows into two clusters or more of at least 2 % of them."
    width = last - first
    ratio = (
        f"{counts[first]} clusters stay from {grid[first]:.3g} to {grid[last - 1]:.3g}, {width} of {len(grid)} steps"
    )
    if not len(widths):
        return f"{ratio}, not compared with chance."
    if width <= widths.max():
        return f"{ratio}, and a set without groups has a range of {widths.max()} steps, too: no radius stands out."
    return f"{ratio}, and of {len(widths)} sets without groups none has a range of more than {widths.max()}."


def _advice(rows, n, eps, min_samples, all_rows):
    """Say how to cluster all of n rows, of which some were drawn, and with what memory, or the drawn ones alone."""
    others = (count_neighbors(rows, eps).mean() - 1) / (len(rows) - 1)  # share of the rows within eps of one
    need = dbscan_bytes(n, rows.shape[1], 1 + others * (n - 1))
    return (
        f" Cluster all rows with min_samples {all_rows:,} and about {need / 1e6:,.0f} MB of memory, or {len(rows):,} "
        f"drawn ones with min_samples {min_samples}, and label the rest by the nearest core point within eps."
    )


def count_clusters(X, min_samples, *, steps=STEPS):
    """Count DBSCAN's clusters on a grid of radii that follows the k-distances, those of 2 % of the rows or more.

    Parameters
    ----------
    X : ndarray of float64, shape (n_samples, n_features)
    min_samples : int
    steps : int

    Returns
    -------
    grid : ndarray of shape (steps,)
        Empty if no k-distance is above 0.
    counts : ndarray of int, shape (steps,)
    strays : ndarray of bool, shape (n_samples,)
        Rows that would be noise at the end of the grid: without them, a box around the rows is as wide as most rows.
    """
    distances = squareform(pdist(X))
    reach = np.partition(distances, min_samples - 1, axis=1)[:, min_samples - 1]
    if not reach.any():
        return np.empty(0), np.empty(0, int), np.zeros(len(X), bool)
    start = np.median(reach) or reach[reach > 0].min()
    grid = np.geomspace(start, max(WIDEST * np.quantile(reach, 0.9), 2 * start), steps)
    np.maximum(distances, np.maximum(reach, reach[:, None]), out=distances)
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), "single")
    counts = [_count(fcluster(tree, eps, "distance")[reach <= eps], SMALLEST * len(X)) for eps in grid]
    return grid, np.array(counts), reach > grid[-1]


def _count(components, least):
    return int((np.bincount(components) >= max(least, 1)).sum())


def longest_run(counts):
    """Find the longest run of equal counts of two or more; the first of equals.

    Parameters
    ----------
    counts : ndarray of int, shape (n_steps,)

    Returns
    -------
    first, last : int
        As in ``counts[first:last]``; equal if there is none.
    """
    ends = np.flatnonzero(np.diff(counts)) + 1
    runs = list(zip([0, *ends], [*ends, len(counts)], strict=True)) if len(counts) else []
    return max((run for run in runs if counts[run[0]] >= 2), key=lambda run: run[1] - run[0], default=(0, 0))
