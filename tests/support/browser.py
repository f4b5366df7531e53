"""The browser that tests drive: Debian's Chromium."""

import os
import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

FLAGS = [
    "--no-sandbox",  # containers run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium():
    """Where a Chromium stands; a machine without one skips the test, CI must not."""
    for name in ["chromium", "chromium-browser", "google-chrome"]:
        if path := shutil.which(name):
            return path
    (pytest.skip if os.environ.get("CI", "") in ("", "0", "false") else pytest.fail)(
        "no Chromium on this machine (Debian: apt install chromium)"
    )


@contextmanager
def opened():
    """Give a browser, and close it."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
