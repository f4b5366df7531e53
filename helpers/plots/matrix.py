"""A table of verdicts as a picture: who is right where."""

import matplotlib.pyplot as plt
import numpy as np

from helpers.palette import COLORS

WRONG = "#eeeeee"


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
    shape = (len(row_names), len(column_names))
    if texts.shape != shape or right.shape != shape:
        raise ValueError(f"{shape[0]} by {shape[1]} names, but tables of shapes {texts.shape} and {right.shape}")
    ax = plt.gca() if ax is None else ax
    for (y, x), text in np.ndenumerate(texts):
        good = right[y, x]
        ax.add_patch(plt.Rectangle((x - 0.47, y - 0.43), 0.94, 0.86, color=COLORS[0] if good else WRONG))
        first, *more = text.split("\n")
        words = "\n".join([f"{first} ✓" if good else first or "-", *more])
        ax.text(x, y, words, ha="center", va="center", color="white" if good else "black")
    ax.set(xlim=(-0.5, shape[1] - 0.5), ylim=(shape[0] - 0.5, -0.5))
    ax.set_xticks(range(shape[1]), column_names)
    ax.set_yticks(range(shape[0]), row_names)
    ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    ax.spines[:].set_visible(False)
    return ax
