"""Gap statistic, scores of data without groups, and stability: against the paper's models and sums done by hand."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from helpers import datasets, scores
from helpers.scores import Gap, gap_statistic, groups, null_scores, reference_sets, stability

LINE = np.array([[0.0], [1.0], [10.0], [11.0]])


def slanted(n=400):
    """Spread points evenly over a rectangle of 20 by 2 that is turned by 30 degrees and lies far from the origin."""
    box = np.random.default_rng(0).uniform((-10, -1), (10, 1), (n, 2))
    angle = np.radians(30)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return box @ turn + (100, 50), turn


def made(log_inertia, *reference):
    """Gap of a data set and its references, without any clustering."""
    return Gap(np.arange(1, len(log_inertia) + 1), np.array(log_inertia), np.array(reference))


# --- gap statistic


def test_log_inertia_is_that_of_sums_done_by_hand():
    # around 5.5: 30.25 + 20.25 twice; two pairs: 4 * 0.25; one pair: 2 * 0.25
    assert np.allclose(gap_statistic(LINE, 3).log_inertia, np.log([101, 1, 0.5]))


def test_gap_and_its_error_by_hand():
    gap = made([1.0, 0.0], [1.0, 0.8], [1.2, 1.0])
    assert np.allclose(gap.gap, [0.1, 0.9])
    assert np.allclose(gap.error, 0.1 * np.sqrt(1.5))  # standard deviation over the references, times sqrt(1 + 1/2)


@pytest.mark.parametrize(
    ("gaps", "error", "k"),
    [
        ([0.5, 0.4, 0.3], 0.0, 1),  # falls at once
        ([0.1, 0.5, 0.4], 0.0, 2),
        ([0.1, 0.2, 0.9], 0.0, 3),  # never enough: the largest tried
        ([0.45, 0.5, 0.4], 0.1, 1),  # within an error of the next: the smaller k
        ([0.35, 0.5, 0.4], 0.1, 2),
    ],
)
def test_smallest_k_within_one_error_of_the_next_is_chosen(gaps, error, k):
    spread = error / np.sqrt(1.5)  # two references this far above and below their mean have the wanted error
    gap = made(-np.array(gaps), [spread] * 3, [-spread] * 3)
    assert np.allclose(gap.error, error)
    assert gap.k == k


@pytest.mark.parametrize("reference", scores.REFERENCES)
@pytest.mark.parametrize("seed", range(3))
def test_models_of_the_paper_get_their_k(reference, seed):
    """Models (a) and (b) of Tibshirani, Walther and Hastie 2001: no groups in ten columns; three groups in two."""
    rng = np.random.default_rng(seed)
    assert gap_statistic(rng.random((200, 10)), 5, n_references=10, reference=reference).k == 1
    centers = np.repeat([(0, 0), (0, 5), (5, -3)], (25, 25, 50), axis=0)
    assert gap_statistic(centers + rng.normal(size=(100, 2)), 5, n_references=10, reference=reference).k == 3


def test_a_slanted_cloud_is_one_group_only_to_the_reference_that_is_slanted_too():
    X, _ = slanted()
    assert gap_statistic(X, 4, reference="pca").k == 1
    assert gap_statistic(X, 4, reference="uniform").k > 1


def test_gap_is_repeatable_and_units_do_not_matter():
    X = datasets.blobs(80, centers=3).X
    first, again, larger = (gap_statistic(rows, 4, n_references=5) for rows in (X, X, 1000 * X))
    assert np.array_equal(first.reference, again.reference)
    assert np.allclose(first.gap, larger.gap)
    assert not np.array_equal(first.reference, gap_statistic(X, 4, n_references=5, random_state=1).reference)


@pytest.mark.parametrize(
    ("X", "options", "message"),
    [
        (LINE, {"k_max": 4}, "more than 4 distinct rows"),
        (np.zeros((50, 2)), {"k_max": 2}, "more than 2 distinct rows"),
        (LINE, {"k_max": 1}, "at least 2"),
        (LINE * 1e149, {"k_max": 2}, "choose other units"),
        ([[0.0], [1e-170], [2e-170], [1.0]], {"k_max": 2}, "squares of their distances vanish"),
        (LINE * 1e-170, {"k_max": 2}, "choose other units"),
        (LINE, {"k_max": 2, "n_references": 1}, "at least 2"),
        (LINE, {"k_max": 2, "reference": "normal"}, "of kind uniform or pca or blob, not 20 of 'normal'"),
    ],
)
def test_gap_refuses_what_it_cannot_judge(X, options, message):
    with pytest.raises(ValueError, match=message):
        gap_statistic(X, **options)


# --- sets without groups


@pytest.mark.parametrize("kind", scores.REFERENCES)
def test_references_fill_the_box_around_the_data(kind):
    X, turn = slanted()
    drawn, other = reference_sets(X, 2, kind=kind)
    assert drawn.shape == X.shape
    assert not np.array_equal(drawn, other)
    # seen along its own axes
    own, box = (drawn, X) if kind == "uniform" else ((drawn - (100, 50)) @ turn.T, (X - (100, 50)) @ turn.T)
    slack = 0.25  # principal components are estimates of the rectangle's sides: they may be turned a little
    assert (own.min(axis=0) >= box.min(axis=0) - slack).all()
    assert (own.max(axis=0) <= box.max(axis=0) + slack).all()
    assert (np.ptp(own, axis=0) > 0.97 * np.ptp(box, axis=0)).all()


def test_reference_of_one_column_and_of_more_columns_than_rows():
    wide = np.random.default_rng(0).normal(size=(3, 8))
    for X in (LINE, wide):
        (drawn,) = reference_sets(X, 1)
        assert drawn.shape == X.shape
    # three rows lie in a plane, and so does what is drawn for them
    assert np.linalg.matrix_rank(drawn - wide.mean(axis=0), tol=1e-9) == 2


@pytest.mark.parametrize(("n", "kind"), [(0, "pca"), (-1, "uniform"), (3, "normal")])
def test_reference_refuses_what_it_cannot_draw(n, kind):
    with pytest.raises(ValueError, match="at least 1 reference, of kind uniform or pca or blob"):
        reference_sets(LINE, n, kind=kind)


def test_a_blob_has_the_means_and_covariances_of_the_data_and_no_edges():
    X, _ = slanted(4000)
    for drawn in reference_sets(X, 3, kind="blob"):
        assert np.allclose(drawn.mean(axis=0), X.mean(axis=0), atol=0.5)
        assert np.allclose(np.cov(drawn.T), np.cov(X.T), rtol=0.1)
        assert (np.ptp(drawn, axis=0) > 1.3 * np.ptp(X, axis=0)).all()  # the box ends where the rectangle does


def test_a_blob_of_one_row_of_one_column_and_of_more_columns_than_rows():
    wide = np.random.default_rng(0).normal(size=(3, 8))
    for X in (LINE, LINE[:1], wide):
        assert reference_sets(X, 2, kind="blob").shape == (2, *X.shape)
    assert np.linalg.matrix_rank(reference_sets(wide, 1, kind="blob")[0] - wide.mean(axis=0), tol=1e-9) == 2


def test_two_clouds_beat_one_blob_and_one_cloud_does_not():
    def in_two(rows):
        return silhouette_score(rows, groups.KMeans(2, n_init=3, random_state=0).fit_predict(rows))

    one, two = datasets.blobs(100, centers=1).X, datasets.blobs(100, centers=[(0, 0), (7, 0)]).X
    beaten = [np.mean(in_two(X) > null_scores(X, in_two, n_references=20, reference="blob")) for X in (one, two)]
    assert beaten[1] == 1 > beaten[0]


def test_null_scores_are_those_of_the_references():
    X, _ = slanted(30)
    found = null_scores(X, lambda rows: rows.max(), n_references=4, random_state=3)
    assert found.tolist() == reference_sets(X, 4, kind="pca", random_state=3).max(axis=(1, 2)).tolist()
    assert len(set(found)) == 4


# --- stability


def test_clear_groups_are_stable_at_their_k_alone():
    X = datasets.blobs(150, centers=[(0, 0), (9, 0), (0, 9)], std=0.5).X
    agreement = stability(X, [2, 3, 6], n_pairs=8)
    assert agreement.shape == (8, 3)
    assert (agreement[:, 1] == 1).all()
    assert agreement[:, 2].mean() < 0.8


def test_two_equal_parts_agree_where_the_starts_do_not_matter():
    X = datasets.blobs(60, centers=[(0, 0), (9, 0)], std=0.5).X
    assert (stability(X, [2], n_pairs=3, share=1) == 1).all()


def test_stability_is_repeatable_and_draws_other_parts_for_another_seed():
    X = datasets.noise(80).X
    first, again, other = (stability(X, [3], n_pairs=4, random_state=s) for s in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert len(np.unique(first)) > 1


@pytest.mark.parametrize(
    ("ks", "share"), [([], 0.8), ([1, 2], 0.8), ([2], 0.5), ([2], 1.01), ([2], -1), ([2], float("nan"))]
)
def test_stability_refuses_arguments_out_of_range(ks, share):
    with pytest.raises(ValueError, match="share must be above one half"):
        stability(np.random.default_rng(0).random((100, 2)), ks, share=share)


@pytest.mark.parametrize(
    ("X", "k", "share"),
    [
        (np.random.default_rng(0).random((100, 2)), 11, 0.6),  # two parts of 60 may share just 20 rows
        (np.repeat(LINE, 25, axis=0), 5, 0.8),
    ],
)
def test_stability_refuses_too_few_or_too_equal_rows(X, k, share):
    with pytest.raises(ValueError, match="too few, or too alike"):
        stability(X, [2, k], share=share)


def test_starts_are_as_asked_for_and_differ_between_the_parts(monkeypatch):
    asked = []

    class Spy(groups.KMeans):
        def __init__(self, n_clusters=8, *, n_init=1, random_state=None):
            super().__init__(n_clusters, n_init=n_init, random_state=random_state)
            asked.append((n_clusters, n_init, random_state))

        def fit(self, X, *args, **kwargs):
            assert len(np.unique(X, axis=0)) == len(X)  # no row twice in a part
            return super().fit(X, *args, **kwargs)

    monkeypatch.setattr(groups, "KMeans", Spy)
    X = datasets.noise(40).X
    stability(X, [2, 3], n_pairs=1, n_init=4, random_state=9)
    assert asked == [(2, 4, 9), (2, 4, 10), (3, 4, 9), (3, 4, 10)]
    asked.clear()
    gap_statistic(X, 2, n_references=2, n_init=5, random_state=9)
    assert asked == [(1, 5, 9), (2, 5, 9)] * 3


# --- progress


@pytest.mark.parametrize(
    ("work", "n"),
    [
        (lambda progress: gap_statistic(LINE, 2, n_references=3, progress=progress), 4),
        (lambda progress: null_scores(LINE, np.sum, n_references=3, progress=progress), 3),
        (lambda progress: stability(np.vstack([LINE, LINE]), [2], n_pairs=3, progress=progress), 3),
    ],
    ids=["gap", "null", "stability"],
)
def test_progress_sees_each_piece_of_work_when_it_is_done(work, n):
    seen = []

    def progress(pieces):
        assert len(pieces) == n  # a bar needs to know how long it is
        for piece in pieces:
            yield piece
            seen.append(1)

    work(progress)
    assert len(seen) == n
