"""Real data sets with their cards, and two photographs."""

import csv
import difflib
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from sklearn import datasets as _sklearn

DATA = Path(__file__).resolve().parents[2] / "data"

# name of the CSV: ({column: unit}, column of the true groups or None)
CSV = {
    "penguins": ({"bill_length": "mm", "bill_depth": "mm", "flipper_length": "mm", "body_mass": "g"}, "species"),
    "airports": ({"latitude": "degrees", "longitude": "degrees"}, None),
    "anes96": ({"age": "years", "income_band": "band 1 to 24"}, None),
    "customers": ({"age": "years", "income": "currency units a year"}, "segment"),
}
_SKLEARN = {
    "iris": (_sklearn.load_iris, "cm"),
    "wine": (_sklearn.load_wine, ""),
    "breast_cancer": (_sklearn.load_breast_cancer, ""),
    "digits": (_sklearn.load_digits, "grey level 0 to 16"),
}
_IMAGES = ("china", "flower")
_TABLES = ("penguins_raw",)  # with text, dates and gaps: for helpers.preparing.read, not for load


@dataclass(frozen=True, eq=False)  # arrays have no single truth to compare by
class Dataset:
    """Rows to cluster, with what is known about them.

    Attributes
    ----------
    name : str
    X : ndarray of float64, shape (n_samples, n_features)
    feature_names, units : tuple of str, length n_features
    target : ndarray of int, shape (n_samples,), or None
        True group of each row, -1 for a row that belongs to none; None if no truth is known.
    target_names : tuple of str
        Name of group 0, 1, ...; empty if `target` is None.
    card : str
        Source, licence, citation and columns, as Markdown.
    """

    name: str
    X: np.ndarray = field(repr=False)
    feature_names: tuple
    units: tuple
    target: np.ndarray | None = field(default=None, repr=False)
    target_names: tuple = ()
    card: str = field(default="", repr=False)

    def __repr__(self):
        n, d = self.X.shape
        truth = f"{len(self.target_names)} true groups" if self.target_names else "no truth known"
        columns = ", ".join(self.axis_names)
        return f"{self.name}: {n:,} rows, {d} columns, {truth}\n{_shorten(columns)}"

    @property
    def axis_names(self):
        """Feature names with their units, ready for an axis, e.g. ``age (years)``."""
        return tuple(
            f"{name.replace('_', ' ')} ({unit})" if unit else name.replace("_", " ")
            for name, unit in zip(self.feature_names, self.units, strict=True)
        )


def _shorten(text, width=150):
    return text if len(text) <= width else text[:width].rsplit(", ", 1)[0] + ", ..."


def names():
    """Names that `load` knows, in alphabetical order."""
    return sorted([*CSV, *_SKLEARN, "square"])


def load(name):
    """Load one of the course's data sets.

    Parameters
    ----------
    name : str
        One of `names`.

    Returns
    -------
    Dataset
        A fresh copy: changing it changes nothing else.

    Raises
    ------
    ValueError
        If there is no such data set; the message lists those that exist and the nearest.
    """
    _known(name, names())
    if name == "square":
        X = np.random.RandomState(0).rand(100, 2)  # the same numbers as np.random.seed(0); rand
        return Dataset(name, X, ("x", "y"), ("", ""), card=card(name))
    if name in _SKLEARN:
        return _from_sklearn(name)
    return _from_csv(name)


def load_image(name):
    """Load a photograph that comes with scikit-learn.

    Parameters
    ----------
    name : {"china", "flower"}
        Who took it, and its licence, are in ``card(name)``.

    Returns
    -------
    ndarray of uint8, shape (427, 640, 3)
        Red, green, blue.

    Raises
    ------
    ValueError
        If there is no such image.
    """
    _known(name, _IMAGES)
    return _sklearn.load_sample_image(f"{name}.jpg").copy()


def card(name):
    """Give the card of a data set, an image or a raw table: its section of ``data/README.md``.

    Raises
    ------
    ValueError
        If there is none.
    """
    _known(name, [*names(), *_IMAGES, *_TABLES])
    return _cards()[name]


@cache
def _cards():
    text = (DATA / "README.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (\w+)\n", text, flags=re.MULTILINE)
    return {key: body.strip() for key, body in zip(parts[1::2], parts[2::2], strict=True)}


def _known(name, known):
    if isinstance(name, str) and name in known:
        return
    near = difflib.get_close_matches(str(name).lower(), known, n=1, cutoff=0.0)
    raise ValueError(f"there is no {name!r} here; did you mean {near[0]!r}? There are: {', '.join(sorted(known))}")


def _from_sklearn(name):
    loader, unit = _SKLEARN[name]
    bunch = loader()
    columns = tuple(column.removesuffix(" (cm)") for column in bunch.feature_names)
    return Dataset(
        name,
        np.array(bunch.data, dtype=float),
        columns,
        (unit,) * len(columns),
        np.array(bunch.target, dtype=int),
        tuple(str(group) for group in bunch.target_names),
        card(name),
    )


def _from_csv(name):
    features, truth = CSV[name]
    with open(DATA / f"{name}.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    X = np.array([[float(row[column]) for column in features] for row in rows])
    target, groups = None, ()
    if truth:
        # "none" marks a row that belongs to no group; the others are numbered in the order of the alphabet
        groups = tuple(sorted({row[truth] for row in rows} - {"none"}))
        number = {group: i for i, group in enumerate(groups)} | {"none": -1}
        target = np.array([number[row[truth]] for row in rows])
    return Dataset(name, X, tuple(features), tuple(features.values()), target, groups, card(name))
