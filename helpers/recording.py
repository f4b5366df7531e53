"""A record that is the learner's own: what was tried and guessed, a line of JSON each, in a file that stays here.

The file is named by ``CLUSTERING_RECORD``, which `make lab` sets; where it is not set, or empty, nothing is kept. No
name and no answer is in it, and a file that cannot be written disturbs nothing.
"""

import contextlib
import json
import os
from datetime import UTC, datetime

ENVIRONMENT = "CLUSTERING_RECORD"
NAME = "progress.jsonl"  # of the file that `make lab` begins beside the notebooks
RESERVED = ("other", "digits", "unreadable")  # for an answer that is none of the known mistakes; none bears such a name
WRITE = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NONBLOCK", 0)  # a pipe holds nobody up


def keep(**what):
    """Append a line to the record, with the time; do nothing if there is none, or if it cannot be written."""
    path = os.environ.get(ENVIRONMENT)
    if not path:
        return
    line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="seconds"), **what}, ensure_ascii=False) + "\n"
    with contextlib.suppress(OSError, ValueError):
        file = os.open(path, WRITE, 0o600)
        try:
            os.write(file, line.encode("utf-8", "replace"))  # in one, since notebooks side by side write here
        finally:
            os.close(file)


def read(path):
    """Read a record; list of dict, in the order of the file, without lines that are no record's.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    lines = []
    with open(path, encoding="utf-8", errors="replace") as file:
        for text in file:
            with contextlib.suppress(ValueError, RecursionError):
                line = json.loads(text)
                if _is_told(line):
                    lines.append(line)
    return lines


def _is_told(line):
    """Tell whether a line is of an exercise or a prediction, and calls it by a text."""
    about = [line[kind] for kind in ("exercise", "prediction") if kind in line] if isinstance(line, dict) else []
    return bool(about) and all(isinstance(number, str) for number in about)
