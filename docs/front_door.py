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

# Public without standing at the front door: imported by their own name, so that they load nothing before. All that
# pages of the manual import from are here.
BESIDE = (
    "analytic.certificate",
    "analytic.certified_boundary",
    "analytic.certified_diagram",
    "analytic.decomposition",
    "analytic.enclosure",
    "analytic.linear",
    "analytic.monosemantic",
    "analytic.onehot",
    "analytic.polytopes",
    "analytic.proof.onset_bound",
    "analytic.readout",
    "analytic.stability",
    "analytic.symbolic",
    "numeric.autograd",
    "numeric.continuation",
    "numeric.fit",
    "numeric.gradient_flow",
    "numeric.line_torch",
    "numeric.marginal_value",
    "numeric.models",
    "numeric.motif",
    "numeric.neurons",
    "numeric.probe",
    "numeric.thomson",
    "compare.agreements",
    "compare.crosschecks.evidence",
    "compare.crosschecks.running",
    "compare.figures.colors",
    "compare.lines",
    "compare.named_figures",
    "compare.paper.correlated",
    "compare.paper.panels",
    "compare.paper.perturbed",
    "compare.plans",
    "compare.plot",
    "compare.proportions",
    "compare.report",
    "compare.strategies",
    "compare.training.adversarial",
    "compare.training.dynamics",
    "compare.training.hysteresis",
    "compare.training.rotated",
    "compare.training.saxe",
    "compare.training.trainers",
)

HEADING = "Beside the front door"

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
    beside = [name for name in BESIDE if name.split(".")[0] == room and source(root, name).exists()]
    lines += [HEADING, "-" * len(HEADING), "", "Imported by their own names.", ""]
    lines += [f"- :py:mod:`toytoy.{name}`: {summary(source(root, name))}" for name in beside]
    lines += ["", ".. toctree::", "   :hidden:", "", *(f"   toytoy.{name}" for name in beside), ""]
    return "\n".join(lines)


def source(root: Path, name: str) -> Path:
    """Find the file of a module or package, named without the library's name."""
    place = root / name.replace(".", "/")
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def module_page(name: str) -> str:
    """Write the page of a module beside the front door: all its public members."""
    title = f"toytoy.{name}"
    return "\n".join([title, "=" * len(title), "", f".. automodule:: {title}", "   :members:", ""])


def write_pages(root: Path, folder: Path) -> None:
    """Write every room's page into an emptied folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for room, modules in public_names(root).items():
        (folder / f"{room}.rst").write_text(room_page(root, room, modules), "utf8")
    for name in BESIDE:
        (folder / f"toytoy.{name}.rst").write_text(module_page(name), "utf8")


def undocumented(root: Path, documented: set[str]) -> list[str]:
    """List the names of the front door's `__all__` that no page describes."""
    stub = ast.parse((root / "__init__.pyi").read_text("utf8"))
    assignments = [node for node in stub.body if isinstance(node, ast.Assign)]
    public = {name for node in assignments for name in ast.literal_eval(node.value)} - {"__version__"}
    return sorted(name for name in public if f"toytoy.{name}" not in documented)


def _skip(app: Sphinx, what: str, name: str, member: object, skip: bool, options: object) -> bool | None:
    """Leave out fields of named tuples, of which Python says "Alias for field number 0": their class describes them."""
    return True if type(member).__name__ == "_tuplegetter" else None


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
    app.setup_extension("sphinx.ext.autodoc")  # whose event it is
    app.connect("autodoc-skip-member", _skip)
    app.connect("env-check-consistency", _check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
