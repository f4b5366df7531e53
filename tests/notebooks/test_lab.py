"""A learner's first minutes in a real browser: `make lab`, a link, Run All Cells, a wrong answer and its hint.

Outputs are cleared in the workbook, so a prompt number there proves a run.
"""

import contextlib
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from browser import FLAGS, chromium
from commands import ROOT
from playwright.sync_api import expect, sync_playwright

from helpers.exercises import EXERCISES, check
from tools.course import has_tag

FIRST = "00_start_here.ipynb"
NOTEBOOK = "02_scipy_vq.ipynb"
PHOTOGRAPHS = "03_image_codebook.ipynb"  # has a link to a data card
EXERCISE = "02.1"  # asks for a number

# Deadlines in seconds, not waits; wide, since other tests run on the same two cores.
START = 60  # until Lab has printed its address; until something has appeared on the page
RUN = 120  # Run All Cells, of a notebook that takes 15 on a quiet machine
STOP = 10  # for Lab to end its kernels

CELL = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-cell"  # of the notebook in view
OUTPUT = ".jp-Cell-outputArea > .jp-OutputArea-child > .jp-OutputArea-output"  # not those inside a live control
IMAGE = f"{OUTPUT}.jp-RenderedImage img"
WIDGET = f"{OUTPUT} > .jupyter-widgets"
RED = ":is([data-mime-type$='jupyter.error'], [data-mime-type$='jupyter.stderr'])"  # red boxes, in live controls too

# What the page shows of each cell.
READ_CELLS = """([cells, image, widget, red]) => [...document.querySelectorAll(cells)].map(cell => ({
    prompt: cell.querySelector(".jp-InputArea-prompt")?.innerText ?? "",
    images: [...cell.querySelectorAll(image)].filter(one => one.naturalWidth > 0).length,
    widgets: cell.querySelectorAll(widget).length,
    red: cell.querySelector(red) !== null,
}))"""
WIDGET_KIND = "application/vnd.jupyter.widget-view+json"


def lab_environment(home):
    """The environment without a display, and without the settings and the sessions of whoever runs the test."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "JUPYTER", "CLUSTERING"))}
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "MFLAGS", "MPLBACKEND"]:
        env.pop(name, None)
    for name in [
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
        "IPYTHONDIR",
    ]:
        env[name] = str(home / name.lower())
    # Lab leaves out cells that are not in view; here the page must hold all of them.
    settings = home / "settings/@jupyterlab/notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return env | {"JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "JUPYTER_PORT": str(port)}


def address(lines):
    """Wait for the address that a learner copies from the terminal."""
    seen, deadline = [], time.monotonic() + START
    with contextlib.suppress(queue.Empty):
        while (line := lines.get(timeout=max(0, deadline - time.monotonic()))) is not None:
            seen.append(line)
            if found := re.search(r"http://(?:localhost|127\.0\.0\.1):\d+/\S*token=\w+", line):
                return found[0]
    pytest.fail("`make lab` printed no address:\n" + "".join(seen))


@pytest.fixture
def path():
    return chromium()


@pytest.fixture(params=["inside", "outside"])
def workbook(request, tmp_path):
    """A folder for the copies: below the repository, whose links are kept, or elsewhere, with what they lead to."""
    folder = ROOT / f"build/lab-{os.getpid()}" if request.param == "inside" else tmp_path / "my course"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def lab(tmp_path, path, workbook):
    """Run `make lab` on a workbook of its own; yield the printed address."""
    # -o: the environment that runs this test is not to be made again below it
    command = ["make", "-o", ".venv/.ready", "lab", f"WORKBOOK={workbook}"]
    if Path(sys.prefix) != ROOT / ".venv":
        command.append(f"BIN={sys.prefix}/bin")  # another environment's tests drive that environment's Lab
    lines = queue.SimpleQueue()
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=lab_environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:

        def read():  # to the end, or a full pipe would stop Lab
            for line in process.stdout:
                lines.put(line)
            lines.put(None)

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        try:
            yield address(lines)
        finally:
            stop(process, reader)


def stop(process, reader):
    """End the group that the fixture started; its output ends when the last of it, kernels included, has ended."""
    for wish in [signal.SIGTERM, signal.SIGKILL]:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, wish)
        reader.join(STOP)
        if not reader.is_alive():
            return


def learners_cells(name):
    """The cells that a copy for learners has of a committed notebook: no proofs, and solutions are text."""
    return [cell for cell in nbformat.read(ROOT / "notebooks" / name, as_version=4).cells if not has_tag(cell, "proof")]


def expected(cell):
    """What the page should show of a cell, going by the committed notebook."""
    if has_tag(cell, "solution"):
        return {"prompt": "", "images": 0, "widgets": 0, "red": False}
    outputs = cell.get("outputs", [])
    kinds = [set(output.get("data", {})) for output in outputs]
    raises = "raises-exception" in cell.metadata.get("tags", [])
    return {
        "prompt": r"\[\d+\]:" if cell.cell_type == "code" else "",
        # of an output's kinds Lab prefers HTML and live controls to an image
        "images": sum(
            any(kind.startswith("image/") for kind in one) and not one & {"text/html", WIDGET_KIND} for one in kinds
        ),
        "widgets": sum(WIDGET_KIND in one for one in kinds) + cell.source.startswith("predict("),
        "red": any((out.output_type == "error" and raises) or out.get("name") == "stderr" for out in outputs),
    }


def in_view(page, name):
    """Wait until a notebook is in view, and its kernel ready."""
    expect(page.locator(".jp-mod-current", has_text=name)).to_be_visible()
    expect(page.locator("#jp-main-statusbar").get_by_text(re.compile(r"\| Idle$"))).to_be_visible()


def open_notebook(page, name):
    """Open a notebook from the file browser."""
    page.locator(".jp-DirListing-item", has_text=name).dblclick()
    in_view(page, name)


def close(page):
    """Close the tab in view."""
    page.locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current .lm-TabBar-tabCloseIcon").click()


def follow(page, words, title):
    """Click a link of the notebook in view; the heading that it leads to is shown, rendered; go back."""
    page.locator(CELL).get_by_role("link", name=words, exact=True).first.click()
    heading = page.locator(".jp-MarkdownViewer").get_by_role("heading", name=title, exact=True)
    expect(heading).to_be_in_viewport()
    close(page)
    expect(heading).to_have_count(0)


def choose(page, menu, item):
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def run_all(page, wanted):
    """Choose Run All Cells; return what each cell shows when the last one has run and everything is drawn."""
    choose(page, "Run", "Run All Cells")
    last = max(at for at, cell in enumerate(wanted) if cell["prompt"])
    prompt = page.locator(CELL).nth(last).locator(".jp-InputArea-prompt")
    expect(prompt).to_have_text(re.compile(wanted[last]["prompt"]), timeout=RUN * 1000)
    for kind, selector in [("images", IMAGE), ("widgets", WIDGET)]:
        expect(page.locator(f"{CELL} {selector}")).to_have_count(sum(cell[kind] for cell in wanted))
    page.wait_for_function("selector => [...document.querySelectorAll(selector)].every(one => one.complete)", arg=IMAGE)
    return page.evaluate(READ_CELLS, [CELL, IMAGE, WIDGET, RED])


def answer_wrongly(page, cells, value):
    """Type an answer over the stub's dots, run the cell as a learner does, return what it shows."""
    ask = f'check("{EXERCISE}", answer)'
    at, source = next(
        (at, cell.source) for at, cell in enumerate(cells) if "answer = ..." in cell.source and ask in cell.source
    )
    cell = page.locator(CELL).nth(at)
    shown = cell.locator(OUTPUT)
    expect(shown).to_have_text(re.compile(f"^… {EXERCISE} "))
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(source.replace("answer = ...", f"answer = {value}"))
    page.keyboard.press("Shift+Enter")
    expect(shown).to_have_text(re.compile(f"^[✓✗] {EXERCISE} "))
    return " ".join(shown.inner_text().split())


@contextlib.contextmanager
def learner(path):
    """A page of the browser as large as a learner's, with what it asked for and what it said."""
    requests, said = [], []
    expect.set_options(timeout=START * 1000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(START * 1000)
        page.on("request", lambda request: requests.append(request.url))
        page.on("websocket", lambda websocket: requests.append(websocket.url))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        yield page, requests, said
        said += page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts()
        chromium.close()


@pytest.mark.slow(reason="starts Lab and runs a notebook in it: twenty seconds")
def test_links_run_all_and_a_wrong_answer(lab, path, workbook):
    cells = learners_cells(NOTEBOOK)
    wanted = [expected(cell) for cell in cells]
    mistake = EXERCISES[EXERCISE].mistakes[0]
    value = round(float(mistake.answer()), 4)

    with learner(path) as (page, requests, said):
        page.goto(lab)
        in_view(page, FIRST)
        follow(page, "row", "row")
        close(page)  # untouched: it must not ask to save
        open_notebook(page, PHOTOGRAPHS)
        follow(page, "data cards", "china")
        close(page)
        assert (page.locator(".jp-NotebookPanel").count(), page.locator(".jp-Dialog").count()) == (0, 0)
        open_notebook(page, NOTEBOOK)
        expect(page.locator(CELL)).to_have_count(len(cells))
        shown = run_all(page, wanted)
        verdict = answer_wrongly(page, cells, value)
        page.screenshot(path=ROOT / "build/lab.png")

    for at, (cell, seen, want) in enumerate(zip(cells, shown, wanted, strict=True)):
        assert re.fullmatch(want.pop("prompt"), seen.pop("prompt").strip()), f"cell {at} did not run: {cell.source}"
        assert seen == want, f"cell {at}: {cell.source}"
    assert any(seen["images"] for seen in shown), "no image at all"

    assert verdict.startswith(f"✗ {EXERCISE} ")
    assert " ".join(mistake.hint.split()) in verdict
    assert verdict == " ".join(repr(check(EXERCISE, value)).split())

    assert said == [], "Lab asks or tells the learner something that is not about the course"
    hosts = {urlsplit(url).hostname for url in requests if urlsplit(url).scheme not in ("data", "blob")}
    assert hosts <= {"localhost", "127.0.0.1"}


def paste_solution(page, cells, at):
    """Open the solution below a stub, copy it in one go, paste it over the stub, run that; return what it shows."""
    stub, below = page.locator(CELL).nth(at), page.locator(CELL).nth(at + 1)
    below.locator("summary").click()
    below.locator("textarea").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("ControlOrMeta+c")
    stub.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("ControlOrMeta+v")
    page.keyboard.press("Shift+Enter")
    expect(stub.locator(OUTPUT).last).to_have_text(re.compile(r"^✓ \d\d\.\d  right"))


@pytest.mark.slow(reason="runs three notebooks once more")
@pytest.mark.parametrize("workbook", ["outside"], indirect=True)  # test_setup compares the copies of both places
def test_run_all_gives_no_answer_away(lab, path, workbook):
    """Not a tick, not an open or run solution, and the learner's names as the learner left them."""
    with learner(path) as (page, _, said):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(lab)
        in_view(page, FIRST)
        for name in (FIRST, "04_sklearn_kmeans.ipynb", "09_bigger_data.ipynb"):
            cells = learners_cells(name)
            solutions = [at for at, cell in enumerate(cells) if has_tag(cell, "solution")]
            open_notebook(page, name)
            expect(page.locator(CELL)).to_have_count(len(cells))
            run_all(page, [expected(cell) for cell in cells])
            stubs = [at for at, cell in enumerate(cells) if has_tag(cell, "exercise")]
            for at in stubs:
                expect(page.locator(CELL).nth(at).locator(OUTPUT)).to_have_text(re.compile("^… "))
            assert page.locator(f"{CELL} details[open]").count() == 0
            assert "✓" not in "".join(page.locator(f"{CELL} {OUTPUT}").all_inner_texts())
            for at in solutions:
                assert page.locator(CELL).nth(at).inner_text().split() == ["A", "solution"]
            left = page.locator(CELL).nth(stubs[-1])
            left.locator(".cm-content").click()
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.insert_text("print(answer)")
            page.keyboard.press("Shift+Enter")
            expect(left.locator(OUTPUT)).to_have_text("Ellipsis")
            paste_solution(page, cells, stubs[0])
            page.keyboard.press("ControlOrMeta+s")
            expect(page.locator("#jp-main-dock-panel .lm-mod-current.jp-mod-dirty")).to_have_count(0)
            close(page)
    assert said == []
