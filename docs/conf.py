"""Sphinx configuration: `make docs`."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import numpydoc.xref
import toytoy

project = "toytoy"
author = "The toytoy authors"
copyright = "2026, The toytoy authors"
version = release = toytoy.__version__

extensions = [
    "front_door",
    "figure_of",
    "gallery_of",
    "notebook_of",
    "offline_math",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_parser",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_templates"]
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["offline_search.js"]
templates_path = ["_templates"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3
math_eqref_format = "eq. {number}"

autodoc_typehints = "none"  # numpydoc's Parameters say more: shape and range
autodoc_member_order = "bysource"
# Phase and phase are two names, and one file where the file system ignores case
autosummary_filename_map = {
    f"toytoy.{name}": f"toytoy.{name}-class"
    for name in toytoy.__all__
    if name != name.lower() and name.lower() in toytoy.__all__
}
numpydoc_show_class_members = False  # the class template lists them
numpydoc_xref_param_type = True  # types of this library lead to their pages
numpydoc_xref_ignore = "all"
numpydoc_xref_aliases = {name: f"toytoy.{name}" for name in toytoy.__all__ if name[0].isupper()}
default_role = "py:obj"  # and so do names in backticks; what is no name stays code

# Links into other projects need the network: TOYTOY_INTERSPHINX=1 turns them on.
if os.environ.get("TOYTOY_INTERSPHINX"):
    extensions.append("sphinx.ext.intersphinx")
    intersphinx_mapping = {
        "python": ("https://docs.python.org/3", None),
        "numpy": ("https://numpy.org/doc/stable", None),
        "xarray": ("https://docs.xarray.dev/en/stable", None),
    }
else:
    numpydoc.xref.DEFAULT_LINKS.clear()  # bool, sequence and the like, in Python's and numpy's manuals

html_theme = "pydata_sphinx_theme"
html_title = f"toytoy {version}"
html_theme_options = {"show_toc_level": 2, "navigation_with_keys": False, "secondary_sidebar_items": ["page-toc"]}
html_context = {"default_mode": "auto"}  # light or dark as the reader's system is
html_show_sourcelink = False
