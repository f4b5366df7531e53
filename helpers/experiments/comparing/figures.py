"""From rows, one per trial, to the figures that a paper prints."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Figure:
    """One number that is reported, and what it is made of.

    Attributes
    ----------
    key : tuple
        What was measured, and the setting.
    summary : str
        As in `Measure`.
    units : dict
        What counts as one independent observation: the figure of each data set, or of each trial.
    value : float
        Their mean; for "count" their sum.
    """

    key: tuple
    summary: str
    units: dict

    @property
    def name(self):
        """The key in words."""
        return ", ".join(map(str, self.key))

    @property
    def values(self):
        """The units' values; ndarray of float."""
        return np.array(list(self.units.values()), dtype=float)

    @property
    def value(self):
        """The number."""
        return float(self.values.sum() if self.summary == "count" else self.values.mean())


def figures(measures, rows):
    """Compute the figures of a run.

    Parameters
    ----------
    measures : sequence of Measure
    rows : list of dict

    Returns
    -------
    dict of tuple to Figure
    """
    found = {}
    for measure in measures:
        groups = {}
        for row in rows:
            units = groups.setdefault((measure.column, *(row[column] for column in measure.by)), {})
            units.setdefault(row.get("dataset", row.get("trial")), []).append(row[measure.column])
        average = np.median if measure.summary == "median" else np.mean
        for key, units in groups.items():
            found[key] = Figure(key, measure.summary, {unit: float(average(v)) for unit, v in units.items()})
    return found
