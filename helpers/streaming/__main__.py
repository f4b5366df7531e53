"""k-means over Parquet files from a terminal: ``python -m helpers.streaming fit rows.parquet 8``, a bar per pass."""

import argparse
import contextlib
import os
import sys
import zipfile
from pathlib import Path

import numpy as np

from helpers.preparing.columns import without
from helpers.streaming import assign, describe, fit
from helpers.streaming.checkpoint import write_whole


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
    labelling = commands.add_parser("assign", help="write the nearest centre of each row as Parquet")
    labelling.add_argument("path", help="a Parquet file, or a folder of them")
    labelling.add_argument("out", help="a file, or a folder if path is one; not there yet")
    labelling.add_argument("--centers", default="centers.npz", help="as fit kept them (default %(default)s)")
    for command in (fitting, labelling):
        command.add_argument("--columns", nargs="+", help="names of those to be used; all but an index if omitted")
        command.add_argument("--scheduler", help="address of a Dask scheduler; threads of this machine if omitted")
    given = parser.parse_args(arguments)
    try:
        with _client(given.scheduler) as client:
            {"fit": _fit, "assign": _assign}[given.command](given, client)
    except (ValueError, TypeError, OSError, RuntimeError, MemoryError) as error:
        sys.exit(f"helpers.streaming: {error}")
    except KeyboardInterrupt:
        sys.exit("helpers.streaming: stopped")


@contextlib.contextmanager
def _client(address):
    if address is None:
        yield None
        return
    from distributed import Client  # here: it takes a second to import

    with Client(address) as client:
        yield client


def _fit(given, client):
    source = describe(given.path, given.columns)  # what is wrong is told first, whatever lies where the result will go
    print("\n".join(without(source.left_out)), end="\n" * bool(source.left_out))
    out = Path(given.out)
    if out == Path(given.checkpoint or "."):  # before the work, not after it
        raise ValueError(f"--out and --checkpoint name the same file, {out}; name two")
    if os.path.lexists(out):
        raise FileExistsError(f"{out} is there already; name another file with --out, or delete it")
    if not out.absolute().parent.is_dir():
        raise FileNotFoundError(f"there is no folder {out.parent}")
    options = {"random_state": given.random_state, "max_passes": given.max_passes, "checkpoint": given.checkpoint}
    found = fit(given.path, given.k, columns=given.columns, client=client, progress=True, **options)
    print(f"{found.n_rows} rows, {found.n_passes} passes, {'settled' if found.settled else 'not settled'}")
    print(f"inertia {found.inertia:.8g}; {', '.join(found.columns)} of each centre, and its rows:")
    for center, count in zip(found.centers, found.counts, strict=True):
        print("  ".join(f"{value:.6g}" for value in center), f" {count}")
    write_whole(out, centers=found.centers, columns=np.array(found.columns))


def _assign(given, client):
    try:
        with open(given.centers, "rb") as file, np.load(file) as kept:
            centers, columns = kept["centers"], kept["columns"].tolist()
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        raise ValueError(f"{given.centers} holds no centres that fit has kept") from None
    assign(given.path, centers, given.out, columns=given.columns or columns, client=client, progress=True)
    print(f"wrote {given.out}")


if __name__ == "__main__":
    main()
