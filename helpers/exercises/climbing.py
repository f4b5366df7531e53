"""Wrong once names the mistake; wrong again the section to reread, too; wrong after that also a step to try."""

import re
from collections import Counter
from urllib.parse import quote

from helpers.exercises.ladder import LADDER

WRONG = Counter()  # wrong answers to each exercise in this process, since the last right one

_READ = re.compile(r"[\\`*_{}\[\]<>#|~$&]")  # what Markdown, or mathematics within it, takes for its own


def count(number, status):
    """Count a wrong answer to an exercise, or forget all of them after a right one; int, how many there are."""
    if status == "right":
        del WRONG[number]  # which a Counter allows of what it does not hold
    else:
        WRONG[number] += 1
    return WRONG[number]


def climb(number, wrong):
    """Say what helps after so many wrong answers to an exercise; as text, and as Markdown with a link.

    Returns
    -------
    tuple of str
        Both empty where nothing is to be said yet.
    """
    if wrong < 2:
        return "", ""
    section, step = LADDER[number]
    then = f" Then try this: {step}" if wrong > 2 else ""
    return f'Read again: "{section}".{then}', f"Read again: [{section}]({anchor(section)}).{then}"


def anchor(heading):
    """Give the link to a heading in the same notebook, as JupyterLab wants it.

    Lab names a heading by its text, as shown, with hyphens for spaces. It compares this with the letters of the link
    and decodes none, so what an address may hold stays as it is.
    """
    return "#" + quote(heading.replace("`", "").replace(" ", "-"), safe="-.,:;?!'+")


def plain(text):
    """Write a text in one line of Markdown that shows its characters as they are."""
    return _READ.sub(lambda found: f"&#{ord(found[0])};", " ".join(text.split()))
