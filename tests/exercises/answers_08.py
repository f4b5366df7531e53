"""Answers to the exercises of notebook 08."""

import re
from decimal import Decimal

import flask
import numpy as np
import pandas as pd
from answering import right, wrong
from flask import jsonify, request
from flask_restful import Resource, abort
from sklearn.cluster import DBSCAN, KMeans

from helpers.exercises.nb08 import moons

NUMBER = r"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"


def _as_matched(form, *, flags=0, matches=re.fullmatch):
    """Read what a regular expression matches."""

    def read_eps(text):
        if not matches(form, text, flags):
            return 0
        eps = float(text)
        return eps if 0 < eps < np.inf else 0

    return read_eps


def _by_characters(text):
    """Allow only characters that a number is made of, and leave the rest to float."""
    try:
        eps = float(text) if set(text) <= set("0123456789.eE+-") and text[:1] != "+" else 0
    except ValueError:
        return 0
    return eps if 0 < eps < np.inf else 0


def _plus_too(text):
    """As above, without a thought of the sign."""
    return _by_characters(text.removeprefix("+"))


def _by_isdigit(text):
    return float(text) if text.replace(".", "", 1).isdigit() else 0


def _none_for_refused(text):
    return _by_characters(text) or None


def _plain(text):
    """Forget that a number can be too large to be finite."""
    return float(text) if re.fullmatch(NUMBER, text) else 0


PAIRS = [[200, 1], [304, 0], [200, 1], [422, 0], [409, 0], [405, 0], [200, 0]]


def _pairs(*changes):
    """Change some of the pairs: (line, pair)."""
    pairs = [list(pair) for pair in PAIRS]
    for line, pair in changes:
        pairs[line - 1] = pair
    return pairs


def _fit(X, k, **options):
    return KMeans(**{"n_clusters": k, "n_init": 1, "random_state": 0} | options).fit(X).labels_


def _by_dict(labels):
    numbers = {}
    return [numbers.setdefault(label, len(numbers)) for label in labels]


def _by_ranks(labels):
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return first.argsort().argsort()[inverse]


def _old_for_new(X, k):
    """Look the old numbers up in the table that goes the other way."""
    labels = _fit(X, k)
    _, first = np.unique(labels, return_index=True)
    return np.argsort(first)[labels]


def _by_size(X, k):
    labels = _fit(X, k)
    return np.argsort(np.argsort(-np.bincount(labels)))[labels]


def _first_is_zero(X, k):
    """Swap the cluster of row 0 with cluster 0, and leave the others."""
    labels = _fit(X, k)
    return np.where(labels == labels[0], 0, np.where(labels == 0, labels[0], labels))


def _dense(read, answer):
    """Make a Resource of a function that reads eps, and one that makes the answer of the labels."""

    class Dense(Resource):
        def get(self):
            return answer(DBSCAN(eps=read()).fit(moons()).labels_)

    return Dense


def _refusing(refuse=lambda: abort(422, message="no")):
    def read():
        try:
            eps = float(request.args["eps"])
        except (KeyError, ValueError):  # a missing key is a KeyError, and of Werkzeug
            refuse()
        return eps if 0 < eps < np.inf else refuse()

    return read


def _above_zero():
    """Read eps and refuse what is not above 0, which infinity is."""
    eps = request.args.get("eps", "", type=float)
    return eps if isinstance(eps, float) and eps > 0 else abort(422)


def _said(labels):
    return {"labels": labels.tolist(), "noise": int(np.sum(labels == -1))}


ANSWERS = {
    "08.1": [
        right("split into characters", lambda: _by_characters),
        right("spelt the groups otherwise", lambda: _as_matched(r"(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?", flags=re.A | re.I)),
        right("a decimal", lambda: lambda text: Decimal(repr(_by_characters(text)))),
        right("an array of one", lambda: lambda text: np.array([_by_characters(text)])),
        wrong("takes +1", lambda: _plus_too, "'+1': it returned 1"),
        wrong("no signed exponent", lambda: _as_matched(NUMBER.replace("[+-]?", "")), "'1e-3': it returned 0"),
        wrong("no large E", lambda: _as_matched(NUMBER.replace("[eE]", "e")), "'2E+1': it returned 0"),
        wrong("isdigit", lambda: _by_isdigit, "'1e-3': it returned 0", never=("exponents",)),
        wrong("any scripts, by \\d", lambda: _as_matched(NUMBER.replace("[0-9]", r"\d")), "other scripts"),
        wrong("no end", lambda: _as_matched(NUMBER, matches=re.match), "could not convert"),
        wrong("the stub", lambda: float, "ValueError"),
        wrong("not finite", lambda: _plain, "'1e999'", "inf"),
        wrong(
            "None for what is refused", lambda: _none_for_refused, "'' your function returned None", "for every text"
        ),
        wrong("the number back as text", lambda: lambda text: text, "number"),
        wrong("called", lambda: _by_characters("0.3"), "hand in the function itself"),
    ],
    "08.2": [
        right("an array", lambda: np.array(PAIRS)),
        right("a data frame", lambda: pd.DataFrame(PAIRS, columns=["status", "fits"])),
        right("floats in tuples", lambda: tuple((float(status), fits) for status, fits in PAIRS)),
        wrong("a fit for each 200", lambda: _pairs((7, [200, 1])), "asked before"),
        wrong("a fit for the 304 as well", lambda: _pairs((2, [304, 1]), (7, [200, 1])), "in whatever order"),
        wrong("other words, other ETag", lambda: _pairs((2, [200, 1])), "not yet", never=("the codes are right",)),
        wrong("200 for a copy", lambda: _pairs((2, [200, 0])), "ETag of its copy"),
        wrong("any ETag will do", lambda: _pairs((3, [304, 0])), "another question"),
        wrong("409 for both", lambda: _pairs((4, [409, 0])), "breaks a rule"),
        wrong("422 for both", lambda: _pairs((5, [422, 0])), "within the rules"),
        wrong("the two swapped", lambda: _pairs((4, [409, 0]), (5, [422, 0])), "wrong way round"),
        wrong("k before the method", lambda: _pairs((6, [422, 0])), "method that its path does not know"),
        wrong("404 for DELETE", lambda: _pairs((6, [404, 0])), "not for this method"),
        wrong("the text's own seven", lambda: [[s, s == 200] for s in (200, 304, 422, 409, 404, 405, 405)], "not yet"),
        wrong("codes alone", lambda: [status for status, _ in PAIRS], "shape (7,)"),
        wrong("one line too few", lambda: PAIRS[:-1], "shape (6, 2)"),
    ],
    "08.3": [
        right("a dictionary and a list", lambda: lambda X, k: _by_dict(_fit(X, k))),
        right("pandas' factorize", lambda: lambda X, k: pd.factorize(_fit(X, k))[0]),
        right(
            "fit_predict and ranks", lambda: lambda X, k: _by_ranks(KMeans(k, n_init=1, random_state=0).fit_predict(X))
        ),
        right(
            "a generator of its own", lambda: lambda X, k: _by_dict(_fit(X, k, random_state=np.random.RandomState(0)))
        ),
        wrong("the stub", lambda: lambda X, k: KMeans(n_clusters=k).fit(X).labels_, "two different answers"),
        wrong(
            "numbered, not seeded", lambda: lambda X, k: _by_ranks(KMeans(k, n_init=1).fit(X).labels_), "two different"
        ),
        wrong("seeded, not numbered", lambda: _fit, "happened to give"),
        wrong(
            "seed 1", lambda: lambda X, k: _by_ranks(_fit(X, k, random_state=1)), "not yet", never=("n_init", "sorted")
        ),
        wrong("ten starts", lambda: lambda X, k: _by_ranks(_fit(X, k, n_init=10)), "several times"),
        wrong("the table the wrong way", lambda: _old_for_new, "which old number each new one had"),
        wrong("by size", lambda: _by_size, "not yet"),
        wrong("row 0 only", lambda: _first_is_zero, "not yet"),
        wrong("from 1 on", lambda: lambda X, k: _by_ranks(_fit(X, k)) + 1, "with which one do they begin"),
        wrong("sorted", lambda: lambda X, k: np.sort(_fit(X, k)), "sorted"),
        wrong("the names of the numbers", lambda: lambda X, k: np.unique(_fit(X, k), return_index=True)[1], "shape"),
        wrong("called", lambda: _fit(moons(), 3), "hand in the function itself"),
    ],
    "08.4": [
        right("jsonify, and a pair", lambda: _dense(_refusing(), lambda labels: jsonify(_said(labels)))),
        right("Flask's abort", lambda: _dense(_refusing(lambda: flask.abort(422)), _said)),
        right("a name more", lambda: _dense(_refusing(), lambda labels: _said(labels) | {"eps": 1})),
        right("floats", lambda: _dense(_refusing(), lambda labels: _said(labels.astype(float)))),
        wrong(
            "noise of NumPy",
            lambda: _dense(_refusing(), lambda labels: _said(labels) | {"noise": (labels == -1).sum()}),
            "none of NumPy's types",
            never=("a list of them",),
        ),
        wrong(
            "labels of NumPy",
            lambda: _dense(_refusing(), lambda labels: {"labels": labels, "noise": 0}),
            "none of NumPy's types",
        ),
        wrong(
            "a name misspelt",
            lambda: _dense(_refusing(), lambda labels: labels.to_list()),
            "AttributeError",
            "eps=0.3",
            never=("JSON",),
        ),
        wrong(
            "no noise",
            lambda: _dense(_refusing(), lambda labels: {"labels": labels.tolist()}),
            "the right labels, but another noise",
        ),
        wrong(
            "noise as a share",
            lambda: _dense(_refusing(), lambda labels: _said(labels) | {"noise": (labels == -1).mean()}),
            "the right labels, but another noise",
        ),
        wrong(
            "the stub", lambda: _dense(lambda: float(request.args["eps"]), lambda labels: {"labels": labels}), "eps=0.3"
        ),
        wrong("nothing refused", lambda: _dense(lambda: float(request.args["eps"]), _said), "not yet"),
        wrong("400 for all", lambda: _dense(_refusing(lambda: abort(400)), _said), "another code"),
        wrong("infinity passes", lambda: _dense(_above_zero, _said), "infinity", never=("one cluster of everything",)),
        wrong(
            "a set",
            lambda: _dense(_refusing(), lambda labels: {"labels": set(labels.tolist())}),
            "type set",
            never=("NumPy",),
        ),
        wrong("an object", lambda: _dense(_refusing(), _said)(), "by its name"),
        wrong("get itself", lambda: _dense(_refusing(), _said).get, "by its name"),
    ],
}
