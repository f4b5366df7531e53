"""One HTML file for a deck of slides, with its figures, style and keys inside: nothing is fetched when it is shown."""

import html
import re
from pathlib import Path

from nbconvert.filters import Highlight2HTML, markdown2html

HERE = Path(__file__).parent
SMALLEST, LARGEST = 1.1, 1.7  # of code and printed text; 1.1 are 22 of 720 pixels

HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">{policy}
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
"""

POLICY = """
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">"""

PAGE = """\
{head}{slides}
</main>
<nav aria-label="Slides">
<a href="index.html">all decks</a>
<button type="button" id="back" aria-label="Slide before">&#8592;</button>
<output id="place" aria-label="Slide">1 / {n_slides}</output>
<button type="button" id="on" aria-label="Next slide">&#8594;</button>
</nav>
<script>
{script}</script>
</body>
</html>
"""

TITLE = "Clustering in Python: slides for half a day"
INDEX = """\
{head}<section class="text"><h1>{title}</h1>
<ul>
{decks}
</ul>
<p>Arrow keys, space, Page Up and Page Down move; Home and End go to the ends; F11 fills the screen.</p>
</section>
</main>
</body>
</html>
"""


def deck(slides, title):
    """Write the slides as one page.

    Parameters
    ----------
    slides : list of tools.slides.choosing.Slide
    title : str
        Of the browser's window.

    Returns
    -------
    str
        HTML.
    """
    sections = "\n".join(_section(slide, i + 1) for i, slide in enumerate(slides))
    head = HEAD.format(title=html.escape(title), style=_file("deck.css"), policy=POLICY)
    return PAGE.format(head=head, script=_file("deck.js"), slides=sections, n_slides=len(slides))


def index(decks):
    """Write the page that lists the decks.

    Parameters
    ----------
    decks : list of (str, str, int)
        File, title and number of slides of each.
    """
    items = [f'<li><a href="{file}">{html.escape(title)}</a>, {n} slides</li>' for file, title, n in decks]
    head = HEAD.format(title=TITLE, style=_file("deck.css"), policy="")
    return INDEX.format(head=head, title=TITLE, decks="\n".join(items))


def _file(name):
    return (HERE / name).read_text(encoding="utf-8")


def _section(slide, number):
    level = "h1" if slide.kind == "title" else "h2"
    heading = markdown2html(_unbroken(slide.heading)).strip().removeprefix("<p>").removesuffix("</p>")
    parts = [f'<section class="{slide.kind}" id="{number}">', f'<{level} tabindex="-1">{heading}</{level}>']
    if slide.text:
        parts.append(f"<div>{markdown2html(_unbroken(slide.text))}</div>")
    size = _size(slide)
    if slide.code:
        parts.append(f'<div style="font-size: {size}rem">{Highlight2HTML(pygments_lexer="python")(slide.code)}</div>')
    for kind, content, description in slide.images:
        source = f"data:{kind};base64,{content.replace(chr(10), '')}"
        parts.append(f'<img src="{source}" alt="{html.escape(description)}">')
    if slide.printed:
        lines = "".join(f"<span>{html.escape(line) or ' '}</span>" for line in slide.printed.splitlines())
        parts.append(f'<pre class="printed" style="font-size: {size}rem">{lines}</pre>')
    return "\n".join([*parts, "</section>"])


def _unbroken(text):
    """Let no line end within k-means or scikit-learn: another hyphen, but not in code."""
    parts = text.split("`")
    return "`".join(part if i % 2 else re.sub(r"(?<=\w)-(?=\w)", "\u2011", part) for i, part in enumerate(parts))


def _size(slide):
    """Choose the largest type, in the style's rem, in which code and printed text fit on the slide."""
    lines = f"{slide.code}\n{slide.printed}".strip("\n").splitlines()
    widest = max(map(len, lines), default=1)
    by_width, by_height = 56 / 0.61 / widest, 24 / 1.4 / max(1, len(lines))
    return SMALLEST if slide.images else round(max(SMALLEST, min(LARGEST, by_width, by_height)), 2)
