"""The OpenAPI 3.1 document, its schemas of questions written by the same pydantic models that check the requests.

What a method takes, answers and refuses is said at the method, by `operation`, which holds it to what it takes.
"""

from functools import wraps

from flask import request
from pydantic.json_schema import models_json_schema

from helpers.service import problems
from helpers.service.data import tables
from helpers.service.data.readers import CSV, JSON, NPY, PARQUET
from helpers.service.engine.catalog import SHORT
from helpers.service.questions import QUESTIONS, DatasetBody, JobBody, TableBody, from_query
from helpers.service.web.exchange import only_parameters

WHY = {
    400: "no token is set, and Host names another machine, or a page of another site asks",
    401: "the token is missing or wrong",
    403: "the course's data sets stay, and the server's own",
    404: "there is nothing of this id",
    405: "this path does not know this method",
    406: "none of the media types in Accept is offered",
    409: "valid, but impossible with these data, or within the bounds of memory, time and disk",
    413: "larger than this server accepts",
    415: "a media type or content encoding that is not read here",
    422: "a parameter or body that breaks the rules; errors says which",
    503: "too many requests wait; Retry-After says when to try again",
    507: "the server's disk is full",
}
TEXT, COUNT = {"type": "string"}, {"type": "integer", "minimum": 0}
TRUTH, OBJECT = {"type": "boolean"}, {"type": "object"}
TEXT_OR_NULL, NUMBER_OR_NULL = {"type": ["string", "null"]}, {"type": ["number", "null"]}
TEXTS = {"type": "array", "items": TEXT}
BINARY = {"type": "string", "format": "binary"}
LABELS, ROWS = BINARY | {"description": "the labels alone, int32"}, BINARY | {"description": "the rows, float64"}
TABLES = {
    CSV: TEXT | {"description": "or kin: its delimiter, encoding, decimal comma are found; line 1 has names"},
    NPY: BINARY | {"description": "two-dimensional, integers or floats"},
    PARQUET: BINARY | {"description": "the index of a data frame is left out"},
}


def document(settings, resources):
    """Make the document of resources by their paths."""
    models = [(model, "validation") for model in (*QUESTIONS.values(), DatasetBody, JobBody, TableBody)]
    _, schemas = models_json_schema(models, ref_template="#/components/schemas/{model}")
    said = (
        "Clusters are numbered in the order in which they first appear in the rows; a job's by size, largest first. "
        f"Bodies may have {settings.max_body_bytes} bytes (JSON {settings.max_json_bytes}), {settings.max_rows} rows, "
        f"{settings.max_columns} columns and {settings.max_cells} values; n_init x k x values of a fit may be "
        f"{settings.max_work}."
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Clustering", "version": "1", "description": said},
        "paths": {path.replace("<string:id>", "{id}"): _methods(path, one) for path, one in resources.items()},
        "components": {
            "schemas": schemas["$defs"] | SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}] if settings.token else [],
    }


def _methods(path, resource):
    found = {name.lower(): getattr(resource, name.lower()).operation for name in sorted(resource.methods)}
    ids = [{"name": "id", "in": "path", "required": True, "schema": TEXT}]
    return found | ({"parameters": ids} if "<string:id>" in path else {})


def operation(summary, answer, refused=(), query=None, own=None, body=None, made=None, unchanged=False):
    """Describe a method of a resource, and read its query.

    The method is given what `query`, a model, makes of the query string, or looks itself at `own`, which are
    `parameters`; with neither, all parameters are refused. `answer` and `body` are schemas, or names in `SCHEMAS`, by
    media type; `made` is the status for what is new.
    """
    taken = parameters(query=query) if query else own or {}
    described = {"summary": summary, "parameters": list(taken.values())}
    if body:
        described["requestBody"] = {"required": True, "content": _content(body)}
    described["responses"] = _responses(answer, refused, made, unchanged)

    def decorate(method):
        @wraps(method)
        def asked(self, **path):
            if query:
                return method(self, from_query(request.args, query), **path)
            if own is None:
                only_parameters()
            return method(self, **path)

        asked.operation = described
        return asked

    return decorate


def _responses(answer, refused, made, unchanged):
    found = {200: {"description": answer.get(JSON, "HTML"), "content": _content(answer)}}
    if not answer:
        found = {204: {"description": "deleted"}}
    if made:
        found[200]["headers"] = {"Location": {"schema": TEXT, "required": True}}
        found[made] = found[200]
    if unchanged:
        found[304] = {"description": "If-None-Match names what is still right"}
    problem = _content({problems.MEDIA_TYPE: "Problem"})
    found |= {status: {"description": WHY[status], "content": problem} for status in (400, 401, 405, 422, *refused)}
    return {str(status): found[status] for status in sorted(found)}


def _content(schemas):
    return {kind: {"schema": _ref(one) if isinstance(one, str) else one} for kind, one in schemas.items()}


def _ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def parameters(**models):
    """Describe the parameters of models, by name; which go together is said in words, since a schema cannot."""
    found = {}
    for kind, model in models.items():
        for name, schema in model.model_json_schema()["properties"].items():
            if "anyOf" in schema:  # or null: a query has no null
                schema = schema["anyOf"][0] | {"description": schema["description"]}
            if name == "algorithm":
                schema = {"type": "string", "enum": list(models), "default": "kmeans"}
            one = found.setdefault(name, {"name": name, "in": "query", "schema": schema})
            if not all(name in other.model_fields for other in models.values()):
                one["description"] = f"{kind} only"
    return found


def _object(properties, *optional):
    required = [name for name in properties if name not in optional]
    return OBJECT | {"properties": properties, "required": required, "additionalProperties": False}


def _list(items):
    return {"type": "array", "items": items}


SUMMARY = ("id", "name", "rows", "columns", "deletable", "streamed", "usable", "why")  # of a data set, in the list
_LABELS = {"labels": _list({"type": "integer", "minimum": -1}) | {"description": "-1 is noise"}}
_ASKED = {"parameters": OBJECT, "rows": COUNT, "feature_names": TEXTS}
_FOUND = _ASKED | {
    "n_clusters": COUNT,
    "centers": _list(_list({"type": "number"})) | {"description": "kmeans only; in the units of the data"},
    "inertia": {"type": "number", "description": "kmeans only; of the data as they were scaled"},
    "noise": COUNT | {"description": "dbscan and hdbscan only: rows in no cluster"},
}
_EPS = _ASKED | {
    "eps": NUMBER_OR_NULL | {"description": "null if none stands out from chance"},
    "low": NUMBER_OR_NULL | {"description": "of the range of eps that keeps n_clusters; null if there is none"},
    "high": NUMBER_OR_NULL,
    "min_samples": COUNT | {"description": "for all rows"},
    "n_clusters": {"type": ["integer", "null"], "description": "with core points that are 2 % of the rows or more"},
    "reason": TEXT,
    "n_drawn": COUNT | {"description": "rows that were looked at"},
    "min_samples_drawn": COUNT | {"description": "for so many rows"},
}
_DATASET = {"id": TEXT, "deletable": TRUTH, "name": TEXT_OR_NULL, "rows": COUNT, "columns": COUNT} | {
    "feature_names": TEXTS,
    "units": TEXTS,
    "fingerprint": TEXT | {"description": "SHA-256 of shape and values, or of the files' names, sizes and times"},
    "distinct_rows": COUNT | {"description": "up to 1000; of a table, not of what is streamed"},
    "streamed": TRUTH | {"description": "true: larger than memory, POST /jobs reads it"},
    "warnings": TEXTS | {"description": "how it was read; what was dropped; columns that may be none"},
    "rows_dropped": COUNT | {"description": "since a value is missing in them"},
}
_LISTED = _DATASET | {"usable": TRUTH, "why": TEXT | {"description": "it is not usable"}}
_PASSES = {
    "counts": _list(COUNT) | {"description": "of a job's: rows of each cluster"},
    "n_passes": COUNT | {"description": "of a job's: passes over the rows"},
    "settled": TRUTH | {"description": "of a job's: false if max_passes ended it"},
}
_MODEL = {"id": TEXT, "columns": COUNT, "fingerprint": TEXT, "versions": OBJECT} | _FOUND | _PASSES
_PROGRESS = {
    "pass": COUNT | {"description": "that is under way, from 1; 0 while it waits, or a start is sought"},
    "groups_done": COUNT | {"description": "row groups of this pass"},
    "groups": COUNT,
    "inertia": NUMBER_OR_NULL | {"description": "of the last finished pass"},
    "passes_done": COUNT,
}
_JOB = {
    "id": TEXT,
    "status": {"enum": ["queued", "running", "done", "failed", "stalled", "cancelled"]},
    "progress": _object(_PROGRESS),
    "parameters": OBJECT,
    "model": TEXT_OR_NULL | {"description": "id of what it ended in"},
    "detail": TEXT_OR_NULL | {"description": "why it failed or stalled"},
}
_NEXT = {"next": TEXT_OR_NULL | {"description": "what after= has to be for those that follow"}}
_PLACE = {
    "detail": TEXT,
    "parameter": TEXT | {"description": "in the query"},
    "pointer": TEXT | {"description": "JSON pointer into the body; into other bodies as if they were JSON"},
    "column": TEXT,
    "line": COUNT | {"description": "of a CSV, as an editor counts it"},
}
_COLUMN = {
    "name": TEXT,
    "kind": {"enum": ["number", *tables.WHY]},
    "missing": {"type": ["integer", "null"], "description": "values; null if it is not known"},
    "use": TRUTH | {"description": "whether it looks like one to cluster by"},
    "why": TEXT_OR_NULL | {"description": "why not"},
}
_GAP = {"columns": _list(COUNT) | {"description": "their places in the list columns"}, "rows": COUNT}
_MORE = {  # of a problem: where it is, and what a refused table holds
    "errors": _list(_object(_PLACE, "parameter", "pointer", "column", "line")),
    "rows": COUNT | {"description": "of a refused table"},
    "columns": _list(_object(_COLUMN)),
    "gaps": _list(_object(_GAP)),
}
_PROBLEM = {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT} | _MORE
_SHORT_DATASET = _object({name: _LISTED[name] for name in SUMMARY}, "rows", "columns", "why")
SCHEMAS = {
    "Question": {"oneOf": [_ref(model.__name__) for model in QUESTIONS.values()]},
    "Clustering": _object(_LABELS | _FOUND, "centers", "inertia", "noise"),
    "Eps": _object(_EPS),
    "Labels": _object(_LABELS),
    "Dataset": _object(_DATASET, "units", "distinct_rows", "streamed"),
    "Datasets": _object({"datasets": _list(_SHORT_DATASET)}),
    "Models": _object({"models": _list(_object({name: _MODEL[name] for name in SHORT}))} | _NEXT),
    "Jobs": _object({"jobs": _list(_object(_JOB))} | _NEXT),
    "Model": _object(_MODEL, "centers", "inertia", "noise", *_PASSES),
    "Job": _object(_JOB),
    "Document": OBJECT,
    "Health": _object({"status": {"const": "ok"}}),
    "Problem": _object(_PROBLEM, *_MORE),
}
