"""Which cells of a notebook become slides: a rule, so that the notebooks need no marks.

The heading of a section states a claim. Its evidence stands below it on a slide: a figure, or short code with what it
printed. Before them comes the question that the notebook asks ("Before you run it"), without the claim, which would
answer it. The title, what one can do afterwards, the names of the exercises and what to remember frame all that.
Optional cells, live controls, solutions, and what is too long to be read from the last row are left out.
"""

import ast
import re
from dataclasses import dataclass, field, replace

from tools.course import LINK, calls_of, has_tag

QUESTION = "**Before you run it:**"
MAX_LINES = 14  # of code and printed text on a slide
MAX_WIDTH = 84  # characters of a line; printed ones may go on in the next
MAX_QUESTION = 420  # characters; of a longer paragraph only its last sentences are shown
MAX_LIST = 600  # characters
BESIDE_FIGURE = 3  # lines of printed text
FRAME = ("After this notebook you can", "What to remember")
CLOSING = ("Where this goes wrong in practice", "Further reading")
SKIPPED = ("optional", "parameters", "exercise", "solution", "proof")


@dataclass
class Slide:
    """What one slide shows.

    Attributes
    ----------
    heading : str
        Markdown.
    kind : {"title", "text", "question", "evidence"}
    text : str
        Markdown below the heading.
    code, printed : str
        Python, and what it printed.
    images : list of (str, str, str)
        Kind, such as ``image/png``, content in base64, and description.
    """

    heading: str
    kind: str
    text: str = ""
    code: str = ""
    printed: str = ""
    images: list = field(default_factory=list)


def slides_of(notebook):
    """Choose the slides of a notebook; list of Slide, in the notebook's order."""
    slides, heading, begun = [], "", False
    for cell in notebook.cells:
        begun = begun or has_tag(cell, "parameters")  # before it stand the set-up and the imports
        if cell.cell_type == "markdown":
            for block in re.split(r"\n\s*\n", LINK.sub(r"\1", cell.source)) if not has_tag(cell, "optional") else ():
                heading = _read_block(block.strip(), heading, slides)
        elif not begun or heading == "Exercises" or any(has_tag(cell, tag) for tag in SKIPPED):
            continue
        elif cell.source.startswith("predict("):
            ((_, question, *choices),) = calls_of("predict", cell.source)
            asked = "\n".join([f"{question}\n", *(f"- {choice}" for choice in choices)])
            slides.append(Slide("Before you run it", "question", text=asked))
        elif not cell.source.startswith(("reveal(", "predictions(")):
            slides += _evidence(cell, heading)
    return _joined(slides)


def _read_block(block, heading, slides):
    """Add what a block of text gives to the slides; return the heading that holds after it."""
    if block.startswith("# "):
        slides.append(Slide(block[2:], "title"))
        return ""
    if block.startswith("##"):
        heading = block.lstrip("# ")
        if heading in FRAME or heading.startswith("Exercises"):
            slides.append(Slide(heading, "text"))
        return "Exercises" if heading.startswith("Exercises") else heading
    last = slides[-1] if slides else None
    if heading in FRAME:
        last.text = last.text or (block if block.startswith("- ") else "")  # its list, and nothing that follows
    elif heading == "Exercises" and (name := re.match(r"\*\*\d\d\.\d (.+?)\.?\*\*", block)):
        last.text += f"1. {name[1]}\n"
    elif heading == "" and last and last.kind == "title":
        last.text += block + "\n\n"
    elif QUESTION in block:
        slides.append(Slide("Before you run it", "question", text=_question(block)))
    elif re.match(r"(-|1\.) ", block) and len(block) <= MAX_LIST and "http" not in block and heading not in CLOSING:
        slides.append(Slide(heading, "text", text=block))
    return heading


def _question(block):
    """Shorten a paragraph to its question and as many of the sentences before it as may be read."""
    before, _, question = block.partition(QUESTION)
    while before and len(before) + len(question) > MAX_QUESTION:
        before = re.split(r"(?<=[.?!)])\s+", before, maxsplit=1)[1] if re.search(r"[.?!)]\s", before.strip()) else ""
    question = question.strip()
    is_name = re.match(r"\w-|`", question)  # k-means keeps its small letter
    return f"{before.strip()}\n\n{question if is_name else question[0].upper() + question[1:]}"


def _evidence(cell, heading):
    """Make the slide of a code cell, if it has anything to show that can be read from afar; list of one or none."""
    printed = "".join(output.text for output in cell.outputs if output.output_type == "stream").strip("\n")
    data = [output for output in cell.outputs if "data" in output]
    if any("widget" in kind for output in data for kind in output.data):
        return []
    images = [
        (kind, content, output.metadata.get(kind, {}).get("alt", ""))
        for output in data
        for kind, content in output.data.items()
        if kind.startswith("image/")
    ]
    if images:
        return [Slide(heading, "evidence", printed=printed if _fits(printed, BESIDE_FIGURE) else "", images=images)]
    code, printed = _lesson(cell.source), printed if _fits(printed) else ""
    if _fits(f"{code}\n{printed}"):
        return [Slide(heading, "evidence", code=code, printed=printed)] if code or printed else []
    is_lesson = re.search(r"^(def|class) ", code, flags=re.MULTILINE)  # other code only prepares what is printed
    parts = [Slide(heading, "evidence", code=code)] if is_lesson else []
    return [*parts, Slide(heading, "evidence", printed=printed)] if printed else parts


def _lesson(source):
    """Choose the code to show: all of it, or if that is too long what it defines, or nothing."""
    statements = ast.parse(source).body
    if all(isinstance(statement, ast.Import | ast.ImportFrom) for statement in statements):
        return ""
    whole = re.sub(r"\n{3,}", "\n\n", source)
    if _fits(whole) and all(len(line) <= MAX_WIDTH for line in whole.splitlines()):
        return whole
    defined = [s for s in statements if isinstance(s, ast.FunctionDef | ast.ClassDef)]
    lines = "\n\n".join(ast.get_source_segment(source, statement) for statement in defined).splitlines()
    code = "\n".join(line if len(line) <= MAX_WIDTH else re.sub(r"  # .*$", "", line) for line in lines)
    return code if _fits(code) else ""


def _joined(slides):
    """Join evidence for one claim: what was printed in a row, and a few such lines with the figure that comes next."""
    joined = []
    for slide in slides:
        last = joined[-1] if joined else Slide("", "")
        if last.printed and not last.code and not last.images and slide.heading == last.heading and not slide.code:
            both = "\n\n".join(filter(None, (last.printed, slide.printed)))
            if _fits(both, BESIDE_FIGURE if slide.images else MAX_LINES):
                slide = replace(slide, printed=both)
                joined.pop()
        joined.append(slide)
    return joined


def _fits(text, n_lines=MAX_LINES):
    return sum(max(1, -(-len(line) // MAX_WIDTH)) for line in text.splitlines()) <= n_lines
