"""A table as it is, made fit for clustering: read it (`reading`), look at it (`auditing`), choose (`transforming`).

`reading`, `columns` and `refusing` go without pandas: the endpoint and the streaming engine use them, too.
"""

from importlib import import_module

_ROOMS = {"read": "reading", "TableError": "refusing"}
_ROOMS |= {"Audit": "auditing", "audit": "auditing"}
_ROOMS |= {"complete": "transforming", "describe": "transforming", "prepare": "transforming"}

__all__ = ["Audit", "TableError", "audit", "complete", "describe", "prepare", "read"]


def __getattr__(name):
    """Import what needs pandas only when it is asked for."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
