"""The gate for tables: every function that takes one lets the same in, and refuses the rest in the same words."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.cluster import DBSCAN

from helpers.checking import as_table
from helpers.datasets import lineup
from helpers.plots import scatter_clusters
from helpers.predicting import predict_dbscan
from helpers.scores import (
    count_neighbors,
    eps_sweep,
    fit_dbscan,
    gap_statistic,
    k_distances,
    null_scores,
    reference_sets,
    stability,
)

PAIR = [[1.0, 2.0], [3.0, 4.0]]
TAKEN = {
    "a list": PAIR,
    "whole numbers": np.array(PAIR, int),
    "narrow numbers": np.array(PAIR, np.float32),
    "the other order": np.asfortranarray(PAIR),
    "a frame": pd.DataFrame(PAIR),
    "a nullable frame": pd.DataFrame(PAIR).convert_dtypes(),
    "a frame of objects": pd.DataFrame(PAIR, dtype=object),
    "nothing masked": np.ma.array(PAIR, mask=False),
    "read only": np.broadcast_to(np.array([[1.0, 2.0]]), (2, 2)),
}
NAMED = pd.DataFrame({"age": [1, 2, 3], "income": [4.0, 5.0, 6.0]})
REFUSED = {
    "one dimension": ([1.0, 2.0], r"not of shape \(2,\)"),
    "no rows": (np.empty((0, 2)), r"not of shape \(0, 2\)"),
    "no columns": (np.empty((2, 0)), r"not of shape \(2, 0\)"),
    "a number": (3.0, "table"),
    "ragged": ([[1.0], [1.0, 2.0]], "do not all have the same length"),
    "missing": ([[1.0, 2.0], [np.nan, 1.0]], "column 0, row 1, is missing"),
    "infinite": ([[1.0, -np.inf]], "column 1, row 0, is -inf, infinite"),
    "too large": (np.full((2, 2), 1e200), "too large to be squared: choose other units"),
    "masked": (np.ma.array([[1.0, -999.0]], mask=[[False, True]]), "column 1, row 0, is masked"),
    "NA": (NAMED.astype("Int64").mask(NAMED > 5), "column 'income', row 2, is missing"),
    "NA among objects": (NAMED.astype(object).mask(NAMED > 5, pd.NA), "column 'income', row 2, is missing"),
    "None": ([[1.0, None]], "column 1, row 0, is missing"),
    "text in a frame": (NAMED.assign(age=["1", "2", "3"]), "column 'age', row 0, is '1'"),
    "text": ([["1", "2"]], "of type <U1"),
    "dates": (np.array([["2020-01-01"]], "datetime64[s]"), "of type datetime64"),
    "complex": ([[1j, 2]], "of type complex128"),
    "sparse": (sparse.csr_array(np.eye(3)), "X.toarray"),
}
TAKERS = {
    "as_table": as_table,
    "k_distances": lambda X: k_distances(X, 1),
    "eps_sweep": lambda X: eps_sweep(X, [1.0]),
    "count_neighbors": lambda X: count_neighbors(X, 1.0),
    "gap_statistic": lambda X: gap_statistic(X, 2),
    "reference_sets": lambda X: reference_sets(X, 1),
    "null_scores": lambda X: null_scores(X, np.mean),
    "stability": lambda X: stability(X, [2]),
    "predict_dbscan": lambda X: predict_dbscan(X, [[0.0, 0.0]], [0], 1.0),
    "scatter_clusters": lambda X: scatter_clusters(X, [0, 0]),
    "lineup": lambda X: lineup(X, n_rows=2),
}


@pytest.mark.parametrize("kind", TAKEN)
def test_tables_of_all_kinds_are_read(kind):
    found = as_table(TAKEN[kind])
    assert found.tolist() == np.asarray(TAKEN[kind], dtype=float).tolist()
    assert type(found) is np.ndarray
    assert found.dtype == float


def test_a_table_that_is_one_is_not_copied():
    X = np.array(PAIR)
    assert np.shares_memory(as_table(X), X)


@pytest.mark.parametrize("taker", TAKERS)
def test_whatever_takes_a_table_refuses_the_same(taker):
    for kind, (X, message) in REFUSED.items():
        if taker == "predict_dbscan" and kind == "no rows":
            continue  # nothing to label is no fault
        with pytest.raises(ValueError, match=message.replace("X.", "[a-zA-Z]+.")):
            TAKERS[taker](X)


def test_degrees_are_no_radians():
    places = [[40.7, -74.0], [51.5, -0.1]]
    assert as_table(np.radians(places), metric="haversine").shape == (2, 2)
    for call in (
        lambda: k_distances(places, 1, metric="haversine"),
        lambda: eps_sweep(places, [0.01], metric="haversine"),
        lambda: count_neighbors(places, 0.01, metric="haversine"),
        lambda: predict_dbscan(places, np.radians(places), [0, 1], 0.01, metric="haversine"),
        lambda: predict_dbscan(np.radians(places), places, [0, 1], 0.01, metric="haversine"),
    ):
        with pytest.raises(ValueError, match=r"latitude 51\.5 in row 1 is no angle in radians; np\.radians turns"):
            call()
    with pytest.raises(ValueError, match="two columns for haversine"):
        as_table(np.zeros((2, 3)), metric="haversine")
    with pytest.raises(ValueError, match="longitude 74 in row 0"):
        as_table([[0.7, 74.0]], metric="haversine")


@pytest.mark.parametrize("seed", range(30))
def test_distances_are_compared_as_scikit_learn_compares_them(seed):
    rng = np.random.default_rng(seed)
    X = rng.integers(0, 10, (12, 2)) / 10
    for eps in (0.1, 0.3, 0.5, np.hypot(0.1, 0.2)):
        for min_samples in (2, 3):
            model = DBSCAN(eps=eps, min_samples=min_samples).fit(X)
            found = predict_dbscan(X, model.components_, model.labels_[model.core_sample_indices_], eps)
            assert ((found == -1) == (model.labels_ == -1)).all()
    for min_samples in (2, 4):
        reach = k_distances(X, min_samples)
        for i in np.flatnonzero(reach):  # each is enough for as many core points, and the number before it is not
            cores = len(DBSCAN(eps=reach[i], min_samples=min_samples).fit(X).core_sample_indices_)
            assert cores == (reach <= reach[i]).sum()
            fewer = len(DBSCAN(eps=np.nextafter(reach[i], 0), min_samples=min_samples).fit(X).core_sample_indices_)
            assert fewer < cores


def _sensors(n_columns, shift):
    """Two groups of rows, and a first column of seconds that lies far from zero."""
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(0, 0.3, (60, n_columns)), rng.normal(3, 0.3, (60, n_columns))])
    X[:, 0] = np.round(X[:, 0] * 64) / 64  # so that adding whole numbers loses nothing
    return X + np.eye(n_columns)[0] * shift


@pytest.mark.parametrize("n_columns", [3, 16, 17, 40])
@pytest.mark.parametrize("shift", [0, 1_700_000_000, -(2**40)])
def test_what_lies_far_from_zero_is_clustered_as_beside_it(n_columns, shift):
    eps = 0.6 * np.sqrt(n_columns)
    X = _sensors(n_columns, shift)
    labels = fit_dbscan(X, eps).labels_
    assert labels.tolist() == fit_dbscan(_sensors(n_columns, 0), eps).labels_.tolist() == [0] * 60 + [1] * 60
    assert eps_sweep(X, [eps]).labels[0].tolist() == labels.tolist()
    if n_columns > 15 and shift:
        assert DBSCAN(eps=eps).fit(X).labels_.tolist() != labels.tolist()  # why this is needed


def test_rows_too_wide_for_squares_are_looked_up_in_a_tree():
    X = _sensors(16, 0)
    X[-1] = 1e9
    labels = fit_dbscan(X, 2.4).labels_
    assert labels.tolist() == [0] * 60 + [1] * 59 + [-1]
    assert fit_dbscan(X, 2.4).algorithm == "ball_tree"


def test_it_imports_no_pandas():
    said = "import sys, helpers.checking as c; c.as_table([[1, None]]) if len(sys.argv) > 1 else c.as_table([[1.0]])"
    said += "; print('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout == "False\n"
