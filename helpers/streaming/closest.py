"""The nearest centre of each row, beyond doubt: by products in float32, and what these leave open by finer means."""

import numpy as np
from scipy.spatial.distance import cdist

CACHED = 2**17  # distances in the processor's cache at once
PRODUCT = 1_000_000  # multiplications that OpenBLAS does without packing its matrices first, in half the time
TINY = 1e-30  # where squares are as small as this, float32 has few digits, or none


def nearest(columns, centers):
    """Give the nearest of `centers` (k, n_features) to each row of `columns` (n_features, n); of equals the first."""
    labels, doubtful = _choose(columns, centers, np.float32)
    if len(doubtful):
        rest = columns[:, doubtful]
        found, open_still = _choose(rest, centers, np.float64)
        size = max(1, CACHED // len(centers))
        for start in range(0, len(open_still), size):
            part = open_still[start : start + size]
            found[part] = cdist(rest[:, part].T, centers, "sqeuclidean").argmin(axis=1)
        labels[doubtful] = found
    return labels


def _choose(columns, centers, kind):
    """Give the nearest centre of each row, as far as numbers of a kind tell, and the rows for which they do not.

    Less |x|^2, the same for all centres, |x - c|^2 is a product of n_features + 1 terms. With u the unit roundoff and
    g = (n_features + 6) u, it is wrong by at most g (|x|^2 + 2 |c|^2), its numbers' own rounding included (Higham,
    Accuracy and Stability of Numerical Algorithms, section 3.1). 2g |c|^2 is taken off, so that it lies above the truth
    by g |x|^2 at most, and below it by that and 4g |c|^2, where |c|^2 is at most twice |x|^2 + |x - c|^2. If only one
    centre is as near as this allows, it is the nearest.
    """
    (width, n), k = columns.shape, len(centers)
    g = (width + 6) * float(np.finfo(kind).eps) / 2
    squares = np.einsum("ij,ij->i", centers, centers)
    sure, labels = np.empty(n, bool), np.empty(n, np.intp)
    numbers = np.arange(k, dtype=np.min_scalar_type(k))  # of one byte, if that holds k: the fewer, the faster
    size = min(n, block_rows(k, width))
    # one room for all blocks: a new one for each would cost more than the product where the system takes memory back at
    # once, as it does for Dask's workers
    rooms = np.ones((width + 1, size), kind), np.empty((k, size), kind), np.empty((k, size), bool)
    rows, distances, near = rooms
    with np.errstate(over="ignore", invalid="ignore"):
        most = kind(float(np.finfo(kind).max) / 100 - squares.max())  # of larger rows, products overflow
        products = np.column_stack([-2 * centers, (1 - 2 * g) * squares]).astype(kind)
        for start in range(0, n, size):
            block = slice(start, start + size)
            if block.stop > n:
                rows, distances, near = (room[:, : n - start] for room in rooms)
            x = rows[:-1]  # the last one stays ones
            x[:] = columns[:, block]
            np.matmul(products, rows, out=distances)
            limit, norms = np.minimum.reduce(distances, axis=0), np.einsum("ij,ij->j", x, x)
            limit *= 1 + 10 * g
            limit += 22 * g * norms + TINY
            found = np.less_equal(distances, limit, out=near).view(np.uint8)
            labels[block] = np.einsum("kn,k->n", found, numbers)  # where one centre is near, its number
            sure[block] = (np.add.reduce(found, axis=0, dtype=numbers.dtype) == 1) & (norms < most)
    return labels, np.flatnonzero(~sure)


def block_rows(k, width):
    """Give the number of rows whose distances are worked out at once."""
    size, unpacked = CACHED // k, PRODUCT // (k * (width + 1))
    return max(64, unpacked if size / 2 < unpacked < size else size)  # blocks of half the size cost more than packing
