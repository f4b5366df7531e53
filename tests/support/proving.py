"""What proofs of the notebooks' general sentences share: the sentence as it stands, three more seeds, the cells run."""

import functools
import re

import pytest
from course import code_cells, prose_text

SEEDS = (1, 2, 3)  # the notebooks show 0


def says(notebook, *sentences):
    """Mark the proof of sentences: slow, once for each seed, and held to the notebook's words."""

    def mark(proof):
        @functools.wraps(proof)
        def held(seed):
            text = " ".join(prose_text(notebook).split())
            assert [sentence for sentence in sentences if sentence not in text] == []
            proof(seed)

        return pytest.mark.slow(pytest.mark.parametrize("seed", SEEDS)(held))

    return mark


def ran(notebook, last, **parameters):
    """Run a notebook's code cells, down to one, with other parameters; return its names."""
    names = {}
    for cell in code_cells(notebook):
        source = cell.source
        if "parameters" in cell.metadata.get("tags", []):
            for name, value in parameters.items():
                source, n = re.subn(rf"(?m)^({name}: \w+ = )[^#\n]*", rf"\g<1>{value} ", source)
                assert n == 1
        exec(source, names)
        if cell.id == last:
            return names
    raise LookupError(last)
