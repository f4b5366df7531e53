"""The data sets in the server's own folder: which are served, as what, and what is refused of them."""

import logging
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from serving import DEADLINE, JSON, NPY, PROBLEM, engine, knowing

from helpers import streaming
from helpers.service import create_app
from helpers.service.settings import SettingsError


def write(path, columns=("a", "b"), rows=10, seed=0):
    X = np.random.default_rng(seed).normal(size=(rows, len(columns)))
    path.parent.mkdir(exist_ok=True, parents=True)
    pq.write_table(pa.table(dict(zip(columns, X.T, strict=True))), path, row_group_size=4)


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "one file.parquet")
    write(tmp_path / "parts" / "1.parquet")
    write(tmp_path / "parts" / "2.parquet", rows=5)
    return tmp_path


@pytest.fixture
def client(folder):
    app = knowing(create_app(workers=1, data=folder))
    yield app.test_client()
    engine(app).close()


def streamed(client):
    found = client.get("/datasets").json["datasets"]
    return {one["id"]: one for one in found if one["streamed"] and one["usable"]}


def unusable(client):
    return {one["id"]: one["why"] for one in client.get("/datasets").json["datasets"] if not one["usable"]}


def test_files_and_folders_are_data_sets(client, folder):
    assert {id: one["rows"] for id, one in streamed(client).items()} == {"one file": 10, "parts": 15}
    assert streamed(client)["parts"] == {
        "id": "parts", "name": "parts", "rows": 15, "columns": 2, "deletable": False, "streamed": True,
        "usable": True,
    }  # fmt: skip
    record = client.get("/datasets/one file").json
    assert record["feature_names"] == ["a", "b"]
    assert record["fingerprint"] == streaming.describe(folder / "one file.parquet").fingerprint
    assert len([one for one in client.get("/datasets").json["datasets"] if not one["streamed"]]) == 9


def test_the_index_of_a_data_frame_is_left_out_and_told(client, folder):
    table = pa.table({"a": [1.0, 2.0], "b": [3.0, 4.0], "__index_level_0__": [0, 1]})
    pq.write_table(table, folder / "frame.parquet")
    record = client.get("/datasets/frame").json
    assert record["feature_names"] == ["a", "b"]
    assert record["warnings"] == ["Left out, the index of a data frame: __index_level_0__."]
    assert client.get("/datasets/parts").json["warnings"] == []


def test_a_folder_as_spark_writes_it_is_one_data_set(client, folder):
    write(folder / "spark" / "year=2023" / "part-0.snappy.parquet")
    write(folder / "spark" / "year=2024" / "part-0.snappy.parquet", rows=5)
    write(folder / "spark" / "year=2024" / "part-1.snappy.parquet", rows=0)
    (folder / "spark" / "_SUCCESS").touch()
    (folder / "spark" / "notes.txt").touch()
    record = client.get("/datasets/spark").json
    assert (record["rows"], record["feature_names"]) == (15, ["a", "b"])
    assert record["warnings"] == ["Left out, no Parquet: notes.txt.", "Left out, in the names of folders: year."]
    write(folder / "spark" / "year=2024" / "part-1.snappy.parquet", rows=3)
    assert client.get("/datasets/spark").json["rows"] == 18


def test_what_changes_is_seen_and_what_does_not_is_not_opened_again(client, folder, monkeypatch):
    before, opened, describe = streamed(client), [], streaming.describe
    monkeypatch.setattr(streaming, "describe", lambda path: opened.append(path.name) or describe(path))
    assert streamed(client) == before
    assert opened == []
    write(folder / "parts" / "3.parquet", rows=1)
    os.remove(folder / "one file.parquet")
    assert {id: one["rows"] for id, one in streamed(client).items()} == {"parts": 16}
    assert opened == ["parts"]
    assert client.get("/datasets/one file").status_code == 404


def test_what_cannot_be_served_is_listed_with_the_reason_and_logged_once(client, folder, caplog):
    (folder / "broken.parquet").write_bytes(b"PAR1 and nothing else")
    write(folder / "penguins.parquet")  # one of the course's
    write(folder / "0123456789abcdef.parquet")  # as the id of an upload
    write(folder / "a;b.parquet")
    write(folder / "parts.parquet")  # wins over the folder: one of both must
    pq.write_table(pa.table({"word": ["x"]}), folder / "words.parquet")
    (folder / "notes.txt").write_text("none of it")
    (folder / "empty").mkdir()
    write(folder / "_left.parquet")
    write(folder / "loud.PARQUET")
    (folder / "csv").mkdir()
    (folder / "csv" / "rows.csv").touch()
    with caplog.at_level(logging.WARNING):
        assert {id: one["rows"] for id, one in streamed(client).items()} == {"one file": 10, "parts": 10}
        told = [message for message in caplog.messages if "not served" in message]
        streamed(client)
        assert [message for message in caplog.messages if "not served" in message] == told
    assert len(told) == 8
    assert any("rename it to loud.parquet" in message for message in told)
    for name in ("csv: holds no Parquet files", "broken", "penguins", "0123456789abcdef", "a;b", "parts", "words"):
        assert any(name in message for message in told)
    why = unusable(client)
    files = {f"{name}.parquet" for name in ("broken", "penguins", "0123456789abcdef", "a;b", "words")}
    assert set(why) == files | {"parts/", "csv/", "loud.PARQUET"}
    assert "holds text" in why["words.parquet"]
    assert not any(str(folder) in words for words in why.values())
    refused = client.get("/datasets/words.parquet")
    assert (refused.status_code, why["words.parquet"] in refused.json["detail"]) == (409, True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_what_would_never_end_or_is_not_there_keeps_nobody_waiting(client, folder):
    os.mkfifo(folder / "pipe.parquet")
    (folder / "link.parquet").symlink_to(folder / "nothing")
    (folder / "endless.parquet").symlink_to("/dev/zero")
    (folder / "hive" / "year=2024").mkdir(parents=True)
    write(folder / "hive" / "year=2024" / "part.parquet")
    os.mkfifo(folder / "hive" / "pipe.parquet")
    write(folder / "UPPER.PARQUET")
    with ThreadPoolExecutor(1) as other:
        why = other.submit(unusable, client).result(timeout=DEADLINE)
    assert set(why) == {"pipe.parquet", "link.parquet", "endless.parquet", "UPPER.PARQUET"}
    assert all("link to nothing" in why[f"{name}.parquet"] for name in ("pipe", "link", "endless"))
    assert client.get("/datasets/hive").json["warnings"][1] == "Left out, in the names of folders: year."
    assert "UPPER.parquet" in why["UPPER.PARQUET"]
    os.rename(folder / "UPPER.PARQUET", folder / "UPPER.parquet")
    assert "UPPER" in streamed(client)


def test_its_rows_are_not_given_and_it_is_not_deleted(client):
    for path, status in (("/clustering?k=2&dataset=parts", 409), ("/datasets/parts", 409)):
        answer = client.get(path, headers={"Accept": NPY})
        assert (answer.status_code, answer.content_type) == (status, PROBLEM)
        assert "POST /jobs" in answer.json["detail"]
    model = client.post("/models", json={"dataset": "parts", "k": 2})
    assert (model.status_code, model.json["errors"][0]["pointer"]) == (409, "/dataset")
    assert client.delete("/datasets/parts").status_code == 403
    assert client.get("/datasets/parts", headers={"Accept": JSON}).status_code == 200


@pytest.mark.parametrize("id", ["..", "../parts", "parts/1", "%2e%2e", "one file.parquet", "parts\x00"])
def test_a_request_never_names_a_path(client, id):
    assert client.get(f"/datasets/{id}").status_code == 404
    assert client.get("/clustering", query_string={"k": 2, "dataset": id}).status_code == 404


def test_the_folder_may_go_away(client, folder, caplog):
    folder.rename(folder.with_name("elsewhere"))
    assert streamed(client) == {}
    assert any("cannot be read" in message for message in caplog.messages)


def test_settings(tmp_path):
    for settings, sentence in (
        ({"data": tmp_path / "nothing"}, "there is no such folder"),
        ({"scheduler": "127.0.0.1"}, "give an address like tcp://127.0.0.1:8786"),
    ):
        with pytest.raises(SettingsError, match=sentence):
            create_app(**settings)
    app = create_app(data="", scheduler="")  # as an environment may have it
    engine(app).close()
