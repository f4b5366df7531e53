"""The course as pages (`make site`): nothing is missing, nothing is asked of another host, no barrier, no broken link.

The pages are built and read in a browser in the slow tier: half a minute, and axe-core on forty long pages twice.
"""

import html
import os
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from itertools import chain
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import chromium, opened
from commands import ROOT
from playwright.sync_api import expect

sys.path.append(str(ROOT / "docs"))  # as for the build, which runs there
import bibliography
import diagrams
import pages

NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
CITED = bibliography.citations(ROOT)

# --- what the build gathers -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    pages.gather(ROOT, folder)
    return folder


def test_settings_can_be_read():
    settings = {"__file__": str(ROOT / "docs/conf.py")}
    exec((ROOT / "docs/conf.py").read_text(), settings)
    assert settings["nb_execution_mode"] == "off"
    assert settings["nb_ipywidgets_js"] == {}


def test_every_notebook_is_listed_in_order(sources):
    listed = re.findall(r"^\d\d .* <notebooks/(.+)>$", (sources / "course.md").read_text(), re.MULTILINE)
    assert listed == NOTEBOOKS, "the README's map and the folder differ"


def test_outputs_are_those_that_are_committed(sources):
    """Nothing differs but what a page cannot show."""
    for name in NOTEBOOKS:
        ours, theirs = (nbformat.read(folder / f"notebooks/{name}.ipynb", 4) for folder in (sources, ROOT))
        assert [cell.source for cell in ours.cells] == [cell.source for cell in theirs.cells]
        for page, cell in zip(ours.cells, theirs.cells, strict=True):
            if cell.cell_type == "code":
                kept = [output for output in cell.outputs if "widget-view" not in str(output.get("data", {}).keys())]
                shown = [output for output in page.outputs if output.get("data") != {"text/markdown": pages.LIVE}]
                assert shown == kept
                assert ("hide-cell" in page.metadata.get("tags", [])) == ("solution" in cell.metadata.get("tags", []))


def test_each_notebook_says_where_its_control_is(sources):
    for name in NOTEBOOKS:
        assert (sources / f"notebooks/{name}.ipynb").read_text().count(pages.LIVE) == 1, name


def test_every_citation_is_in_the_bibliography(sources):
    page = (sources / "bibliography.md").read_text()
    assert len(CITED) > 60
    assert [address for address in CITED if f"]({address})" not in page] == []
    cards = re.findall(r"doi:(10\.\S+?)[.,;]?(?:\s|$)", (ROOT / "data/README.md").read_text())
    assert [doi for doi in cards if f"](https://doi.org/{doi})" not in page] == []


def test_every_work_has_an_author_a_year_and_a_title():
    nameless = []
    for address, cited in CITED.items():
        lines = [line for _, line in cited]
        by_year = re.compile(rf"\[[^\]]*\b(1[89]|20)\d\d\)?\]\({re.escape(address)}\)")
        if ("doi.org/" in address or any(map(by_year.search, lines))) and not re.match(
            r"\S.+ \(\d{4}\), \S.{9,}", bibliography.work(address, lines)
        ):
            nameless.append(address)
    assert nameless == [], "give the title under Further reading, or in docs/works.toml"


def test_no_title_is_kept_that_nobody_cites():
    kept = re.findall(r'^"(https\S+)" = ', (ROOT / "docs/works.toml").read_text(), re.MULTILINE)
    assert kept
    assert [address for address in kept if address not in CITED] == []


def test_every_page_of_the_docs_is_on_the_site(sources):
    listed = (sources / "docs/manual.md").read_text() + (sources / "index.md").read_text()
    for path in (ROOT / "docs").glob("*.md"):
        if path.stem not in ("course", "index", "manual"):
            assert (sources / "docs" / path.name).exists()
            assert re.search(rf"^(docs/)?{path.stem}$", listed, re.MULTILINE), path.stem


def test_a_diagram_becomes_boxes_that_say_where_their_arrows_lead(sources):
    boxes, arrows = diagrams.read((ROOT / "docs/architecture.md").read_text())
    page = (sources / "docs/architecture.md").read_text()
    assert "```" not in page
    place = {name: at for at, row in enumerate(diagrams.rows(boxes, arrows)) for name, _ in row}
    assert place.keys() == boxes.keys()
    for name, names in boxes.items():
        item = re.search(rf"<li><strong>{name}</strong>(.*?)(?:<span>↓ (.*)</span>)?</li>", page)
        ends = item[2].split(", ") if item[2] else []
        assert re.findall("<code>(.*?)</code>", item[1]) == names
        assert [(name, end) for end in ends] == [arrow for arrow in arrows if arrow[0] == name]
        assert all(place[end] > place[name] for end in ends)


def test_every_public_helper_has_a_page(sources):
    described = "".join(path.read_text() for path in (sources / "api").glob("*.rst"))
    for path in (ROOT / "helpers").iterdir():
        name = path.stem
        if not name.startswith("_") and (path.suffix == ".py" or (path / "__init__.py").exists()):
            assert f".. automodule:: helpers.{name}\n" in described
            assert f"   helpers.{name}\n" in (sources / "api/index.rst").read_text()


# --- the pages --------------------------------------------------------------------------------------------------------

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "preload": False,  # would fetch style sheets, which a browser refuses for files
}
SCHEMES = [("light", 1280), ("dark", 390)]
# Whoever builds the site may have no network: a connection is a failure.
BUILD = """
import runpy, sys
def refuse(event, arguments):
    if event == "socket.connect":
        raise OSError(f"the build asked {arguments}")
sys.addaudithook(refuse)
sys.argv = sys.argv[1:]
sys.path[0] = sys.argv[0].rpartition("/")[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Where the finished pages lie."""
    folder = tmp_path_factory.mktemp("site") / "out"
    call = [sys.executable, "-c", BUILD, "docs/build.py", str(folder)]
    built = subprocess.run(call, cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    assert re.fullmatch(r"Wrote \S+/index\.html \(\d+ pages, \d+ MB, \d+ seconds\)\n", built.stdout)
    assert built.stderr == ""
    return folder


class Page(HTMLParser):
    """What a page refers to, shows and can be referred to."""

    def __init__(self, path):
        super().__init__()
        self.path, self.links, self.ids, self.images, self.folded = path, [], [], [], 0
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.links += [attributes[name] for name in ("href", "src") if name in attributes]
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.images += [attributes] if tag == "img" else []
        self.folded += tag == "details" and "hide" in attributes.get("class", "")


@pytest.fixture(scope="module")
def read(site):
    """Every page by its path."""
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


@pytest.fixture
def visit(browser, site):
    """Open a page in a browser that knows nothing."""
    contexts = []

    def open_page(name, **options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.goto((site / name).as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.slow  # builds the site
def test_every_notebook_has_its_page_its_figures_and_its_solutions(site, read):
    for name in NOTEBOOKS:
        page = read[site / f"notebooks/{name}.html"]
        cells = nbformat.read(ROOT / f"notebooks/{name}.ipynb", 4).cells
        images = [m for cell in cells for o in cell.get("outputs", []) for m in o.get("data", {}) if m[:6] == "image/"]
        assert len(page.images) == len(images)
        assert page.folded == sum(bool({"solution", "proof"} & set(cell.metadata.get("tags", []))) for cell in cells)


@pytest.mark.slow  # builds the site
def test_every_link_and_anchor_leads_somewhere(read):
    broken = []
    for path, page in read.items():
        assert [id for id, n in Counter(page.ids).items() if n > 1] == [], path
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("https", "http", "mailto"), link
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if not target.is_file() or (anchor and target.suffix == ".html" and anchor not in read[target].ids):
                broken.append((path.name, link))
    assert broken == []


@pytest.mark.slow  # builds the site
def test_every_image_is_described_and_one_moves(site, read):
    images = [(path.name, image) for path, page in read.items() for image in page.images]
    assert len(images) > 100
    assert [(name, image) for name, image in images if len(image.get("alt") or "") < 20] == []
    moving = [(name, image["src"]) for name, image in images if image["src"].endswith(".gif")]
    assert [name for name, _ in moving] == ["01_lloyd_from_scratch.html"]
    assert (site / "notebooks" / moving[0][1]).read_bytes().count(b"\x21\xf9\x04") > 10  # frames


@pytest.mark.slow  # builds the site
def test_nothing_tells_of_the_machine_that_built_it(read):
    telling = [str(ROOT), os.environ["PATH"], "environ({", "PosixPath("]
    assert [(path.name, one) for path in read for one in telling if one in html.unescape(path.read_text())] == []


def barriers(paths, scheme, width):
    """Open each page, and say what it asked of other hosts, what it complained of, and what bars a reader."""
    found, now = [], []
    with opened() as browser:
        page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
        page.on("request", lambda asked: asked.url.startswith(("file:", "data:")) or now.append(asked.url))
        page.on("console", lambda said: said.type in ("error", "warning") and now.append(said.text))
        page.on("pageerror", lambda error: now.append(str(error)))
        for path in paths:
            page.goto(path.as_uri())
            if page.evaluate("document.documentElement.dataset.theme") != scheme:
                now.append("not in the reader's scheme")
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                now.append("wider than the window")
            violations = Axe().run(page, options=RULES).response["violations"]
            now += [(one["id"], [node["html"][:200] for node in one["nodes"][:5]]) for one in violations]
            found += [(path.name, scheme, width, *(one if isinstance(one, tuple) else [one])) for one in now]
            now.clear()
    return found


@pytest.mark.slow  # axe-core needs seconds for a notebook, and reads each in two schemes and widths
def test_no_page_asks_another_host_complains_or_bars_a_reader(read):
    chromium()  # skips or fails here, not in a thread
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda one: barriers(read, *one), SCHEMES))
    assert list(chain(*found)) == []


@pytest.mark.slow  # builds the site
@pytest.mark.parametrize("width", [1280, 390])
def test_search_finds_a_word_by_keyboard(visit, width):
    page = visit("course.html", viewport={"width": width, "height": 900})
    page.keyboard.press("Control+k")
    page.keyboard.type("haversine")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=haversine*")
    hit = page.locator("#search-results a", has_text="DBSCAN").first
    hit.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/06_dbscan.html*")


@pytest.mark.slow  # builds the site
def test_dark_mode_is_chosen_by_keyboard_and_stays(visit):
    page = visit("course.html", viewport={"width": 1280, "height": 900}, color_scheme="light")
    theme = page.locator("html")
    expect(theme).to_have_attribute("data-theme", "light")
    page.get_by_role("button", name="Color mode").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Dark").or_(page.get_by_role("button", name="Dark")).first.focus()
    page.keyboard.press("Enter")
    expect(theme).to_have_attribute("data-theme", "dark")
    page.get_by_role("link", name="06 DBSCAN").first.press("Enter")
    page.wait_for_url("**/06_dbscan.html")
    expect(theme).to_have_attribute("data-theme", "dark")


@pytest.mark.slow  # builds the site
def test_a_solution_unfolds_by_keyboard(visit):
    page = visit("notebooks/06_dbscan.html")
    assert page.locator("details.hide", has_text="how this is held true").count() > 0
    solution = page.locator("details.hide", has_text="Show the solution").first
    code = solution.locator("pre").first
    expect(code).to_be_hidden()
    solution.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(code).to_be_visible()
    expect(code).to_contain_text('check("06.1", answer)')


@pytest.mark.slow  # builds the site
def test_next_leads_through_the_course_and_previous_back(visit):
    page = visit("notebooks/00_start_here.html")
    for one, link in ((NOTEBOOKS[1:], "a.right-next"), (NOTEBOOKS[-2::-1], "a.left-prev")):
        for name in one:
            page.locator(link).press("Enter")
            page.wait_for_url(f"**/{name}.html")


@pytest.mark.slow  # builds the site
def test_code_that_scrolls_can_be_scrolled_by_keyboard(visit):
    page = visit("notebooks/06_dbscan.html", viewport={"width": 390, "height": 900})
    stuck = """[...document.querySelectorAll("pre, table, .cell_output, .pst-scrollable-table-container")].filter(
        one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible"
            && one.offsetParent && one.tabIndex < 0 && !one.querySelector("[tabindex='0']")
    ).map(one => one.outerHTML.slice(0, 100))"""
    page.wait_for_timeout(500)  # the theme marks what scrolls when it has seen the page
    assert page.evaluate(stuck) == []
