"""The site's pages, gathered from where they are written into one folder that Sphinx reads."""

import importlib
import pkgutil
import re
from pathlib import Path

import bibliography
import diagrams
import nbformat

import helpers

# Pages on how the course is used and built, besides the course itself.
MANUAL = ("manual", "install", "endpoint", "streaming", "report", "rerunning", "benchmarks", "teaching", "architecture")
LIVE = "This control needs a running notebook (`make lab`). The pictures below stand in for it."
RESULTS = {
    "memory": "The memory of each notebook",
    "page": "How fast the page is",
    "scale": "More rows than memory",
    "service": "How fast the endpoint is",
}


def gather(root, out):
    """Write every page's source into a folder.

    Parameters
    ----------
    root : path
        The course.
    out : path
        A new folder; paths in it are those of the course, so that links between pages hold.
    """
    root, out = Path(root), Path(out)
    readme = (root / "README.md").read_text()
    write(out / "README.md", readme)
    write(out / "course.md", (root / "docs/course.md").read_text() + toctree(readme))
    for page in ("docs/glossary.md", "notebooks/TEACHING.md"):
        write(out / page, mark_korean((root / page).read_text()))
    write(out / "index.md", (root / "docs/index.md").read_text())
    for name in ("lab.png", "line-up.png"):
        write(out / "docs" / name, (root / "docs" / name).read_bytes())
    for name in MANUAL:
        text = (root / "docs" / f"{name}.md").read_text()
        write(out / "docs" / f"{name}.md", diagrams.as_boxes(unlink(text)))
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        write(out / "notebooks" / path.name, nbformat.writes(prepare(nbformat.read(path, 4))))
    data_pages(root / "data", out / "data")
    write(out / "bibliography.md", bibliography.page(root))
    for name, text in api_pages():
        write(out / "api" / f"{name}.rst", text)


def write(path, content):
    """Write text or bytes, making the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def unlink(text):
    """Replace links to files of the course that are no pages by their words."""
    return re.sub(r"\[([^\]]+)\]\(\.\./(?!notebooks/|data/)[^)]+\)", r"\1", text)


def toctree(readme):
    """Order the notebooks as the README's map does, by the short names that it gives them."""
    rows = re.findall(r"^\| \[(\d\d [^\]]+)\]\((notebooks/\S+)\.ipynb\)", readme, re.MULTILINE)
    entries = "".join(f"{name} <{page}>\n" for name, page in rows)
    return f"\n```{{toctree}}\n:hidden:\n\n{entries}```\n"


def mark_korean(text):
    """Say which words are Korean, for voices and for fonts; not in headings, whose words become addresses."""
    lines = text.splitlines(keepends=True)
    korean = re.compile(r"[가-힣]+(?:[ ,.·]+[가-힣]+)*")
    return "".join(line if line[0] == "#" else korean.sub(r'<span lang="ko">\g<0></span>', line) for line in lines)


# --- notebooks --------------------------------------------------------------------------------------------------------


def prepare(notebook):
    """Fold a notebook's solutions and proofs, and say of its live controls that they need a kernel.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Changed in place.

    Returns
    -------
    nbformat.NotebookNode
    """
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if "solution" in tags:
            tags.append("hide-cell")
        if "proof" in tags:
            tags.append("hide-input")
            words = ("code_prompt_show", "Show how this is held true"), ("code_prompt_hide", "How this is held true")
            cell.metadata["mystnb"] = dict(words)
        if cell.cell_type == "code":
            cell.outputs = [shown for output in cell.outputs if (shown := without_widget(output))]
    return notebook


def without_widget(output):
    """Turn an output into what a page can show: a control becomes a sentence, a progress bar nothing."""
    if "application/vnd.jupyter.widget-view+json" not in output.get("data", {}):
        return output
    if not output.data.get("text/plain", "").startswith("interactive("):
        return None
    return nbformat.v4.new_output("display_data", {"text/markdown": LIVE})


# --- data and results -------------------------------------------------------------------------------------------------


def data_pages(data, out):
    """Write the data's cards, and the tables of results below them."""
    cards = one_title((data / "README.md").read_text())
    write(out / "README.md", bibliography.link_dois(cards) + "\n```{toctree}\n:hidden:\n:glob:\n\nresults/*\n```\n")
    for path in sorted((data / "results").glob("*.md")):
        title = RESULTS.get(path.stem, path.stem.capitalize())
        write(out / "results" / path.name, f"# {title}\n\n{path.read_text()}")


def one_title(text):
    """Put every heading but the first one level deeper, so that a page has one title."""
    first, rest = re.match(r"(#[^\n]*\n)(.*)", text, re.DOTALL).groups()
    return first + re.sub(r"^#", "##", rest, flags=re.MULTILINE)


# --- helpers ----------------------------------------------------------------------------------------------------------


def public_modules():
    """Names of the public modules of `helpers`, each package before what is in it.

    What a package offers is what its ``__all__`` names, wherever it is written; one without offers its modules.
    """
    found = []
    for module in sorted(pkgutil.walk_packages(helpers.__path__, "helpers."), key=lambda module: module.name):
        package = module.name.rpartition(".")[0]
        if "._" not in module.name and not hasattr(importlib.import_module(package), "__all__"):
            found.append(module.name)
    return found


def api_pages():
    """Yield name and source of a page for each module or package of `helpers`, and of their index."""
    modules = public_modules()
    tops = [name for name in modules if name.count(".") == 1]
    for top in tops:
        parts = [heading(top, "="), f".. automodule:: {top}\n"]
        for name in modules:
            if name.startswith(f"{top}."):
                parts += [heading(name, "-"), f".. automodule:: {name}\n"]
        yield top, "\n".join(parts)
    entries = "".join(f"   {top}\n" for top in tops)
    yield "index", heading("The helpers", "=") + f"\n.. toctree::\n\n{entries}"


def heading(text, line):
    """Underline a heading of reStructuredText."""
    return f"{text}\n{line * len(text)}\n"
