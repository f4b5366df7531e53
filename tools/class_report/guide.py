"""What the course knows of its exercises and predictions: names, misconceptions, and what to ask in class."""

import json
import re
from pathlib import Path

from tools.course import ROOT, calls_of

ASK = re.compile(r"^- (.+?) Ask: \*(.+)\*$", re.MULTILINE)
NUMBER = re.compile(r"\b\d\d\.\d\b")
RANKED = re.compile(r"^\| (\d+) \| (.+?) \| .+ \| .+? \|$", re.MULTILINE)
NAME = re.compile(r"\*\*(\d\d\.\d) (.+?)\.?\*\*")


def read_guide():
    """Read the teacher's guide; its text."""
    return (ROOT / "notebooks" / "TEACHING.md").read_text(encoding="utf-8")


def asks(text):
    """Find what to ask of each exercise; dict of number and list of (mistake, question), in Markdown."""
    found = {}
    for mistake, question in ASK.findall(text):
        for number in NUMBER.findall(mistake):
            found.setdefault(number, []).append((re.sub(r" \(\d\d\.\d(, \d\d\.\d)*\)", "", mistake), question))
    return found


def ranks():
    """Read which misconception each known mistake shows; dict of number, and dict of mistake and rank or None."""
    return json.loads(Path(__file__).with_name("mistakes.json").read_text(encoding="utf-8"))


def misconceptions(text):
    """Find the ranked misconceptions; list of (sentence, set of (number, mistake) that show it), the worst first."""
    shows = {}
    for number, mistakes in ranks().items():
        for mistake, rank in mistakes.items():
            shows.setdefault(rank, set()).add((number, mistake))
    _, _, table = text.partition("\n## The misconceptions, and where the course meets each\n")
    return [(said, shows.get(int(rank), set())) for rank, said in RANKED.findall(table.partition("\n## ")[0])]


def names(notebooks):
    """Find the names of the exercises; dict of number and Markdown."""
    cells = (cell for notebook in notebooks for cell in notebook.cells if cell.cell_type == "markdown")
    return {number: name for cell in cells for number, name in NAME.findall(cell.source)}


def questions(notebooks):
    """Find what is asked by `predict`; dict of number, and question and choices."""
    sources = (cell.source for notebook in notebooks for cell in notebook.cells if cell.cell_type == "code")
    calls = (call for source in sources for call in calls_of("predict", source) if len(call) >= 4)
    return {number: (asked, tuple(choices)) for number, asked, *choices in calls}
