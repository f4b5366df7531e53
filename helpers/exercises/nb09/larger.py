"""What notebook 09 asks about larger data: its cases, the right answers, and those of the usual slips."""

import numpy as np
from scipy.spatial.distance import cdist

from helpers import datasets

MEASURED, ASKED = 30_000, 3_000_000


def combine(sums, counts, centers, *, weighted=True, empty="stays", pieces=slice(None)):
    """Centres after a step, from the sums and counts of pieces; or with one of the usual slips.

    Parameters
    ----------
    sums : ndarray of shape (n_pieces, k, n_features)
    counts : ndarray of int, shape (n_pieces, k)
    centers : ndarray of shape (k, n_features)
        Before the step.
    weighted : bool
        False averages the means of the pieces.
    empty : {"stays", "zero"}
        What becomes of a centre without rows.
    pieces : slice
        Those that are used.

    Returns
    -------
    ndarray of shape (k, n_features)
    """
    sums, counts = sums[pieces], counts[pieces]
    if not weighted:
        sums, counts = sums / np.maximum(counts, 1)[:, :, np.newaxis], (counts > 0).astype(int)
    total, rows = sums.sum(axis=0), counts.sum(axis=0)[:, np.newaxis]
    moved = total / np.maximum(rows, 1)
    return np.where(rows > 0, moved, centers if empty == "stays" else 0.0)


def pieces_of_unequal_size():
    """Make pieces of unequal size, one of which has no row of one centre, and one centre without rows at all."""
    cases = []
    for seed, sizes, k in ((0, (50, 5, 30), 3), (1, (400, 20), 4), (2, (7, 60, 90, 11), 2)):
        rng = np.random.default_rng(seed)
        centers = np.vstack([rng.normal(scale=3, size=(k, 2)), [(50.0, 40.0)]])
        parts = [rng.normal(scale=3, size=(size, 2)) + rng.normal(size=2) for size in sizes]
        labels = [cdist(part, centers).argmin(axis=1) for part in parts]
        sums = [[part[label == j].sum(axis=0) for j in range(k + 1)] for part, label in zip(parts, labels, strict=True)]
        counts = [np.bincount(label, minlength=k + 1) for label in labels]
        cases.append((np.array(sums), np.array(counts), centers))
    return cases


def a_crowd():
    """Draw rows, in the order in which they came, with centres far from zero; groups overlap, so that distances matter.

    Returns
    -------
    pieces : list of ndarray of shape (n, 2)
    centers : ndarray of shape (4, 2)
    """
    rng = np.random.default_rng(4)
    centers = np.array([(1.0, 1.0), (3.0, 3.0), (2.0, 6.0), (7.0, 6.0)])
    labels = np.concatenate(
        [rng.choice(4, 500, p=p) for p in ((0.6, 0.2, 0.1, 0.1), (0.2, 0.5, 0.2, 0.1), (0.1, 0.1, 0.5, 0.3))]
    )
    return np.array_split(centers[labels] + rng.normal(scale=1.3, size=(1500, 2)), 5), centers


def _labels(piece, centers, score):
    """Label by the distance, by another metric, or by a function of the product that is largest."""
    if callable(score):
        return score(piece @ centers.T).argmax(axis=1)
    return cdist(piece, centers, score or "euclidean").argmin(axis=1)


def counts(*, all_pieces=True, score=None):
    """Rows of each centre in the crowd, or with a slip in the counting or the distance."""
    pieces, centers = a_crowd()
    X = np.concatenate(pieces) if all_pieces else pieces[-1]
    return np.bincount(_labels(X, centers, score), minlength=len(centers))


def largest(**slip):
    """Rows of the largest cluster in the crowd, or with a slip."""
    return int(counts(**slip).max())


def largest_by_the_farthest():
    """Count as `largest`, where each row goes to its farthest centre."""
    pieces, centers = a_crowd()
    return int(np.bincount(cdist(np.concatenate(pieces), centers).argmax(axis=1)).max())


def largest_in_a_piece():
    """Count the rows of the largest cluster within one piece."""
    pieces, centers = a_crowd()
    return max(int(np.bincount(_labels(piece, centers, None)).max()) for piece in pieces)


def four_lines():
    """Make the times of four methods, measured up to 30,000 rows.

    Returns
    -------
    rows : ndarray
    seconds : dict
        Letter: ndarray.
    """
    rows = np.geomspace(1000, MEASURED, 6)
    ends = {"A": (0.5, 2.0), "B": (20.0, 1.0), "C": (6.0, 1.5), "D": (1.2, 1.15)}
    return rows, {letter: end * (rows / MEASURED) ** p for letter, (end, p) in ends.items()}


def fastest():
    """Letter of the method that would be the fastest at three million rows."""
    rows, seconds = four_lines()
    fits = {letter: np.polyfit(np.log(rows), np.log(values), 1) for letter, values in seconds.items()}
    return min(fits, key=lambda letter: np.polyval(fits[letter], np.log(ASKED)))


def a_file_in_turns():
    """Make rows of eight groups, one of each in turn.

    Returns
    -------
    ndarray of shape (50000, 2)
    """
    blobs = datasets.blobs(50_000, centers=8, random_state=0)
    groups = blobs.X[np.argsort(blobs.target, kind="stable")].reshape(8, -1, 2)  # all are equally large
    return groups.transpose(1, 0, 2).reshape(-1, 2)


def worst_start():
    """Letter of the way to take a thousand rows of the file in turns that meets the fewest groups."""
    n, rng = 50_000, np.random.default_rng(0)
    place = rng.integers(n - 1000)
    takes = {
        "A": np.arange(1000),
        "B": np.arange(0, n, 50),
        "C": np.arange(place, place + 1000),
        "D": rng.choice(n, 1000, replace=False),
    }
    return min(takes, key=lambda letter: len(np.unique(takes[letter] % 8)))
