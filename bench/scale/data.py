"""The benchmark's rows, made in chunks: overlapping gaussians, the same rows whatever the size of the file."""

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
        Called as ``draw(seed, rows)``: `touching`, `overlapping` or `plane`.
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
