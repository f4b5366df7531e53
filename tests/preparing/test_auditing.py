"""Each kind of column and its traps: what the audit calls and counts it, what it suggests, how it shows itself."""

import numpy as np
import pandas as pd
import pytest

from helpers.datasets.real import DATA
from helpers.preparing import audit

RNG = np.random.default_rng(0)
N = 60
NUMBERS = RNG.normal(50, 10, N).round(3)
DAYS = pd.date_range("2020-01-13", periods=N, freq="7D")


def look(values, name="x"):
    return audit(pd.DataFrame({name: values}))[name]


KINDS = {
    "number": NUMBERS,
    "count": RNG.poisson(3, N),
    "share": RNG.uniform(0.1, 0.9, N),
    "category": RNG.choice(["red", "green", "blue"], N),
    "row number": np.arange(7, 7 + N),
    "id": [f"N{i}A{i % 2}" for i in RNG.permutation(N)],
    "constant": ["same"] * N,
    "empty": [None] * N,
    "date": DAYS,
    "text": [f"the bird number {i} was seen again on the beach" for i in range(N)],
    "number as text": [f"{value} kg" for value in NUMBERS],
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind(kind):
    found = look(KINDS[kind])
    assert found.kind == kind
    assert found.n == N
    left_out = {"number", "count", "share", "number as text"}.isdisjoint({kind})
    assert (found.choice == "leave out") == left_out
    assert found.reason


def test_the_raw_penguins():
    frame = pd.read_csv(DATA / "penguins_raw.csv")
    found = audit(frame)
    assert {column.name: column.kind for column in found} == {
        "studyName": "category",
        "Sample Number": "row number",
        "Species": "category",
        "Region": "constant",
        "Island": "category",
        "Stage": "constant",
        "Individual ID": "id",
        "Clutch Completion": "category",
        "Date Egg": "date",
        "Culmen Length (mm)": "number",
        "Culmen Depth (mm)": "number",
        "Flipper Length (mm)": "number",
        "Body Mass (g)": "number",
        "Sex": "category",
        "Delta 15 N (o/oo)": "number",
        "Delta 13 C (o/oo)": "number",
        "Comments": "text",
    }
    assert [column.missing for column in found] == frame.isna().sum().tolist()
    assert [column.distinct for column in found] == frame.nunique().tolist()
    assert found.rows.incomplete == frame.isna().any(axis=1).sum()
    assert "starts anew 2 times" in found["Sample Number"].reason
    assert "may not be independent" in found["Individual ID"].reason
