"""The pictures of a report: sets without groups, what comes again, profiles, and the rows by two columns."""

import numpy as np

from helpers.palette import style
from tools.report import drawing
from tools.report.evidence import LINE

ROW = 26  # units from one strip to the next
TALL = 230  # of a picture with an upright axis


def strips(nothing):
    """Draw the best silhouettes of the sets without groups, and of the rows."""
    names = [*nothing.scores, "these rows"]
    left = drawing.margin(names)
    every = np.concatenate([*nothing.scores.values(), [nothing.measured]])
    x = drawing.Scale(every, left + 6, drawing.WIDTH - drawing.RIGHT)
    parts, y = [], drawing.TOP + ROW / 2
    for name, scores in nothing.scores.items():
        parts.append(drawing.text(left - 4, y + 4, name, "end"))
        parts += [drawing.line(x(value), y - 8, x(value), y + 8, "tick") for value in scores]
        y += ROW
    parts.append(drawing.text(left - 4, y + 4, names[-1], "end"))
    parts.append(drawing.mark(x(nothing.measured), y, "o", 6, "c0"))
    y += ROW / 2 + 4
    parts += drawing.axis(x, y, f"best mean silhouette of {nothing.ks[0]} to {nothing.ks[-1]} clusters")
    said = "A strip for each kind of set without groups, a tick for each set, and a dot for these rows. "
    said += "; ".join(f"{name}: {s.min():.3f} to {s.max():.3f}" for name, s in nothing.scores.items())
    return drawing.picture(parts, y + drawing.BOTTOM, f"{said}; these rows: {nothing.measured:.3f}.")


def repeats(found):
    """Draw the agreement of pairs of parts for each k, beside that of single blobs."""
    x = drawing.Scale([found.ks[0] - 0.3, found.ks[-1] + 0.3], 44, drawing.WIDTH - drawing.RIGHT)
    floor = min(found.agreement.min(), found.blob.min(), 0.5)
    y = drawing.Scale([floor, 1], TALL, 58)
    parts = drawing.upright(y, 44, "ARI of two parts of the rows")
    parts += [drawing.mark(12, 16, "o", 5, "c0"), drawing.text(22, 20, "these rows, mean; a dash for each pair")]
    parts += [drawing.mark(266, 16, "s", 5, "c1"), drawing.text(276, 20, "one blob")]
    parts.append(drawing.line(44, y(LINE), drawing.WIDTH - drawing.RIGHT, y(LINE), "limit"))
    for i, k in enumerate(found.ks):
        at, mean = x(k), found.agreement[:, i].mean()
        parts += [drawing.line(at - 13, y(v), at - 1, y(v), "dash") for v in np.unique(found.agreement[:, i])]
        parts += [drawing.mark(at - 7, y(mean), "o", 5, "c0"), drawing.mark(at + 8, y(found.blob[i]), "s", 5, "c1")]
        parts.append(drawing.text(at, TALL + 18, f"k = {k}", "middle"))
    said = "; ".join(
        f"{k} clusters: mean {mean:.3f}, one blob {blob:.3f}"
        for k, mean, blob in zip(found.ks, found.agreement.mean(axis=0), found.blob, strict=True)
    )
    return drawing.picture(parts, TALL + 28, f"Agreement of pairs of parts for each k; dashed line at {LINE}. {said}.")


def profile(name, quartiles):
    """Draw the middle half and the median of each cluster in one column.

    Parameters
    ----------
    name : str
    quartiles : ndarray of shape (n_clusters, 3)
        Lower quartile, median, upper quartile; nan where nothing was measured.
    """
    names = [f"cluster {j}" for j in range(len(quartiles))]
    left = drawing.margin(names)
    x = drawing.Scale(quartiles, left + 10, drawing.WIDTH - drawing.RIGHT)
    parts, y = [], drawing.TOP + 10
    for j, (low, middle, high) in enumerate(quartiles):
        parts.append(drawing.text(left - 2, y + 4, names[j], "end"))
        if np.isfinite(middle):
            parts.append(drawing.line(x(low), y, x(high), y, f"half l{j % 10}"))
            parts.append(drawing.mark(x(middle), y, style(j)[1], 5, f"c{j % 10}"))
        y += 20
    parts += drawing.axis(x, y, name)
    said = "; ".join(f"cluster {j} {m:.4g} ({a:.4g} to {b:.4g})" for j, (a, m, b) in enumerate(quartiles))
    return drawing.picture(parts, y + drawing.BOTTOM, f"{name}: median and middle half of each cluster: {said}.")


def scatter(X, labels, names):
    """Draw rows by two columns, a colour and a marker for each cluster.

    Parameters
    ----------
    X : ndarray of shape (n_rows, 2)
    labels : ndarray of int, shape (n_rows,)
    names : sequence of two str
    """
    low, high = np.percentile(X, [0.5, 99.5], axis=0)  # a row far out would squeeze all others into a corner
    seen = (np.clip(X, low, high) == X).all(axis=1)
    X, labels = X[seen], labels[seen]
    y = drawing.Scale(X[:, 1], TALL, 30)
    left = 14 + drawing.LETTER * max((len(word) for _, word in y.ticks()), default=1)
    x = drawing.Scale(X[:, 0], left, drawing.WIDTH - drawing.RIGHT)
    parts = [*drawing.axis(x, TALL, names[0]), *drawing.upright(y, left, names[1])]
    size = 3.4 if len(X) < 200 else 2.6
    for (a, b), label in zip(X, labels, strict=True):
        parts.append(drawing.mark(x(a), y(b), style(int(label))[1], size, f"c{label % 10}"))
    count = f"{len(X):,} rows, a colour and a marker for each of {len(np.unique(labels))} clusters"
    said = f"{names[0]} and {names[1]} of {count}; their medians and middle halves are in the table."
    return drawing.picture(parts, TALL + drawing.BOTTOM, said)
