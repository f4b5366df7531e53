"""Recipes draw what their papers describe, runs repeat, comparisons say what they should, files and commands refuse."""

import copy
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from scipy.spatial.distance import cdist

import helpers.experiments.__main__ as command
from helpers.experiments import Result, compare, compare_with_paper, load, names, recipe, run, running
from helpers.experiments.comparing.figures import Figure
from helpers.experiments.comparing.significance import judge_printed
from helpers.experiments.recipe import generator
from helpers.experiments.recipes import demo, radius, seeding
from helpers.experiments.recipes.gap import MODELS, apart, four, model
from helpers.experiments.recipes.plusplus import SHAPES, norm
from helpers.experiments.recipes.scalable import SPREADS, gauss_mixture

ROOT = command.ROOT
SMALL = {"trials": 1, "datasets": 2}


@pytest.fixture(scope="module")
def found():
    """A small run whose trials share data sets."""
    return run("kmeans-plusplus", **SMALL, n_jobs=1)


@pytest.fixture(scope="module")
def demonstration():
    return run("dbscan-demo")


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Commands write here, know one experiment, and find no committed result."""
    monkeypatch.setattr(command, "BUILD", tmp_path / "build")
    monkeypatch.setattr(command, "COMMITTED", tmp_path / "committed")
    monkeypatch.setattr(command, "names", lambda: ["dbscan-demo"])
    (tmp_path / "committed").mkdir()
    return tmp_path


def call(*arguments):
    """Exit code, or what is said instead."""
    with pytest.raises(SystemExit) as stopped:
        command.main([str(argument) for argument in arguments])
    return stopped.value.code


def altered(result, *, seed=None, change=None, **record):
    """The same result, with rows or record changed."""
    other = Result(result.name, copy.deepcopy(result.rows), {**copy.deepcopy(result.record), **record})
    if seed is not None:
        other.record["seed"] = seed
    for i, row in enumerate(other.rows if change else ()):
        change(i, row)
    return other


# k-means||


def test_no_round_takes_one_row_and_a_huge_factor_takes_all_once():
    X = np.arange(20.0).reshape(10, 2)
    assert seeding.oversample(X, 5, 0, generator(0)).shape == (1, 2)
    everything = seeding.oversample(X, 1e9, 3, generator(0))  # and takes nothing again in the other rounds
    assert sorted(everything.tolist()) == X.tolist()


def test_a_round_takes_as_many_rows_as_the_factor_expects():
    X = generator(1).normal(size=(2000, 3))
    taken = [len(seeding.oversample(X, 40, 5, generator(2, i))) - 1 for i in range(20)]
    # 200 are expected, with a standard deviation of at most sqrt(200) for one and 3.2 for the mean
    assert np.mean(taken) == pytest.approx(200, abs=10)


def test_rows_that_lie_far_are_taken_and_those_on_a_centre_never():
    X = np.vstack([np.zeros((50, 1)), [[100.0]]])
    taken = [seeding.oversample(X, 1, 1, generator(3, i)).ravel().tolist() for i in range(10)]
    assert all(rows.count(100) == 1 for rows in taken)
    assert [rows for rows in taken if rows[0] == 0] == [[0, 100]] * sum(rows[0] == 0 for rows in taken) != []


def test_probability_follows_the_squared_distance():
    X = np.array([[0.0]] * 500 + [[1.0]] * 200 + [[3.0]] * 200)
    counts = np.zeros(2)
    for i in range(60):
        taken = seeding.oversample(X, 20, 1, generator(4, i))
        if taken[0] == 0:
            counts += [(taken == 1).sum(), (taken == 3).sum()]
    assert counts[1] / counts[0] == pytest.approx(9, rel=0.35)


def test_the_weights_are_the_rows_nearest_to_each_candidate():
    """Two places, one with 99 rows of 100: the only centre is the mean of the rows, 1, not that of the places, 50."""
    X = np.array([[0.0]] * 99 + [[100.0]])
    assert seeding.parallel(X, 1, generator(5), factor=2, rounds=3) == pytest.approx(1.0)
    alone = [seeding.parallel(X, 1, generator(6, i), factor=2, rounds=3, lloyd=False).item() for i in range(10)]
    assert alone.count(0.0) >= 9


def test_far_places_each_get_a_centre():
    X = np.repeat([[0.0, 0.0], [100.0, 0.0], [0.0, 100.0]], 5, axis=0)
    centers = seeding.parallel(X, 3, generator(7), factor=6)
    assert sorted(centers.round(9).tolist()) == [[0, 0], [0, 100], [100, 0]]
    assert seeding.squared_distances(X, centers).sum() == pytest.approx(0)


def test_too_few_candidates_are_refused():
    with pytest.raises(ValueError, match="took 1 different rows, fewer than the 2"):
        seeding.parallel(np.zeros((5, 1)), 2, generator(0), factor=4)


def test_potential_is_the_sum_of_squares_after_lloyd():
    X = np.array([[0.0], [2.0], [10.0], [12.0]])
    assert seeding.potential(X, X[[0, 2]]) == pytest.approx(4)


# data as the papers describe them


@pytest.mark.parametrize("name", SHAPES)
def test_norm_has_unit_groups_around_centres_in_a_cube(name):
    n_centers, n_features = SHAPES[name]
    X = norm(name, generator(0, name))
    assert X.shape == (10_000, n_features)
    centers = seeding.parallel(X, n_centers, generator(1), factor=2 * n_centers)
    assert seeding.potential(X, centers) / 10_000 == pytest.approx(n_features, rel=0.03)
    assert -1 < centers.min() < 100
    assert 400 < centers.max() < 501


@pytest.mark.parametrize("R", SPREADS)
def test_gauss_mixture_has_the_spread_that_its_reading_says(R):
    X = gauss_mixture(SPREADS[R], generator(1, *R))
    assert X.shape == (10_000, 15)
    number, reading = R
    variance = number**2 if reading == "standard deviation" else number
    assert X.var(axis=0).mean() == pytest.approx(variance + 1, rel=0.15)


def test_the_five_models():
    drawn = {name: model(name, generator(2, name)) for name in MODELS}
    assert [X.shape[1] for X in drawn.values()] == [10, 2, 3, 10, 3]
    none, three, in_3d, in_10d, long = drawn.values()
    assert none.shape == (200, 10)
    assert 0 <= none.min() < 0.01 < 0.99 < none.max() <= 1
    means = [three[:25].mean(axis=0), three[25:50].mean(axis=0), three[50:].mean(axis=0)]
    assert np.allclose(means, [(0, 0), (0, 5), (5, -3)], atol=0.8)
    assert len(three) == 100
    for groups in (in_3d, in_10d):
        assert len(groups) in range(100, 201, 25)
    assert long.shape == (200, 3)
    assert np.allclose(long[100:].mean(axis=0) - long[:100].mean(axis=0), 10, atol=0.1)
    assert np.allclose(np.diff(long[:100].mean(axis=1)).mean(), 1 / 99, atol=0.003)


@pytest.mark.parametrize(("n_features", "variance"), [(3, 5), (10, 1.9)])
def test_the_four_centres_have_the_variance_that_is_printed(n_features, variance):
    rng = generator(3)
    means = np.array([[group.mean(axis=0) for group in four(n_features, variance, rng)] for _ in range(200)])
    assert means.var() == pytest.approx(variance + 1 / 35, rel=0.1)


def test_groups_that_touch_are_drawn_again():
    assert not apart([np.zeros((3, 2)), np.full((3, 2), 0.7)])
    assert apart([np.zeros((3, 2)), np.full((3, 2), 0.8)])
    X = model("3 four in 3-d", generator(0))
    distances = cdist(X, X)
    # those less than 1 apart hang together in at least four separate parts
    reach = np.linalg.matrix_power((distances < 1).astype(float), 2) > 0
    for _ in range(7):
        reach = (reach.astype(float) @ reach) > 0
    assert len(np.unique(reach, axis=0)) >= 4


@pytest.mark.parametrize(("name", "value"), [(name, values[-1]) for name, values in radius.SETTINGS.items()])
def test_what_the_rule_for_eps_meets_is_drawn_anew(name, value):
    X, target = radius.draw(name, value, 0)
    assert (target >= 0).sum() == 300
    assert len(X) == len(target) == 300 + (value if name == "strays" else 0)
    assert X.shape[1] == (value if name in ("square", "one cloud") else 2)
    assert len(set(target[target >= 0])) == {"strays": 2, "noise": 2, "unequal": 3}.get(name, 1)
    assert not np.allclose(X, radius.draw(name, value, 1)[0])


@pytest.mark.parametrize("task", [("strays", 60), ("noise", 0.16), ("unequal", 4), ("square", 2)])
def test_the_committed_draws_of_the_rule_for_eps_come_again(task):
    committed = load(command.COMMITTED / "eps-rule.json").rows
    (row,) = recipe("eps-rule").work({"data": task[0], "value": task[1], "dataset": 0}, 0)[1]
    assert row == next(known for known in committed if (known["data"], known["value"], known["dataset"]) == (*task, 0))
    assert row["rule"] == (row["range"] if not row["none"] else float(task[0] == "square"))


# runs


def test_the_demonstration_prints_what_the_documentation_prints(demonstration):
    against = compare_with_paper(demonstration)
    assert against.count("equal") == len(demo.PRINTED) == 8


def test_rows_stand_in_the_order_of_the_tasks(found):
    tasks = [(row["data"], row["dataset"], row["trial"]) for row in found.rows[::9]]
    assert tasks == [("Norm-10", 0, 0), ("Norm-10", 1, 0), ("Norm-25", 0, 0), ("Norm-25", 1, 0)]


def test_another_seed_gives_other_numbers_and_more_trials_in_two_processes_the_same_first(found):
    other = run("kmeans-plusplus", **SMALL, seed=1, n_jobs=1)
    assert other.rows[0]["potential"] != found.rows[0]["potential"]
    more = run("kmeans-plusplus", trials=2, datasets=2, n_jobs=2)
    assert [row for row in more.rows if row["trial"] == 0] == found.rows
    assert more.record["data"] == found.record["data"]
    assert compare(found, more).count("equal") == 18
    different_seed = compare(found, other)
    assert different_seed.ok
    assert different_seed.differences == {"seed": (0, 1)}


def test_methods_and_trials_draw_numbers_of_their_own():
    drawn = [generator(0, *key).random() for key in (("a", 1), ("a", 2), ("b", 1), (1, "a"))]
    assert len({*drawn}) == 4
    assert generator(0, "a", 1).random() == drawn[0] != generator(1, "a", 1).random()


def test_an_interrupted_run_goes_on_and_ends_as_an_uninterrupted_one(tmp_path, found):
    kept = tmp_path / "kept.jsonl"

    def stop(done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run("kmeans-plusplus", **SMALL, n_jobs=1, keep=kept, progress=stop)
    with open(kept, "a", encoding="utf-8") as file:
        file.write('{"key": "half')  # the power failed here
    seen = []
    whole = run("kmeans-plusplus", **SMALL, n_jobs=1, keep=kept, progress=lambda *step: seen.append(step))
    assert seen == [(3, 4), (4, 4)]
    assert whole.record["resumed"] == 2
    assert whole.rows == found.rows
    assert whole.record["data"] == found.record["data"]
    assert not kept.exists()


def test_kept_trials_of_another_run_are_refused(tmp_path, monkeypatch):
    kept = tmp_path / "kept.jsonl"

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run("kmeans-plusplus", **SMALL, n_jobs=1, keep=kept, progress=stop)
    before = kept.read_text()
    with pytest.raises(ValueError, match=r"of another seed \(0, not 3\); name another file"):
        run("kmeans-plusplus", **SMALL, seed=3, keep=kept)
    with pytest.raises(ValueError, match="of another recipe"):
        run("gap-statistic", trials=1, keep=kept)
    monkeypatch.setattr(running, "versions", lambda: {"numpy": "0.1"})
    with pytest.raises(ValueError, match="of another versions"):
        run("kmeans-plusplus", **SMALL, keep=kept)
    assert kept.read_text() == before
    kept.write_text("my notes\n")
    with pytest.raises(ValueError, match="keeps no trials"):
        run("kmeans-plusplus", **SMALL, keep=kept)
    with pytest.raises(FileNotFoundError, match="no folder"):
        run("dbscan-demo", keep=tmp_path / "none" / "kept.jsonl")


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("gap-statistics", {}, "did you mean 'gap-statistic'"),
        (None, {}, "There are: kmeans-plusplus"),
        ("gap-statistic", {"trials": 0}, "trials must be a whole number of at least 1, not 0"),
        ("gap-statistic", {"trials": 2.5}, "trials must"),
        ("gap-statistic", {"trials": True}, "trials must"),
        ("gap-statistic", {"seed": -1}, "seed must be a whole number of at least 0"),
        ("gap-statistic", {"n_jobs": 0}, "n_jobs must"),
        ("gap-statistic", {"datasets": 3}, "give trials, not datasets"),
        ("kmeans-plusplus", {"datasets": 1}, "datasets must be a whole number of at least 2"),
        ("dbscan-demo", {"trials": 2}, "trials must be 1"),
    ],
)
def test_wrong_calls_are_refused_before_any_work(name, options, said):
    with pytest.raises(ValueError, match=said):
        run(name, **options)


def test_the_record_says_what_made_it_and_not_whose_machine_it_was(found):
    record = found.record
    assert record["parameters"] == SMALL
    assert set(record["machine"]) == {"processor", "cores", "system"}
    assert {"python", "numpy", "scikit-learn"} <= set(record["versions"])
    assert list(record["data"]) == ["Norm-10/0", "Norm-10/1", "Norm-25/0", "Norm-25/1"]
    assert len({*record["data"].values()}) == 4
    assert os.uname().nodename not in json.dumps(record)


# comparisons


def test_a_result_equals_itself(found, demonstration):
    for result in (found, demonstration):
        same = compare(result, altered(result))
        assert same.ok
        assert same.count("equal") == len(result.figures)
        assert same.differences == {}


def many(means, n=8, seed=0, *, name="kmeans-plusplus"):
    """A result with one trial on each of n data sets, whose potentials scatter around the means by 1."""
    rng = np.random.default_rng(seed)
    rows = [
        {"data": "Norm-10", "dataset": i, "trial": 0, "k": k, "method": "k-means", "potential": mean + rng.normal()}
        for k, mean in means.items()
        for i in range(n)
    ]
    record = {part: {} for part in ("parameters", "settings", "versions", "machine", "data")}
    return Result(name, rows, {**record, "seed": seed, "recipe_version": 1, "title": "made up", "seconds": 1.0})


def test_a_single_trial_has_no_spread():
    header, rows = many({10: 100}, n=1).table()
    assert [row[header.index("spread")] for row in rows] == ["-"]
    assert many({10: 100}, n=2).table()[1][0][2] != "-"


def test_other_draws_are_noise_and_another_mean_is_different():
    two = compare(many({10: 100, 25: 100}), many({10: 100, 25: 104}, seed=1))
    assert [row.verdict for row in two.verdicts] == ["within noise", "different"]
    assert "t and ranks" in two.verdicts[0].why
    assert not two.ok
    assert two.differences == {"seed": (0, 1)}


def test_chance_alone_is_rarely_called_different():
    pairs = [(many({10: 100, 25: 50}, seed=2 * i), many({10: 100, 25: 50}, seed=2 * i + 1)) for i in range(100)]
    assert sum(not compare(a, b).ok for a, b in pairs) <= 4  # one is expected


@pytest.mark.parametrize(
    ("few", "many_values", "verdict"),
    [
        ((1.0, 1.0, 0.995), (1.0,) * 4 + (0.57,) * 13 + (0.0,) * 3, "within noise"),  # Welch's t-test: p = 4e-6
        ((15.0, 4000.0), tuple(14.95 + 0.01 * i for i in range(10)), "within noise"),  # one rare accident
        ((150.0, 152.0), tuple(14.95 + 0.01 * i for i in range(10)), "different"),
        ((1.0, 1.1, 0.9, 1.05, 0.95), (2.0, 2.1, 1.9, 2.05, 1.95), "different"),
    ],
)
def test_few_and_skewed_values_are_judged_with_care(few, many_values, verdict):
    def result(values, seed):
        row = {"data": "Norm-10", "trial": 0, "k": 10, "method": "k-means"}
        rows = [{**row, "dataset": i, "potential": value} for i, value in enumerate(values)]
        return Result("kmeans-plusplus", rows, {**many({}).record, "seed": seed})

    (found,) = compare(result(few, 0), result(many_values, 1)).verdicts
    assert found.verdict == verdict


def test_a_run_of_few_trials_is_judged_by_as_many_of_the_other():
    """A mean of one trial scatters more than a mean of twenty."""

    def result(rows, seed, trials):
        record = {**many({}).record, "seed": seed, "parameters": {"trials": trials}}
        return Result("kmeans-plusplus", rows, record)

    rng = np.random.default_rng(0)
    row = {"data": "Norm-25", "k": 50, "method": "k-means"}
    rows = [{**row, "dataset": i, "trial": j, "potential": rng.normal(0, 1)} for i in range(10) for j in range(40)]
    rows[0]["potential"] = rows[40]["potential"] = 4.0  # of other data sets there are such trials, too
    short = [
        {**one, "potential": 2.5 + 0.1 * one["dataset"]} for one in rows if one["dataset"] < 2 and one["trial"] < 1
    ]
    (found,) = compare(result(short, 1, 1), result(rows, 0, 40)).verdicts
    assert found.verdict == "within noise"
    assert found.b == pytest.approx(np.mean([one["potential"] for one in rows]))


def test_the_same_data_are_compared_in_pairs():
    """A shift far below the spread between data sets is seen, since both had the same data."""
    rng = np.random.default_rng(0)
    a = many({10: 100}, n=10)
    a.record["data"] = {"Norm-10/0": "ab"}
    b = altered(a, change=lambda i, row: row.update(potential=row["potential"] + 0.1 + rng.normal() / 100))
    c = altered(a, change=lambda i, row: row.update(potential=row["potential"] + rng.normal() / 100))
    assert compare(a, b).verdicts[0].verdict == "different"
    assert compare(a, c).verdicts[0].verdict == "within noise"
    apart_ = altered(b, data={"Norm-10/0": "cd"})
    assert compare(a, apart_).verdicts[0].verdict == "within noise"
    assert "data Norm-10/0 and 0 more" in compare(a, apart_).differences


def test_what_is_not_random_must_agree_exactly(demonstration):
    near = altered(demonstration, change=lambda i, row: row.update(value=row["value"] * (1 + 1e-10)))
    assert compare(demonstration, near).count("equal") == 8
    far = altered(demonstration, change=lambda i, row: row.update(value=row["value"] + 2e-8 * (i == 5)))
    assert [row.name for row in compare(demonstration, far).verdicts if row.verdict == "different"] == ["value, ARI"]


def counted(hits, seed, n=50):
    rows = [
        {"model": "1 none", "trial": i, "reference": "pca", "clusters": 1, "right": int(i < hits)} for i in range(n)
    ]
    return Result("gap-statistic", rows, {**many({}).record, "seed": seed})


@pytest.mark.parametrize(("hits", "verdict"), [(50, "equal"), (47, "within noise"), (35, "different")])
def test_counts_are_judged_by_fisher(hits, verdict):
    assert compare(counted(50, 0), counted(hits, 1)).verdicts[0].verdict == verdict
    printed = compare_with_paper(counted(hits, 1)).verdicts[0]  # 50 as printed
    assert (printed.a, printed.verdict) == ("50", verdict)


def test_fewer_trials_prove_less():
    assert compare(counted(50, 0), counted(2, 1, n=3)).ok
    assert compare(counted(50, 0), counted(3, 1, n=3)).ok


def test_versions_and_machines_that_differ_are_named(found):
    versions = {**found.record["versions"], "numpy": "0.1"}
    machine = {**found.record["machine"], "cores": 77}
    other = altered(found, versions=versions, machine=machine, parameters={"trials": 9})
    made = compare(found, other).differences
    assert made["versions numpy"] == (found.record["versions"]["numpy"], "0.1")
    assert made["machine cores"] == (found.record["machine"]["cores"], 77)
    assert made["parameters trials"] == (1, 9)
    assert made["parameters datasets"] == (2, None)
    assert len(made) == 4
    assert "numpy" in repr(compare(found, other))


def test_results_that_cannot_be_compared_are_refused(found, demonstration):
    with pytest.raises(ValueError, match="two experiments"):
        compare(found, demonstration)
    with pytest.raises(ValueError, match="recipe of kmeans-plusplus was changed"):
        compare(found, altered(found, recipe_version=2))


@pytest.mark.parametrize(
    ("printed", "verdict"), [("15", "equal"), ("15.04", "within noise"), ("13", "different"), ("17", "different")]
)
def test_a_printed_figure_is_judged_to_its_digits_and_by_our_spread(printed, verdict):
    values = dict(enumerate([14.9, 15.0, 15.1, 14.95, 15.05]))
    assert judge_printed(printed, Figure(("x",), "mean", values))[0] == verdict


def test_every_printed_figure_belongs_to_a_figure():
    for name in names():
        known = recipe(name)
        for column, *_ in known.paper:
            assert column in {measure.column for measure in known.measures}
    shared = compare_with_paper(many({10: 10898.0}))
    assert [row.verdict for row in shared.verdicts] == ["equal"]


def test_figures_are_means_over_data_sets_of_means_or_medians_over_trials():
    rows = [
        {"R": 1, "read as": "either", "dataset": d, "trial": t, "method": "random", "seed cost": v, "final cost": 0.0}
        for d, values in enumerate([(1.0, 2.0, 9.0), (3.0, 4.0, 50.0)])
        for t, v in enumerate(values)
    ]
    figure = Result("kmeans-parallel", rows, {}).figures[("seed cost", 1, "either", "random")]
    assert figure.units == {0: 2.0, 1: 4.0}
    assert figure.value == 3.0


def test_results_show_themselves(found):
    for shown in (found, compare(found, found), compare_with_paper(found)):
        assert "Norm-10, 10, k-means++" in repr(shown)
        page = shown._repr_html_()
        assert page.count("<tr>") == page.count("</tr>") > 10
    tricky = compare(found, altered(found, versions={"<b>": "1"}))
    assert "<b>" not in tricky._repr_html_()


# files


def test_a_file_gives_back_the_result(tmp_path, found):
    path = tmp_path / "a.json"
    found.save(path)
    again = load(path)
    assert (again.name, again.rows, again.record) == (found.name, found.rows, found.record)
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def spoil(found, *keys, value):
    inner = found
    for key in keys[:-1]:
        inner = inner[key]
    if value is None:
        del inner[keys[-1]]
    else:
        inner[keys[-1]] = value


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        (["schema"], "other/1", "schema is not"),
        (["name"], "nothing", "no experiment 'nothing'"),
        (["record"], None, "no record"),
        (["record", "seed"], None, "record.seed is missing"),
        (["record", "seed"], "7", "record.seed is not of type int"),
        (["record", "versions"], [], "record.versions is not of type dict"),
        (["columns"], None, "columns or rows"),
        (["rows"], [], "columns or rows"),
        (["columns", 2], "other", "column 'value' is missing"),
        (["rows", 3], [0, "x"], "row 4 has not 3 values"),
        (["rows", 3, 2], "x", "row 4 holds"),
        (["rows", 3, 2], True, "row 4 holds"),
        (["rows", 3, 2], float("nan"), "NaN is no number"),
    ],
)
def test_files_that_are_not_of_the_schema_are_refused(tmp_path, demonstration, keys, value, said):
    path = tmp_path / "a.json"
    demonstration.save(path)
    written = json.loads(path.read_text())
    spoil(written, *keys, value=value)
    path.write_text(json.dumps(written))
    with pytest.raises(ValueError, match=rf"a\.json is no.*{said}"):
        load(path)


@pytest.mark.parametrize("text", ["", "not JSON", "[1, 2]", "3", "\udcff"])
def test_files_that_are_something_else_are_refused(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError, match=r"a\.json is no"):
        load(path)


@pytest.mark.parametrize("path", sorted(command.COMMITTED.glob("*.json")), ids=lambda path: path.stem)
def test_committed_results_are_of_the_schema_and_of_todays_recipe(path):
    result = load(path)
    known = recipe(path.stem)
    assert result.name == known.name
    assert result.record["recipe_version"] == known.version
    assert result.record["settings"] == known.settings
    assert result.record["parameters"] == known.defaults
    assert set(known.paper) <= set(result.figures)
    assert not [place for place in ("/home", "/work", "/Users", "/root", "/tmp") if place in path.read_text()]


# commands


def test_list_names_all(capsys):
    assert call("list") is None
    said = capsys.readouterr().out
    assert all(name in said for name in names())


def test_run_writes_and_compare_reads(folders, capsys):
    a, b = folders / "a.json", folders / "b.json"
    for out in (a, b):
        assert call("run", "dbscan-demo", "--seed", 7, "--out", out) is None
    assert load(a).record["seed"] == 7
    assert call("compare", a, b) == 0
    altered(load(b), change=lambda i, row: row.update(value=1.5)).save(b)
    assert call("compare", a, b) == 1
    assert "8 figures: 0 equal, 0 within noise, 8 different" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "dbscan"], "did you mean 'dbscan-demo'"),
        (["run", "dbscan-demo", "--trials", "0"], "at least 1, not 0"),
        (["run", "dbscan-demo", "--seed", "-1"], "at least 0, not -1"),
        (["run", "dbscan-demo", "--jobs", "0"], "n_jobs must"),
        (["run", "dbscan-demo", "--out", "{}/none/a.json"], "no folder"),
        (["run", "dbscan-demo", "--out", "{}/notes.txt"], "notes.txt is not JSON"),
        (["run", "kmeans-plusplus", "--out", "{}/demo.json"], "holds another experiment"),
        (["compare", "{}/notes.txt", "{}/notes.txt"], "is not JSON"),
        (["compare", "{}/missing", "{}/missing"], "No such file"),
    ],
)
def test_wrong_commands_are_refused_in_a_line_and_nothing_is_overwritten(folders, demonstration, arguments, said):
    notes = folders / "notes.txt"
    notes.write_text("mine")
    demonstration.save(folders / "demo.json")
    code = call(*(argument.format(folders) for argument in arguments))
    assert said in code
    assert "\n" not in code
    assert notes.read_text() == "mine"
    assert load(folders / "demo.json").rows == demonstration.rows


def test_all_fails_on_a_difference_from_what_is_committed(folders, demonstration, capsys):
    committed = folders / "committed" / "dbscan-demo.json"
    assert call("all", "--quick") == 1  # nothing to compare with
    demonstration.save(committed)
    assert call("all", "--quick") == 0
    altered(demonstration, change=lambda i, row: row.update(value=row["value"] + (i == 1))).save(committed)
    assert call("all") == 1
    assert "different: value, noise: 19 | 18" in capsys.readouterr().out
    committed.write_text("{}")
    assert "no result of an experiment" in call("all")


def test_ctrl_c_says_one_line_and_keeps_finished_trials(tmp_path):
    code = f"""
import pathlib
import helpers.experiments.__main__ as command
command.BUILD = pathlib.Path({str(tmp_path)!r})
command.main(["run", "kmeans-plusplus", "--trials", "20", "--datasets", "2", "--jobs", "1"])
"""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, **options) as process:
        kept = tmp_path / "kmeans-plusplus-0.jsonl"
        ends = time.monotonic() + 60
        while not kept.exists() or kept.read_text().count("\n") < 3:
            assert process.poll() is None
            assert time.monotonic() < ends
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out == ""
    assert "Traceback" not in err
    assert err.strip().splitlines()[-1].startswith("helpers.experiments: stopped; finished trials are kept")
    assert kept.read_text().count("\n") >= 3
