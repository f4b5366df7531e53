"""General sentences of notebooks 02 and 03, proved on three more seeds or fresh draws."""

import io
import itertools

import numpy as np
import pytest
from course import cell_with
from PIL import Image
from proving import says
from scipy.cluster.vq import kmeans, kmeans2, vq, whiten
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

from helpers import datasets


def _skewed(data_seed):
    """Mean distance and sum of squares of twenty restarts, as in the notebook's section on restarts."""
    Y = np.random.default_rng(data_seed).lognormal(size=(60, 2))
    rng = np.random.default_rng(data_seed)
    ends = [vq(Y, kmeans(Y, 3, iter=1, rng=rng)[0])[1] for _ in range(20)]
    return np.array([(d.mean(), (d**2).sum()) for d in ends])


def _silhouette(Y, k, seed):
    return silhouette_score(Y, vq(Y, kmeans(Y, k, iter=10, rng=seed)[0])[0])


@says("02_scipy_vq", "`kmeans` finds nearly the same clusters with each of ten seeds")
def test_kmeans_finds_nearly_the_same_penguins(seed):
    P = whiten(datasets.load("penguins").X)
    runs = [vq(P, kmeans(P, 3, rng=10 * seed + i)[0])[0] for i in range(10)]
    assert min(adjusted_rand_score(runs[0], run) for run in runs) > 0.95


@says("02_scipy_vq", "The borders are level.")
def test_raw_customers_are_cut_by_income(seed):
    X = datasets.load("customers").X
    labels, _ = vq(X, kmeans(X, 4, rng=seed)[0])
    bands = sorted((X[labels == j, 1] for j in range(4)), key=np.min)
    assert all(low.max() <= high.min() for low, high in itertools.pairwise(bands))


@says("02_scipy_vq", "From step to step of one run, the sum of squares never rises.")
@pytest.mark.filterwarnings("ignore:One of the clusters is empty")
def test_no_step_of_kmeans2_raises_the_sum_of_squares(seed):
    rng = np.random.default_rng(seed)
    for d in (1, 2, 5):
        Y, start = rng.normal(size=(200, d)), rng.normal(size=(6, d)) * 2
        books = [kmeans2(Y, start, iter=n, minit="matrix")[0] for n in range(1, 30)]
        sums = [(vq(Y, book)[1] ** 2).sum() for book in books]
        assert np.diff(sums).max() <= 1e-9


@says("02_scipy_vq", "the same number then gives *other* random draws")
def test_seed_and_rng_draw_otherwise(seed):
    Y = np.random.default_rng(seed).random((200, 2))
    new, old = kmeans(Y, 20, iter=1, rng=seed)[0], kmeans(Y, 20, iter=1, seed=seed)[0]
    assert not np.array_equal(new, old)


@says("02_scipy_vq", "On skewed data, such as incomes, the loss can be large.")
def test_scipy_often_keeps_a_worse_restart_on_skewed_sets(seed):
    ends = [_skewed(1000 * seed + i) for i in range(100)]
    ratios = np.array([e[e[:, 0].argmin(), 1] / e[:, 1].min() for e in ends])
    assert np.mean(ratios > 1.000001) > 1 / 3
    assert ratios.max() > 1.2
    assert np.median(ratios[ratios > 1.000001]) < 1.1  # "on a typical one, the loss is small"


@says("02_scipy_vq", "It is rare here")
def test_few_seeds_show_a_stale_distortion(seed):
    X, stale = datasets.load("square").X, 0
    for s in range(1000 * seed, 1000 * seed + 60):
        codebook, returned = kmeans(X, 3, rng=s)
        stale += abs(returned - vq(X, codebook)[1].mean()) > 1e-9
    assert stale <= 3


@says("02_scipy_vq", "Nearly every start draws the same point more than once")
def test_nearly_every_start_shortens_the_codebook(seed):
    T = np.array([[0.0, 0.0]] * 98 + [[10.0, 0.0], [0.0, 10.0]])
    lengths = [len(kmeans(T, 3, iter=1, rng=100 * seed + i)[0]) for i in range(100)]
    assert np.mean(np.array(lengths) < 3) > 0.95


@says("02_scipy_vq", "`kmeans2` keeps k rows")
@pytest.mark.filterwarnings("ignore:One of the clusters is empty")
def test_kmeans2_keeps_rows_without_members(seed):
    two = datasets.blobs(100, centers=[[0, 0], [5, 5]], std=0.25, random_state=seed).X
    runs = [kmeans2(two, 4, minit="random", rng=100 * seed + i) for i in range(50)]
    assert {len(codebook) for codebook, _ in runs} == {4}
    assert np.mean([len(np.unique(labels)) < 4 for _, labels in runs]) > 1 / 2


@says("02_scipy_vq", "most noise scores higher")
def test_most_noise_has_a_higher_silhouette_than_the_post(seed):
    post = _silhouette(datasets.load("square").X, 3, 0)
    noise = [_silhouette(np.random.default_rng(1000 * seed + i).random((100, 2)), 3, seed) for i in range(40)]
    assert np.mean(np.array(noise) > post) > 1 / 2


@says("02_scipy_vq", "most of what sets these data apart from uniform points lies in each column alone")
def test_shuffled_columns_score_nearly_as_the_real_ones(seed):
    A, rng = whiten(datasets.load("anes96").X), np.random.default_rng(seed)
    uniform = [_silhouette(rng.uniform(A.min(axis=0), A.max(axis=0), A.shape), 3, 2) for _ in range(9)]
    shuffled = [_silhouette(np.column_stack([rng.permutation(c) for c in A.T]), 3, 2) for _ in range(9)]
    real = _silhouette(A, 3, 2)
    assert np.median(shuffled) - np.median(uniform) > (real - np.median(uniform)) / 2


def _pixels(name):
    return datasets.load_image(name).reshape(-1, 3).astype(float)


def _drawn(rows, n, seed):
    return rows[np.random.default_rng(seed).choice(len(rows), size=n, replace=False)]


def _decibels(rows, codebook):
    return 10 * np.log10(255**2 / ((vq(rows, np.rint(codebook))[1] ** 2).sum() / rows.size))


@says("03_image_codebook", "shuffle the pixels, and the palette is as good as before")
def test_a_palette_of_shuffled_pixels_is_as_good(seed):
    for name in ("china", "flower"):
        rows = _pixels(name)
        mixed = np.random.default_rng(seed).permutation(rows)
        books = [kmeans(_drawn(table, 1000, seed), 16, rng=seed)[0] for table in (rows, mixed)]
        assert abs(np.subtract(*(_decibels(rows, book) for book in books))) < 0.5


@says("03_image_codebook", "Here the order is the same each time")
def test_learnt_beats_random_beats_uniform(seed):
    for name, levels in itertools.product(("china", "flower"), (2, 4)):
        rows, k = _pixels(name), levels**3
        steps = (np.arange(levels) + 0.5) * 256 / levels
        grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
        learnt = _decibels(rows, kmeans(_drawn(rows, 1000, seed), k, iter=5, rng=seed)[0])
        chance = [_decibels(rows, _drawn(rows, k, 10 * seed + i)) for i in range(3)]
        assert learnt > max(chance)
        assert max(chance) > _decibels(rows, grid)


@says("03_image_codebook", "with few colours they are a lottery")
def test_random_palettes_of_few_colours_differ_widely(seed):
    for name in ("china", "flower"):
        rows = _pixels(name)
        spread = {k: np.ptp([_decibels(rows, _drawn(rows, k, 100 * seed + i)) for i in range(12)]) for k in (8, 64)}
        assert spread[8] > 2
        assert spread[8] > spread[64]


@says("03_image_codebook", "our palette does not know what a neighbour is")
def test_jpeg_loses_where_neighbours_are_not_alike(seed):
    rows = _pixels("china")
    book = kmeans(_drawn(rows, 1000, seed), 16, iter=5, rng=seed)[0]
    wanted, in_codes = _decibels(rows, book), len(rows) // 2  # bytes, at four bits a code
    mixed = np.random.default_rng(seed).permutation(rows)
    sizes = {}
    for name, table in (("as taken", rows), ("shuffled", mixed)):
        image = table.reshape(427, 640, 3).astype(np.uint8)
        for quality in range(5, 96, 5):
            buffer = io.BytesIO()
            Image.fromarray(image).save(buffer, "JPEG", quality=quality)
            decoded = np.asarray(Image.open(buffer)).astype(float)
            if 10 * np.log10(255**2 / ((image - decoded) ** 2).mean()) >= wanted:
                break
        sizes[name] = len(buffer.getvalue())
    assert sizes["as taken"] < in_codes / 2
    assert sizes["shuffled"] > in_codes


@says("03_image_codebook", "a small sample gives a codebook nearly as good, if it is drawn by chance")
def test_a_small_sample_costs_less_than_a_decibel(seed):
    for name in ("china", "flower"):
        rows = _pixels(name)
        all_pixels, some = (
            KMeans(16, n_init=1, random_state=seed).fit(table).cluster_centers_
            for table in (rows, _drawn(rows, 1000, seed))
        )
        assert _decibels(rows, all_pixels) - _decibels(rows, some) < 1


@says("03_image_codebook", "here, each method wins by its own measure")
def test_rgb_and_lab_win_by_their_own_measures(seed):
    scope = {"np": np}
    exec(cell_with("03-s8-lab").source, scope)
    to_lab, rows = scope["to_lab"], _pixels("flower")
    found = {}
    for name, table in (("RGB", rows), ("Lab", to_lab(rows))):
        codes, _ = vq(table, kmeans(_drawn(table, 1000, seed), 8, iter=5, rng=seed)[0])
        painted = np.rint([rows[codes == j].mean(axis=0) for j in range(codes.max() + 1)])[codes]
        found[name] = ((rows - painted) ** 2).mean(), np.linalg.norm(to_lab(rows) - to_lab(painted), axis=1).mean()
    assert found["RGB"][0] < found["Lab"][0]
    assert found["Lab"][1] < found["RGB"][1]
