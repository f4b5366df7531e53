"""A process that fits, reads large bodies and labels new rows, or, asked to "fork", from which such are forked.

Ends when the server ends, even amid a fit (of HDBSCAN, parts of which let nothing else run, when that part is done).
"""

import sys

if __name__ == "__main__":
    # scikit-learn imports pandas where it is, and needs it for nothing here: a third of the memory
    sys.modules["pandas"] = None

import numpy as np

from helpers.service.work import fitting, forking
from helpers.service.work.processes import serve, take_pipes

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

if __name__ == "__main__":
    forking.serve_forks(TASKS) if sys.argv[1:] == ["fork"] else serve(TASKS, *take_pipes())
