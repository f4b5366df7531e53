"""The blog post's service, mended only so that it answers: where k is looked for, and data instead of ``[...]``."""

import sys

import numpy as np
from flask import Flask
from flask_restful import Api, Resource, reqparse
from sklearn.cluster import KMeans

app = Flask(__name__)
api = Api(app)

data = np.load(sys.argv[1])


class Clustering(Resource):
    """GET /clustering?k=3."""

    def get(self):
        """Fit, and answer the labels."""
        parser = reqparse.RequestParser()
        parser.add_argument("k", type=int, location="args")
        args = parser.parse_args()
        kmeans = KMeans(n_clusters=args["k"])
        kmeans.fit(data)
        return {"labels": kmeans.labels_.tolist()}


api.add_resource(Clustering, "/clustering")

if __name__ == "__main__":
    app.run(port=int(sys.argv[2]))
