"""The course for learners, without solutions and outputs: ``python -m tools.student``, or ``make student``.

It goes to build/student, and the same to build/student.zip, which needs nothing but itself. The cells tagged
`solution` are not in it, nor is any output. What `check` knows is: it recomputes the truths of the exercises from the
data, in helpers/exercises, and whoever reads those modules finds answers there. That is how a check can name a
mistake; to mark work that counts, ask for the reasoning too. `tools.grading` makes assignments for nbgrader.
"""

import copy
import re
import shutil
import sys
import zipfile
from pathlib import Path

import nbformat

from tools.course import ROOT, has_tag, read_course, relink_notebook, without_outputs, without_proofs

FOLDERS = ("helpers", "data", "tools/lab-settings", "tools/report")
TOOLS = tuple(
    f"tools/{name}.py"
    for name in ("__init__", "course", "lab", "onefile", "progress", "tries", "rerun", "parameters", "kernels")
)
SET_UP = ("pyproject.toml", "requirements.txt", "environment.yml")
PAGES = ("LICENSE", "CITATION.cff", "docs/glossary.md", "docs/page.png")  # the last is shown by notebook 08
FILES = (*SET_UP, *TOOLS, *PAGES)
WITHOUT = "# --- the learner's edition ends here"  # a line of the Makefile: what stands below needs the whole course
CACHES = ("__pycache__", "*.pyc", ".*")

WHERE = re.compile(r"(;|(?<=[.:])|^)\s*[^.;]*\bfolded cell\b[^.]*\.", flags=re.MULTILINE)  # a sentence, or its end

README = Path(__file__).with_name("student-readme.md").read_text(encoding="utf-8")


def _is_on_solution(cell):
    """Tell whether a cell is a solution, or a text that discusses one."""
    return has_tag(cell, "solution") or (cell.cell_type == "markdown" and "folded solution" in cell.source)


def unanswered(notebook):
    """Copy a notebook without its proofs, its solutions, what is said of them, outputs and counts."""
    notebook = without_proofs(copy.deepcopy(notebook))
    notebook.cells = [cell for cell in notebook.cells if not _is_on_solution(cell)]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = WHERE.sub(lambda found: "." if found[1] == ";" else "", cell.source)
    return without_outputs(notebook)


def write_edition(folder):
    """Write the edition to a folder, which is emptied first.

    Returns
    -------
    dict
        Of each notebook's name and what was written.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "notebooks").mkdir(parents=True)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(*CACHES))
    for name in FILES:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    (folder / "README.md").write_text(README, encoding="utf-8")
    targets = (ROOT / "Makefile").read_text(encoding="utf-8").partition(WITHOUT)[0]
    (folder / "Makefile").write_text(targets, encoding="utf-8")
    notebooks = {name: unanswered(notebook) for name, notebook in read_course().items()}
    for name, notebook in notebooks.items():
        relink_notebook(
            notebook, lambda path: path if path in notebooks or (folder / "notebooks" / path).exists() else None
        )
        nbformat.write(notebook, folder / "notebooks" / name)
    return notebooks


def pack(folder, path):
    """Pack a folder so that the same files give the same bytes: in order, and all of one date."""
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(file for file in folder.rglob("*") if file.is_file()):
            entry = zipfile.ZipInfo(f"clustering-course/{file.relative_to(folder).as_posix()}", (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # as a Unix file, whatever system packs it
            archive.writestr(entry, file.read_bytes(), compress_type=zipfile.ZIP_DEFLATED, compresslevel=9)


def main():
    """Write the edition and its archive; return 0, or 1 if they could not be written."""
    folder = ROOT / "build" / "student"
    archive = folder.with_suffix(".zip")
    try:
        notebooks = write_edition(folder)
        pack(folder, archive)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    exercises = sum(has_tag(cell, "exercise") for notebook in notebooks.values() for cell in notebook.cells)
    print(
        f"Wrote {folder.relative_to(ROOT)}: {len(notebooks)} notebooks with {exercises} exercises, "
        f"without solutions and outputs; {archive.relative_to(ROOT)} ({archive.stat().st_size / 1e6:.1f} MB) "
        "is the same, to hand out"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
