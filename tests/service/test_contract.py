"""The endpoint's contract, row by row, against scikit-learn's own answers."""

import io
import json

import numpy as np
import pyarrow as pa
import pytest
from commands import ROOT
from serving import CSV, JSON, NPY, PARQUET, PROBLEM, csv_of, engine, knowing, npy_of, parquet_of
from sklearn.cluster import DBSCAN, HDBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

from helpers import datasets
from helpers.scores import suggest_eps
from helpers.scores.suggesting import MOST_ROWS
from helpers.service import create_app
from helpers.service.questions import EpsQuestion

X = np.random.default_rng(0).normal(size=(60, 2)) + np.repeat([[0, 0], [6, 0], [0, 6]], 20, axis=0)


@pytest.fixture(scope="module")
def app():
    app = create_app(workers=1)
    yield app
    engine(app).close()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def uploaded(client):
    """A data set of ours, gone after the test."""
    id = client.post("/datasets", json={"X": X.tolist(), "feature_names": ["a", "b"]}).json["id"]
    yield id
    client.delete(f"/datasets/{id}")


def by_appearance(labels):
    """The rule for numbers of clusters, written again and plainly."""
    seen = []
    for label in labels.tolist():
        if label != -1 and label not in seen:
            seen.append(label)
    return [-1 if label == -1 else seen.index(label) for label in labels.tolist()], seen


# --- GET /clustering --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", ["none", "standard"])
@pytest.mark.parametrize(("n_init", "seed"), [(1, 0), (3, 7)])
def test_kmeans_is_exactly_scikit_learns(client, scale, n_init, seed):
    rows = datasets.load("customers").X
    scaler = StandardScaler(with_mean=scale == "standard", with_std=scale == "standard").fit(rows)
    model = KMeans(n_clusters=4, n_init=n_init, random_state=seed).fit(scaler.transform(rows))
    labels, order = by_appearance(model.labels_)
    found = client.get(f"/clustering?k=4&n_init={n_init}&seed={seed}&scale={scale}")
    assert found.status_code == 200
    assert found.json["labels"] == labels
    assert found.json["n_clusters"] == 4
    np.testing.assert_allclose(found.json["centers"], scaler.inverse_transform(model.cluster_centers_[order]))
    assert found.json["inertia"] == pytest.approx(model.inertia_)
    assert found.json["parameters"] == {
        "dataset": "customers", "scale": scale, "algorithm": "kmeans", "k": 4, "n_init": n_init, "seed": seed,
    }  # fmt: skip
    assert found.json["rows"] == len(rows)
    assert found.json["feature_names"] == ["age", "income"]


@pytest.mark.parametrize(
    ("query", "model"),
    [
        ("algorithm=dbscan&eps=0.25&min_samples=8", DBSCAN(eps=0.25, min_samples=8)),
        ("algorithm=dbscan&eps=0.25", DBSCAN(eps=0.25, min_samples=5)),
        ("algorithm=dbscan&eps=.25", DBSCAN(eps=0.25, min_samples=5)),
        ("algorithm=dbscan&eps=1e-9", DBSCAN(eps=1e-9, min_samples=5)),
        ("algorithm=hdbscan&min_cluster_size=20", HDBSCAN(min_cluster_size=20, copy=True)),
        ("algorithm=hdbscan", HDBSCAN(min_cluster_size=5, copy=True)),
    ],
)
def test_density_methods_are_scikit_learns(client, query, model):
    rows = StandardScaler().fit_transform(datasets.load("penguins").X)
    labels, seen = by_appearance(model.fit(rows).labels_)
    found = client.get(f"/clustering?dataset=penguins&scale=standard&{query}").json
    assert found["labels"] == labels
    assert found["n_clusters"] == len(seen)
    assert found["noise"] == labels.count(-1)
    assert "centers" not in found


def test_answers_are_equal_byte_for_byte_also_from_another_server(client):
    other = create_app(workers=1)
    try:
        for query in ("k=5&seed=3", "algorithm=dbscan&eps=0.3&scale=standard"):
            first, again = (client.get(f"/clustering?{query}") for _ in range(2))
            elsewhere = other.test_client().get(f"/clustering?{query}")
            assert first.data == again.data == elsewhere.data
            assert first.headers["ETag"] == again.headers["ETag"] == elsewhere.headers["ETag"]
            assert again.headers["Cache-Status"] == "clustering; hit"
            assert elsewhere.headers["Cache-Status"] == "clustering; fwd=miss"
    finally:
        engine(other).close()


def test_every_answer_says_which_request_and_how_long(client):
    one, other = client.get("/clustering?k=2"), client.get("/nothing")
    assert one.headers["X-Request-ID"] != other.headers["X-Request-ID"]
    for answer in (one, other):
        assert float(answer.headers["Server-Timing"].removeprefix("total;dur=")) > 0


@pytest.mark.parametrize("query", ["seed=1", "n_init=2", "k=4", "scale=standard", "dataset=iris"])
def test_another_question_has_another_etag(client, query):
    base = {"k": "3"}
    other = base | dict([query.split("=")])
    etags = {client.head("/clustering", query_string=one).headers["ETag"] for one in (base, other)}
    assert len(etags) == 2


def test_unchanged_and_head_are_answered_without_a_fit(app, client):
    before = engine(app).fits
    head = client.head("/clustering?k=9&seed=99")
    assert (head.status_code, head.data) == (200, b"")
    assert "Content-Length" not in head.headers
    etag = head.headers["ETag"]
    for sent in (etag, f'"other", {etag}', f"W/{etag}"):
        unchanged = client.get("/clustering?k=9&seed=99", headers={"If-None-Match": sent})
        assert (unchanged.status_code, unchanged.data) == (304, b"")
        assert unchanged.headers["ETag"] == etag
    assert engine(app).fits == before
    # "*" asks whether there is an answer at all, which only a fit can tell
    assert client.get("/clustering?k=9&seed=99", headers={"If-None-Match": "*"}).status_code == 304
    assert client.get("/datasets/iris", headers={"If-None-Match": "*", "Accept": NPY}).status_code == 304
    assert client.get("/clustering?k=9&seed=99", headers={"If-None-Match": '"other"'}).headers["ETag"] == etag
    assert engine(app).fits == before + 1


def test_labels_as_npy(app, client):
    as_json = client.get("/clustering?k=3&seed=5")
    before = engine(app).fits
    as_npy = client.get("/clustering?k=3&seed=5", headers={"Accept": NPY})
    assert engine(app).fits == before
    assert as_npy.content_type == NPY
    assert as_npy.headers["ETag"] != as_json.headers["ETag"]
    assert as_npy.headers["Vary"] == "Accept"
    labels = np.load(io.BytesIO(as_npy.data))
    assert labels.dtype == np.int32
    assert labels.tolist() == as_json.json["labels"]


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("*/*", JSON),
        ("application/*", JSON),
        ("", JSON),
        (f"{JSON}; charset=utf-8", JSON),
        (f"{NPY};version=1;q=0.5, text/html", NPY),
        (f"{NPY}, */*;q=0.1", NPY),
        (f"{JSON};q=0.2, {NPY};q=0.1", JSON),
    ],
)
def test_the_type_that_is_asked_for(client, accept, given):
    assert client.get("/clustering?k=3", headers={"Accept": accept}).content_type == given


# --- GET /eps ---------------------------------------------------------------------------------------------------------


def suggested(client, query):
    """Ask for eps, and take apart what is found and what was asked."""
    answer = client.get(f"/eps?{query}")
    assert answer.status_code == 200, answer.json
    return {name: value for name, value in answer.json.items() if name not in ("parameters", "rows", "feature_names")}


def as_told(found):
    return {
        name: getattr(found, name)
        for name in ("eps", "low", "high", "min_samples", "n_clusters", "reason", "n_drawn", "min_samples_drawn")
    }


@pytest.mark.parametrize("name", ["moons", "circles", "blobs", "stretched", "unequal", "noise"])
def test_eps_is_the_rules_and_clusters_as_it_says(client, name):
    data = getattr(datasets, name)()
    id = client.post("/datasets", data=npy_of(data.X), content_type=NPY).json["id"]
    found = suggested(client, f"dataset={id}")
    assert found == as_told(suggest_eps(data.X))
    assert (found["eps"] is None) == (name == "noise")
    if found["eps"] is not None:
        query = {name: found[name] for name in ("eps", "min_samples")} | {"dataset": id, "algorithm": "dbscan"}
        labels = client.get("/clustering", query_string=query).json["labels"]
        assert adjusted_rand_score(data.target, labels) > (0.75 if name == "unequal" else 0.95)
    client.delete(f"/datasets/{id}")


@pytest.mark.parametrize("query", ["", "&min_samples=12"])
@pytest.mark.parametrize("scale", ["none", "standard"])
def test_eps_fits_the_space_in_which_dbscan_runs(client, scale, query):
    rows = datasets.load("penguins").X
    rows = rows if scale == "none" else StandardScaler().fit_transform(rows)
    found = suggested(client, f"dataset=penguins&scale={scale}{query}")
    wanted = as_told(suggest_eps(rows, 12 if query else None))
    assert found.pop("reason") == wanted.pop("reason")
    assert found == pytest.approx(wanted)


def test_eps_is_none_on_the_square(client):
    found = suggested(client, "dataset=square")
    assert found["eps"] is None
    assert found["reason"].endswith("no radius stands out.")


def test_eps_is_worked_out_once(app, client):
    path, before = "/eps?dataset=iris&min_samples=7", engine(app).fits
    head = client.head(path)
    assert (head.status_code, engine(app).fits) == (200, before)
    first, again = client.get(path), client.get(path)
    assert engine(app).fits == before + 1
    assert first.data == again.data
    assert head.headers["ETag"] == first.headers["ETag"]
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get(path, headers={"Accept": NPY}).status_code == 406


def test_eps_of_many_rows_says_how_to_cluster_them(client):
    data = datasets.moons(5000)
    id = client.post("/datasets", data=npy_of(data.X), content_type=NPY).json["id"]
    found = suggested(client, f"dataset={id}")
    assert (found["n_drawn"], found["min_samples_drawn"], found["min_samples"]) == (2000, 8, 20)
    assert "Cluster all rows with min_samples 20 and about" in found["reason"]
    drawn = data.X[np.random.default_rng(1).choice(5000, 2000, replace=False)]
    part = client.post("/datasets", data=npy_of(drawn), content_type=NPY).json["id"]
    question = {"dataset": part, "algorithm": "dbscan", "eps": found["eps"], "min_samples": 8}
    model = client.post("/models", json=question).headers["Location"]
    labels = client.post(f"{model}/predict", data=npy_of(data.X), content_type=NPY).json["labels"]
    assert adjusted_rand_score(data.target, labels) > 0.95
    for path in (model, f"/datasets/{part}", f"/datasets/{id}"):
        client.delete(path)


def test_the_bounds_of_min_samples_are_those_of_the_rule(client):
    assert EpsQuestion.model_json_schema()["properties"]["min_samples"]["anyOf"][0]["maximum"] == MOST_ROWS
    for rows, status in ((3, 409), (4, 200)):
        made = client.post("/datasets", json={"X": [[i] for i in range(rows)]})
        assert client.get(f"/eps?dataset={made.json['id']}").status_code == status
        client.delete(made.headers["Location"])


def test_the_manuals_answer_is_the_servers(client):
    _, _, rest = (ROOT / "docs/endpoint.md").read_text(encoding="utf-8").partition("http://127.0.0.1:5000/eps")
    query, told = rest.partition("'")[0], rest.partition("It answers:")[2].partition("\n\nAsk")[0]

    def read(text):
        return json.loads(text, parse_float=lambda number: round(float(number), 9))

    assert read(told) == read(client.get(f"/eps{query}").data)


# --- data sets --------------------------------------------------------------------------------------------------------


def test_the_course_data_are_there_under_their_names(client):
    listed = client.get("/datasets").json["datasets"]
    assert [one["id"] for one in listed][: len(datasets.names())] == datasets.names()
    for name in datasets.names():
        record, data = client.get(f"/datasets/{name}").json, datasets.load(name)
        assert (record["rows"], record["columns"]) == data.X.shape
        assert record["feature_names"] == list(data.feature_names)
        assert record["units"] == list(data.units)
        assert client.delete(f"/datasets/{name}").status_code == 403


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (JSON, b'{"feature_names": ["a", "b"], "X": ' + repr(X.tolist()).encode() + b"}"),
        (CSV, csv_of(X, ["a", "b"])),
        (CSV, b"\xef\xbb\xbf" + csv_of(X, ['"a"', " b"]).replace(b"\n", b"\r\n")),
        (f"{CSV}; charset=UTF-8; header=present", csv_of(X, ["a", "b"])),
        (PARQUET, parquet_of({"a": X[:, 0], "b": X[:, 1]})),
        (PARQUET, parquet_of({"a": X[:, 0], "b": X[:, 1]}, compression="zstd", row_group_size=7)),
    ],
)
def test_each_media_type_gives_the_same_data_set(client, uploaded, media_type, body):
    again = client.post("/datasets", data=body, content_type=media_type)
    assert again.status_code == 200, again.json  # it is there already
    assert again.json == client.get(f"/datasets/{uploaded}").json
    assert again.headers["Location"] == f"/datasets/{uploaded}"


GERMAN = csv_of(X, ["a", "b"]).decode().replace(",", ";").replace(".", ",")
FRAME = pa.table({"a": X[:, 0], "index": np.arange(60), "b": X[:, 1]})
FRAME = FRAME.replace_schema_metadata({"pandas": '{"index_columns": ["index"]}'})
NUMBERED = ",a,b\n" + "\n".join(f"{i},{a!r},{b!r}" for i, (a, b) in enumerate(X.tolist()))
COMMAS = ["Columns are separated by semicolons.", "Decimal comma in a, b."]


@pytest.mark.parametrize(
    ("media_type", "body", "query", "told"),
    [
        (CSV, GERMAN.encode(), "", COMMAS),
        (CSV, GERMAN.encode("utf-16"), "", ["The encoding is UTF-16.", *COMMAS]),
        (CSV, csv_of(X, ["a", "b"]).replace(b",", b"\t"), "", ["Columns are separated by tabs."]),
        (CSV, csv_of(X[:, ::-1], ["b", "a"]), "?columns=a,b", []),
        (CSV, NUMBERED.encode(), "?columns=a,b", []),
        (CSV, csv_of(X, ["a", "b"]) + b"?,2\n", "?missing=drop",
         ["'?' was taken for missing, once, in a.", "Rows dropped since a value is missing in them: 1 of 61."]),
        (PARQUET, parquet_of(FRAME), "", ["Left out, the index of a data frame: index."]),
        (PARQUET, parquet_of({"t": ["x"] * 60, "b": X[:, 1], "a": X[:, 0]}), "?columns=a,b", []),
    ],
)  # fmt: skip
def test_the_same_rows_spelt_otherwise_are_the_same_data_set_and_what_was_understood_is_told(
    client, uploaded, media_type, body, query, told
):
    again = client.post(f"/datasets{query}", data=body, content_type=media_type)
    assert again.status_code == 200, again.json
    assert again.json["warnings"] == told
    kept = client.get(f"/datasets/{uploaded}").json
    assert kept["warnings"] == []  # of the body that it came from
    same = {name: value for name, value in kept.items() if name not in ("warnings", "rows_dropped")}
    assert again.json.items() >= same.items()


def test_the_courses_penguins_upload_with_one_more_parameter(client):
    body = (datasets.real.DATA / "penguins.csv").read_bytes()
    refused = client.post("/datasets", data=body, content_type=CSV)
    assert (refused.status_code, refused.content_type) == (422, PROBLEM)
    errors = refused.json["errors"]
    assert [(error["column"], error["line"]) for error in errors] == [("species", 2), ("island", 2), ("sex", 2)]
    assert "'Adelie' in line 2, which is no number: leave the column out with columns=" in errors[0]["detail"]
    used = [one["name"] for one in refused.json["columns"] if one["use"]]
    assert used == list(datasets.load("penguins").feature_names)
    assert refused.json["detail"].endswith(f"Accepted would be ?columns={','.join(used)}")
    made = client.post("/datasets", query_string={"columns": ",".join(used)}, data=body, content_type=CSV)
    assert (made.status_code, made.json["rows"], made.json["warnings"]) == (201, 333, [])
    assert made.json["fingerprint"] == client.get("/datasets/penguins").json["fingerprint"]
    model = client.post("/models", json={"dataset": made.json["id"], "k": 3})
    path = f"{model.headers['Location']}/predict"
    labels = client.post(path, query_string={"columns": ",".join(used)}, data=body, content_type=CSV)
    assert len(labels.json["labels"]) == 333
    assert client.post(path, data=body, content_type=CSV).status_code == 422
    client.delete(made.headers["Location"])


MESSY = """,x,"y, in cm",t,d,b,e,one,z
1,0.5,NA,u,2007-11-11,true,,3,1
2,1.5,2,v,2007-11-12,false,,3,-inf
3,?,,w,2007-11-13,true,,3,2
4,2.5,4,7,2007-11-14,true,,3,5
"""


def test_everything_in_the_way_is_refused_at_once_and_told_how_to_choose(client):
    problem = client.post("/datasets?warnings=refuse", data=MESSY.encode(), content_type=CSV).json
    found = {error["column"]: (error["pointer"], error.get("line")) for error in problem["errors"]}
    assert found == {
        "column 1": ("/feature_names/0", None), "x": ("/X/2/1", 4), "y, in cm": ("/X/0/2", 2), "t": ("/X/0/3", 2),
        "d": ("/feature_names/4", None), "b": ("/feature_names/5", None), "e": ("/X/0/6", 2),
        "one": ("/feature_names/7", None), "z": ("/X/1/8", 3),
    }  # fmt: skip
    kinds = {one["name"]: (one["kind"], one["missing"], one["use"]) for one in problem["columns"]}
    assert kinds == {
        "column 1": ("nameless", 0, False), "x": ("number", 1, True), "y, in cm": ("number", 2, True),
        "t": ("text", 0, False), "d": ("date", 0, False), "b": ("truth", 0, False), "e": ("empty", 4, False),
        "one": ("constant", 0, False), "z": ("far", 0, False),
    }  # fmt: skip
    assert problem["rows"] == 4
    assert {(*gap["columns"], gap["rows"]) for gap in problem["gaps"]} == {(2, 1), (1, 2, 1)}
    accepted = problem["detail"].partition("Accepted would be ")[2]
    assert accepted == '?columns=x,"y, in cm"&missing=drop'
    made = client.post(f"/datasets{accepted}", data=MESSY.encode(), content_type=CSV)
    assert made.status_code == 201, made.json
    assert (made.json["rows"], made.json["rows_dropped"], made.json["feature_names"]) == (2, 2, ["x", "y, in cm"])
    assert made.json["warnings"] == [
        "'?' was taken for missing, once, in x.",
        "'NA' was taken for missing, once, in y, in cm.",
        "Rows dropped since a value is missing in them: 2 of 4.",
    ]
    assert client.get(made.headers["Location"]).json == made.json
    client.delete(made.headers["Location"])


def test_what_may_be_no_column_to_cluster_by_is_accepted_and_told(client):
    made = client.post("/datasets", data=b",n,one,x\n7,5,2,0\n8,6,2,1\n9,7,2,0\n", content_type=CSV)
    assert made.status_code == 201
    assert made.json["feature_names"] == ["column 1", "n", "one", "x"]
    assert made.json["warnings"] == [
        "The first column has no name: it is called column 1, and likely numbers or names the rows.",
        "n counts the rows, so that clusters would follow the order of the file.",
        "one holds one value only, which tells no row from another.",
    ]
    client.delete(made.headers["Location"])


@pytest.mark.parametrize(
    ("media_type", "body"),
    [(NPY, npy_of(np.array([[1, 2, 3], [4, 5, np.nan]]))), (JSON, b'{"X": [[1, 2, 3], [4, 5, null]]}')],
)
def test_columns_and_missing_values_of_what_has_no_names(client, media_type, body):
    refused = client.post("/datasets", data=body, content_type=media_type)
    assert refused.status_code == 422
    assert (refused.json["errors"][0]["pointer"], refused.json["errors"][0]["column"]) == ("/X/1/2", "x3")
    for query, names, rows in (("missing=drop", ["x1", "x2", "x3"], 1), ("columns=x3,x1&missing=drop", ["x3", "x1"], 1),
                               ("columns=x2,x1", ["x2", "x1"], 2)):  # fmt: skip
        made = client.post(f"/datasets?{query}", data=body, content_type=media_type)
        assert (made.status_code, made.json["feature_names"], made.json["rows"]) == (201, names, rows)
        client.delete(made.headers["Location"])


def test_a_large_table_is_refused_by_a_worker_in_the_same_words(client):
    small, large = (
        client.post("/datasets", data=b"a,t\n,x\n" + 100_000 * factor * b"1,y\n", content_type=CSV).json
        for factor in (0, 1)
    )
    assert large["columns"][1] == {"name": "t", "kind": "text", "missing": 0, "use": False, "why": "holds text"}
    assert large["gaps"] == [{"columns": [0], "rows": 1}]
    assert small["errors"][1] == large["errors"][1]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4", "<f2", "<i8", ">i2", "<u8", "|u1", "|i1"])
def test_npy_of_any_type_of_number(client, dtype, order):
    rows = np.asarray([[1, 2, 3], [4, 5, 6]], dtype=dtype, order=order)
    made = client.post("/datasets", data=npy_of(rows), content_type=NPY)
    assert made.status_code in (200, 201)
    assert (made.json["rows"], made.json["columns"], made.json["feature_names"]) == (2, 3, ["x1", "x2", "x3"])
    same = client.post("/datasets", json={"X": [[1, 2, 3], [4, 5, 6]]})
    assert same.json == made.json
    client.delete(same.headers["Location"])


def test_a_data_set_of_ones_own(client):
    made = client.post("/datasets?name=My trip", data=csv_of(X, ["a", "b"]), content_type=CSV)
    assert made.status_code == 201
    record = made.json
    assert (record["name"], record["rows"], record["columns"], record["deletable"]) == ("My trip", 60, 2, True)
    assert client.get(made.headers["Location"]).json == record
    summary = {key: record[key] for key in ("id", "name", "rows", "columns", "deletable")}
    summary |= {"streamed": False, "usable": True}
    assert summary in client.get("/datasets").json["datasets"]
    found = client.get(f"/clustering?k=3&dataset={record['id']}").json
    assert found["labels"] == by_appearance(KMeans(3, n_init=1, random_state=0).fit(X).labels_)[0]
    assert found["feature_names"] == ["a", "b"]
    assert client.delete(made.headers["Location"]).status_code == 204
    for answer in (client.get(made.headers["Location"]), client.delete(made.headers["Location"])):
        assert answer.status_code == 404
    assert client.get(f"/clustering?k=3&dataset={record['id']}").status_code == 404


def test_a_large_body_is_read_by_a_worker_and_gives_the_same(client):
    rows = np.random.default_rng(1).normal(size=(30_000, 2)).round(6)
    ids = set()
    for media_type, body in ((CSV, csv_of(rows, ["x1", "x2"])), (NPY, npy_of(rows)), (JSON, None)):
        body = body or b'{"X": ' + repr(rows.tolist()).encode() + b"}"
        assert len(body) > 2**18
        answer = client.post("/datasets", data=body, content_type=media_type)
        assert answer.status_code in (200, 201), answer.json
        ids.add(answer.json["id"])
    assert len(ids) == 1
    client.delete(f"/datasets/{ids.pop()}")


def test_minus_zero_is_zero(client):
    one, other = (client.post("/datasets", json={"X": [[z], [1.0]]}).json for z in (0.0, -0.0))
    assert one == other
    client.delete(f"/datasets/{one['id']}")


# --- models -----------------------------------------------------------------------------------------------------------


def test_fit_once_and_label_many_times(app, client, uploaded):
    question = {"dataset": uploaded, "algorithm": "kmeans", "k": 3, "scale": "standard"}
    made = client.post("/models", json=question)
    assert made.status_code == 201
    model = made.json
    assert client.get(made.headers["Location"]).json == model
    asked = client.get("/clustering", query_string=question).json
    assert model["centers"] == asked["centers"]
    assert model["parameters"] == asked["parameters"]
    fits = engine(app).fits
    again = client.post("/models", json=question)
    assert (again.status_code, again.json) == (200, model)
    for rows in (X, X[:1]):
        body = {"X": rows.tolist()}
        labels = client.post(f"{made.headers['Location']}/predict", json=body).json
        assert labels == {"labels": asked["labels"][: len(rows)]}
    assert engine(app).fits == fits
    client.delete(f"/datasets/{uploaded}")  # a model keeps what it needs
    bodies = [(CSV, csv_of(X, ["a", "b"])), (NPY, npy_of(X)), (PARQUET, parquet_of({"a": X[:, 0], "b": X[:, 1]}))]
    for media_type, body in bodies:
        answer = client.post(f"{made.headers['Location']}/predict", data=body, content_type=media_type)
        assert answer.json == {"labels": asked["labels"]}
    as_npy = client.post(f"{made.headers['Location']}/predict", json={"X": X.tolist()}, headers={"Accept": NPY})
    assert np.load(io.BytesIO(as_npy.data)).tolist() == asked["labels"]
    assert client.delete(made.headers["Location"]).status_code == 204
    assert client.get(made.headers["Location"]).status_code == 404
    assert client.post(f"{made.headers['Location']}/predict", json={"X": [[1, 2]]}).status_code == 404


def test_dbscan_labels_new_rows_by_the_nearest_core_point(client, uploaded):
    made = client.post("/models", json={"dataset": uploaded, "algorithm": "dbscan", "eps": 1.0, "min_samples": 5}).json
    fitted = DBSCAN(eps=1.0).fit(X)
    core, far = X[fitted.core_sample_indices_], X[[0]] + 1000
    labels = np.array(by_appearance(fitted.labels_)[0])
    answer = client.post(f"/models/{made['id']}/predict", json={"X": np.vstack([core, far]).tolist()}).json
    assert answer["labels"] == [*labels[fitted.core_sample_indices_], -1]


def test_dbscan_without_core_points_calls_everything_noise(client, uploaded):
    made = client.post("/models", json={"dataset": uploaded, "algorithm": "dbscan", "eps": 1e-6}).json
    assert (made["n_clusters"], made["noise"]) == (0, 60)
    assert client.post(f"/models/{made['id']}/predict", json={"X": X[:2].tolist()}).json == {"labels": [-1, -1]}


@pytest.mark.parametrize(("offset", "gap"), [(1.76e9, 10), (1e12, 1000), (0, 1)])
def test_rows_far_from_zero_get_the_label_that_they_were_fitted_with(client, offset, gap):
    rng = np.random.default_rng(0)
    rows = np.concatenate([rng.normal(offset, gap / 10, (50, 1)), rng.normal(offset + gap, gap / 10, (50, 1))])
    made = client.post("/datasets", data=npy_of(rows), content_type=NPY).json
    model = client.post("/models", json={"dataset": made["id"], "k": 2}).json
    fitted = client.get(f"/clustering?k=2&dataset={made['id']}").json["labels"]
    assert client.post(f"/models/{model['id']}/predict", json={"X": rows.tolist()}).json["labels"] == fitted


@pytest.mark.parametrize("question", [{"k": 2}, {"algorithm": "dbscan", "eps": 0.5}])
def test_rows_too_far_away_to_compute_with(client, question):
    rows = np.random.default_rng(0).random((30, 2)) * 1e-160
    made = client.post("/datasets", data=npy_of(rows), content_type=NPY).json
    model = client.post("/models", json=question | {"dataset": made["id"], "scale": "standard"}).json
    answer = client.post(f"/models/{model['id']}/predict", json={"X": [[1e150, 1e150]]})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (409, "/X")


def test_hdbscan_has_no_rule_for_new_rows(client, uploaded):
    made = client.post("/models", json={"dataset": uploaded, "algorithm": "hdbscan"})
    assert made.status_code == 201
    assert client.post(f"/models/{made.json['id']}/predict", json={"X": X[:2].tolist()}).status_code == 409


def test_columns_in_another_order_are_refused(client, uploaded):
    made = client.post("/models", json={"dataset": uploaded, "k": 3}).json
    answer = client.post(f"/models/{made['id']}/predict", data=csv_of(X, ["b", "a"]), content_type=CSV)
    assert answer.status_code == 409
    assert "a, b" in answer.json["detail"]


# --- the rest ---------------------------------------------------------------------------------------------------------


def test_healthz(client):
    assert client.get("/healthz").json == {"status": "ok"}


def test_a_token_is_asked_for_everything_but_the_page_and_the_health_check():
    app = knowing(create_app(token="s3cret", workers=1))
    try:
        client = app.test_client()
        assert client.get("/healthz").status_code == 200
        assert client.get("/").status_code == 200  # it asks for the token itself
        for sent in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic s3cret"}, {"Authorization": "é"}):
            answer = client.get("/openapi.json", headers=sent)
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        opened = client.get("/openapi.json", headers={"Authorization": "Bearer s3cret"})
        assert opened.json["security"] == [{"token": []}]
        assert client.get("/datasets", headers={"Authorization": "bearer s3cret"}).status_code == 200
    finally:
        engine(app).close()


# "::" in a test's name would make it a module of its own for xdist, with servers of its own
@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "127.0.0.1:81", pytest.param("[::1]:5000", id="IPv6")])
def test_this_machines_own_names_are_answered(client, host):
    assert client.get("/datasets", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "evil.example:5000", "localhost.evil.example", "127.0.0.1.evil.org", "", "10.0.0.1",
        pytest.param("[::1", id="half of IPv6"),
    ],
)  # fmt: skip
def test_without_a_token_other_names_are_refused(client, host):
    """A page elsewhere can have its own name point here; a browser would then let it read the answers."""
    answer = client.get("/datasets", headers={"Host": host})
    assert answer.status_code == 400
    assert answer.content_type == PROBLEM
    assert "answers only to localhost" in answer.json["detail"]


def test_without_a_token_what_pages_of_other_sites_fetch_is_refused(client, app):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    before = engine(app).fits
    assert client.get("/clustering?k=77", headers=headers).status_code == 400
    assert engine(app).fits == before
    assert client.get("/", headers=headers | {"Sec-Fetch-Dest": "document"}).status_code == 200  # a link to the page
    assert client.get("/healthz", headers=headers | {"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_with_a_token_any_name_is_answered():
    app = create_app(token="s3cret", workers=1)
    try:
        headers = {"Authorization": "Bearer s3cret", "Host": "clustering.example"}
        assert app.test_client().get("/healthz", headers=headers).status_code == 200
    finally:
        engine(app).close()


def test_the_page_may_run_its_own_code_and_ask_this_server_only(client):
    page = client.get("/")
    assert page.content_type == "text/html; charset=utf-8"
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "connect-src 'self'" in policy
    assert "http" not in policy
    assert client.get("/?utm_source=x").data == page.data


# --- rows of a data set -----------------------------------------------------------------------------------------------


def test_rows_of_a_data_set(client, uploaded):
    for id, rows in (("iris", datasets.load("iris").X), (uploaded, X)):
        answer = client.get(f"/datasets/{id}", headers={"Accept": NPY})
        assert answer.content_type == NPY
        assert answer.content_length == len(answer.data)
        found = np.load(io.BytesIO(answer.data))
        assert found.dtype == np.float64
        assert found.tobytes() == rows.tobytes()
        answer.close()  # as a server does; so is the file
        again = client.get(f"/datasets/{id}", headers={"Accept": NPY, "If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        head = client.head(f"/datasets/{id}", headers={"Accept": NPY})
        assert (head.data, head.headers["Content-Length"]) == (b"", str(len(answer.data)))
    assert client.get(f"/datasets/{uploaded}", headers={"Accept": "text/csv"}).status_code == 406
    assert client.get("/datasets/0123456789abcdef", headers={"Accept": NPY}).status_code == 404


def test_rows_that_are_deleted_while_they_are_sent_arrive_whole(client):
    id = client.post("/datasets", json={"X": [[1.5, 2.5]]}).json["id"]
    answer = client.get(f"/datasets/{id}", headers={"Accept": NPY}, buffered=False)
    assert client.delete(f"/datasets/{id}").status_code == 204
    assert np.load(io.BytesIO(answer.data)).tolist() == [[1.5, 2.5]]
    answer.close()


def test_rows_whose_file_was_just_deleted_are_not_found(client, app):
    id = client.post("/datasets", json={"X": [[1.5, 2.5]]}).json["id"]
    engine(app).store.path("dataset", id).unlink()  # as if it were deleted between record and file
    answer = client.get(f"/datasets/{id}", headers={"Accept": NPY})
    assert answer.status_code == 404
    assert "deleted meanwhile" in answer.json["detail"]
    client.delete(f"/datasets/{id}")


@pytest.mark.parametrize(
    "rows",
    [
        np.array([[1e150], [-1e150], [0.0]]),
        np.array([[5e-324], [1e-320], [0.0]]),
        np.array([[7.0, 1.0], [7.0, 2.0], [7.0, 9.0]]),  # one column does not vary
        np.array([[1.0, 1.0]]),
    ],
)
@pytest.mark.parametrize("scale", ["none", "standard"])
@pytest.mark.parametrize(
    "ask",
    [
        "clustering?k=1", "clustering?algorithm=dbscan&eps=1e150", "clustering?algorithm=dbscan&eps=1e-300",
        "clustering?algorithm=hdbscan", "eps?min_samples=2",
    ],
)  # fmt: skip
def test_numbers_at_the_ends_of_what_is_allowed(client, rows, scale, ask):
    made = client.post("/datasets", data=npy_of(rows), content_type=NPY)
    answer = client.get(f"/{ask}&scale={scale}&dataset={made.json['id']}")
    assert answer.status_code in (200, 409)
    if answer.status_code == 200 and ask.startswith("clustering"):
        assert len(answer.json["labels"]) == len(rows)
        assert b"null" not in answer.data  # what NaN becomes in JSON
    client.delete(made.headers["Location"])
