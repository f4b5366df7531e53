"""Exercises of notebook 08, the clustering endpoint."""

import re

import numpy as np

from helpers.exercises.judging import Mistake
from helpers.exercises.kinds import Table
from helpers.exercises.nb08 import endpoints
from helpers.exercises.nb08.endpoints import Endpoint, Reading, Repeatable, moons, repeatable

# what is sent, in this order, to a server that was just started: status, fits that it costs
EXCHANGES = (
    ("GET /clustering?k=3", 200, 1),
    ("GET /clustering?seed=0&k=3   If-None-Match: (ETag of 1)", 304, 0),
    ("GET /clustering?k=4   If-None-Match: (ETag of 1)", 200, 1),
    ("GET /clustering?k=1001&dataset=square", 422, 0),
    ("GET /clustering?k=150&dataset=square", 409, 0),
    ("DELETE /clustering?k=1001", 405, 0),
    ("GET /clustering?n_init=1&k=4", 200, 0),
)

__all__ = ["EXCHANGES", "EXERCISES", "moons", "repeatable"]


def _pairs(instead=None, *, cost=lambda status, fits: fits, third=None):
    """Pairs of status and fits of the exchanges; or with other codes, other costs, another third pair."""
    pairs = [[(instead or {}).get(status, status), int(cost(status, fits))] for _, status, fits in EXCHANGES]
    if third:
        pairs[2] = third
    return np.array(pairs)


EXERCISES = {
    "08.1": Reading(
        lambda: endpoints.read_eps,
        [
            Mistake(
                "float",
                lambda: endpoints.by_float,
                "float() reads more than numbers that one writes down: blanks, signs, underscores, the digits of other scripts. Which of these did you want?",
            ),
            Mistake(
                "digits of other scripts",
                lambda: lambda text: endpoints.read_eps(text, form=endpoints.NUMBER.replace("[0-9]", r"\d")),
                r"nearly: \d also stands for the digits of other scripts.",
            ),
            Mistake(
                "no exponents",
                lambda: lambda text: endpoints.read_eps(text, form=r"[0-9]+\.?[0-9]*|\.[0-9]+"),
                "yours does not know exponents, as in 1e-3. Python itself writes small numbers so.",
            ),
            Mistake(
                "digits on both sides",
                lambda: lambda text: endpoints.read_eps(text, form=r"[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?"),
                "yours wants digits on both sides of the point. '.5' and '3.' are numbers, too.",
            ),
            Mistake(
                "trailing line break",
                lambda: lambda text: endpoints.read_eps(text, form=f"^({endpoints.NUMBER})$", matches=re.match),
                "nearly: a dollar sign also matches before a line break at the end of the text.",
            ),
        ],
        cases=endpoints.texts,
        aside="One number is wanted, 0 for a text that is refused.",
        tolerance=0,
        praise="right. What is not plainly a number above 0 gets no fit.",
        otherwise="not yet. Try your function on '0.3', '.5', '2E+1', '+1', '1_0', ' 0.3', '٣', 'nan', '1e999' and '', and look at each result.",
    ),
    "08.2": Table(
        lambda: _pairs(),
        [
            Mistake(
                "reworded question refitted",
                lambda: _pairs(cost=lambda status, fits: status == 200),
                "the codes are right. But not every answer with labels costs a fit: was one of these asked before, in other words?",
            ),
            Mistake(
                "every known question refitted",
                lambda: _pairs(cost=lambda status, fits: status in (200, 304)),
                "the codes are right. But a question that was asked before is not computed again, in whatever order its parameters stand.",
            ),
            Mistake(
                "ETag overlooked",
                lambda: _pairs({304: 200}),
                "a client that names the ETag of its copy asks only whether that is still right. Which code says that it is?",
            ),
            Mistake(
                "ETag of another answer",
                lambda: _pairs(third=(304, 0)),
                "an ETag marks one answer. One of your clients is told to keep a copy of the answer to another question.",
            ),
            Mistake(
                "refusals swapped",
                lambda: _pairs({409: 422, 422: 409}),
                "two are the wrong way round: one code is for what breaks the rules in any case, the other for what these data do not allow.",
            ),
            Mistake(
                "impossible as broken rule",
                lambda: _pairs({409: 422}),
                "one k is within the rules, and still impossible with these rows. That has a code of its own.",
            ),
            Mistake(
                "broken rule as impossible",
                lambda: _pairs({422: 409}),
                "one k would be refused with any rows at all: it breaks a rule. That has a code of its own.",
            ),
            Mistake(
                "method as missing path",
                lambda: _pairs({405: 404}),
                "a path that exists, but not for this method, has a code of its own.",
            ),
            Mistake(
                "method overlooked",
                lambda: _pairs({405: 422}),
                "one request has a method that its path does not know. What stands behind the question mark is then not read.",
            ),
            Mistake(
                "unspecific refusal",
                lambda: _pairs({422: 400, 409: 400}),
                "400 would be true, and say little. This service has two finer codes: one for a broken rule, one for what these data do not allow.",
            ),
            Mistake(
                "fault of the server",
                lambda: _pairs({422: 500, 409: 500}),
                "500 is a fault of the server. Who is at fault here?",
            ),
        ],
        tolerance=0,
        praise="right. What is refused costs nothing, and neither does what was asked before, in whatever words.",
        otherwise="not yet. Go through the lines one by one: does the path know the method, are the parameters within the rules, do the data allow it, was the same asked before, and of which answer is the ETag?",
    ),
    "08.3": Repeatable(
        lambda: repeatable,
        [
            Mistake(
                "not renumbered",
                lambda: lambda X, k: repeatable(X, k, canonical=False),
                "the same every time now. But the numbers of the clusters are still those that k-means happened to give.",
            ),
            Mistake(
                "several starts",
                lambda: lambda X, k: repeatable(X, k, n_init=10),
                "repeatable, but yours starts several times and keeps the best: another answer than one start gives.",
            ),
            Mistake(
                "another seed",
                lambda: lambda X, k: repeatable(X, k, seed=42),
                "repeatable, but from another seed than was asked for.",
            ),
            Mistake(
                "labels sorted",
                lambda: lambda X, k: np.sort(repeatable(X, k, canonical=False)),
                "these labels are sorted: they no longer belong to their rows.",
            ),
            Mistake(
                "numbered backwards",
                lambda: lambda X, k: k - 1 - repeatable(X, k),
                "the numbers run the wrong way: row 0 belongs to cluster 0.",
            ),
            Mistake(
                "numbered from one",
                lambda: lambda X, k: 1 + repeatable(X, k),
                "in the right order, and each number one too high: with which one do they begin?",
            ),
            Mistake(
                "table the wrong way",
                lambda: endpoints.looked_up_backwards,
                "your table says which old number each new one had. What you have are old numbers: you need the table that goes the other way.",
            ),
        ],
        cases=endpoints.tables,
        aside="One label for each row is wanted.",
        tolerance=0,
        praise="right. Two clients that ask the same can now compare their answers.",
        otherwise="not yet. Fix the start (seed 0, one start), then number the clusters in the order in which they first appear: row 0 is in cluster 0.",
    ),
    "08.4": Endpoint(
        lambda: endpoints.dense(),
        [
            Mistake(
                "nan and infinity accepted",
                lambda: endpoints.dense(accepts=lambda eps: not eps <= 0),
                "two texts that float() reads without complaint are no radius. Compare each of them with 0.",
            ),
            Mistake(
                "infinity accepted",
                lambda: endpoints.dense(accepts=lambda eps: eps > 0),
                "infinity is above 0, too, and DBSCAN does not take it: who names it gets a fault of your server.",
            ),
            Mistake(
                "any number accepted",
                lambda: endpoints.dense(accepts=lambda eps: True),
                "the text is checked, the number is not: what of 0, and below?",
            ),
            Mistake(
                "missing eps not caught",
                lambda: endpoints.dense(caught=ValueError),
                "a request without any eps ends in a fault of your server. What does float() say to None?",
            ),
            Mistake(
                "default for eps",
                lambda: endpoints.dense(missing="0.5"),
                "an eps that nobody named is a guess about somebody's units. Refuse what does not say it.",
            ),
            Mistake(
                "another code",
                lambda: endpoints.dense(status=400),
                "refused, as it should be, but with another code than the one that the exercise names.",
            ),
            Mistake(
                "NumPy's types in JSON",
                lambda: endpoints.dense(plain=False),
                "JSON knows none of NumPy's types, neither its arrays nor its integers. Send Python's own.",
            ),
            Mistake(
                "cluster counted as noise",
                lambda: endpoints.dense(count=0),
                "the labels are right. But you counted a cluster as noise.",
            ),
        ],
        praise="right. DBSCAN is served, and nan is no radius.",
        otherwise="not yet, though there may be little left to do.",
    ),
}
