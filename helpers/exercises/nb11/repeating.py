"""11.3: whether clusters come again on a part of the rows, and what is wrong with a function that says so."""

from functools import cache

import numpy as np
from sklearn.metrics import adjusted_rand_score

from helpers.exercises.defended import call, numbers
from helpers.exercises.judging import read_only
from helpers.exercises.nb11.airports import EARTH, MANY, NEAR, cluster_places, flat_labels
from helpers.exercises.nb11.nothing import moved

SHARES = (0.7, 0.95)  # of the rows in a part: from more than "a tenth or so" left out to less
SEEDS = range(5)


def comes_again(
    places, kilometres, min_samples, rng, *, share=0.9, fresh=True, align=True, whole=False, again=False, globe=True
):
    """Cluster all places and a random part, and compare them on the part by ARI; or with one of the usual slips.

    Parameters
    ----------
    places, kilometres, min_samples
        As for `cluster_places`.
    rng : numpy Generator
    share : float
        Of the rows in the part.
    fresh : bool
        Whether another part is drawn each time.
    align : bool
        Whether the same rows are compared.
    whole : bool
        Whether "the part" is all of it.
    again : bool
        Whether a row may be drawn twice.
    globe : bool
        Whether distances are on the globe, or in degrees on a flat map.

    Returns
    -------
    float
    """
    rng = rng if fresh else np.random.default_rng(0)
    n = len(places) if whole else round(share * len(places))
    rows = np.sort(rng.choice(len(places), n, replace=again))
    cluster = cluster_places if globe else flat_labels
    everything = cluster(places, kilometres, min_samples)
    part = cluster(places[rows], kilometres, min_samples)
    return adjusted_rand_score(everything[rows] if align else everything[:n], part)


def _groups(sizes, latitude, rng, spread):
    """Put groups of these sizes far apart, on a grid that begins at a latitude; standard deviation in km."""
    row, column = np.divmod(np.arange(len(sizes)), 12)
    east = 2.4 / np.cos(np.radians(latitude))
    centers = np.column_stack([latitude + 2.0 * row, column * east - 120])
    return moved(np.repeat(centers, sizes, axis=0), rng, kilometres=spread)


@cache
def planted():
    """Places of which it is known how well their groups come again.

    Returns
    -------
    dict of ndarray of shape (n_places, 2)
        "frail": groups that a row or two keep together, and the first rows are one of them; "steady": groups that stay
        when rows go, and groups of one row too few, which appear when rows come twice; "north": steady on the globe only.
    """
    rng = np.random.default_rng(5)
    steady = _groups([60] * 3 + [4] * 40, 32, rng, 4)
    frail = _groups([5] * 6 + [6] * 9 + [7] * 8 + [30] * 2 + [3] * 10, 30, rng, 6)
    north = np.repeat(_groups([1] * 8, 66, rng, 0), 10, axis=0)
    degree = np.degrees(1 / EARTH) / np.cos(np.radians(north[:, 0]))  # of longitude, a kilometre
    north += np.column_stack([rng.normal(0, 0.01, len(north)), degree * np.tile(np.linspace(-30, 30, 10), 8)])
    steady, north = rng.permutation(steady), rng.permutation(north)
    frail = np.vstack([frail[:5], rng.permutation(frail[5:])])
    read_only(steady, frail, north)
    return {"frail": frail, "steady": steady, "north": north}


def _values(function, name):
    told = f"some places, {NEAR}, {MANY} and a generator"
    given = [(planted()[name].copy(), NEAR, MANY, np.random.default_rng(seed)) for seed in SEEDS]
    return [numbers(call(function, *one, told=told), (), "one ARI").item() for one in given]


@cache
def _band():
    """Mean ARI on the frail groups, from parts that leave out much to parts that leave out little."""
    means = [
        np.mean(_values(lambda *given, share=share: comes_again(*given, share=share), "frail")) for share in SHARES
    ]
    return min(means) - 0.06, max(means) + 0.015


def stability_fault(function):
    """Look at what a function says of parts of planted places."""
    values = _values(function, "frail")
    if min(values) == max(values):
        return "always full agreement" if values[0] > 0.999 else "same part each time"
    low, high = _band()
    if np.mean(values) < low:
        return "agreement too low"
    if np.mean(values) > high:
        return "agreement too high"
    if np.mean(_values(function, "steady")) < 0.97:
        return "rows drawn twice"
    return "flat map" if np.mean(_values(function, "north")) < 0.97 else None
