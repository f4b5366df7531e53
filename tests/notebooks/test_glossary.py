"""The glossary holds every term that a notebook defines in bold, in both languages, and the notebooks link to it."""

import re
from collections import Counter
from typing import NamedTuple

from commands import ROOT
from course import NOTEBOOKS, slug

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ENTRIES, BY_KOREAN = GLOSSARY.split("\n## By the Korean word\n")
HANGUL = re.compile("[가-힣]")

LINK = re.compile(r"\[([^\]]+)\]\(\.\./docs/glossary\.md#([^)]+)\)")
NOT_A_TERM = {  # bold for emphasis, or the name of a thing that is a term elsewhere
    ("00-s6", "all"),
    ("00-s6", "Pick the real one before you read on"),
    ("05-s2-figure-read", "lowest"),
    ("05-ex1", "row 0"),
    ("06-s7-read", "latitude first"),
    ("07-s7-wine-read", "3: do not compare clusterings with different noise"),
    ("08-s4-read", "in words"),
    ("08-s11", "A reverse proxy"),
    ("09-s5", "sum"),
    ("09-s5", "count"),
    ("09-s7-read", "start from rows drawn over the whole file"),
    ("11-s1", "written before anything has run"),
    ("11-s12", "and defended"),
}
CHOOSING = "07-s10"  # a table and a list that choose among methods whose names are terms already


class Entry(NamedTuple):
    """One term of the glossary."""

    title: str
    korean: str
    notebook: str
    english: str
    in_korean: str


class Bold(NamedTuple):
    """One piece of bold text in a notebook, which is no label."""

    cell: str
    text: str
    anchor: str


def entries():
    for part in re.split(r"^## ", ENTRIES, flags=re.MULTILINE)[1:]:
        found = re.fullmatch(r"(.+)\n\*\*(.+)\*\* · \[(\d\d)\]\(\.\./notebooks/(.+)\.ipynb\)\n\n(.+)\n\n(.+)\n*", part)
        assert found, part
        title, korean, number, file, english, in_korean = found.groups()
        assert file in NOTEBOOKS
        assert file[:2] == number
        yield Entry(title, korean, file, english, in_korean)


def is_label(cell, text, before, after):
    """Bold that leads or stresses: it ends like a sentence, opens an item of a list, or is listed above."""
    item = re.search(r"(?:^|\n)\s*(?:-|\d+\.) $", before) and after.startswith(":")
    return bool(text[-1] in ".:?!" or item) or cell == CHOOSING or (cell, text) in NOT_A_TERM


def bold_in(cell):
    """Bold text of a Markdown cell that is no label."""
    source = re.sub("```.*?```", "", cell.source, flags=re.DOTALL)
    for found in re.finditer(r"\*\*(.+?)\*\*", source, flags=re.DOTALL):
        if link := LINK.fullmatch(found[1]):
            yield Bold(cell.id, link[1], link[2])
        elif not is_label(cell.id, found[1], source[: found.start()], source[found.end() :]):
            yield Bold(cell.id, found[1], "")


def leads(text, anchor):
    """Tell whether bold text, which may be a plural, is what an entry begins with."""
    return anchor.startswith(slug(text).removesuffix("s"))


PROSE = [cell for notebook in NOTEBOOKS.values() for cell in notebook.cells if cell.cell_type == "markdown"]
TERMS = list(entries())
ANCHORS = {slug(entry.title): entry for entry in TERMS}
BOLD = [bold for cell in PROSE for bold in bold_in(cell)]
LINKED = [bold for bold in BOLD if bold.anchor]
UNLINKED = [bold for bold in BOLD if not bold.anchor]


def test_bold_terms_link_to_their_entries():
    assert [bold for bold in LINKED if bold.anchor not in ANCHORS or not leads(bold.text, bold.anchor)] == []
    assert [bold for bold in LINKED if ANCHORS[bold.anchor].notebook[:2] != bold.cell[:2]] == []


def test_every_bold_term_leads_to_its_entry():
    assert not UNLINKED


def test_a_term_is_defined_in_one_place():
    assert not [anchor for anchor, n in Counter(bold.anchor for bold in LINKED).items() if n > 1]


def test_entries_are_defined_by_their_notebooks():
    assert ANCHORS.keys() - {bold.anchor for bold in LINKED} == set()


def test_entries_speak_both_languages():
    for entry in TERMS:
        assert HANGUL.search(entry.korean), entry
        assert HANGUL.search(entry.in_korean), entry
        assert entry.in_korean.endswith(("다.", "다.)")), entry
        assert not HANGUL.search(entry.title + entry.english), entry
        assert re.search(r"[.)]$", entry.english), entry
        assert len(entry.english.split()) >= 4, entry


def test_entries_are_sorted_and_come_once():
    titles = [entry.title.casefold() for entry in TERMS]
    assert titles == sorted(set(titles))
    assert len(ANCHORS) == len(TERMS)
    assert len({entry.korean for entry in TERMS}) == len(TERMS)


def test_a_link_does_not_come_before_the_definition():
    place = {bold.anchor: [cell.id for cell in PROSE].index(bold.cell) for bold in LINKED}
    for i, cell in enumerate(PROSE):
        assert not [anchor for _, anchor in LINK.findall(cell.source) if i < place.get(anchor, 0)], cell.id


def test_korean_words_lead_to_all_entries_in_their_order():
    rows = re.findall(r"^\| (.+) \| \[(.+)\]\(#(.+)\) \|$", BY_KOREAN.replace(r"\|", "¦"), flags=re.MULTILINE)
    rows = [(korean.replace("¦", "|"), title.replace("¦", "|"), anchor) for korean, title, anchor in rows]
    assert sorted(rows) == sorted((entry.korean, entry.title, slug(entry.title)) for entry in TERMS)
    assert [korean for korean, _, _ in rows] == sorted(korean for korean, _, _ in rows)


def test_no_exception_is_left_over():
    texts = {cell.id: cell.source for cell in PROSE}
    assert not [(cell, text) for cell, text in NOT_A_TERM if f"**{text}**" not in texts.get(cell, "")]
