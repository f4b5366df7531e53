"""What notebook 08 has learners write, with the usual faults: a text read, repeatable labels, a Resource that is asked."""

import re
from functools import cache

import numpy as np
from flask import Flask, got_request_exception, request
from flask_restful import Api, Resource, abort
from sklearn.cluster import DBSCAN, KMeans
from sklearn.preprocessing import StandardScaler

from helpers import datasets
from helpers.exercises.judging import Exercise, Unreadable, read_only
from helpers.exercises.kinds import Function

NUMBER = r"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"


def _is_radius(eps):
    return 0 < eps < np.inf


def read_eps(text, *, form=NUMBER, matches=re.fullmatch):
    """Read a radius: ASCII digits, a point or none, an exponent or none, above 0 and finite; 0 for everything else.

    Parameters
    ----------
    text : str
    form : str
        Regular expression of what is read.
    matches : callable
        How the text is compared with it.

    Returns
    -------
    float
    """
    eps = float(text) if matches(form, text) else 0.0
    return eps if _is_radius(eps) else 0.0


def by_float(text):
    """Read a radius as float() does, which is too much."""
    try:
        eps = float(text)
    except ValueError:
        return 0.0
    return eps if _is_radius(eps) else 0.0


def texts():
    """Texts that a learner's function has to read or to refuse."""
    read = ["0.3", "2", ".5", "3.", "1e-3", "2E+1", "0.30", "007", "1e2"]
    signs = [
        "",
        "0",
        "0.0",
        "-1",
        "+1",
        " 0.3",
        "0.3 ",
        "0.3\n",
        "0,3",
        "1_0",
        "0x1p3",
        "٣",
        "0.٣",
        "e3",
        ".",
        "1e",
        "three",
    ]
    return [(text,) for text in [*read, *signs, "nan", "inf", "infinity", "1e-999", "1e999"]]


class Reading(Function):
    """A function that reads a text; what it makes of one that it should read otherwise is told with that text."""

    def strange(self, case, returned):
        """Name the text for which no finite number was returned."""
        if returned is None or not np.isfinite(returned):
            return f"for the text {case[0]!r} your function returned {returned}, which is no radius and no refusal; a number is wanted for every text."

    def judge(self, answer):
        """Compare; of a fault that is not known, tell the first text that shows it."""
        status, message = super().judge(answer)
        if message == self.otherwise:
            read = zip(self._cases, self.read(answer), self._right, strict=True)
            text, given = next((case[0], given) for (case, _), given, right in read if given != right)
            message = f"{message} The first that it reads otherwise than it should is {text!r}: it returned {given:g}."
        return status, message


def repeatable(X, k, *, seed=0, n_init=1, canonical=True):
    """Cluster so that the same question has the same answer, clusters numbered as they first appear in the rows.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    k, seed, n_init : int
    canonical : bool
        Whether the clusters are numbered so; if not, as k-means left them.

    Returns
    -------
    ndarray of int, shape (n_samples,)
    """
    labels = KMeans(n_clusters=int(k), n_init=n_init, random_state=seed).fit(X).labels_
    if not canonical:
        return labels
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def looked_up_backwards(X, k):
    """Renumber with the table that goes from the new numbers to the old."""
    labels = repeatable(X, k, canonical=False)
    return np.argsort(np.unique(labels, return_index=True)[1])[labels]


def tables():
    """Rows to be clustered, and k."""
    rng = np.random.default_rng(8)
    return [(rng.random((80, 2)), 8), (rng.normal(size=(60, 3)), 5), (rng.random((30, 1)), 1)]


class Repeatable(Function):
    """A function that must give the same answer when it is asked again."""

    def _call(self, function, case, result):
        first, second = (super(Repeatable, self)._call(function, case, result) for _ in range(2))
        if not result.same(first, second, 0.0):
            raise Unreadable(
                "called twice with the same rows, your function gave two different answers. What decides where k-means starts?"
            )
        return first


@cache
def moons():
    """Rows that exercise 08.4 serves: two moons, scaled."""
    X = StandardScaler().fit_transform(datasets.moons().X)
    read_only(X)
    return X


ASKED = ("eps=0.3", "eps=.1", "eps=5", "eps=3e-1", "", "eps=", "eps=0", "eps=-0.3", "eps=far", "eps=nan", "eps=inf")


def dense(*, accepts=_is_radius, caught=(TypeError, ValueError), missing=None, status=422, plain=True, count=-1):
    """Make a Resource that serves DBSCAN of `moons`; or one with a usual fault.

    Parameters
    ----------
    accepts : callable
        Whether a number may be an eps.
    caught : tuple of exceptions
        What float() may raise, and is answered as a refusal.
    missing : str, optional
        What stands for an eps that is not given.
    status : int
        Of a refusal.
    plain : bool
        Whether labels are plain integers, which JSON can hold.
    count : int
        The label that is counted as noise.

    Returns
    -------
    class
    """

    def get(self):
        try:
            eps = float(request.args.get("eps", missing))
        except caught:
            abort(status, message="give an eps: a number above 0")
        if not accepts(eps):
            abort(status, message="give an eps above 0")
        labels = DBSCAN(eps=eps).fit(moons()).labels_
        return {"labels": labels.tolist() if plain else list(labels), "noise": int((labels == count).sum())}

    return type("Dense", (Resource,), {"get": get})


def _words(error):
    """Tell what an error says, alike for all of NumPy's types that JSON does not know."""
    text = re.sub(r"type (ndarray|u?int\d+|float\d+) ", "type NumPy ", str(error)[:150])
    return f"{type(error).__name__}: {text}"


class Endpoint(Exercise):
    """A Resource that is mounted at ``/dense`` and asked; what counts is each answer's status, labels and noise."""

    wanted = "a class made from Resource, by its name"

    def read(self, answer):
        """Ask the class every question; the answers."""
        if not isinstance(answer, type) or not hasattr(answer, "as_view"):
            raise Unreadable(f"this is of type {type(answer).__name__}; the answer should be {self.wanted}.")
        app = Flask("exercise")
        app.logger.disabled = True  # its tracebacks would bury the verdict
        # a class of its own: Flask-RESTful writes the application into the class
        Api(app).add_resource(type(answer.__name__, (answer,), {}), "/dense")
        client, errors = app.test_client(), [""]
        with got_request_exception.connected_to(lambda sender, exception: errors.append(_words(exception)), app):
            return [self._outcome(client.get(f"/dense?{query}"), errors) for query in ASKED]

    def _outcome(self, response, errors):
        body = response.get_json(silent=True)
        if response.status_code == 500:
            return 500, errors[-1], None
        if response.status_code != 200 or not isinstance(body, dict):
            return response.status_code, None, None
        labels, noise = body.get("labels"), body.get("noise")
        return 200, tuple(labels) if isinstance(labels, list) else labels, noise

    def same(self, given, other, tolerance):
        """Tell whether two endpoints answered alike."""
        return given == other

    def judge(self, answer):
        """Compare; of a fault that is not known, tell the first question that shows it."""
        status, message = super().judge(answer)
        if message == self.otherwise:
            given = self.read(answer)
            i = next(i for i, right in enumerate(self._right) if given[i] != right)
            found = f"status {given[i][0]}"
            if given[i][0] == self._right[i][0]:
                found += (
                    ", but other labels"
                    if given[i][1] != self._right[i][1]
                    else ", the right labels, but another noise"
                )
            elif given[i][0] == 500:
                found += f", since it raised {given[i][1]}"
            message = (
                f"{message} The first that should be answered otherwise is GET /dense?{ASKED[i]}: yours gave {found}."
            )
        return status, message
