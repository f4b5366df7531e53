"""A process that fits, reads large bodies and labels new rows, started and watched by `helpers.service.work.pool`.

Takes pickled tasks from its parent's pipe and answers on another; ends when the parent ends, even amid a fit
(of HDBSCAN, parts of which let nothing else run, when that part is done).
"""

import os
import pickle
import queue
import signal
import sys
import threading
import traceback

if __name__ == "__main__":
    # scikit-learn imports pandas where it is, and needs it for nothing here: a third of the memory
    sys.modules["pandas"] = None

import numpy as np

from helpers.service.problems import Problem
from helpers.service.work import fitting

if __name__ == "__main__":
    del sys.modules["pandas"]


def fit(path, question, max_bytes, model_path=None):
    """Cluster the rows of a .npy file; the model is written if a path is given. Labels, and what else is known."""
    labels, summary, model = fitting.fit(np.load(path), question, max_bytes)
    if model_path is not None:
        with open(model_path, "wb") as file:
            np.savez(file, **model)
    return _small(labels), summary


def suggest(path, question):
    """Suggest a radius for the rows of a .npy file."""
    return fitting.suggest(np.load(path), question)


def predict(model_path, table_path):
    """Label the rows of a .npy file."""
    with np.load(model_path) as model:
        return _small(fitting.predict(np.load(table_path), dict(model)))


def _small(labels):
    """In the smallest type that holds them: they travel through a pipe, and are kept."""
    return labels.astype(np.min_scalar_type(-2 - int(labels.max())))


def read_body(media_type, source, target, limits, upload, named):
    """Read the table in a body that lies in a file, and write it; see `helpers.service.data.tables.save`."""
    from helpers.service.data.readers import read  # here, as below: processes that only fit need less memory without
    from helpers.service.data.tables import save

    return save(read(media_type, source.read_bytes(), limits, upload, named=named), target)


def catalog(folder):
    """Write the course's data sets as .npy into a folder; their records by name."""
    from helpers import datasets
    from helpers.service.data.tables import Table, save

    records = {}
    for name in datasets.names():
        data = datasets.load(name)
        records[name] = save(Table(data.X + 0.0, data.feature_names, name), folder / f"{name}.npy")
        records[name]["units"] = list(data.units)
    return records


TASKS = {task.__name__: task for task in (fit, suggest, predict, read_body, catalog)}


def _receive(tasks, source):
    """Put tasks into a queue; when the parent is gone, end this process, whatever it is doing."""
    while True:
        try:
            tasks.put(pickle.load(source))
        except Exception:  # the pipe is at its end, or broken
            os._exit(0)


def main():
    """Answer tasks until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal reaches all; the parent decides
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get among the replies
    tasks = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(tasks, sys.stdin.buffer), daemon=True).start()
    reply = "ready", None
    while True:
        pickle.dump(reply, replies)
        replies.flush()
        name, arguments = tasks.get()
        try:
            reply = "value", TASKS[name](*arguments)
        except FileNotFoundError:
            reply = "gone", None
        except (Problem, OSError) as error:  # of the latter above all a full disk
            reply = "error", error
        except MemoryError:
            reply = "memory", None
        except Exception:
            reply = "failure", traceback.format_exc()


if __name__ == "__main__":
    main()
