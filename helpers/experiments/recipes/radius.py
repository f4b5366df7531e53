"""The course's own experiment on its rule for eps: what it reaches, and what could be reached, as data get worse."""

import numpy as np
from sklearn.cluster import DBSCAN
from sklearn.metrics import adjusted_rand_score

from helpers import datasets
from helpers.experiments.recipe import Measure, Recipe, digest, generator, random_state, rounded
from helpers.scores import k_distances, knee, suggest_eps

REFERENCES = 19
WIDER = 3  # strays lie in a box so many times as wide as the moons'
SETTINGS = {
    "strays": (1, 5, 20, 60, 120),  # rows, beside 300 of two moons
    "noise": (0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16),  # of the moons
    "unequal": (1, 2, 3, 4, 6, 8),  # times as loose as the two others is the third group
    "square": (2, 8),  # columns
    "one cloud": (2, 8),
}


def draw(name, value, seed):
    """Draw some 300 rows of one setting.

    Parameters
    ----------
    name : str
        One of `SETTINGS`.
    value : int or float
        Of this setting, such as the number of strays.
    seed : int

    Returns
    -------
    X : ndarray of float64, shape (n_samples, n_features)
    target : ndarray of int, shape (n_samples,)
        Group of each row, -1 for strays; all 0 where there are no groups.
    """
    rng = np.random.default_rng(seed)
    if name == "noise":
        moons = datasets.moons(noise=value, random_state=seed)
        return moons.X, moons.target
    if name == "strays":
        moons = datasets.moons(random_state=seed)
        low, high = moons.X.min(axis=0), moons.X.max(axis=0)
        middle, half = (low + high) / 2, WIDER * (high - low) / 2
        strays = rng.uniform(middle - half, middle + half, (value, 2))
        return np.vstack([moons.X, strays]), np.append(moons.target, np.full(value, -1))
    if name == "unequal":
        # two tight groups side by side, and the third above them, as far away as it is wide
        centers, spreads = [(0, 0), (4, 0), (2, 3 + 1.5 * value)], (0.5, 0.5, 0.5 * value)
        parts = [rng.normal(center, spread, (100, 2)) for center, spread in zip(centers, spreads, strict=True)]
        return np.vstack(parts), np.repeat([0, 1, 2], 100)
    shape = (300, value)
    return rng.uniform(size=shape) if name == "square" else rng.normal(size=shape), np.zeros(300, int)


def _tasks(trials, datasets):
    return [
        {"data": name, "value": value, "dataset": i}
        for name, values in SETTINGS.items()
        for value in values
        for i in range(trials)
    ]


def _work(task, seed):
    rng = generator(seed, *task.values())
    X, target = draw(task["data"], task["value"], random_state(rng))
    grouped = target >= 0
    found = suggest_eps(X, n_references=REFERENCES, random_state=random_state(rng))

    def reached(eps):
        model = DBSCAN(eps=eps, min_samples=found.min_samples)
        labels = np.zeros(len(X), int) if eps is None else model.fit_predict(X)  # no radius: one group
        return rounded(adjusted_rand_score(target[grouped], labels[grouped]))

    row = {
        "rule": reached(found.eps),
        "range": reached(found.low and np.sqrt(found.low * found.high)),
        "knee": reached(knee(k_distances(X, found.min_samples))),
        "best": max(map(reached, found.grid)),
        "none": int(found.eps is None),
    }
    return digest(X), [{**task, **row}]


RECIPE = Recipe(
    name="eps-rule",
    title="What a rule for eps reaches, and what could be reached",
    source="this course, notebook 06",
    data="Two moons with strays in a box three times as wide, or with more and more noise; two tight groups and one "
    "that is up to eight times as loose; uniform rows and one normal cloud in 2 and 8 columns. 300 rows and the "
    "strays; a new draw for every trial.",
    method="DBSCAN with min_samples and eps by helpers.scores.suggest_eps and 19 sets without groups (rule; one "
    "cluster where it says none), in the middle of its widest range whatever chance does (range), at the automatic "
    "knee of the k-distances (knee), and at each eps of the rule's grid (best of 36). ARI of the rows that are no "
    "strays, with noise as one cluster, and how often the rule says none.",
    deviations="best knows the truth; nobody who needs a rule does. Where a loose group is called noise, noise counts "
    "as one cluster, and the ARI may be high all the same. Without groups ARI is 1 for one cluster and 0 for more.",
    defaults={"trials": 20},
    quick={"trials": 1},
    settings={"n_references": REFERENCES, "strays_box": WIDER},
    tasks=_tasks,
    work=_work,
    measures=(
        Measure("rule", ("data", "value"), "median"),
        Measure("knee", ("data", "value"), "median"),
        Measure("best", ("data", "value"), "median"),
        Measure("none", ("data", "value"), "count"),
    ),
)
