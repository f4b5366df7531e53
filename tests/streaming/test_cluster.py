"""A Dask cluster that cannot do the work is told within seconds, in words that say what to do there."""

import re
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from distributed import LocalCluster, Worker
from distributed.client import FutureCancelledError
from distributed.scheduler import KilledWorker

from helpers.streaming import __main__ as cli
from helpers.streaming import cluster, passes

STRANGER = """
import asyncio, sys
sys.modules["helpers"] = None
from distributed import Worker
async def work():
    async with Worker(sys.argv[1], nthreads=1, dashboard=False) as worker:
        await worker.finished()
asyncio.run(work())
"""


@pytest.fixture
def scheduler():
    options = {"processes": False, "protocol": "tcp", "host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    with LocalCluster(n_workers=0, **options) as made:
        yield made


@pytest.fixture
def file(tmp_path):
    pq.write_table(pa.table({"a": np.arange(90.0)}), tmp_path / "rows.parquet", row_group_size=30)
    return tmp_path / "rows.parquet"


def told(file, address, tmp_path):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["fit", str(file), "2", "--scheduler", address, "--out", str(tmp_path / "c.npz")])
    return stopped.value.code


def test_nobody_and_nobody_who_works(scheduler, file, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "REACHED", 0.3)
    monkeypatch.setattr(cluster, "JOINED", 0.3)
    said = told(file, "tcp://127.0.0.1:1", tmp_path)
    assert said.startswith("helpers.streaming: the Dask cluster at tcp://127.0.0.1:1 cannot be reached (")
    address = scheduler.scheduler_address
    said = told(file, address, tmp_path)
    assert said.endswith(f"{address} has had no workers for 0.3 s; start some with: dask worker {address}")


def test_a_worker_without_helpers(scheduler, file, tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", STRANGER, scheduler.scheduler_address], stderr=subprocess.PIPE
    ) as stranger:
        said = told(file, scheduler.scheduler_address, tmp_path)
        stranger.kill()
    assert re.search(
        r"the Dask worker tcp://\S+ cannot import helpers \(.*\); install there what is installed here", said
    )


def test_a_worker_with_other_versions(scheduler, file, tmp_path, monkeypatch):
    scheduler.scale(1)
    monkeypatch.setattr(
        cluster, "_check", lambda worker, found, check=cluster._check: check(worker, found | {"numpy": "1.0"})
    )
    said = told(file, scheduler.scheduler_address, tmp_path)
    assert re.search(
        rf"the Dask worker \S+ has numpy 1.0, and {re.escape(np.__version__)} here; install the same", said
    )


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            KilledWorker("task", Worker, 3),
            "rows.parquet: several workers in turn have died of it, likely of too little",
        ),
        (FutureCancelledError("task", "scheduler-connection-lost"), "the Dask cluster was lost .*; start it anew"),
    ],
)
def test_workers_that_died_of_a_row_group_and_a_cluster_that_went_away(error, said):
    class Lost:
        def result(self):
            raise error

    with pytest.raises(cluster.ClusterError, match=said):
        passes._result(("rows.parquet",), Lost())
