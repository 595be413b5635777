"""Sphinx extension: formulas are drawn by a copy of MathJax beside the pages, and nothing comes from elsewhere."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.errors import ExtensionError
from sphinx.util.fileutil import copy_asset

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PACKAGE = "sphinx-mathjax-offline"
SCRIPT = "tex-svg.js"  # shapes and all in one file: whatever fonts the reader has, and from file:// too
# The menu would load a dictionary in the reader's language, and speech rules, when asked for
SETTINGS = {"options": {"enableMenu": False}}


def script() -> Path:
    """Find the file in the installed package, whose folder's name Python can't import."""
    try:
        found = Path(str(distribution(PACKAGE).locate_file(f"{PACKAGE}/static/mathjax/{SCRIPT}")))
    except PackageNotFoundError as error:
        raise ExtensionError(f'formulas need the package {PACKAGE}: pip install "toytoy[docs]"') from error
    if not found.is_file():
        raise ExtensionError(f"{PACKAGE} holds no {SCRIPT} at {found}; install the version that constraints.txt pins")
    return found


def _copy(app: Sphinx, failure: Exception | None) -> None:
    if failure is None and app.builder.format == "html":
        copy_asset(script(), app.outdir / "_static")


def setup(app: Sphinx) -> dict[str, bool]:
    """Point Sphinx's own math extension at the copy."""
    script()  # fails before the minutes of a build, not after
    app.setup_extension("sphinx.ext.mathjax")
    app.config.mathjax_path = SCRIPT
    app.config.mathjax3_config = SETTINGS
    app.connect("build-finished", _copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
