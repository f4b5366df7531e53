"""What separates the columns of a text: how well a delimiter fits, and whether runs of blanks do."""

import csv
import io
import re
from collections import Counter

NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)


def by_tabs(data):
    """Give the same lines with a tab for each run of blanks; one by one, since a list of them is ten times as large."""
    tabbed = io.BytesIO()
    for line in io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline=None):
        tabbed.write(b"\t".join(line.encode().split()) + b"\n")
    return tabbed.getvalue()


def is_by_blanks(sample):
    """Tell whether blanks separate columns: as many in each line (R leaves one name out), a number in each."""
    lines = [line.split() for line in re.split(r"\r\n|\r|\n", sample) if line.strip()]
    if len(lines) < 2:
        return False
    first, *rest = lines
    alike = len({len(row) for row in rest}) == 1 and len(rest[0]) - len(first) in (0, 1)
    return alike and len(rest[0]) > 1 and any(all(map(NUMBER.fullmatch, column)) for column in zip(*rest, strict=True))


def fit(sample, delimiter):
    """Tell how well a delimiter fits: share of the rows that are as wide as most, and how wide."""
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        return 0, 0
    if not widths:
        return 0, 0
    width, often = Counter(widths).most_common(1)[0]
    return (often / len(widths), width) if width > 1 else (0, 1)
