"""Small pictures as SVG within the page: they need no file, follow light and dark, and are the same at every run."""

import html
import math
import re

import numpy as np

WIDTH = 340  # units of a picture, as wide as a phone's page: letters keep a size that can be read
LEFT, RIGHT, TOP, BOTTOM = 12, 12, 8, 42
LETTER = 7  # units, about the width of one
# no page may hold these: controls, what turns the direction of writing, halves of letters
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")

# Paths around 0, 0 of one unit; of the same order as helpers.palette.MARKERS.
SHAPES = {
    "o": "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z",
    "s": "M-.9 -.9H.9V.9H-.9Z",
    "^": "M0 -1.1L1.1 .9H-1.1Z",
    "D": "M0 -1.2L1.2 0L0 1.2L-1.2 0Z",
    "v": "M0 1.1L1.1 -.9H-1.1Z",
    "P": "M-.4 -1.2H.4V-.4H1.2V.4H.4V1.2H-.4V.4H-1.2V-.4H-.4Z",
    "X": "M0 -.5L.6 -1.1L1.1 -.6L.5 0L1.1 .6L.6 1.1L0 .5L-.6 1.1L-1.1 .6L-.5 0L-1.1 -.6L-.6 -1.1Z",
    "<": "M-1.1 0L.9 -1.1V1.1Z",
    ">": "M1.1 0L-.9 -1.1V1.1Z",
    "p": "M0 -1.1L1.1 -.3L.7 1H-.7L-1.1 -.3Z",
}


def picture(parts, height, description):
    """Put the parts of a picture together; str of HTML.

    Parameters
    ----------
    parts : sequence of str
    height : float
    description : str
        What a reader who cannot see the picture should know.
    """
    said = plain(description)
    inside = "".join(parts)
    return f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{said}">{inside}</svg>'


def mark(x, y, shape, size, look):
    """Draw a marker of the palette."""
    return f'<path class="{look}" d="{SHAPES[shape]}" transform="translate({x:.1f} {y:.1f}) scale({size:g})"/>'


def line(x0, y0, x1, y1, look):
    """Draw a line."""
    return f'<line class="{look}" x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}"/>'


def text(x, y, said, anchor="start", look="text"):
    """Write a word."""
    return f'<text class="{look}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{plain(said)}</text>'


def plain(said):
    """Write what a file may hold as text of the page: nothing of it is markup, and nothing is hidden."""
    return html.escape(UNSEEN.sub(" ", str(said)))


class Scale:
    """From values to places of a picture.

    Parameters
    ----------
    values : array_like
        What must be on it; those that are not finite do not count.
    start, end : float
        Places of the lowest and the highest.
    """

    def __init__(self, values, start, end):
        values = np.asarray(values, dtype=float)
        values = values[np.isfinite(values)]
        low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
        if not high > low:
            step = abs(low) / 10 or 1.0
            low, high = low - step, high + step
        slack = (high - low) / 20
        self.low, self.high, self.start, self.end = low - slack, high + slack, start, end

    def __call__(self, value):
        """Give the place of a value."""
        return self.start + (float(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, most=4):
        """Choose round values on it; list of (value, word)."""
        rough = (self.high - self.low) / most
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * of for of in (1, 2, 5, 10) if power * of >= rough)
        first = math.ceil(self.low / step)
        found = [step * i for i in range(first, first + most + 2) if step * i <= self.high]
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        if not 1e-4 < step < 1e7:
            return [(value, f"{value:.2g}") for value in found]
        return [(value, f"{value:,.{decimals}f}") for value in found]


def axis(scale, y, name):
    """Draw a horizontal axis with its ticks and its name."""
    parts = [line(scale.start, y, scale.end, y, "axis")]
    for value, word in scale.ticks():
        parts += [line(scale(value), y, scale(value), y + 4, "axis"), text(scale(value), y + 16, word, "middle")]
    return [*parts, text((scale.start + scale.end) / 2, y + 33, shorten(name), "middle")]


def upright(scale, x, name):
    """Draw a vertical axis with its ticks; its name stands above it."""
    parts = [line(x, scale.start, x, scale.end, "axis")]
    for value, word in scale.ticks():
        parts += [line(x - 4, scale(value), x, scale(value), "axis"), text(x - 7, scale(value) + 4, word, "end")]
    return [*parts, text(4, scale.end - 12, shorten(name))]


def margin(words):
    """Give the room that words need at the left."""
    return min(LEFT + LETTER * max(map(len, words)), WIDTH / 2)


def shorten(name, most=44):
    """Cut a name that is too long for a picture."""
    name = " ".join(str(name).split())
    return name if len(name) <= most else name[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"
