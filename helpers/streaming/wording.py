"""A sentence in the words of who hears it: what Python calls ``sample=`` is ``--sample`` in a terminal, and so on.

Messages write Python's arguments as in ``k=3``, and as ``columns=[...]`` where they have no value.
"""

import inspect
import re

from helpers.preparing.reading.to_parquet import convert
from helpers.streaming.labelling import assign
from helpers.streaming.lloyd import fit

ARGUMENTS = sorted({name for called in (fit, assign, convert) for name in inspect.signature(called).parameters})
ARGUMENT = re.compile(rf"(?<!\S)({'|'.join(ARGUMENTS)})=(\[\.\.\.\])?")
NAMED = ("columns", "sample", "n_init", "max_passes", "gain", "tol", "random_state", "scale", "scratch", "missing")
FLAGS = {name: f"--{name.replace('_', '-')} " for name in NAMED} | {"k": "k="}
FIELDS = {name: f"{name}=" for name in ("k", "sample", "max_passes", "scale")} | {"random_state": "seed="}


def reword(words, names):
    """Give a message with the `FLAGS` or `FIELDS`; a clause about what cannot be given there is left out."""
    clauses = str(words).split("; ")
    known = [one for one in clauses if all(found[1] in names for found in ARGUMENT.finditer(one))] or clauses
    return ARGUMENT.sub(lambda found: names.get(found[1], f"{found[1]}=")[: -1 if found[2] else None], "; ".join(known))
