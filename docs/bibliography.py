"""What the notebooks cite, read from the notebooks: papers with their titles, documentation, and the data's sources."""

import re
import tomllib
from collections import defaultdict
from pathlib import Path

import nbformat

LINK = re.compile(r"\[([^\]]+)\]\((https?://(?:[^()\s]|\([^()\s]*\))+)\)")
WORK = re.compile(r"- ([^\[(]+ \(\d{4}\)), (.*)")
DOI = "https://doi.org/"


def citations(root):
    """Find every link to another host in the notebooks' prose.

    Parameters
    ----------
    root : path
        The course.

    Returns
    -------
    dict of str to list of (str, str)
        For each address, the notebook's name and the line in which it is cited.
    """
    found = defaultdict(list)
    for path in sorted((Path(root) / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                for line in cell.source.splitlines():
                    for _, address in LINK.findall(line):
                        found[address].append((path.name, line))
    return found


def work(address, lines):
    """Say who wrote a work, when, and its title, as the lists of further reading and `works.toml` have it.

    Parameters
    ----------
    address : str
    lines : iterable of str
        Those that cite it.

    Returns
    -------
    str
        The longest of what was found; empty if this is no work with an author and a year.
    """
    found = [tomllib.loads((Path(__file__).parent / "works.toml").read_text()).get(address, "")]
    for line in lines:
        if (item := WORK.match(line)) and len(LINK.findall(line)) == 1:
            before, label = item[2].partition("[")[0], LINK.search(line)[1]
            title = before.strip(" ,") or ("" if label.startswith("doi:") else label)
            found.append(f"{item[1]}, {title}" if title else "")
    return max(found, key=len)


def page(root):
    """Write the bibliography.

    Parameters
    ----------
    root : path
        The course.

    Returns
    -------
    str
        Markdown.
    """
    works, others = [], []
    for address, cited in citations(root).items():
        names = dict.fromkeys(name for name, _ in cited)
        where = ", ".join(f"[{name[:2]}](notebooks/{name})" for name in names)
        title = work(address, [line for _, line in cited])
        short = address.removeprefix("https://").removesuffix("/").removesuffix(".html")
        shown = f"doi:{address.removeprefix(DOI)}" if address.startswith(DOI) else short
        if title or address.startswith(DOI):
            works.append(f"- {title}{'' if title.endswith('?') else '.'} [{shown}]({address}). Cited in {where}.")
        else:
            others.append(f"- [{shown}]({address}). Cited in {where}.")
    parts = ["# Bibliography", "What the notebooks cite, collected from them.", "## Papers and books"]
    parts += ["\n".join(sorted(works, key=str.casefold)), "## Documentation and issues", "\n".join(sorted(others))]
    return "\n\n".join([*parts, "## Data", "\n".join(data(root))]) + "\n"


def data(root):
    """Yield an item for each card that cites a work with a DOI."""
    cards = re.split(r"^## ", (Path(root) / "data/README.md").read_text(), flags=re.MULTILINE)[1:]
    for card in cards:
        name, _, text = card.partition("\n")
        cited = re.search(r"^- Citation: (.*(?:\n  .*)*)", text, re.MULTILINE)
        if cited and "doi:" in cited[1]:
            yield f"- {link_dois(' '.join(cited[1].split()))} Card: [{name}](data/README.md#{name})."


def link_dois(text):
    """Make links of DOIs that stand in a text as ``doi:10...``."""
    return re.sub(r"doi:(10\.\d+/[^\s;]+[^\s.,;)])", r"[doi:\1](https://doi.org/\1)", text)
