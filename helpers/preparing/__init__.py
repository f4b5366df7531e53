"""A table as it is, made fit for clustering: auditing says what each column is, transforming does what was chosen.

Names are handed on when they are asked for: what reads tables for the endpoint and for streaming goes without pandas.
"""

from importlib import import_module

_ROOMS = {
    "audit": "auditing",
    "prepare": "transforming",
    "complete": "transforming",
    "describe": "transforming",
    "ChoiceError": "transforming",
}


def __getattr__(name):
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)


def __dir__():
    return sorted([*globals(), *_ROOMS])
