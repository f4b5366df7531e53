"""Do with each column what was chosen for it, by scikit-learn's own transformers; nothing is chosen here."""

import difflib
from itertools import groupby

import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, RobustScaler, StandardScaler

from helpers.preparing import steps
from helpers.preparing.auditing import audit, missing_cells
from helpers.preparing.refusing import Problem, TableError
from helpers.preparing.written import as_text, find_writing, is_numeric

# word: (its turn among the others, what it is one of, what it does)
WORDS = {
    "leave out": (0, "leave out", "the column takes no part"),
    "as number": (0, "read", "text is read as numbers; what is infinite or no number becomes missing"),
    "flag": (1, "flag", "one more column says 1 where a value was missing, otherwise 0"),
    "median": (2, "fill", "the median fills what is missing"),
    "mean": (2, "fill", "the mean fills what is missing"),
    "most frequent": (2, "fill", "the most frequent value fills what is missing"),
    "as own category": (2, "fill", "missing becomes a category of its own, called (missing)"),
    "log": (2, "log", "the logarithm to base 10 is taken: one more is ten times as much"),
    "log(1+x)": (2, "log", "the logarithm of 1 + x to base 10 is taken, which 0 has too"),
    "year": (2, "date", "the calendar year"),
    "days": (2, "date", "days since the beginning of 1970"),
    "day of year": (2, "date", "the day of the year, from 1 to 366"),
    "day of year as circle": (2, "date", "sine and cosine of the time of year: 31 December lies beside 1 January"),
    "weekday as circle": (2, "date", "sine and cosine of the day of the week: Sunday lies beside Monday"),
    "one-hot": (3, "one-hot", "one column of 0 and 1 for each value; a value not met in fitting gets 0 in all of them"),
    "standard": (4, "scale", "the mean becomes 0, one standard deviation 1"),
    "robust": (4, "scale", "the median becomes 0, the range between the quartiles 1; far values stay far"),
    "min-max": (4, "scale", "the smallest value becomes 0, the largest 1"),
    "as is": (4, "scale", "not scaled"),
}
_CIRCLES = ("day of year as circle", "weekday as circle")
_OF = "these choices"  # what an error is about


def prepare(frame, choices):
    """Make of choices in words a pipeline that scikit-learn can fit.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_rows, n_columns)
        The table that the choices are for. It is looked at, not fitted.
    choices : dict of str to str
        For every column the words of what is done with it, in order, joined by ", ": ``"median, log, standard"``.
        `WORDS` has them all. ``audit(frame).choices`` suggests some.

    Returns
    -------
    sklearn.compose.ColumnTransformer
        Unfitted. It takes any frame with these columns, in any order, and gives an ndarray; with
        ``set_output(transform="pandas")`` a frame. A table that no longer fits the choices is refused in words, and a
        category that was not met in fitting gets 0 in all its columns.

    Raises
    ------
    TableError
        A ValueError with all that is wrong, by column, and what would help.

    Examples
    --------
    >>> frame = pd.DataFrame({"age": [20.0, 30.0, None], "sex": ["f", "m", "f"]})
    >>> prepared = prepare(frame, {"age": "median, standard", "sex": "one-hot"}).fit(frame)
    >>> list(prepared.get_feature_names_out())
    ['age', 'sex = f', 'sex = m']
    """
    if not isinstance(choices, dict):
        raise _refusal([(None, f"choices are a dict, {{column: words}}, not {type(choices).__name__}")])
    if problems := [*_wrong_table(frame)]:
        raise _refusal(problems)
    problems = [
        (name, f"is no column of this table{_nearest(name, frame.columns)}") for name in choices if name not in frame
    ]
    words = {
        name: tuple(word.strip() for word in str(choices[name]).split(",")) for name in frame.columns if name in choices
    }
    plans = {}
    suggested = audit(frame).choices if len(words) < frame.shape[1] else {}
    for name in frame.columns:
        if name not in words:
            problems.append((name, f"has no choice; suggested: {suggested[name]!r}, see audit(frame)"))
        elif said := _wrong_words(words[name]):
            problems.append((name, said))
        elif words[name] != ("leave out",):
            plans[name] = _plan(frame[name], words[name])
            if said := steps.problem(frame[name], **plans[name], first=True):
                problems.append((name, said))
    if not problems and not plans:
        problems.append((None, "every column is left out: nothing is left to cluster by"))
    if problems:
        raise _refusal(problems)
    return _pipeline({name: words[name] for name in plans}, plans)


def complete(frame, columns):
    """Leave out the rows in which something is missing in these columns.

    This is the only function of the course that drops a row of a table, and it says how many.

    Parameters
    ----------
    frame : pandas.DataFrame
    columns : sequence
        Names of the columns that must have a value.

    Returns
    -------
    frame : pandas.DataFrame
        The other rows, with the index that they had.
    dropped : int

    Raises
    ------
    ValueError
        If there is no such column.
    """
    columns = [columns] if isinstance(columns, str) else list(columns)
    unknown = [name for name in columns if name not in frame.columns]
    if unknown:
        raise ValueError("; ".join(f"there is no column {name!r}{_nearest(name, frame.columns)}" for name in unknown))
    kept = pd.Series(True, index=range(len(frame))).to_numpy()
    for name in columns:
        kept = kept & ~missing_cells(frame[name])
    return frame[kept], int((~kept).sum())


def describe(choices):
    """Say in sentences what choices do.

    Parameters
    ----------
    choices : dict of str to str
        As `prepare` takes them.

    Returns
    -------
    list of (name, choice, sentence)

    Raises
    ------
    TableError
        If there is a word that `prepare` does not know, or the words do not go together.
    """
    split = {name: tuple(word.strip() for word in str(choice).split(",")) for name, choice in choices.items()}
    problems = [(name, said) for name, words in split.items() if (said := _wrong_words(words))]
    if problems:
        raise _refusal(problems)
    return [(name, ", ".join(words), "; ".join(WORDS[word][2] for word in words)) for name, words in split.items()]


def _refusal(problems):
    return TableError(_OF, [Problem(said, None if name is None else str(name)) for name, said in problems])


def _wrong_table(frame):
    if not isinstance(frame, pd.DataFrame):
        yield None, f"prepare takes a pandas DataFrame, such as read(path).frame, not {type(frame).__name__}"
        return
    if not len(frame):
        yield None, "the table has no rows"
    for name in frame.columns[frame.columns.duplicated()].unique():
        yield name, "stands for more than one column: rename them"
    for name in frame.columns:
        if not isinstance(name, str):
            yield name, "is a name but no text: frame.columns = frame.columns.map(str)"


def _nearest(name, names):
    near = difflib.get_close_matches(str(name), [str(other) for other in names], n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _wrong_words(words):
    """Say what is wrong with the words for one column by themselves."""
    unknown = [word for word in words if word not in WORDS]
    if unknown:
        near = difflib.get_close_matches(unknown[0], WORDS, n=1)
        return f"is to be {unknown[0]!r}, which is none of: {', '.join(WORDS)}" + (
            f"; did you mean {near[0]!r}?" if near else ""
        )
    if "leave out" in words:
        return "is left out: no other word can stand beside that" if len(words) > 1 else None
    turns, roles = zip(*(WORDS[word][:2] for word in words), strict=True)
    for role in set(roles):
        if roles.count(role) > 1:
            return f"has {' and '.join(word for word in words if WORDS[word][1] == role)}: choose one of them"
    if list(turns) != sorted(turns):
        ordered = sorted(words, key=lambda word: WORDS[word][0])
        return f"has its words in an order in which they cannot be done; can be done: {', '.join(ordered)}"
    if "one-hot" in roles and {"read", "log", "date"} & set(roles):
        return "is `one-hot`, which takes categories as they are: leave the words for numbers and dates out"
    if "one-hot" in roles and {"median", "mean"} & set(words):
        return "is `one-hot`, so `most frequent` or `as own category` fills what is missing"
    if "as own category" in words and "one-hot" not in words:
        return "has a category for what is missing, which needs `one-hot`"
    if "date" in roles and {"read", "log"} & set(roles):
        return "is a date: `as number` and logarithms are not for dates"
    if "scale" not in roles and "one-hot" not in words and not set(words) & set(_CIRCLES):
        return "is not told how it is scaled: add `standard`, `robust`, `min-max` or `as is`"
    return None


def _plan(values, words):
    """Work out what the first step must know: what the cells are, and how numbers are written."""
    roles = {WORDS[word][1]: word for word in words}
    reads = roles.get("read", "numbers")
    for role, kind in [("one-hot", "categories"), ("date", "dates")]:
        reads = kind if role in roles else reads
    writing = None
    if reads == "as number" and not is_numeric(values):
        writing = find_writing([str(cell) for cell in as_text(values).dropna().unique()], mostly=0)
    return {"reads": reads, "writing": writing, "filled": "fill" in roles, "positive": roles.get("log")}


def _pipeline(words, plans):
    """Put neighbours with the same words into one pipeline: many columns are then as quick as one."""
    parts = []
    for i, (chosen, names) in enumerate(groupby(words, key=words.get), start=1):
        names = list(names)
        plan = {key: value for key, value in plans[names[0]].items() if key != "writing"}
        plan["writings"] = {name: plans[name]["writing"] for name in names}
        title = f"{i}: {', '.join(chosen)}"
        parts.append((title, Pipeline([("read", _function(steps.read, "{}", **plan)), *_steps(chosen)]), names))
        if "flag" in chosen:
            flags = [
                ("read", _function(steps.read, "{}", **(plan | {"positive": None}))),
                ("flag", MissingIndicator(features="all")),
                ("0 or 1", FunctionTransformer(steps.as_ones, feature_names_out=steps.Flags())),
            ]
            parts.append((f"{title}: missing", Pipeline(flags), names))
    return ColumnTransformer(parts, remainder="drop", sparse_threshold=0, verbose_feature_names_out=False)


def _function(function, *names, **arguments):
    return FunctionTransformer(function, feature_names_out=steps.Names(*names), kw_args=arguments or None)


def _steps(words):
    """Give a transformer for each word that has one."""
    made = {
        "median": lambda: SimpleImputer(strategy="median"),
        "mean": lambda: SimpleImputer(strategy="mean"),
        "most frequent": lambda: SimpleImputer(strategy="most_frequent"),
        "as own category": lambda: SimpleImputer(strategy="constant", fill_value="(missing)"),
        "log": lambda: _function(steps.log10, "log10 {}"),
        "log(1+x)": lambda: _function(steps.log10_of_one_more, "log10(1 + {})"),
        "year": lambda: _function(steps.year, "{}: year"),
        "days": lambda: _function(steps.days, "{}: days"),
        "day of year": lambda: _function(steps.day_of_year, "{}: day of year"),
        "day of year as circle": lambda: _function(steps.year_as_circle, "{}: sine of year", "{}: cosine of year"),
        "weekday as circle": lambda: _function(steps.week_as_circle, "{}: sine of week", "{}: cosine of week"),
        "one-hot": lambda: OneHotEncoder(
            handle_unknown="ignore", sparse_output=False, feature_name_combiner=steps.name_of_value
        ),
        "standard": StandardScaler,
        "robust": RobustScaler,
        "min-max": MinMaxScaler,
    }
    return [(word, made[word]()) for word in words if word in made]
