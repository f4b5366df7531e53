"""What the tables of answers are made of: an answer, the verdict that it must get, and the words."""

from collections.abc import Callable
from typing import NamedTuple


class Answer(NamedTuple):
    """An answer to an exercise, as a learner might hand it in."""

    what: str  # what the learner did, in a few words: the name of the test
    make: Callable  # without arguments, so that importing a table costs nothing
    status: str
    says: tuple[str, ...]  # words that the verdict must hold
    never: tuple[str, ...]  # words that would be false of this answer


def right(what, make, *says, never=()):
    """Make an answer that is right, in an unusual but fair form."""
    return Answer(what, make, "right", says, never)


def wrong(what, make, *says, never=()):
    """Make an answer that is wrong, and what it must be told."""
    return Answer(what, make, "wrong", says, never)
