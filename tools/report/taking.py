"""From a file to rows that can be clustered: what is used, what is done with it and why; or all that is in the way."""

import os
from dataclasses import dataclass

import numpy as np

from helpers.preparing import audit, complete, prepare, read
from helpers.preparing.reading import is_parquet
from helpers.preparing.refusing import Problem, TableError, listed
from helpers.preparing.transforming import WORDS
from tools.report.concluding import count
from tools.report.objecting import Objections

MOST_CELLS = 60_000_000  # what two cores read and look at in minutes and 2 GB
MOST_BYTES = 1_050_000_000  # of a file of text, which is held while it is read
MOST_COLUMNS = 5000
FIT_ROWS = 50_000  # of more rows, a sample of so many is clustered, and the others go to the nearest centre
TEST_ROWS, TEST_CELLS, FEWEST_TESTED = 2000, 200_000, 200  # rows that are tested: fewer if there are many columns
FEWEST = 20  # different rows: two parts of four fifths must share two for each of six clusters
TOO_LARGE = (
    "a report looks at {most:,} cells at most, and this has {cells:,}: write a Parquet file of fewer columns or of a "
    "sample of the rows; python -m helpers.streaming clusters all of them"
)
FILLS = {word for word, (_, role, _) in WORDS.items() if role in ("fill", "flag")}
SCALES = {word for word, (_, role, _) in WORDS.items() if role == "scale"}
NAMED = {  # what a column is used as that the audit would leave out, if it is named: what comes after what fills it
    "category": "one-hot",
    "date": "days, standard",
    "row number": "standard",
    "near-copy": "standard",
    "share": "standard",
    "number": "standard",
    "count": "standard",
    "number as text": "as number, standard",
}


@dataclass(frozen=True)
class Asked:
    """What a report is asked for.

    Attributes
    ----------
    columns : tuple of str
        To be used; empty for those that the audit suggests.
    missing : {"", "refuse", "drop"}
        What is done with rows in which something is missing; "" for what the choices say.
    scale : {"", "none", "standard"}
    choose : dict of str to str
        Choices that replace the audit's.
    at_most : int
        Largest number of clusters.
    seed : int
    question : str
    """

    columns: tuple = ()
    missing: str = ""
    scale: str = ""
    choose: tuple = ()
    at_most: int = 6
    seed: int = 0
    question: str = ""


@dataclass(frozen=True, eq=False)
class Taken:
    """Rows that can be clustered, and how they came about.

    Attributes
    ----------
    name : str
        Of the file.
    notes : tuple of str
        What was understood when it was read.
    n_rows, n_columns : int
        Of the file.
    found : helpers.preparing.Audit
    choices : dict
        Of all columns of the file.
    warnings : tuple of str
    used : tuple of str
        The columns that are clustered by.
    dropped : int
        Rows left out because something was missing.
    frame : pandas.DataFrame
        All columns, the rows that are used; its index is that of the file's rows, from 0.
    pipeline : sklearn.compose.ColumnTransformer
        Fitted to the rows `fitted`.
    fitted, tested : ndarray of int
        Places in `frame` of the rows that are clustered; places among these of the rows that are tested.
    Z : ndarray of shape (n_fitted, n_features)
        The rows that are clustered, prepared.
    features : tuple of str
        Names of its columns.
    sources : tuple
        Path and number of rows of each file.
    """

    name: str
    notes: tuple
    n_rows: int
    n_columns: int
    found: object
    choices: dict
    warnings: tuple
    used: tuple
    dropped: int
    frame: object
    pipeline: object
    fitted: np.ndarray
    tested: np.ndarray
    Z: np.ndarray
    features: tuple
    sources: tuple


def take(path, asked, step):
    """Read a file, look at it, and prepare its rows.

    Parameters
    ----------
    path : path
    asked : Asked
    step : callable
        Is told in a word what is done next.

    Returns
    -------
    Taken

    Raises
    ------
    OSError
        If it cannot be read.
    TableError
        With all that is in the way.
    """
    step("read the file")
    if os.path.isfile(path) and os.path.getsize(path) > MOST_BYTES and not is_parquet(path):
        said = f"is {os.path.getsize(path) / 1e9:.1f} GB of text: write it as Parquet, or its first million rows"
        raise TableError(os.path.basename(path), [Problem(said)])
    loaded = read(path, bound=lambda rows, columns: _bound(path, rows, columns))
    refuse = Objections(loaded)
    refuse.unknown([*asked.columns, *dict(asked.choose)])
    refuse.raise_any()
    if loaded.table.num_rows < FEWEST:
        refuse.add(_few(count(loaded.table.num_rows, "row")))
    step("look at each column")
    frame = loaded.frame
    found = audit(frame)
    choices, warnings = _choose(found, asked, refuse)
    used = [name for name, choice in choices.items() if choice != "leave out"]
    if not used:
        refuse.left_out(found, asked.columns)
    if asked.missing == "refuse":
        refuse.missing(frame, used)
    refuse.raise_any()
    dropped = 0
    if asked.missing == "drop":
        frame, dropped = complete(frame, used)
        choices = {name: _without(choice, FILLS) for name, choice in choices.items()}
    if len(frame) < FEWEST:
        refuse.add(_few(f"{count(len(frame), 'row')}{_after(dropped)}"))
        raise refuse.error()
    step("prepare the rows")
    pipeline = _pipeline(frame, choices, used, refuse)
    rng = np.random.default_rng(asked.seed)
    fitted = _draw(rng, len(frame), FIT_ROWS)
    part = frame[used].iloc[fitted]
    with np.errstate(over="ignore", invalid="ignore"):  # what is too large is told below
        Z = pipeline.fit(part).transform(part)
    refuse.too_large(Z)
    refuse.raise_any()
    most = int(np.clip(TEST_CELLS // Z.shape[1], FEWEST_TESTED, TEST_ROWS))
    tested = _draw(rng, len(Z), most)
    different = len(np.unique(Z[tested], axis=0))
    if different < FEWEST:
        of = f" among {len(tested):,} rows" + (", drawn at random" if len(tested) < len(frame) else "")
        refuse.add(_few(f"{count(different, 'different row')}{of}{_after(dropped)}, by {listed(used)}"))
        raise refuse.error()
    features = tuple(str(name) for name in pipeline.get_feature_names_out())
    size = (loaded.table.num_rows, loaded.table.num_columns)
    return Taken(
        loaded.name,
        loaded.notes,
        *size,
        found,
        choices,
        tuple(warnings),
        tuple(used),
        dropped,
        frame,
        pipeline,
        fitted,
        tested,
        Z,
        features,
        loaded.sources,
    )


def _bound(path, rows, columns):
    name = os.path.basename(os.path.normpath(path))
    if rows * columns > MOST_CELLS:
        raise TableError(name, [Problem(TOO_LARGE.format(most=MOST_CELLS, cells=rows * columns))])
    if columns > MOST_COLUMNS:
        said = f"has {columns:,} columns, and a report has room for {MOST_COLUMNS:,}: write a file with fewer"
        raise TableError(name, [Problem(said)])


def _draw(rng, n, most):
    """Draw rows at random, in their order; all of them if they are few."""
    return np.arange(n) if n <= most else np.sort(rng.choice(n, most, replace=False))


def _few(said):
    return f"has {said}: tests of clusters need at least {FEWEST} different ones; list or count these instead"


def _after(dropped):
    return f" (after {dropped:,} were left out, in which something is missing)" if dropped else ""


def _without(choice, words):
    return ", ".join(word for word in choice.split(", ") if word not in words)


def _choose(found, asked, refuse):
    """Work out what is done with each column; return the choices, and what to warn of."""
    choices, warnings = found.choices, []
    given = dict(asked.choose)
    for column in found:
        if column.name in given:
            choices[column.name] = ", ".join(word.strip() for word in given[column.name].split(","))
        elif asked.columns and column.name not in asked.columns:
            choices[column.name] = "leave out"
        elif asked.columns and choices[column.name] == "leave out":
            if column.kind not in NAMED or column.missing == column.n:
                refuse.add(f"{column.reason}; take it out of --columns, or say --choose", column.name)
                continue
            choices[column.name] = _named(column)
            warnings.append(f"{column.name} was asked for; the audit would have it {column.reason}.")
    if asked.scale:
        scale = {"none": "as is", "standard": "standard"}[asked.scale]
        for name, choice in choices.items():
            choices[name] = ", ".join(scale if word in SCALES else word for word in choice.split(", "))
    return choices, warnings


def _named(column):
    """Give the choice for a column that is used because it was named."""
    words = NAMED[column.kind].split(", ")
    if column.missing:
        words.insert(len(words) - 1, "as own category" if column.kind == "category" else "median")
        words.sort(key=lambda word: WORDS[word][0])
    return ", ".join(words)


def _pipeline(frame, choices, used, refuse):
    try:
        return prepare(frame[used], {name: choices[name] for name in used})
    except TableError as error:
        for problem in error.problems:
            refuse.at(frame, problem)
        raise refuse.error() from None
