"""The table of methods: its sets are what they are said to be, its rules find what is plain, or say that nothing is."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

import helpers.experiments.__main__ as command
from helpers.experiments import load, recipe
from helpers.experiments.recipes import methods
from helpers.experiments.recipes.methods import METHODS, NOTHING, SETS, draw, judged
from helpers.experiments.recipes.methods.draws import APART, LOOSER, STRAYS
from helpers.experiments.recipes.methods.rules import MIN_CLUSTER_SIZE

EMPTY = "one cloud, eight columns"
AT_LEAST_TWO = "Ward, k by jump"  # its rule knows no other answer
HARDLY_ONE = "single linkage, k by stretch"  # says "one" where no height has two clusters that count
THREE = [(0, 0), (10, 0), (5, 9)]


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_drawn_anew_and_standardised(name):
    X, target = draw(name, 0)
    assert X.shape == (300 + STRAYS * (name == "strays"), 8 if "eight" in name else 2)
    assert len(target) == len(X)
    assert np.allclose([X.mean(axis=0), X.std(axis=0)], np.array([[0], [1]]))
    assert (len(set(target)) == 1) == (name in NOTHING)
    assert (target == -1).sum() == (STRAYS if name == "strays" else 0)
    assert not np.allclose(X, draw(name, 1)[0])
    assert np.array_equal(X, draw(name, 0)[0])


def test_one_of_the_groups_is_so_many_times_as_loose():
    X, target = draw("densities", 0)
    spreads = [X[target == group, 0].std() for group in range(3)]
    assert spreads[2] / np.mean(spreads[:2]) == pytest.approx(LOOSER, rel=0.2)


def test_four_of_eight_columns_tell_four_groups_that_can_be_found():
    drawn = [draw("eight columns", seed) for seed in range(20)]
    # spreads of a column before scaling: 1 within the groups, and the variance of one centre out of four
    column = APART / np.sqrt(2)
    out = column / np.sqrt(1 + column**2 * 3 / 16)
    means = np.mean([[X[target == group].mean(axis=0) for group in range(4)] for X, target in drawn], axis=0)
    assert np.allclose(means, np.hstack([out * (np.eye(4) - 1 / 4), np.zeros((4, 4))]), atol=0.1)
    for X, target in drawn[:5]:
        assert adjusted_rand_score(target, KMeans(4, n_init=10, random_state=0).fit_predict(X)) > 0.95


def test_at_most_one_cluster_is_right_where_nothing_is():
    target = np.zeros(10, int)
    two = np.repeat([0, 1], 5)
    found = [judged("square", target, labels) for labels in (target, np.full(10, -1), two)]
    assert [(one["right"], one["clusters"], one["noise"]) for one in found] == [(1, 1, 0.0), (1, 0, 1.0), (0, 2, 0.0)]
    assert judged("moons", two, two)["right"] == 1
    assert judged("moons", two, target) == {"ARI": 0.0, "noise": 0.0, "clusters": 1, "right": 0}


def test_nobody_is_judged_by_the_strays():
    target = np.repeat([0, 1, -1], 10)
    shared = np.repeat([0, 1, 1], 10)
    assert judged("strays", target, shared)["ARI"] == 1
    lost = np.repeat([0, -1, -1], 10)  # a whole group is no stray
    assert judged("strays", target, lost)["noise"] == pytest.approx(2 / 3, abs=1e-9)
    assert judged("strays", target, np.repeat([0, 0, -1], 10))["right"] == 0


@pytest.mark.parametrize("method", METHODS)
def test_three_groups_far_apart_are_found(method):
    target = np.repeat(np.arange(3), 40)
    X = np.random.default_rng(1).normal(np.array(THREE)[target])
    assert adjusted_rand_score(target, METHODS[method](X / X.std(axis=0), 0)) > 0.95


@pytest.mark.parametrize("method", [name for name in METHODS if name not in (AT_LEAST_TWO, HARDLY_ONE)])
def test_a_method_can_say_that_there_are_no_groups(method):
    assert METHODS[method](draw(EMPTY, 0)[0], 0).max() <= 0


def test_wards_rule_cannot_and_that_of_single_linkage_hardly():
    X, _ = draw("one cloud", 0)
    assert METHODS[AT_LEAST_TWO](X, 0).max() >= 1
    assert METHODS[HARDLY_ONE](X, 0).max() >= 1
    few = X[: 2 * MIN_CLUSTER_SIZE - 1]  # too few for two clusters that count
    assert METHODS[HARDLY_ONE](few, 0).tolist() == [0] * len(few)


def test_single_linkage_calls_noise_what_is_too_small():
    groups = np.random.default_rng(0).normal(np.repeat(THREE, 20, axis=0))
    crumbs = np.array([[60.0, 60], [-60, 60], [60, -60]])
    labels = METHODS[HARDLY_ONE](np.vstack([crumbs, groups]), 0)
    assert labels[:3].tolist() == [-1] * 3
    assert adjusted_rand_score(np.repeat(range(3), 20), labels[3:]) > 0.95
    assert set(labels) == {-1, 0, 1, 2}


def test_the_committed_draws_come_again_and_what_the_methods_say_of_one(monkeypatch):
    known, work = load(command.COMMITTED / "verdict-matrix.json"), recipe("verdict-matrix").work
    committed = {row["method"]: row for row in known.rows if (row["data"], row["dataset"]) == ("strays", 0)}
    _, rows = work({"data": "strays", "dataset": 0}, 0)
    assert [row["method"] for row in rows] == list(committed) == list(METHODS)
    for row in rows:
        if "HDBSCAN" not in row["method"]:  # whose answers may depend on the machine
            assert row == committed[row["method"]]
    monkeypatch.setattr(methods, "METHODS", {})  # they take long
    for name in SETS:
        assert work({"data": name, "dataset": 0}, 0)[0] == known.record["data"][f"{name}/0"]
