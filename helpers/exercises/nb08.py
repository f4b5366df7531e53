"""Exercises of notebook 08, the clustering endpoint."""

import re
from functools import cache

import numpy as np
from flask import Flask, request
from flask_restful import Api, Resource, abort
from sklearn.cluster import DBSCAN, KMeans
from sklearn.preprocessing import StandardScaler

from helpers import datasets
from helpers.exercises.judging import Exercise, Mistake, Unreadable, read_only
from helpers.exercises.kinds import Function, Table

# what is sent, in this order, to a server that was just started: status, fits that it costs
EXCHANGES = (
    ("GET /clustering?k=3", 200, 1),
    ("GET /clustering?k=3", 200, 0),
    ("GET /clustering?k=3   If-None-Match: (its ETag)", 304, 0),
    ("GET /clustering?k=5_0", 422, 0),
    ("GET /clustering?k=101&dataset=square", 409, 0),
    ("GET /cluster?k=3", 404, 0),
    ("DELETE /clustering?k=3", 405, 0),
)
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


def _by_float(text):
    try:
        eps = float(text)
    except ValueError:
        return 0.0
    return eps if _is_radius(eps) else 0.0


def _texts():
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
    """A function that reads a text; a result that is no finite number is told with the text that it was made from."""

    def _call(self, function, case, result):
        try:
            returned = function(*case)
            strange = not np.isfinite(returned)
        except Exception:  # told in the words that all functions' errors have
            strange = False
        if strange:
            raise Unreadable(
                f"for the text {case[0]!r} your function returned {returned}, which is no radius: refuse it."
            )
        return super()._call(function, case, result)


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


def _tables():
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
        client = app.test_client()
        return [self._outcome(client.get(f"/dense?{query}")) for query in ASKED]

    def _outcome(self, response):
        body = response.get_json(silent=True)
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
            found = f"status {given[i][0]}" + (
                ", and other labels or noise" if given[i][0] == self._right[i][0] else ""
            )
            message = (
                f"{message} The first that should be answered otherwise is GET /dense?{ASKED[i]}: yours gave {found}."
            )
        return status, message


EXERCISES = {
    "08.1": Reading(
        lambda: read_eps,
        [
            Mistake(
                lambda: _by_float,
                "float() reads more than numbers that one writes down: blanks, signs, underscores, the digits of other scripts. Which of these did you want?",
            ),
            Mistake(
                lambda: lambda text: read_eps(text, form=NUMBER.replace("[0-9]", r"\d")),
                r"nearly: \d also stands for the digits of other scripts.",
            ),
            Mistake(
                lambda: lambda text: read_eps(text, form=r"[0-9]+\.?[0-9]*|\.[0-9]+"),
                "yours does not know exponents, as in 1e-3. Python itself writes small numbers so.",
            ),
            Mistake(
                lambda: lambda text: read_eps(text, form=r"[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?"),
                "yours wants digits on both sides of the point. '.5' and '3.' are numbers, too.",
            ),
            Mistake(
                lambda: lambda text: read_eps(text, form=f"^({NUMBER})$", matches=re.match),
                "nearly: a dollar sign also matches before a line break at the end of the text.",
            ),
        ],
        cases=_texts,
        aside="One number is wanted, 0 for a text that is refused.",
        tolerance=0,
        praise="right. What is not plainly a number above 0 gets no fit.",
        otherwise="not yet. Try your function on '0.3', '.5', '1e-3', '1_0', ' 0.3', '٣', 'nan', '1e999' and '', and look at each result.",
    ),
    "08.2": Table(
        lambda: np.array([[status, fits] for _, status, fits in EXCHANGES]),
        [
            Mistake(
                lambda: np.array([[status, int(status == 200)] for _, status, _ in EXCHANGES]),
                "the codes are right. But a question that was asked before is not computed again.",
            ),
            Mistake(
                lambda: np.array([[200 if status == 304 else status, fits] for _, status, fits in EXCHANGES]),
                "a client that names the ETag of its copy asks only whether that is still right. Which code says that it is?",
            ),
            Mistake(
                lambda: np.array([[{409: 422, 422: 409}.get(s, s), fits] for _, s, fits in EXCHANGES]),
                "two are the wrong way round: one code is for what breaks the rules in any case, the other for what these data do not allow.",
            ),
            Mistake(
                lambda: np.array([[422 if s == 409 else s, fits] for _, s, fits in EXCHANGES]),
                "one k is within the rules, and still impossible with these rows. That has a code of its own.",
            ),
            Mistake(
                lambda: np.array([[404 if s == 405 else s, fits] for _, s, fits in EXCHANGES]),
                "a path that exists, but not for this method, has a code of its own.",
            ),
            Mistake(
                lambda: np.array([[400 if s in (422, 409) else s, fits] for _, s, fits in EXCHANGES]),
                "400 would be true, and say little. This service has two finer codes: one for a broken rule, one for what these data do not allow.",
            ),
            Mistake(
                lambda: np.array([[500 if s in (422, 409) else s, fits] for _, s, fits in EXCHANGES]),
                "500 is a fault of the server. Who is at fault here?",
            ),
        ],
        tolerance=0,
        praise="right. What is refused costs nothing, and neither does what was asked before.",
        otherwise="not yet. Go through the lines one by one: does the path exist, does it know the method, are the parameters of the right form, do the data allow it, was it asked before?",
    ),
    "08.3": Repeatable(
        lambda: repeatable,
        [
            Mistake(
                lambda: lambda X, k: repeatable(X, k, canonical=False),
                "the same every time now. But the numbers of the clusters are still those that k-means happened to give.",
            ),
            Mistake(
                lambda: lambda X, k: repeatable(X, k, n_init=10),
                "repeatable, but yours starts several times and keeps the best: another answer than one start gives.",
            ),
            Mistake(
                lambda: lambda X, k: repeatable(X, k, seed=42),
                "repeatable, but from another seed than was asked for.",
            ),
            Mistake(
                lambda: lambda X, k: np.sort(repeatable(X, k)),
                "these labels are sorted: they no longer belong to their rows.",
            ),
            Mistake(
                lambda: lambda X, k: k - 1 - repeatable(X, k, canonical=True),
                "the numbers run the wrong way: row 0 belongs to cluster 0.",
            ),
        ],
        cases=_tables,
        aside="One label for each row is wanted.",
        tolerance=0,
        praise="right. Two clients that ask the same can now compare their answers.",
        otherwise="not yet. Fix the start (seed 0, one start), then number the clusters in the order in which they first appear: row 0 is in cluster 0.",
    ),
    "08.4": Endpoint(
        lambda: dense(),
        [
            Mistake(
                lambda: dense(accepts=lambda eps: not eps <= 0),
                "two texts that float() reads without complaint are no radius. Compare each of them with 0.",
            ),
            Mistake(
                lambda: dense(accepts=lambda eps: eps > 0),
                "infinity is above 0, too. DBSCAN with such a radius is one cluster of everything.",
            ),
            Mistake(
                lambda: dense(accepts=lambda eps: True),
                "the text is checked, the number is not: what of 0, and below?",
            ),
            Mistake(
                lambda: dense(caught=ValueError),
                "a request without any eps ends in a fault of your server. What does float() say to None?",
            ),
            Mistake(
                lambda: dense(missing="0.5"),
                "an eps that nobody named is a guess about somebody's units. Refuse what does not say it.",
            ),
            Mistake(
                lambda: dense(status=400),
                "refused, as it should be, but with another code than the one that the exercise names.",
            ),
            Mistake(
                lambda: dense(plain=False),
                "JSON knows no NumPy integers: a list of them cannot be sent.",
            ),
            Mistake(
                lambda: dense(count=0),
                "the labels are right. But you counted a cluster as noise.",
            ),
        ],
        praise="right. DBSCAN is served, and nan is no radius.",
        otherwise="not yet, though there may be little left to do.",
    ),
}
