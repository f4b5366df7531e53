"""General sentences of the notebooks, proved on three more seeds or fresh draws than the notebook shows.

Each proof names its sentence, as it stands; so a sentence that is changed asks for its proof again.
"""

import functools

import pytest
from course import prose_text

SEEDS = (1, 2, 3)


def says(notebook, sentence):
    """Mark the proof of a sentence: slow, once for each seed, and held to the notebook's words."""

    def mark(proof):
        @functools.wraps(proof)
        def held(seed):
            assert sentence in " ".join(prose_text(notebook).split())
            proof(seed)

        return pytest.mark.slow(pytest.mark.parametrize("seed", SEEDS)(held))

    return mark


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
