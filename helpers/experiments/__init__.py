"""Published experiments that anyone can run again, with a record of what made each result, and a comparison.

A recipe (`recipes`, one a paper) says where the data come from, what is done and what the paper prints; `running` does
it, `results` keeps it, `comparing` says where two results differ and whether it matters.
The same from a terminal: ``python -m helpers.experiments``.
"""

from helpers.experiments.comparing import Comparison, compare, compare_with_paper
from helpers.experiments.recipes import names, recipe
from helpers.experiments.results import Result, load
from helpers.experiments.running import run

__all__ = ["Comparison", "Result", "compare", "compare_with_paper", "load", "names", "recipe", "run"]
