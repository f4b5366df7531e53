"""11.1: sets of places without groups, and what is wrong with one."""

from functools import cache

import numpy as np
from scipy.stats import kstest
from sklearn.neighbors import BallTree

from helpers.exercises.defended import call, numbers
from helpers.exercises.judging import Unreadable
from helpers.exercises.nb11.airports import EARTH, EAST, NORTH, SOUTH, WEST, mainland

FAR = 25  # degrees: places farther out than this are where no airport could be
MOVED = 12  # km: sets nearer to the airports than this are the airports


def evenly(places, rng):
    """Draw as many places, evenly over the area of the box around them."""
    low, high = places.min(axis=0), places.max(axis=0)
    latitude = np.degrees(np.arcsin(rng.uniform(*np.sin(np.radians([low[0], high[0]])), len(places))))
    return np.column_stack([latitude, rng.uniform(low[1], high[1], len(places))])


def evenly_in_degrees(places, rng):
    """Draw as many places, evenly over degrees: too densely in the north."""
    return rng.uniform(places.min(axis=0), places.max(axis=0), places.shape)


def jittered(places, rng, *, kilometres):
    """Move each place at random, by so many kilometres in each direction (standard deviation)."""
    step = rng.normal(0, np.degrees(kilometres / EARTH), places.shape)
    return places + step / np.column_stack([np.ones(len(places)), np.cos(np.radians(places[:, 0]))])


@cache
def _tree():
    return BallTree(np.radians(mainland()), metric="haversine")


def _moved(places):
    """Median distance in km from each place to the nearest airport; 44 if they are even, below 12 if hardly moved."""
    return EARTH * float(np.median(_tree().query(np.radians(places))[0]))


def null_fault(function):
    """Look at two sets that a function draws."""
    places = mainland()
    draws = [
        numbers(
            call(function, places.copy(), np.random.default_rng(seed), told="the airports and a generator"),
            places.shape,
            "a set of places",
        )
        for seed in (0, 1)
    ]
    first, second = draws
    if np.abs(first).max() <= 2 * np.pi:
        return "radians"
    if first[:, 0].mean() < 0 < first[:, 1].mean():
        return "longitude"
    if np.array_equal(first, second):
        return "again"
    if (first.min(axis=0) < [SOUTH - FAR, WEST - FAR]).any() or (first.max(axis=0) > [NORTH + FAR, EAST + FAR]).any():
        raise Unreadable("some of your places are far from all airports: draw them where airports could be.")
    if _moved(first) < MOVED:
        return "grouped"
    latitude = np.concatenate([first, second])[:, 0]
    low, high = latitude.min(), latitude.max()
    by_degrees = kstest((latitude - low) / (high - low), "uniform").statistic
    south, north = np.sin(np.radians([low, high]))
    by_area = kstest((np.sin(np.radians(latitude)) - south) / (north - south), "uniform").statistic
    return "degrees" if by_degrees < min(0.025, by_area) else None
