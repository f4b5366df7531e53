"""What is wrong with a table: all of it at once, each with its column, its place and what to do."""

from dataclasses import dataclass

SHOWN = 20  # problems in a message; the rest is counted
TWICE = "stands over more than one column: rename one"


def listed(names, most=5):
    """Give the first few names for a sentence, and how many more there are."""
    names = list(names)
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes
    ----------
    said : str
        What it is, and what to do.
    column : str or None
        None if it concerns no single column.
    line : int or None
        As an editor counts it, from 1; None if the file has no lines, or the problem no place.
    """

    said: str
    column: str | None = None
    line: int | None = None

    def __str__(self):
        where = [f"line {self.line}"] if self.line else []
        where += [f"column {self.column}"] if self.column is not None else []
        return f"{', '.join(where)}: {self.said}" if where else self.said


class TableError(ValueError):
    """A file that cannot be used as a table.

    Parameters
    ----------
    name : str
        Of the file, as the reader knows it.
    problems : sequence of Problem

    Attributes
    ----------
    problems : tuple of Problem
        All that was found.
    """

    def __init__(self, name, problems):
        self.name, self.problems = name, tuple(problems)
        super().__init__(name, self.problems)  # so that it can be pickled

    def __str__(self):
        said = [str(problem) for problem in self.problems[:SHOWN]]
        more = len(self.problems) - len(said)
        said += [f"and {more} more"] * (more > 0)
        return f"{self.name}: {said[0]}" if len(said) == 1 else "\n  ".join([f"{self.name}:", *said])
