"""11.3: whether clusters come again on a part of the rows, and what is wrong with a function that says so."""

from functools import cache

import numpy as np
from sklearn.metrics import adjusted_rand_score

from helpers.exercises.defended import call, numbers
from helpers.exercises.nb11.airports import MANY, NEAR, cluster_places, west


def comes_again(places, kilometres, min_samples, rng, *, share=0.9, fresh=True, align=True, whole=False):
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

    Returns
    -------
    float
    """
    rng = rng if fresh else np.random.default_rng(0)
    n = len(places) if whole else round(share * len(places))
    rows = np.sort(rng.choice(len(places), n, replace=False))
    everything = cluster_places(places, kilometres, min_samples)
    part = cluster_places(places[rows], kilometres, min_samples)
    return adjusted_rand_score(everything[rows] if align else everything[:n], part)


@cache
def _band():
    """Mean ARI from parts of half the rows to parts that leave out a twentieth."""
    means = [
        np.mean([comes_again(west(), NEAR, MANY, np.random.default_rng(seed), share=share) for seed in range(8)])
        for share in (0.5, 0.95)
    ]
    return min(means) - 0.15, max(means) + 0.025


def stability_fault(function):
    """Look at what a function says of five random parts of the western airports."""
    told = f"some airports, {NEAR}, {MANY} and a generator"
    values = []
    for seed in range(5):
        given = west().copy(), NEAR, MANY, np.random.default_rng(seed)
        values.append(numbers(call(function, *given, told=told), (), "one ARI").item())
    if min(values) == max(values):
        return "itself" if values[0] > 0.999 else "seed"
    low, high = _band()
    mean = np.mean(values)
    if mean < low:
        return "rows"
    if mean > high:
        return "easy"
    return None
