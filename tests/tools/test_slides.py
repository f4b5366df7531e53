"""The slides: the rule that chooses them, and in a real browser that each can be read and nothing is fetched."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import opened
from commands import ROOT
from course import NOTEBOOKS, code_cells
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools.slides import __main__ as command
from tools.slides.choosing import MAX_LINES, MAX_QUESTION, MAX_WIDTH, slides_of
from tools.slides.deck import deck

SMALLEST = 22  # pixels of type on 1280 x 720
PLAN = [name for name in NOTEBOOKS if name[:2] in command.HALF_DAY]


def code(source, *, printed="", image="", tags=()):
    outputs = [new_output("stream", text=printed)] if printed else []
    if image:
        data = {"image/png": image, "text/plain": "seen"}
        outputs.append(new_output("display_data", data=data, metadata={"image/png": {"alt": "A <cloud>"}}))
    return new_code_cell(source, outputs=outputs, metadata={"tags": list(tags)})


def chosen(*cells):
    """Slides of cells that follow the title and the parameters."""
    start = [new_markdown_cell("# Title\n\nA promise."), code("x: int = 1", tags=["parameters"])]
    return slides_of(new_notebook(cells=[*start, *cells]))[1:]


# --- the rule --------------------------------------------------------------------------------------------------------


def test_a_question_comes_before_the_claim_that_answers_it():
    text = "## It rises\n\nA sentence [here](https://a.org). **Before you run it:** what happens?"
    question, figure = chosen(new_markdown_cell(text), code("draw()", image="QQ=="))
    assert (question.heading, question.text) == ("Before you run it", "A sentence here.\n\nWhat happens?")
    assert (figure.heading, figure.images) == ("It rises", [("image/png", "QQ==", "A <cloud>")])


def test_a_prediction_is_a_question_with_its_choices():
    asked = code('predict("02.a", "How many?", "100", "3")', printed="? 02.a")
    (slide,) = chosen(new_markdown_cell("## Claim"), asked, code('reveal("02.a", n)'), code("predictions()"))
    assert (slide.kind, slide.heading, slide.text) == ("question", "Before you run it", "How many?\n\n- 100\n- 3")


def test_a_long_question_keeps_its_last_sentences():
    text = "One. " * 100 + "Last one. **Before you run it:** k-means or not?"
    (slide,) = chosen(new_markdown_cell(f"## Claim\n\n{text}"))
    assert slide.text.endswith("Last one.\n\nk-means or not?")
    assert MAX_QUESTION - 20 < len(slide.text) <= MAX_QUESTION + 5


def test_code_is_evidence_if_it_can_be_read_from_afar():
    heading = new_markdown_cell("## Claim")
    short, long = "x = 1\nprint(x)", "\n".join(["x = 1"] * (MAX_LINES + 1))
    assert [(s.code, s.printed) for s in chosen(heading, code(short, printed="1\n"))] == [(short, "1")]
    assert [(s.code, s.printed) for s in chosen(heading, code(long, printed="1\n"))] == [("", "1")]
    assert chosen(heading, code(long)) == []
    assert chosen(heading, code("import os\nfrom os import path")) == []
    assert [s.code for s in chosen(heading, code(f"def f():\n    return 1\n\n\n{long}"))] == ["def f():\n    return 1"]
    assert chosen(heading, code(f"x = {'1' * MAX_WIDTH}")) == []
    wide = f"def f():\n    return 1  # {'why ' * MAX_WIDTH}"
    assert [s.code for s in chosen(heading, code(wide))] == ["def f():\n    return 1"]


def test_what_was_printed_joins_the_figure_of_the_same_claim():
    heading, other = new_markdown_cell("## Claim"), new_markdown_cell("## Other")
    few, figure = code("f()\n" * 20, printed="1\n2\n"), code("draw()", image="QQ==")
    (joined,) = chosen(heading, few, figure)
    assert (joined.printed, len(joined.images)) == ("1\n2", 1)
    assert len(chosen(heading, few, other, figure)) == 2
    (printed,) = chosen(heading, few, code(few.source, printed="1\n2\n"))
    assert printed.printed == "1\n2\n\n1\n2"


def test_optional_cells_controls_and_answers_are_left_out():
    widget = code("interact()")
    widget.outputs = [new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}})]
    hidden = [code("x = 1", tags=[tag]) for tag in ("optional", "exercise", "solution")]
    optional = new_markdown_cell("### Optional: more\n\n**Before you run it:** what?", metadata={"tags": ["optional"]})
    assert chosen(new_markdown_cell("## Claim"), optional, widget, *hidden) == []


def test_the_frame():
    slides = chosen(
        new_markdown_cell("## After this notebook you can\n\n- do it;\n\n**Time:** long.\n\n- no list of ours"),
        new_markdown_cell("## Exercises\n\nPut your answer."),
        new_markdown_cell("**02.1 Mend it.** This is broken."),
        code("answer = ...", printed="no", tags=["exercise"]),
        new_markdown_cell("## What to remember\n\n- This.\n\n## Further reading\n\n- A book."),
    )
    assert [(slide.heading, slide.text) for slide in slides] == [
        ("After this notebook you can", "- do it;"),
        ("Exercises", "1. Mend it\n"),
        ("What to remember", "- This."),
    ]


@pytest.mark.parametrize("name", PLAN)
def test_every_deck_of_the_plan_holds_its_notebook(name):
    slides = slides_of(NOTEBOOKS[name])
    assert slides[0].kind == "title"
    assert next(slide.heading for slide in slides[1:] if slide.kind == "text") == "After this notebook you can"
    assert slides[-1].heading == "What to remember"
    assert slides[-1].text.count("\n- ") == 2
    (exercises,) = (slide for slide in slides if slide.heading == "Exercises")
    assert exercises.text.count("1. ") == len(code_cells(name, "exercise"))
    assert all(slide.heading for slide in slides)
    assert 20 <= len(slides) <= 45
    questions = [slide for slide in slides if slide.kind == "question"]
    assert len(questions) >= 3
    for slide in questions:
        assert "?" in slide.text
        assert slides[slides.index(slide) + 1].kind != "text"  # its answer


def test_the_plan_is_the_teacher_s_guide_s():
    guide = (ROOT / "notebooks" / "TEACHING.md").read_text(encoding="utf-8")
    half_day = guide.partition("**Half a day")[2].partition("| together |")[0]
    assert tuple(re.findall(r"^\| (\d\d) \|", half_day, flags=re.MULTILINE)) == command.HALF_DAY


def test_text_is_escaped_and_words_with_a_hyphen_stay_whole():
    slides = chosen(new_markdown_cell("## k-means `a-b`"), code("f('<')\n", printed="<b>\n"), code("", image="QQ=="))
    page = deck(slides, "<t>")
    assert "<title>&lt;t&gt;</title>" in page
    assert "<span>&lt;b&gt;</span>" in page
    assert 'alt="A &lt;cloud&gt;"' in page
    assert "k\u2011means <code>a-b</code>" in page


def test_the_command_says_what_it_did_in_a_line(capsys):
    assert command.main() == 0
    assert re.fullmatch(
        r"Wrote build/slides: 4 decks of \d+ slides in all; open build/slides/index\.html\n", capsys.readouterr().out
    )


def test_what_cannot_be_written_is_told_in_a_line(capsys, monkeypatch, tmp_path):
    (tmp_path / "build").touch()
    monkeypatch.setattr(command, "ROOT", tmp_path)
    assert command.main() == 1
    assert capsys.readouterr().err.count("\n") == 1


# --- in a browser ----------------------------------------------------------------------------------------------------

# Of the slide in view: what leaves it or its box, what the navigation covers, the smallest type, images without extent.
LOOK = """() => {
    const slide = document.querySelector("section.shown"), box = slide.getBoundingClientRect();
    const inside = (a) => a.left >= box.left && a.right <= box.right && a.top >= box.top && a.bottom <= box.bottom;
    const seen = [...slide.querySelectorAll("*")].filter((one) => one.getClientRects().length);
    const nav = document.querySelector("nav").getBoundingClientRect();
    const covers = (a) => a.right > nav.left && a.bottom > nav.top && a.left < nav.right;
    const leaves = [...slide.childNodes, ...slide.querySelectorAll("p, li, pre, span")].flatMap((one) => {
        const range = document.createRange();
        range.selectNodeContents(one);
        return [...range.getClientRects()].filter((a) => !inside(a) || covers(a)).map(() => one.textContent);
    });
    const spills = seen.filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1);
    return {
        shown: document.querySelectorAll("section.shown").length,
        leaves: leaves.concat(spills.map((one) => one.textContent)),
        type: Math.min(...seen.filter((one) => one.innerText).map((one) => parseFloat(getComputedStyle(one).fontSize))),
        images: [...slide.querySelectorAll("img")].map((one) => [one.naturalWidth, one.clientHeight, one.alt.length]),
        place: document.getElementById("place").textContent,
    };
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides")
    command.write_decks(folder)
    return folder


@pytest.fixture(scope="module")
def page():
    with opened() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        yield page


@pytest.mark.parametrize("name", PLAN)
def test_every_slide_can_be_read(folder, page, name):
    path = folder / f"{name}.html"
    page.said.clear(), page.asked.clear()
    page.goto(path.as_uri())
    n_slides = len(slides_of(NOTEBOOKS[name]))
    for i in range(n_slides):
        seen = page.evaluate(LOOK)
        assert seen["place"] == f"{i + 1} / {n_slides}"
        assert (seen["shown"], seen["leaves"]) == (1, []), i + 1
        assert seen["type"] >= SMALLEST, i + 1
        for width, height, description in seen["images"]:
            assert width > 0
            assert height >= 360, i + 1
            assert description >= 20
        page.keyboard.press("ArrowRight")
    assert page.said == []
    assert {urlsplit(url).scheme for url in page.asked} <= {"file", "data"}
    assert [url for url in page.asked if url.startswith("file:")] == [path.as_uri()]


def test_keys_buttons_and_addresses_move(folder, page):
    page.goto((folder / f"{PLAN[0]}.html").as_uri())
    n = page.locator("section").count()
    place = page.locator("#place")
    for key, wanted in (
        *(("ArrowRight", 2), ("PageDown", 3), (" ", 4), ("ArrowLeft", 3), ("PageUp", 2), ("ArrowUp", 1)),
        *(("ArrowLeft", 1), ("End", n), ("ArrowRight", n), ("Home", 1), ("ArrowDown", 2)),
    ):
        page.keyboard.press(key)
        assert place.inner_text() == f"{wanted} / {n}", key
    assert page.evaluate("document.activeElement.matches('section.shown h2')")  # where a screen reader goes on
    page.click("#on")
    page.click("#on")
    page.click("#back")
    assert place.inner_text() == f"3 / {n}"
    page.goto((folder / f"{PLAN[0]}.html").as_uri() + "#5")
    page.reload()
    assert place.inner_text() == f"5 / {n}"


@pytest.mark.parametrize("file", ["index.html", *(f"{name}.html" for name in PLAN)])
def test_no_barrier_is_found(folder, page, file):
    page.goto((folder / file).as_uri())
    page.evaluate("document.documentElement.classList.remove('js')")  # all slides at once
    assert Axe().run(page).response["violations"] == []


def test_it_prints_one_slide_on_a_page(folder, page):
    page.goto((folder / f"{PLAN[0]}.html").as_uri())
    made = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", made)) == page.locator("section").count()


def test_the_index_leads_to_each_deck(folder, page):
    page.goto((folder / "index.html").as_uri())
    links = [link.get_attribute("href") for link in page.locator("li a").all()]
    assert links == [f"{name}.html" for name in PLAN]
    assert all((folder / link).exists() for link in links)
    assert sorted(path.name for path in Path(folder).iterdir()) == sorted([*links, "index.html"])
