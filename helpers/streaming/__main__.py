"""k-means over Parquet files from a terminal: ``python -m helpers.streaming fit rows.parquet 8``, a bar per pass."""

import argparse
import contextlib
import os
import sys
import warnings
import zipfile
from pathlib import Path

import numpy as np

from helpers.streaming import assign, convert, describe, fit
from helpers.streaming.checkpoint import write_whole
from helpers.streaming.cluster import connect
from helpers.streaming.wording import FLAGS, reword


def main(arguments=None):
    """Fit, or write labels; what is wrong is told in one line."""
    parser = argparse.ArgumentParser(prog="python -m helpers.streaming", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    fitting = commands.add_parser("fit", help="find k centres, print them, and keep them")
    fitting.add_argument("path", help="a Parquet file, or a folder of them")
    fitting.add_argument("k", type=int)
    fitting.add_argument(
        "--out", default="centers.npz", help="a file for the centres, not there yet (default %(default)s)"
    )
    fitting.add_argument("--checkpoint", help="file that keeps each pass; if it is there, the fit goes on from it")
    fitting.add_argument("--random-state", type=int, default=0)
    fitting.add_argument("--max-passes", type=int, default=100)
    fitting.add_argument("--sample", type=int, default=100_000, help="rows drawn for the start (default %(default)s)")
    fitting.add_argument("--n-init", type=int, default=5, help="starts on these rows (default %(default)s)")
    for name, ends in (("--gain", "gains less than this share"), ("--tol", "moves the centres less than this")):
        fitting.add_argument(name, type=float, default=1e-4, help=f"end when a pass {ends} (default %(default)s)")
    fitting.add_argument("--scratch", help="a folder with room for all rows, which are then decoded once")
    fitting.add_argument(
        "--scale",
        choices=("none", "standard"),
        default="none",
        help="standard: measure distances in units of each column's standard deviation",
    )
    labelling = commands.add_parser("assign", help="write the nearest centre of each row as Parquet")
    labelling.add_argument("path", help="a Parquet file, or a folder of them")
    labelling.add_argument("out", help="a file, or a folder if path is one; not there yet")
    labelling.add_argument("--centers", default="centers.npz", help="as fit kept them (default %(default)s)")
    writing = commands.add_parser("convert", help="write a CSV larger than memory as Parquet")
    writing.add_argument("path", help="a CSV file, whatever separates its columns")
    writing.add_argument("out", help="a folder for the Parquet file; not there yet")
    writing.add_argument("--columns", nargs="+", help="names of those to be written; all if omitted")
    writing.add_argument(
        "--missing", choices=("keep", "drop"), default="keep", help="drop: leave out rows that lack a value"
    )
    for command in (fitting, labelling):
        command.add_argument("--columns", nargs="+", help="names of those to be used; all but an index if omitted")
        command.add_argument("--scheduler", help="address of a Dask scheduler; threads of this machine if omitted")
    given = parser.parse_args(arguments)
    try:
        with contextlib.ExitStack() as stack:
            stack.enter_context(warnings.catch_warnings())
            warnings.showwarning = lambda warning, *_: print(
                f"helpers.streaming: {reword(warning, FLAGS)}", file=sys.stderr
            )
            address = vars(given).get("scheduler")
            client = stack.enter_context(connect(address)) if address else None
            {"fit": _fit, "assign": _assign, "convert": _convert}[given.command](given, client)
    except (ValueError, TypeError, OSError, RuntimeError, MemoryError) as error:
        sys.exit(f"helpers.streaming: {reword(error, FLAGS)}")
    except KeyboardInterrupt:
        sys.exit("helpers.streaming: stopped")


def _fit(given, client):
    source = describe(given.path, given.columns)  # what is wrong is told first, whatever lies where the result will go
    for note in source.notes:
        print(note)
    out = Path(given.out)
    if out == Path(given.checkpoint or "."):  # before the work, not after it
        raise ValueError(f"--out and --checkpoint name the same file, {out}; name two")
    if os.path.lexists(out):
        raise FileExistsError(f"{out} is there already; name another file with --out, or delete it")
    if not out.absolute().parent.is_dir():
        raise FileNotFoundError(f"there is no folder {out.parent}")
    names = ("random_state", "max_passes", "sample", "n_init", "gain", "tol", "checkpoint", "columns", "scratch")
    options = {name: getattr(given, name) for name in names}
    options["scale"] = None if given.scale == "none" else given.scale
    found = fit(given.path, given.k, client=client, progress=True, **options)
    print(f"{found.n_rows} rows, {found.n_passes} passes, {'settled' if found.settled else 'not settled'}")
    print(f"inertia {found.inertia:.8g}; {', '.join(found.columns)} of each centre, and its rows:")
    for center, count in zip(found.centers, found.counts, strict=True):
        print("  ".join(f"{value:.6g}" for value in center), f" {count}")
    write_whole(out, centers=found.centers, columns=np.array(found.columns), scale=found.scale)


def _assign(given, client):
    try:
        with open(given.centers, "rb") as file, np.load(file) as kept:
            centers, columns = kept["centers"], kept["columns"].tolist()
            scale = kept.get("scale")
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        raise ValueError(f"{given.centers} holds no centres that fit has kept") from None
    columns = given.columns or columns
    assign(given.path, centers, given.out, scale=scale, columns=columns, client=client, progress=True)
    print(f"wrote {given.out}")


def _convert(given, _):
    for note in convert(given.path, given.out, columns=given.columns, missing=given.missing, progress=True):
        print(reword(note, FLAGS))
    print(f"wrote {given.out}")


if __name__ == "__main__":
    main()
