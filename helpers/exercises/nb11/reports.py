"""The capstone's report: what a page holds, and what it lacks."""

import html
import re
from html.parser import HTMLParser

from helpers import datasets
from helpers.exercises.judging import Unreadable

STEPS = {
    "the question": "question",
    "the null test": r"null|without groups",
    "the units, and what was done about them": r"scal|radian|unit",
    "the choice of eps": r"\beps\b|radius",
    "stability": r"stab|come again|comes again|resampl",
}


class _Reader(HTMLParser):
    """What a page holds: its tags with their attributes, its text, and the heads of its tables."""

    def __init__(self):
        super().__init__()
        self.tags, self.text, self.heads, self._inside = [], [], [], None

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag):
        self._inside = None

    def handle_data(self, data):
        if self._inside not in ("style", "script"):
            self.text.append(data)
        if self._inside == "th":
            self.heads.append(data)


def report_fault(page):
    """Name the first thing that a page lacks; None if nothing, Unreadable if a whole step."""
    if not isinstance(page, str):
        raise Unreadable("the text of an HTML page is wanted: what you wrote to the file, or what read_text gives.")
    if "<html" not in page.lower():
        raise Unreadable("this text is no HTML page: no <html> is in it. (If it is a file's name, read the file.)")
    reader = _Reader()
    reader.feed(page)
    text = " ".join(reader.text)
    pictures = [attributes for tag, attributes in reader.tags if tag == "img"]
    sources = [attributes.get("src") or "" for _, attributes in reader.tags if "src" in attributes]
    links = [attributes.get("href") or "" for tag, attributes in reader.tags if tag == "link"]
    if any(not source.startswith("data:") for source in [*sources, *links]):
        return "outside"
    if len(pictures) < 2:
        return "pictures"
    if any(len((attributes.get("alt") or "").strip()) < 20 for attributes in pictures):
        return "alt"
    if not any(re.search(r"\bkm\b|kilomet", head) for head in reader.heads):
        return "units"
    missing = [step for step, words in STEPS.items() if not re.search(words, text, flags=re.IGNORECASE)]
    if missing:
        raise Unreadable(f"nothing in your report speaks of {', or of '.join(missing)}.")
    if not re.search("limit", text, flags=re.IGNORECASE):
        return "limits"
    return _record_fault(reader, text)


def _record_fault(reader, text):
    hashes = re.findall(r"\b[0-9a-f]{64}\b", text)
    if not hashes or "scikit-learn" not in text or not re.search(r"seed|random_state", text):
        return "record"
    if hashes[0] not in datasets.card("airports"):
        return "hash"
    if re.search(r"/home/|/Users/|\\Users\\|/tmp/", text):
        return "path"
    if not [1 for tag, attributes in reader.tags if tag == "meta" and attributes.get("name") == "viewport"]:
        return "phone"
    return None


def report(
    *, source="data:image/png;base64,AA==", n=2, alt="Clusters of airports on a map", head="width (km)", limits=True,
    data="airports", record=True, path="", viewport='<meta name="viewport" content="width=device-width">',
):  # fmt: skip
    """Write a small report that holds all that is looked for; or lacks something."""
    digest = re.search(r"`([0-9a-f]{64})`", datasets.card(data))[1]
    words = "Question. Null test. Degrees became radians. The choice of eps. Stability."
    body = [words, "Limits: clusters are chains." if limits else ""]
    body += [f'<img src="{source}" alt="{alt}">'] * n
    body += [f"<table><tr><th>airports</th><th>{html.escape(head)}</th></tr><tr><td>9</td><td>60</td></tr></table>"]
    body += [f"<p>scikit-learn 1.9, seed 0, {digest if record else 'airports.csv'} {path}</p>"]
    return f"<!doctype html><html><head>{viewport}<title>Airports</title></head><body>{''.join(body)}</body></html>"
