"""What may be said of a class, as one page with its style inside, which fetches nothing, and as a table."""

import csv
import html
import io
import re
from pathlib import Path

from helpers import palette
from tools.class_report.pooling import RULE
from tools.course import LINK
from tools.onefile import read_style, write_page

TITLE = "What a class thinks"
OTHERS = ("others, if there are any", "fewer than three each", None, False)
SAID = {"other": "one that the check does not know", "unreadable": "no answer that could be read"}
N_FIRST = 3  # misconceptions to begin with
KINDS = {".jsonl": "records", ".ipynb": "notebooks with their outputs"}
COLUMNS = ("about", "number", "name", "learners", "share", "came")


def page(handed, pooled, questions, names, asks):
    """Write the page; str of HTML.

    Parameters
    ----------
    handed : tools.class_report.handed.Handed
    pooled : tools.class_report.pooling.Pooled
    questions : dict
        Of numbers of predictions, and question and choices.
    names, asks : dict
        Of numbers of exercises, and their name; and what to ask.
    """
    parts = [*_head(handed, pooled), *_first(pooled, asks)]
    if pooled.exercises:
        parts.append("<h2>Exercises</h2>")
    for one in pooled.exercises:
        parts += _exercise(one, int(pooled.learners), names, asks)
    if pooled.guesses:
        parts.append("<h2>Predictions</h2>")
    for one in pooled.guesses:
        parts += _guesses(one, questions)
    if pooled.few:
        parts += ["<h2>Tried or guessed by fewer than three</h2>", f"<p>{', '.join(pooled.few)}</p>"]
    return write_page(TITLE, _style(), parts)


def as_csv(pooled):
    """Write what the page says as a table; str."""
    rows = [("class", "", "learners", pooled.learners)]
    rows += [
        ("misconception", place + 1, sentence, count)
        for place, (sentence, count, _) in enumerate(pooled.misconceptions)
    ]
    for one in pooled.exercises:
        rows += [
            ("exercise", one.number, "tried", one.tried),
            ("exercise", one.number, "right at the first try", one.first),
        ]
        rows += [("exercise", one.number, "right in the end", one.right)]
        rows += [("mistake", one.number, name, count) for name, count in one.mistakes]
    for one in pooled.guesses:
        rows += [
            (
                "prediction",
                one.number,
                name,
                count,
                "" if share is None else f"{share:.2f}",
                "came" * (name == one.came),
            )
            for name, count, share in one.rows
        ]
    rows += [("few", number, "tried or guessed", "fewer than three") for number in pooled.few]
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, *([_cell(cell) for cell in (*row, "", "")[:6]] for row in rows)])
    return text.getvalue()


def _cell(value):
    """Keep a spreadsheet from computing what a learner wrote."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _style():
    colours = {
        "LIGHT_BAR": palette.COLORS[0],
        "LIGHT_CAME": palette.COLORS[5],
        "DARK_PAPER": palette.DARK_PAPER,
        "DARK_BAR": palette.DARK_COLORS[0],
        "DARK_CAME": palette.DARK_COLORS[1],
    }
    return read_style(Path(__file__).with_name("overview.css"), colours)


def _inline(text):
    """Write a line of the course's Markdown as HTML."""
    text = html.escape(LINK.sub(r"\1", text))
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", text)


def _head(handed, pooled):
    kinds = " and ".join(KINDS[kind] for kind in sorted(handed.kinds, reverse=True))
    learners = pooled.learners[:1].upper() + pooled.learners[1:]
    parts = [f"<p>{learners} learners, from {kinds}.</p>"]
    if handed.unread:
        n = len(handed.unread)
        files = "1 file was" if n == 1 else f"{n} files were"
        parts.append(f"<p>{files} passed over: not to be read, or without an answer of the course's.</p>")
    if handed.is_cut:
        parts.append("<p>There were too many files; not all were looked at.</p>")
    return [*parts, f"<p>{RULE}</p>"]


def _first(pooled, asks):
    parts = ['<section class="first">', "<h2>Three misconceptions to begin the next lesson with</h2>"]
    if pooled.misconceptions:
        parts.append("<ol>")
        for sentence, count, mistakes in pooled.misconceptions[:N_FIRST]:
            shown = "; ".join(f"{html.escape(mistake)} ({number})" for number, mistake in mistakes)
            parts.append(
                f"<li><strong>{_inline(sentence)}</strong> {count.capitalize()} learners, who show it by: {shown}."
            )
            parts += [*_asks([number for number, _ in mistakes], asks), "</li>"]
        parts.append("</ol>")
    else:
        parts.append("<p>No misconception of the guide's table was shown by three learners or more.</p>")
    return [*parts, "</section>"]


def _asks(numbers, asks):
    """List what to ask, each question once."""
    found = dict.fromkeys(pair for number in numbers for pair in asks.get(number, ()))
    items = [
        f'<li>{_inline(said)} <span class="ask">Ask: <em>{_inline(asked)}</em></span></li>' for said, asked in found
    ]
    return ["<ul>", *items, "</ul>"] if items else []


def _exercise(one, n, names, asks):
    name = _inline(names.get(one.number, ""))
    first = "not known, for want of records" if one.first == "not known" else one.first
    parts = [
        f"<h3>{one.number} {name}</h3>",
        f"<p>Tried by {one.tried}; right at the first try: {first}; right in the end: {one.right}.</p>",
    ]
    if one.mistakes:
        rows = [
            (SAID.get(name, name), count, (int(count.partition(" ")[0]) + 1) / n, False) for name, count in one.mistakes
        ]
        parts += _table(f"Mistakes in {one.number}", "mistake", [*rows, OTHERS])
    parts += [] if one.mistakes else ["<p>No mistake was made by three learners or more.</p>"]
    return [*parts, *_asks([one.number], asks)]


def _guesses(one, questions):
    asked, choices = questions.get(one.number, ("", ()))
    rows = [
        (
            f"{name} (this came)" if name == one.came else name,
            count if share is None else f"{count}, {100 * share:.0f} %",
            share,
            name == one.came,
        )
        for name, count, share in one.rows
    ]
    rows += [] if choices else [OTHERS]
    caption = f"Guesses for {one.number}, and shares of those that are counted"
    return [f"<h3>{one.number} {_inline(asked)}</h3>", *_table(caption, "guess", rows)]


def _table(caption, what, rows):
    """Write a table with a bar in each row that has a share."""
    parts = [f"<table><caption>{caption}</caption>"]
    parts.append(f'<thead><tr><th scope="col">{what}</th><th scope="col">learners</th></tr></thead><tbody>')
    for name, count, share, came in rows:
        bar = "" if share is None else f'<span class="bar" style="width: {min(100, 100 * share):.0f}%"></span>'
        mark = ' class="came"' if came else ""
        parts.append(f'<tr{mark}><th scope="row">{html.escape(name)}</th><td>{html.escape(count)}{bar}</td></tr>')
    return [*parts, "</tbody></table>"]
