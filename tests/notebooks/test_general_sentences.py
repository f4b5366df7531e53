"""General sentences of the notebooks, proved on three more seeds or fresh draws than the notebook shows.

Each proof names its sentence, as it stands; so a sentence that is changed asks for its proof again.
"""

import functools
import re

import numpy as np
import pytest
from course import cell_with, code_cells, prose_text

from helpers.exercises.nb11.airports import EARTH, mainland
from helpers.exercises.nb11.nothing import on_sphere, share_in_clusters, uniform_by_area

SEEDS = (1, 2, 3)


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


# 00_start_here


# 01_lloyd_from_scratch


# 02_scipy_vq


# 03_image_codebook


# 04_sklearn_kmeans


# 05_how_many_clusters


# 06_dbscan


# 07_judging_clusterings


# 08_clustering_endpoint


# 09_bigger_data


# 10_published_experiments


# 11_capstone


@says(
    "11_capstone",
    "The blobs score higher; against uniform sets alone, they too would pass",
    "The penguins are above all of both kinds",
    "Four rules of one family say 2. BIC, which believes in ellipses, says 3.",
    "2, 3 and 5 pass; 4 does not.",
)
def test_penguins_are_something_and_three_types_come_again(seed):
    names = ran("11_capstone", "11-s6-stability", random_state=seed)
    uniform, blobs = names["nothing"].values()
    assert np.mean(blobs) > np.mean(uniform)
    assert max(blobs.max(), uniform.max()) < names["measured"]
    assert list(names["chosen"].values())[:5] == [2, 2, 2, 2, 3]
    assert names["passed"] == [2, 3, 5]


@says(
    "11_capstone",
    "Beside a uniform set, the airports crowd at each of them.",
    "no more of them are in clusters than in the moved sets",
    "With seven at 35 km, more are in clusters than in all 19.",
)
def test_airports_crowd_and_whether_beyond_their_regions_depends_on_the_setting(seed):
    names = {"np": np, "RADIUS": EARTH, "answer": None, "check": lambda *given: None}
    exec(cell_with("11-ex2-try").source, names)
    rng = np.random.default_rng(seed)
    uniform = uniform_by_area(mainland(), rng)
    moved = [names["moved"](mainland(), rng) for _ in range(19)]
    for setting, closer in {(25, 4): False, (30, 5): False, (35, 7): True}.items():
        share, even, *near = (
            share_in_clusters(on_sphere(places), *setting) for places in (mainland(), uniform, *moved)
        )
        assert share > 2 * even
        assert (share > max(near)) == closer
