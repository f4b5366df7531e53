"""The questions that can be asked, from a query string or a JSON body, each parameter checked in the same words."""

import json
import re
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, FailFast, Field, ValidationError

from helpers.service.problems import Problem, sendable

WHOLE = re.compile("[0-9]{1,20}")
NUMBER = re.compile(r"-?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][+-]?[0-9]{1,4})?")
SHOWN = 5  # so many errors are told, of however many


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


SCALE = "none, or standard: mean 0, deviation 1 per column"
NAME = "1 to 64 letters, digits, blanks, and ._- after the first"


class _Question(_Strict):
    dataset: str = Field("customers", description="a course data set's name, or the id of an uploaded one")
    scale: Literal["none", "standard"] = Field("none", description=SCALE)


class KMeansQuestion(_Question):
    """``KMeans(n_clusters=k, n_init=n_init, random_state=seed)``."""

    algorithm: Literal["kmeans"] = Field("kmeans", description="kmeans, dbscan or hdbscan")
    k: int = Field(ge=1, le=1000, description="a whole number from 1 to 1000: the number of clusters")
    n_init: int = Field(1, ge=1, le=50, description="a whole number from 1 to 50: the number of starts")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="a whole number from 0 to 4294967295")


class DBSCANQuestion(_Question):
    """``DBSCAN(eps=eps, min_samples=min_samples)``."""

    algorithm: Literal["dbscan"] = Field(description="kmeans, dbscan or hdbscan")
    eps: float = Field(gt=0, le=1e150, description="a number above 0, at most 1e150, in the units of the (scaled) data")
    min_samples: int = Field(
        5, ge=1, le=10**9, description="a whole number from 1 to 1000000000; the row itself counts"
    )


class HDBSCANQuestion(_Question):
    """``HDBSCAN(min_cluster_size=min_cluster_size)``."""

    algorithm: Literal["hdbscan"] = Field(description="kmeans, dbscan or hdbscan")
    min_cluster_size: int = Field(5, ge=2, le=10**9, description="a whole number from 2 to 1000000000")


class EpsQuestion(_Question):
    """``suggest_eps(X, min_samples)``, of X as it is scaled."""

    min_samples: int | None = Field(
        None, ge=2, le=2000, description="a whole number from 2 to 2000, of the rows drawn; left out: by the rule"
    )


QUESTIONS = {"kmeans": KMeansQuestion, "dbscan": DBSCANQuestion, "hdbscan": HDBSCANQuestion}


class JobBody(_Strict):
    """k-means in passes over data larger than memory."""

    dataset: str = Field(description="the name of a streamed data set, as GET /datasets lists it")
    k: int = Field(ge=1, le=1000, description="a whole number from 1 to 1000: the number of clusters")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="a whole number from 0 to 4294967295")
    max_passes: int = Field(100, ge=1, le=10_000, description="a whole number from 1 to 10000: passes at most")
    sample: int = Field(
        100_000, ge=1, le=10**7, description="a whole number from k to 10000000: rows drawn for the start"
    )
    scale: Literal["none", "standard"] = Field("none", description=SCALE)


Row, RowWithGaps = Annotated[list[float], FailFast()], Annotated[list[float | None], FailFast()]


class TableBody(_Strict):
    """A table as JSON."""

    X: Annotated[list[Row], FailFast()] = Field(description="a list of rows, each a list of as many finite numbers")


class DatasetBody(_Strict):
    """A table as JSON, with names."""

    X: Annotated[list[RowWithGaps], FailFast()] = Field(
        description="a list of rows, each a list of as many finite numbers, or null for a missing one"
    )
    feature_names: list[str] | None = Field(None, description="a list with one text per column, all different")
    name: str | None = Field(None, description=NAME)


class Listing(_Strict):
    """Which part of a list is wanted."""

    limit: int = Field(100, ge=1, le=1000, description="a whole number from 1 to 1000: how many at most")
    after: str = Field("", description="the id behind which the list goes on; next of the list before gives it")


class Upload(_Strict):
    """What is to be done with a table that is sent."""

    columns: str | None = Field(
        None, description='names of the columns to use, commas between; one with a comma in quotes: a,"b, in cm"'
    )
    missing: Literal["refuse", "drop"] = Field(
        "refuse", description="refuse (a table with missing values) or drop (the rows that have one; they are counted)"
    )
    warnings: Literal["tell", "refuse"] = Field(
        "tell", description="tell (of a column that may be none to cluster by) or refuse (the table for it)"
    )
    name: str | None = Field(None, description=f"of the data set; {NAME}")


def from_query(args, model=None):
    """Make a question of a query string.

    Parameters
    ----------
    args : werkzeug MultiDict of str
    model : pydantic model, optional
        Of what is asked; that of the algorithm in `args` if omitted.

    Returns
    -------
    The model, filled.

    Raises
    ------
    Problem
        422, naming each parameter that is unknown, given twice, missing or out of range.
    """
    once(args)
    values = args.to_dict()
    model = model or _model(values, "parameter")
    read = {name: _read(text, model.model_fields.get(name)) for name, text in values.items()}
    return validate(model, read, "parameter")


def once(args):
    """Refuse a query parameter that is given twice."""
    said = "is given {} times; give it once"
    twice = [(name, len(values)) for name, values in args.lists() if len(values) > 1]
    _raise([_error([name], said.format(times), "parameter") for name, times in twice[:SHOWN]], "parameter")


def _read(text, field):
    """Read a number if the field wants one; text that is none stays text, which the field then refuses."""
    wanted = (field.annotation, *get_args(field.annotation)) if field is not None else ()
    if int in wanted and WHOLE.fullmatch(text):
        return int(text)
    if float in wanted and NUMBER.fullmatch(text):
        return float(text)
    return text


def question(values, place):
    """Make a question of names and values; `place` is "parameter" or "pointer", and tells where an error will point."""
    return validate(_model(values, place), values, place)


def _model(values, place):
    algorithm = values.get("algorithm", "kmeans")
    if not isinstance(algorithm, str) or algorithm not in QUESTIONS:
        _raise([_error(["algorithm"], f"is {_show(algorithm)}; give kmeans, dbscan or hdbscan", place)], place)
    return QUESTIONS[algorithm]


def validate(model, values, place):
    """Make a pydantic model of names and values, its errors told as a Problem."""
    unknown = [name for name in values if name not in model.model_fields]
    errors = [_error([name], _stray(name, model), place) for name in unknown[:SHOWN]]
    try:
        made = model.model_validate({name: value for name, value in values.items() if name in model.model_fields})
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        errors += [_translate(one, model, place) for one in found[:SHOWN]]
    _raise(errors, place)
    return made


def _stray(name, model):
    owners = [algorithm for algorithm, other in QUESTIONS.items() if name in other.model_fields]
    if owners and model in QUESTIONS.values():
        return f"belongs to {' and '.join(owners)}, not to {model.model_fields['algorithm'].annotation.__args__[0]}"
    return f"is not known here; known are {', '.join(model.model_fields)}"


def _translate(error, model, place):
    wanted = model.model_fields[error["loc"][0]].description
    said = "is missing" if error["type"] == "missing" else f"is {_show(error['input'])}"
    return _error(error["loc"], f"{said}; give {wanted}", place)


def _error(path, detail, place):
    names = [sendable(str(part), 100) for part in path]
    if place == "parameter":
        return {"detail": detail, "parameter": names[0]}
    return {"detail": detail, "pointer": "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)}


def _show(value):
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = ascii(value) if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 60 else text[:60] + "..."


def _raise(errors, place):
    if errors:
        where = "; ".join(f"{error[place].lstrip('/')} {error['detail']}" for error in errors)
        raise Problem(422, where, errors)
