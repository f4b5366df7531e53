"""The kind of exercise that has no one right answer: any is right that has none of the known faults."""

import numpy as np

from helpers.exercises.judging import Exercise, Mistake, Unreadable


class Defended(Exercise):
    """An answer that may be one of many: wrong only if it has a fault.

    Parameters
    ----------
    truth : callable
        Returns one answer that can be defended.
    faults : dict
        Name of a fault, as of a `Mistake`: (function that returns an answer with it, hint).
    find : callable
        Maps an answer to the name of its first fault, or None; raises Unreadable with a sentence for any other.
    wanted : str
    """

    def __init__(self, truth, faults, *, find, wanted, **words):
        super().__init__(truth, [Mistake(name, *fault) for name, fault in faults.items()], **words)
        self.hints = {name: hint for name, (_, hint) in faults.items()}
        self.find, self.wanted = find, wanted

    def judge(self, answer):
        """Look for a fault; see `Exercise.judge`."""
        if answer is None:
            raise Unreadable(
                f"this is None: if a function made it, does it end with a return? Wanted is {self.wanted}."
            )
        fault = self.find(answer)
        return ("right", self.praise) if fault is None else ("wrong", self.hints[fault])


def call(function, *arguments, told):
    """Call a learner's function; `told` says in words what with."""
    if not callable(function):
        kind = type(function).__name__
        raise Unreadable(
            f"this is of type {kind}; hand in the function itself, by its name without brackets behind it."
        )
    try:
        result = function(*arguments)
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__} when it was called with {told}: {str(error)[:150]}"
        raise Unreadable(f"your function raised {said}") from None
    if result is None:
        raise Unreadable("your function came back with None: is its last line missing?")
    return result


def numbers(result, shape, what):
    """Read what came back as finite floats of a shape; `what` it should be is told otherwise."""
    array = np.asarray(result)
    if array.dtype.kind not in "iuf" or array.shape != shape or not np.isfinite(array).all():
        raise Unreadable(f"what came back is not {what}: finite numbers in the shape {shape} are wanted.")
    return array.astype(float)
