"""`make site`: gather the course's pages into one folder and have Sphinx render them, without a network.

Nothing is written twice: notebooks, data cards, tables of results and the map of the README are read where they are.
"""

import shutil
import sys
import time
from pathlib import Path

from pages import gather
from sphinx.cmd.build import build_main

ROOT = Path(__file__).parents[1]
WORK = ROOT / "build" / ".site"


def main(out=ROOT / "build" / "site"):
    """Build the site anew and say so in a line.

    Parameters
    ----------
    out : path, optional
        Folder of the finished pages; what it held is deleted.

    Returns
    -------
    int
        Sphinx's exit status: any warning is a failure.
    """
    began = time.perf_counter()
    for folder in (WORK, out):
        shutil.rmtree(folder, ignore_errors=True)
    gather(ROOT, WORK / "sources")
    options = ["--quiet", "--fail-on-warning", "--keep-going", "--jobs", "2", "--fresh-env"]
    options += ["--conf-dir", str(ROOT / "docs"), "--doctree-dir", str(WORK / "doctrees")]
    status = build_main([*options, str(WORK / "sources"), str(out)])
    if status == 0:
        files = [path for path in out.rglob("*") if path.is_file()]
        pages = sum(path.suffix == ".html" for path in files)
        size = sum(path.stat().st_size for path in files) / 1e6
        index = (out / "index.html").relative_to(ROOT)
        print(f"Wrote {index} ({pages} pages, {size:.0f} MB, {time.perf_counter() - began:.0f} seconds)")
    return status


if __name__ == "__main__":
    sys.exit(main())
