"""The chapters of a page that show numbers: nothing, rules for k, what comes again, the clusters."""

import numpy as np

from tools.report import panels
from tools.report.drawing import plain
from tools.report.evidence import LINE, MIN_SAMPLES

MOST_PANELS = 6  # profiles that are drawn; the table has more
MOST_PROFILES = 30  # columns of the table of profiles
MOST_POINTS = 500


def table(caption, head, rows):
    """Write a table whose first column names its rows; cells are HTML. It scrolls by itself where it is too wide."""
    cells = "".join(f'<th scope="col">{name}</th>' for name in head)
    parts = [f'<div class="wide" tabindex="0" role="region" aria-label="{caption}"><table><caption>{caption}</caption>']
    parts.append(f"<thead><tr>{cells}</tr></thead><tbody>")
    for first, *others in rows:
        parts.append(f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>')
    return [*parts, "</tbody></table></div>"]


def sample(found):
    """Say which rows were tested, if not all."""
    taken = found.taken
    n = len(taken.tested)
    if n == len(taken.frame):
        return ""
    return (
        f" <strong>A sample:</strong> {n:,} of {len(taken.frame):,} rows, drawn at random with seed {found.asked.seed}."
    )


def nothing(found):
    """Show the test against two kinds of nothing; list of HTML."""
    tested = found.nothing
    said = "; ".join(
        f"{name}: {s.min():.3f} to {s.max():.3f}, {np.sum(s >= tested.measured)} of {len(s)} as high as the rows"
        for name, s in tested.scores.items()
    )
    verdict = "higher than in every set: the rows are neither of the two" if tested.passed else "not above all sets"
    return [
        "<h2>4. Is there more than in two kinds of nothing?</h2>",
        "<p>k-means always answers. So the same was asked of sets without groups: drawn at random over a box, and as "
        "one bell-shaped cloud with the means and covariances of these rows. The silhouette says how much closer rows "
        f"are to their own cluster than to the next: 1 is perfect, 0 is a border.{sample(found)}</p>",
        panels.strips(tested),
        f"<p>These rows: {tested.measured:.3f} with {tested.k} clusters, {verdict}. {plain(said)}.</p>",
    ]


def how_many(found):
    """Show the rules for k and DBSCAN's sweep side by side; list of HTML."""
    rules = found.rules
    parts = [
        "<h2>5. How many clusters do rules take?</h2>",
        f"<p>Each row of the first table is a rule, and the k that it takes is marked. The first four share one idea, "
        f"groups that are tight, round and apart: they are hardly more than one witness.{sample(found)}</p>",
        '<div class="beside"><div>',
    ]
    body = [(plain(rule), f"<strong>{k}</strong>", _curve(rules, rule)) for rule, k in rules.chosen.items()]
    body += [(plain(rule), "&ndash;", plain(why)) for rule, why in rules.left_out.items()]
    head = ("rule", "k", f"its score for k = {rules.ks[0]} to {rules.ks[-1]}")
    parts += [*table("Rules for k", head, body), "</div><div>"]
    swept = found.swept
    if swept is None:
        parts.append("<p>DBSCAN: too many rows lie on the same place for a sweep.</p>")
    else:
        body = [
            (f"{eps:.3g}", str(n), f"{noise:.0%}")
            for eps, n, noise in zip(swept.eps, swept.n_clusters, swept.noise, strict=True)
        ]
        head = ("eps", "clusters", "noise")
        parts += table(f"DBSCAN's sweep over eps, {MIN_SAMPLES} rows to a core", head, body)
    parts.append("</div></div>")
    parts.append(
        "<p>DBSCAN asks no k, but a radius, eps, in the units of the prepared columns: rows in a chain of neighbours "
        "closer than it are a cluster, the others noise. A radius that fits the question comes from what is known of "
        f"the rows. Without that, notebook 06 has a rule for one: {_radius(found)}</p>"
    )
    return parts


def _radius(found):
    """Say what the rule for eps suggests, or that it suggests nothing, with its reason."""
    radius, n = found.radius, len(found.taken.tested)
    if radius.eps is None:
        return f"here it suggests none. {plain(radius.reason)}"
    said = f"<strong>eps {radius.eps:.3g}</strong> with {radius.min_samples:,} rows to a core. {plain(radius.reason)}"
    if n == len(found.taken.frame):
        return said
    return (
        f"{said} That is for {n:,} rows drawn at random: cluster so many, and label the rest by the nearest core point."
    )


def _curve(rules, rule):
    """Write a rule's scores, the one that it takes marked."""
    values = rules.curves[rule]
    words = [number(value) if np.isfinite(value) else "&ndash;" for value in values]
    marked = [f"<mark>{w}</mark>" if k == rules.chosen[rule] else w for k, w in zip(rules.ks, words, strict=True)]
    return ", ".join(marked)


def again(found):
    """Show which clusters come again in parts of the rows; list of HTML."""
    compared, passed = found.again, found.again.passed
    body = [
        (f"{k}", f"{mean:.3f}", f"{low:.3f}", f"{blob:.3f}", "comes again" if k in passed else "does not")
        for k, mean, low, blob in zip(
            compared.ks, compared.agreement.mean(axis=0), compared.agreement.min(axis=0), compared.blob, strict=True
        )
    ]
    return [
        "<h2>6. Which clusters come again in parts of the rows?</h2>",
        "<p>Pairs of random parts, four fifths of the rows each, are clustered each by itself, and compared on the "
        "rows that both hold: an ARI of 1 is full agreement, 0 is chance. What comes again has a mean of at least "
        f"{LINE} and more than single blobs, which can be cut in two stably, too.{sample(found)}</p>",
        panels.repeats(compared),
        *table("Agreement of parts", ("k", "mean ARI", "lowest", "one blob", f"line {LINE}"), body),
    ]


def clusters(found):
    """Show the clusters in the file's units, a rule of thumb, and how firm they are; list of HTML."""
    if not found.result.k:
        return ["<h2>7. The clusters</h2><p>There are none to describe. Whoever describes what k-means would cut here "
                "describes chance.</p>"]  # fmt: skip
    p = found.portrait
    parts = ["<h2>7. The clusters, in the units of the file</h2>"]
    parts.append("<p>Numbered from 0 as they first appear in the file, as the course's endpoint numbers them.</p>")
    names = [f"cluster {j}" for j in range(len(p.sizes))]
    body = [
        (plain(p.names[i]), *(_quartiles(part[i], p.overall[i]) for part in (*p.quartiles, p.overall)))
        for i in p.order[:MOST_PROFILES]
    ]
    caption = "Median (middle half), the column that tells most apart first"
    parts += table(caption, ("column", *names, "all rows"), body) if body else []
    if len(p.names) > MOST_PROFILES:
        parts.append(f"<p>And {len(p.names) - MOST_PROFILES:,} more columns.</p>")
    parts += [*_pictures(found), *_rule(found), *_known(found), *_firm(found)]
    return parts


def _quartiles(values, overall):
    """Write median and middle half, with as many decimals as the spread of all rows asks for."""
    spread = overall[2] - overall[0]
    if not np.isfinite(values).all():
        return "&ndash;"
    if spread > 0:
        decimals = int(np.clip(1 - np.floor(np.log10(spread)), 0, 9))
    else:
        decimals = 0 if (values == np.round(values)).all() else 3
    small = np.abs(overall).max() < 1e9
    low, middle, high = (f"{value:,.{decimals}f}" if small else f"{value:.3g}" for value in values)
    return f'{middle} <span class="range">({low} to {high})</span>'


def number(value):
    """Write a number with four digits, or all those before its point."""
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e9 else f"{value:.4g}"


def _pictures(found):
    p, labels = found.portrait, found.labels
    parts = ['<div class="panels">']
    parts += [panels.profile(p.names[i], p.quartiles[:, i]) for i in p.order[:MOST_PANELS]]
    if len(p.names) > 1:
        pair = [p.names[i] for i in p.order[:2]]
        rows = np.random.default_rng(found.asked.seed).permutation(len(labels))[:MOST_POINTS]
        X = found.taken.frame[pair].iloc[np.sort(rows)].apply(_floats).to_numpy()
        seen = np.isfinite(X).all(axis=1)
        if seen.any():
            parts.append(panels.scatter(X[seen], labels[np.sort(rows)][seen], pair))
    return [*parts, "</div>"]


def _floats(values):
    return (
        values.to_numpy(dtype=float, na_value=np.nan) if values.dtype.kind in "iufb" else np.full(len(values), np.nan)
    )


def _rule(found):
    rule = found.rule
    if rule is None:
        return []
    said = (
        "<p>A few questions that name the cluster of a row. Made on seven tenths of the rows and tried on the other "
        f"{rule.tested:,}: they name the cluster of k-means for {rule.agreed:.0%} of these; to call every row the "
        f"largest cluster, {rule.largest:.0%}. That is circular in part: the same columns made the clusters.</p>"
    )
    return ["<h3>A rule of thumb</h3>", said, f'<ul class="rule">{_questions(rule.questions)}</ul>']


def _questions(node):
    if isinstance(node, int):
        return f"<li>cluster {node}</li>"
    name, bound, left, right = node
    parts = []
    for said, side in ((f"at most {number(bound)}", left), ("more", right)):
        end = f": cluster {side}" if isinstance(side, int) else f"<ul>{_questions(side)}</ul>"
        parts.append(f"<li>{plain(name)} {said}{end}</li>")
    return "".join(parts)


def _known(found):
    if not found.known:
        return []
    parts = ["<h3>Beside categories that took no part</h3>"]
    k = found.result.k
    for name, counts in found.known.items():
        body = [(plain(value), *(f"{n:,}" for n in numbers)) for value, numbers in counts.items()]
        head = (plain(name), *(f"cluster {j}" for j in range(k)))
        parts += table(f"Rows by {plain(name)}", head, body)
    return parts


def _firm(found):
    body = [(f"{plain(name)}", f"{ari:.2f}") for name, ari in found.others.items()]
    caption = "The same rows, clustered by other choices"
    said = f"<p>1.00 means the same clusters; a low number, that the choice decides.{sample(found)}</p>"
    near = [
        (f"cluster {j}", f"{few:,} of {of:,}", f"{few / of:.0%}" if of else "&ndash;")
        for j, (few, of) in enumerate(found.near)
    ]
    return [
        "<h3>How firm they are</h3>",
        *([said, *table(caption, ("what is changed", "ARI"), body)] if body else []),
        *table("Rows near a border (silhouette below 0.1)", ("cluster", "rows", "share"), near),
    ]
