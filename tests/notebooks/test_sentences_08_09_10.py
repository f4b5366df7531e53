"""General sentences of notebooks 08, 09 and 10, proved on three more seeds or fresh draws."""

import itertools

import numpy as np
from commands import ROOT
from flask import Flask
from flask_restful import Api, Resource, reqparse
from proving import says
from scipy import stats
from serving import knowing
from sklearn.cluster import KMeans, MiniBatchKMeans, kmeans_plusplus
from sklearn.datasets import make_blobs
from sklearn.metrics import pairwise_distances_argmin, pairwise_distances_argmin_min
from threadpoolctl import threadpool_limits

from helpers import datasets, experiments
from helpers.scores import gap_statistic
from helpers.service import create_app

single_thread = threadpool_limits.wrap(limits=1)  # for many small fits, which more threads make slower


def _mounted(resource):
    app = Flask("service")
    Api(app).add_resource(resource, "/clustering")
    return app.test_client()


@says("08_clustering_endpoint", "So every plain `GET` fails.")
def test_reqparse_refuses_every_plain_get(seed):
    class Parsing(Resource):
        def get(self):
            parser = reqparse.RequestParser()
            parser.add_argument("k", type=int)
            return parser.parse_args()

    rng = np.random.default_rng(seed)
    client = _mounted(Parsing)
    for k in ["", "three", "-1", *rng.integers(10**6, size=20).tolist()]:
        assert client.get(f"/clustering?k={k}").status_code == 415
    assert client.get("/clustering").status_code == 415


@says("08_clustering_endpoint", "compares today's label numbers with tomorrow's compares nonsense.")
@single_thread
def test_label_numbers_of_unseeded_answers_do_not_agree(seed):
    customers = datasets.load("customers").X
    np.random.seed(seed)  # noqa: NPY002
    answers = [KMeans(n_clusters=8).fit(customers).labels_ for _ in range(5)]
    assert np.mean([np.mean(a == b) for a, b in itertools.combinations(answers, 2)]) < 0.5


@says("08_clustering_endpoint", "No fit for the same question, none for the freshness, none for headers.")
def test_only_a_new_question_costs_a_fit(seed):
    k, other = (int(k) for k in np.random.default_rng(seed).choice(np.arange(2, 15), 2, replace=False))
    app = knowing(create_app(workers=1))
    engine, client, path = app.extensions["clustering"], app.test_client(), f"/clustering?k={k}&seed={seed}"
    try:
        first = client.get(path)
        assert engine.fits == 1
        assert client.get(path).data == first.data
        assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
        assert client.head(f"/clustering?k={other}").status_code == 200
        assert engine.fits == 1
        client.get(f"/clustering?k={other}")
        assert engine.fits == 2
    finally:
        engine.close()


def _excess(centers, X, least):
    return pairwise_distances_argmin_min(X, centers, metric="sqeuclidean")[1].sum() / least - 1


def _fit(rows, k, **options):
    return KMeans(k, n_init=4, random_state=0, **options).fit(rows)


@says(
    "09_bigger_data",
    "Ten times the rows bring it down to about a tenth. And for a thousand out of ten times as many rows it is about "
    "the same: what counts is how many rows are drawn, not their share.",
)
@single_thread
def test_the_excess_of_a_sample_goes_by_its_rows_not_its_share(seed):
    rng, median = np.random.default_rng(seed), {}
    for n, sizes in ((20_000, (100, 1000, 10_000)), (200_000, (1000,))):
        X = make_blobs(n, centers=6, cluster_std=2.5, n_features=4, random_state=seed)[0]
        least = KMeans(6, init=_fit(X[:20_000], 6).cluster_centers_, n_init=1).fit(X).inertia_
        for size in sizes:
            ends = [_excess(_fit(rng.choice(X, size), 6).cluster_centers_, X, least) for _ in range(5)]
            median[n, size] = np.median(ends)
    tenths = median[20_000, 100] / median[20_000, 1000], median[20_000, 1000] / median[20_000, 10_000]
    assert 4 < min(tenths) < max(tenths) < 25
    assert 0.5 < median[200_000, 1000] / median[20_000, 1000] < 2


@says("09_bigger_data", "That is an exact step of Lloyd, wherever the pieces came from")
def test_a_step_over_pieces_is_a_step_over_all(seed):
    rng = np.random.default_rng(seed)
    X, centers = rng.normal(size=(5000, 3)), rng.normal(size=(6, 3))
    shuffled = rng.permutation(X)
    cuts = np.sort(rng.choice(np.arange(1, 5000), 40, replace=False))
    sums, counts = np.zeros((6, 3)), np.zeros((6, 1))
    for piece in np.split(shuffled, cuts):
        labels = pairwise_distances_argmin(piece, centers)
        np.add.at(sums, labels, piece)
        np.add.at(counts, labels, 1)
    labels = pairwise_distances_argmin(X, centers)
    whole = [X[labels == j].mean(axis=0) for j in range(6)]
    assert np.abs(sums / counts - whole).max() < 1e-11


def _stream(seed):
    blobs, rng = datasets.blobs(50_000, centers=8, random_state=seed), np.random.default_rng(seed)
    mixed = rng.permutation(blobs.X)
    return mixed, blobs.X[np.argsort(blobs.target)], _fit(mixed, 8).inertia_


def _by_batches(X, **start):
    model = MiniBatchKMeans(8, n_init=1, random_state=0, **start)
    for batch in np.array_split(X, 50):
        model.partial_fit(batch)
    return model.cluster_centers_


@says("09_bigger_data", "Of the three only the random rows do not care about the order.")
@single_thread
def test_the_order_of_a_stream_misleads_all_but_random_rows(seed):
    mixed, ordered, least = _stream(seed)
    rows = np.random.default_rng(seed).choice(ordered, 1000, replace=False)
    assert _excess(_by_batches(ordered), mixed, least) > 1
    assert _excess(_fit(ordered[:1000], 8).cluster_centers_, mixed, least) > 1
    assert _excess(_fit(rows, 8).cluster_centers_, mixed, least) < 0.1


@says("09_bigger_data", "it makes one start, where the two samples kept the best of four.")
@single_thread
def test_from_the_best_of_four_starts_a_shuffled_stream_ends_well(seed):
    mixed, _, least = _stream(seed)
    start = _fit(mixed[:1000], 8).cluster_centers_
    assert _excess(_by_batches(mixed, init=start), mixed, least) < 0.02


@says("09_bigger_data", "Lloyd takes more steps where groups overlap.")
@single_thread
def test_lloyd_takes_more_steps_where_groups_overlap(seed):
    steps = []
    for spread in (2, 8):
        X = make_blobs(5_000, centers=16, n_features=8, cluster_std=spread, random_state=seed)[0]
        steps.append(np.median([KMeans(16, n_init=1, random_state=state).fit(X).n_iter_ for state in range(3)]))
    assert steps[1] > 2 * steps[0]


def _norm(n_centers, n_features, rng):
    centers = rng.uniform(0, 500, (n_centers, n_features))
    return centers[rng.integers(n_centers, size=10_000)] + rng.normal(size=(10_000, n_features))


def _start(X, k, state):
    return kmeans_plusplus(X, k, n_local_trials=1, random_state=state)[0]


def _potential(X, start, max_iter=1000):
    return KMeans(len(start), init=start, n_init=1, tol=0, max_iter=max_iter).fit(X).inertia_ / len(X)


@says("10_published_experiments", "A mean over such trials is mostly a count of accidents.")
@single_thread
def test_one_missed_group_in_twenty_trials_decides_the_mean(seed):
    rng = np.random.default_rng(seed)
    X = _norm(25, 15, rng)
    start = _start(X, 25, seed)
    far = ((start - start[0]) ** 2).sum(axis=1).argmax()
    start[0] = start[far] + rng.normal(size=15)  # the accident: no centre for one group, two for another
    accident, usual = _potential(X, start), 15
    assert np.mean([accident] + 19 * [usual]) > 4 * usual


@says(
    "10_published_experiments",
    "Leave out the 1, and you get the interval for the mean, which answers another",
)
def test_the_interval_for_one_more_holds_what_the_interval_for_the_mean_does_not(seed):
    rng, n = np.random.default_rng(seed), 10
    values, new = rng.normal(size=(20_000, n)), rng.normal(size=20_000)
    off = np.abs(new - values.mean(axis=1)) / (stats.t.ppf(0.995, n - 1) * values.std(axis=1, ddof=1))
    assert abs(np.mean(off < np.sqrt(1 + 1 / n)) - 0.99) < 0.005
    assert np.mean(off < np.sqrt(1 / n)) < 0.75


@says("10_published_experiments", "where k is the number of groups, a single step reaches the floor")
@single_thread
def test_one_step_reaches_the_floor_where_k_is_the_number_of_groups(seed):
    rng = np.random.default_rng(seed)
    for n_centers, n_features in ((25, 15), (10, 5)):
        X = _norm(n_centers, n_features, rng)
        starts = [_start(X, n_centers, state) for state in range(9)]
        one, all_steps = (np.median([_potential(X, start, steps) for start in starts]) for steps in (1, 1000))
        assert one < 1.001 * all_steps < 1.03 * n_features
        starts = [_start(X, 50, state) for state in range(9)]
        one, all_steps = (np.median([_potential(X, start, steps) for start in starts]) for steps in (1, 1000))
        assert one > 1.01 * all_steps


@says("10_published_experiments", "groups that lie farther apart are missed less often")
@single_thread
def test_groups_that_lie_farther_apart_are_missed_less_often(seed):
    missed = []
    for spread in (10, 100):
        rng = np.random.default_rng(seed)
        centers, groups = rng.normal(0, spread, (50, 15)), rng.integers(50, size=10_000)
        X = centers[groups] + rng.normal(size=(10_000, 15))
        drawn = [kmeans_plusplus(X, 50, n_local_trials=1, random_state=state)[1] for state in range(11)]
        missed.append(sum(50 - len(set(groups[rows])) for rows in drawn))
    assert missed[1] < missed[0] / 2


@says("10_published_experiments", "Other draws may stop earlier, but not at 2")
@single_thread
def test_the_gap_along_the_columns_does_not_stop_at_the_slanted_groups(seed):
    rng = np.random.default_rng(seed)
    line = np.linspace(-0.5, 0.5, 100)[:, None]
    slanted = np.vstack([line + rng.normal(0, 0.1, (100, 3)) + shift for shift in (0, 10)])
    for reference in ("uniform", "pca"):
        gap = gap_statistic(slanted, 6, n_references=20, n_init=3, reference=reference, random_state=seed)
        assert (gap.k == 2) == (reference == "pca")


@says("10_published_experiments", "With another seed none is equal, and none is different beyond noise.")
@single_thread
def test_another_seed_gives_other_numbers_within_noise(seed):
    full = experiments.load(ROOT / "data" / "results" / "experiments" / "kmeans-plusplus.json")
    short = experiments.run("kmeans-plusplus", trials=1, datasets=2, seed=seed + 1, n_jobs=1)
    other = experiments.compare(short, full)
    assert other.count("equal") == other.count("different") == 0
