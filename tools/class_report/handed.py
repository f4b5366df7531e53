"""What learners handed in: records, and notebooks with their outputs. Nothing of it is run, and no name is kept.

Each file or folder of a folder is a learner's; files that differ in their ending alone are one learner's.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from helpers.recording import read
from tools.tries import Learner, is_of_the_course

LARGEST = {".jsonl": 5_000_000, ".ipynb": 30_000_000}  # bytes: fifty thousand tries, or many pictures
MOST_FILES = 5000  # that are looked at
DEEPEST = 4  # folders within a learner's


@dataclass
class Handed:
    """What a folder holds.

    Attributes
    ----------
    learners : list of tools.tries.Learner
    kinds : set of str
        Endings of the files that were read.
    is_cut : bool
        Whether there were too many files to look at all.
    unread : list of Path
        Records and notebooks that could not be read, or in which is nothing of the course's.
    """

    learners: list = field(default_factory=list)
    kinds: set = field(default_factory=set)
    unread: list = field(default_factory=list)
    is_cut: bool = False


def read_folder(folder, numbers):
    """Read what is in a folder.

    Parameters
    ----------
    folder : Path
    numbers : container of str
        Of the exercises that there are.

    Returns
    -------
    Handed

    Raises
    ------
    OSError
        If there is no such folder, or it cannot be listed.
    """
    handed, groups, budget = Handed(), {}, [MOST_FILES]
    for entry in _entries(folder):
        files = groups.setdefault(entry.name if entry.is_dir(follow_symlinks=False) else Path(entry.name).stem, [])
        files += _files(entry, DEEPEST, budget)
    for files in groups.values():
        learner = _learner(files, handed, numbers)
        if learner.tried or learner.guessed:
            handed.learners.append(learner)
    handed.is_cut = budget[0] < 0
    return handed


def _entries(folder):
    with os.scandir(folder) as entries:  # hidden ones are a system's or an editor's
        return sorted((entry for entry in entries if not entry.name.startswith((".", "__"))), key=lambda one: one.name)


def _files(entry, depth, budget):
    """List the records and notebooks at or below an entry, until the budget is spent; links are not followed."""
    budget[0] -= 1
    if budget[0] < 0:
        return []
    if not entry.is_dir(follow_symlinks=False):
        return [Path(entry.path)] if Path(entry.name).suffix.lower() in LARGEST else []
    try:
        below = _entries(entry.path) if depth else []
    except OSError:
        return []
    return [path for one in below for path in _files(one, depth - 1, budget)]


def _learner(files, handed, numbers):
    """Read a learner's files; what cannot be read is noted in `handed`."""
    learner, records, states = Learner(), [], []
    for path in files:
        kind = path.suffix.lower()
        lines = [line for line in _told(path, kind) if is_of_the_course(line, numbers)]
        if not lines:
            handed.unread.append(path)
            continue
        handed.kinds.add(kind)
        if kind == ".jsonl":
            records.append(lines)
        else:
            states.append(lines)
    if len(records) > 1:
        records = [sorted((line for lines in records for line in lines), key=lambda line: str(line.get("time")))]
    for line in (line for lines in records for line in lines):
        learner.add(line)
    for lines in states:  # the last state of each
        for line in {line.get("exercise", line.get("prediction")): line for line in lines}.values():
            learner.add(line, in_order=False)
    return learner


def _told(path, kind):
    """Read the lines of a record, or the same from a notebook's outputs; none if that cannot be."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST[kind]:
            return []
        if kind == ".jsonl":
            return read(path)
        cells = json.loads(path.read_text(encoding="utf-8", errors="replace"))["cells"]
        return [told for cell in cells if "solution" not in _tags(cell) for told in _verdicts(cell)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _tags(cell):
    return cell.get("metadata", {}).get("tags", [])


def _verdicts(cell):
    told = [output.get("metadata", {}).get("clustering") for output in cell.get("outputs", [])]
    return [line for line in told if isinstance(line, dict)]
