"""Flask-RESTful's resources, one class a path: each reads a request, has the engine do it, and writes the answer."""

from flask import Response, g, request
from flask_restful import Resource

from helpers.service import questions
from helpers.service.data import tables
from helpers.service.data.readers import JSON, NPY
from helpers.service.problems import Problem, of_parameter
from helpers.service.web import exchange, page
from helpers.service.web.openapi import SUMMARY, document


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
    """GET /clustering?k=3: labels, computed once for each question."""

    def get(self):
        """Answer a question, by the header Accept as JSON or .npy."""
        return answered(questions.from_query(request.args), JSON, NPY)


class Eps(Resource):
    """GET /eps: a radius for DBSCAN, or why there is none."""

    def get(self):
        """Answer as JSON."""
        return answered(questions.from_query(request.args, questions.EpsQuestion), JSON)


class Datasets(Resource):
    """The course's data sets and the uploaded ones."""

    def get(self):
        """List all, each in few words."""
        exchange.only_parameters()
        records = exchange.engine().catalog.all()
        return exchange.as_json(
            {
                "datasets": [
                    {"streamed": False, "usable": True} | {key: record[key] for key in SUMMARY if key in record}
                    for record in records
                ]
            }
        )

    def post(self):
        """Upload one."""
        upload = questions.from_query(request.args, questions.Upload)
        if upload.name is not None and not tables.accepts_name(upload.name):
            raise of_parameter(
                "name", f"is not accepted; give {questions.DatasetBody.model_fields['name'].description}"
            )
        with exchange.engine().store.scratch(".npy") as path:
            facts = exchange.body_table(path, upload)
            if upload.name is not None and facts["name"] is not None:
                raise of_parameter("name", "is given in the body, too; give it once")
            record, new = exchange.engine().catalog.add(facts | {"name": upload.name or facts["name"]}, path)
        return exchange.created(record, new, f"/datasets/{record['id']}")


class Dataset(Resource):
    """One data set."""

    def get(self, id):
        """Describe it, or give its rows, by the header Accept."""
        exchange.only_parameters()
        media_type = exchange.accepted_type(JSON, NPY)
        record = exchange.engine().catalog.get(id)
        if media_type == JSON:
            return exchange.varied(exchange.as_json(record))
        etag = record["fingerprint"][:32]
        if exchange.client_has(etag) or exchange.client_has_any():
            return exchange.tagged(Response(status=304), etag)
        return exchange.tagged(exchange.as_file(exchange.engine().catalog.open_rows(record), NPY), etag)

    def delete(self, id):
        """Delete it; models that were made of it stay."""
        exchange.only_parameters()
        exchange.engine().catalog.delete(id)
        return Response(status=204)


class Models(Resource):
    """Fit once."""

    def get(self):
        """List them, so many at a time."""
        return exchange.as_list("models", exchange.engine().models.page)

    def post(self):
        """Fit a model; the same question has the same model."""
        exchange.only_parameters()
        question = exchange.body_question()
        try:
            record, new = exchange.engine().models.add(question, *exchange.engine().prepare(question))
        except Problem as problem:
            raise problem.as_pointers() from None
        g.how = "computed" if new else "cached"
        return exchange.created(record, new, f"/models/{record['id']}")


class Model(Resource):
    """One model."""

    def get(self, id):
        """Describe it."""
        exchange.only_parameters()
        return exchange.as_json(exchange.engine().models.get(id))

    def delete(self, id):
        """Delete it."""
        exchange.only_parameters()
        exchange.engine().models.delete(id)
        return Response(status=204)


class Predict(Resource):
    """Label new rows many times."""

    def post(self, id):
        """Label the rows in the body."""
        exchange.only_parameters("columns")
        upload = questions.Upload(columns=request.args.get("columns"))
        media_type = exchange.accepted_type(JSON, NPY)
        exchange.engine().models.get(id)  # 404 before the body is looked at
        with exchange.engine().store.scratch(".npy") as path:
            answer = exchange.engine().models.predict(id, exchange.body_table(path, upload, named=False), path)
        g.how = "computed"
        return exchange.as_labels(answer, media_type)


class Jobs(Resource):
    """k-means over data larger than memory."""

    def get(self):
        """List them, so many at a time."""
        response = exchange.as_list("jobs", exchange.engine().jobs.page)
        response.headers["Cache-Control"] = "no-store"
        return response

    def post(self):
        """Accept a job; the same question has the same job."""
        exchange.only_parameters()
        record, new = exchange.engine().add_job(exchange.body_job())
        response = exchange.as_json(record, 202 if new else 200)
        response.headers["Location"] = f"/jobs/{record['id']}"
        return response


class Job(Resource):
    """One job."""

    def get(self, id):
        """Say how far it is."""
        exchange.only_parameters()
        response = exchange.as_json(exchange.engine().jobs.get(id))
        response.headers["Cache-Control"] = "no-store"
        return response

    def delete(self, id):
        """Cancel it; of one that has ended, delete the record."""
        exchange.only_parameters()
        exchange.engine().jobs.delete(id)
        return Response(status=204)


class OpenAPI(Resource):
    """The description of all this."""

    def get(self):
        """Write the document."""
        exchange.only_parameters()
        return exchange.as_json(document(exchange.engine().settings))


class Health(Resource):
    """Whether the server can answer."""

    def get(self):
        """Look whether the records can be read, whatever the query: who watches may add to it."""
        exchange.engine().store.check()
        exchange.engine().store.get("model", "")
        return exchange.as_json({"status": "ok"})


class Page(Resource):
    """The web page."""

    def get(self):
        """Send it, whatever the query: those who link to a page may add to it."""
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
