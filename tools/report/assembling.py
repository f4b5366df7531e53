"""All steps of a report, in the order of notebook 12, from a file to what its page shows."""

import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from sklearn.metrics import pairwise_distances_argmin
from threadpoolctl import threadpool_limits

from helpers.machine import versions
from helpers.predicting import canonical
from helpers.preparing import prepare
from helpers.preparing.written import as_text, find_writing, is_numeric, to_numbers
from helpers.scores import suggest_eps
from tools.report import evidence, portraits
from tools.report.concluding import conclude, limits
from tools.report.evidence import against_nothing, ask_rules, come_again, fit, sweep
from tools.report.taking import FIT_ROWS, SCALES, Asked, take

PIECES = 140  # of the bar, about
MOST_GROUPS, MOST_KNOWN = 12, 5  # values of a category that is set beside the clusters, and how many of these
MOST_TRIED_WITHOUT = 100  # columns; of more, one tells nothing
MOST_FILES = 20  # of a folder, whose checksums are shown
TREE_ROWS = 20_000  # that the small tree is made of


@dataclass(frozen=True, eq=False)
class Findings:
    """What a page shows; see the modules that make the parts.

    Attributes
    ----------
    asked, taken, nothing, rules, swept, radius, again, result
        Of `Asked`, `Taken`, `Nothing`, `Rules`, `EpsSweep` or None, `EpsSuggestion`, `Repeats`, `Result`.
    portrait : Profiles or None
        None if there are no clusters; so are the next five.
    labels : ndarray of int, shape (n_rows,)
    near : ndarray of shape (n_clusters, 2)
    others : dict
        Of other choices, and their ARI.
    rule : Rule or None
    known : dict
        Of categories that took no part, and dict of values and counts in each cluster.
    limits : list of str
    record : dict
    """

    asked: object
    taken: object
    nothing: object
    rules: object
    swept: object
    radius: object
    again: object
    result: object
    portrait: object
    labels: object
    near: object
    others: dict
    rule: object
    known: dict
    limits: list
    record: dict


def work(path, asked, bar):
    """Do all steps; Findings.

    Raises
    ------
    OSError
        If the file cannot be read.
    helpers.preparing.TableError
        With all that is in the way.
    """
    with threadpool_limits(1):  # one order of every sum: the same page at every run
        taken = take(path, asked, bar.step)
        T, ks, seed = taken.Z[taken.tested], range(2, asked.at_most + 1), asked.seed
        bar.step("test against nothing")
        nothing = against_nothing(T, ks, random_state=seed, progress=bar.over)
        bar.step("ask rules for k")
        rules = ask_rules(T, asked.at_most + 1, random_state=seed, progress=bar.over)
        bar.step("sweep eps")
        swept = sweep(T, progress=bar.over)
        radius = suggest_eps(T, random_state=seed)
        bar.step("cluster parts")
        again = come_again(T, ks, random_state=seed, progress=bar.over)
        result = conclude(taken, nothing, again, rules)
        bar.step("describe")
        found = _describe(taken, result.k, seed) if result.k else (None, None, None, {}, None, {})
        said = limits(taken, nothing, found[0], found[2])
        bar.step("write the page")
        record = _record(asked, taken)
        return Findings(asked, taken, nothing, rules, swept, radius, again, result, *found, said, record)


def _describe(taken, k, seed):
    """Give profiles, labels, borders, other choices, a rule, and the categories beside the clusters."""
    labels, centers = fit(taken.Z, k, random_state=seed)
    if len(taken.fitted) < len(taken.frame):
        labels = _label_all(taken, centers)
    numbers = _numbers(taken)
    portrait = portraits.profiles(numbers, labels)
    mine = labels[taken.fitted][taken.tested]
    near = portraits.borders(taken.Z[taken.tested], mine, k)
    others = portraits.other_choices(_other_tables(taken, portrait), mine, random_state=seed)
    some = taken.fitted if len(taken.fitted) <= TREE_ROWS else taken.fitted[taken.tested]
    X = np.column_stack([values[some] for values in numbers.values()]) if numbers else np.empty((len(some), 0))
    rule = portraits.rule(X, list(numbers), labels[some], random_state=seed)
    return portrait, labels, near, others, rule, _known(taken, labels)


def _label_all(taken, centers):
    """Give each row of a large table the nearest centre, part by part; numbered as they first appear."""
    rows, n_parts = taken.frame[list(taken.used)], -(-len(taken.frame) // FIT_ROWS)
    labels = np.empty(len(rows), dtype=int)
    for i in range(n_parts):  # every part from all over the file
        labels[i::n_parts] = pairwise_distances_argmin(taken.pipeline.transform(rows.iloc[i::n_parts]), centers)
    return canonical(labels)[0]


def _numbers(taken):
    """Give the columns that are used and hold numbers, in the file's units; dict of name and ndarray."""
    found = {}
    for name in taken.used:
        values, words = taken.frame[name], taken.choices[name].split(", ")
        if is_numeric(values):
            floats = values.to_numpy(dtype=float, na_value=np.nan)
            found[name] = np.where(np.isinf(floats), np.nan, floats)
        elif "as number" in words:
            writing = find_writing([str(cell) for cell in as_text(values).dropna().unique()])[0]
            found[name] = to_numbers(values, writing)[0]
    return found


def _other_tables(taken, portrait):
    """Prepare the tested rows by other choices; dict of what is changed, and the table."""
    part = taken.frame[list(taken.used)].iloc[taken.fitted[taken.tested]]
    choices = {name: taken.choices[name] for name in taken.used}
    changed = {}
    for said, scale in (("not scaled", "as is"), ("scaled by quartiles", "robust")):
        other = {n: ", ".join(scale if w in SCALES else w for w in c.split(", ")) for n, c in choices.items()}
        if other != choices:
            changed[said] = other
    if 1 < len(choices) <= MOST_TRIED_WITHOUT:
        shown = [portrait.names[i] for i in portrait.order[: portraits.MOST_LEFT_OUT]]
        changed |= {f"without {name}": choices | {name: "leave out"} for name in shown}
    tables = {}
    for said, other in changed.items():
        try:
            tables[said] = prepare(part, other).fit_transform(part)
        except ValueError:  # a sample of the rows may hold nothing in a column
            continue
    return tables


def _known(taken, labels):
    """Count the values of categories that took no part in each cluster."""
    found = {}
    for column in taken.found:
        if column.kind == "category" and column.name not in taken.used and len(found) < MOST_KNOWN:
            values = taken.frame[column.name].astype("string").fillna("(missing)").to_numpy()
            names, codes = np.unique(values.astype(str), return_inverse=True)
            if len(names) <= MOST_GROUPS:
                counts = np.zeros((labels.max() + 1, len(names)), dtype=int)
                np.add.at(counts, (labels, codes), 1)
                found[column.name] = {str(name): counts[:, i] for i, name in enumerate(names)}
    return found


def _record(asked, taken):
    """Note what a page was made with; nothing of whose machine it was."""
    files = [Path(path) for path, _ in taken.sources]
    record = {"file": taken.name}
    for file in files[:MOST_FILES]:
        with open(file, "rb") as opened:
            name = "SHA-256" if len(files) == 1 else f"SHA-256 of {file.name}"
            record[name] = hashlib.file_digest(opened, "sha256").hexdigest()
    if len(files) > MOST_FILES:
        record["more files"] = f"{len(files) - MOST_FILES}"
    rows = f"{taken.n_rows:,} in the file, {len(taken.frame):,} used, {len(taken.fitted):,} fitted, "
    record |= {
        "rows": f"{rows}{len(taken.tested):,} tested",
        "seed": f"{asked.seed}",
        "sets without groups": f"{evidence.N_REFERENCES} of each of two kinds",
        "pairs of parts": f"{evidence.N_PAIRS}, and 2 of each of {evidence.N_BLOBS} blobs",
        "numbers of clusters tried": f"2 to {asked.at_most}",
        "asked for": _asked(asked),
    }
    groups = {}
    for name in taken.used:
        groups.setdefault(taken.choices[name], []).append(name)
    record |= {choice: ", ".join(names) for choice, names in groups.items()}
    return record | versions() | {name: version(name) for name in ("pandas", "pyarrow")}


def _asked(asked):
    said = [f"--columns {','.join(asked.columns)}"] if asked.columns else []
    said += [f"--missing {asked.missing}"] if asked.missing else []
    said += [f"--scale {asked.scale}"] if asked.scale else []
    said += [f"--choose {name}={choice}" for name, choice in asked.choose]
    said += [f"--at-most {asked.at_most}"] if asked.at_most != Asked.at_most else []
    return " ".join(said) or "nothing but the file"
