"""Pictures of clusterings: one colour and one marker per cluster, cells, and the two halves of a step of k-means."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.patches import Polygon

from helpers.checking import as_table
from helpers.palette import CENTER, style

# share of the usual area, so that no marker looks heavier than another
INK = {"s": 0.75, "D": 0.65} | dict.fromkeys("^v<>PX", 1.1)


def scatter_clusters(X, labels, *, core=None, centers=None, names=None, axis_names=None, legend=False, ax=None):
    """Draw two features, one colour and one marker per cluster, noise as small grey dots.

    Parameters
    ----------
    X : array_like of shape (n_samples, 2)
    labels : array_like of int, shape (n_samples,)
        Cluster of each row; -1 is noise.
    core : array_like of bool, shape (n_samples,), optional
        Core points of DBSCAN. The other members of a cluster, its border points, are drawn hollow.
    centers : array_like of shape (n_clusters, 2), optional
        Drawn as large red crosses with a white edge.
    names : sequence of str, optional
        Name of cluster 0, 1, ... in the legend; "cluster 0", "cluster 1", ... if omitted.
    axis_names : sequence of two str, optional
        Names of the axes, with units (`Dataset.axis_names`).
    legend : bool
        Whether to put a legend to the right of the axes, where it covers no point.
    ax : matplotlib Axes, optional
        Where to draw; the current Axes if omitted.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If `X` or `centers` does not have two columns, `labels` another length than `X` or other than whole numbers,
        `core` is not True or False for each row, or `names` is too short.
    """
    X, labels = _two_columns(X, "X"), np.asarray(labels)
    if labels.shape != (len(X),):
        raise ValueError(f"labels must have shape ({len(X)},), one for each row of X, not {labels.shape}")
    if labels.dtype.kind not in "iu":
        raise ValueError(f"labels must be whole numbers, not {labels.dtype}")
    core = np.ones(len(X), bool) if core is None else np.asarray(core)
    if core.shape != labels.shape or core.dtype != bool:
        raise ValueError("core must be True or False for each row of X")
    present = np.unique(labels)
    if names is not None and len(present) and present[-1] >= len(names):
        raise ValueError(f"there are {len(names)} names, but a label {present[-1]}")
    ax = plt.gca() if ax is None else ax
    size = float(np.clip(6000 / max(len(X), 1), 5, 28))
    for label in [*present[present >= 0], *present[present < 0]]:  # noise last in the legend
        color, marker = style(int(label))
        # noise small and below: it must never hide a cluster
        look = {"s": max(1.3 * size, 16), "zorder": 1} if label < 0 else {"s": size * INK.get(marker, 1), "zorder": 2}
        full = (labels == label) & (core | (label < 0))
        ax.scatter(*X[full].T, color=color, marker=marker, linewidth=0, label=_name(label, names), **look)
        border = X[(labels == label) & ~full]
        if len(border):
            ax.scatter(*border.T, facecolors="none", edgecolors=color, marker=marker, linewidth=1, **look)
    if centers is not None:
        _draw_centers(_two_columns(centers, "centers"), ax)
    if axis_names is not None:
        ax.set(xlabel=axis_names[0], ylabel=axis_names[1])
    if legend:
        columns = 1 + len(ax.get_legend_handles_labels()[0]) // 14
        box = ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, borderaxespad=0, ncols=columns)
        for handle in box.legend_handles:
            if isinstance(handle, PathCollection):  # points may be tiny in the plot, but must be told apart here
                handle.set_sizes([28])
    return ax


def voronoi_cells(centers, *, ax=None):
    """Shade the region nearest to each centre, in the colour of its cluster, within the current limits of the axes.

    Call it after the points are drawn, since it keeps the limits that it finds. "Nearest" is measured in the units of
    the axes: draw what was clustered, not its back-transformed image.

    Parameters
    ----------
    centers : array_like of shape (n_clusters, 2)
    ax : matplotlib Axes, optional
        Where to draw; the current Axes if omitted.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If `centers` does not have two columns.
    """
    centers = _two_columns(centers, "centers")
    ax = plt.gca() if ax is None else ax
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    box = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    for i, center in enumerate(centers):
        cell = box
        for other in np.delete(centers, i, axis=0):
            cell = _nearer_side(cell, center, other)
        if len(cell):
            ax.add_patch(Polygon(cell, facecolor=style(i)[0], alpha=0.13, edgecolor="none", zorder=0))
            ax.add_patch(Polygon(cell, facecolor="none", edgecolor="#555555", linewidth=0.8, zorder=0.5))
    ax.set(xlim=(x0, x1), ylim=(y0, y1))
    return ax


def kmeans_step(X, labels, centers, *, came_from=None, changed=None, ax=None):
    """Draw one half of a step of k-means: either who belongs to which centre, or where the centres have moved.

    Parameters
    ----------
    X : array_like of shape (n_samples, 2)
    labels : array_like of int, shape (n_samples,)
        Number of the centre that each row belongs to.
    centers : array_like of shape (n_clusters, 2)
    came_from : array_like of shape (n_clusters, 2), optional
        Where the centres were before: a line is drawn from there to each, and the cells are still those of before. If
        omitted, they are those of `centers`.
    changed : array_like of bool, shape (n_samples,), optional
        Rows to be ringed, such as those that have changed their label.
    ax : matplotlib Axes, optional
        Where to draw; the current Axes if omitted.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If `X`, `centers` or `came_from` does not have two columns of finite numbers, a label names no centre, or their
        lengths do not fit each other.
    """
    if not all(np.isfinite(np.asarray(rows, dtype=float)).all() for rows in (centers, came_from) if rows is not None):
        raise ValueError("a center is not at a finite place: has it lost all its rows?")
    new = _two_columns(centers, "centers")
    old = new if came_from is None else _two_columns(came_from, "came_from")
    if old.shape != new.shape:
        raise ValueError(f"{len(new)} centers cannot have come from {len(old)} places")
    if np.max(labels, initial=-1) >= len(new):
        raise ValueError(f"there are {len(new)} centers, but a label {np.max(labels)}")
    if changed is not None and (np.shape(changed) != np.shape(labels) or np.asarray(changed).dtype != bool):
        raise ValueError("changed must be True or False for each row of X")
    ax = voronoi_cells(old, ax=scatter_clusters(X, labels, centers=new, ax=ax))
    if changed is not None:
        ringed = np.asarray(X, dtype=float)[np.asarray(changed)]
        ax.scatter(*ringed.T, s=45, facecolors="none", edgecolors="black", linewidths=0.6, zorder=2.5)
    if came_from is not None:
        for path in np.stack([old, new], axis=1):
            ax.plot(*path.T, color="white", linewidth=4.5, zorder=2.6)
            ax.plot(*path.T, color=CENTER, linewidth=2, marker=".", markevery=[0], zorder=2.7)
    return ax


def _two_columns(points, name):
    points = as_table(points, name=name)
    if points.shape[1] != 2:
        raise ValueError(f"{name} must have two columns to be drawn, not shape {points.shape}")
    return points


def _name(label, names):
    if label < 0:
        return "noise" if names is None else "none"
    return f"cluster {label}" if names is None else names[label]


def _draw_centers(centers, ax):
    cross = {"marker": "x", "linestyle": "none"}
    ax.plot(*centers.T, markersize=13, markeredgewidth=5.5, color="white", zorder=3, **cross)
    ax.plot(*centers.T, markersize=11, markeredgewidth=2.5, color=CENTER, zorder=4, label="centre", **cross)


def _nearer_side(polygon, center, other):
    """Cut a convex polygon along the bisector of two centres and keep the side of the first (Sutherland-Hodgman)."""
    normal = other - center
    # negative on the side of `center`, zero on the bisector (everywhere, if the centres are equal: they share a cell)
    side = (polygon - (center + other) / 2) @ normal
    kept = []
    for i, point in enumerate(polygon):
        before = i - 1
        if side[before] * side[i] < 0:
            share = side[before] / (side[before] - side[i])
            kept.append(polygon[before] + share * (point - polygon[before]))
        if side[i] <= 0:
            kept.append(point)
    return np.array(kept).reshape(-1, 2)
