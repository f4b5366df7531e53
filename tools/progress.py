"""A learner's own state: ``python -m tools.progress``, or ``make progress``.

It is read from the record that `check` and `reveal` keep beside the learner's notebooks, and shown to nobody else.
"""

import argparse
import os
import sys
from pathlib import Path

from helpers.exercises import EXERCISES, numbers
from helpers.exercises.guessing import RULES
from helpers.recording import ENVIRONMENT, NAME, read
from tools.course import ROOT, read_course
from tools.tries import Learner, is_of_the_course


def report(lines, notebooks):
    """Write what a record says, a line for each notebook that was begun, then what to return to.

    Parameters
    ----------
    lines : list of dict
    notebooks : sequence of str
        Names of the course's notebooks.

    Returns
    -------
    list of str
    """
    learner, text = Learner(), []
    for line in lines:
        if is_of_the_course(line, EXERCISES):
            learner.add(line)
    for name in notebooks:
        of = [number for number in numbers() if number[:2] == name[:2]]
        mine = [learner.tried[number] for number in of if number in learner.tried]
        kept = [pair for number, pair in learner.guessed.items() if number in RULES and number[:2] == name[:2]]
        if mine or kept:
            text.append(
                f"{name:<28} exercises {sum(one.right for one in mine)} of {len(of)}, "
                f"{sum(one.first for one in mine)} at the first try; "
                f"predictions {sum(guess == came for guess, came in kept)} of {len(kept)} as guessed"
            )
    back = [
        f"{number} (tried {len(one.mistakes)} times, last: {one.mistakes[-1]})"
        for number, one in learner.tried.items()
        if not one.right
    ]
    return [*text, "To return to: " + (", ".join(sorted(back)) or "nothing that you tried")] if text else text


def main(arguments=None):
    """Print a learner's state; return 0, or 1 if there is no record."""
    parser = argparse.ArgumentParser(prog="python -m tools.progress", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", default="", help="of your notebooks (default workbook/)")
    folder = Path(parser.parse_args(arguments).folder or ROOT / "workbook")
    path = Path(os.environ.get(ENVIRONMENT) or folder / NAME)
    try:
        lines = read(path)
    except OSError as error:
        print(f"There is no record of yours at {path} ({error.strerror}): `make lab` begins one", file=sys.stderr)
        return 1
    text = report(lines, [name.removesuffix(".ipynb") for name in read_course()])
    print("\n".join(text or ["Nothing was answered or guessed yet"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
