"""Sphinx extension: one API page a room, written from the front door's stub, so that no public name is forgotten."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

# Public without standing at the front door: imported by their own name, so that they load nothing before.
BESIDE = (
    "analytic.certified_boundary",
    "analytic.certified_diagram",
    "analytic.decomposition",
    "analytic.enclosure",
    "analytic.linear",
    "analytic.readout",
    "analytic.symbolic",
    "numeric.autograd",
    "numeric.continuation",
    "numeric.fit",
    "numeric.gradient_flow",
    "numeric.line_torch",
    "numeric.models",
    "numeric.probe",
    "numeric.thomson",
    "compare.agreements",
    "compare.lines",
    "compare.named_figures",
    "compare.plot",
    "compare.report",
    "compare.strategies",
)

Rooms = dict[str, dict[str, list[str]]]


def public_names(root: Path) -> Rooms:
    """Read the stub: room -> module -> names, in the stub's order; the version is no API."""
    rooms: Rooms = {}
    for node in ast.parse((root / "__init__.pyi").read_text("utf8")).body:
        if isinstance(node, ast.ImportFrom) and "." in (node.module or ""):
            room, module = str(node.module).split(".", 1)
            rooms.setdefault(room, {}).setdefault(module, []).extend(alias.name for alias in node.names)
    return rooms


def summary(path: Path) -> str:
    """Give the first line of a module's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text("utf8"))) or "").partition("\n")[0]


def room_page(root: Path, room: str, modules: dict[str, list[str]]) -> str:
    """Write a room's page: a section a module, a table of its public names, a page each."""
    lines = [room, "=" * len(room), "", summary(root / room / "__init__.py"), ""]
    for module, names in modules.items():
        lines += [module, "-" * len(module), "", summary(root / room / f"{module}.py"), ""]
        lines += [".. currentmodule:: toytoy", "", ".. autosummary::", "   :toctree: .", ""]
        lines += [*(f"   {name}" for name in names), ""]
    for module in (name.split(".")[1] for name in BESIDE if name.split(".")[0] == room):
        title = f"toytoy.{room}.{module}"
        lines += [title, "-" * len(title), "", f".. automodule:: {title}", "   :members:", ""]
    return "\n".join(lines)


def write_pages(root: Path, folder: Path) -> None:
    """Write every room's page into an emptied folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for room, modules in public_names(root).items():
        (folder / f"{room}.rst").write_text(room_page(root, room, modules), "utf8")


def undocumented(root: Path, documented: set[str]) -> list[str]:
    """List the names of the front door's `__all__` that no page describes."""
    stub = ast.parse((root / "__init__.pyi").read_text("utf8"))
    assignments = [node for node in stub.body if isinstance(node, ast.Assign)]
    public = {name for node in assignments for name in ast.literal_eval(node.value)} - {"__version__"}
    return sorted(name for name in public if f"toytoy.{name}" not in documented)


def _write(app: Sphinx, config: Config) -> None:
    docs = Path(app.srcdir)
    write_pages(docs.parent, docs / "api" / "generated")


def _check(app: Sphinx, env: BuildEnvironment) -> None:
    from sphinx.util import logging

    for name in undocumented(Path(app.srcdir).parent, set(env.domains["py"].data["objects"])):
        logging.getLogger(__name__).warning("public name toytoy.%s stands on no page", name)


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the pages before Sphinx looks for sources; check what they hold once all are read."""
    app.connect("config-inited", _write)
    app.connect("env-check-consistency", _check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
