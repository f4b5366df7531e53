"""Labels for all rows, written as Parquet."""

import os
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from helpers.streaming.lloyd import Result
from helpers.streaming.parquet import describe
from helpers.streaming.passes import label_group, pass_over
from helpers.streaming.scaling import in_units
from helpers.streaming.starting import check_centers, middle


def assign(path, centers, out, *, scale=None, columns=None, client=None, threads=None, progress=None):
    """Write the nearest centre of each row, in the order of the rows, as Parquet: one column, ``label``.

    Parameters
    ----------
    path : path
        As for `fit`.
    centers : Result or ndarray of shape (k, n_features)
        A result knows its columns, and its scale.
    out : path
        A file if `path` is one, else a folder with a file of the same name for each that holds rows; it is not there
        before, and there as a whole or not at all afterwards.
    scale : ndarray of shape (n_features,), optional
        What each column is divided by to measure distances, as a `Result` has it.
    columns, client, threads, progress
        As for `fit`.

    Raises
    ------
    FileExistsError
        If `out` is there already; and what `fit` raises.
    """
    if isinstance(centers, Result):
        centers, columns, scale = centers.centers, columns or list(centers.columns), centers.scale
    path, out, source = Path(path), Path(out), describe(path, columns)
    centers, source = check_centers(centers, source), in_units(source, scale)
    centers /= source.scale
    if os.path.lexists(out):
        raise FileExistsError(f"{out} is there already; name another place, or delete it")
    if not out.absolute().parent.is_dir():
        raise FileNotFoundError(f"there is no folder {out.parent}")
    if path.is_dir() and out.resolve().is_relative_to(path.resolve()):
        raise ValueError(f"{out} lies in {path}, whose rows it would be taken for; name another place")
    origin = middle(centers)
    options = {"n_pass": 1, "client": client, "threads": threads, "shared": (centers - origin, origin)}
    with tempfile.TemporaryDirectory(prefix=f"{out.name}.", dir=out.absolute().parent) as scratch:
        folder = Path(scratch, "labels")
        folder.mkdir()
        with closing(pass_over(label_group, zip(source.groups), progress, **options)) as labels:
            _write_labels(source, labels, folder)
        os.replace(folder if path.is_dir() else folder / path.name, out)


def _write_labels(source, labels, folder):
    written, root = None, Path(source.path)
    with ExitStack() as files:
        for group, part in zip(source.groups, labels, strict=True):
            table = pa.table({"label": part})
            if group.path != written:
                files.close()
                written = group.path
                target = folder / Path(written).relative_to(root if root.is_dir() else root.parent)
                target.parent.mkdir(parents=True, exist_ok=True)
                writer = files.enter_context(pq.ParquetWriter(target, table.schema, compression="zstd"))
            writer.write_table(table, row_group_size=len(part))
