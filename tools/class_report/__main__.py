"""Write what a class thinks: ``python -m tools.class_report FOLDER``; it goes to build/class."""

import argparse
import sys
from pathlib import Path

from tools.class_report import guide
from tools.class_report.handed import read_folder
from tools.class_report.overview import as_csv, page
from tools.class_report.pooling import pool
from tools.course import ROOT, read_course

NAMED = 5  # of the files that could not be read


def write_report(handed, folder, notebooks):
    """Write index.html and class.csv to a folder.

    Parameters
    ----------
    handed : tools.class_report.handed.Handed
    folder : Path
    notebooks : sequence of NotebookNode
        The course's.
    """
    text, questions = guide.read_guide(), guide.questions(notebooks)
    pooled = pool(handed.learners, questions, guide.misconceptions(text))
    folder.mkdir(parents=True, exist_ok=True)
    html = page(handed, pooled, questions, guide.names(notebooks), guide.asks(text))
    (folder / "index.html").write_text(html, encoding="utf-8")
    (folder / "class.csv").write_text(as_csv(pooled), encoding="utf-8", newline="")


def main(arguments=None, build=None):
    """Write what a class thinks; return 0, or 1 if there is nothing to read or it could not be written."""
    parser = argparse.ArgumentParser(prog="python -m tools.class_report", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", help="with one file, or one folder, for each learner")
    given = parser.parse_args(arguments).folder
    build = build or ROOT / "build" / "class"
    notebooks = list(read_course().values())
    what = "name a folder with a record (progress.jsonl) or notebook of each learner: make class FOLDER=handed-in"
    try:
        handed = read_folder(Path(given), guide.names(notebooks)) if given.strip() else None
    except (OSError, ValueError):
        handed = None
    if handed is None:
        print(f"There is no folder {given!r} that can be read: {what}", file=sys.stderr)
        return 1
    if not handed.learners:
        print(f"There is no record and no answered notebook in {given!r}: {what}", file=sys.stderr)
        return 1
    try:
        write_report(handed, build, notebooks)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    where = build.relative_to(ROOT) if build.is_relative_to(ROOT) else build
    n = len(handed.learners)
    print(f"Wrote {where}/index.html and class.csv, of {n} learner{'s' * (n != 1)}")
    if handed.unread:
        some = ", ".join(ascii(str(path.relative_to(given))) for path in handed.unread[:NAMED])
        more = ", ..." * (len(handed.unread) > NAMED)
        print(f"Not read, or without an answer of the course's: {len(handed.unread)} ({some}{more})", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
