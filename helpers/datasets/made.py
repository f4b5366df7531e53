"""Synthetic data: customers whose segments are known, line-ups, and shapes that suit or defeat a method."""

import numpy as np
from sklearn import datasets as _sklearn

from helpers.checking import as_table
from helpers.datasets.real import CSV, Dataset, card

# share, age (mean, sd) in years, income (median, sd of its logarithm)
_SEGMENTS = {
    "students": (0.22, (22, 2.2), (15_000, 0.30)),
    "young professionals": (0.28, (31, 3.5), (58_000, 0.18)),
    "established families": (0.25, (46, 5.0), (88_000, 0.20)),
    "retirees": (0.25, (68, 5.0), (34_000, 0.25)),
}


def draw_customers(n=2000, *, random_state=0):
    """Draw customers from four segments whose members are known, and 4 % that belong to none.

    ``data/customers.csv`` is ``draw_customers()``. The segments are invented, to have a truth to test against.

    Parameters
    ----------
    n : int
        Number of rows.
    random_state : int
        Seed of the draw.

    Returns
    -------
    Dataset
        Age in whole years, 18 to 90; income in currency units a year, rounded to hundreds; target -1 for the 4 %.
    """
    rng = np.random.default_rng(random_state)
    groups = tuple(sorted(_SEGMENTS))
    n_noise = round(0.04 * n)
    shares = [_SEGMENTS[group][0] for group in groups]
    target = np.append(rng.choice(len(groups), size=n - n_noise, p=shares), np.full(n_noise, -1))
    rng.shuffle(target)
    age = rng.uniform(18, 90, n)
    income = rng.uniform(5_000, 150_000, n)
    for i, group in enumerate(groups):
        _, (mean, sd), (median, log_sd) = _SEGMENTS[group]
        member = target == i
        age[member] = rng.normal(mean, sd, member.sum())
        income[member] = rng.lognormal(np.log(median), log_sd, member.sum())
    X = np.column_stack([np.clip(age, 18, 90).round(), income.round(-2)])
    features = CSV["customers"][0]
    return Dataset("customers", X, tuple(features), tuple(features.values()), target, groups, card("customers"))


def lineup(X, *, n_panels=10, n_rows=100, random_state=0):
    """Hide real data among panels of pure chance, as in a police line-up.

    If nobody can pick the real panel, what is seen in it may be chance too. After Buja et al. 2009,
    doi:10.1098/rsta.2009.0120.

    Parameters
    ----------
    X : ndarray of shape (n_samples, 2)
        The real data; `n_rows` rows are drawn from it and stretched to the unit square.
    n_panels, n_rows : int
        Number of panels, and of points in each.
    random_state : int
        Seed of the draw.

    Returns
    -------
    panels : list of ndarray of shape (n_rows, 2)
        All but one uniform over the unit square.
    real : int
        Index of the real one.

    Raises
    ------
    ValueError
        If `X` has fewer rows than are to be drawn, values that are not finite, or a column that does not vary.
    """
    X = as_table(X)
    if len(X) < n_rows:
        raise ValueError(f"a line-up needs at least {n_rows} rows, not {len(X)}")
    rng = np.random.default_rng(random_state)
    panels = [rng.random((n_rows, X.shape[1])) for _ in range(n_panels)]
    real = int(rng.integers(n_panels))
    drawn = X[rng.choice(len(X), n_rows, replace=False)]
    if not np.ptp(drawn, axis=0).all():
        raise ValueError("a column does not vary in the rows that were drawn")
    panels[real] = (drawn - drawn.min(axis=0)) / np.ptp(drawn, axis=0)
    return panels, real


def _made(name, X, target):
    names_ = tuple(f"x{i + 1}" for i in range(X.shape[1]))
    groups = tuple(f"group {i}" for i in range(target.max() + 1)) if target is not None else ()
    return Dataset(name, X, names_, ("",) * len(names_), target, groups, "Made by helpers.datasets." + name)


def blobs(n=300, *, centers=4, std=0.8, random_state=7):
    """Make round groups of one size, as k-means likes them. Wraps ``sklearn.datasets.make_blobs``; a `Dataset`."""
    X, y = _sklearn.make_blobs(n, centers=centers, cluster_std=std, random_state=random_state)
    return _made("blobs", X, y)


def moons(n=300, *, noise=0.08, random_state=0):
    """Make two half circles that interlock. Wraps ``sklearn.datasets.make_moons``; returns a `Dataset`."""
    X, y = _sklearn.make_moons(n, noise=noise, random_state=random_state)
    return _made("moons", X, y)


def circles(n=300, *, noise=0.05, factor=0.5, random_state=0):
    """Make a ring inside a ring. Wraps ``sklearn.datasets.make_circles``; returns a `Dataset`."""
    X, y = _sklearn.make_circles(n, noise=noise, factor=factor, random_state=random_state)
    return _made("circles", X, y)


def stretched(n=300, *, random_state=170):
    """Make three long, slanted groups: blobs under a linear map, as on scikit-learn's comparison page; a `Dataset`."""
    X, y = _sklearn.make_blobs(n, random_state=random_state)
    return _made("stretched", X @ [[0.6, -0.6], [-0.4, 0.8]], y)


def unequal(n=300, *, stds=(1.0, 2.5, 0.5), random_state=170):
    """Make three groups of different spread, as on scikit-learn's comparison page; returns a `Dataset`."""
    X, y = _sklearn.make_blobs(n, centers=len(stds), cluster_std=stds, random_state=random_state)
    return _made("unequal", X, y)


def noise(n=300, *, n_features=2, random_state=0):
    """Draw points uniformly over the unit square (or cube): no groups at all, hence no target; returns a `Dataset`."""
    X = np.random.default_rng(random_state).uniform(size=(n, n_features))
    return _made("noise", X, None)
