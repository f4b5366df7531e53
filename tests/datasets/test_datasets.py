"""The data sets are what their cards say, and the makers make what they promise."""

import csv
import dataclasses
import hashlib
import re
import socket
from pathlib import Path

import numpy as np
import pytest
import sklearn.datasets

from helpers import datasets
from helpers.datasets import card, draw_customers, lineup, load, load_image, names

DATA = Path(__file__).resolve().parents[2] / "data"
# rows, columns, true groups (0: no truth known)
SHAPES = {
    "airports": (3376, 2, 0),
    "anes96": (944, 2, 0),
    "breast_cancer": (569, 30, 2),
    "customers": (2000, 2, 4),
    "digits": (1797, 64, 10),
    "iris": (150, 4, 3),
    "penguins": (333, 4, 3),
    "square": (100, 2, 0),
    "wine": (178, 13, 3),
}
CSV = sorted(path.stem for path in DATA.glob("*.csv"))
RAW = ["penguins_raw"]  # files that are no table of numbers
IMAGES = ["china", "flower"]
MAKERS = {
    datasets.blobs: 4,
    datasets.moons: 2,
    datasets.circles: 2,
    datasets.stretched: 3,
    datasets.unequal: 3,
    datasets.noise: 0,
}
every_set = pytest.mark.parametrize("name", SHAPES)
every_maker = pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)


def check_parts(dataset, n, d, n_groups):
    """What every Dataset keeps: shapes and types that agree with each other."""
    assert dataset.X.dtype == np.float64
    assert dataset.X.shape == (n, d)
    assert np.isfinite(dataset.X).all()
    assert len(dataset.feature_names) == len(dataset.units) == len(set(dataset.feature_names)) == d
    assert all(isinstance(text, str) for text in [*dataset.feature_names, *dataset.units, *dataset.target_names])
    assert len(dataset.target_names) == len(set(dataset.target_names)) == n_groups
    if n_groups == 0:
        assert dataset.target is None
        return
    assert dataset.target.shape == (n,)
    assert dataset.target.dtype.kind == "i"
    assert sorted(set(dataset.target.tolist()) - {-1}) == list(range(n_groups))


def same(a, b):
    return np.array_equal(a.X, b.X) and np.array_equal(a.target, b.target) and a.target_names == b.target_names


# --- load


def test_names_are_those_of_the_course():
    assert names() == list(SHAPES)


@every_set
def test_load_gives_the_documented_rows_columns_and_groups(name):
    dataset = load(name)
    check_parts(dataset, *SHAPES[name])
    assert dataset.name == name


@pytest.mark.parametrize(
    ("name", "features", "row"),
    [
        ("airports", ("latitude", "longitude"), [31.95376472, -89.23450472]),
        ("anes96", ("age", "income_band"), [36, 1]),
        ("customers", ("age", "income"), None),
        ("penguins", ("bill_length", "bill_depth", "flipper_length", "body_mass"), [39.1, 18.7, 181, 3750]),
        ("square", ("x", "y"), [0.5488135, 0.71518937]),
    ],
)
def test_columns_and_first_row(name, features, row):
    dataset = load(name)
    assert dataset.feature_names == features
    if row is not None:
        assert dataset.X[0] == pytest.approx(row)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("airports", (-15, -180), (72, 180)),
        ("anes96", (18, 1), (110, 24)),
        ("digits", (0,) * 64, (16,) * 64),
        ("square", (0, 0), (1, 1)),
    ],
)
def test_values_lie_in_the_documented_range(name, low, high):
    X = load(name).X
    assert (X.min(axis=0) >= low).all()
    assert (X.max(axis=0) <= high).all()


@pytest.mark.parametrize("name", ["breast_cancer", "digits", "iris", "wine"])
def test_sets_of_scikit_learn_are_unchanged(name):
    dataset, bunch = load(name), getattr(sklearn.datasets, f"load_{name}")()
    assert np.array_equal(dataset.X, bunch.data)
    assert np.array_equal(dataset.target, bunch.target)
    assert dataset.target_names == tuple(str(group) for group in bunch.target_names)


def test_penguins_of_each_species_are_numbered_in_the_order_of_the_alphabet():
    penguins = load("penguins")
    assert penguins.target_names == ("Adelie", "Chinstrap", "Gentoo")
    assert np.bincount(penguins.target).tolist() == [146, 68, 119]


def test_only_customers_have_rows_without_a_group():
    assert [name for name in names() if load(name).target is not None and (load(name).target < 0).any()] == [
        "customers"
    ]


@every_set
def test_load_gives_a_fresh_copy_each_time(name):
    spoilt = load(name)
    spoilt.X[:] = -99
    if spoilt.target is not None:
        spoilt.target[:] = -99
    assert (load(name).X != -99).all()
    assert load(name).target is None or (load(name).target != -99).all()


@pytest.mark.parametrize(
    "unknown", ["pengins", "Penguins", "", "china", "penguins.csv", "../README", None, 3, ["iris"]]
)
def test_unknown_name_is_refused_with_those_that_exist(unknown):
    with pytest.raises(ValueError, match=re.escape(repr(unknown))) as error:
        load(unknown)
    assert all(name in str(error.value) for name in names())


@pytest.mark.parametrize(
    ("unknown", "nearest"),
    [("pengins", "penguins"), ("PENGUINS", "penguins"), ("Iris", "iris"), ("costumers", "customers"), ("win", "wine")],
)
def test_unknown_name_is_answered_with_the_nearest(unknown, nearest):
    with pytest.raises(ValueError, match=f"did you mean '{nearest}'"):
        load(unknown)


def test_sets_and_images_load_from_another_working_directory_and_without_the_network(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def refuse(*args, **kwargs):
        raise AssertionError("something asks for the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for name in names():
        load(name)
    for name in IMAGES:
        load_image(name)


# --- Dataset


@pytest.mark.parametrize(
    ("name", "axis_names"),
    [
        ("customers", ("age (years)", "income (currency units a year)")),
        ("penguins", ("bill length (mm)", "bill depth (mm)", "flipper length (mm)", "body mass (g)")),
        ("square", ("x", "y")),
    ],
)
def test_axis_names_carry_the_units(name, axis_names):
    assert load(name).axis_names == axis_names


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("square", "square: 100 rows, 2 columns, no truth known\nx, y"),
        ("customers", "customers: 2,000 rows, 2 columns, 4 true groups\nage (years), income (currency units a year)"),
    ],
)
def test_repr_says_what_there_is(name, text):
    assert repr(load(name)) == text


@every_set
def test_repr_stays_short(name):
    lines = repr(load(name)).splitlines()
    assert len(lines) == 2
    assert max(map(len, lines)) <= 155


def test_fields_cannot_be_replaced():
    with pytest.raises(dataclasses.FrozenInstanceError):
        load("square").X = None


# --- cards


@every_set
def test_card_tells_source_licence_and_number_of_rows(name):
    text = card(name)
    assert re.search(r"^- Source: \S", text, re.MULTILINE)
    assert re.search(r"^- Licence: \S", text, re.MULTILINE)
    assert re.search(r"^- Citation: \S", text, re.MULTILINE)
    assert re.search(r"^- Columns: \S", text, re.MULTILINE)
    assert re.search(rf"\b{SHAPES[name][0]:,}\b", text)
    assert load(name).card == text


@pytest.mark.parametrize("name", sorted({*CSV} - {*RAW}))
def test_card_of_a_csv_names_its_columns(name):
    assert all(re.search(rf"\b{feature}\b", card(name)) for feature in load(name).feature_names)


@pytest.mark.parametrize("name", RAW)
def test_card_of_a_raw_table_names_its_columns_and_rows(name):
    text = card(name)
    with open(DATA / f"{name}.csv", encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert all(re.search(rf"\b{re.escape(re.sub(r' [(].*', '', column))}\b", text) for column in head)
    assert re.search(rf"\b{len(rows):,} rows", text)
    assert re.search(r"^- Licence: CC0", text, re.MULTILINE)
    with pytest.raises(ValueError, match="there is no 'penguins_raw' here"):
        load(name)


@pytest.mark.parametrize("name", CSV)
def test_sha256_in_the_card_is_that_of_the_file(name):
    digest = hashlib.sha256((DATA / f"{name}.csv").read_bytes()).hexdigest()
    assert re.findall(r"SHA-256 of (\S+): `(\w+)`", card(name)) == [(f"{name}.csv", digest)]


def test_every_set_image_and_csv_has_one_card_and_no_card_is_left_over():
    sections = re.findall(r"^## (.*)$", (DATA / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sections == sorted([*names(), *IMAGES, *RAW])
    assert CSV == ["airports", "anes96", "customers", "penguins", "penguins_raw"]


@pytest.mark.parametrize(("name", "author"), [("china", "danielbuechele"), ("flower", "vultilion")])
def test_card_of_an_image_credits_who_took_it(name, author):
    assert re.search(rf"^- Credit: {author}, https://", card(name), re.MULTILINE)
    assert "Licence: CC BY 2.0" in card(name)


def test_card_of_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="did you mean 'china'"):
        card("chine")


# --- images


@pytest.mark.parametrize("name", IMAGES)
def test_image_has_red_green_and_blue_as_bytes(name):
    image = load_image(name)
    assert image.shape == (427, 640, 3)
    assert image.dtype == np.uint8
    assert image.max() > image.min()


def test_the_two_images_differ():
    assert not np.array_equal(load_image("china"), load_image("flower"))


@pytest.mark.parametrize("name", IMAGES)
def test_image_is_a_fresh_copy_that_can_be_changed(name):
    before = load_image(name)
    load_image(name)[:] = 0
    assert np.array_equal(load_image(name), before)


@pytest.mark.parametrize("unknown", ["flowr", "flower.jpg", "iris", None])
def test_unknown_image_is_refused(unknown):
    with pytest.raises(ValueError, match="There are: china, flower"):
        load_image(unknown)


# --- customers


def test_the_committed_customers_are_the_default_draw():
    assert same(draw_customers(), load("customers"))


def test_customers_have_everything_a_dataset_has():
    check_parts(draw_customers(500, random_state=3), 500, 2, 4)


@pytest.mark.parametrize(
    ("segment", "share", "age", "income"),
    [
        ("students", 0.22, 22, 15_000),
        ("young professionals", 0.28, 31, 58_000),
        ("established families", 0.25, 46, 88_000),
        ("retirees", 0.25, 68, 34_000),
    ],
)
def test_segment_has_its_share_age_and_income(segment, share, age, income):
    customers = draw_customers()
    member = customers.target == customers.target_names.index(segment)
    assert member.sum() / (customers.target >= 0).sum() == pytest.approx(share, abs=0.03)
    assert np.median(customers.X[member, 0]) == pytest.approx(age, abs=1)
    assert np.median(customers.X[member, 1]) == pytest.approx(income, rel=0.05)


@pytest.mark.parametrize(("n", "n_noise"), [(2000, 80), (500, 20), (100, 4)])
def test_four_percent_of_customers_belong_to_no_segment(n, n_noise):
    assert (draw_customers(n).target == -1).sum() == n_noise


def test_rows_without_a_segment_are_scattered_through_the_file():
    place = np.flatnonzero(draw_customers().target == -1)
    assert place.min() < 200
    assert place.max() > 1800


@pytest.mark.parametrize("random_state", range(3))
def test_ages_are_whole_years_and_incomes_whole_hundreds(random_state):
    age, income = draw_customers(random_state=random_state).X.T
    assert (age == age.round()).all()
    assert age.min() >= 18
    assert age.max() <= 90
    assert (income % 100 == 0).all()
    assert income.min() > 0


def test_customers_depend_on_the_seed_alone():
    assert same(draw_customers(300, random_state=5), draw_customers(300, random_state=5))
    assert not same(draw_customers(300, random_state=5), draw_customers(300, random_state=6))


# --- makers


@every_maker
@pytest.mark.parametrize("n", [300, 60])
def test_maker_gives_the_rows_asked_for(maker, n):
    made = maker(n)
    check_parts(made, n, 2, MAKERS[maker])
    assert made.name == maker.__name__
    assert maker.__name__ in made.card


@every_maker
def test_maker_depends_on_the_seed_alone(maker):
    assert same(maker(), maker())
    assert not np.array_equal(maker(random_state=1).X, maker(random_state=2).X)


def test_blobs_are_those_of_scikit_learn():
    X, y = sklearn.datasets.make_blobs(50, centers=3, cluster_std=0.5, random_state=1)
    made = datasets.blobs(50, centers=3, std=0.5, random_state=1)
    assert np.array_equal(made.X, X)
    assert np.array_equal(made.target, y)


def test_moons_are_those_of_scikit_learn():
    X, y = sklearn.datasets.make_moons(50, noise=0.2, random_state=1)
    made = datasets.moons(50, noise=0.2, random_state=1)
    assert np.array_equal(made.X, X)
    assert np.array_equal(made.target, y)


def test_circles_lie_inside_each_other():
    made = datasets.circles(noise=None, factor=0.3)
    radius = np.hypot(*made.X.T)
    assert radius[made.target == 0] == pytest.approx(1)
    assert radius[made.target == 1] == pytest.approx(0.3)


@pytest.mark.parametrize("group", range(3))
def test_stretched_groups_are_long(group):
    made = datasets.stretched()
    across, along = np.linalg.eigvalsh(np.cov(made.X[made.target == group].T))
    assert (along / across) ** 0.5 > 3


def test_unequal_groups_have_the_spreads_asked_for():
    made = datasets.unequal(3000, stds=(1.0, 4.0))
    spread = [made.X[made.target == group].std(axis=0).mean() for group in range(2)]
    assert spread == pytest.approx([1, 4], rel=0.1)


def test_noise_fills_the_unit_cube():
    made = datasets.noise(500, n_features=3)
    assert made.X.shape == (500, 3)
    assert made.X.min(axis=0) == pytest.approx(np.zeros(3), abs=0.02)
    assert made.X.max(axis=0) == pytest.approx(np.ones(3), abs=0.02)
    assert (np.histogram(made.X, bins=4, range=(0, 1))[0] > 300).all()


# --- line-up


@pytest.mark.parametrize(("n_panels", "n_rows"), [(10, 100), (4, 30)])
def test_lineup_has_panels_of_one_shape_in_the_unit_square(n_panels, n_rows):
    panels, real = lineup(load("penguins").X[:, :2], n_panels=n_panels, n_rows=n_rows)
    assert [panel.shape for panel in panels] == [(n_rows, 2)] * n_panels
    assert real in range(n_panels)
    assert all((panel >= 0).all() and (panel <= 1).all() for panel in panels)


def test_lineup_has_one_real_panel_and_it_alone_lies_on_the_line_of_the_data():
    t = np.random.default_rng(1).normal(size=500)
    panels, real = lineup(np.column_stack([t, 2 * t - 1]))
    assert [i for i, panel in enumerate(panels) if np.allclose(panel[:, 0], panel[:, 1])] == [real]
    assert len(np.unique(panels[real], axis=0)) == 100  # no row twice


def test_real_panel_is_the_data_stretched_to_the_unit_square():
    X = load("penguins").X[:, 2:]
    panels, real = lineup(X, n_rows=len(X))
    back = panels[real] * np.ptp(X, axis=0) + X.min(axis=0)
    assert sorted(map(tuple, back.round(6))) == sorted(map(tuple, X))


def test_lineup_hides_the_real_panel_in_every_place():
    X = load("square").X
    assert {lineup(X, n_panels=4, random_state=seed)[1] for seed in range(40)} == {0, 1, 2, 3}


def test_lineup_depends_on_the_seed_alone_and_leaves_the_data_alone():
    X = load("penguins").X[:, :2]
    first, second, other = (np.array(lineup(X, random_state=seed)[0]) for seed in (1, 1, 2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)
    assert np.array_equal(X, load("penguins").X[:, :2])


def test_two_loads_can_be_compared_and_hashed():
    first, second = datasets.load("iris"), datasets.load("iris")
    assert first != second
    assert len({first, second}) == 2


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (np.zeros((200, 2)), "does not vary"),
        (np.random.default_rng(0).random((99, 2)), "at least 100 rows"),
        (np.full((200, 2), np.nan), "finite"),
    ],
)
def test_lineup_refuses_what_it_cannot_draw(X, words):
    with pytest.raises(ValueError, match=words):
        datasets.lineup(X)
