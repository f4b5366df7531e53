"""A table of verdicts as a picture: who is right where, and how often."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from helpers.palette import COLORS

WRONG = "#eeeeee"
DARK = 0.72  # share of hits from which white on the shade has more contrast than black


def verdict_matrix(texts, right, *, row_names, column_names, ax=None):
    """Draw a table of short texts: the right ones white on dark with a tick, the others black on pale grey.

    Parameters
    ----------
    texts : array_like of str, shape (n_rows, n_columns)
        An empty one is drawn as a dash; the tick stands behind the first line.
    right : array_like of bool, shape (n_rows, n_columns)
    row_names, column_names : sequence of str
        Written at the left and above.
    ax : matplotlib Axes, optional
        Where to draw; the current Axes if omitted.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If the two tables and the names do not fit each other.
    """
    texts, right = np.asarray(texts, dtype=str), np.asarray(right, dtype=bool)
    ax = _frame(row_names, column_names, (texts, right), ax)
    for (y, x), text in np.ndenumerate(texts):
        good = right[y, x]
        first, *more = text.split("\n")
        words = "\n".join([f"{first} ✓" if good else first or "-", *more])
        _cell(ax, x, y, words, COLORS[0] if good else WRONG, "white" if good else "black")
    return ax


def hits_matrix(hits, n, *, row_names, column_names, ax=None):
    """Draw a table of counts: the more hits of n, the darker the cell.

    Parameters
    ----------
    hits : array_like of int, shape (n_rows, n_columns)
        Written into the cells.
    n : int
        What all hits would be, at least 1.
    row_names, column_names : sequence of str
        Written at the left and above.
    ax : matplotlib Axes, optional
        Where to draw; the current Axes if omitted.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If the table and the names do not fit each other, or a count is not from 0 to n.
    """
    hits = np.asarray(hits, dtype=int)
    ax = _frame(row_names, column_names, (hits,), ax)
    low, high = hits.min(initial=0), hits.max(initial=1)
    if low < 0 or high > n:
        raise ValueError(f"hits must be from 0 to n = {n}, and n at least 1: they go from {low} to {high}")
    shades = LinearSegmentedColormap.from_list("hits", [WRONG, COLORS[0]])
    for (y, x), count in np.ndenumerate(hits):
        _cell(ax, x, y, str(count), shades(count / n), "white" if count > DARK * n else "black")
    return ax


def _frame(row_names, column_names, tables, ax):
    """Write the names around an empty table, once it is clear that they fit."""
    shape = (len(row_names), len(column_names))
    if any(table.shape != shape for table in tables):
        shapes = " and ".join(str(table.shape) for table in tables)
        raise ValueError(f"{shape[0]} by {shape[1]} names do not fit a table of shape {shapes}")
    ax = plt.gca() if ax is None else ax
    ax.set(xlim=(-0.5, shape[1] - 0.5), ylim=(shape[0] - 0.5, -0.5))
    ax.set_xticks(range(shape[1]), column_names)
    ax.set_yticks(range(shape[0]), row_names)
    ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    ax.spines[:].set_visible(False)
    return ax


def _cell(ax, x, y, words, color, ink):
    ax.add_patch(plt.Rectangle((x - 0.47, y - 0.43), 0.94, 0.86, color=color))
    ax.text(x, y, words, ha="center", va="center", color=ink)
