"""The benchmark's rows, made in chunks: the same rows whatever the size of the file."""

import numpy as np

K, COLUMNS = 64, 8


def touching(seed, rows):
    """Draw from 64 gaussians of 8 columns whose edges touch: from a good start Lloyd needs a few steps.

    Parameters
    ----------
    seed : int
        Of these rows; the gaussians are always the same.
    rows : int

    Returns
    -------
    ndarray of float32, shape (rows, 8)
    """
    return _mixture(seed, rows, 0.6)


def overlapping(seed, rows):
    """Draw as `touching` does, but from wider ones that lie over each other: Lloyd needs dozens of steps."""
    return _mixture(seed, rows, 1.0)


def _mixture(seed, rows, width):
    always, rng = np.random.default_rng(0), np.random.default_rng([1, seed])
    centers = always.normal(0, 3, (K, COLUMNS)).astype(np.float32)
    spreads = always.uniform(0.7 * width, 1.8 * width, K).astype(np.float32)
    label = rng.integers(K, size=rows)
    noise = rng.standard_normal((rows, COLUMNS), np.float32)
    return centers[label] + spreads[label, None] * noise


def ordered(seed, rows):
    """Draw each chunk from one of 12 gaussians of 8 columns: a file that is sorted by cluster."""
    center = np.random.default_rng([3, seed % 12]).normal(0, 3, COLUMNS)
    return _noise([4, seed], rows, COLUMNS) + center.astype(np.float32)


def unequal(seed, rows):
    """Draw from 20 gaussians of 4 columns, each with four fifths of the rows of the one before."""
    shares = 0.8 ** np.arange(20)
    centers = np.random.default_rng(5).normal(0, 4, (20, 4)).astype(np.float32)
    label = np.random.default_rng([6, seed]).choice(20, size=rows, p=shares / shares.sum())
    return centers[label] + _noise([7, seed], rows, 4)


def wide(seed, rows):
    """Draw from 30 gaussians of 32 columns."""
    centers = np.random.default_rng(8).normal(0, 1, (30, 32)).astype(np.float32)
    return centers[np.random.default_rng([9, seed]).integers(30, size=rows)] + _noise([10, seed], rows, 32)


def stretched(seed, rows):
    """Draw from 8 gaussians in the plane ten times as long as they are wide, each in its own direction."""
    always, rng = np.random.default_rng(11), np.random.default_rng([12, seed])
    centers, turned = always.uniform(-20, 20, (8, 2)), always.uniform(0, np.pi, 8)
    label, far = rng.integers(8, size=rows), 5 * rng.standard_normal(rows)
    along = np.column_stack((np.cos(turned), np.sin(turned)))[label]
    return (centers[label] + far[:, None] * along).astype(np.float32) + _noise([13, seed], rows, 2) / 2


def tailed(seed, rows):
    """Draw bills and visits, say: 6 columns of lognormals, no groups at all, and a few rows very far out."""
    return np.exp(_noise([14, seed], rows, 6))


def empty(seed, rows):
    """Draw from a cube: no groups, and many optima of nearly the same height."""
    return np.random.default_rng([15, seed]).random((rows, 3), np.float32)


def _noise(seed, rows, columns):
    return np.random.default_rng(seed).standard_normal((rows, columns), np.float32)


# k of each draw
SETS = {"ordered": 12, "unequal": 20, "wide": 30, "stretched": 8, "tailed": 10, "empty": 16}


def plane(seed, rows):
    """Draw from 8 equal round gaussians in the plane, as float64, without copies of the whole.

    Parameters
    ----------
    seed, rows : int

    Returns
    -------
    ndarray of shape (rows, 2)
    """
    centers = np.random.default_rng(0).uniform(-10, 10, (8, 2))
    rng, X = np.random.default_rng([2, seed]), np.empty((rows, 2))
    for start in range(0, rows, 1_000_000):
        part = X[start : start + 1_000_000]
        rng.standard_normal(out=part)
        part += centers[rng.integers(8, size=len(part))]
    return X


def write(path, rows, group, draw):
    """Write a Parquet file, zstd, a row group at a time.

    Parameters
    ----------
    path : path
    rows, group : int
        Of the file, and of each row group.
    draw : callable
        Called as ``draw(seed, rows)`` for each row group, with its number as the seed.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer = None
    for number, start in enumerate(range(0, rows, group)):
        X = draw(number, min(group, rows - start))
        table = pa.table({f"x{j}": np.ascontiguousarray(X[:, j]) for j in range(X.shape[1])})
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=group)
    writer.close()
