"""`make site`: gather the course's pages into one folder and have Sphinx render them, without a network.

Nothing is written twice: notebooks, data cards, tables of results and the map of the README are read where they are.
"""

import os
import shutil
import sys
import time
from pathlib import Path

from pages import gather
from sphinx.cmd.build import build_main

ROOT = Path(__file__).parents[1]


def main(out=ROOT / "build/site"):
    """Build the site anew and say so in a line.

    Parameters
    ----------
    out : path, optional
        Folder of the finished pages; what it held is replaced if all goes well. The sources are gathered beside it.

    Returns
    -------
    int
        Sphinx's exit status: any warning is a failure.
    """
    began = time.perf_counter()
    out = Path(out).resolve()
    work = out.with_name(f".{out.name}")
    shutil.rmtree(work, ignore_errors=True)
    gather(ROOT, work / "sources")
    options = ["--quiet", "--fail-on-warning", "--keep-going", "--jobs", "2"]
    options += ["--conf-dir", str(ROOT / "docs"), "--doctree-dir", str(work / "doctrees")]
    status = build_main([*options, str(work / "sources"), str(work / "html")])
    if status == 0:
        shutil.rmtree(out, ignore_errors=True)
        (work / "html").rename(out)  # MyST-NB leaves files beside the folder that it writes
        (out / "_static/webpack-macros.html").unlink(missing_ok=True)  # the theme's, and no page
        files = [path for path in out.rglob("*") if path.is_file()]
        pages = sum(path.suffix == ".html" for path in files)
        size = sum(path.stat().st_size for path in files) / 1e6
        index = os.path.relpath(out / "index.html")
        print(f"Wrote {index} ({pages} pages, {size:.0f} MB, {time.perf_counter() - began:.0f} seconds)")
    return status


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except OSError as error:
        sys.exit(f"The pages cannot be written: {error}")
