"""What a recipe is, and where its random numbers come from."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np


@dataclass(frozen=True)
class Measure:
    """A figure that is reported, one for each combination of `by`.

    Attributes
    ----------
    column : str
        Of the rows: what was measured in each trial.
    by : tuple of str
        Columns that name the setting.
    summary : {"mean", "median", "count", "exact"}
        "mean" and "median" are taken over the trials on each data set, and then the mean over the data sets;
        "count" is how many trials have a 1; "exact" is the one value of what is not random.
    """

    column: str
    by: tuple
    summary: str


@dataclass(frozen=True)
class Recipe:
    """A published experiment as it is re-run here.

    Attributes
    ----------
    name, title, source, data, method : str
        What is done, and who published it.
    deviations : str
        Where this is not what was published, or where the publication leaves it open.
    defaults, quick : mapping of str to int
        Numbers that a run may change: `trials`, and `datasets` where several trials share a data set.
    settings : mapping
        What a run may not change.
    tasks : callable
        ``tasks(trials, datasets)`` lists the units of work, each a dict.
    work : callable
        ``work(task, seed)`` gives the data's digest and the rows of this task.
    measures : tuple of Measure
    table : str
        Where the paper prints its figures.
    paper : mapping of tuple to str
        As printed, ``(column, *values of by)``: text, since the number of digits matters; transcribed.
    paper_trials : int
        How many the paper's counts are of.
    version : int
        Raised when the recipe changes so that results of both cannot be compared.
    """

    name: str
    title: str
    source: str
    data: str
    method: str
    deviations: str
    defaults: Mapping
    quick: Mapping
    settings: Mapping
    tasks: Callable = field(repr=False)
    work: Callable = field(repr=False)
    measures: tuple = field(repr=False)
    table: str = ""
    paper: Mapping = field(default_factory=dict, repr=False)
    paper_trials: int = 0
    version: int = 1


def generator(seed, *key):
    """Make a random generator for one use, independent of all others and of the order in which they are made.

    Parameters
    ----------
    seed : int
        Of the whole run, at least 0.
    *key : str or int
        What it is for.

    Returns
    -------
    numpy.random.Generator
    """
    return np.random.default_rng(np.random.SeedSequence([seed, *(crc32(str(part).encode()) for part in key)]))


def random_state(rng):
    """Draw a seed for what takes no generator: scikit-learn."""
    return int(rng.integers(2**31))


def digest(X):
    """Digest an array: 16 hexadecimal digits of its SHA-256, equal only if every bit is."""
    return hashlib.sha256(np.ascontiguousarray(X, dtype="<f8")).hexdigest()[:16]


def rounded(value):
    """Keep ten significant digits: the others depend on the machine."""
    return float(f"{value:.10g}")
