"""What the exercises of notebook 12 are about: a shop's file, four clusterings, four tables."""

from functools import cache

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from helpers import datasets
from helpers.exercises.judging import read_only

SHOPS = (101, 102, 204, 305, 306)


@cache
def _orders():
    rng = np.random.default_rng(12)
    n = 300
    basket = rng.lognormal(3.4, 0.5, n).round(2)
    return pd.DataFrame(
        {
            "customer_no": rng.choice(np.arange(1_000_000, 10_000_000), n, replace=False),
            "basket_eur": basket,
            "basket_cent": (100 * basket).round().astype(int),
            "visits": rng.poisson(5, n) + 1,
            "shop_code": rng.choice(SHOPS, n),
            "returned": rng.beta(1.5, 20, n).round(3),
        }
    )


def orders():
    """Draw a shop's file, one row a customer, of which three columns are features and one of them is there twice.

    Returns
    -------
    pandas.DataFrame of shape (300, 6)
        A fresh copy.
    """
    return _orders().copy()


@cache
def four_panels():
    """Cluster 400 customers four times by age, income and something else.

    Returns
    -------
    points : ndarray of shape (400, 2)
        Age and income.
    panels : dict
        Letter: ndarray of int, shape (400,), in the order of the alphabet. A: five copies of age; B: a category that is
        not drawn; C: one income far out, not shown; D: nothing else.
    """
    points = datasets.draw_customers(400, random_state=4).X
    both = np.column_stack([points[:, 0], np.log10(points[:, 1])])
    shop = np.random.default_rng(4).integers(0, 3, len(points))
    ones = StandardScaler().fit_transform(np.eye(3)[shop])
    far = points.copy()
    far[np.argmax(points[:, 1]), 1] *= 30
    tables = {
        "A": both[:, [0, 0, 0, 0, 0, 0, 1]],
        "B": np.column_stack([StandardScaler().fit_transform(both), 3 * ones]),
        "C": far,
        "D": both,
    }
    panels = {}
    for letter, table in tables.items():
        ready = table if letter == "B" else StandardScaler().fit_transform(table)
        panels[letter] = KMeans(3, n_init=10, random_state=0).fit_predict(ready)
    read_only(points, *panels.values())
    return points, panels


@cache
def _tables():
    rng = np.random.default_rng(7)
    mixed = np.array([[1, 0.8, 0.5], [0, 0.7, 0.6], [0, 0, 0.6]])
    blob = rng.normal(size=(300, 3)) @ mixed + [50, 20, 8]
    customer = np.repeat(np.arange(30), 10)
    homes = rng.uniform(0, 10, (30, 3))
    middles = np.array([[0, 0, 0], [4, 4, 0], [0, 4, 4.0]])
    groups = middles[rng.integers(0, 3, 300)] + rng.normal(0, 1, (300, 3)) + [20, 30, 40]
    far = rng.normal(9, 1, (300, 3))
    far[[40, 211]] *= [30, 25, 28]
    names = ["length", "width", "weight"]
    tables = {
        "A": pd.DataFrame(blob, columns=names),
        "B": pd.DataFrame(homes[customer] + rng.normal(0, 0.2, (300, 3)), columns=names),
        "C": pd.DataFrame(groups, columns=names),
        "D": pd.DataFrame(far, columns=names),
    }
    tables["B"].insert(0, "customer", customer)
    return {letter: table.round(2) for letter, table in tables.items()}


def four_tables():
    """Draw four tables of 300 rows: one blob; visits of thirty customers; three groups; one blob and two far rows.

    Returns
    -------
    dict
        Letter: pandas.DataFrame, a fresh copy.
    """
    return {letter: table.copy() for letter, table in _tables().items()}
