"""Diagrams of boxes and arrows, written once as Mermaid, which code hosts draw: for the site, as rows of boxes.

A renderer of Mermaid is a browser's script of megabytes, or asks a server. These pages open from the disk, on a phone
and to a screen reader, too: each box says in words where its arrows lead.
"""

import html
import re
from graphlib import TopologicalSorter

BLOCK = re.compile(r"```mermaid\n(.*?)```\n", re.DOTALL)
BOX = re.compile(r'^ *(\w+)\["(.+)"\]$', re.MULTILINE)
ARROW = re.compile(r"^ *(\w+) --> (\w+)$", re.MULTILINE)


def read(text):
    """Read the boxes and arrows of a page's one diagram.

    Parameters
    ----------
    text : str

    Returns
    -------
    boxes : dict of str to list of str
        Of each box, in the order of the text, the names in it.
    arrows : list of (str, str)
        From a box to a box.
    """
    diagram = BLOCK.search(text)[1]
    return {name: label.split("<br>") for name, label in BOX.findall(diagram)}, ARROW.findall(diagram)


def rows(boxes, arrows):
    """Put each box in the row above the highest to which its arrows lead; the highest row first."""
    below = {name: [end for start, end in arrows if start == name] for name in boxes}
    height = {}
    for name in TopologicalSorter(below).static_order():
        height[name] = max((height[end] + 1 for end in below[name]), default=0)
    tops = range(max(height.values()), -1, -1)
    return [[(name, below[name]) for name in boxes if height[name] == top] for top in tops]


def as_boxes(text):
    """Replace a page's diagram, if it has one, by HTML."""
    if not BLOCK.search(text):
        return text
    boxes, arrows = read(text)
    lines = []
    for row in rows(boxes, arrows):
        lines.append('<ul class="floors">')
        for name, below in row:
            names = "".join(f"<code>{html.escape(one)}</code>" for one in boxes[name])
            ends = f"<span>↓ {', '.join(below)}</span>" if below else ""
            lines.append(f"<li><strong>{name}</strong>{names}{ends}</li>")
        lines.append("</ul>")
    return BLOCK.sub("\n".join([*lines, ""]), text)
