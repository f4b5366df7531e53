"""The web page: one document, with its style, its script and the palette in it, that asks for nothing elsewhere."""

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from string import Template

from helpers import palette

FOLDER = Path(__file__).parent
MEDIA_TYPE = "text/html; charset=utf-8"


@cache
def document():
    """Put the page together.

    Returns
    -------
    body : bytes
    headers : dict of str
        The policy that lets a browser run this page's own style and script, ask this server, and nothing else.
    """
    style = _read("page.css")
    script = _read("plot.js") + _read("jobs.js") + _read("page.js") + _read("choice.js")
    inks = {
        "light": {"colors": palette.COLORS, "noise": palette.NOISE, "center": palette.CENTER},
        "dark": {"colors": palette.DARK_COLORS, "noise": palette.DARK_NOISE, "center": palette.DARK_CENTER},
    }
    # no marker may look like a tag
    colors = json.dumps(inks | {"markers": palette.MARKERS}).replace("<", "\\u003c")
    body = Template(_read("page.html")).substitute(style=style, script=script, palette=colors)
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return body.encode(), {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}


def _read(name):
    return (FOLDER / name).read_text(encoding="utf-8")


def _hash(text):
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
