"""A verification on disk: data as netCDF, figures, the verdict as JSON, and the report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from . import plot
from .curves import BoundaryCurve
from .diagram import PhaseDiagram
from .outputs import write_whole
from .report import write_report
from .summary import summarize_diagram, summarize_verification, to_json
from .verify import Verification

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Boundaries = Mapping[str, tuple[BoundaryCurve, ...]]
SHOWN = {"ansatz": "ansatz_fine", "optimum": "optimum_fine", "trained": "trained"}  # of two grids, the finer
LINE = 0.5  # importance along which the parts of the loss are drawn: it crosses the boundary in both toys
DOTS = 150  # per inch, of figures


def write_results(verification: Verification, folder: Path, command: str) -> Path:
    """Write everything into a folder, and return the report's path.

    Parameters
    ----------
    verification : Verification
    folder : Path
        That exists; files of earlier runs are replaced, each in one move.
    command : str
        That repeats the verification; the report shows it.

    Raises
    ------
    OSError
        If a file can't be written.
    """
    for name, diagram in verification.diagrams.items():
        diagram.save(folder / f"{name}.nc")
    boundaries = {name: verification.diagrams[name].boundaries() for name in SHOWN.values()}
    for name, figure in figures(verification, boundaries).items():
        save_figure(figure, folder / f"{name}.png")
    verdict = to_json(summarize_verification(verification)) + "\n"
    write_whole(folder / "verdict.json", lambda path: path.write_text(verdict, "utf8"))
    plan = verification.plan
    return write_report(
        folder / "report.html",
        verification.diagrams,
        verification.agreements,
        title=f"{plan.n_features} features in {plan.n_hidden} dimension{'s' * (plan.n_hidden > 1)}: "
        "ansatz, optimum and trained models",
        command=command,
        checks=verification.checks,
        skipped=verification.skipped,
        boundaries=boundaries,
        exact=verification.exact,
        lines=verification.lines,
    )


def figures(verification: Verification, boundaries: Boundaries) -> dict[str, Figure]:
    """Draw the maps side by side, where trained models agree, what they lose, and the optimum in two more views."""
    found, agreements = verification.diagrams, verification.agreements
    maps = {kind: found[name] for kind, name in SHOWN.items()}
    curves = {kind: boundaries[name] for kind, name in SHOWN.items()}
    return {
        "phase_maps": plot.compare_maps(maps, {"trained": agreements["trained"]}, curves),
        "agreement": _figure(plot.agreement_map(agreements["trained"])),
        "excess_loss": _figure(plot.excess_map(found["trained"], found["optimum"])),
        "norms": _figure(plot.norm_map(found["optimum_fine"])),
        "loss_parts": _figure(plot.loss_parts(found["optimum_fine"], importance=LINE)),
    }


def save_figure(figure: Figure, path: Path) -> Path:
    """Write a figure as its file's ending says."""
    return write_whole(path, lambda beside: figure.savefig(beside, dpi=DOTS))


def write_diagram(diagram: PhaseDiagram, path: Path) -> Path:
    """Write a diagram as its file's ending says: .nc data, .json summary, anything else a figure with boundaries."""
    if path.suffix == ".nc":
        return diagram.save(path)
    if path.suffix == ".json":
        return write_whole(path, lambda beside: beside.write_text(to_json(summarize_diagram(diagram)) + "\n", "utf8"))
    return save_figure(_figure(plot.phase_map(diagram, boundaries=diagram.boundaries())), path)


def _figure(ax: Axes) -> Figure:
    figure = ax.figure
    assert isinstance(figure, Figure)  # made here, never a part of another
    return figure
