"""A process that runs one job: k-means in passes over Parquet files, on this machine's threads or a Dask cluster.

Started and watched by `helpers.service.work.watching`: takes its task from its parent's pipe, reports each row group
on another, and ends at once when the parent ends, even amid a pass.
"""

import os
import pickle
import signal
import sys
import threading
import traceback
from contextlib import nullcontext

import numpy as np

from helpers import streaming
from helpers.streaming.cluster import ClusterError, connect
from helpers.streaming.wording import FIELDS, reword


class Failed(Exception):
    """The job cannot be done; the message is for the client."""


def run(task, report):
    """Do the job; its centres are written as a model.

    Parameters
    ----------
    task : dict
        path, fingerprint (of the data that were asked about), k, seed, max_passes, sample, scale, checkpoint,
        model_path, scheduler.
    report : callable
        Called with a `helpers.streaming.Progress` after each row group.

    Returns
    -------
    dict
        What the records keep of the model.

    Raises
    ------
    Failed
        In words.
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


def _end_with(source):
    source.read(1)  # nothing more is sent: it returns when the pipe is at its end
    os._exit(0)


def main():
    """Do one job, then end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal reaches all; the parent decides
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get among the replies

    def reply(*message):
        pickle.dump(message, replies)
        replies.flush()

    task = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_end_with, args=(sys.stdin.buffer,), daemon=True).start()
    try:
        message = "done", run(task, lambda progress: reply("progress", tuple(progress)))
    except Failed as error:
        message = "failed", str(error)
    except MemoryError:
        message = "failed", "there is not enough memory for this; ask for a smaller k or sample"
    except Exception as error:
        message = "fault", _cause(error, task["scheduler"]), traceback.format_exc()
    reply(*message)


def _cause(error, scheduler):
    """Say what a client may know of what was not foreseen: all of it is in the log."""
    if scheduler:
        return f"the Dask cluster at {scheduler} failed ({type(error).__name__}); ask again to go on from the last pass"
    return f"something went wrong here ({type(error).__name__}), not in your request; ask again to go on"


if __name__ == "__main__":
    main()
