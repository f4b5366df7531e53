"""How Sphinx renders the course; `docs/build.py` gathers the pages and calls it."""

import re
import sys
from pathlib import Path

import myst_nb.core.render
from sphinx.domains.python import PyObject

ROOT = str(Path(__file__).resolve().parents[1])
sys.path[:0] = [ROOT]  # helpers, for their docstrings

project = "Clustering in Python"
author = "the authors of the course"
copyright = "the authors. Text and figures: CC BY 4.0; code: BSD 3-Clause"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["README.md"]  # parts of it are included in other pages
default_role = "literal"  # docstrings write `name` for code

# the committed outputs, as they are
nb_execution_mode = "off"
nb_ipywidgets_js = {}
nb_code_prompt_show = "Show the solution"
nb_code_prompt_hide = "Hide the solution"
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
add_module_names = False
toc_object_entries_show_parents = "hide"

html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path = ["static"]
html_css_files = ["course.css"]
html_show_sourcelink = False
html_copy_source = False
html_show_search_summary = False  # would fetch pages, which a browser refuses for files
html_use_index = html_domain_indices = False
# these pages have no pages below them to list
html_sidebars = {page: [] for page in ("bibliography", "docs/glossary", "index")}
html_context = {"default_mode": "auto"}
html_theme_options = {
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": 7,
    "navigation_depth": 2,
    "show_toc_level": 2,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "footer_start": ["copyright"],
    "footer_end": [],
}


def describe(render_image):
    """Wrap MyST-NB's renderer of images, which ignores the description that each figure of the course carries."""

    def described(self, data):
        found = render_image(self, data)
        found[0]["alt"] = data.output_metadata[data.mime_type]["alt"]  # a figure without one stops the build
        return found

    return described


def shorten(app, what, name, obj, options, signature, returns):
    """Leave out of a signature what only the builder's machine has: its environment, and where this folder lies."""
    if signature is None:
        return None
    signature = re.sub(r"environ\(\{.*\}\)", "os.environ", signature)
    return re.sub(rf"PosixPath\('{re.escape(ROOT)}/", "Path('", signature), returns


def setup(app):
    """Add what the settings cannot say."""
    app.connect("autodoc-process-signature", shorten)
    renderer = myst_nb.core.render.NbElementRenderer
    renderer.render_image = describe(renderer.render_image)
    for kind in PyObject.doc_field_types:
        if kind.name == "variable":
            kind.label = "Attributes"  # as the docstrings say
    return {"parallel_read_safe": True, "parallel_write_safe": True}
