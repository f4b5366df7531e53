"""Bahmani, Moseley, Vattani, Kumar and Vassilvitskii (2012): k-means|| on GaussMixture."""

from functools import partial

import numpy as np

from helpers.experiments.recipe import Measure, Recipe, digest, generator, rounded
from helpers.experiments.recipes import seeding

K, N, D = 50, 10_000, 15
UNIT = 10_000  # the paper prints costs in these
# R, and how it is read; a standard deviation of 1 is a variance of 1
SPREADS = {
    (1, "either"): 1.0,
    (10, "variance"): 10**0.5,
    (10, "standard deviation"): 10.0,
    (100, "variance"): 10.0,
    (100, "standard deviation"): 100.0,
}
STARTS = {
    "random": seeding.random_rows,
    "k-means++": seeding.plusplus,
    "k-means|| l=k/2": partial(seeding.parallel, factor=K / 2),
    "k-means|| l=2k": partial(seeding.parallel, factor=2 * K),
    "k-means|| l=k/2, no Lloyd within": partial(seeding.parallel, factor=K / 2, lloyd=False),
    "k-means|| l=2k, no Lloyd within": partial(seeding.parallel, factor=2 * K, lloyd=False),
}
PRINTED = {  # (seed, final)
    1: {
        "random": (None, "14"),
        "k-means++": ("23", "14"),
        "k-means|| l=k/2": ("21", "14"),
        "k-means|| l=2k": ("17", "14"),
    },
    10: {
        "random": (None, "201"),
        "k-means++": ("62", "31"),
        "k-means|| l=k/2": ("36", "28"),
        "k-means|| l=2k": ("27", "25"),
    },
    100: {
        "random": (None, "23337"),
        "k-means++": ("30", "15"),
        "k-means|| l=k/2": ("23", "15"),
        "k-means|| l=2k": ("16", "15"),
    },
}


def gauss_mixture(spread, rng):
    """Draw a data set: 50 centres around the origin, and 10,000 rows around them with variance 1.

    Parameters
    ----------
    spread : float
        Standard deviation of the centres in each of 15 dimensions.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of shape (10000, 15)
    """
    centers = rng.normal(0, spread, (K, D))
    return centers[rng.integers(K, size=N)] + rng.normal(size=(N, D))


def _tasks(trials, datasets):
    return [
        {"R": R, "read as": reading, "dataset": i, "trial": j}
        for R, reading in SPREADS
        for i in range(datasets)
        for j in range(trials)
    ]


def _work(task, seed):
    key = (task["R"], task["read as"])
    X = gauss_mixture(SPREADS[key], generator(seed, *key, task["dataset"]))
    rows = []
    for name, start in STARTS.items():
        centers = start(X, K, generator(seed, *task.values(), name))
        costs = np.array([seeding.squared_distances(X, centers).sum(), seeding.potential(X, centers)]) / UNIT
        rows.append({**task, "method": name, "seed cost": rounded(costs[0]), "final cost": rounded(costs[1])})
    return digest(X), rows


RECIPE = Recipe(
    name="kmeans-parallel",
    title="k-means|| against k-means++ and random starts on GaussMixture",
    source="Bahmani, Moseley, Vattani, Kumar and Vassilvitskii (2012), Scalable k-means++, "
    "doi:10.14778/2180912.2180915",
    data="50 centres from a normal distribution around the origin in 15 dimensions, 10,000 rows with variance 1 around "
    "them. R is the variance of the centres as the paper words it; read as a standard deviation too.",
    method="Cost after seeding and after Lloyd's steps, median of 11 trials, divided by 10,000; k = 50, 5 rounds.",
    deviations="The paper uses one data set for each R; here each figure is the mean over several of the median, and "
    "their spread is the noise. Each row draws its centre, which is one reading of the paper's equal weights. "
    "The paper reduces the candidates to k by k-means++ and does not say whether Lloyd's steps follow: both "
    "are run. Lloyd's steps are scikit-learn's, which gives a centre without rows the farthest row.",
    defaults={"trials": 11, "datasets": 5},
    quick={"trials": 3, "datasets": 2},
    settings={"k": K, "n": N, "dimensions": D, "rounds": 5, "tol": 0, "max_iter": 1000},
    tasks=_tasks,
    work=_work,
    measures=tuple(Measure(f"{when} cost", ("R", "read as", "method"), "median") for when in ("seed", "final")),
    table="Table 1",
    paper={
        (f"{when} cost", R, reading, method): values[i]
        for R, reading in SPREADS
        for method, values in PRINTED[R].items()
        for i, when in enumerate(("seed", "final"))
        if values[i]
    },
)
