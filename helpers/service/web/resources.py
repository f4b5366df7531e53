"""Flask-RESTful's resources, one class a path: each reads a request, has the engine do it, and writes the answer."""

from flask import Response, g, request
from flask_restful import Resource

from helpers.service import questions
from helpers.service.data import tables
from helpers.service.data.readers import JSON, NPY
from helpers.service.problems import Problem, of_parameter
from helpers.service.questions import QUESTIONS
from helpers.service.web import exchange, page
from helpers.service.web.openapi import LABELS, ROWS, SUMMARY, TABLES, TEXT, document, operation, parameters

__all__ = ["RESOURCES", "answered"]
ASKING, STORING = (404, 406, 409, 503), (409, 413, 415, 503, 507)  # what may be refused
ANY = {}  # parameters: who links to a page, or watches the server, may add to the query
COLUMNS = {"columns": parameters(upload=questions.Upload)["columns"]}
DATASET, NEW_ROWS = {JSON: "DatasetBody"} | TABLES, {JSON: "TableBody"} | TABLES
SAME_JOB = (
    "Cluster data larger than memory; the same question has the same job, which starts again, answered 202, if it "
    "failed, stalled or was cancelled, or its model was deleted"
)
CANCEL = (
    "Cancel a job that is queued or running: its record stays, and says cancelled. Delete the record of one that has "
    "ended; its model stays"
)
NO_STORE = {"Cache-Control": "no-store"}


def answered(question, *media_types):
    """Answer a question, computed once, as one of these types."""
    media_type = exchange.accepted_type(*media_types)
    record, key = exchange.engine().prepare(question)
    etag = f"{key[:32]}-{'npy' if media_type == NPY else 'json'}"
    if exchange.client_has(etag):
        return exchange.tagged(Response(status=304), etag)
    if request.method == "HEAD":
        response = Response(content_type=media_type)
        response.automatically_set_content_length = False  # known only after a fit
        return exchange.tagged(response, etag)
    answer, g.how = exchange.engine().ask(question, record, key)
    if exchange.client_has_any():
        return exchange.tagged(Response(status=304), etag)
    return exchange.tagged(exchange.as_labels(answer, media_type), etag)


class Clustering(Resource):
    @operation("Cluster", {JSON: "Clustering", NPY: LABELS}, ASKING, own=parameters(**QUESTIONS), unchanged=True)
    def get(self):
        return answered(questions.from_query(request.args), JSON, NPY)


class Eps(Resource):
    @operation("Suggest eps for DBSCAN", {JSON: "Eps"}, ASKING, query=questions.EpsQuestion, unchanged=True)
    def get(self, question):
        return answered(question, JSON)


class Datasets(Resource):
    @operation("List the data sets", {JSON: "Datasets"})
    def get(self):
        usual, records = {"streamed": False, "usable": True}, exchange.engine().catalog.all()
        listed = [usual | {name: record[name] for name in SUMMARY if name in record} for record in records]
        return exchange.as_json({"datasets": listed})

    @operation("Upload a data set", {JSON: "Dataset"}, STORING, questions.Upload, body=DATASET, made=201)
    def post(self, upload):
        if upload.name is not None and not tables.accepts_name(upload.name):
            raise of_parameter("name", f"is not accepted; give {questions.NAME}")
        with exchange.engine().store.scratch(".npy") as path:
            facts = exchange.body_table(path, upload)
            if upload.name is not None and facts["name"] is not None:
                raise of_parameter("name", "is given in the body, too; give it once")
            record, new = exchange.engine().catalog.add(facts | {"name": upload.name or facts["name"]}, path)
        return exchange.created("datasets", record, 201 if new else 200)


class Dataset(Resource):
    @operation("Describe a data set, or give its rows", {JSON: "Dataset", NPY: ROWS}, (404, 406, 409), unchanged=True)
    def get(self, id):
        media_type = exchange.accepted_type(JSON, NPY)
        record = exchange.engine().catalog.get(id)
        if media_type == JSON:
            return exchange.as_json(record, headers={"Vary": "Accept"})
        etag = record["fingerprint"][:32]
        if exchange.client_has(etag) or exchange.client_has_any():
            return exchange.tagged(Response(status=304), etag)
        return exchange.tagged(exchange.as_file(exchange.engine().catalog.open_rows(record), NPY), etag)

    @operation("Delete a data set; models stay", {}, (403, 404, 507))
    def delete(self, id):
        exchange.engine().catalog.delete(id)
        return Response(status=204)


class Models(Resource):
    @operation("List the models", {JSON: "Models"}, query=questions.Listing)
    def get(self, wanted):
        return exchange.as_list("models", wanted, exchange.engine().models.page)

    @operation("Fit a model", {JSON: "Model"}, (404, *STORING), body={JSON: "Question"}, made=201)
    def post(self):
        question = questions.question(exchange.body_values(), "pointer")
        try:
            record, new = exchange.engine().models.add(question, *exchange.engine().prepare(question))
        except Problem as problem:
            raise problem.as_pointers() from None
        g.how = "computed" if new else "cached"
        return exchange.created("models", record, 201 if new else 200)


class Model(Resource):
    @operation("Describe a model", {JSON: "Model"}, (404,))
    def get(self, id):
        return exchange.as_json(exchange.engine().models.get(id))

    @operation("Delete a model", {}, (404, 507))
    def delete(self, id):
        exchange.engine().models.delete(id)
        return Response(status=204)


class Predict(Resource):
    @operation("Label new rows", {JSON: "Labels", NPY: LABELS}, (404, 406, *STORING), own=COLUMNS, body=NEW_ROWS)
    def post(self, id):
        exchange.only_parameters("columns")
        upload = questions.Upload(columns=request.args.get("columns"))
        media_type = exchange.accepted_type(JSON, NPY)
        exchange.engine().models.get(id)  # 404 before the body is looked at
        with exchange.engine().store.scratch(".npy") as path:
            answer = exchange.engine().models.predict(id, exchange.body_table(path, upload, named=False), path)
        g.how = "computed"
        return exchange.as_labels(answer, media_type)


class Jobs(Resource):
    @operation("List the jobs", {JSON: "Jobs"}, query=questions.Listing)
    def get(self, wanted):
        return exchange.as_list("jobs", wanted, exchange.engine().jobs.page, NO_STORE)

    @operation(SAME_JOB, {JSON: "Job"}, (404, *STORING), body={JSON: "JobBody"}, made=202)
    def post(self):
        question = questions.validate(questions.JobBody, exchange.body_values(), "pointer")
        record, new = exchange.engine().add_job(question)
        return exchange.created("jobs", record, 202 if new else 200)


class Job(Resource):
    @operation("Ask how far a job is", {JSON: "Job"}, (404,))
    def get(self, id):
        return exchange.as_json(exchange.engine().jobs.get(id), headers=NO_STORE)

    @operation(CANCEL, {}, (404, 507))
    def delete(self, id):
        exchange.engine().jobs.delete(id)
        return Response(status=204)


class OpenAPI(Resource):
    @operation("Read this document", {JSON: "Document"})
    def get(self):
        return exchange.as_json(document(exchange.engine().settings, RESOURCES))


class Health(Resource):
    @operation("Ask whether the server can answer", {JSON: "Health"}, own=ANY)
    def get(self):
        exchange.engine().store.check()
        exchange.engine().store.get("model", "")  # whether the records can be read
        return exchange.as_json({"status": "ok"})


class Page(Resource):
    @operation("Open the web page", {"text/html": TEXT}, own=ANY)
    def get(self):
        body, headers = page.document()
        return Response(body, content_type=page.MEDIA_TYPE, headers=headers | {"Cache-Control": "no-cache"})


RESOURCES = {
    "/": Page,
    "/clustering": Clustering,
    "/eps": Eps,
    "/datasets": Datasets,
    "/datasets/<string:id>": Dataset,
    "/models": Models,
    "/models/<string:id>": Model,
    "/models/<string:id>/predict": Predict,
    "/jobs": Jobs,
    "/jobs/<string:id>": Job,
    "/openapi.json": OpenAPI,
    "/healthz": Health,
}
