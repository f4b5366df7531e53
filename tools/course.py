"""The course's notebooks as they are committed, and the links and calls in them."""

import ast
import re
from itertools import takewhile
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(((?:[^()\s]|\([^()\s]*\))+)\)")


def read_course():
    """Read the course's notebooks; dict of name and NotebookNode."""
    return {path.name: nbformat.read(path, as_version=4) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}


def has_tag(cell, tag):
    """Tell whether a cell has a tag."""
    return tag in cell.metadata.get("tags", [])


def calls_of(name, source):
    """Find the calls of a function in code; list of the strings that the arguments of each begin with."""
    try:
        nodes = list(ast.walk(ast.parse(source))) if f"{name}(" in source else []
    except SyntaxError:  # a magic of IPython's
        return []
    calls = [node.args for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name]
    values = ((getattr(argument, "value", None) for argument in arguments) for arguments in calls)
    return [list(takewhile(lambda value: isinstance(value, str), one)) for one in values]


def without_outputs(notebook):
    """Take outputs and counts away from a notebook, in place, and give it back."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def without_proofs(notebook):
    """Take the cells that hold the text to its word away from a notebook, in place, and give it back."""
    notebook.cells = [cell for cell in notebook.cells if not has_tag(cell, "proof")]
    return notebook


def relink(text, where):
    """Point the links of a Markdown text elsewhere.

    ``where`` maps the path of a link to the new one, or to None where there is none: then its words stay alone.
    """

    def moved(link):
        path, hash_, anchor = link[2].partition("#")
        if not path or re.match(r"\w+:", path):
            return link[0]
        new = where(path)
        return link[1] if new is None else f"[{link[1]}]({new}{hash_}{anchor})"

    return LINK.sub(moved, text)


def relink_notebook(notebook, where):
    """Point the links of a notebook elsewhere, in place; see `relink`."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = relink(cell.source, where)
