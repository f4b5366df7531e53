"""Distances in standard deviations: scikit-learn's, however the rows are cut; centres in the data's units."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.preprocessing import StandardScaler

from helpers import streaming
from helpers.streaming import __main__ as cli
from helpers.streaming import parquet
from helpers.streaming.scaling import standardised

BLOBS, TRUTH = make_blobs(3000, n_features=3, centers=5, random_state=1)
X = BLOBS * [1, 1000, 1e-6] + [0, 1e6, 0]


def write(path, rows=X, group=700, kind="float64"):
    table = pa.table({f"x{j}": rows[:, j].astype(kind) for j in range(rows.shape[1])})
    pq.write_table(table, path, row_group_size=group)
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return write(tmp_path_factory.mktemp("data") / "rows.parquet")


def test_it_is_k_means_of_the_standardised_rows_told_in_the_units_of_the_data(file):
    scaler = StandardScaler().fit(X)
    Z, start = scaler.transform(X), X[:5]
    found = streaming.fit(file, 5, init=start, scale="standard", tol=0)
    model = KMeans(5, init=Z[:5], n_init=1, tol=0).fit(Z)
    np.testing.assert_allclose(found.centers, scaler.inverse_transform(model.cluster_centers_), rtol=1e-9)
    assert found.inertia == pytest.approx(model.inertia_)
    np.testing.assert_allclose(found.scale, scaler.scale_, rtol=1e-12)
    assert found.counts.tolist() == np.bincount(model.labels_).tolist()
    assert streaming.fit(file, 5, init=start, tol=0).counts.tolist() != found.counts.tolist()  # it matters here


@pytest.mark.parametrize(("group", "batch", "threads"), [(50, 30, 2), (3000, 1000, 1)])
def test_neither_row_groups_nor_threads_change_it(file, tmp_path, monkeypatch, group, batch, threads):
    expected = streaming.fit(file, 5, scale="standard")
    monkeypatch.setattr(parquet, "BATCH", batch)
    other = write(tmp_path / "rows.parquet", group=group)
    found = streaming.fit(other, 5, scale="standard", threads=threads)
    np.testing.assert_allclose(found.centers, expected.centers, rtol=1e-9)
    assert found.counts.tolist() == expected.counts.tolist()


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_deviations_keep_their_digits_far_from_zero_and_a_single_value_stays(tmp_path, kind):
    rng = np.random.default_rng(0)
    rows = np.column_stack([2.0**20 + rng.integers(0, 9, 5000), np.full(5000, 0.1), rng.normal(size=5000)])
    rows = rows.astype(kind)
    scale = standardised(streaming.describe(write(tmp_path / "rows.parquet", rows, 97, kind)), None, {}).scale
    exact = rows.astype(np.longdouble).std(axis=0)
    assert scale[1] == 1
    np.testing.assert_allclose(scale[[0, 2]], exact[[0, 2]].astype(float), rtol=1e-11)
    far = rows[:, 0].astype(float)
    assert abs(np.sqrt((far**2).mean() - far.mean() ** 2) / exact[0] - 1) > 1e-7  # so many digits squares alone lose


def test_a_fit_of_standardised_rows_goes_on_from_its_checkpoint(file, tmp_path):
    kept = tmp_path / "kept.npz"
    streaming.fit(file, 5, scale="standard", max_passes=2, tol=0, checkpoint=kept)
    on = streaming.fit(file, 5, scale="standard", tol=0, checkpoint=kept)
    assert on.centers.tolist() == streaming.fit(file, 5, scale="standard", tol=0).centers.tolist()


def test_labels_are_by_the_same_distances_from_python_and_a_terminal(file, tmp_path):
    found = streaming.fit(file, 5, scale="standard")
    streaming.assign(file, found, tmp_path / "one.parquet")
    streaming.assign(file, found.centers, tmp_path / "two.parquet", scale=found.scale)
    cli.main(["fit", str(file), "5", "--scale", "standard", "--out", str(tmp_path / "centers.npz")])
    cli.main(["assign", str(file), str(tmp_path / "three.parquet"), "--centers", str(tmp_path / "centers.npz")])
    for wrong in ([1, 2], [1, 2, 0]):
        with pytest.raises(ValueError, match="give a number above 0 for each of 3 columns"):
            streaming.assign(file, found.centers, tmp_path / "four.parquet", scale=wrong)
    expected = (((X[:, None] - found.centers) / found.scale) ** 2).sum(axis=2).argmin(axis=1).tolist()
    for name in ("one", "two", "three"):
        assert pq.read_table(tmp_path / f"{name}.parquet")["label"].to_pylist() == expected


def test_scaled_rows_that_were_kept_on_disk_are_the_same(file, tmp_path):
    expected = streaming.fit(file, 5, scale="standard", tol=0)
    found = streaming.fit(file, 5, scale="standard", tol=0, scratch=tmp_path)
    assert found.centers.tolist() == expected.centers.tolist()
