"""The capstone's report: what a page holds, and what it lacks."""

import base64
import io
import re
from dataclasses import dataclass
from html.parser import HTMLParser

import numpy as np
from PIL import Image

from helpers import datasets
from helpers.exercises.judging import Unreadable

STEPS = {
    "the question": r"question|\?",
    "the null test": r"\bnull|without groups|chance|at random|moved",
    "the units, and what was done about them": r"scal|radian|unit|great.circle|haversine|globe|sphere|geodesic",
    "the choice of eps": r"\beps\b|radius|within reach|neighbou?r",
    "stability": r"stab|again|resampl|subsampl|bootstrap|robust|left out|leaving out",
}
HEADING = re.compile("h[1-6]")
BLOCKS = {"br", "div", "dd", "dt", "figure", "h1", "h2", "h3", "h4", "li", "p", "section", "table", "td", "th", "tr"}
N_SECTIONS, LEAST_TEXT = 6, 25  # headings with something under them, and characters that are something


@dataclass
class Section:
    """What stands under a heading."""

    heading: str = ""
    text: str = ""
    shows: bool = False  # whether it holds a picture or a table

    def says_something(self):
        """Tell whether more than a heading is there."""
        return self.heading.strip() and (self.shows or len(self.text.strip()) >= LEAST_TEXT)


class _Reader(HTMLParser):
    """What a page holds: its tags with their attributes, its sections, and the heads of its tables."""

    def __init__(self):
        super().__init__()
        self.tags, self.heads, self.sections = [], [], [Section()]
        self._open = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in BLOCKS:
            self.handle_data(" ")  # a word ends where a cell or a paragraph does
        self._open.append(tag)
        if HEADING.fullmatch(tag):
            self.sections.append(Section())
        if tag == "th":
            self.heads.append("")
        self.sections[-1].shows |= tag in ("img", "table", "svg")

    def handle_endtag(self, tag):
        while tag in self._open and self._open.pop() != tag:
            pass  # <img>, <br> and what was never closed

    def handle_data(self, data):
        if {"style", "script", "title"} & set(self._open):
            return
        if "th" in self._open:
            self.heads[-1] += data
        if any(map(HEADING.fullmatch, self._open)):
            self.sections[-1].heading += data
        else:
            self.sections[-1].text += data

    def text(self):
        """All that is to be read."""
        return " ".join(f"{section.heading} {section.text}" for section in self.sections)


def _is_picture(source):
    """Tell whether a data address holds a picture that shows something."""
    head, _, data = source.partition(",")
    if "svg" in head:
        return len(data) > 500
    try:
        picture = Image.open(io.BytesIO(base64.b64decode(data)))
        shades = np.asarray(picture.convert("L"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return min(shades.shape) >= 50 and np.ptp(shades) > 0


def _in_english(reader, text):
    """Tell whether the words can be looked for: the page says no other language, and its letters are Latin."""
    language = next((attributes.get("lang") or "" for tag, attributes in reader.tags if tag == "html"), "")
    letters = [letter for letter in text if letter.isalpha()]
    return language.lower()[:2] in ("", "en") and sum(map(str.isascii, letters)) > 0.7 * len(letters)


def report_fault(page):
    """Name the first thing that a page lacks; None if nothing, Unreadable if a whole step."""
    if not isinstance(page, str):
        raise Unreadable("the text of an HTML page is wanted: what you wrote to the file, or what read_text gives.")
    if "<html" not in page.lower():
        raise Unreadable("this text is no HTML page: no <html> is in it. (If it is a file's name, read the file.)")
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return _picture_fault(reader) or _text_fault(reader) or _record_fault(reader)


def _picture_fault(reader):
    pictures = [attributes for tag, attributes in reader.tags if tag == "img"]
    sources = [attributes.get("src") or "" for _, attributes in reader.tags if "src" in attributes]
    links = [attributes.get("href") or "" for tag, attributes in reader.tags if tag == "link"]
    if any(not source.startswith("data:") for source in [*sources, *links]):
        return "loads from elsewhere"
    if len(pictures) < 2:
        return "too few pictures"
    if not all(_is_picture(attributes.get("src") or "") for attributes in pictures):
        return "empty picture"
    if any(len((attributes.get("alt") or "").strip()) < 20 for attributes in pictures):
        return "picture not described"
    return None


def _text_fault(reader):
    text = reader.text()
    if sum(bool(section.says_something()) for section in reader.sections) < N_SECTIONS:
        return "too few sections"
    if not any(
        re.search(r"(?<![a-z])km(?![a-z])|kilomet|㎞|킬로미터|公里|キロ", head, flags=re.IGNORECASE)
        for head in reader.heads
    ):
        return "no unit"
    if _in_english(reader, text):
        missing = [step for step, words in STEPS.items() if not re.search(words, text, flags=re.IGNORECASE)]
        if missing:
            raise Unreadable(
                f"no word was found in your report that speaks of {', or of '.join(missing)}. (If it is written in "
                "another language than English, let <html lang> say which.)"
            )
        if not re.search(r"limit|not promise|caveat|cannot|does not", text, flags=re.IGNORECASE):
            return "no limits"
    return None


def _record_fault(reader):
    text = reader.text()
    hashes = re.findall(r"\b[0-9a-f]{64}\b", text, flags=re.IGNORECASE)
    if not hashes or not re.search(r"scikit-learn|sklearn", text) or not re.search(r"(?i)seed|random.?state", text):
        return "record incomplete"
    if not any(digest.lower() in datasets.card("airports") for digest in hashes):
        return "hash of another file"
    if re.search(r"/home/|/Users/|\\Users\\|/tmp/", text):
        return "path of own machine"
    if not [1 for tag, attributes in reader.tags if tag == "meta" and attributes.get("name") == "viewport"]:
        return "not for phones"
    return None


def stripes(shades=2, width=60, height=60):
    """Make the address of a small picture; of one shade it shows nothing."""
    columns = np.arange(width) // 10 % shades * 100
    file = io.BytesIO()
    Image.fromarray(np.tile(columns, (height, 1)).astype(np.uint8)).save(file, "png")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def report(
    *, source=None, n=2, alt="Clusters of airports on a map", head="width (km)", limits=True, data="airports",
    record=True, path="", viewport='<meta name="viewport" content="width=device-width">', headings=True,
):  # fmt: skip
    """Write a small report that holds all that is looked for; or lacks something."""
    digest = re.search(r"`([0-9a-f]{64})`", datasets.card(data))[1]
    picture = f'<img src="{source or stripes()}" alt="{alt}">'
    parts = {
        "The question": "From which places can one van serve several airports?",
        "Null test": "More are in clusters than in each of 19 sets without groups.",
        "Units": "Degrees became radians, and distances are on the globe, in km.",
        "The choice of eps": "A radius of 35 km, and seven airports for a core.",
        "Stability": "A tenth of the rows was left out, ten times." + n * picture,
        "Places": f"<table><tr><th>airports</th><th>{head}</th></tr><tr><td>9</td><td>60</td></tr></table>",
        "Limits": "Clusters are chains of hops, and a distance is no road." if limits else "",
        "Record": f"<p>scikit-learn 1.9, seed 0, {digest if record else 'airports.csv'} {path}</p>",
    }
    heading = "<h2>{}</h2>{}" if headings else "<b>{}</b>{}"
    body = "".join(heading.format(name, text) for name, text in parts.items() if text)
    return f"<!doctype html><html><head>{viewport}<title>Airports</title></head><body>{body}</body></html>"
