"""Answers to the exercises of notebook 02."""

import warnings
from functools import cache

import numpy as np
import pandas as pd
from answering import right, wrong
from scipy.cluster.vq import kmeans, kmeans2, vq, whiten
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from helpers import datasets


@cache
def penguins():
    """Whitened rows, codebook, labels and distances."""
    P = whiten(datasets.load("penguins").X)
    codebook, _ = kmeans(P, 3, rng=0)
    return P, codebook, *vq(P, codebook)


@cache
def customers(k=3):
    """Raw rows, codebook in standard deviations, labels."""
    X = datasets.load("customers").X
    codebook, _ = kmeans(whiten(X), k, rng=0)
    return X, codebook, vq(whiten(X), codebook)[0]


def translated():
    X, codebook, _ = customers()
    return codebook * X.std(axis=0)


def by_scaler():
    scaler = StandardScaler()
    model = KMeans(3, n_init=10, random_state=0).fit(scaler.fit_transform(customers()[0]))
    return scaler.inverse_transform(model.cluster_centers_)


def forty(scale=whiten, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return kmeans2(scale(datasets.load("customers").X), 40, minit="random", **options)[1]


def sum_of_squares(Y, codebook):  # the notebook's own
    return (vq(Y, codebook)[1] ** 2).sum()


def counted(X, codebook, **options):
    labels, distances = vq(X, codebook)
    return np.bincount(labels, distances**2, **options)


def broadcast(X, codebook):
    squares = ((X[:, None] - codebook) ** 2).sum(axis=2)
    return [squares[squares.argmin(axis=1) == j, j].sum() for j in range(len(codebook))]


def grouped(X, codebook):
    labels, distances = vq(X, codebook)
    return pd.Series(distances**2).groupby(labels).sum().reindex(range(len(codebook)), fill_value=0)


def averaged(X, codebook):
    labels, distances = vq(X, codebook)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return [(distances[labels == j] ** 2).mean() for j in range(len(codebook))]


def fitted_again(X, codebook):
    model = KMeans(len(codebook), init=codebook, n_init=1).fit(X)
    return counted(X, model.cluster_centers_, minlength=len(codebook))


def from_own_means(X, codebook):
    labels, _ = vq(X, codebook)
    return [
        ((X[labels == j] - X[labels == j].sum(axis=0) / max(sum(labels == j), 1)) ** 2).sum()
        for j in range(len(codebook))
    ]


ANSWERS = {
    "02.1": [
        right("the mean by pandas", lambda: pd.Series(penguins()[3]).mean()),
        right("four digits of it", lambda: round(float(penguins()[3].mean()), 4)),
        right("what kmeans returned", lambda: kmeans(penguins()[0], 3, rng=0)[1]),
        right("distances by hand", lambda: cdist(penguins()[0], penguins()[1]).min(axis=1).mean()),
        wrong("two digits", lambda: 0.98, "too few", never=("squared",)),
        wrong("the sum of squares, as the notebook prints it", lambda: 371.99, "sum of the *squared*"),
        wrong("the mean of squares, two digits", lambda: 1.12, "before you averaged", never=("root",)),
        wrong("not whitened, one digit", lambda: 246.0, "whiten the table"),
        wrong("the post's square", lambda: 0.2285, "not yet. Whiten the penguins"),
        wrong("the median", lambda: np.median(penguins()[3]), "not yet", never=("squared",)),
        wrong("all distances", lambda: penguins()[3], "shape (333,)"),
        wrong("both results of vq", lambda: vq(penguins()[0], penguins()[1]), "one number"),
        wrong("four clusters", lambda: kmeans(penguins()[0], 4, rng=0)[1], "not yet", never=("root", "squared")),
    ],
    "02.2": [
        right("bincount with weights", lambda: lambda X, codebook: counted(X, codebook, minlength=len(codebook))),
        right("by broadcasting, without vq", lambda: broadcast),
        right("groupby, as a Series", lambda: grouped),
        wrong("the notebook's sum_of_squares", lambda: sum_of_squares, "one number for each row of the codebook"),
        wrong("bincount that forgets the last", lambda: counted, "shape (2,)", "that no row is nearest to"),
        wrong("a mean in each cluster", lambda: averaged, "the mean of no rows"),
        wrong("fitted again from there", lambda: fitted_again, "that your function is given", never=("plain", "root")),
        wrong("from the means of the rows", lambda: from_own_means, "need not hold these means"),
        wrong("squares of each row", lambda: lambda X, codebook: vq(X, codebook)[1] ** 2, "shape (40,)"),
        wrong("in order of size", lambda: lambda X, codebook: sorted(broadcast(X, codebook)), "in the order"),
        wrong("the stub", lambda: lambda X, codebook: None, "end with a return"),
        wrong("its result", lambda: broadcast(*penguins()[:2]), "the function itself"),
    ],
    "02.3": [
        right("the means of each cluster's rows", lambda: pd.DataFrame(customers()[0]).groupby(customers()[2]).mean()),
        right("ddof=1, in another order", lambda: (customers()[1] * customers()[0].std(axis=0, ddof=1))[::-1]),
        right("by StandardScaler and back", by_scaler),
        right("rounded to one digit", lambda: translated().round(1).tolist()),
        wrong("the four centres from above", lambda: customers(4)[1] * customers()[0].std(axis=0), "shape (4, 2)"),
        wrong("in standard deviations, two digits", lambda: customers()[1].round(2), "still in standard deviations"),
        wrong("times the whitened table's", lambda: customers()[1] * whiten(customers()[0]).std(axis=0), "still in"),
        wrong("times the variances", lambda: customers()[1] * customers()[0].var(axis=0), "not yet", never=("mean",)),
        wrong("income first", lambda: translated()[:, ::-1], "not yet"),
        wrong("the labels", lambda: customers()[2], "shape (2000,)"),
        wrong("no return", lambda: None, "end with a return"),
    ],
    "02.4": [
        right("a small letter", lambda: "d"),
        right("in brackets", lambda: " (D) "),
        right("with a full stop", lambda: "D."),
        wrong("the lowest", lambda: "B", "smallest sum of squares"),
        wrong("nearly the lowest", lambda: "c", "nearly the least"),
        wrong("the highest", lambda: "A", "first along neither", never=("you chose",)),
        wrong("the number of the dot", lambda: 3, "one of the letters"),
        wrong("two letters", lambda: "D, B", "one of the letters"),
        wrong("its mean distance", lambda: 1.303, "one of the letters"),
    ],
    "02.5": [
        right("by sets", lambda: 40 - len(set(forty(rng=0).tolist()))),
        right("zeros of bincount", lambda: (np.bincount(forty(rng=0), minlength=40) == 0).sum()),
        wrong("the clusters with members", lambda: len(np.unique(forty(rng=0))), "Asked for are those that have none"),
        wrong("seed for rng", lambda: 40 - len(np.unique(forty(seed=0))), "not those of rng=0"),
        wrong("not whitened", lambda: 40 - len(np.unique(forty(np.array, rng=0))), "raw customers"),
        wrong(
            "what kmeans lacks",
            lambda: 40 - len(kmeans(whiten(customers()[0]), 40, rng=0)[0]),
            "some clusters are empty",
        ),
        wrong("the largest label", lambda: forty(rng=0).max(), "not yet"),
        wrong("their numbers", lambda: sorted(set(range(40)) - set(forty(rng=0).tolist())), "one number"),
        wrong("a share", lambda: 0.05, "not yet"),
    ],
}
