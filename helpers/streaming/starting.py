"""Where k-means starts: centres that are given, and checked, or those of a uniform sample of all rows."""

from contextlib import closing

import numpy as np

from helpers.checking import LARGEST
from helpers.streaming.parquet import DataError
from helpers.streaming.passes import find_distinct, in_order, pass_over, take_rows


def begin(init, source, k, start, progress, where, kept=None):
    """Choose centres, and an origin amid them; `start` are the sample's size, the number of starts, and the seed."""
    centers = init if init is not None else _start(source, k, *start, progress, where, kept)
    origin = middle(centers)
    return origin, centers - origin, ()


def middle(centers):
    """Give a place amid the centres; not their mean, which a single one far away would draw to itself."""
    return np.sort(centers, axis=0)[(len(centers) - 1) // 2]


def _start(source, k, sample, n_init, random_state, progress, where, kept):
    """Fit a uniform sample from several starts, and give the centres of the lowest inertia."""
    X = _draw(source, sample, random_state, progress, where, kept)
    distinct = len(np.unique(X[: 4 * k], axis=0))  # of most data the first few rows tell
    if distinct < k:
        distinct = len(np.unique(X, axis=0))
    if distinct < k:
        raise _too_few(source, k, distinct, len(X), where)
    from helpers.streaming.swapping import fit_sample  # here: a cluster's workers, which only sum, need no scikit-learn

    seeds = np.random.SeedSequence(random_state).generate_state(n_init).tolist()
    X = np.asfortranarray(X)
    found = pass_over(fit_sample, ((X, k, seed) for seed in seeds), progress, threads=where["threads"])
    return min(found, key=lambda one: one[0])[1]


def _draw(source, sample, random_state, progress, where, kept=None):
    """Draw rows by their numbers in the whole: the sample must not depend on how they are cut into groups."""
    rng = np.random.default_rng(random_state)
    if source.rows > sample:
        rows = np.sort(rng.choice(source.rows, sample, replace=False, shuffle=False))
    else:
        rows = np.arange(source.rows)
    ends = np.cumsum([group.rows for group in source.groups])
    cuts = np.searchsorted(rows, np.concatenate([[0], ends]))
    calls = [
        (group, rows[first:last] - (end - group.rows))
        for group, end, first, last in zip(source.groups, ends, cuts[:-1], cuts[1:], strict=True)
        if last > first
    ]
    return np.concatenate(list(pass_over(take_rows, calls, progress, shared=kept, **where)))


def _too_few(source, k, distinct, drawn, where):
    """Make the error for a sample with fewer than k distinct rows, which may be the sample's fault or the data's."""
    if drawn < source.rows:
        found = np.empty((0, len(source.columns)))
        with closing(in_order(find_distinct, ((group, k) for group in source.groups), **where)) as parts:
            for part in parts:
                found = np.unique(np.concatenate([found, part]), axis=0)
                if len(found) >= k:
                    said = f"the sample of {drawn} rows has only {distinct} distinct ones, fewer than k={k}"
                    return ValueError(f"{said}; give a larger sample")
        distinct = len(found)
    return DataError(f"{source.path}: has {distinct} distinct rows, fewer than k={k}; give k of at most {distinct}")


def check_numbers(**given):
    """Refuse what is no whole number, or below its least: ``name=(value, least)``."""
    for name, (value, least) in given.items():
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            raise TypeError(f"{name}={value!r}: give a whole number")
        if value < least or (name == "random_state" and value >= 2**32):
            raise ValueError(f"{name}={value}: give " + (f"at least {least}" if value < least else "less than 2**32"))


def check_centers(centers, source, k=None):
    """Read centres as floats, k if given and one number for each column; ValueError in words for all else."""
    try:
        centers = np.array(centers, float)
    except (TypeError, ValueError):
        raise ValueError(f"the centres cannot be read as numbers: {str(centers)[:60]}") from None
    wanted = (k or (centers.shape[0] if centers.ndim else 0), len(source.columns))
    if centers.shape != wanted or not centers.size:
        raise ValueError(
            f"the centres are of shape {centers.shape}; give {wanted[0] or 'k'} rows of {wanted[1]} columns"
        )
    if not (np.abs(centers) <= LARGEST).all():
        raise ValueError(f"the centres are not all finite, and at most {LARGEST:g} in size")
    return centers
