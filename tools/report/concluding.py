"""What the steps come to: a result in one sentence that can be signed, and what limits it."""

from dataclasses import dataclass

import numpy as np

from tools.report.evidence import LINE

STRAYS = 0.01  # a cluster with a smaller share of the rows is called strays
FEW = 5  # so is one with fewer rows
LOPSIDED = 1.0  # skewness of a feature that one blob cannot have
FEW_VALUES = 10  # of whole numbers: they may be codes
REPEATED = 0.1  # share of different rows below which values repeat a lot
MISSED = (
    "That none were found is no proof that there are none: groups that lie close, or differ in few of the columns, are "
    "easily missed, since the silhouette weighs all columns alike. Cluster by the columns that the question is about."
)
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Result:
    """What the steps come to.

    Attributes
    ----------
    k : int
        Clusters that differ from chance and come again; 0 if there are none.
    headline : str
    brief : str
        In one sentence, for whoever reads no further.
    sentence : str
        With its numbers, so that it can be signed.
    next : str
        What to do with it.
    """

    k: int
    headline: str
    brief: str
    sentence: str
    next: str


def conclude(taken, nothing, again, rules):
    """Say what the steps come to; Result.

    k is the largest number that comes again, of those that were tried, if the rows are above every set without groups.
    """
    rows = f"{count(len(taken.frame), 'row')} of {taken.name}"
    what = f"In {rows}, by {listed(taken.used)}"
    tried = f"{nothing.ks[0]} to {nothing.ks[-1]}"
    every = np.concatenate(list(nothing.scores.values()))
    reached = f"the best silhouette of {tried} clusters is {nothing.measured:.3f}, and the best of {len(every)} sets "
    reached += f"without groups {every.max():.3f}"
    if not nothing.passed:
        return Result(
            0,
            "No clusters that differ from chance",
            f"Nothing in {rows} parts them into groups better than chance parts rows in which there are none.",
            f"{what}, no clusters were found that differ from chance: {reached}; "
            f"{int(np.sum(every >= nothing.measured))} of these are as high as the rows.",
            "Do not act on groups in this table. That is a result: other columns, other units or other rows may hold "
            "some, but what a program draws in these it draws in pure chance, too.",
        )
    mean, strays = again.agreement.mean(axis=0), _strays(nothing, len(taken.tested))
    if not again.passed:
        best = int(np.argmax(mean))
        return Result(
            0,
            "More than chance, but no clusters that come again",
            f"{rows} are not one bell-shaped cloud, nor spread evenly; but no clusters come again when some of the "
            "rows are left out.",
            f"{what}, there is more than chance ({reached}), but no number of clusters from {tried} comes again in "
            f"parts of the rows: the mean ARI is {mean[best]:.3f} at best (k = {again.ks[best]}), single blobs have "
            f"{again.blob[best]:.3f}, and the line is {LINE}.{strays}",
            "Do not act on groups in this table. Look at far rows and lopsided columns first: they make a table differ "
            "from chance, too.",
        )
    k = again.passed[-1]
    i = list(again.ks).index(k)
    return Result(
        k,
        f"{word(k).capitalize()} clusters that differ from chance and come again",
        f"{rows} fall into {word(k)} clusters that chance does not make, and that come again when some of the rows are "
        "left out.",
        f"{what}, there are {word(k)} clusters that differ from chance and come again: {reached}; parts of the rows "
        f"agree on {word(k)} clusters with a mean ARI of {mean[i]:.3f}, single blobs with {again.blob[i]:.3f}. "
        f"{_of_others(again, k)} {_votes(rules)}{strays}",
        "Read the profiles (7) before you name the clusters, and the limits (8) before you act on them.",
    )


def _of_others(again, k):
    """Say which other numbers of clusters come again."""
    others = [str(other) for other in again.passed if other != k]
    if not others:
        return f"No other number from {again.ks[0]} to {again.ks[-1]} comes again."
    said = f"{', '.join(others[:-1])} and {others[-1]} come" if len(others) > 1 else f"{others[0]} comes"
    return f"It is the largest number up to {again.ks[-1]} that comes again; {said} again, too."


def word(n):
    """Write a small number as a word."""
    return NUMBERS[n] if n < len(NUMBERS) else str(n)


def listed(names, most=4):
    """List names, and count those beyond a few."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more columns" if more > 0 else "")


def count(n, what):
    """Write a number of things: "1 row", "2,000 rows"."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def _votes(rules):
    by_k = {}
    for rule, k in rules.chosen.items():
        by_k.setdefault(k, []).append(rule)
    said = "; ".join(f"{k} ({', '.join(names)})" for k, names in sorted(by_k.items()))
    return f"Rules for k say {said}."


def _strays(nothing, n):
    if nothing.smallest >= max(FEW, STRAYS * n):
        return ""
    rows = "1 row" if nothing.smallest == 1 else f"{nothing.smallest} rows"
    return f" The best silhouette is that of {nothing.k} clusters, of which one has {rows}: strays, not a group."


def limits(taken, nothing, portrait, near):
    """List what limits the result; list of str.

    Parameters
    ----------
    taken : tools.report.taking.Taken
    nothing : tools.report.evidence.Nothing
    portrait : tools.report.portraits.Profiles or None
    near : ndarray or None
        Rows near a border, of how many, for each cluster.
    """
    n = len(taken.frame)
    return [
        *_of_rows(taken, n),
        *_of_nothing(taken),
        *(_of_clusters(len(near), nothing.ks[-1], portrait, near, n) if portrait else [MISSED]),
        "k-means looks for round groups of similar spread. A slim, bent or rare group would be swallowed or cut; "
        "DBSCAN's sweep above looks for others.",
        f"The line at {LINE}, the rule for k, the scaling and the columns are choices. Whoever needs another number of "
        "clusters can read above what it is worth.",
        "Rows are taken as independent. Several rows of one customer, animal or machine are not: keep one of each, or "
        "average them.",
        "All was found and described on the same rows. Next month's file is the test.",
    ]


def _of_rows(taken, n):
    if taken.dropped:
        yield (
            f"{count(taken.dropped, 'row')} of {taken.n_rows:,} had something missing and were left out: what is said "
            "holds for complete rows."
        )
    filled = [c.name for c in taken.found if c.name in taken.used and c.missing and not taken.dropped]
    if filled:
        most = max(taken.found[name].missing for name in filled)
        yield f"Missing values were filled in {listed(filled)}, {most:,} in one column at most: these are made up."
    if codes := coded(taken):
        yield (
            f"Few different values, which may be codes, or the answer itself, rather than amounts: {listed(codes)}. If "
            "so, leave them out (--columns), and compare the clusters with them afterwards."
        )
    if len(taken.fitted) < n:
        yield (
            f"The clusters were fitted on {len(taken.fitted):,} of {n:,} rows, drawn at random; the others belong to "
            "the nearest centre."
        )
    if len(taken.tested) < n:
        yield (
            f"The tests ran on {len(taken.tested):,} of {n:,} rows, drawn at random: a cluster rarer than "
            f"{20 / len(taken.tested):.0%} is easily missed, and DBSCAN's radii belong to this sample's density."
        )
    different = len(np.unique(taken.Z[taken.tested], axis=0)) / len(taken.tested)
    if different < REPEATED:
        yield (
            f"Only {different:.0%} of the rows differ: values repeat. Sets without groups do not, which makes the test "
            "against them easy to pass."
        )


def coded(taken):
    """Name the columns that are used as numbers and have so few values that they may be codes."""
    found = taken.found
    return [c.name for c in found if c.name in taken.used and c.kind == "count" and c.distinct <= FEW_VALUES]


def _of_nothing(taken):
    Z = taken.Z[taken.tested]
    spread = Z.std(axis=0)
    skew = np.mean((Z - Z.mean(axis=0)) ** 3, axis=0) / np.where(spread > 0, spread, 1) ** 3
    lopsided = [name for name, value in zip(taken.features, skew, strict=True) if abs(value) > LOPSIDED]
    said = "There are other kinds of nothing than a box and a bell: one bent or lopsided cloud passes for clusters"
    if lopsided:
        yield f"{said}, and lopsided are: {listed(lopsided)}. Try their logarithm (--choose)."
    else:
        yield f"{said}. No column is very lopsided here."


def _of_clusters(k, most, portrait, near, n):
    if k == most:
        yield (
            f"{k} is the largest number that was tried, so more may come again: --at-most {most + 2} asks. How many "
            "are of use, only the question says."
        )
    few = max(FEW, STRAYS * n)
    small = [f"cluster {j} ({count(size, 'row')})" for j, size in enumerate(portrait.sizes) if size < few]
    if small:
        yield f"Strays rather than a group: {', '.join(small)}."
    if portrait.not_apart:
        pairs = ", ".join(f"{a} and {b}" for a, b in portrait.not_apart)
        yield f"No column tells these clusters apart by their middle halves: {pairs}. They are hard to describe."
    border, tested = near.sum(axis=0)
    worst = int(np.argmax(near[:, 0] / np.maximum(near[:, 1], 1)))
    yield (
        f"{border:,} of {tested:,} rows lie near a border (silhouette below 0.1), and may as well belong to another "
        + (f"cluster; the largest share of them is in cluster {worst}." if border else "cluster.")
    )
