"""The page of a report: one file with its style and pictures inside, which fetches nothing and runs nothing."""

import re
from pathlib import Path

from helpers import palette
from helpers.preparing import describe
from tools.onefile import read_style, write_page
from tools.report.chapters import again, clusters, how_many, nothing, table
from tools.report.concluding import coded, listed, word
from tools.report.drawing import plain

MOST_COLUMNS = 60  # rows of the table of columns; the others are counted


def sheet(found, date):
    """Write the page; str of HTML.

    Parameters
    ----------
    found : tools.report.assembling.Findings
    date : str
        The only thing on the page that differs from run to run.
    """
    steps = (_first, _data, _choices, nothing, how_many, again, clusters, _limits, _record)
    parts = [part for step in steps for part in step(found)]
    title = f"Clusters in {plain(found.taken.name)}?"
    made = f"Made on <time>{plain(date)}</time> by the clustering course's <code>make report</code>."
    return write_page(title, _style(), [*parts, f'<p class="quiet">{made}</p>'])


def _style():
    light = "".join(f"--c{i}: {color}; " for i, color in enumerate(palette.COLORS))
    dark = "".join(f"--c{i}: {color}; " for i, color in enumerate(palette.DARK_COLORS))
    marks = "".join(f".c{i} {{ fill: var(--c{i}); }} .l{i} {{ stroke: var(--c{i}); }}\n" for i in range(10))
    values = {"DARK_PAPER": palette.DARK_PAPER, "LIGHT_MARKS": light, "DARK_MARKS": dark}
    return read_style(Path(__file__).with_name("sheet.css"), values) + marks


def _first(found):
    result, asked = found.result, found.asked
    question = plain(asked.question) if asked.question else "No question was given (<code>--question</code>): "
    question += "" if asked.question else "whoever acts on this page should say first what it is to decide."
    return [
        f'<section class="first"><h2>{plain(result.headline)}</h2>',
        f"<p>{plain(result.brief)}</p>",
        *(_sizes(found.portrait) if result.k else ()),
        f"<p>{plain(result.next)}</p></section>",
        f"<h2>1. The question</h2><p>{question}</p>",
    ]


def _sizes(portrait):
    """List the clusters, how large they are and what they are like."""
    n = portrait.sizes.sum()
    items = (
        f"<li><strong>Cluster {j}</strong>: {size:,} rows ({size / n:.0%}); {plain(portrait.words(j))}.</li>"
        for j, size in enumerate(portrait.sizes)
    )
    return ["<ul>", *items, "</ul>"]


def _data(found):
    taken, audit = found.taken, found.taken.found
    rows = f"{taken.n_rows:,} rows and {taken.n_columns:,} columns; {audit.rows.incomplete:,} rows with something "
    parts = [
        f"<h2>2. What is in the file</h2><p>{rows}missing, {audit.rows.duplicates:,} the same as an earlier one.</p>"
    ]
    said = [*taken.notes, *(f"{note[0].upper()}{note[1:]}." for note in audit.notes)]
    parts += ["<ul>", *(f"<li>{plain(note)}</li>" for note in said), "</ul>"] if said else []
    columns = sorted(audit, key=lambda column: column.name not in taken.used)  # what is used comes first
    body = [(plain(c.name), _facts(c), _done(taken, c)) for c in columns[:MOST_COLUMNS]]
    parts += table("Columns, those used first", ("column", "what it is", "what to do, and why"), body)
    more = len(columns) - MOST_COLUMNS
    return [*parts, f"<p>And {more:,} more columns.</p>"] if more > 0 else parts


def _facts(column):
    """Say what a column is in a few words."""
    said = [f"{plain(column.kind)}, {column.distinct:,} different"]
    said += [f"{column.missing:,} missing"] if column.missing else []
    said += [f"{column.far:,} far out"] if column.far else []
    return ", ".join(said)


def _done(taken, column):
    """Say why something is done with a column: the audit's reason, unless somebody chose otherwise."""
    if taken.choices[column.name] == column.choice:
        return _reason(column)
    if taken.choices[column.name] == "leave out":
        return "left out, as was asked"
    return f"chosen by hand; the audit: {_reason(column)}"


def _reason(column):
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", plain(column.reason))


def _choices(found):
    taken = found.taken
    used = describe({name: taken.choices[name] for name in taken.used})
    parts = ["<h2>3. What is done with it</h2>"]
    gone = "No row was left out"
    if taken.dropped:
        gone = f"Left out, since something is missing in them: {taken.dropped:,} of {taken.n_rows:,} rows"
    part = f"{len(used):,} of {taken.n_columns:,} columns are used"
    parts.append(f"<p>{gone}; {part}. Each choice below can be changed: <code>--choose</code>.</p>")
    warnings = [*taken.warnings, *(f"{name} has few values; are they codes, or amounts?" for name in coded(taken))]
    parts += [f"<p><strong>Mind:</strong> {plain(warning)}</p>" for warning in warnings]
    groups = {}
    for name, choice, said in used:
        groups.setdefault((choice, said), []).append(name)
    body = [
        (plain(choice), plain(listed(names, MOST_COLUMNS)), plain(said)) for (choice, said), names in groups.items()
    ]
    return [*parts, *table("Choices, and what they do", ("choice", "columns", "what it does"), body)]


def _limits(found):
    return [
        "<h2>8. The sentence that can be signed, and its limits</h2>",
        f"<blockquote><p>{plain(found.result.sentence)}</p></blockquote>",
        "<ul>",
        *(f"<li>{plain(limit)}</li>" for limit in found.limits),
        "</ul>",
        f"<p>Looked for: {word(found.asked.at_most)} clusters at most (<code>--at-most</code>).</p>",
    ]


def _record(found):
    body = [(plain(name), f"<code>{plain(value)}</code>") for name, value in found.record.items()]
    said = "<p>The same file, versions and seed give the same page, but for its date.</p>"
    return ["<h2>9. The record</h2>", said, *table("What this page was made with", ("what", "value"), body)]
