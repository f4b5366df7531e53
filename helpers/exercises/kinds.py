"""The kinds of answers that an exercise may ask for: a number, a letter, a table, a function, a construction."""

import contextlib
import copy
import numbers
import textwrap
from functools import cached_property

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from helpers.exercises.judging import Exercise, Unreadable

TOO_LONG = 100_000  # entries; to turn more of them into an array takes seconds


class Number(Exercise):
    """One finite number, compared within a relative tolerance (0: exactly)."""

    @property
    def wanted(self):
        """What the answer should be, in words."""
        return "one number, compared " + (f"within {100 * self.tolerance:.2g} %" if self.tolerance else "exactly")

    def read(self, answer):
        """Read one finite number as a float."""
        if isinstance(answer, bool | np.bool_):
            raise Unreadable(f"True and False are no number; the answer should be {self.wanted}.")
        if isinstance(answer, str):
            raise Unreadable(f"this is text; give the number itself, without quotes ({self.wanted}).")
        if not isinstance(answer, numbers.Real):
            answer = self._only_entry(answer)
        value = float(answer)
        if not np.isfinite(value):
            raise Unreadable(f"{value} is no answer: somewhere a value was missing or was divided by zero.")
        return value

    def _only_entry(self, answer):
        array = _array(answer)
        if array.dtype.kind not in "iuf":
            raise Unreadable(f"this is of type {_kind(answer)}; the answer should be {self.wanted}.")
        if array.size != 1:
            raise Unreadable(f"this has shape {array.shape}; the answer should be {self.wanted}.")
        return array.item()

    def same(self, given, other, tolerance):
        """Tell whether two numbers agree within the tolerance."""
        return abs(given - other) <= tolerance * abs(other)

    def rounded_from(self, given, other):
        """Tell whether the answer is the other number, rounded to two digits or more."""
        return _is_rounded(given, other) and len(f"{given:.12g}".lstrip("-0.").replace(".", "")) >= 2


class Choice(Exercise):
    """One of some letters, for a question about a picture."""

    def __init__(self, truth, mistakes, *, letters, **words):
        super().__init__(truth, mistakes, **words)
        self.letters = letters
        self.wanted = f"one of the letters {', '.join(letters)}, in quotes"

    def read(self, answer):
        """Read one letter, either case."""
        if not isinstance(answer, str):
            raise Unreadable(f"this is of type {_kind(answer)}; the answer should be {self.wanted}.")
        letter = answer.strip(" \n\t().:'\"").upper()
        if letter not in self.letters:
            raise Unreadable(f"the answer should be {self.wanted}.")
        return letter

    def same(self, given, other, tolerance):
        """Tell whether two letters are the same."""
        return given == other


class Table(Exercise):
    """An array of finite numbers, compared within a share of each column's largest; rows in any order if said."""

    def __init__(self, truth, mistakes, *, any_order=False, **words):
        super().__init__(truth, mistakes, **words)
        self.any_order = any_order

    @cached_property
    def _shape(self):
        return np.shape(self.truth())

    @property
    def wanted(self):
        """What the answer should be, in words."""
        return f"an array of numbers of shape {self._shape}"

    def read(self, answer):
        """Read an array of finite floats of the right shape."""
        array = _array(answer)
        if array.dtype.kind not in "iuf":
            raise Unreadable(f"this is of type {_kind(answer)} and not made of numbers; it should be {self.wanted}.")
        if array.shape != self._shape:
            raise Unreadable(f"this has shape {array.shape}; the answer should be {self.wanted}.")
        if not np.isfinite(array).all():
            raise Unreadable(
                "there are NaN or infinite values in it: something is missing, divided by zero, or the mean of no rows."
            )
        return array.astype(float)

    def same(self, given, other, tolerance):
        """Tell whether two tables agree, column by column."""
        scale = np.abs(other).max(axis=0)
        return bool((np.abs(self._in_order_of(other, given) - other) <= tolerance * scale).all())

    def _in_order_of(self, other, given):
        if not self.any_order:
            return given
        scale = np.abs(other).max(axis=0)
        return given[linear_sum_assignment(cdist(other / scale, given / scale))[1]]

    def rounded_from(self, given, other):
        """Tell whether the table is the other one, rounded to a digit after the point or more."""
        return _is_rounded(self._in_order_of(other, given), other) and not np.array_equal(given, np.round(given))


class Function(Exercise):
    """A function that returns a number or an array; it is called on several inputs, of which it gets copies.

    Parameters
    ----------
    cases : callable
        Returns the inputs, each a tuple of arrays.
    aside : str
        Said when a result is not even of the right kind: what is special about some of the inputs.
    """

    wanted = "a function"

    def __init__(self, truth, mistakes, *, cases, aside="", **words):
        super().__init__(truth, mistakes, **words)
        self.cases, self.aside, self.words = cases, aside, words

    @cached_property
    def _cases(self):
        """Each input with how its result is to be read and compared: as the truth's own."""
        cases = []
        for case in self.cases():
            right = self.truth()(*copy.deepcopy(case))
            kind = Table if np.ndim(right) else Number
            cases.append((case, kind(lambda right=right: right, (), **self.words)))
        return cases

    def read(self, answer):
        """Call the function on each case and collect its results."""
        if not callable(answer):
            raise Unreadable(
                f"this is of type {_kind(answer)}; hand in the function itself, by its name without brackets behind it."
            )
        return [self._call(answer, case, result) for case, result in self._cases]

    def _call(self, function, case, result):
        try:
            returned = function(*copy.deepcopy(case))
        except (Exception, SystemExit) as error:
            text = textwrap.shorten(str(error), 200)
            raise Unreadable(f"your function raised {type(error).__name__} when it was called: {text}") from None
        strange = None
        with contextlib.suppress(Exception):  # what cannot even be looked at is told below
            strange = self.strange(case, returned)
        if strange:
            raise Unreadable(strange)
        if returned is None:
            raise Unreadable("your function returned None: does it end with a return?")
        try:
            return result.read(returned)
        except Unreadable as reason:
            raise Unreadable(f"of what your function returned: {reason} {self.aside}".rstrip()) from None
        except (TypeError, ValueError):
            raise Unreadable(
                f"what your function returned could not be read as {result.wanted}: does it return more than one thing?"
            ) from None

    def strange(self, case, returned):
        """Say what no function should return for a case, in words that name the case; not for all exercises."""

    def same(self, given, other, tolerance):
        """Tell whether two functions gave the same results."""
        return all(result.same(a, b, tolerance) for a, b, (_, result) in zip(given, other, self._cases, strict=True))


class Outcome(Table):
    """An array of which not the numbers count but what comes of them.

    Parameters
    ----------
    outcome : callable
        Maps an array of the right shape to a word.
    """

    def __init__(self, truth, mistakes, *, outcome, **words):
        super().__init__(truth, mistakes, **words)
        self.outcome = outcome

    def read(self, answer):
        """Read an array and find what comes of it."""
        return self.outcome(super().read(answer))

    def same(self, given, other, tolerance):
        """Tell whether two arrays come to the same."""
        return given == other


def _is_rounded(given, other):
    digits = next((n for n in range(7) if np.allclose(np.round(given, n), given, rtol=0, atol=1e-9)), None)
    return digits is not None and np.allclose(np.round(other, digits), given, rtol=0, atol=1e-9)


def _array(answer):
    if np.ma.is_masked(answer):
        raise Unreadable("some of its values are masked: there is no number in these places.")
    if isinstance(answer, list | tuple | range) and len(answer) > TOO_LONG:
        raise Unreadable(f"this has {len(answer):,} entries, far too many for this answer.")
    array = np.asarray(answer)
    if array.dtype == object and all(isinstance(entry, numbers.Number) for entry in array.flat):
        return array.astype(float)  # numbers all the same, as in the values of a mixed data frame
    return array


def _kind(answer):
    return type(answer).__name__
