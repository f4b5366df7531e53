"""General sentences of the notebooks, proved on three more seeds or fresh draws than the notebook shows.

Each proof names its sentence, as it stands; so a sentence that is changed asks for its proof again.
"""

import functools
import itertools

import numpy as np
import pytest
from course import prose_text
from flask import Flask
from flask_restful import Api, Resource, reqparse
from sklearn.cluster import KMeans

from helpers import datasets
from helpers.service import create_app

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


def _mounted(resource):
    app = Flask("service")
    Api(app).add_resource(resource, "/clustering")
    return app.test_client()


@says("08_clustering_endpoint", "So every plain `GET` fails.")
def test_reqparse_refuses_every_plain_get(seed):
    class Parsing(Resource):
        def get(self):
            parser = reqparse.RequestParser()
            parser.add_argument("k", type=int)
            return parser.parse_args()

    rng = np.random.default_rng(seed)
    client = _mounted(Parsing)
    for k in ["", "three", "-1", *rng.integers(10**6, size=20).tolist()]:
        assert client.get(f"/clustering?k={k}").status_code == 415
    assert client.get("/clustering").status_code == 415


@says("08_clustering_endpoint", "compares today's label numbers with tomorrow's compares nonsense.")
def test_label_numbers_of_unseeded_answers_do_not_agree(seed):
    customers = datasets.load("customers").X
    np.random.seed(seed)  # noqa: NPY002
    answers = [KMeans(n_clusters=8).fit(customers).labels_ for _ in range(5)]
    assert np.mean([np.mean(a == b) for a, b in itertools.combinations(answers, 2)]) < 0.5


@says("08_clustering_endpoint", "No fit for the same question, none for the freshness, none for headers.")
def test_only_a_new_question_costs_a_fit(seed):
    k, other = (int(k) for k in np.random.default_rng(seed).choice(np.arange(2, 15), 2, replace=False))
    app = create_app(workers=1)
    engine, client, path = app.extensions["clustering"], app.test_client(), f"/clustering?k={k}&seed={seed}"
    try:
        first = client.get(path)
        assert engine.fits == 1
        assert client.get(path).data == first.data
        assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
        assert client.head(f"/clustering?k={other}").status_code == 200
        assert engine.fits == 1
        client.get(f"/clustering?k={other}")
        assert engine.fits == 2
    finally:
        engine.close()


# 09_bigger_data


# 10_published_experiments


# 11_capstone
