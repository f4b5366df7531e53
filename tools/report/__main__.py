"""Write a report on a table: ``python -m tools.report my.csv``; it goes to build/report/my.html."""

import argparse
import csv
import sys
from datetime import UTC, datetime
from pathlib import Path

from helpers.files import whole
from tools.course import ROOT

EPILOG = """\
With no more than a file, the audit chooses: what it does with each column, and why, is on the page.
Words for --choose, such as "median, log, standard", are listed in docs/report.md.
"""


def parse(arguments):
    """Read what was asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.report",
        description=__doc__.partition("\n")[0],
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", help="a CSV file or its kin, a Parquet file, or a folder of these")
    parser.add_argument("--columns", default="", help="names to cluster by, with commas between them")
    parser.add_argument("--missing", default="", choices=("refuse", "drop"), help="rows in which something is missing")
    parser.add_argument("--scale", default="", choices=("none", "standard"), help="all columns; else as chosen")
    parser.add_argument(
        "--choose", default=[], action="append", metavar="NAME=WORDS", help="for one column; repeatable"
    )
    parser.add_argument("--at-most", default=6, type=int, metavar="K", help="clusters, 3 to 10 (default 6)")
    parser.add_argument("--seed", default=0, type=int, help="0 to 1000 (default 0)")
    parser.add_argument("--question", default="", help="what is to be decided; it heads the page")
    parser.add_argument("--out", default="", metavar="FILE", help="the page (default build/report/NAME.html)")
    given = parser.parse_args(arguments)
    if not 3 <= given.at_most <= 10 or not 0 <= given.seed <= 1000:
        parser.error("--at-most is from 3 to 10, --seed from 0 to 1000")
    if wrong := [one for one in given.choose if not one.partition("=")[2].strip()]:
        parser.error(f"--choose is NAME=WORDS, not {wrong[0]!r}")
    return given


def main(arguments=None, build=None):
    """Write a report; return 0, or 1 if there is no page: then a sentence says why, on stderr."""
    given = parse(arguments)
    if not given.data.strip():
        print("Name a file: make report DATA=my.csv", file=sys.stderr)
        return 1
    path = Path(given.data)
    out = Path(given.out) if given.out else (build or ROOT / "build" / "report") / f"{path.resolve().stem}.html"
    try:
        result = write(path, given, out)
    except KeyboardInterrupt:
        print("Stopped; no page was written.", file=sys.stderr)
        return 130
    except (OSError, ValueError, MemoryError) as error:
        print(_told(error), file=sys.stderr)
        return 1
    where = out.resolve().relative_to(ROOT) if out.resolve().is_relative_to(ROOT) else out
    print(f"{result.headline}.\nWrote {where}")
    return 0


def write(path, given, out):
    """Work out a report, and write its page whole."""
    from tools.report.advance import Bar  # what takes seconds to import, after what can be refused at once
    from tools.report.assembling import PIECES, work
    from tools.report.sheet import sheet
    from tools.report.taking import Asked

    asked = Asked(
        columns=_names(given.columns),
        missing=given.missing,
        scale=given.scale,
        choose=tuple((name.strip(), words.strip()) for name, _, words in (one.partition("=") for one in given.choose)),
        at_most=given.at_most,
        seed=given.seed,
        question=given.question,
    )
    with Bar(PIECES) as bar:
        found = work(path, asked, bar)
        page = sheet(found, datetime.now(UTC).date().isoformat())
    out.parent.mkdir(parents=True, exist_ok=True)
    with whole(out) as file:
        file.write(page.encode())
    return found.result


def _names(text):
    """Read names with commas between them; one that holds a comma stands in quotes."""
    return tuple(name.strip() for row in csv.reader([text], skipinitialspace=True) for name in row if name.strip())


def _told(error):
    if isinstance(error, MemoryError):
        return "The memory of this machine is too small for this table: give fewer columns or rows."
    if isinstance(error, FileNotFoundError) and error.filename is None:
        return f"No page: {error}"
    if isinstance(error, OSError):
        return f"No page: {error.strerror or error} ({error.filename})"
    return f"No page. {error}"


if __name__ == "__main__":
    sys.exit(main())
