"""Rows in a scratch file: decoded once, the same answer, and nothing left of it, whatever ends the fit."""

import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers import streaming
from helpers.streaming import parquet, scratch

X = np.random.default_rng(0).normal(size=(5000, 3)) * [1, 5, 30]
OPTIONS = {"k": 5, "init": X[:5], "max_passes": 6, "tol": 0}


def write(path, rows, group=700):
    pq.write_table(pa.table({f"x{j}": column for j, column in enumerate(rows.T)}), path, row_group_size=group)
    return path


@pytest.fixture
def file(tmp_path):
    return write(tmp_path / "rows.parquet", X)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


@pytest.mark.parametrize("kind", ["float32", "float64", "int16", "int64"])
@pytest.mark.parametrize("batch", [65_536, 300])
def test_the_answer_is_the_same_to_the_last_digit(tmp_path, folder, monkeypatch, kind, batch):
    monkeypatch.setattr(parquet, "BATCH", batch)
    path = write(tmp_path / "rows.parquet", (10 * X).astype(kind))
    expected = streaming.fit(path, 5, sample=500, tol=0, max_passes=4)
    found = streaming.fit(path, 5, sample=500, tol=0, max_passes=4, scratch=folder, threads=3)
    assert found.centers.tolist() == expected.centers.tolist()
    assert found.history == expected.history
    assert os.listdir(folder) == []


@pytest.mark.parametrize("start", [{"init": X[:5]}, {"sample": 4999}])
def test_each_row_group_is_decoded_once(file, folder, monkeypatch, start):
    decoded = []
    monkeypatch.setattr(scratch, "read", lambda group: decoded.append(group.index) or parquet.read(group))
    found = streaming.fit(file, 5, max_passes=4, tol=0, scratch=folder, **start)
    assert found.n_passes == 4
    assert sorted(decoded) == [0, *range(8)]  # and a batch of the first tells how much room is needed


def test_a_stop_in_the_first_pass_leaves_nothing(file, folder):
    def stop(state):
        if state.done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        streaming.fit(file, **OPTIONS, scratch=folder, progress=stop)
    assert os.listdir(folder) == []


def test_a_killed_process_leaves_nothing(file, folder):
    """The file has no name from the start, so the system takes it back."""
    code = f"""
import os, signal
from helpers import streaming
from helpers.streaming.scratch import Scratch
made, begin = [], Scratch.__init__
def told(self, file, *given):
    made.append(file)
    begin(self, file, *given)
Scratch.__init__ = told
def kill(state):
    if state.n_pass == 2:
        print(os.fstat(made[0]).st_size, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
streaming.fit({str(file)!r}, 5, tol=0, scratch={str(folder)!r}, progress=kill)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    assert int(done.stdout) == X.nbytes  # it was there
    assert os.listdir(folder) == []


def test_too_little_room_is_told_before_anything_is_written(file, folder, monkeypatch):
    monkeypatch.setattr(scratch.shutil, "disk_usage", lambda path: SimpleNamespace(free=X.nbytes - 1))
    with pytest.raises(OSError, match=r"the rows take 0.00012 GB, and .*scratch has 0.00012 GB left; name another"):
        streaming.fit(file, **OPTIONS, scratch=folder)
    monkeypatch.setattr(scratch.shutil, "disk_usage", lambda path: SimpleNamespace(free=X.nbytes))
    assert streaming.fit(file, **OPTIONS, scratch=folder).n_passes == 6


def test_where_it_does_not_work_it_is_refused(file, folder, monkeypatch):
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nowhere for scratch"):
        streaming.fit(file, **OPTIONS, scratch=folder / "nowhere")
    with pytest.raises(ValueError, match="works on threads of a Linux or macOS machine only"):
        streaming.fit(file, **OPTIONS, scratch=folder, client=SimpleNamespace(status="running"))
    monkeypatch.delattr(os, "pread")
    with pytest.raises(ValueError, match="Linux or macOS"):
        streaming.fit(file, **OPTIONS, scratch=folder)


def test_what_is_wrong_in_the_rows_is_told_all_the_same(tmp_path, folder):
    rows = X.copy()
    rows[3000, 1] = np.nan
    with pytest.raises(streaming.DataError, match=r"rows.parquet, column x1: row 3001 \(the first is 1\) is nan"):
        streaming.fit(write(tmp_path / "rows.parquet", rows), **OPTIONS, scratch=folder)
    assert os.listdir(folder) == []
