"""Columns in units of their own standard deviation, which one exact pass finds however the rows are cut.

Means and sums of squares of parts are merged as by Chan, Golub and LeVeque (1983), Algorithms for computing the sample
variance, The American Statistician 37, 242-247: no large sums are subtracted, which would lose digits far from zero.
"""

from dataclasses import replace
from functools import reduce
from typing import NamedTuple

import numpy as np

from helpers.streaming.parquet import read
from helpers.streaming.passes import pass_over


class Moments(NamedTuple):
    """Of some rows: their number, the columns' means, and the sums of the squares of the differences from these."""

    count: int
    mean: np.ndarray
    squares: np.ndarray

    def plus(self, other):
        """Give those of both their rows."""
        count, apart = self.count + other.count, other.mean - self.mean
        mean = self.mean + apart * (other.count / count)
        return Moments(count, mean, self.squares + other.squares + apart**2 * (self.count * other.count / count))


def find_moments(group):
    """Give the moments of the rows of one group."""
    return reduce(Moments.plus, map(_moments, read(group)))


def _moments(batch):
    rows = batch.astype(np.float64)
    first = rows[0].copy()
    rows -= first  # then a column of one value has no squares, not even by rounding
    mean = rows.mean(axis=0)
    rows -= mean
    return Moments(len(rows), first + mean, np.einsum("ij,ij->j", rows, rows))


def standardised(source, progress, where):
    """Have the rows of a source read in units of each column's standard deviation; one of a single value stays."""
    total = reduce(Moments.plus, pass_over(find_moments, zip(source.groups), progress, **where))
    deviations = np.sqrt(total.squares / total.count)
    return in_units(source, np.where(deviations > 0, deviations, 1.0))


def in_units(source, scale):
    """Have the rows of a source divided by `scale`, a number for each column; None, or ones, changes nothing."""
    if scale is None or (np.asarray(scale) == 1).all():
        return source
    scale = tuple(float(unit) for unit in scale)
    if len(scale) != len(source.columns) or not min(scale) > 0:
        raise ValueError(f"scale={scale}: give a number above 0 for each of {len(source.columns)} columns")
    groups = tuple(replace(group, scale=scale) for group in source.groups)
    return replace(source, groups=groups, fingerprint=f"{source.fingerprint} in units of {scale}")
