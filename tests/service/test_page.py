"""The web page in a real browser: every control, the picture's pixels, words for what goes wrong, no barriers."""

import json
import re
import subprocess
import sys
from urllib.parse import parse_qsl, urlsplit
from urllib.request import Request, urlopen

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect
from serving import CSV, DEADLINE, ENV, ROOT, Server, csv_of, until
from sklearn.preprocessing import StandardScaler

from helpers import datasets, palette
from helpers.scores import suggest_eps
from helpers.service.web.page import FOLDER

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SQUARE = np.array([[0, 0], [10, 0], [0, 10], [10, 10], [5, 5]], float)  # a row each in its own cluster
PICTURE = {"width": 1100, "height": 860}  # of docs/page.png
FIRST = "dataset=customers&algorithm=kmeans&k=4&n_init=1&seed=0&scale=none"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("page") / "instance", "--workers", "1")
    yield server
    server.process.terminate()
    server.end()


class Open:
    """The page, opened anew in a tab that knows nothing, and all that it asked and said."""

    def __init__(self, context, server, hash=""):
        self.context, self.page = context, context.new_page()
        self.requests, self.said = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: message.type in ("warning", "error") and self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.origin = f"http://127.0.0.1:{server.port}"
        self.page.goto(f"{self.origin}/#{hash}")

    def drawn(self, query):
        """Wait until the answer to this question is drawn."""
        self.page.wait_for_function(
            "drawn => document.getElementById('plot').dataset.drawn === drawn", arg=f"/clustering?{query}"
        )
        return self

    def now(self, **changed):
        """Wait until the answer to a question like the one before, but for these parameters, is drawn."""
        drawn = self.page.wait_for_function(
            """changed => {
                const drawn = document.getElementById("plot").dataset.drawn ?? "";
                const query = new URLSearchParams(drawn.split("?")[1]);
                return Object.entries(changed).every(([name, value]) => query.get(name) === value) && drawn;
            }""",
            arg={name: str(value) for name, value in changed.items()},
        )
        return dict(parse_qsl(urlsplit(drawn.json_value()).query))

    def answer(self):
        """Ask the server the question that is drawn."""
        with urlopen(self.origin + self.page.locator("#plot").get_attribute("data-drawn")) as answer:
            return json.load(answer)

    def pixels(self, tmp_path):
        """The canvas as it is seen, RGB."""
        path = tmp_path / "plot.png"
        self.page.locator("#plot").screenshot(path=path)
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB")).astype(int)


SIZE = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="module")
def context(browser):
    """The browser's profile in which tabs are opened that ask for no other: one for each takes twice as long."""
    return browser.new_context(**SIZE)


@pytest.fixture
def visit(browser, context, server):
    """Open the page; close it after the test, which fails if it said anything that was not expected."""
    opened = []

    def open_page(hash="", server=server, quiet=True, **options):
        own = browser.new_context(**SIZE | options) if options else context
        opened.append((Open(own, server, hash), quiet))
        return opened[-1][0]

    yield open_page
    for one, quiet in opened:
        said = one.said
        (one.page if one.context is context else one.context).close()
        assert not quiet or said == []


@pytest.fixture
def upload(server):
    """Upload a table of columns x and y; its id. It is gone after the test."""
    ids = []

    def send(X, names=("x", "y")):
        headers = {"Content-Type": CSV}
        request = Request(f"http://127.0.0.1:{server.port}/datasets", csv_of(X, list(names)), headers)
        with urlopen(request) as answer:
            ids.append(json.load(answer)["id"])
        return ids[-1]

    yield send
    for id in set(ids):
        with urlopen(Request(f"http://127.0.0.1:{server.port}/datasets/{id}", method="DELETE")):
            pass


def middle(pixels, color, near=30):
    """Middle of the pixels of a colour, as (across, down)."""
    wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    down, across = np.nonzero(np.abs(pixels - wanted).max(axis=2) < near)
    assert len(down), f"nothing is drawn in {color}"
    return np.array([across.mean(), down.mean()])


# --- what is there ----------------------------------------------------------------------------------------------------


def test_opens_with_a_clustering_and_asks_nobody_else(visit):
    seen = visit().drawn(FIRST)
    expect(seen.page.locator("#status")).to_have_text(re.compile(r"^4 clusters, inertia .*, 2,000 rows$"))
    expect(seen.page.locator("#clusters tr")).to_have_count(5)
    expect(seen.page.locator("#plot")).to_have_attribute("aria-label", re.compile("2,000 rows, age .years. across"))
    assert {url.partition("/")[0] for url in seen.requests if not url.startswith(seen.origin)} <= {"data:image"}
    assert seen.page.title() == "Clustering"


def test_own_code_is_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) < 60_000


def test_table_has_the_palettes_colours_and_markers(visit):
    seen = visit("dataset=digits&algorithm=kmeans&k=25", color_scheme="dark")
    seen.now(k=25)
    seen.page.get_by_role("button", name="Show all").click()
    expect(seen.page.locator("#clusters tr")).to_have_count(26)
    shapes = seen.page.evaluate("SHAPES")
    assert set(shapes) == {*palette.MARKERS, "."}
    assert len(set(shapes.values())) == len(shapes)
    for scheme, colors in (("dark", palette.DARK_COLORS), ("light", palette.COLORS)):
        seen.page.emulate_media(color_scheme=scheme)
        first = seen.page.locator("[data-label='0'] path")
        expect(first).to_have_attribute("fill", colors[palette.COLORS.index(palette.style(0)[0])])
        found = seen.page.evaluate(
            """[...Array(25).keys()].map(label => {
                const path = document.querySelector(`[data-label='${label}'] path`);
                return [path.getAttribute("fill"), path.getAttribute("d")];
            })"""
        )
        styles = [palette.style(label) for label in range(25)]
        assert found == [[colors[palette.COLORS.index(color)], shapes[marker]] for color, marker in styles]


# --- the picture ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1, 2])
def test_rows_stand_where_they_should(visit, upload, tmp_path, scale):
    id = upload(SQUARE)
    seen = visit(f"dataset={id}&algorithm=kmeans&k=5", device_scale_factor=scale)
    seen.now(dataset=id)
    seen.page.locator("[data-label=centres]").click()  # the crosses would cover the marks
    pixels = seen.pixels(tmp_path)
    labels = seen.answer()["labels"]
    at = np.array([middle(pixels, palette.COLORS[label]) for label in labels])
    right, up = at[1] - at[0], at[2] - at[0]
    assert right[0] > 300 * scale
    assert up[1] < -200 * scale
    np.testing.assert_allclose([right[1], up[0]], 0, atol=1.5 * scale)  # shapes' middles differ
    np.testing.assert_allclose(at[3], at[0] + right + up, atol=2 * scale)
    np.testing.assert_allclose(at[4], at[0] + (right + up) / 2, atol=2 * scale)
    # the ticks, pixels below and left of the axes: those of 0 and of 10 stand where the rows of 0 and 10 do
    box = seen.page.evaluate("plot.box")
    edge = [int("7b808b"[i : i + 2], 16) for i in (0, 2, 4)]

    def marks(line):
        return np.nonzero(np.abs(line - edge).max(axis=1) < 40)[0]

    across = marks(pixels[round(box["bottom"] + 3 * scale)])
    down = marks(pixels[:, round(box["left"] - 3 * scale)])
    for place in (at[0], at[3]):
        assert np.abs(across - place[0]).min() <= 1.5 * scale
        assert np.abs(down - place[1]).min() <= 1.5 * scale


def test_centres_stand_where_they_should(visit, upload, tmp_path):
    id = upload(np.array([[0, 0], [2, 0], [10, 10], [12, 10]], float))
    seen = visit(f"dataset={id}&algorithm=kmeans&k=2")
    seen.now(dataset=id, k=2)
    seen.page.evaluate("for (const label of [0, 1]) document.querySelector(`[data-label='${label}']`).click()")
    pixels = seen.pixels(tmp_path)
    places = seen.page.evaluate("[[1, 0], [11, 10]].map(point => plot.place(...point))")
    half = round((places[0][0] + places[1][0]) / 2)
    np.testing.assert_allclose(middle(pixels[:, :half], palette.CENTER), places[0], atol=1.5)
    np.testing.assert_allclose(np.add(middle(pixels[:, half:], palette.CENTER), [half, 0]), places[1], atol=1.5)


def test_noise_is_grey_and_hiding_a_cluster_uncovers_the_paper(visit, upload, tmp_path):
    rows = np.concatenate([np.random.default_rng(0).normal(size=(40, 2)), [[30, 30]]])
    id = upload(rows)
    seen = visit(f"dataset={id}&algorithm=dbscan&eps=2")
    seen.now(dataset=id, eps=2)
    assert seen.answer()["noise"] == 1
    spot = seen.page.evaluate("plot.spot(40)")
    at = tuple(int(value) for value in spot)[::-1]
    assert seen.pixels(tmp_path)[at].tolist() == [0x8F] * 3
    noise = seen.page.locator("[data-label='-1']")
    expect(noise).to_have_attribute("aria-pressed", "true")
    noise.click()
    expect(noise).to_have_attribute("aria-pressed", "false")
    assert seen.pixels(tmp_path)[at].tolist() == [255] * 3
    seen.page.locator("#eps").fill("2.5")
    seen.now(eps=2.5)
    assert seen.pixels(tmp_path)[at].tolist() == [255] * 3  # noise stays hidden, since it means the same
    expect(noise).to_have_attribute("aria-pressed", "false")
    noise.click()
    assert seen.pixels(tmp_path)[at].tolist() == [0x8F] * 3


def test_hidden_clusters_return_with_the_next_answer(visit):
    seen = visit().drawn(FIRST)
    seen.page.locator("[data-label='2']").click()
    seen.page.locator("#seed").fill("1")
    seen.now(seed=1)
    expect(seen.page.locator("[aria-pressed=false]")).to_have_count(0)


def test_dark_pages_are_dark(visit, upload, tmp_path):
    id = upload(SQUARE)
    seen = visit(f"dataset={id}&algorithm=kmeans&k=5", color_scheme="dark")
    seen.now(dataset=id)
    pixels = seen.pixels(tmp_path)
    assert pixels[20, -20].tolist() == [int(palette.DARK_PAPER[i : i + 2], 16) for i in (1, 3, 5)]
    seen.page.locator("[data-label=centres]").click()
    for label in range(5):
        middle(seen.pixels(tmp_path), palette.DARK_COLORS[label])
    seen.page.emulate_media(color_scheme="light")
    expect(seen.page.locator("[data-label='0'] path")).to_have_attribute("fill", palette.COLORS[0])
    assert seen.pixels(tmp_path)[20, -20].tolist() == [255] * 3


EXTREMES = (
    [[7.0, 7.0]],
    [[7.0, 1.0], [7.0, 2.0], [7.0, 9.0]],
    [[1e150, -1e150], [-1e150, 1e150]],
    [[1.7e9, 1e-9], [1.7e9 + 1, 2e-9], [1.7e9 + 2, 3e-9]],
    [[5e-324, 0], [0, 0]],
)


def test_draws_whatever_the_server_accepts(visit, upload):
    ids = [upload(np.array(rows)) for rows in EXTREMES]
    line = upload(np.arange(5.0)[:, None], ["only"])
    seen = visit().drawn(FIRST)
    for id, rows in zip(ids, EXTREMES, strict=True):
        seen.page.evaluate("hash => location.hash = hash", f"dataset={id}&algorithm=kmeans&k=1")
        seen.now(dataset=id, k=1)
        assert np.isfinite(seen.page.evaluate("[...plot.px, ...plot.py]")).all(), rows
        ticks = seen.page.evaluate("[plot.xTicks, plot.yTicks].map(axis => axis.marks.map(tick => tick[1]))")
        for axis in ticks:
            assert len(axis) >= 2, rows
            assert len(set(axis)) == len(axis), rows
            assert max(map(len, axis)) <= 11, rows
    seen.page.evaluate("hash => location.hash = hash", f"dataset={line}&algorithm=kmeans&k=2")
    seen.now(dataset=line)  # of one column
    expect(seen.page.locator("#clusters tr")).to_have_count(3)


def test_many_columns_begin_with_the_two_that_vary_most_and_longitude_goes_across(visit):
    seen = visit("dataset=wine")
    seen.now(dataset="wine")
    wine = datasets.load("wine")
    first = np.argsort(wine.X.std(axis=0))[::-1][:2]
    assert [seen.page.locator("#x").input_value(), seen.page.locator("#y").input_value()] == [str(j) for j in first]
    seen.page.locator("#dataset").select_option("airports")
    seen.now(dataset="airports")
    assert seen.page.evaluate("plot.names") == ["longitude (degrees)", "latitude (degrees)"]


def test_a_smaller_window_is_drawn_anew(visit, upload, tmp_path):
    id = upload(SQUARE)
    seen = visit(f"dataset={id}&algorithm=kmeans&k=5")
    seen.now(dataset=id)
    seen.page.locator("[data-label=centres]").click()
    seen.page.set_viewport_size({"width": 900, "height": 700})
    seen.page.wait_for_function("() => plot.canvas.width === plot.canvas.clientWidth")
    pixels = seen.pixels(tmp_path)
    for label in range(5):
        assert (middle(pixels, palette.COLORS[label]) < pixels.shape[1::-1]).all()


# --- each control -----------------------------------------------------------------------------------------------------


def test_k_n_init_seed_and_scale(visit):
    seen = visit().drawn(FIRST)
    page = seen.page
    page.locator("#k-slider").press("ArrowRight")
    assert seen.now(k=5) == dict(parse_qsl(FIRST)) | {"k": "5"}
    assert page.locator("#k").input_value() == "5"
    page.locator("#k").fill("7")
    seen.now(k=7)
    assert page.locator("#k-slider").input_value() == "7"
    page.locator("#n_init").fill("3")
    page.locator("#seed").fill("4294967295")
    page.locator("#scale").check()
    seen.drawn("dataset=customers&algorithm=kmeans&k=7&n_init=3&seed=4294967295&scale=standard")
    assert page.evaluate("[...plot.labels]") == seen.answer()["labels"]
    assert page.evaluate("plot.centers") == pytest.approx(np.array(seen.answer()["centers"]))


def test_eps_and_min_samples(visit):
    seen = visit("dataset=iris").drawn("dataset=iris&algorithm=kmeans&k=4&n_init=1&seed=0&scale=none")
    page = seen.page
    page.get_by_label("DBSCAN", exact=True).check()
    first = float(seen.now(algorithm="dbscan")["eps"])
    X = datasets.load("iris").X
    fifth = np.sort(np.linalg.norm(X[:, None] - X, axis=2), axis=1)[:, 4]
    assert fifth.min() < first < fifth.max()  # of the distances to the fifth nearest row, itself counted
    page.locator("#eps-slider").press("ArrowRight")
    expect(page.locator("#eps")).not_to_have_value(str(first))
    moved = float(page.locator("#eps").input_value())
    assert 1 < moved / first < 1.2
    seen.now(eps=moved)
    page.locator("#eps").fill("0.5")
    seen.now(eps=0.5)
    page.locator("#min_samples-slider").press("ArrowRight")
    seen.drawn("dataset=iris&algorithm=dbscan&eps=0.5&min_samples=6&scale=none")
    page.locator("#min_samples").fill("9")
    seen.now(min_samples=9)
    assert page.evaluate("[...plot.labels]") == seen.answer()["labels"]
    expect(page.locator("#status")).to_have_text(re.compile(rf"{seen.answer()['noise']} rows noise"))


def test_eps_is_suggested_with_its_reason(visit, upload):
    few = upload(SQUARE[:3])
    seen = visit("dataset=iris&algorithm=dbscan&eps=3&scale=standard", quiet=False)
    page, said = seen.page, seen.page.get_by_role("status").and_(seen.page.locator("#suggestion"))
    seen.now(dataset="iris", eps=3)
    page.locator("#min_samples").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    found = suggest_eps(StandardScaler().fit_transform(datasets.load("iris").X))
    expect(said).to_have_text(found.reason)
    seen.drawn(f"dataset=iris&algorithm=dbscan&eps={found.eps:.4g}&min_samples={found.min_samples}&scale=standard")
    expect(page.get_by_role("button", name="Suggest eps")).to_be_focused()
    assert barriers(seen) == []
    page.locator("#scale").uncheck()
    expect(said).to_have_text("")  # it was of other units
    page.locator("#dataset").select_option("square")
    before = seen.now(dataset="square")
    page.get_by_role("button", name="Suggest eps").click()
    expect(said).to_have_text(re.compile("no radius stands out.$"))
    assert {name: page.locator(f"#{name}").input_value() for name in ("eps", "min_samples")}.items() <= before.items()
    page.locator("#dataset").select_option("iris")
    seen.now(dataset="iris", scale="none")
    held = []
    page.route("**/eps?*", lambda route: held.append(route))
    page.get_by_role("button", name="Suggest eps").click()
    page.locator("#dataset").select_option(few)
    seen.now(dataset=few)
    eps = page.locator("#eps").input_value()
    with page.expect_response("**/eps?*"):
        held[0].continue_()
    page.unroute("**/eps?*")
    page.get_by_role("button", name="Suggest eps").click()
    expect(said).to_have_text("min_samples takes 4 rows, and there are 3; give at most as many, and at least 2")
    expect(page.locator("#eps")).to_have_value(eps)


def test_min_cluster_size(visit):
    seen = visit("dataset=iris&algorithm=hdbscan")
    page = seen.page
    seen.drawn("dataset=iris&algorithm=hdbscan&min_cluster_size=5&scale=none")
    page.locator("#min_cluster_size-slider").press("ArrowRight")
    seen.now(min_cluster_size=6)
    page.locator("#min_cluster_size").fill("20")
    seen.now(min_cluster_size=20)
    expect(page.locator("[data-for=kmeans]")).to_be_hidden()
    page.get_by_label("k-means").check()
    seen.now(algorithm="kmeans")
    expect(page.locator("[data-for=hdbscan]")).to_be_hidden()


def test_data_set_and_axes(visit):
    seen = visit().drawn(FIRST)
    page = seen.page
    page.locator("#dataset").select_option("penguins")
    seen.now(dataset="penguins")
    expect(page.locator("#facts")).to_have_text(re.compile("^333 rows, 4 columns: bill length .mm., "))
    page.locator("#x").select_option("flipper length (mm)")
    page.locator("#y").select_option("body mass (g)")
    assert page.evaluate("plot.names") == ["flipper length (mm)", "body mass (g)"]
    X = datasets.load("penguins").X
    assert page.evaluate("[...plot.x]") == X[:, 2].tolist()
    assert page.evaluate("[...plot.y]") == X[:, 3].tolist()
    centers = np.array(seen.answer()["centers"])[:, [2, 3]]
    page.wait_for_function("([x]) => plot.centers && Math.abs(plot.centers[0][0] - x) < 1e-9", arg=centers[0].tolist())
    assert page.evaluate("plot.centers") == pytest.approx(centers)
    assert page.evaluate("[...plot.labels]") == seen.answer()["labels"]
    expect(page.locator("#heads")).to_contain_text("centre, body mass (g)")


def test_a_link_shows_what_its_sender_saw(visit):
    seen = visit("dataset=wine&algorithm=dbscan&eps=2.25&min_samples=4&scale=standard&x=3&y=1")
    seen.drawn("dataset=wine&algorithm=dbscan&eps=2.25&min_samples=4&scale=standard")
    again = visit(urlsplit(seen.page.url).fragment)
    again.drawn("dataset=wine&algorithm=dbscan&eps=2.25&min_samples=4&scale=standard")
    assert again.page.evaluate("plot.names") == seen.page.evaluate("plot.names") == ["alcalinity of ash", "malic acid"]


def test_a_link_to_what_is_gone_shows_the_first_picture(visit):
    seen = visit("dataset=0123456789abcdef&algorithm=dbscan&eps=3").drawn(FIRST)
    expect(seen.page.get_by_role("alert")).to_contain_text("The data set of this link, 0123456789abcdef, is not on")


def test_a_link_that_is_damaged_shows_the_first_picture(visit):
    seen = visit("algorithm=constructor")
    for hash in ("x=length&y=map", "x=99&y=-1", "k=%E0%A4%A&x=%00", "__proto__=1", None):
        seen.now(dataset="customers", k=4)
        assert seen.page.evaluate("plot.names[0]") == "age (years)"
        if hash:
            seen.page.goto("about:blank")  # so that the page is opened with it
            seen.page.goto(f"{seen.origin}/#{hash}")


def test_a_link_that_is_pasted_into_the_open_page_is_followed(visit):
    seen = visit().drawn(FIRST)
    seen.page.evaluate("location.hash = 'dataset=customers&algorithm=kmeans&k=6&x=1&y=0'")
    seen.now(k=6)
    assert seen.page.evaluate("plot.names[1]") == "age (years)"
    seen.page.evaluate("location.hash = 'dataset=iris&algorithm=dbscan&eps=0.5'")
    seen.drawn("dataset=iris&algorithm=dbscan&eps=0.5&min_samples=5&scale=none")


def test_only_the_latest_of_many_moves_counts(visit):
    seen = visit().drawn(FIRST)
    before = len(seen.requests)
    seen.page.evaluate(
        """() => { for (let k = 5; k <= 20; k++) {
            document.getElementById("k-slider").value = k;
            document.getElementById("k-slider").dispatchEvent(new Event("input"));
        } }"""
    )
    seen.now(k=20)
    assert seen.page.evaluate("[...plot.labels]") == seen.answer()["labels"]
    assert len(seen.requests) - before <= 2


def test_reading_rows_with_the_mouse(visit, upload):
    id = upload(SQUARE)
    seen = visit(f"dataset={id}&algorithm=kmeans&k=5")
    seen.now(dataset=id)
    page, tip = seen.page, seen.page.locator("#tip")
    corner = page.locator("#plot").bounding_box()
    left, top = page.evaluate("plot.spot(3)")
    page.mouse.move(corner["x"] + left + 5, corner["y"] + top)
    label = seen.answer()["labels"][3]
    expect(tip).to_have_text(f"row 3, counted from 0: cluster {label}\n\u2068x\u2069 10\n\u2068y\u2069 10")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.mouse.move(corner["x"] + left - 5, corner["y"] + top)
    expect(tip).to_be_visible()
    page.mouse.move(corner["x"] + left - 60, corner["y"] + top)
    expect(tip).to_be_hidden()
    page.locator(f"[data-label='{label}']").click()
    page.mouse.move(corner["x"] + left + 5, corner["y"] + top)
    page.mouse.move(corner["x"] + left + 4, corner["y"] + top)
    expect(tip).to_be_hidden()  # what is hidden cannot be read


# --- what comes late, or amid something else --------------------------------------------------------------------------


class Held:
    """Answers to /clustering that arrive when the test says so."""

    def __init__(self, page):
        self.page, self.held = page, []
        page.route("**/clustering?*", lambda route: self.held.append(route))

    def let_go(self):
        for route in self.held:
            route.continue_()
        self.page.unroute("**/clustering?*")

    def until_asked(self):
        while not self.held:
            self.page.wait_for_timeout(10)


def test_while_new_rows_wait_for_their_clusters_they_are_shown_without(visit, upload, tmp_path):
    one, other = upload(SQUARE), upload(SQUARE[::-1] * 2)  # as many rows
    seen = visit(f"dataset={one}&algorithm=kmeans&k=5")
    seen.now(dataset=one)
    page, held = seen.page, Held(seen.page)
    page.locator("#dataset").select_option(other)
    held.until_asked()
    expect(page.locator("#status")).to_have_text("5 rows, not clustered")
    assert page.evaluate("plot.labels") is None
    expect(page.locator("#clusters tr")).to_have_count(0)
    pixels = seen.pixels(tmp_path)
    assert pixels[20, -20].tolist() == [255] * 3
    middle(pixels, "#565b66")
    page.locator("#x").select_option("1")  # axes can be changed meanwhile
    expect(page.locator("#busy")).to_be_visible()
    held.let_go()
    seen.now(dataset=other)
    assert page.evaluate("[...plot.labels]") == seen.answer()["labels"]
    assert page.evaluate("plot.names") == ["y", "y"]
    expect(page.locator("#busy")).to_be_hidden()


def test_axes_change_without_a_question(visit, tmp_path):
    seen = visit("dataset=iris").drawn("dataset=iris&algorithm=kmeans&k=4&n_init=1&seed=0&scale=none")
    asked = len(seen.requests)
    Held(seen.page)
    seen.page.locator("#y").select_option("2")
    assert seen.page.evaluate("plot.names[1]") == "petal length (cm)"
    assert seen.page.evaluate("[...plot.labels]") == seen.answer()["labels"]
    assert seen.pixels(tmp_path)[20, -20].tolist() == [255] * 3
    assert len(seen.requests) == asked
    assert "y=2" in seen.page.url


def test_a_slow_answer_is_not_waited_for_when_something_else_is_chosen(visit):
    seen = visit().drawn(FIRST)
    held = Held(seen.page)
    seen.page.locator("#k").fill("7")
    held.until_asked()
    seen.page.wait_for_timeout(600)  # the page is patient for half a second
    seen.page.unroute("**/clustering?*")
    seen.page.locator("#dataset").select_option("iris")
    seen.now(dataset="iris", k=7)
    assert seen.page.evaluate("plot.labels.length") == 150


def test_switching_fast_never_puts_an_answer_on_other_rows(visit):
    seen = visit().drawn(FIRST)
    names = ["iris", "wine", "penguins", "square", "digits", "customers"]
    draws = np.random.default_rng(0).integers(0, len(names), 60)
    for name in [names[i] for i in draws] + ["wine", "penguins"]:
        seen.page.locator("#dataset").select_option(name)
    seen.page.wait_for_function("() => !running")  # penguins may have been drawn before wine was chosen
    seen.now(dataset="penguins")
    assert seen.page.evaluate("data.record.id") == "penguins"
    assert seen.page.evaluate("[...plot.labels]") == seen.answer()["labels"]
    assert seen.page.evaluate("[...plot.x]") == datasets.load("penguins").X[:, 0].tolist()


def test_rows_are_seen_when_their_cluster_was_hidden_and_the_next_question_fails(visit, upload, tmp_path):
    id = upload(SQUARE)
    seen = visit(f"dataset={id}&algorithm=kmeans&k=5", quiet=False)
    seen.now(dataset=id)
    seen.page.locator("[data-label='0']").click()
    seen.page.locator("#k").fill("0")
    expect(seen.page.get_by_role("alert")).to_be_visible()
    middle(seen.pixels(tmp_path), "#565b66")


def test_a_data_set_that_was_deleted_elsewhere_is_told_and_left_out(visit, server):
    seen = visit(quiet=False).drawn(FIRST)
    with urlopen(Request(f"{seen.origin}/datasets", b"a\n1\n2\n", {"Content-Type": CSV})) as answer:
        id = json.load(answer)["id"]
    seen.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as after a look at another tab
    expect(seen.page.locator(f"#dataset option[value='{id}']")).to_have_count(1)
    with urlopen(Request(f"{seen.origin}/datasets/{id}", method="DELETE")):
        pass
    seen.page.locator("#dataset").select_option(id)
    expect(seen.page.get_by_role("alert")).to_contain_text("there is no data set")
    seen.drawn(FIRST)
    assert seen.page.locator("#dataset").input_value() == "customers"
    expect(seen.page.locator(f"#dataset option[value='{id}']")).to_have_count(0)


def test_eps_of_a_deleted_data_set_goes_with_it(visit):
    seen = visit(quiet=False).drawn(FIRST)
    seen.page.evaluate(DROP, ["own.csv", "a,b\n1,2\n3,4\n5,9\n"])
    expect(seen.page.locator("#facts")).to_have_text(re.compile("^3 rows"))
    seen.page.get_by_label("DBSCAN", exact=True).check()
    seen.page.locator("#eps").fill("3")
    seen.now(eps=3)
    seen.page.once("dialog", lambda dialog: dialog.accept())
    seen.page.get_by_role("button", name="Delete").click()
    assert float(seen.now(dataset="customers")["eps"]) > 100  # of distances in ages and incomes


# --- tables of one's own ----------------------------------------------------------------------------------------------

DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name));
  for (const type of ["dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true}));
  }
}"""


def test_a_dropped_csv_is_drawn_and_can_be_deleted(visit):
    seen = visit().drawn(FIRST)
    page = seen.page
    page.evaluate(DROP, ["my *best* table.csv", "height,weight\n1,2\n3,4\n5,9\n7,7\n8,1\n"])
    expect(page.locator("#facts")).to_have_text("5 rows, 2 columns: height, weight")
    id = page.locator("#dataset").input_value()
    seen.now(dataset=id)
    expect(page.locator("#dataset option:checked")).to_have_text("my _best_ table (5 \u00d7 2)")
    assert page.evaluate("[[...plot.x], [...plot.y]]") == [[1, 3, 5, 7, 8], [2, 4, 9, 7, 1]]
    assert page.locator("#k-slider").get_attribute("max") == "5"
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#dataset")).to_have_value(id)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete").click()
    seen.now(dataset="customers")
    expect(page.get_by_role("button", name="Delete")).to_be_hidden()
    assert id not in page.locator("#dataset option").evaluate_all("all => all.map(one => one.value)")


REAL = """,bill,species,"mass, in g",one,date
1,39.1,Adelie,3750,1,2007-11-11
2,40.3,Adelie,3250,1,2007-11-12
3,NA,Adelie,NA,1,2007-11-13
4,36.7,Gentoo,3450,1,2007-11-14
5,50.1,Gentoo,,1,2007-11-15
"""


def test_of_a_real_file_the_columns_and_rows_are_chosen_by_keyboard(visit):
    seen = visit(quiet=False, viewport={"width": 390, "height": 900}, color_scheme="dark").drawn(FIRST)
    page = seen.page
    page.evaluate(DROP, ["penguins.csv", REAL])
    expect(page.locator("#choice-name")).to_be_focused()
    expect(page.locator("#choice-name")).to_have_text("Which columns of penguins.csv?")
    labels = [
        text.replace("\u2068", "").replace("\u2069", "") for text in page.locator("#ticks label").all_inner_texts()
    ]
    assert labels == [
        "column 1: has no name, and likely numbers or names the rows",
        "bill: 1 missing",
        "species: holds text",
        "mass, in g: 2 missing",
        "one: holds one value only, which tells no row from another",
        "date: holds dates",
    ]
    boxes = page.locator("#ticks input")
    assert [box.is_checked() for box in boxes.all()] == [False, True, False, True, False, False]
    assert [box.is_disabled() for box in boxes.all()] == [False, False, True, False, False, True]
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.locator("#lacking")).to_have_text("2 of 5 rows lack a value in what is ticked")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    found = Axe().run(page, options=RULES).response
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]] == []

    def go(wanted):
        while page.evaluate("(one => one.name || one.id || one.value)(document.activeElement)") != wanted:
            page.keyboard.press("Tab")

    go("3")
    page.keyboard.press("Space")
    expect(page.locator("#lacking")).to_have_text("1 of 5 rows lack a value in what is ticked")
    page.keyboard.press("Space")
    go("send")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(
        "penguins.csv: column bill is missing in 1 of 5 rows, first in line 4"
    )
    page.locator("#choice-name").focus()
    go("missing")
    page.keyboard.press("ArrowDown")
    go("send")
    page.keyboard.press("Enter")
    expect(page.locator("#choice")).to_be_hidden()
    expect(page.locator("#dataset")).to_be_focused()
    expect(page.locator("#notice")).to_be_hidden()
    expect(page.locator("#facts")).to_have_text(
        re.compile("^3 rows, 2 columns: bill, mass, in g. .* Rows dropped .* 2 of 5")
    )
    id = page.locator("#dataset").input_value()
    seen.page.locator("#k").fill("2")
    seen.now(dataset=id, k=2)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete").click()
    seen.now(dataset="customers")


def test_an_offer_of_columns_can_be_declined_and_none_is_no_choice(visit):
    seen = visit(quiet=False).drawn(FIRST)
    page = seen.page
    page.evaluate(DROP, ["numbered.csv", "n,x\n1,5\n2,7\n3,9\n"])  # no fault, so only told to others
    expect(page.locator("#gaps")).to_be_hidden()
    page.locator("#ticks input").nth(1).uncheck()
    expect(page.locator("#send")).to_be_disabled()
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#choice")).to_be_hidden()
    expect(page.locator("#own-name")).to_be_focused()
    assert page.locator("#dataset").input_value() == "customers"


def test_a_chosen_file_is_drawn(visit, tmp_path):
    seen = visit().drawn(FIRST)
    path = tmp_path / "five.npy"
    np.save(path, SQUARE)
    seen.page.set_input_files("#file", path)
    expect(seen.page.locator("#dataset option:checked")).to_have_text("five (5 \u00d7 2)")
    id = seen.page.locator("#dataset").input_value()
    seen.now(dataset=id)
    seen.page.once("dialog", lambda dialog: dialog.accept())
    seen.page.get_by_role("button", name="Delete").click()
    seen.now(dataset="customers")


WRONG_FILES = (
    ("towns.csv", "town\n4\nBusan\n", "towns.csv: column town holds 'Busan' in line 3, which is no number: leave"),
    ("ragged.csv", "a,b\n1,2\n1,2,3\n", "ragged.csv: line 3: the number of fields is 3"),
    ("twice.csv", "a,a\n1,2\n", "twice.csv: column a stands over more than one column: rename one"),
    ("empty.csv", "", "empty.csv: "),
    ("table.xlsx", "PK", "table.xlsx has no ending that is known here: give .csv, .npy, .parquet or .json."),
)


def test_a_wrong_file_is_answered_in_words(visit):
    seen = visit(quiet=False).drawn(FIRST)
    for name, text, words in WRONG_FILES:
        seen.page.evaluate(DROP, [name, text])
        expect(seen.page.get_by_role("alert")).to_contain_text(words)
        assert seen.page.get_by_role("alert").inner_text().count("/X") == 0
        assert seen.page.locator("#dataset").input_value() == "customers"
    assert not [said for said in seen.said if "Failed to load resource" not in said]  # Chromium's word for a 422
    seen.page.locator("#k").fill("3")
    seen.now(k=3)
    expect(seen.page.get_by_role("alert")).to_contain_text(words)  # until something else is chosen
    seen.page.locator("#dataset").select_option("iris")
    seen.now(dataset="iris")
    expect(seen.page.get_by_role("alert")).to_be_hidden()


def test_impossible_numbers_are_answered_in_words(visit, upload):
    id = upload(SQUARE)
    seen = visit(f"dataset={id}&algorithm=kmeans&k=5", quiet=False)
    seen.now(dataset=id)
    page, alert = seen.page, seen.page.get_by_role("alert")
    for value, words in [
        ("6", "k is 6, but the data have 5 distinct rows; give at most 5"),
        ("0", "k is 0; give a whole number from 1 to 1000: the number of clusters"),
        ("2.5", "k is '2.5'; give a whole number"),
        ("", "k is ''; give a whole number"),
    ]:
        page.locator("#k").fill(value)
        expect(alert).to_contain_text(words)
        expect(page.locator("#k")).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#k")).to_have_attribute("aria-describedby", "error")
        expect(page.locator("#status")).to_have_text("5 rows, not clustered")
        assert page.evaluate("plot.labels") is None  # the picture before is no answer to this
        expect(page.locator("#clusters tr")).to_have_count(0)
    page.locator("#k").fill("5")
    seen.now(k=5)
    expect(alert).to_be_hidden()
    expect(page.locator("#k")).not_to_have_attribute("aria-invalid", "true")


def test_a_server_that_is_gone_is_told(visit):
    seen = visit(quiet=False, offline=False).drawn(FIRST)  # in a context of its own
    seen.context.set_offline(True)  # to the page no other than a server that has ended
    seen.page.locator("#k").fill("3")
    expect(seen.page.get_by_role("alert")).to_contain_text("The server does not answer")


def test_a_token_is_asked_for(visit, tmp_path):
    guarded = Server(tmp_path / "instance", "--workers", "1", env=ENV | {"CLUSTERING_TOKEN": "s3cret"})
    seen = visit(server=guarded, quiet=False)
    page = seen.page
    expect(page.get_by_role("alert")).to_have_text("Type the server's token.")
    page.get_by_label("This server asks for a token").fill("é")
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_role("alert")).to_contain_text("A token is made of ASCII letters")
    page.get_by_label("This server asks for a token").fill("wrong")
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_role("alert")).to_have_text("This token is not right.")
    page.get_by_label("This server asks for a token").fill("s3cret")
    page.keyboard.press("Enter")
    seen.drawn(FIRST)
    expect(page.locator("#token-form")).to_be_hidden()
    assert page.locator("#token").input_value() == ""
    page.reload()
    seen.drawn(FIRST)
    page.locator("#k").fill("5")
    page.locator("#k").press("Enter")
    seen.now(k=5)
    assert not [url for url in seen.requests if "s3cret" in url]
    for kind in ("curl", "python"):
        assert "s3cret" not in page.locator(f"#{kind}").inner_text()
        assert run(kind, page.locator(f"#{kind}").inner_text(), CLUSTERING_TOKEN="s3cret") == page.evaluate(
            "[...plot.labels]"
        )
    guarded.process.terminate()
    guarded.end()


# --- the request to copy ----------------------------------------------------------------------------------------------


def run(kind, text, **env):
    """Run what the page offers to copy; the labels that it got."""
    if kind == "curl":
        command = ["sh", "-c", f"{text} --silent --fail --noproxy '*'"]
    else:
        command = [sys.executable, "-c", f"{text}\nprint(labels)"]
    done = subprocess.run(command, env=ENV | env, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["labels"] if kind == "curl" else json.loads(done.stdout)


def test_what_can_be_copied_gets_the_labels_that_are_drawn(visit):
    allowed = ["clipboard-read", "clipboard-write"]
    seen = visit("dataset=penguins&algorithm=dbscan&eps=0.6&scale=standard", permissions=allowed)
    seen.now(dataset="penguins")
    page = seen.page
    labels = page.evaluate("[...plot.labels]")
    assert len(set(labels)) > 2
    copied = {}
    for kind in ("url", "curl", "python"):
        button = page.locator(f"[data-copy={kind}]")
        button.click()
        expect(button).to_have_text("Copied")
        copied[kind] = page.evaluate("navigator.clipboard.readText()")
        assert copied[kind] == page.locator(f"#{kind}").inner_text()
    with urlopen(copied["url"]) as answer:
        assert json.load(answer)["labels"] == labels
    assert run("curl", copied["curl"]) == labels
    assert run("python", copied["python"]) == labels


def test_where_nothing_may_be_copied_it_is_selected(visit):
    seen = visit().drawn(FIRST)
    seen.page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    seen.page.locator("[data-copy=url]").click()
    expect(seen.page.locator("[data-copy=url]")).to_have_text("Selected: press Ctrl+C")
    assert seen.page.evaluate("String(getSelection())") == seen.page.locator("#url").inner_text()


# --- for everyone -----------------------------------------------------------------------------------------------------


FOCUSED = "(one => one.id || one.dataset.label || one.dataset.copy || one.value)(document.activeElement)"


def test_keyboard_alone(visit):
    """Reach every control by Tab, in the order in which they stand; change, hide, read and copy without a mouse."""
    seen = visit().drawn(FIRST)
    page = seen.page
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate(FOCUSED)
        if name is None or (reached and name == reached[0]):
            break
        reached.append(name)
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", f"the focus cannot be seen on {name}"
    assert reached == [
        "dataset", "own-name", "file", "x", "y", "scale", "kmeans", "k-slider", "k", "n_init", "seed",
        "plot", "centres", "0", "1", "2", "3", "url", "url", "curl", "curl", "python", "python",
    ]  # fmt: skip

    def go(wanted):
        while page.evaluate(FOCUSED) != wanted:
            page.keyboard.press("Tab")

    go("kmeans")
    page.keyboard.press("ArrowRight")
    seen.now(algorithm="dbscan")
    go("eps-slider")
    page.keyboard.press("ArrowLeft")
    seen.now(eps=page.locator("#eps").input_value())
    go("plot")
    tip = page.locator("#tip")
    page.keyboard.press("ArrowRight")
    expect(tip).to_have_text(re.compile("^row 0, counted from 0"))
    x = page.evaluate("plot.spot(0)[0]")
    page.keyboard.press("ArrowRight")
    expect(tip).not_to_have_text(re.compile("^row 0,"))
    row = int(re.match(r"row ([\d,]+)", tip.inner_text())[1].replace(",", ""))
    assert page.evaluate(f"plot.spot({row})[0]") > x
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    go("0")
    page.keyboard.press("Space")
    expect(page.locator("[data-label='0']")).to_have_attribute("aria-pressed", "false")


def test_the_focus_stays_where_it_was(visit):
    seen = visit("dataset=digits&algorithm=kmeans&k=40").drawn(
        "dataset=digits&algorithm=kmeans&k=40&n_init=1&seed=0&scale=none"
    )
    page = seen.page
    page.locator("#more").press("Enter")
    expect(page.locator("#clusters tr")).to_have_count(41)
    assert page.evaluate(FOCUSED) == "19"  # the first that was not there before
    page.evaluate("document.getElementById('seed').value = 1; refresh()")
    seen.now(seed=1)
    expect(page.locator("#clusters tr")).to_have_count(41)
    assert page.evaluate(FOCUSED) == "19"


def test_rows_on_the_same_spot_are_reached_by_number(visit, upload):
    id = upload(np.array([[1, 1], [1, 1], [2, 2]], float))
    seen = visit(f"dataset={id}&algorithm=kmeans&k=2")
    seen.now(dataset=id)
    seen.page.locator("#plot").focus()
    for row in (0, 1, 2, 2):
        seen.page.keyboard.press("PageDown")
        expect(seen.page.locator("#say")).to_have_text(re.compile(f"^row {row}, counted from 0"))
    seen.page.keyboard.press("PageUp")
    expect(seen.page.locator("#say")).to_have_text(re.compile("^row 1,"))


def test_a_row_that_was_asked_for_is_not_talked_over_by_what_waited_to_be_said(visit):
    seen = visit().drawn(FIRST)
    said = seen.page.evaluate(
        """async () => {
            say("an answer of before");
            showRow(0, true);
            await new Promise(done => setTimeout(done, 500));  // set later and longer, so it ends after what waits
            return byId("say").textContent;
        }"""
    )
    assert said.startswith("row 0, counted from 0")


def test_what_a_screen_reader_hears_is_said_once_changes_have_come_to_rest(visit):
    seen = visit().drawn(FIRST)
    expect(seen.page.locator("#say")).to_have_text(re.compile("^4 clusters"))
    seen.page.evaluate(
        """() => {
            window.heard = [];
            new MutationObserver(() => heard.push(byId("say").textContent)).observe(byId("say"), {childList: true});
        }"""
    )
    for k in range(5, 12):
        seen.page.locator("#k-slider").press("ArrowRight")
        seen.now(k=k)
    expect(seen.page.locator("#say")).to_have_text(re.compile("^11 clusters"))
    assert len(seen.page.evaluate("heard")) < 7


def test_the_committed_picture_shows_this_page(visit):
    """Of the same page in the same state, up to fonts: a thumbnail's pixels differ little.

    To make it anew, copy ``build/page.png`` over it.
    """
    seen = visit("dataset=customers&algorithm=dbscan&eps=0.2&min_samples=10&scale=standard", viewport=PICTURE)
    seen.now(eps=0.2)
    path = ROOT / "build" / "page.png"
    path.parent.mkdir(exist_ok=True)
    seen.page.screenshot(path=path)
    with Image.open(path) as taken:
        small = taken.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    with Image.open(ROOT / "docs" / "page.png") as committed:
        assert committed.size == small.size
        thumbnails = [np.asarray(one.convert("L").resize((55, 43))).astype(int) for one in (small, committed)]
    assert np.abs(thumbnails[0] - thumbnails[1]).mean() < 4


def test_narrow_screens(visit):
    seen = visit(viewport={"width": 390, "height": 844}, device_scale_factor=2, has_touch=True).drawn(FIRST)
    page = seen.page
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert len(page.evaluate("plot.xTicks.marks")) >= 3
    for control in page.locator("#controls :is(input, select, button):visible").all():
        box = control.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    slider, plot = (page.locator(f"#{id}").bounding_box() for id in ("k-slider", "plot"))
    assert slider["y"] < plot["y"]
    assert plot["y"] + 150 < 844  # who moves the slider sees what comes of it
    page.locator("#plot").scroll_into_view_if_needed()
    corner = page.locator("#plot").bounding_box()
    left, top = page.evaluate("plot.spot(7)")
    page.touchscreen.tap(corner["x"] + left, corner["y"] + top)
    expect(page.locator("#tip")).to_be_visible()
    tip = page.locator("#tip").bounding_box()
    assert corner["x"] <= tip["x"]
    assert tip["x"] + tip["width"] <= corner["x"] + corner["width"] + 1


def broken(seen):
    seen.page.locator("#k").fill("0")
    expect(seen.page.get_by_role("alert")).to_be_visible()


def reading(seen):
    seen.page.locator("#plot").focus()
    seen.page.keyboard.press("ArrowRight")
    expect(seen.page.locator("#tip")).to_be_visible()
    seen.page.locator("[data-label='0']").press("Space")


def barriers(seen):
    found = Axe().run(seen.page, options=RULES).response
    assert len(found["passes"]) > 30
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]]


@pytest.mark.parametrize(
    ("query", "act"),
    [
        (FIRST, None),
        (FIRST, broken),
        (FIRST, reading),
        ("dataset=wine&algorithm=dbscan&eps=2&min_samples=5&scale=standard", None),
        ("dataset=digits&algorithm=kmeans&k=40&n_init=1&seed=0&scale=none", None),
    ],
)
def test_axe_finds_no_barrier(visit, query, act):
    seen = visit(query, quiet=act is not broken).drawn(query)
    if act:
        act(seen)
    assert barriers(seen) == []
    seen.page.emulate_media(color_scheme="dark")
    assert barriers(seen) == []
    seen.page.set_viewport_size({"width": 390, "height": 900})
    if act:
        act(seen)
    assert barriers(seen) == []


# --- jobs -------------------------------------------------------------------------------------------------------------

GROUP = 2000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A server's folder of data: rows that take many passes, some that have a hole."""
    folder, rng = tmp_path_factory.mktemp("data"), np.random.default_rng(0)
    X = rng.normal(size=(100 * GROUP, 3))
    pq.write_table(pa.table(dict(zip("abc", X.T, strict=True))), folder / "trips.parquet", row_group_size=GROUP)
    pq.write_table(pa.table({"a": [1.0, 2.0, np.nan], "b": [1.0, 2.0, 3.0]}), folder / "holes.parquet")
    corners = np.array([[0, 0], [10, 0], [0, 10], [10, 10]], float).repeat([40, 30, 20, 10], axis=0)
    pq.write_table(pa.table({"x": corners[:, 0], "y_size": corners[:, 1]}), folder / "corners.parquet")
    return folder


@pytest.fixture(scope="module")
def with_folder(tmp_path_factory, folder):
    server = Server(tmp_path_factory.mktemp("jobs") / "instance", "--workers", "1", "--data", str(folder))
    yield server
    server.process.terminate()
    server.end()


@pytest.fixture
def streaming(with_folder):
    """A server with that folder; a job takes longer than an answer, so more patience."""
    expect.set_options(timeout=1000 * DEADLINE)
    yield with_folder
    expect.set_options(timeout=5000)


def text(seen, id):
    return seen.page.locator(f"#{id}")


def test_a_job_is_started_by_its_button_and_ends_in_a_table_and_centres(visit, streaming, tmp_path):
    seen = visit("dataset=corners&k=4", server=streaming)
    expect(text(seen, "status")).to_have_text("100 rows, not clustered")
    for id, hidden in (("stage", True), ("scale", True), ("n_init", True), ("k", False), ("seed", False)):
        expect(text(seen, id)).to_be_visible(visible=not hidden)
    assert not any("/jobs" in url or "clustering?" in url for url in seen.requests)
    seen.page.get_by_role("button", name="Cluster", exact=True).click()
    expect(text(seen, "status")).to_have_text("4 clusters, inertia 0, 100 rows")
    expect(text(seen, "plot")).to_have_attribute("data-drawn", re.compile("^/models/[0-9a-f]{16}$"))
    expect(text(seen, "job")).to_be_hidden()
    assert seen.page.locator("#heads th").all_inner_texts() == [
        "cluster",
        "rows",
        "share",
        "centre, x",
        "centre, y size",
    ]
    lines = [line.split() for line in seen.page.locator("#clusters tr").all_inner_texts()]
    assert lines == [
        ["cluster", "0", "40", "40.0", "%", "0", "0"],
        ["cluster", "1", "30", "30.0", "%", "10", "0"],
        ["cluster", "2", "20", "20.0", "%", "0", "10"],
        ["cluster", "3", "10", "10.0", "%", "10", "10"],
    ]
    pixels = seen.pixels(tmp_path)
    first, last = (middle(pixels, palette.COLORS[i]) for i in (0, 3))
    assert first[0] < last[0]
    assert first[1] > last[1]
    seen.page.locator("#plot").hover(position={"x": first[0], "y": first[1]})
    expect(text(seen, "tip")).to_have_text(re.compile("^centre: cluster 0"))
    text(seen, "y").select_option("0")
    expect(seen.page.locator("#heads th").last).to_have_text("centre, x")


def stop(server):
    """Have the process of the job that runs stand still."""

    def found():
        children = psutil.Process(server.process.pid).children()
        return [child for child in children if "helpers.service.work.job" in child.cmdline()]

    until(found)
    found()[0].suspend()


def test_a_job_is_seen_at_work_cancelled_and_found_again_after_a_reload(visit, streaming):
    seen = visit("dataset=trips&k=50", server=streaming)
    text(seen, "start").click()
    expect(seen.page).to_have_url(re.compile("[#&]job=[0-9a-f]{16}&"))
    url = f"{seen.origin}/jobs/{re.search('job=([0-9a-f]+)', seen.page.url)[1]}"

    def now():
        with urlopen(url) as answer:
            return json.load(answer)["progress"]

    def agrees():  # once all that the stopped process had said is read; two equal answers do not tell that it is
        done = now()
        passes = f"inertia [0-9,.]+ after {done['passes_done']} pass"
        far = f"Pass {done['pass']}: {done['groups_done']} of 100 row groups; {passes}"
        bar = seen.page.evaluate("[bar.value, bar.max]")
        return re.match(far, text(seen, "far").inner_text()) and bar == [done["groups_done"], 100]

    until(lambda: now()["pass"] >= 2)
    stop(streaming)
    until(agrees)
    expect(text(seen, "status")).to_have_text("200,000 rows: the job runs")
    seen.page.reload()
    until(agrees)
    text(seen, "k").fill("49")  # another question, which has no job
    expect(text(seen, "status")).to_have_text("200,000 rows, not clustered")
    expect(text(seen, "job")).to_be_hidden()
    text(seen, "k").fill("50")
    expect(text(seen, "status")).to_have_text("200,000 rows: the job runs")
    text(seen, "cancel").focus()
    seen.page.keyboard.press("Enter")
    expect(text(seen, "status")).to_have_text("200,000 rows: the job was cancelled")
    expect(text(seen, "job")).to_be_hidden()
    expect(text(seen, "start")).to_be_focused()


def test_a_job_that_fails_says_why(visit, streaming):
    seen = visit("dataset=holes&k=2", server=streaming)
    text(seen, "start").click()
    expect(text(seen, "error")).to_have_text(re.compile("^The job failed: holes.parquet, column a: row 3 "))
    expect(text(seen, "status")).to_have_text("3 rows, not clustered")


def test_an_impossible_job_is_answered_in_words(visit, streaming):
    seen = visit("dataset=holes&k=9", server=streaming, quiet=False)
    text(seen, "start").click()
    expect(text(seen, "error")).to_have_text(re.compile("^k is 9, but the data have 3 rows"))
    expect(text(seen, "k")).to_have_attribute("aria-invalid", "true")


def test_an_error_stays_when_what_was_under_way_ends(visit, streaming):
    """The button can be pressed while the data are still being described."""
    seen = visit("dataset=corners&k=9", server=streaming, quiet=False)
    expect(text(seen, "status")).to_have_text(re.compile("100 rows, not clustered|9 clusters"))
    held = []
    seen.page.route("**/datasets/holes", lambda route: held.append(route))
    text(seen, "dataset").select_option("holes")
    text(seen, "start").click()
    expect(text(seen, "error")).to_have_text(re.compile("^k is 9, but the data have 3 rows"))
    for route in held:
        route.continue_()
    expect(text(seen, "status")).to_have_text("3 rows, not clustered")
    seen.page.evaluate("() => new Promise(done => setTimeout(done))")  # what follows it in the page has run
    expect(text(seen, "error")).to_have_text(re.compile("^k is 9, but the data have 3 rows"))


def test_from_a_job_to_a_table_and_back(visit, streaming):
    seen = visit("dataset=corners&k=2", server=streaming)
    text(seen, "start").click()
    expect(text(seen, "status")).to_have_text(re.compile("^2 clusters"))
    text(seen, "dataset").select_option("penguins")
    seen.now(dataset="penguins", k=2)
    expect(text(seen, "stage")).to_be_visible()
    expect(text(seen, "start")).to_be_hidden()
    seen.page.locator("[value=dbscan]").check()
    seen.now(algorithm="dbscan")
    text(seen, "dataset").select_option("corners")
    expect(text(seen, "status")).to_have_text(re.compile("^2 clusters"))
    expect(text(seen, "k")).to_be_visible()
    expect(text(seen, "eps")).to_be_hidden()


def test_what_can_be_copied_gets_the_same_model(visit, streaming):
    seen = visit("dataset=corners&k=3&seed=1", server=streaming)
    expect(text(seen, "python")).to_have_text(re.compile("session.post"))
    code = text(seen, "python").inner_text() + "\nlabels = [sum(model['counts']), model['parameters']['seed']]"
    assert run("python", code) == [100, 1]
    command = ["sh", "-c", f"{text(seen, 'curl').inner_text()} --silent --fail --noproxy '*'"]
    done = subprocess.run(command, env=ENV, capture_output=True, check=True)
    assert json.loads(done.stdout)["status"] == "done"


def test_axe_finds_no_barrier_amid_a_job(visit, streaming):
    seen = visit("dataset=trips&k=51", server=streaming)
    text(seen, "start").click()
    expect(text(seen, "cancel")).to_be_visible()
    stop(streaming)
    for scheme in ("light", "dark"):
        seen.page.emulate_media(color_scheme=scheme)
        assert barriers(seen) == []
    text(seen, "cancel").click()
    expect(text(seen, "status")).to_have_text("200,000 rows: the job was cancelled")
