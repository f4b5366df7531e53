"""Which files of a folder hold its rows, as pandas, Dask, Spark and Hive leave them; what else lies there is told."""

import os
from pathlib import Path

from helpers.preparing.reading import is_parquet
from helpers.preparing.refusing import Problem, TableError

NAMED = (".parquet", ".parq", ".pq")  # what is called so has to be Parquet


def find_parts(folder):
    """Find the Parquet files in a folder and in those below it; hidden files and checksums are passed over.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    files : list of Path
        In the order of their names. Those that are called Parquet and are none will be refused when they are opened.
    partitions : list of str
        What stands before "=" in the names of folders, as in year=2024.
    others : list of str
        Files that are no Parquet, and links to folders, which are not followed.

    Raises
    ------
    TableError
        If there is none, or the folder is a table of Delta Lake.
    OSError
        If a folder below cannot be read.
    """
    files, others = [], []
    for place, inside, names in os.walk(folder, onerror=_refuse):
        place = Path(place)
        if "_delta_log" in inside:
            said = "is a Delta table, which keeps deleted rows, too; write its rows out as Parquet"
            raise TableError(str(place), [Problem(said)])
        inside[:] = [name for name in inside if not _is_hidden(name)]
        others += [place / name for name in inside if (place / name).is_symlink()]
        for file in (place / name for name in names if not _is_hidden(name)):
            called = any(suffix.lower() in NAMED for suffix in file.suffixes)
            (files if file.is_file() and (called or is_parquet(file)) else others).append(file)
    if not files:
        raise TableError(str(folder), [Problem("holds no Parquet files; convert a CSV first")])
    above = (name for file in files for name in file.relative_to(folder).parts[:-1])
    partitions = dict.fromkeys(name.partition("=")[0] for name in above if "=" in name)
    return sorted(files), list(partitions), [str(file.relative_to(folder)) for file in sorted(others)]


def _refuse(error):
    raise error


def _is_hidden(name):
    return (name[0] in "._" and "=" not in name) or name.endswith(".crc")
