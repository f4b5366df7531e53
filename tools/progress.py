"""A learner's own state: ``python -m tools.progress``, or ``make progress``.

It is read from the record that `check` and `reveal` keep beside the learner's notebooks, and shown to nobody else.
"""

import argparse
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from helpers.exercises import EXERCISES, numbers
from helpers.exercises.guessing import RULES
from helpers.recording import ENVIRONMENT, NAME, read
from tools.course import ROOT, read_course


@dataclass
class Tries:
    """What a record says of one exercise.

    Attributes
    ----------
    wrong : list of str
        Names of the mistakes before it was first right, or all of them.
    right : bool
    """

    wrong: list = field(default_factory=list)
    right: bool = False


def tries(lines):
    """Gather the tries of each exercise up to the first right one; dict of number and Tries."""
    found = {}
    for line in lines:
        if line.get("exercise") in EXERCISES:
            known = found.setdefault(line["exercise"], Tries())
            if not known.right:
                known.right = line.get("status") == "right"
                known.wrong += [] if known.right else [str(line.get("mistake"))]
    return found


def guesses(lines):
    """Find the first guess that was kept of each prediction; dict of number and whether it came."""
    found = {}
    for line in lines:
        if line.get("prediction") in RULES:
            found.setdefault(line["prediction"], line.get("guess") == line.get("came"))
    return found


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
    tried, guessed = tries(lines), guesses(lines)
    text = []
    for name in notebooks:
        of = [number for number in numbers() if number[:2] == name[:2]]
        mine = {number: tried[number] for number in of if number in tried}
        kept = [came for number, came in guessed.items() if number[:2] == name[:2]]
        if mine or kept:
            right = [number for number, one in mine.items() if one.right]
            at_once = sum(not mine[number].wrong for number in right)
            text.append(
                f"{name:<28} exercises {len(right)} of {len(of)}, {at_once} at the first try; "
                f"predictions {sum(kept)} of {len(kept)} as guessed"
            )
    back = [
        f"{number} (tried {len(one.wrong)} times, last: {one.wrong[-1]})"
        for number, one in tried.items()
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
