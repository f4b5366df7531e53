"""Arthur and Vassilvitskii (2006): k-means++ on Norm-10 and Norm-25."""

from helpers.experiments.recipe import Measure, Recipe, digest, generator, rounded
from helpers.experiments.recipes import seeding

KS = (10, 25, 50)
SHAPES = {"Norm-10": (10, 5), "Norm-25": (25, 15)}  # true centres, columns
STARTS = {
    "k-means": seeding.random_rows,
    "k-means++": seeding.plusplus,
    "greedy k-means++": lambda X, k, rng: seeding.plusplus(X, k, rng, greedy=True),
}
PRINTED = {
    "Norm-10": {10: ("10898", "5.122"), 25: ("787.992", "4.46809"), 50: ("3.47662", "3.35897")},
    "Norm-25": {10: ("135512", "126433"), 25: ("48050.5", "15.8313"), 50: ("5466.02", "14.76")},
}


def norm(name, rng):
    """Draw a data set: centres drawn uniformly in a cube of side 500, and 10,000 rows around them.

    Parameters
    ----------
    name : {"Norm-10", "Norm-25"}
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of shape (10000, 5) or (10000, 15)
    """
    n_centers, n_features = SHAPES[name]
    centers = rng.uniform(0, 500, (n_centers, n_features))
    return centers[rng.integers(n_centers, size=10_000)] + rng.normal(size=(10_000, n_features))


def _tasks(trials, datasets):
    return [{"data": name, "dataset": i, "trial": j} for name in SHAPES for i in range(datasets) for j in range(trials)]


def _work(task, seed):
    X = norm(task["data"], generator(seed, task["data"], task["dataset"]))
    rows = []
    for k in KS:
        for name, start in STARTS.items():
            rng = generator(seed, *task.values(), k, name)
            found = seeding.potential(X, start(X, k, rng)) / len(X)
            rows.append({**task, "k": k, "method": name, "potential": rounded(found)})
    return digest(X), rows


RECIPE = Recipe(
    name="kmeans-plusplus",
    title="k-means++ against random starts on Norm-10 and Norm-25",
    source="Arthur and Vassilvitskii (2006), k-means++: the advantages of careful seeding, Stanford InfoLab, report "
    "2006-13 (the proceedings of SODA 2007 print another run, as percentages)",
    data="10 (25) true centres uniform in a cube of side 500 with 5 (15) dimensions, 10,000 rows with variance 1 "
    "around them.",
    method="k-means from random rows, from k-means++, and from scikit-learn's greedy k-means++, k = 10, 25, 50; mean "
    "over the trials of the sum of squared distances after Lloyd's steps, divided by the number of rows.",
    deviations="The paper uses one data set of each kind, which is not published; here each figure is the mean over "
    "several, and their spread is the noise. That the printed potentials are divided by the number of rows is "
    "read from their size. The paper does not say how many rows belong to each centre: here each row draws its"
    " centre. Lloyd's steps are scikit-learn's, which gives a centre without rows the farthest row. The greedy"
    " variant is not in the paper.",
    defaults={"trials": 20, "datasets": 10},
    quick={"trials": 4, "datasets": 3},
    settings={"k": list(KS), "n": 10_000, "side": 500, "tol": 0, "max_iter": 1000},
    tasks=_tasks,
    work=_work,
    measures=(Measure("potential", ("data", "k", "method"), "mean"),),
    table="Tables 1 and 2, average potential",
    paper={
        ("potential", data, k, method): value
        for data, printed in PRINTED.items()
        for k, values in printed.items()
        for method, value in zip(("k-means", "k-means++"), values, strict=True)
    },
)
