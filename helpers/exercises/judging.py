"""What every exercise shares: compare an answer with the truth, then with each known mistake.

Truth and mistakes are given as functions without arguments, so that importing an exercise costs nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property


class Unreadable(Exception):
    """An answer that is not of the kind asked for; its text is the sentence for the learner."""


def read_only(*arrays):
    """Lock arrays that a notebook is given as they are: what a learner does with them must not change the truth."""
    for array in arrays:
        array.setflags(write=False)


@dataclass(frozen=True)
class Mistake:
    """A usual wrong answer.

    Attributes
    ----------
    name : str
        Short and stable: what the learner did, in a few words of small letters, such as 'squared distances'; records
        and class reports call the mistake by it.
    answer : callable
        Returns what a learner with this misconception would hand in.
    hint : str
        What that learner probably did; never the answer itself.
    within : float, optional
        Relative difference within which an answer counts as this one; a tenth of the exercise's tolerance if omitted.
    """

    name: str
    answer: Callable
    hint: str
    within: float | None = None


class Exercise:
    """What all kinds share: compare with the truth, then with each known mistake.

    Parameters
    ----------
    truth : callable
        Returns the right answer.
    mistakes : sequence of Mistake
    praise : str
        Said when the answer is right: what to take from it.
    otherwise : str
        Said when the answer is wrong in no known way.
    tolerance : float
        Relative difference from the truth that still counts as right; 0 for exactly.
    """

    def __init__(self, truth, mistakes, *, praise, otherwise, tolerance=0.0):
        self.truth, self.mistakes, self.praise, self.otherwise = truth, mistakes, praise, otherwise
        self.tolerance = tolerance

    @cached_property
    def _right(self):
        return self.read(self.truth())

    @cached_property
    def _wrong(self):
        # closer than the truth need be: a diagnosis should fit, or not be made
        within = [self.tolerance / 10 if mistake.within is None else mistake.within for mistake in self.mistakes]
        return [
            (self.read(mistake.answer()), mistake.hint, w) for mistake, w in zip(self.mistakes, within, strict=True)
        ]

    @property
    def _too_few_digits(self):
        return f"the digits fit, but they are too few for {self.wanted}. Hand in what was computed."

    def name_of(self, message):
        """Short name of what a message says is wrong; "other" if it is no known mistake."""
        names = {mistake.hint: mistake.name for mistake in self.mistakes}
        return "digits" if message == self._too_few_digits else names.get(message, "other")

    def judge(self, answer):
        """Compare an answer with the truth and the known mistakes.

        Returns
        -------
        status : {"right", "wrong"}
        message : str

        Raises
        ------
        Unreadable
            If the answer is not of the kind asked for.
        """
        if answer is None:
            raise Unreadable(
                f"this is None: if a function made it, does it end with a return? Wanted is {self.wanted}."
            )
        given = self.read(answer)
        if self.same(given, self._right, self.tolerance):
            return "right", self.praise
        for wrong, hint, within in self._wrong:
            if self.same(given, wrong, within):
                return "wrong", hint
        if self.rounded_from(given, self._right):
            return "wrong", self._too_few_digits
        for wrong, hint, _ in self._wrong:
            if self.rounded_from(given, wrong):
                return "wrong", hint
        return "wrong", self.otherwise

    def rounded_from(self, given, other):
        """Tell whether an answer is another one as it is printed, with fewer digits; not for all kinds."""
        return False
