"""Where two results differ, whether it matters, and what was different when they were made.

The unit of the noise is what was drawn independently: a data set (its mean or median over the trials is one value),
or a trial where each has data of its own. Tests, at a level of 1 % for all figures together (Bonferroni: a comparison
of 100 figures should not find one by chance):

- means and medians of the same data: paired t-test of the data sets' values, on the trials that both have;
- of other data (another seed): a t-test with one spread for both (if only the seed differs, both come from one
  distribution; the spread of three values alone can be next to nothing by luck), and Mann and Whitney's test on ranks,
  unless no value of one lies among those of the other: the larger p counts, since one rare accident moves a mean. Where
  trials share data sets, only as many trials on each are judged as both have;
- counts: Fisher's exact test;
- what is not random: no test, no difference above 1e-8.

A paper prints one number without a spread. If it is a mean or median on one data set, it is compared with the interval
in which one more data set of ours would fall in 99 of 100 cases (mean and spread, t distribution; an approximation,
since costs are skewed), without the Bonferroni correction; a printed count is compared by Fisher's test at 1 %.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from helpers.experiments.comparing.figures import figures
from helpers.experiments.comparing.formatting import as_html, as_text, number
from helpers.experiments.comparing.significance import (
    DIFFERENT,
    EQUAL,
    LEVEL,
    NOISE,
    judge,
    judge_paired,
    judge_printed,
)
from helpers.experiments.recipes import recipe


class Verdict(NamedTuple):
    """What is said of one figure.

    Attributes
    ----------
    name : str
    a, b : float or str
        The figure in both; a paper's as printed.
    verdict : {"equal", "within noise", "different"}
    why : str
    """

    name: str
    a: object
    b: object
    verdict: str
    why: str


@dataclass(frozen=True, eq=False)
class Comparison:
    """Verdicts on all figures that both have.

    Attributes
    ----------
    header : tuple of str
    verdicts : list of Verdict
    differences : dict of str to tuple
        What was different when they were made: version, seed, parameter, machine, data; the values of both.
    notes : list of str
    """

    header: tuple
    verdicts: list = field(repr=False)
    differences: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)

    @property
    def ok(self):
        """Whether no figure is different."""
        return all(row.verdict != DIFFERENT for row in self.verdicts)

    def count(self, verdict):
        """Count the figures with a verdict."""
        return sum(row.verdict == verdict for row in self.verdicts)

    def table(self):
        """Header and rows."""
        return self.header, [(v.name, number(v.a), number(v.b), v.verdict, v.why) for v in self.verdicts]

    def said(self):
        """Sentences above the table."""
        total = ", ".join(f"{self.count(verdict)} {verdict}" for verdict in (EQUAL, NOISE, DIFFERENT))
        made = [f"{key}: {_short(a)} | {_short(b)}" for key, (a, b) in self.differences.items()]
        return [f"{len(self.verdicts)} figures: {total}", *self.notes, *(["made with other", *made] if made else [])]

    def __repr__(self):
        return "\n".join([*self.said(), as_text(*self.table())])

    def _repr_html_(self):
        return as_html(*self.table(), notes=self.said())


def compare(a, b):
    """Compare two results of one experiment, figure by figure.

    Parameters
    ----------
    a, b : Result

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If they are of different experiments or versions of the recipe, or share no figure.
    """
    if a.name != b.name:
        raise ValueError(f"these are two experiments, {a.name} and {b.name}")
    if a.record["recipe_version"] != b.record["recipe_version"]:
        raise ValueError(f"the recipe of {a.name} was changed between these two: run it again")
    mine, yours = a.figures, b.figures
    shared = [key for key in mine if key in yours]
    if not shared:
        raise ValueError("these two share no figure")
    paired = _same_data(a, b)
    both = _shared_rows(a, b) if paired else _as_many_trials(a, b)
    judged = [figures(recipe(a.name).measures, rows) for rows in both]
    level = LEVEL / len(shared)
    verdicts = []
    for key in shared:
        if paired and key in judged[0]:
            verdict, why = judge_paired(judged[0][key], judged[1][key], level)
        else:
            verdict, why = judge(judged[0].get(key, mine[key]), judged[1].get(key, yours[key]), level)
        verdicts.append(Verdict(mine[key].name, mine[key].value, yours[key].value, verdict, why))
    missing = len(mine.keys() ^ yours.keys())
    notes = [f"{missing} figures are in only one of the two"] if missing else []
    return Comparison(("figure", "a", "b", "verdict", "why"), verdicts, differences(a, b), notes)


def compare_with_paper(result):
    """Compare a result with what the paper prints.

    Parameters
    ----------
    result : Result

    Returns
    -------
    Comparison
        Without a row if the experiment is of no paper.
    """
    known, found = recipe(result.name), result.figures
    verdicts = []
    for key, printed in known.paper.items():
        if key in found:
            verdict, why = judge_printed(printed, found[key], known.paper_trials)
            verdicts.append(Verdict(found[key].name, printed, found[key].value, verdict, why))
    notes = [f"paper: {known.table}, as printed; transcribed from memory"] if known.paper else ["no paper"]
    return Comparison(("figure", "paper", "here", "verdict", "why"), verdicts, notes=notes)


def differences(a, b):
    """List what was different when two results were made; dict of name to both values."""
    found = {}
    for part in ("seed", "parameters", "settings", "versions", "machine"):
        one, other = a.record[part], b.record[part]
        if not isinstance(one, dict):
            one, other = {"": one}, {"": other}
        for key in {**one, **other}:
            if one.get(key) != other.get(key):
                found[f"{part} {key}".strip()] = (one.get(key), other.get(key))
    one, other = a.record["data"], b.record["data"]
    changed = [key for key in one if key in other and one[key] != other[key]]
    if changed and a.record["seed"] == b.record["seed"]:  # another seed draws other data anyway
        found[f"data {changed[0]} and {len(changed) - 1} more"] = (one[changed[0]], other[changed[0]])
    return found


def _short(value):
    return "absent" if value is None else str(value)


def _same_data(a, b):
    """Say whether both had the same seed, and drew the same from it."""
    shared = a.record["data"].keys() & b.record["data"].keys()
    same = all(a.record["data"][key] == b.record["data"][key] for key in shared)
    return a.record["seed"] == b.record["seed"] and bool(shared) and same


def _shared_rows(a, b):
    """Rows of the trials that both have, in one order."""
    names = ["dataset", "trial", *(column for measure in recipe(a.name).measures for column in measure.by)]
    keyed = [{tuple(row.get(name) for name in names): row for row in result.rows} for result in (a, b)]
    keys = [key for key in keyed[0] if key in keyed[1]]
    return [[rows[key] for key in keys] for rows in keyed]


def _as_many_trials(a, b):
    """Rows of both, with as many trials on each data set: a mean of few scatters more than a mean of many."""
    n = min(result.record["parameters"].get("trials", np.inf) for result in (a, b))
    return [[row for row in result.rows if "dataset" not in row or row.get("trial", 0) < n] for result in (a, b)]
