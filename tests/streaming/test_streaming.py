"""k-means over Parquet: scikit-learn's answers, however the rows are cut and whoever sums; errors with their place."""

import itertools
import os
import re
import subprocess
import sys
import threading
import tracemalloc

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from distributed import Client, LocalCluster
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from threadpoolctl import threadpool_info

from helpers import streaming
from helpers.files import whole
from helpers.streaming import __main__ as cli
from helpers.streaming import parquet, passes

X, TRUTH = make_blobs(6000, n_features=3, centers=6, cluster_std=2.0, random_state=3)
NAMES = ["a", "b", "c"]


def write(path, X, group=500, names=NAMES):
    table = pa.table({name: X[:, j] for j, name in enumerate(names)})
    pq.write_table(table, path, row_group_size=group)
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return write(tmp_path_factory.mktemp("data") / "rows.parquet", X)


@pytest.fixture(scope="module")
def client():
    with (
        LocalCluster(2, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as c,
    ):
        yield c


# --- the answer -------------------------------------------------------------------------------------------------------


def test_from_the_same_start_it_ends_where_scikit_learn_does(file):
    start = X[:6]
    found = streaming.fit(file, 6, init=start, tol=0)
    model = KMeans(6, init=start, n_init=1, tol=0).fit(X)
    np.testing.assert_allclose(found.centers, model.cluster_centers_)
    assert found.inertia == pytest.approx(model.inertia_)
    assert found.settled
    assert found.counts.tolist() == np.bincount(model.labels_, minlength=6).tolist()
    assert (found.n_rows, found.n_passes, found.columns) == (6000, len(found.history), ("a", "b", "c"))
    assert found.history[-1] == found.inertia


def test_the_objective_never_rises(file):
    history = streaming.fit(file, 6, init=X[:6], tol=0).history
    assert len(history) > 3
    assert all(after <= before * (1 + 1e-12) for before, after in itertools.pairwise(history))


def test_inertia_and_counts_are_those_of_the_centers(file):
    found = streaming.fit(file, 6, max_passes=1, init=X[:6])
    distances = ((X[:, None] - found.centers) ** 2).sum(axis=2)
    assert not found.settled
    assert found.inertia == pytest.approx(distances.min(axis=1).sum())
    assert found.counts.tolist() == np.bincount(distances.argmin(axis=1), minlength=6).tolist()


def test_the_stop_is_scikit_learns(file):
    start = X[:6]
    for tol in (1e-1, 1e-2, 1e-4):
        found = streaming.fit(file, 6, init=start, tol=tol)
        model = KMeans(6, init=start, n_init=1, tol=tol).fit(X)
        assert found.n_passes == model.n_iter_


@pytest.mark.parametrize(("group", "threads"), [(17, 1), (17, 5), (1000, 2), (6000, 5)])
def test_neither_row_groups_nor_threads_change_the_answer(file, tmp_path, monkeypatch, group, threads):
    monkeypatch.setattr(parquet, "BATCH", 100 + group // 3)
    expected = streaming.fit(file, 6, sample=400)
    found = streaming.fit(write(tmp_path / "other.parquet", X, group), 6, sample=400, threads=threads)
    np.testing.assert_allclose(found.centers, expected.centers, rtol=0, atol=1e-9)
    assert found.counts.tolist() == expected.counts.tolist()


def test_a_folder_is_its_files_in_the_order_of_their_names(file, tmp_path):
    write(tmp_path / "part-1.parquet", X[2500:])
    write(tmp_path / "part-0.parquet", X[:2500], group=77)
    write(tmp_path / "_hidden.parquet", X[:100])
    (tmp_path / "_SUCCESS").touch()
    found = streaming.fit(tmp_path, 6, sample=400)
    np.testing.assert_allclose(found.centers, streaming.fit(file, 6, sample=400).centers, rtol=0, atol=1e-9)


def test_a_cluster_gives_the_same_answer(file, client):
    expected, found = streaming.fit(file, 6, sample=400), streaming.fit(file, 6, sample=400, client=client)
    np.testing.assert_allclose(found.centers, expected.centers, rtol=0, atol=1e-9)
    assert found.counts.tolist() == expected.counts.tolist()
    assert found.history == pytest.approx(expected.history)


def test_the_order_of_the_rows_does_not_matter(tmp_path):
    """A file sorted by cluster: whole row groups as a sample would miss clusters, a uniform one does not."""
    ordered, mixed = X[np.argsort(TRUTH)], X[np.random.default_rng(0).permutation(len(X))]
    best = KMeans(6, n_init=10, random_state=0).fit(X).inertia_
    for rows in (ordered, mixed):
        path = write(tmp_path / "rows.parquet", rows)
        found = [streaming.fit(path, 6, sample=600, random_state=seed).inertia for seed in range(5)]
        assert np.median(found) <= 1.01 * best
    firsts = [KMeans(6, n_init=1, random_state=seed).fit(ordered[:600]).cluster_centers_ for seed in range(5)]
    path = write(tmp_path / "ordered.parquet", ordered)
    assert np.median([streaming.fit(path, 6, init=first).inertia for first in firsts]) > 1.05 * best


def test_the_sample_is_uniform_over_the_whole(tmp_path):
    path = write(tmp_path / "rows.parquet", np.arange(5000.0)[:, None], group=31, names=["a"])
    source = streaming.describe(path)
    from helpers.streaming.starting import _draw

    drawn = np.concatenate([_draw(source, 500, seed, None, {})[:, 0] for seed in range(20)])
    assert all(len(set(drawn[i : i + 500])) == 500 for i in range(0, len(drawn), 500))
    assert np.histogram(drawn, bins=10, range=(0, 5000))[0] == pytest.approx(1000, abs=120)  # four deviations


@pytest.mark.parametrize("kind", ["float32", "float64", "int8", "int32", "int64", "uint16", "float16"])
def test_every_type_of_number_is_read(tmp_path, kind):
    rows = np.round(X * 3).clip(-100, 100) + (100 if kind.startswith("u") else 0)
    path = write(tmp_path / "rows.parquet", rows.astype(kind))
    model = KMeans(4, init=rows[:4], n_init=1, tol=0).fit(rows)
    found = streaming.fit(path, 4, init=rows[:4], tol=0)
    np.testing.assert_allclose(found.centers, model.cluster_centers_, rtol=1e-9)


def test_far_from_zero_no_digits_are_lost(tmp_path):
    path = write(tmp_path / "rows.parquet", X + 1e8)
    found = streaming.fit(path, 6, init=X[:6] + 1e8, tol=0)
    np.testing.assert_allclose(
        found.centers - 1e8, streaming.fit(_again(tmp_path), 6, init=X[:6], tol=0).centers, atol=1e-6
    )


def _again(tmp_path):
    return write(tmp_path / "again.parquet", X)


@pytest.mark.parametrize("far", [1e7, 1e9, 1e11])
def test_clusters_far_apart_lose_no_digits_either(tmp_path, far):
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(3000, 2)) + np.where(rng.random((3000, 1)) < 0.5, far, -far)
    start = rows[:8]
    found = streaming.fit(write(tmp_path / "rows.parquet", rows, names=NAMES[:2]), 8, init=start, tol=0)
    squares = ((rows[:, None] - found.centers) ** 2).sum(axis=2)  # by differences, which are exact enough
    assert found.settled
    assert found.inertia == pytest.approx(squares.min(axis=1).sum(), rel=1e-6)
    assert found.counts.tolist() == np.bincount(squares.argmin(axis=1), minlength=8).tolist()


@pytest.mark.parametrize("sentinel", [-1e9, 1e10])
def test_a_number_that_stands_for_nothing_does_not_spoil_the_rest(tmp_path, sentinel):
    rows = X.copy()
    rows[::100, 1] = sentinel
    found = streaming.fit(write(tmp_path / "rows.parquet", rows), 7)
    squares = ((rows[:, None] - found.centers) ** 2).sum(axis=2)
    assert found.counts.tolist() == np.bincount(squares.argmin(axis=1), minlength=7).tolist()
    others = np.ones(len(X), bool)
    others[::100] = False
    assert squares[others].min(axis=1).sum() < 1.2 * KMeans(6, n_init=4, random_state=0).fit(X[others]).inertia_


def test_the_sample_of_many_rows_takes_no_memory_for_the_others():
    from helpers.streaming.starting import _draw

    group = parquet.Group("", 0, 10**9, ("a",), ())
    source = parquet.Source("", (group,), ("a",), 10**9, "", ())
    tracemalloc.start()
    try:
        with pytest.raises(streaming.DataError):  # there is no such file; its rows have been drawn by then
            _draw(source, 1000, 0, None, {})
        assert tracemalloc.get_traced_memory()[1] < 10**7
    finally:
        tracemalloc.stop()


def test_columns_are_chosen_and_ordered(tmp_path):
    table = pa.table({"id": [str(i) for i in range(len(X))], "b": X[:, 1], "a": X[:, 0]})
    pq.write_table(table, tmp_path / "rows.parquet")
    found = streaming.fit(tmp_path / "rows.parquet", 3, columns=["a", "b"], init=X[:3, :2], tol=0)
    expected = KMeans(3, init=X[:3, :2], n_init=1, tol=0).fit(X[:, :2])
    np.testing.assert_allclose(found.centers, expected.cluster_centers_)


def test_a_center_without_rows_stays_and_is_warned_of(file):
    start = np.vstack([X[:2], [[1e6, 1e6, 1e6]]])
    with pytest.warns(UserWarning, match="1 of the 3 centres have no rows"):
        found = streaming.fit(file, 3, init=start)
    assert found.counts[2] == 0
    assert found.centers[2].tolist() == [1e6, 1e6, 1e6]


def test_one_row_again_and_again_is_a_cluster(tmp_path):
    found = streaming.fit(write(tmp_path / "rows.parquet", np.ones((50, 3))), 1)
    assert (found.inertia, found.settled, found.centers.tolist()) == (0, True, [[1, 1, 1]])


# --- labels -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("clustered", [False, True])
def test_labels_stand_in_the_order_of_the_rows(file, tmp_path, client, clustered):
    found = streaming.fit(file, 6)
    streaming.assign(file, found.centers, tmp_path / "labels.parquet", client=client if clustered else None)
    labels = pq.read_table(tmp_path / "labels.parquet")
    assert labels.schema == pa.schema({"label": pa.int32()})
    labels = labels["label"].to_numpy()
    assert labels.tolist() == ((X[:, None] - found.centers) ** 2).sum(axis=2).argmin(axis=1).tolist()
    assert np.bincount(labels).tolist() == found.counts.tolist()
    groups = pq.ParquetFile(tmp_path / "labels.parquet").metadata
    assert groups.num_row_groups == 12


def test_labels_are_there_as_a_whole_or_not_at_all(tmp_path):
    rows = X.copy()
    rows[5500, 1] = np.nan
    path = write(tmp_path / "rows.parquet", rows)
    with pytest.raises(streaming.DataError, match=r"rows.parquet, column b: row 5501"):
        streaming.assign(path, X[:4], tmp_path / "labels.parquet")
    assert [left.name for left in tmp_path.iterdir()] == ["rows.parquet"]


def test_a_result_knows_its_columns(file, tmp_path):
    found = streaming.fit(file, 4, columns=["c", "a"])
    other = tmp_path / "other.parquet"
    pq.write_table(pq.read_table(file).select(["b", "a", "c"]), other)
    streaming.assign(other, found, tmp_path / "labels.parquet")
    assert np.bincount(pq.read_table(tmp_path / "labels.parquet")["label"]).tolist() == found.counts.tolist()


def test_labels_overwrite_nothing(file, tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        streaming.assign(file, X[:4], tmp_path / "no" / "labels.parquet")
    (tmp_path / "there").touch()
    with pytest.raises(FileExistsError, match="is there already"):
        streaming.assign(file, X[:4], tmp_path / "there")
    write(tmp_path / "rows.parquet", X)
    with pytest.raises(ValueError, match="would be taken for"):
        streaming.assign(tmp_path, X[:4], tmp_path / "labels")
    with pytest.raises(ValueError, match=re.escape("of shape (2, 2)")):
        streaming.assign(file, X[:2, :2], tmp_path / "labels.parquet")


# --- going on, going back ---------------------------------------------------------------------------------------------


class Stop(Exception):
    pass


def stop_at(n_pass, done):
    def progress(state):
        if (state.n_pass, state.done) == (n_pass, done):
            raise Stop

    return progress


@pytest.fixture(scope="module")
def expected(file):
    """A fit that nobody interrupts."""
    return streaming.fit(file, 6, sample=100, tol=0)


@pytest.mark.parametrize("moment", [(1, 0), (1, 3), (2, 0), (3, 12), (5, 7)])
def test_it_goes_on_from_the_last_finished_pass(file, expected, tmp_path, moment):
    kept = tmp_path / "kept.npz"
    with pytest.raises(Stop):
        streaming.fit(file, 6, sample=100, tol=0, checkpoint=kept, progress=stop_at(*moment))
    seen = []
    found = streaming.fit(file, 6, sample=100, tol=0, checkpoint=kept, progress=seen.append)
    assert seen[0].n_pass == moment[0]
    assert seen[0].history == expected.history[: moment[0] - 1]
    assert found.history == expected.history
    assert found.centers.tolist() == expected.centers.tolist()


def test_a_finished_fit_is_read_off_in_one_pass_and_more_passes_go_on(file, expected, tmp_path):
    kept = tmp_path / "kept.npz"
    streaming.fit(file, 6, sample=100, tol=0, max_passes=3, checkpoint=kept)
    seen = []
    found = streaming.fit(file, 6, sample=100, tol=0, checkpoint=kept, progress=seen.append)
    assert seen[0].n_pass == 3
    assert found.history == expected.history


def test_the_checkpoint_of_another_fit_is_refused(file, tmp_path):
    kept = tmp_path / "kept.npz"
    streaming.fit(file, 6, max_passes=1, checkpoint=kept)
    streaming.fit(file, np.int64(6), max_passes=1, random_state=np.int64(0), columns=np.array(NAMES), checkpoint=kept)
    others = [{"k": 5}, {"random_state": 1}, {"sample": 50}, {"columns": ["b", "a"]}, {"init": X[:6]}, {"n_init": 3}]
    for other in [*others, {"scale": "standard"}]:
        with pytest.raises(ValueError, match="is of another fit"):
            streaming.fit(file, **({"k": 6, "checkpoint": kept} | other))
    with pytest.raises(ValueError, match="is of another fit"):
        streaming.fit(write(tmp_path / "rows.parquet", X), 6, checkpoint=kept)
    kept.write_bytes(kept.read_bytes()[:100])
    with pytest.raises(ValueError, match="is no checkpoint"):
        streaming.fit(file, 6, checkpoint=kept)


@pytest.mark.parametrize("clustered", [False, True])
def test_a_stop_ends_within_the_groups_under_way(tmp_path, client, monkeypatch, clustered):
    path, read = write(tmp_path / "rows.parquet", X, group=20), []
    monkeypatch.setattr(passes, "read", lambda group, **how: read.append(group) or parquet.read(group, **how))
    with pytest.raises(Stop):
        streaming.fit(path, 3, init=X[:3], client=client if clustered else None, progress=stop_at(1, 5))
    assert len(read) <= 5 + 8 + 2  # of 300: those done, those that waited, those that ran


def test_progress_counts_every_group(file):
    seen = []
    found = streaming.fit(file, 6, sample=1000, max_passes=2, tol=0, progress=seen.append)
    told = [(0, 12), (0, 5), (1, 12), (2, 12)]  # the sample, its starts, two passes
    assert [(p.n_pass, p.done, p.total) for p in seen] == [(n, done, of) for n, of in told for done in range(of + 1)]
    assert [p.history for p in seen if p.n_pass == 2] == [found.history[:1]] * 13


def test_a_bar_a_pass(file, capsys):
    streaming.fit(file, 6, init=X[:6], max_passes=2, tol=0, progress=True)
    shown = capsys.readouterr().err
    assert "pass 1" in shown
    assert "pass 2" in shown
    assert "12/12" in shown


def test_without_being_asked_it_shows_nothing(file, capsys):
    streaming.fit(file, 6)
    assert capsys.readouterr() == ("", "")


# --- what cannot be clustered -----------------------------------------------------------------------------------------


def broken(tmp_path, **columns):
    pq.write_table(pa.table({"a": X[:900, 0]} | columns), tmp_path / "rows.parquet", row_group_size=300)
    return tmp_path / "rows.parquet"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, r"is missing \(null\)"),
        (np.nan, "is nan"),
        (np.inf, "is inf"),
        (-np.inf, "is -inf"),
        (1e200, r"is 1e\+200; give finite numbers, at most 1e\+150"),
    ],
)
def test_what_is_no_number_is_told_with_its_place(tmp_path, value, said, client):
    column = X[:900, 1].tolist()
    column[666] = value
    path = broken(tmp_path, b=pa.array(column, pa.float64()))
    for options in ({}, {"init": X[:3, :2]}, {"client": client}):
        with pytest.raises(
            streaming.DataError, match=rf"rows.parquet, column b: row 667 \(the first is 1\) {said}"
        ) as caught:
            streaming.fit(path, 3, **options)
        assert str(caught.value).count("row 667") == 1


def test_a_column_that_is_not_there(file):
    with pytest.raises(streaming.DataError, match="column income: is not there; there are a, b, c"):
        streaming.fit(file, 3, columns=["a", "income"])
    with pytest.raises(streaming.DataError, match="named twice"):
        streaming.fit(file, 3, columns=["a", "a"])
    with pytest.raises(TypeError, match="give a list of names"):
        streaming.fit(file, 3, columns="a")


def test_nothing_at_all(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file or folder"):
        streaming.fit(tmp_path / "nothing", 3)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"a": X[:, 0]}, "b.parquet, column b: is in a.parquet and not in b.parquet"),
        ({"a": X[:, 0], "b": X[:, 1], "z": X[:, 2]}, "b.parquet, column z: is in b.parquet and not in a.parquet"),
        (
            {"a": X[:, 0], "b": X[:, 1].astype("float32")},
            "b.parquet, column b: is of type float, and double in a.parquet",
        ),
    ],
)
def test_files_of_other_columns_are_refused(tmp_path, columns, said):
    pq.write_table(pa.table({"a": X[:, 0], "b": X[:, 1]}), tmp_path / "a.parquet")
    pq.write_table(pa.table(columns), tmp_path / "b.parquet")
    with pytest.raises(streaming.DataError, match=said):
        streaming.fit(tmp_path, 3)


def test_columns_in_another_order_are_the_same(tmp_path):
    pq.write_table(pa.table({"a": X[:, 0], "b": X[:, 1]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"b": X[:, 1], "a": X[:, 0]}), tmp_path / "b.parquet")
    found = streaming.fit(tmp_path, 2, init=X[:2, :2], tol=0)
    np.testing.assert_allclose(found.centers, KMeans(2, init=X[:2, :2], n_init=1, tol=0).fit(X[:, :2]).cluster_centers_)


def test_more_clusters_than_distinct_rows(tmp_path):
    rows = np.repeat(X[:4], 500, axis=0)
    path = write(tmp_path / "rows.parquet", rows)
    for sample in (100_000, 50):
        with pytest.raises(
            streaming.DataError, match=r"rows.parquet: has 4 distinct rows, fewer than k=5; .* at most 4"
        ):
            streaming.fit(path, 5, sample=sample)
    assert streaming.fit(path, 4).inertia == pytest.approx(0, abs=1e-9)


def test_a_sample_with_too_few_distinct_rows_is_not_blamed_on_the_data(tmp_path):
    rows = np.zeros((20_000, 3))
    rows[[5, 9000, 19_999]] = X[:3]
    path = write(tmp_path / "rows.parquet", rows, group=1000)
    with pytest.raises(
        ValueError, match=r"the sample of 10 rows has only 1 distinct ones, fewer than k=4; .* larger"
    ) as e:
        streaming.fit(path, 4, sample=10)
    assert not isinstance(e.value, streaming.DataError)
    assert streaming.fit(path, 4).counts.tolist().count(1) == 3


@pytest.mark.parametrize("cut", [3, 1000, -20])
def test_a_truncated_file_is_named(tmp_path, cut):
    path = write(tmp_path / "rows.parquet", X)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(streaming.DataError, match=r"rows.parquet: is damaged, cut off, or no Parquet file"):
        streaming.fit(path, 3)


def test_a_file_damaged_inside_is_named(tmp_path):
    path = write(tmp_path / "rows.parquet", X)
    body = bytearray(path.read_bytes())
    body[len(body) // 2 : len(body) // 2 + 3000] = b"\xff" * 3000
    path.write_bytes(body)
    with pytest.raises(streaming.DataError, match=r"rows.parquet, rows \d+ to \d+: "):
        streaming.fit(path, 3)


@pytest.mark.parametrize("change", ["written anew", "replaced", "deleted"])
def test_a_file_that_changes_between_passes_is_named(tmp_path, change):
    path = write(tmp_path / "rows.parquet", X)

    def progress(state):
        if (state.n_pass, state.done) == (2, 0):
            if change == "written anew":
                write(path, X[:3000])
            elif change == "replaced":
                os.replace(write(tmp_path / "other", X + 1), path)
            else:
                path.unlink()

    with pytest.raises(streaming.DataError, match=r"rows.parquet, rows \d+ to \d+: the file has changed since"):
        streaming.fit(path, 3, init=X[:3], tol=0, progress=progress)


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        ({"k": 0}, ValueError, "k=0: give at least 1"),
        ({"k": 2.0}, TypeError, "k=2.0: give a whole number"),
        ({"k": True}, TypeError, "k=True"),
        ({"sample": 2}, ValueError, "sample=2: give at least 3"),
        ({"max_passes": 0}, ValueError, "max_passes=0"),
        ({"random_state": -1}, ValueError, "random_state=-1"),
        ({"random_state": 2**32}, ValueError, "less than"),
        ({"random_state": None}, TypeError, "random_state=None"),
        ({"tol": -1.0}, ValueError, "tol=-1.0"),
        ({"tol": np.nan}, ValueError, "tol=nan"),
        ({"init": X[:2]}, ValueError, r"of shape \(2, 3\); give 3 rows of 3 columns"),
        ({"init": np.full((3, 3), np.nan)}, ValueError, "not all finite"),
        ({"init": X[:3] * 1e199}, ValueError, "at most 1e[+]150 in size"),
        ({"init": "k-means++"}, ValueError, "cannot be read as numbers"),
        ({"threads": -1}, ValueError, "threads=-1: give at least 1"),
        ({"threads": 2.5}, TypeError, "threads=2.5"),
        ({"tol": None}, ValueError, "tol=None"),
        ({"n_init": 0}, ValueError, "n_init=0: give at least 1"),
        ({"n_init": "auto"}, TypeError, "n_init='auto': give a whole number"),
        ({"gain": -1}, ValueError, "gain=-1: give 0 or more"),
        ({"gain": None}, ValueError, "gain=None: give 0 or more"),
        ({"scale": "robust"}, ValueError, "scale='robust': give 'standard', or None"),
        ({"scale": True}, ValueError, "scale=True: give 'standard', or None"),
        ({"scale": [1, 2, 3]}, ValueError, "scale=.*: give 'standard', or None"),
        ({"checkpoint": "no/such.npz"}, FileNotFoundError, "there is no folder no for the checkpoint"),
    ],
)
def test_wrong_parameters_are_refused(file, wrong, error, said):
    with pytest.raises(error, match=said):
        streaming.fit(file, **({"k": 3} | wrong))


def test_neither_a_fit_nor_a_failed_one_nor_a_failed_assign_leaves_anything_running(file, tmp_path):
    before = threading.active_count(), [one["num_threads"] for one in threadpool_info()]
    with pytest.raises(Stop) as caught:
        streaming.assign(file, X[:3], tmp_path / "labels.parquet", progress=stop_at(1, 4))
    assert caught  # and with it the frames
    with pytest.raises(Stop):
        streaming.fit(file, 6, progress=stop_at(1, 4))
    streaming.fit(file, 6)
    assert (threading.active_count(), [one["num_threads"] for one in threadpool_info()]) == before


def test_fits_side_by_side_give_the_threads_back(file):
    before, first, second = threadpool_info(), threading.Event(), threading.Event()

    def one(state):
        first.set()
        assert second.wait(60)

    def run():
        streaming.fit(file, 3, init=X[:3], max_passes=1, progress=one)

    thread = threading.Thread(target=run)
    thread.start()
    assert first.wait(60)
    ended = []

    def two(state):
        if not ended:
            second.set()
            thread.join(60)
            ended.append(True)

    streaming.fit(file, 3, init=X[:3], max_passes=1, progress=two)
    assert threadpool_info() == before


# --- from a terminal --------------------------------------------------------------------------------------------------


def test_from_a_terminal(file, tmp_path, capsys):
    centers, labels = str(tmp_path / "c.npz"), str(tmp_path / "labels.parquet")
    cli.main(["fit", str(file), "6", "--out", centers, "--columns", "a", "b"])
    said = capsys.readouterr()
    found = streaming.fit(file, 6, columns=["a", "b"])
    assert said.out.startswith(
        f"6000 rows, {found.n_passes} passes, settled\ninertia {found.inertia:.8g}; a, b of each"
    )
    assert "pass 1" in said.err
    cli.main(["assign", str(file), labels, "--centers", centers])
    assert np.bincount(pq.read_table(labels)["label"]).tolist() == found.counts.tolist()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fit", "nothing.parquet", "3"], "there is no file or folder .*nothing.parquet"),
        (["fit", "{file}", "0"], "k=0: give at least 1"),
        (["fit", "{file}", "3", "--out", "{file}"], "is there already"),
        (["fit", "nowhere.parquet", "3", "--out", "{file}"], "nowhere.parquet"),
        (["fit", "{file}", "3", "--out", "c.npz", "--checkpoint", "c.npz"], "name the same file"),
        (["fit", "{file}", "3", "--out", "no/c.npz"], "there is no folder no"),
        (["assign", "{file}", "out", "--centers", "nothing.npz"], "nothing.npz"),
        (["assign", "{file}", "out", "--centers", "{file}"], "holds no centres that fit has kept"),
    ],
)
def test_a_terminal_is_told_in_one_line(file, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=said) as stopped:
        cli.main([argument.format(file=file) for argument in arguments])
    assert "\n" not in stopped.value.code


def test_the_index_of_a_data_frame_is_left_out_and_told(tmp_path, capsys):
    """As pandas and Dask keep it, unless it is named."""
    table = pa.table(
        {"key": range(900), "a": X[:900, 0], "b": X[:900, 1], "__null_dask_index__": range(900)},
        metadata={b"pandas": b'{"index_columns": ["key"]}'},
    )
    pq.write_table(table, tmp_path / "rows.parquet")
    source = streaming.describe(tmp_path / "rows.parquet")
    assert (source.columns, source.notes) == (
        ("a", "b"),
        ("Left out, the index of a data frame: key, __null_dask_index__.",),
    )
    named = streaming.describe(tmp_path / "rows.parquet", ["key", "a"])
    assert (named.columns, named.notes) == (("key", "a"), ())
    out = str(tmp_path / "centers.npz")
    cli.main(["fit", str(tmp_path / "rows.parquet"), "3", "--out", out])
    said = "Left out, the index of a data frame: key, __null_dask_index__."
    assert capsys.readouterr().out.startswith(f"{said}\n900 rows")
    cli.main(["assign", str(tmp_path / "rows.parquet"), str(tmp_path / "labels.parquet"), "--centers", out])
    found = streaming.fit(tmp_path / "rows.parquet", 3)
    assert found.columns == ("a", "b")
    assert np.bincount(pq.read_table(tmp_path / "labels.parquet")["label"]).tolist() == found.counts.tolist()
    pq.write_table(table.select(["key"]), tmp_path / "rows.parquet")
    with pytest.raises(streaming.DataError, match="no column is named"):
        streaming.describe(tmp_path / "rows.parquet")


def test_all_columns_that_are_no_numbers_are_told_at_once(tmp_path):
    pq.write_table(pa.table({"a": ["x"], "b": [1.0], "c": [True]}), tmp_path / "rows.parquet")
    with pytest.raises(
        streaming.DataError, match=r"column a: holds text .string.; column c: holds true and false .bool.; name the"
    ):
        streaming.describe(tmp_path / "rows.parquet")


def test_a_whole_file_is_for_everybody_and_stays_as_it_was_if_writing_fails(tmp_path):
    path = tmp_path / "centers.npz"
    with whole(path) as file:
        file.write(b"first")
    assert path.stat().st_mode & 0o777 == 0o644
    with pytest.raises(TypeError), whole(path) as file:
        file.write("no bytes")
    assert [one.name for one in tmp_path.iterdir()] == ["centers.npz"]
    assert path.read_bytes() == b"first"


def test_reading_imports_no_pandas(tmp_path):
    """It would take 35 MB in each of a cluster's workers, which cluster nothing by scikit-learn."""
    pq.write_table(pa.table({"x": [1.5, 2.0], "y": [1, 2]}), tmp_path / "x.parquet")
    code = "import sys; from helpers.streaming.parquet import describe, read\n"
    code += (
        f"print([len(X) for group in describe({str(tmp_path)!r}).groups for X in read(group)], 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[2] False\n"
