"""The web page: milliseconds from a slider's move to the redrawn picture, in Chromium, drawn without a graphics card.

Run by ``make bench``, part "page". Writes JSON and a table to ``build/bench/`` and ``data/results/``.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright
from sklearn.datasets import make_blobs
from tqdm import tqdm

from bench.results import write
from bench.service import start_ours

SIZES = (10_000, 100_000, 1_000_000)
MOVES = 15
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")

# Move the slider, wait until the picture of that answer is drawn, then until the browser has painted it.
MOVE = """async k => {
  const slider = document.getElementById("k-slider"), canvas = document.getElementById("plot");
  const start = performance.now();
  slider.value = k;
  slider.dispatchEvent(new Event("input", {bubbles: true}));
  await new Promise(done => {
    const look = () => canvas.dataset.drawn.includes(`&k=${k}&`) ? done() : setTimeout(look);
    look();
  });
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""
NOTE = f"""
Milliseconds in one run from moving the slider of k to the painted picture, two columns, 1280 x 900 pixels: cold, with
the fit (k-means, k 2 to 9), and with the answer in the server's cache; median and slowest of {MOVES} moves. Chromium,
software rendering, server and browser on the same machine.
"""


def measure(page, port, identifier):
    """Move the slider over k = 2 to 9, first cold, then again and again.

    Returns
    -------
    dict
        Lists of milliseconds.
    """
    page.goto(f"http://127.0.0.1:{port}/#dataset={identifier}&algorithm=kmeans&k=10")
    page.wait_for_selector("#plot[data-drawn*='&k=10&']", timeout=120_000)
    cold = [page.evaluate(MOVE, k) for k in range(2, 10)]
    cached = [page.evaluate(MOVE, 2 + i % 8) for i in range(MOVES)]
    return {"cold": cold, "cached": cached}


def rows_of(found):
    """Write the table's lines."""
    for size, times in found.items():
        cold, cached = np.array(times["cold"]), np.array(times["cached"])
        yield (
            f"| {size:,} | {np.median(cached):.0f} | {cached.max():.0f} | {np.median(cold):.0f} | {cold.max():.0f} |"
        )


def main():
    """Measure all sizes, each on a server of its own."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("bench.page: no Chromium on this machine (Debian: apt install chromium)")
    found = {}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for size in tqdm(SIZES, desc="page"):
            rows = Path(folder, f"{size}.npy")
            np.save(rows, make_blobs(size, centers=5, random_state=0)[0])
            server, path = start_ours(rows, Path(folder, str(size)))
            try:
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                found[size] = measure(page, server.port, path(0).rpartition("=")[2])
                page.close()
            finally:
                server.stop()
        browser.close()
    head = "| rows | cached, median ms | cached, slowest | cold, median | cold, slowest |\n|---|---|---|---|---|"
    write("page", found, "\n".join([head, *rows_of(found), NOTE]))


if __name__ == "__main__":
    main()
