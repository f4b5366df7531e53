"""All that keeps a table from being clustered, each with its column, its place, and what to do."""

import difflib

import numpy as np

from helpers.preparing.refusing import SHOWN, Problem, TableError

LARGEST = 1e100  # whose square is still a number


class Objections:
    """What is in the way, gathered until it is said at once.

    Parameters
    ----------
    loaded : helpers.preparing.reading.Loaded
    """

    def __init__(self, loaded):
        self._loaded, self._problems = loaded, []

    def add(self, said, column=None):
        """Note one."""
        self._problems.append(Problem(said, column))

    def error(self):
        """Give all of them as an error."""
        return TableError(self._loaded.name, self._problems)

    def raise_any(self):
        """Raise the error, if anything is in the way.

        Raises
        ------
        TableError
        """
        if self._problems:
            raise self.error()

    def unknown(self, names):
        """Note names of columns that are not there."""
        there = self._loaded.table.column_names
        for name in dict.fromkeys(names):
            if name not in there:
                near = difflib.get_close_matches(name, there, n=1)
                self.add("is not there" + (f": did you mean {near[0]}?" if near else ""), name)

    def left_out(self, found, columns):
        """Note why no column is left, of those that were asked for."""
        noted = {problem.column for problem in self._problems}
        self.add("has no column left to cluster by; if a reason does not hold, say --choose 'NAME=WORDS'")
        for column in found:
            if column.name not in noted and (not columns or column.name in columns):
                self.add(column.reason, column.name)

    def missing(self, frame, columns):
        """Note what is missing in columns."""
        for name in columns:
            rows = np.flatnonzero(frame[name].isna().to_numpy())
            if len(rows):
                what = f"{len(rows):,} values are missing{self._first(rows)}"
                self.add(f"{what}; --missing drop leaves these rows out, --columns the column", name)

    def at(self, frame, problem):
        """Note what `prepare` found, and where it begins."""
        said, values = problem.said.replace("complete()", "--missing drop"), frame.get(problem.column)
        rows = np.array([], dtype=int)
        if values is not None and "misses" in said:
            rows = np.flatnonzero(values.isna().to_numpy())
        elif values is not None and "infinite" in said:
            rows = np.flatnonzero(np.isinf(values.to_numpy(dtype=float, na_value=np.nan)))
        elif values is not None and "numbers are needed" in said:
            rows = np.flatnonzero(values.notna().to_numpy())
        self.add(said + self._first(frame.index.to_numpy()[rows]), problem.column)

    def too_large(self, Z):
        """Note that prepared numbers cannot be squared."""
        if not np.isfinite(Z).all() or np.abs(Z).max(initial=0) > LARGEST:
            self.add("holds numbers that are too large to be squared: choose other units")

    def _first(self, rows):
        """Say where the first of some rows stands, for as many problems as are shown: the file is read for it."""
        if not len(rows) or len(self._problems) >= SHOWN:
            return ""
        return f", the first in {self._loaded.place(int(rows[0]))}"
