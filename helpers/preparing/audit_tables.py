"""Show an audit: as a table in a notebook, as aligned text elsewhere."""

import re
import textwrap
from html import escape
from unicodedata import east_asian_width

WIDTH = 100  # columns of a terminal
NAME = 28
MOST = 60  # columns shown; the others are counted
HEAD = ("column", "kind", "missing", "distinct", "far", "choice", "why")
NUMBERS = (2, 3, 4)  # their places


def as_text(found):
    """Lay an audit out as lines of at most `WIDTH`, whatever alphabet the names are in."""
    shown = [_cells(column) for column in found.columns[:MOST]]
    widths = [max(map(_width, (head, *(row[i] for row in shown)))) for i, head in enumerate(HEAD[:-1])]
    lines = [_summary(found), _line(HEAD[:-1], widths)]
    for row in shown:
        lines += [_line(row[:-1], widths), *_wrap(row[-1])]
    return "\n".join([*lines, *_rest(found)])


def as_html(found):
    """Write an audit as an HTML table; every word of the file is escaped."""
    head = "".join(f'<th scope="col" style="{_side(i)}">{name}</th>' for i, name in enumerate(HEAD))
    body = "".join(
        "<tr>" + "".join(f'<td style="{_side(i)}">{_mark_up(cell)}</td>' for i, cell in enumerate(_cells(column)))
        for column in found.columns[:MOST]
    )
    rest = "".join(f"<p>{escape(line)}</p>" for line in _rest(found))
    summary = escape(_summary(found))
    return f"<p>{summary}</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"


def _side(i):
    return f"text-align: {'right' if i in NUMBERS else 'left'}"


def _mark_up(text):
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def _summary(found):
    rows = found.rows
    return (
        f"{_count(rows.n, 'row')}, {_count(len(found), 'column')}; {_count(rows.incomplete, 'row')} with something "
        f"missing, {rows.duplicates:,} the same as an earlier one"
    )


def _count(n, what):
    return f"{n:,} {what}{'s' * (n != 1)}"


def _rest(found):
    more = len(found) - MOST
    return [*([f"... and {_count(more, 'more column')}"] if more > 0 else []), *found.notes]


def _cells(column):
    numbers = (f"{value:,}" for value in (column.missing, column.distinct, column.far))
    return (_plain(str(column.name), NAME), column.kind, *numbers, column.choice, _plain(column.reason, 400))


def _plain(text, most):
    """Take out what would break a line or turn its direction, and cut what is too long."""
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    while _width(text) > most:
        text = text[: max(1, len(text) - max(2, _width(text) - most))] + "\N{HORIZONTAL ELLIPSIS}"
    return text


def _width(text):
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _line(cells, widths):
    # numbers to the right, words to the left
    fill = [" " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)]
    pairs = zip(range(len(cells)), cells, fill, strict=True)
    return "  ".join(space + cell if i in NUMBERS else cell + space for i, cell, space in pairs).rstrip()


def _wrap(text):
    wide = _width(text) > len(text)
    return textwrap.wrap(text, WIDTH // 2 if wide else WIDTH, initial_indent="    ", subsequent_indent="    ")
