"""The learner's own copies of the notebooks, and JupyterLab on them: ``python -m tools.lab``, or ``make lab``.

The copies have no outputs, proofs or solutions to run, so that no answer is given away: solutions are folded text. A
copy that is there is never touched. Lab's root is the repository, so that links to the glossary and the data cards
open; or the copies' own folder, if that lies elsewhere: then both are put beside them, and the links lead there.
"""

import argparse
import html
import os
import sys
from pathlib import Path
from urllib.parse import quote

import nbformat
from nbformat.v4 import new_markdown_cell

from helpers.recording import ENVIRONMENT, NAME
from tools.course import ROOT, has_tag, read_course, relink, relink_notebook, without_outputs, without_proofs

BESIDE = {"docs/glossary.md": "glossary.md", "data/README.md": "data.md"}  # of the course, and of a folder elsewhere
FLAGS = (
    # Lab would otherwise ask other hosts for news and newer versions, and the learner for leave to do so
    "--LabApp.news_url=None",
    "--LabApp.extension_manager=readonly",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    f"--LabApp.app_settings_dir={Path(__file__).with_name('lab-settings')}",
)


def _is_inside(folder):
    return folder.is_relative_to(ROOT)


def _where(folder, source):
    """Make the rule by which links of a text of the course's folder `source` are kept in a copy of it in `folder`."""

    def where(path):
        target = os.path.normpath(f"{source}/{path}").replace(os.sep, "/")
        if target.startswith("notebooks/"):
            return Path(target).name
        if _is_inside(folder):
            return Path(os.path.relpath(ROOT / target, folder)).as_posix()
        return BESIDE.get(target)

    return where


def shut(notebook):
    """Turn the solutions of a notebook, in place, into folded text that Run All Cells does not run; give it back.

    What is folded can be selected at once and pasted into the cell above; what the solution printed stands below it.
    """
    for at, cell in enumerate(notebook.cells):
        if has_tag(cell, "solution"):
            notebook.cells[at] = new_markdown_cell(_folded(cell), id=cell.id)
    return notebook


def _folded(cell):
    printed = "".join(out.get("text", out.get("data", {}).get("text/plain", "")) + "\n" for out in cell.outputs)
    lines = cell.source.splitlines()
    size = f'rows="{len(lines)}" cols="{max(map(len, lines)) + 2}"'
    return (
        "<details>\n<summary>A solution</summary>\n\n"
        f'<textarea {size} spellcheck="false" title="A solution">\n{html.escape(cell.source)}\n</textarea>\n\n'
        f"It prints:\n\n<pre>\n{html.escape(printed.strip())}\n</pre>\n\n</details>"
    )


def copy_notebooks(folder):
    """Copy the notebooks that a folder does not have yet, without outputs; list the names of the new ones."""
    from ipykernel.ipkernel import IPythonKernel  # here: progress bars take a process that has it for a notebook

    folder.mkdir(parents=True, exist_ok=True)
    new = {name: notebook for name, notebook in read_course().items() if not (folder / name).exists()}
    for name, notebook in new.items():
        # what the kernel says of itself: Lab would write it there, and then ask to save what nobody touched
        relink_notebook(without_proofs(notebook), _where(folder, "notebooks"))
        without_outputs(shut(notebook)).metadata.language_info = IPythonKernel.language_info
        nbformat.write(notebook, folder / name)
    if not _is_inside(folder):
        for name, copy in BESIDE.items():
            text = (ROOT / name).read_text(encoding="utf-8")
            (folder / copy).write_text(relink(text, _where(folder, Path(name).parent)), encoding="utf-8")
    return list(new)


def lab_arguments(folder):
    """List what JupyterLab is started with, to open the first notebook of a folder."""
    root = ROOT if _is_inside(folder) else folder
    first = quote(f"/lab/tree/{(folder / '00_start_here.ipynb').relative_to(root).as_posix()}")
    arguments = [f"--ServerApp.root_dir={root}", f"--LabApp.default_url={first}", *FLAGS]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in containers: root has to say so
        arguments.append("--allow-root")
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        arguments.append("--no-browser")
    return arguments


def main(arguments=None):
    """Make the copies, then open JupyterLab; return 1 if they could not be written."""
    parser = argparse.ArgumentParser(prog="python -m tools.lab", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", default="", help="for the copies (default workbook/)")
    parser.add_argument("--copy", action="store_true", help="make the copies only")
    given = parser.parse_args(arguments)
    folder = Path(given.folder or ROOT / "workbook").expanduser().resolve()
    if folder in (ROOT, ROOT / "notebooks"):
        print(f"{folder} holds the course itself: name another folder for your copies", file=sys.stderr)
        return 1
    try:
        new = copy_notebooks(folder)
    except OSError as error:
        print(f"The notebooks cannot be copied to {folder} ({error.strerror}): name another folder", file=sys.stderr)
        return 1
    print(
        f"{len(new)} notebooks copied to {os.path.relpath(folder)}/, without outputs" if new else "All copies are there"
    )
    if given.copy:
        return 0
    record = os.environ.setdefault(ENVIRONMENT, str(folder / NAME))
    if record:
        print(f"What you try and guess is kept in {os.path.relpath(record)}, for you alone; `make progress` reads it.")
    print("JupyterLab prints its address below; press Ctrl+C here, twice, to stop it.", flush=True)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # threads that wait sleep: notebooks side by side would hang
    from jupyterlab.labapp import main as lab  # here: it takes a second to import

    sys.argv[1:] = []
    return lab(lab_arguments(folder))


if __name__ == "__main__":
    sys.exit(main())
