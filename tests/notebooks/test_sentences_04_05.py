"""General sentences of notebooks 04 and 05, proved on three more seeds or fresh draws."""

import numpy as np
from proving import says
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score, calinski_harabasz_score, silhouette_samples, silhouette_score
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import StandardScaler

from helpers import datasets
from helpers.scores import gap_statistic


@says("04_sklearn_kmeans", "One run of the default is often not the best one")
def test_one_run_of_the_default_often_misses_the_best(seed):
    X, _ = make_blobs(1500, centers=15, cluster_std=0.6, random_state=seed)
    default = np.array([KMeans(15, random_state=s).fit(X).inertia_ for s in range(40)])
    assert np.mean(default >= 1.01 * default.min()) > 0.25


@says("04_sklearn_kmeans", "And a better start is worth many runs.")
def test_one_run_from_a_better_start_beats_the_best_of_five_random_ones(seed):
    X, _ = make_blobs(1500, centers=15, cluster_std=0.6, random_state=seed)
    default = [KMeans(15, random_state=s).fit(X).inertia_ for s in range(40)]
    five = [KMeans(15, init="random", n_init=5, random_state=s).fit(X).inertia_ for s in range(20)]
    assert np.mean(default) < np.mean(five)


@says("04_sklearn_kmeans", "raise `n_init` so that the result depends on it less")
def test_more_runs_depend_less_on_the_seed(seed):
    X, _ = make_blobs(1500, centers=15, cluster_std=0.6, random_state=seed)
    ends = [[KMeans(15, n_init=n, random_state=s).fit(X).inertia_ for s in range(8)] for n in (1, 5, 25)]
    assert sorted(map(np.ptp, ends), reverse=True) == list(map(np.ptp, ends))


@says("04_sklearn_kmeans", "By the numbers, some fits agree with the first on hardly a penguin;")
def test_fits_differ_in_their_numbers_alone(seed):
    scaled = StandardScaler().fit_transform(datasets.load("penguins").X)
    fits = [KMeans(3, n_init=10, random_state=1000 * seed + s).fit_predict(scaled) for s in range(10)]
    assert min(np.mean(fits[0] == labels) for labels in fits[1:]) < 0.05
    assert min(adjusted_rand_score(fits[0], labels) for labels in fits[1:]) > 0.99


@says("04_sklearn_kmeans", "k-means does not *want* the truth, since the truth has the larger sum of squares")
def test_the_truth_has_the_larger_sum_of_squares(seed):
    rng = np.random.default_rng(seed)
    sizes = [500, 25]
    unequal_size = np.vstack([rng.normal((x, 0), 1, (n, 2)) for x, n in zip((0, 4.5), sizes, strict=True)])
    made = [each(random_state=seed) for each in (datasets.moons, datasets.stretched, datasets.unequal)]
    for X, target in [(data.X, data.target) for data in made] + [(unequal_size, np.repeat([0, 1], sizes))]:
        groups = [X[target == j] for j in np.unique(target)]
        truth = sum(((group - group.mean(axis=0)) ** 2).sum() for group in groups)
        assert KMeans(len(groups), n_init=10, random_state=0).fit(X).inertia_ < truth


@says("04_sklearn_kmeans", "It answers, without a word, and puts everyone into one cluster.")
def test_raw_rows_all_get_the_cluster_with_the_highest_income(seed):
    customers, visitors = datasets.load("customers").X, datasets.draw_customers(500, random_state=seed).X
    model = KMeans(4, n_init=10, random_state=seed).fit(StandardScaler().fit_transform(customers))
    assert set(model.predict(visitors)) == {model.cluster_centers_[:, 1].argmax()}


@says("04_sklearn_kmeans", "The lone row took a centre for itself")
def test_a_row_a_hundred_times_as_high_takes_a_centre_whoever_it_is(seed):
    X = datasets.load("customers").X
    row = np.random.default_rng(seed).choice(np.flatnonzero(X[:, 1] > 20_000))
    X[row, 1] *= 100
    labels = KMeans(4, n_init=10, random_state=seed).fit_predict(StandardScaler().fit_transform(X))
    assert np.sum(labels == labels[row]) == 1


def _drawn(seed):
    """Draw a round cloud, a square and a slanted strip, as the notebook's."""
    rng = np.random.default_rng(seed)
    strip = rng.uniform((-9, -1), (9, 1), (300, 2)) @ [[0.8, 0.6], [-0.6, 0.8]]
    return rng.normal(size=(300, 2)), datasets.noise(random_state=seed).X, strip


@says("05_how_many_clusters", "the curve bends on data without groups, too")
def test_inertia_bends_without_groups(seed):
    for X in _drawn(seed):
        left = np.array([KMeans(k, n_init=5, random_state=seed).fit(X).inertia_ for k in range(1, 11)])
        gains = -np.diff(left) / left[0]
        assert gains.min() > 0
        assert (gains[:-1] - gains[1:]).max() > 0.1


@says("05_how_many_clusters", "On the cloud it says 1, as it should")
def test_bic_says_one_on_a_cloud_and_more_on_a_square(seed):
    for X, one in zip(_drawn(seed)[:2], (True, False), strict=True):
        bic = [GaussianMixture(k, n_init=3, random_state=seed).fit(X).bic(X) for k in range(1, 7)]
        assert (np.argmin(bic) == 0) == one


@says("05_how_many_clusters", 'So this rule can say "no groups", and says so on both.')
def test_the_gap_says_one_on_a_cloud_and_a_square(seed):
    for X in _drawn(seed)[:2]:
        assert gap_statistic(X, 5, n_references=10, reference="uniform", random_state=seed).k == 1


@says(
    "05_how_many_clusters",
    "| gap finds many groups in a long cloud | the box follows the columns, the cloud does not |",
)
def test_only_the_columns_box_leads_the_gap_astray_on_a_slanted_strip(seed):
    options = {"n_references": 10, "random_state": seed}
    by_columns, by_pca = (gap_statistic(_drawn(seed)[2], 5, reference=box, **options).k for box in ("uniform", "pca"))
    assert by_pca == 1 < by_columns


@says("05_how_many_clusters", "On the four groups it is PCA's box that leads to 1, where your eye sees 4.")
def test_only_pca_s_box_leads_the_gap_astray_on_four_groups(seed):
    X, options = datasets.blobs(std=0.6, random_state=0).X, {"n_references": 10, "random_state": seed}
    assert [gap_statistic(X, 5, reference=box, **options).k for box in ("uniform", "pca")] == [4, 1]


@says("05_how_many_clusters", "a cluster of three lumps still has long bars, since the fourth lump is so far away")
def test_with_the_fourth_lump_nearer_the_silhouette_says_four(seed):
    X, _ = make_blobs(500, centers=4, cluster_std=1, center_box=(-10, 10), random_state=1)
    halves = KMeans(2, n_init=5, random_state=seed).fit_predict(X)
    far = halves == np.bincount(halves).argmin()
    named = []
    for nearer in (0, 0.3):
        X[far] -= nearer * (X[far].mean(axis=0) - X[~far].mean(axis=0))
        scores = [silhouette_score(X, KMeans(k, n_init=5, random_state=seed).fit_predict(X)) for k in range(2, 7)]
        named.append(2 + int(np.argmax(scores)))
    assert named == [2, 4]


@says("05_how_many_clusters", "knives, too, can look orderly on data without groups.")
def test_knives_of_a_square_are_tidy(seed):
    X = datasets.noise(random_state=seed).X
    bars = [silhouette_samples(X, KMeans(k, n_init=5, random_state=0).fit_predict(X)) for k in (2, 4, 7, 10)]
    assert max(np.mean(each < 0) for each in bars) < 0.05
    assert np.ptp([each.mean() for each in bars]) < 0.1


@says("05_how_many_clusters", "which they say there changes with the seed and with the draw of the square")
def test_what_the_scores_say_of_a_square_changes_with_seed_and_draw(seed):
    def named(X, start):
        labelings = [KMeans(k, n_init=3, random_state=start).fit_predict(X) for k in range(2, 9)]
        scores = silhouette_score, calinski_harabasz_score
        return tuple(2 + int(np.argmax([score(X, labels) for labels in labelings])) for score in scores)

    square = datasets.noise().X
    assert len({named(square, start) for start in range(8 * seed, 8 * seed + 8)}) > 1
    assert len({named(X, 0) for X in (square, datasets.noise(random_state=seed).X)}) > 1
