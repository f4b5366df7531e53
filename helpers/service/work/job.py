"""A process that does one job: k-means in passes over Parquet files, on this machine's threads or a Dask cluster."""

import traceback
from contextlib import nullcontext
from functools import partial

import numpy as np

from helpers import streaming
from helpers.service.work.processes import send, serve, take_pipes
from helpers.streaming.cluster import ClusterError, connect
from helpers.streaming.wording import FIELDS, reword


class Failed(Exception):
    """The job cannot be done; the message is for the client."""


def run(task, report):
    """Do a job; its centres are written as a model, and what the records keep of that is given.

    `report` takes a `helpers.streaming.Progress` after each row group.
    """
    if task["path"] is None:
        raise Failed("the server has no folder of data now; ask again when it has")
    try:
        _check_same(task)
        with connect(task["scheduler"]) if task["scheduler"] else nullcontext() as client:
            options = {"random_state": task["seed"], "max_passes": task["max_passes"], "sample": task["sample"]}
            options["scale"] = "standard" if task.get("scale") == "standard" else None  # asked before there was one
            found = streaming.fit(
                task["path"], task["k"], client=client, progress=report, checkpoint=task["checkpoint"], **options
            )
        _check_same(task)  # so that the model is of the data that it names, whatever happened meanwhile
    except ClusterError as error:
        raise Failed(f"{error}; then ask again, to go on from the last pass") from None
    except (ValueError, FileNotFoundError) as error:
        raise Failed(reword(error, FIELDS)) from None
    return _keep(found, task["model_path"])


def _check_same(task):
    if streaming.describe(task["path"]).fingerprint != task["fingerprint"]:
        raise Failed("the data have changed since the job was asked for; ask again")


def _keep(found, path):
    """Write the model; its clusters are numbered by size: looking who appears first would be one more pass."""
    order = np.argsort(-found.counts, kind="stable")
    centers = found.centers[order]
    width = centers.shape[1]
    with open(path, "wb") as file:
        np.savez(file, mean=np.zeros(width), deviation=found.scale, centers=centers / found.scale)
    return {
        "n_clusters": len(centers),
        "centers": centers.tolist(),
        "inertia": found.inertia,
        "counts": found.counts[order].tolist(),
        "n_passes": found.n_passes,
        "settled": bool(found.settled),
        "rows": found.n_rows,
        "columns": width,
        "feature_names": list(found.columns),
    }


def do(report, task):
    """Run a job, and say how it ended: "done" and facts, "failed" and words, or "fault", words and a traceback."""
    try:
        return "done", run(task, report)
    except Failed as error:
        return "failed", str(error)
    except MemoryError:
        return "failed", "there is not enough memory for this; ask for a smaller k or sample"
    except Exception as error:
        return "fault", _cause(error, task["scheduler"]), traceback.format_exc()


def _cause(error, scheduler):
    """Say what a client may know of what was not foreseen: all of it is in the log."""
    if scheduler:
        return f"the Dask cluster at {scheduler} failed ({type(error).__name__}); ask again to go on from the last pass"
    return f"something went wrong here ({type(error).__name__}), not in your request; ask again to go on"


def main():
    """Do the job that comes through the pipe, and report each row group."""
    source, replies = take_pipes()
    serve({"do": partial(do, lambda progress: send(replies, "progress", tuple(progress)))}, source, replies)


if __name__ == "__main__":
    main()
