"""A CSV larger than memory written anew as Parquet, block by block, its columns read by the rules for messy tables."""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from tqdm.auto import tqdm

from helpers.preparing.reading import check_kind, is_parquet
from helpers.preparing.reading.blocks import BlockReader
from helpers.preparing.refusing import Problem, TableError

GROUP = 2**25  # bytes of a row group in memory
KINDS = {
    pa.float64(): "Numbers",
    pa.bool_(): "True and false",
    pa.date32(): "Dates",
    pa.timestamp("us"): "Moments",
    pa.string(): "Text",
}


def convert(path, folder, *, columns=None, missing="keep", progress=None):
    """Write a CSV, whatever separates its columns, as a folder with a Parquet file.

    A column is what all of its cells are: where a late one shows that it is not what the first ones were, such as a
    code that begins with a zero among numbers, the file is read once more.

    Parameters
    ----------
    path : path
    folder : path
        It is not there before, and there as a whole or not at all afterwards.
    columns : list of str, optional
        Those to be written; all if omitted.
    missing : {"keep", "drop"}
        "drop" leaves out the rows that lack a value in one of these columns: they cannot be clustered.
    progress : bool, optional
        Show a bar of the bytes that are read.

    Returns
    -------
    list of str
        What was understood, a sentence each.

    Raises
    ------
    FileExistsError, FileNotFoundError
        If `folder` is there, or has no place; if there is no such file.
    TableError
        If it is no table; see `helpers.preparing.read`. Also if no row is left.
    TypeError, ValueError
        If `columns` or `missing` is none of these.
    """
    if isinstance(columns, str):
        raise TypeError(f"columns={columns!r}: give a list of names")
    if missing not in ("keep", "drop"):
        raise ValueError(f"missing={missing!r}: give 'keep' or 'drop'")
    path, folder = Path(path), Path(folder).absolute()
    if os.path.lexists(folder):
        raise FileExistsError(f"{folder} is there already; name another place, or delete it")
    if not folder.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {folder.parent}")
    check_kind(path)
    if is_parquet(path):
        raise TableError(path.name, [Problem("is Parquet already")])
    with tempfile.TemporaryDirectory(prefix=f"{folder.name}.", dir=folder.parent) as scratch:
        inside = Path(scratch, "rows")
        inside.mkdir()
        written, found = None, None
        while found is None or written != found:
            wanted = found, columns, missing == "drop"
            written, found, notes = _write(path, inside / f"{path.stem}.parquet", *wanted, progress)
        os.replace(inside, folder)
    return notes


def _write(path, target, given, columns, drop, progress):
    """Read all, and write it as long as it is of the given schema, or else of the one that its first block has.

    Returns
    -------
    written, found : pyarrow.Schema
        If they differ, it has to be written again.
    notes : list of str
    """
    size, held, writer, kept = path.stat().st_size, [], None, 0
    with (
        open(path, "rb") as file,
        tqdm(total=size, unit="B", unit_scale=True, disable=not progress) as bar,
        ExitStack() as files,
    ):
        reader = BlockReader(file, path.name, given, columns)
        for table in reader.tables():
            if writer is None:
                written = table.schema
                writer = files.enter_context(
                    pq.ParquetWriter(target, written, compression="zstd", use_dictionary=False)
                )
            table = table.drop_null() if drop else table
            kept += table.num_rows
            held += [table] if table.schema == written else []
            if sum(one.nbytes for one in held) > GROUP:
                _flush(writer, held)
            bar.update(file.tell() - bar.n)
        _flush(writer, held)
    if not kept and table.schema == written:
        raise TableError(path.name, [Problem("has no row that lacks nothing")])
    return written, table.schema, _told(reader, table.schema, kept)


def _flush(writer, held):
    """Write tables as one row group, and forget them."""
    rows = pa.concat_tables(held) if held else None
    if rows:
        writer.write_table(rows, row_group_size=rows.num_rows)
    held.clear()


def _told(reader, schema, kept):
    notes = [
        f"{words}: {', '.join(n for n, kind in zip(schema.names, schema.types, strict=True) if kind == one)}."
        for one, words in KINDS.items()
        if one in schema.types
    ]
    if reader.missing:
        gone, counts = reader.rows - kept, [f"{count:,} in {name}" for name, count in reader.missing.items()]
        what = f"; {gone:,} rows were dropped for it" if gone else "; give missing='drop' to leave such rows out"
        notes.append(f"Missing: {', '.join(counts)}{what}.")
    return [f"{kept:,} rows.", *reader.notes, *notes]
