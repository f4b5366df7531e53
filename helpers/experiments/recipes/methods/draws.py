"""The sets that the methods meet: five of notebook 07, strays, a loose group, eight columns; three without groups."""

import numpy as np
from sklearn.preprocessing import StandardScaler

from helpers import datasets
from helpers.experiments.recipes import radius

STRAYS = 20  # rows, beside 300 of two moons
LOOSER = 3  # times as loose as the two others is the third group of "densities"
APART = 7  # standard deviations between any two centres of "eight columns"
NOTHING = ("one cloud", "square", "one cloud, eight columns")


def _made(data):
    return data.X, data.target


def _cloud(seed, n_columns):
    return np.random.default_rng(seed).normal(size=(300, n_columns)), None


def _four_of_eight(seed):
    """Draw four normal groups: each lies out in a column of its own, and four of the eight columns carry nothing."""
    target = np.repeat(np.arange(4), 75)
    return np.random.default_rng(seed).normal(APART / np.sqrt(2) * np.eye(4, 8)[target]), target


SETS = {
    "round": lambda seed: _made(datasets.blobs(std=1.0, random_state=seed)),
    "unequal": lambda seed: _made(datasets.unequal(random_state=seed)),
    "stretched": lambda seed: _made(datasets.stretched(random_state=seed)),
    "moons": lambda seed: _made(datasets.moons(random_state=seed)),
    "rings": lambda seed: _made(datasets.circles(random_state=seed)),
    "strays": lambda seed: radius.draw("strays", STRAYS, seed),
    "densities": lambda seed: radius.draw("unequal", LOOSER, seed),
    "eight columns": _four_of_eight,
    "one cloud": lambda seed: _cloud(seed, 2),
    "square": lambda seed: _made(datasets.noise(random_state=seed)),
    "one cloud, eight columns": lambda seed: _cloud(seed, 8),
}


def draw(name, seed):
    """Draw one of the sets.

    Parameters
    ----------
    name : str
        One of `SETS`; those in `NOTHING` have no groups.
    seed : int

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
        Standardised; 300 rows, and the strays.
    target : ndarray of int, shape (n_samples,)
        Group of each row, -1 for strays; all 0 where there are no groups.
    """
    X, target = SETS[name](seed)
    return StandardScaler().fit_transform(X), np.zeros(len(X), int) if target is None else target
