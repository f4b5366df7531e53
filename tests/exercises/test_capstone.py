"""The capstone's checks: whatever can be defended is right, in any clothes; and its report can be read on a phone."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from course import cell_with
from sklearn.metrics import adjusted_rand_score

from helpers.exercises import check
from helpers.exercises.nb11 import EXERCISES
from helpers.exercises.nb11.airports import cluster_places, mainland
from helpers.exercises.nb11.choosing_eps import choice, flat
from helpers.exercises.nb11.nothing import evenly, evenly_in_degrees, jittered
from helpers.exercises.nb11.profiles import profile
from helpers.exercises.nb11.repeating import comes_again
from helpers.exercises.nb11.reports import report

PLACES = mainland()


def shuffled(places, rng):
    return np.column_stack([rng.permutation(places[:, 0]), places[:, 1]])


def one_blob(places, rng):
    return rng.multivariate_normal(places.mean(axis=0), np.cov(places.T), len(places))


def bootstrap(places, rng):
    return places[rng.choice(len(places), len(places))]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kilometres", [20, 50, 200])
def test_airports_moved_far_enough_are_nothing(kilometres, seed):
    def moved(places, rng):
        return jittered(places, np.random.default_rng([seed, rng.integers(1000)]), kilometres=kilometres)

    assert check("11.1", moved).status == "right"


@pytest.mark.parametrize("nothing", [shuffled, one_blob, lambda *given: pd.DataFrame(evenly(*given))])
def test_other_kinds_of_nothing_are_right(nothing):
    assert check("11.1", nothing).status == "right"


@pytest.mark.parametrize("seed", range(5))
def test_even_by_area_and_even_by_degrees_are_told_apart(seed):
    def fresh(draw):
        return lambda places, rng: draw(places, np.random.default_rng([seed, rng.integers(1000)]))

    assert check("11.1", fresh(evenly)).status == "right"
    assert "evenly over degrees" in check("11.1", fresh(evenly_in_degrees)).message


def test_the_airports_themselves_are_not_nothing():
    for same in (bootstrap, lambda places, rng: rng.permutation(places)):
        assert check("11.1", same).message == EXERCISES["11.1"].hints["grouped"]
    assert "far from all airports" in check("11.1", lambda places, rng: 2 * evenly(places, rng)).message
    assert "shape" in check("11.1", lambda places, rng: evenly(places, rng)[:9]).message


CHOICES = [(30, 4), (30, 5), (40, 5), (45, 5), (50, 5), (50, 8), (60, 8), (60, 10), (70, 10), (75, 12), (90, 15)]


@pytest.mark.parametrize(("kilometres", "min_samples"), CHOICES)
def test_any_choice_that_keeps_to_the_criteria_is_right(kilometres, min_samples):
    answer = choice(kilometres, min_samples)
    assert check("11.2", answer).status == "right"
    other_names = answer["labels"].copy()
    other_names[other_names >= 0] = 3 * (other_names.max() - other_names[other_names >= 0])
    assert check("11.2", answer | {"labels": other_names.tolist(), "more": 1}).status == "right"


@pytest.mark.parametrize(("kilometres", "min_samples"), [(40, 5), (50, 8), (60, 8)])
def test_a_slip_is_told_at_other_settings_too(kilometres, min_samples):
    hints = EXERCISES["11.2"].hints
    swapped = choice(kilometres, min_samples, latitude_first=False)
    assert check("11.2", swapped).message == hints["longitude"]
    assert check("11.2", flat(kilometres, min_samples)).message == hints["flat"]


def test_labels_of_another_choice_are_told():
    answer = choice(40, 5) | {"kilometres": 50}
    assert "of another try" in check("11.2", answer).message
    assert "n_clusters" in check("11.2", {"kilometres": 40, "min_samples": 5}).message
    assert "above 0" in check("11.2", choice(40, 5) | {"kilometres": -1}).message


def by_mask(places, kilometres, min_samples, rng):
    kept = rng.random(len(places)) < 0.85
    labels = cluster_places(places, kilometres, min_samples)
    return adjusted_rand_score(labels[kept], cluster_places(places[kept], kilometres, min_samples))


def of_two_parts(places, kilometres, min_samples, rng):
    labelings = []
    for _ in range(2):
        rows = rng.choice(len(places), round(0.9 * len(places)), replace=False)
        labels = np.full(len(places), -2)
        labels[rows] = cluster_places(places[rows], kilometres, min_samples)
        labelings.append(labels)
    both = (labelings[0] > -2) & (labelings[1] > -2)
    return adjusted_rand_score(labelings[0][both], labelings[1][both])


def by_number(places, kilometres, min_samples, rng):
    rows = rng.choice(len(places), round(0.9 * len(places)), replace=False)
    labels = cluster_places(places, kilometres, min_samples)
    return np.mean((labels[rows] == cluster_places(places[rows], kilometres, min_samples))[labels[rows] >= 0])


@pytest.mark.parametrize("share", [0.7, 0.8, 0.9, 0.95])
def test_parts_of_several_sizes_are_right(share):
    assert check("11.3", lambda *given: comes_again(*given, share=share)).status == "right"


def test_other_ways_to_compare_parts():
    assert check("11.3", by_mask).status == check("11.3", of_two_parts).status == "right"
    assert check("11.3", by_number).message == EXERCISES["11.3"].hints["rows"]


def test_profiles_by_mean_or_median_in_any_order_are_right():
    assert check("11.4", lambda *given: profile(*given, center=np.mean)).status == "right"
    assert check("11.4", lambda *given: profile(*given)[::-1].tolist()).status == "right"
    assert "count the airports" in check("11.4", lambda *given: profile(*given) * [2, 1, 1, 1]).message
    assert "medians or means" in check("11.4", lambda *given: profile(*given) + np.eye(4)[1]).message


def test_a_report_that_leaves_out_a_step_is_told_which():
    assert "stability" in check("11.5", report().replace("Stability", "")).message
    assert "null test" in check("11.5", report().replace("Null test", "")).message
    assert "read the file" in check("11.5", "report.html").message


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Write a report by the notebook's own functions."""
    names = {}
    for cell in ("11-imports", "11-imports-2", "11-s11-parts", "11-s11-record", "11-s11-page"):
        exec(cell_with(cell).source, names)
    plt.plot([0, 1])
    wide = names["table"](["long name of a column (km)"] * 9, [["from here to there"] * 9] * 2)
    record = names["table"](["what", "value"], names["record"]("airports", seed=0).items())
    path = tmp_path_factory.mktemp("report") / "report.html"
    sections = {"Picture": names["picture"]("A <line> that rises & rises"), "Table": wide, "Record": record}
    path.write_text(names["page"]("Title", sections), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [320, 390, 1100])
def test_the_report_fits_a_phone_and_asks_for_nothing(written, browser, width):
    page, asked = browser.new_page(viewport={"width": width, "height": 800}), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(written.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert page.get_by_alt_text("A <line> that rises & rises").count() == 1
    assert Axe().run(page).violations_count == 0
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    page.close()
