"""Scores that scikit-learn lacks: of how many groups there are, and of how dense the rows lie."""

from helpers.scores.density import EpsSweep, count_neighbors, dbscan_bytes, eps_sweep, fit_dbscan, k_distances, knee
from helpers.scores.groups import KINDS, REFERENCES, Gap, gap_statistic, null_scores, reference_sets, stability
from helpers.scores.suggesting import EpsSuggestion, suggest_eps

__all__ = [
    "KINDS",
    "REFERENCES",
    "EpsSuggestion",
    "EpsSweep",
    "Gap",
    "count_neighbors",
    "dbscan_bytes",
    "eps_sweep",
    "fit_dbscan",
    "gap_statistic",
    "k_distances",
    "knee",
    "null_scores",
    "reference_sets",
    "stability",
    "suggest_eps",
]
