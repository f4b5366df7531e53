"""The capstone's checks: whatever can be defended is right, in any clothes; and its report can be read on a phone."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from course import cell_with

from helpers.exercises import check
from helpers.exercises.nb11 import EXERCISES
from helpers.exercises.nb11.airports import MANY, NEAR, cluster_places, mainland
from helpers.exercises.nb11.choosing_eps import choice, flat
from helpers.exercises.nb11.nothing import (
    lattice,
    moved,
    null_fault,
    on_sphere,
    share_in_clusters,
    uniform_by_area,
    uniform_in_degrees,
)
from helpers.exercises.nb11.repeating import comes_again, planted

PLACES = mainland()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("draw", "fault"),
    [(uniform_by_area, None), (uniform_in_degrees, "uniform in degrees"), (lattice, "more even than chance")],
)
def test_a_set_without_groups_is_judged_alike_whatever_it_draws(draw, fault, seed):
    def fresh(places, rng):
        return draw(places, np.random.default_rng([seed, rng.integers(1000)]))

    assert null_fault(fresh) == fault


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("kilometres", "fault"), [(5, "groups left"), (20, "groups left"), (50, None), (100, None)])
def test_moved_airports_are_nothing_only_if_moved_farther_than_a_van_drives(kilometres, fault, seed):
    def far(places, rng):
        return moved(places, np.random.default_rng([seed, rng.integers(1000)]), kilometres=kilometres)

    assert null_fault(far) == fault


def test_clusters_on_a_sphere_are_those_of_haversine():
    for kilometres, min_samples in ((20, 4), (35, 7), (60, 5), (90, 15)):
        share = share_in_clusters(on_sphere(PLACES), kilometres, min_samples)
        assert share == np.mean(cluster_places(PLACES, kilometres, min_samples) >= 0)


CLOSER = {(28, 7): None, (32, 7): True, (35, 8): True, (38, 7): True, (28, 6): "either", (30, 6): "either"}
NO_CLOSER = dict.fromkeys([(20, 3), (25, 4), (30, 5), (35, 5)], False)


@pytest.mark.parametrize(("setting", "closer"), [*CLOSER.items(), *NO_CLOSER.items()])
def test_any_choice_that_keeps_to_the_criteria_is_right_and_chance_is_told_by_the_sets(setting, closer):
    answers = {told: check("11.2", choice(*setting, closer=told)).status for told in (True, False)}
    assert answers == {told: "right" if closer in (told, "either") else "wrong" for told in (True, False)}


@pytest.mark.parametrize(("kilometres", "min_samples"), [(40, 5), (50, 8), (60, 8)])
def test_a_slip_is_told_at_other_settings_too(kilometres, min_samples):
    hints = EXERCISES["11.2"].hints
    swapped = choice(kilometres, min_samples, latitude_first=False)
    assert check("11.2", swapped).message == hints["longitude first"]
    assert check("11.2", flat(kilometres, min_samples)).message == hints["flat map"]


def test_planted_places_come_again_as_they_are_said_to():
    for share in (0.7, 0.8, 0.9, 0.95):
        values = {
            name: [comes_again(places, NEAR, MANY, np.random.default_rng(seed), share=share) for seed in range(10, 20)]
            for name, places in planted().items()
        }
        assert min(values["steady"]) == 1
        assert np.mean(values["north"]) > 0.98
        assert np.mean(values["frail"]) < 0.98
        assert len(set(values["frail"])) > 5


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


def test_the_report_fits_a_phone_and_asks_for_nothing(written, browser):
    page, asked = browser.new_page(viewport={"width": 320, "height": 800}), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(written.as_uri())
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert page.get_by_alt_text("A <line> that rises & rises").count() == 1
    for width in (320, 390, 1100):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert Axe().run(page).violations_count == 0
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    page.close()
