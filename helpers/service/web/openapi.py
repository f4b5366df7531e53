"""The OpenAPI 3.1 document, its schemas written by the same pydantic models that check the requests."""

from pydantic.json_schema import models_json_schema

from helpers.service import problems
from helpers.service.data import settling
from helpers.service.data.readers import CSV, JSON, NPY, PARQUET
from helpers.service.engine.models import SHORT
from helpers.service.questions import QUESTIONS, DatasetBody, EpsQuestion, JobBody, Listing, TableBody, Upload

BINARY = {"type": "string", "format": "binary"}
TABLES = {
    CSV: {
        "type": "string",
        "description": "or kin: its delimiter, encoding, decimal comma are found; line 1 has names",
    },
    NPY: BINARY | {"description": "two-dimensional, integers or floats"},
    PARQUET: BINARY | {"description": "the index of a data frame is left out"},
}
TEXT, COUNT = {"type": "string"}, {"type": "integer", "minimum": 0}
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
SUMMARY = ("id", "name", "rows", "columns", "deletable", "streamed", "usable", "why")  # of a data set, in the list
STORING = (409, 413, 415, 422, 503, 507)
CREATED = {"Location": {"schema": TEXT, "required": True}}


def document(settings):
    """Make the document.

    Parameters
    ----------
    settings : helpers.service.settings.Settings

    Returns
    -------
    dict
    """
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
        "paths": _paths(),
        "components": {
            "schemas": schemas["$defs"] | _answers(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}] if settings.token else [],
    }


def _paths():
    ids = {"parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}]}
    upload, rule = ([_parameter(model, name) for name in model.model_fields] for model in (Upload, EpsQuestion))
    unchanged = {304: {"description": "If-None-Match names what is still right"}}
    found = _answer("Clustering", npy=True) | unchanged
    made = {kind: _answer(kind, 201, CREATED) | _answer(kind, 200, CREATED) for kind in ("Dataset", "Model")}
    question = {JSON: {"oneOf": [_ref(model.__name__) for model in QUESTIONS.values()]}}
    new_rows = _body({JSON: _ref("TableBody")} | TABLES)
    table = _body({JSON: _ref("DatasetBody")} | TABLES)
    deleted = {204: {"description": "deleted"}}
    rows = {NPY: {"schema": BINARY | {"description": "the rows, float64"}}}
    described = _answer("Dataset")
    described[200]["content"] |= rows
    page = {200: {"description": "HTML", "content": {"text/html": {"schema": TEXT}}}}
    return {
        "/": {"get": _does("Open the web page", page)},
        "/clustering": {"get": _does("Cluster", found, [404, 406, 409, 422, 503], _query())},
        "/eps": {"get": _does("Suggest eps for DBSCAN", _answer("Eps") | unchanged, [404, 406, 409, 422, 503], rule)},
        "/datasets": {
            "get": _does("List the data sets", _answer("Datasets")),
            "post": _does("Upload a data set", made["Dataset"], STORING, upload, table),
        },
        "/datasets/{id}": ids
        | {
            "get": _does("Describe a data set, or give its rows", described | unchanged, [404, 406, 409, 422]),
            "delete": _does("Delete a data set; models stay", deleted, [403, 404, 422, 507]),
        },
        "/models": {
            "get": _does("List the models", _answer("Models"), parameters=_listing()),
            "post": _does("Fit a model", made["Model"], [404, *STORING], body=_body(question)),
        },
        "/models/{id}": ids
        | {
            "get": _does("Describe a model", _answer("Model"), [404, 422]),
            "delete": _does("Delete a model", deleted, [404, 422, 507]),
        },
        "/models/{id}/predict": ids
        | {"post": _does("Label new rows", _answer("Labels", npy=True), [404, 406, *STORING], upload[:1], new_rows)},
        "/openapi.json": {"get": _does("Read this document", _answer("Document"))},
        "/healthz": {"get": _does("Ask whether the server can answer", _answer("Health"))},
    } | _job_paths(ids, deleted)


def _job_paths(ids, deleted):
    accepted = _answer("Job", 202, CREATED) | _answer("Job", 200, CREATED)
    return {
        "/jobs": {
            "get": _does("List the jobs", _answer("Jobs"), parameters=_listing()),
            "post": _does(
                "Cluster data larger than memory; the same question has the same job, which starts again, answered "
                "202, if it failed, stalled or was cancelled, or its model was deleted",
                accepted,
                [404, *STORING],
                body=_body({JSON: _ref("JobBody")}),
            ),
        },
        "/jobs/{id}": ids
        | {
            "get": _does("Ask how far a job is", _answer("Job"), [404, 422]),
            "delete": _does(
                "Cancel a job that is queued or running: its record stays, and says cancelled. Delete the record "
                "of one that has ended; its model stays",
                deleted,
                [404, 422, 507],
            ),
        },
    }


def _does(summary, answers, statuses=(422,), parameters=(), body=None):
    problem = {problems.MEDIA_TYPE: {"schema": _ref("Problem")}}
    told = {status: {"description": WHY[status], "content": problem} for status in sorted({400, 401, 405, *statuses})}
    responses = {str(status): response for status, response in (answers | told).items()}
    operation = {"summary": summary, "parameters": list(parameters), "responses": responses}
    return operation | ({"requestBody": body} if body else {})


def _answer(schema, status=200, headers=None, *, npy=False):
    content = {JSON: {"schema": _ref(schema)}}
    if npy:
        content[NPY] = {"schema": BINARY | {"description": "the labels alone, int32"}}
    return {status: {"description": schema, "content": content} | ({"headers": headers} if headers else {})}


def _body(schemas):
    return {"required": True, "content": {media_type: {"schema": schema} for media_type, schema in schemas.items()}}


def _listing():
    return [_parameter(Listing, name) for name in Listing.model_fields]


def _query():
    """List every parameter; which go together is said in words, since a schema cannot."""
    algorithm = {"type": "string", "enum": list(QUESTIONS), "default": "kmeans"}
    found = {"algorithm": {"name": "algorithm", "in": "query", "schema": algorithm}}
    for kind, model in QUESTIONS.items():
        for name in model.model_fields:
            shared = all(name in other.model_fields for other in QUESTIONS.values())
            found.setdefault(name, _parameter(model, name) | ({} if shared else {"description": f"{kind} only"}))
    return list(found.values())


def _parameter(model, name):
    schema = dict(model.model_json_schema()["properties"][name])
    if "anyOf" in schema:  # or null: a query has no null
        schema = schema["anyOf"][0] | {"description": schema["description"]}
    return {"name": name, "in": "query", "schema": schema}


def _ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties, *optional):
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _list(items):
    return {"type": "array", "items": items}


def _answers():
    found = {
        "n_clusters": COUNT,
        "centers": _list(_list({"type": "number"})) | {"description": "kmeans only; in the units of the data"},
        "inertia": {"type": "number", "description": "kmeans only; of the data as they were scaled"},
        "noise": COUNT | {"description": "dbscan and hdbscan only: rows in no cluster"},
        "parameters": {"type": "object"},
        "rows": COUNT,
        "feature_names": _list(TEXT),
    }
    labels = {"labels": _list({"type": "integer", "minimum": -1}) | {"description": "-1 is noise"}}
    facts = {
        "id": TEXT,
        "deletable": {"type": "boolean"},
        "name": {"type": ["string", "null"]},
        "rows": COUNT,
        "columns": COUNT,
        "feature_names": _list(TEXT),
        "units": _list(TEXT),
        "fingerprint": TEXT | {"description": "SHA-256 of shape and values, or of the files' names, sizes and times"},
        "distinct_rows": COUNT | {"description": "up to 1000; of a table, not of what is streamed"},
        "streamed": {"type": "boolean", "description": "true: larger than memory, POST /jobs reads it"},
        "warnings": _list(TEXT) | {"description": "how it was read; what was dropped; columns that may be none"},
        "rows_dropped": COUNT | {"description": "since a value is missing in them"},
    }
    listed = {"usable": {"type": "boolean"}, "why": TEXT | {"description": "it is not usable"}}
    listed = {name: (facts | listed)[name] for name in SUMMARY}
    following = {"next": {"type": ["string", "null"], "description": "what after= has to be for those that follow"}}
    passes = {
        "counts": _list(COUNT) | {"description": "of a job's: rows of each cluster"},
        "n_passes": COUNT | {"description": "of a job's: passes over the rows"},
        "settled": {"type": "boolean", "description": "of a job's: false if max_passes ended it"},
    }
    model = {"id": TEXT} | found | passes | {"columns": COUNT, "fingerprint": TEXT, "versions": {"type": "object"}}
    place = {
        "detail": TEXT,
        "parameter": TEXT | {"description": "in the query"},
        "pointer": TEXT | {"description": "JSON pointer into the body; into other bodies as if they were JSON"},
    }
    place |= {"column": TEXT, "line": COUNT | {"description": "of a CSV, as an editor counts it"}}
    errors = {"errors": _list(_object(place, *list(place)[1:])), "rows": COUNT | {"description": "of a refused table"}}
    errors |= _refused_columns()
    problem = {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT}
    return {
        "Clustering": _object(labels | found, "centers", "inertia", "noise"),
        "Eps": _object(_suggestion() | {name: found[name] for name in ("parameters", "rows", "feature_names")}),
        "Labels": _object(labels),
        "Dataset": _object(facts, "units", "distinct_rows", "streamed"),
        "Datasets": _object({"datasets": _list(_object(listed, "rows", "columns", "why"))}),
        "Models": _object({"models": _list(_object({name: model[name] for name in SHORT}))} | following),
        "Jobs": _object({"jobs": _list(_object(_job()))} | following),
        "Model": _object(model, "centers", "inertia", "noise", *passes),
        "Job": _object(_job()),
        "Document": {"type": "object"},
        "Health": _object({"status": {"const": "ok"}}),
        "Problem": _object(problem | errors, *errors),
    }


def _suggestion():
    """Describe what the rule for eps finds."""
    radius = {"type": ["number", "null"]}
    return {
        "eps": radius | {"description": "null if none stands out from chance"},
        "low": radius | {"description": "of the range of eps that keeps n_clusters; null if there is none"},
        "high": radius,
        "min_samples": COUNT | {"description": "for all rows"},
        "n_clusters": {"type": ["integer", "null"], "description": "with core points that are 2 % of the rows or more"},
        "reason": TEXT,
        "n_drawn": COUNT | {"description": "rows that were looked at"},
        "min_samples_drawn": COUNT | {"description": "for so many rows"},
    }


def _refused_columns():
    """Describe what a refused table's columns hold, and its rows by the columns that they lack."""
    column = {
        "name": TEXT,
        "kind": {"enum": ["number", *settling.WHY]},
        "missing": {"type": ["integer", "null"], "description": "values; null if it is not known"},
        "use": {"type": "boolean", "description": "whether it looks like one to cluster by"},
        "why": {"type": ["string", "null"], "description": "why not"},
    }
    gap = {"columns": _list(COUNT) | {"description": "their places in the list columns"}, "rows": COUNT}
    return {"columns": _list(_object(column)), "gaps": _list(_object(gap))}


def _job():
    number_or_null = {"type": ["number", "null"], "description": "of the last finished pass"}
    progress = {
        "pass": COUNT | {"description": "that is under way, from 1; 0 while it waits, or the sample is read"},
        "groups_done": COUNT | {"description": "row groups of this pass"},
        "groups": COUNT,
        "inertia": number_or_null,
        "passes_done": COUNT,
    }
    text_or_null = {"type": ["string", "null"]}
    return {
        "id": TEXT,
        "status": {"enum": ["queued", "running", "done", "failed", "stalled", "cancelled"]},
        "progress": _object(progress),
        "parameters": {"type": "object"},
        "model": text_or_null | {"description": "id of what it ended in"},
        "detail": text_or_null | {"description": "why it failed or stalled"},
    }
