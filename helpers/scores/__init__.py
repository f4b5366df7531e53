"""Scores that scikit-learn lacks: of how many groups there are, of how dense the rows lie, and of what is wanted."""

from helpers.scores.aims import separation_index, size_entropy, widest_gap, within_distance
from helpers.scores.calibrating import calibrate, random_clusterings
from helpers.scores.density import EpsSweep, count_neighbors, dbscan_bytes, eps_sweep, fit_dbscan, k_distances, knee
from helpers.scores.groups import KINDS, REFERENCES, Gap, gap_statistic, null_scores, reference_sets, stability
from helpers.scores.suggesting import EpsSuggestion, suggest_eps
from helpers.scores.validity import clusterwise_jaccard, dbcv

__all__ = [
    "KINDS",
    "REFERENCES",
    "EpsSuggestion",
    "EpsSweep",
    "Gap",
    "calibrate",
    "clusterwise_jaccard",
    "count_neighbors",
    "dbcv",
    "dbscan_bytes",
    "eps_sweep",
    "fit_dbscan",
    "gap_statistic",
    "k_distances",
    "knee",
    "null_scores",
    "random_clusterings",
    "reference_sets",
    "separation_index",
    "size_entropy",
    "stability",
    "suggest_eps",
    "widest_gap",
    "within_distance",
]
