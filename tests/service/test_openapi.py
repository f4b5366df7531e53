"""The OpenAPI document against the running application, by schemathesis: whatever it allows, and what it forbids."""

import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from serving import CSV, NPY, PARQUET, ROOT, csv_of, engine, npy_of, parquet_of, until

from helpers.service import create_app

ROWS = arrays(float, array_shapes(min_dims=2, max_dims=2, max_side=5), elements=st.floats(-1e3, 1e3))


def names(X):
    return [f"c{j}" for j in range(X.shape[1])]


schemathesis.openapi.media_type(NPY, ROWS.map(npy_of))
schemathesis.openapi.media_type(CSV, ROWS.map(lambda X: csv_of(X, names(X))))
schemathesis.openapi.media_type(PARQUET, ROWS.map(lambda X: parquet_of(dict(zip(names(X), X.T, strict=True)))))


data = tempfile.TemporaryDirectory()
(Path(data.name) / "trips.parquet").write_bytes(parquet_of({"a": np.arange(100.0)}))
# as a module's own: schemathesis makes a test for each operation when it is imported
app = create_app(workers=2, data=data.name)
config = schemathesis.Config.from_path(ROOT / "schemathesis.toml")
schema = schemathesis.openapi.from_wsgi("/openapi.json", app, config=config)


@pytest.fixture(autouse=True, scope="module")
def ended():
    yield
    engine(app).close()
    data.cleanup()


@schema.parametrize()
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_every_operation(case):
    if case.path == "/eps":  # of the course's customers, two seconds for each min_samples
        case.query = {"dataset": "iris"} | dict(case.query or {})
    case.call_and_validate()


def test_walks_from_what_one_operation_gave_to_the_next():
    """Upload, describe, fit, label, delete, in any order, with the ids that the answers before gave."""
    seen = Counter()

    class Walk(schema.as_state_machine()):
        def setup(self):
            for name in ("dataset", "model"):  # every walk begins with the same server
                for record in engine(app).store.all(name):
                    engine(app).store.delete(name, record["id"])

        def validate_response(self, response, case, **options):
            seen[case.method, case.path, response.status_code] += 1
            super().validate_response(response, case, **options)

    Walk.run(settings=settings(max_examples=40, stateful_step_count=8, suppress_health_check=list(HealthCheck)))
    for reached in (
        ("POST", "/datasets", 201),
        ("GET", "/datasets/{id}", 200),
        ("DELETE", "/datasets/{id}", 204),
        ("POST", "/models", 201),
        ("GET", "/models/{id}", 200),
        ("DELETE", "/models/{id}", 204),
    ):
        assert seen[reached], seen


def test_a_job_from_its_beginning_to_its_end():
    """As the document says, with the data set that nothing would hit on."""

    def ask(method, path, status, **options):
        answer = schema[path][method].Case(**options).call_and_validate()
        assert answer.status_code == status
        return answer.json() if answer.content else None

    question = {"dataset": "trips", "k": 2}
    path = {"path_parameters": {"id": ask("POST", "/jobs", 202, body=question)["id"]}}
    until(lambda: ask("GET", "/jobs/{id}", 200, **path)["status"] == "done")
    assert ask("POST", "/jobs", 200, body=question)["model"] == path["path_parameters"]["id"]
    assert ask("GET", "/models/{id}", 200, **path)["counts"] == [50, 50]
    assert ask("GET", "/datasets/{id}", 200, path_parameters={"id": "trips"})["streamed"]
    ask("POST", "/jobs", 409, body={"dataset": "trips", "k": 101})
    ask("POST", "/models", 409, body={"dataset": "trips", "k": 2})
    ask("DELETE", "/jobs/{id}", 204, **path)
    ask("DELETE", "/jobs/{id}", 404, **path)
    ask("GET", "/jobs/{id}", 404, **path)


def test_every_operation_is_asked():
    asked = {operation.ok().label for operation in schema.get_all_operations()}
    paths = app.test_client().get("/openapi.json").json["paths"]
    documented = {f"{method.upper()} {path}" for path in paths for method in paths[path] if method != "parameters"}
    assert documented - asked <= {"GET /openapi.json"}  # which is read at every start
    served = {rule.rule.replace("<string:id>", "{id}") for rule in app.url_map.iter_rules()}
    assert served == set(paths)
