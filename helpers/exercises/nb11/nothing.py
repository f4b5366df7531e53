"""11.1: sets of places without groups, and what is wrong with one, by what it does on planted places."""

from functools import cache

import numpy as np
from scipy.spatial import cKDTree
from scipy.stats import kstest

from helpers.exercises.defended import call, numbers
from helpers.exercises.judging import Unreadable, read_only
from helpers.exercises.nb11.airports import EARTH, EAST, NORTH, SOUTH, WEST, mainland

FAR = 25  # degrees: places farther out than this are where no airport could be
RADIUS, LEAST = 40, 5  # km and places for a core, at which planted places and a learner's sets are compared
GROUPS, SIZE, SPREAD = 150, 6, 8  # planted: how many, of how many places, standard deviation in km


def uniform_by_area(places, rng):
    """Draw as many places, uniformly over the area of the box around them."""
    low, high = places.min(axis=0), places.max(axis=0)
    latitude = np.degrees(np.arcsin(rng.uniform(*np.sin(np.radians([low[0], high[0]])), len(places))))
    return np.column_stack([latitude, rng.uniform(low[1], high[1], len(places))])


def uniform_in_degrees(places, rng):
    """Draw as many places, uniformly over degrees: too densely in the north."""
    return rng.uniform(places.min(axis=0), places.max(axis=0), places.shape)


def lattice(places, rng):
    """Lay as many places on a grid, hardly moved: emptier of groups than chance is."""
    low, high = places.min(axis=0), places.max(axis=0)
    grid = np.stack(np.meshgrid(np.linspace(0, 1, 43), np.linspace(0, 1, 72)), axis=-1).reshape(-1, 2)[: len(places)]
    return low + (high - low) * np.clip(grid + rng.uniform(0, 0.01, grid.shape), 0, 1)


def moved(places, rng, *, kilometres):
    """Move each place at random, by so many kilometres in each direction (standard deviation)."""
    step = rng.normal(0, np.degrees(kilometres / EARTH), places.shape)
    return places + step / np.column_stack([np.ones(len(places)), np.cos(np.radians(places[:, 0]))])


def on_sphere(places):
    """Put places into a tree of points on a sphere of radius 1, shape (n_places, 3): its distances are chords."""
    latitude, longitude = np.radians(places).T
    flat = np.cos(latitude)
    return cKDTree(np.column_stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)]))


def share_in_clusters(tree, kilometres, min_samples):
    """Share of the places that DBSCAN puts into clusters: cores, and what has a core within reach."""
    chord = 2 * np.sin(kilometres / EARTH / 2)
    core = tree.query_ball_point(tree.data, chord, return_length=True) >= min_samples
    if not core.any():
        return 0.0
    return float(
        np.isfinite(cKDTree(tree.data[core]).query(tree.data, distance_upper_bound=chord * (1 + 1e-12))[0]).mean()
    )


@cache
def _planted():
    """As many places as there are airports in the same box: with small groups, and without any; with their shares."""
    rng = np.random.default_rng(4711)
    without, grouped = (uniform_by_area(mainland(), rng) for _ in range(2))
    centers = grouped[:GROUPS]
    grouped[-GROUPS * SIZE :] = moved(np.repeat(centers, SIZE, axis=0), rng, kilometres=SPREAD)
    low, high = mainland().min(axis=0), mainland().max(axis=0)
    planted = []
    for places in (grouped[rng.permutation(len(grouped))], without):
        places[:2] = low, high  # the box is the airports'
        places = np.clip(places, low, high)
        read_only(places)
        planted.append((places, share_in_clusters(on_sphere(places), RADIUS, LEAST)))
    return planted


def _draw(function, places, seed):
    drawn = call(function, places.copy(), np.random.default_rng(seed), told="places and a generator")
    return numbers(drawn, places.shape, "a set of places")


def _largest_share(function, places, seeds):
    return max(share_in_clusters(on_sphere(_draw(function, places, seed)), RADIUS, LEAST) for seed in seeds)


def null_fault(function):
    """Look at two sets of airports, then at what a null test with the function says of planted places."""
    first, second = (_draw(function, mainland(), seed) for seed in (0, 1))
    if np.abs(first).max() <= 2 * np.pi:
        return "in radians"
    if first[:, 0].mean() < 0 < first[:, 1].mean():
        return "longitude first"
    if np.array_equal(first, second):
        return "same set twice"
    if (first.min(axis=0) < [SOUTH - FAR, WEST - FAR]).any() or (first.max(axis=0) > [NORTH + FAR, EAST + FAR]).any():
        raise Unreadable("some of your places are far from all airports: draw them where airports could be.")
    (grouped, share_of_grouped), (without, share_without) = _planted()
    if 1.5 * _largest_share(function, grouped, (2, 3)) > share_of_grouped:
        return "groups left"
    if 2 * _largest_share(function, without, (4, 5, 6)) + 0.01 < share_without:
        return "more even than chance"
    latitude = np.concatenate([first, second])[:, 0]
    low, high = latitude.min(), latitude.max()
    by_degrees = kstest((latitude - low) / (high - low), "uniform").statistic
    south, north = np.sin(np.radians([low, high]))
    by_area = kstest((np.sin(np.radians(latitude)) - south) / (north - south), "uniform").statistic
    return "uniform in degrees" if by_degrees < min(0.025, by_area) else None
