"""Write the decks of the half-day plan: ``python -m tools.slides``; they go to build/slides."""

import sys

from tools.course import ROOT, read_course
from tools.slides.choosing import slides_of
from tools.slides.deck import deck, index

HALF_DAY = ("00", "01", "04", "06")  # as notebooks/TEACHING.md plans it


def write_decks(folder):
    """Write a deck for each notebook of the half-day plan, and index.html, to a folder.

    Returns
    -------
    list of (str, str, int)
        File, title and number of slides of each deck.
    """
    folder.mkdir(parents=True, exist_ok=True)
    decks = []
    for name, notebook in read_course().items():
        if name[:2] in HALF_DAY:
            slides = slides_of(notebook)
            file, title = name.replace(".ipynb", ".html"), f"{name[:2]} {slides[0].heading}"
            (folder / file).write_text(deck(slides, title), encoding="utf-8")
            decks.append((file, title, len(slides)))
    (folder / "index.html").write_text(index(decks), encoding="utf-8")
    return decks


def main():
    """Write the decks; return 0, or 1 if they could not be written."""
    folder = ROOT / "build" / "slides"
    try:
        decks = write_decks(folder)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    n_slides = sum(n for _, _, n in decks)
    print(
        f"Wrote {folder.relative_to(ROOT)}: {len(decks)} decks of {n_slides} slides in all; "
        f"open {(folder / 'index.html').relative_to(ROOT)}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
