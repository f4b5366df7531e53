"""Check the answers to the course's exercises: right, not yet, or which misconception; and keep guesses.

``check("02.1", answer)`` never raises: whatever the answer is, it gives a sentence; and where the exercise was
answered wrong before, what helps further.
"""

import sys
import textwrap
from dataclasses import dataclass

from helpers import recording
from helpers.exercises import climbing, nb00, nb01, nb02, nb03, nb04, nb05, nb06, nb07, nb08, nb09, nb10, nb11, nb12
from helpers.exercises.guessing import predict, predictions, reveal
from helpers.exercises.judging import Unreadable

__all__ = ["EXERCISES", "Verdict", "check", "numbers", "predict", "predictions", "reveal"]

MODULES = (nb00, nb01, nb02, nb03, nb04, nb05, nb06, nb07, nb08, nb09, nb10, nb11, nb12)
EXERCISES = {number: exercise for module in MODULES for number, exercise in module.EXERCISES.items()}

_SIGNS = {"right": "✓", "wrong": "✗", "unanswered": "…"}
_PLAIN = str.maketrans({"✓": "+", "✗": "x", "…": "?", "\N{MINUS SIGN}": "-"})  # for terminals that lack these signs


@dataclass(frozen=True)
class Verdict:
    """What `check` says; it shows itself as a cell's last expression.

    Attributes
    ----------
    number : str
    status : {"right", "wrong", "unanswered"}
    message : str
        A sentence or two for the learner, about the answer.
    mistake : str or None
        Short name of a known mistake; "digits", "unreadable" or "other" for what is wrong otherwise.
    further : str
        From the second wrong answer on: what to read again, and then what to try.
    linked : str
        The same as Markdown, with a link to what to read.
    """

    number: str
    status: str
    message: str
    mistake: str | None = None
    further: str = ""
    linked: str = ""

    def __repr__(self):
        said = f"{_SIGNS[self.status]} {self.number}  {self.message}", f"  {self.further}"
        return "\n".join(textwrap.fill(text, width=92, subsequent_indent="  ") for text in said if text.strip())

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Show the text, with a link where there is one, and tell programs that read the notebook what it says."""
        shown = {"text/plain": repr(self)}
        if self.linked:
            said = climbing.plain(f"{_SIGNS[self.status]} {self.number} {self.message}")
            shown["text/markdown"] = f"{said}\n\n{self.linked}"
        told = {"exercise": self.number, "status": self.status, "mistake": self.mistake}
        return shown, {"clustering": told}

    def __str__(self):
        """Write the verdict with what the terminal can print: not all have signs beyond their code page."""
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        try:
            repr(self).encode(encoding)
        except UnicodeEncodeError:
            return repr(self).translate(_PLAIN).encode(encoding, "replace").decode(encoding)
        return repr(self)


def numbers():
    """Numbers of the exercises that exist, e.g. ``"02.1"``, in order."""
    return sorted(EXERCISES)


def check(number, answer):
    """Judge an answer, and count it if it is wrong.

    Parameters
    ----------
    number : str
        The exercise, e.g. ``"02.1"``.
    answer : object
        Anything at all. ``...`` counts as not answered yet.

    Returns
    -------
    Verdict
    """
    if type(number) is not str or number not in EXERCISES:
        return Verdict("??", "unanswered", f"there is no such exercise; there are {', '.join(numbers())}.")
    if answer is ...:
        return Verdict(number, "unanswered", "not answered yet: put your answer in place of the three dots.")
    exercise = EXERCISES[number]
    try:
        status, message = exercise.judge(answer)
        mistake = None if status == "right" else exercise.name_of(message)
    except Unreadable as reason:
        status, message, mistake = "wrong", str(reason), "unreadable"
    except KeyboardInterrupt:
        raise
    except BaseException:  # an answer's own methods may raise anything, SystemExit included
        status, message = "wrong", f"this could not be read as an answer; it should be {exercise.wanted}."
        mistake = "unreadable"
    recording.keep(exercise=number, status=status, mistake=mistake)
    wrong = climbing.count(number, status)
    return Verdict(number, status, message, mistake, *climbing.climb(number, wrong))
