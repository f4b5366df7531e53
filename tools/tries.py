"""What records say of a learner: tries up to the first right one, and first guesses, without what no page may hold."""

import re
from dataclasses import dataclass, field

LONGEST = 300  # characters of a guess or a mistake's name
# no page may hold these
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


@dataclass
class Tried:
    """What a learner did at an exercise.

    Attributes
    ----------
    first : bool or None
        Whether the first try was right; None if that is not known, as from a notebook.
    right : bool
        Whether it was right in the end.
    mistakes : list of str
        One for each try before it was right.
    """

    first: bool | None
    right: bool = False
    mistakes: list = field(default_factory=list)


@dataclass
class Learner:
    """One learner, without a name.

    Attributes
    ----------
    tried : dict
        Of numbers of exercises and Tried.
    guessed : dict
        Of numbers of predictions, and the first guess with what came.
    """

    tried: dict = field(default_factory=dict)
    guessed: dict = field(default_factory=dict)

    def add(self, line, *, in_order=True):
        """Add what a line of a record says; tries after the first right one are play."""
        if "prediction" in line:
            self.guessed.setdefault(line["prediction"], (_clean(line["guess"]), _clean(line.get("came") or "")))
            return
        number, right = line["exercise"], line["status"] == "right"
        tried = self.tried.setdefault(number, Tried(right if in_order else None))
        if not tried.right:
            tried.right = right
            if not right:
                mistake = line.get("mistake")
                tried.mistakes.append((_clean(mistake) if isinstance(mistake, str) else "") or "other")


def is_of_the_course(line, numbers):
    """Tell whether a line says what `check` or `reveal` would say, of exercises of these numbers."""
    if "exercise" in line:
        number, status = line["exercise"], line.get("status")
        return isinstance(number, str) and number in numbers and status in ("right", "wrong")
    number, guess = line.get("prediction"), line.get("guess")
    is_number = isinstance(number, str) and re.fullmatch(r"[0-9]{2}\.[a-z]", number)
    return bool(is_number) and isinstance(guess, str) and isinstance(line.get("came"), str | None)


def _clean(text):
    return UNSEEN.sub("", text[:LONGEST]).strip()
