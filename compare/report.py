"""A report of a comparison: one HTML file that holds its tables and figures and needs nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from ..analytic.markup import Markup, element, join
from .agreement import Agreement
from .checks import Check
from .curves import BoundaryCurve
from .diagram import PhaseDiagram
from .figures.canvas import check_diagram
from .figures.colors import FINE, map_name
from .figures.overlays import check_boundaries
from .findings import telling_cells
from .lines import PhaseLines
from .outputs import writable, write_whole
from .reporting import figures as figures
from .reporting import statistics as statistics
from .reporting import tables as tables
from .reporting.boundaries import boundaries_section
from .reporting.frame import asked_section, repeat_section, short_section
from .reporting.page import contents, numbered, page, section, table
from .ruling import carries_margin

Tables = Mapping[str, Sequence[Sequence[object]]]


def write_report(
    path: str | os.PathLike[str],
    diagrams: Mapping[str, PhaseDiagram],
    agreements: Mapping[str, Agreement],
    *,
    title: str,
    command: str = "",
    checks: Iterable[Check] = (),
    skipped: Iterable[tuple[str, str]] = (),
    boundaries: Mapping[str, Iterable[BoundaryCurve]] | None = None,
    exact: Mapping[str, Sequence[BoundaryCurve]] | None = None,
    lines: PhaseLines | None = None,
    extra_tables: Tables | None = None,
) -> Path:
    """Write a self-contained HTML file: no script, no request, figures inside, readable by phone and in the dark.

    Parameters
    ----------
    path : path
        Written beside it first, then moved over it.
    diagrams : mapping of name to PhaseDiagram
        All of one toy. "optimum", and others on its grid such as "ansatz" and "trained"; names that end in "_fine"
        share a finer grid with "optimum_fine".
    agreements : mapping of name to Agreement
        Of the diagram of that name with the optimum of its grid.
    title : str
    command : str, optional
        Repeats the computation.
    checks : iterable of Check, optional
    skipped : iterable of (name, reason), optional
        Checks that had nothing to compare.
    boundaries : mapping of name to iterable of BoundaryCurve, optional
        Traced here where left out.
    exact : mapping of name to sequence of BoundaryCurve, optional
        The optimum's lines at the densities of the diagram of that name, which its boundaries are measured against.
    lines : PhaseLines, optional
        Traced in the diagrams' window; their special points are listed.
    extra_tables : mapping of caption to rows, optional
        The first row is the header.

    Returns
    -------
    pathlib.Path
        Where it was written.

    Raises
    ------
    TypeError
        If a diagram or an agreement is something else.
    ValueError
        If "optimum" is missing or has no margin, toys differ, an agreement's name stands for no diagram or for another
        one, or a table is empty or its rows differ in length.
    OSError
        If the place can't be written.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.report import write_report
    >>> grid = dict(density=[0.1, 0.5, 0.9], importance=[0.5, 2.0])
    >>> maps = {kind: tt.phase_diagram(2, 1, **grid, method=kind) for kind in ("ansatz", "optimum")}
    >>> found = {"ansatz": tt.agreement(maps["ansatz"], maps["optimum"])}
    >>> write_report("report.html", maps, found, title="Two answers").name
    'report.html'
    """
    _check(diagrams, agreements)
    _check_tables(extra_tables or {})
    place, idle = writable(path), tuple(skipped)
    given = {name: check_boundaries(curves) for name, curves in (boundaries or {}).items()}
    curves = {name: given[name] if name in given else diagrams[name].boundaries() for name in _shown(diagrams)}
    found = tuple(checks)
    sections = [
        short_section(diagrams, curves, agreements, found, len(idle)),
        asked_section(diagrams),
        _maps(diagrams, curves),
        _agreements(diagrams, agreements),
        _mismatches(diagrams),
        _training(diagrams),
        _weights(diagrams),
        _parts(diagrams),
        boundaries_section(diagrams, curves, exact or {}, lines),
        _tolerances(agreements, found, idle),
        *([_more(extra_tables)] if extra_tables else []),
        repeat_section(diagrams, command),
    ]
    parts = join(part for part in sections if part)
    body = element("main", element("h1", title), contents(parts), numbered(parts))
    return write_whole(place, lambda beside: beside.write_text(page(title, body), "utf8"))


def _check(diagrams: Mapping[str, PhaseDiagram], agreements: Mapping[str, Agreement]) -> None:
    for name, diagram in diagrams.items():
        check_diagram(diagram, f"diagrams[{name!r}]")
    if "optimum" not in diagrams:
        raise ValueError(f"diagrams must hold one named 'optimum', got {', '.join(diagrams) or 'none'}")
    for name in diagrams:
        if name.removesuffix(FINE) == "optimum" and not carries_margin(diagrams[name]):
            raise ValueError(
                f"diagrams[{name!r}] must carry its margin and margin_error, which decide; make it with phase_diagram"
            )
    toys = {diagram.template for diagram in diagrams.values()}
    if len(toys) > 1:
        raise ValueError(f"diagrams must be of the same toy, got {' and '.join(map(str, toys))}")
    for name, found in agreements.items():
        if name not in diagrams:
            raise ValueError(f"agreements must be named as diagrams are ({', '.join(diagrams)}), got {name!r}")
        if not isinstance(found, Agreement):
            raise TypeError(f"agreements[{name!r}] must be an Agreement, got type {type(found).__name__}")
        if not np.array_equal(found.data.loss.values, diagrams[name].data.loss.values, equal_nan=True):
            raise ValueError(f"agreements[{name!r}] must be of diagrams[{name!r}], got that of a map of other losses")


def _check_tables(extra: Tables) -> None:
    for caption, rows in extra.items():
        lengths = sorted({len(row) for row in rows})
        if len(lengths) != 1:
            raise ValueError(f"extra_tables[{caption!r}] must have rows of one length, a header first, got {lengths}")


def _shown(diagrams: Mapping[str, PhaseDiagram]) -> list[str]:
    """Name the maps to look at: of those on two grids, the finer one."""
    kinds = list(dict.fromkeys(name.removesuffix(FINE) for name in diagrams))
    return [f"{kind}{FINE}" if f"{kind}{FINE}" in diagrams else kind for kind in kinds]


def _optimum_for(name: str, diagrams: Mapping[str, PhaseDiagram]) -> PhaseDiagram:
    return diagrams[f"optimum{FINE}" if name.endswith(FINE) and f"optimum{FINE}" in diagrams else "optimum"]


def _same_grid(diagrams: Mapping[str, PhaseDiagram]) -> dict[str, PhaseDiagram]:
    return {name: diagram for name, diagram in diagrams.items() if not name.endswith(FINE)}


def _maps(diagrams: Mapping[str, PhaseDiagram], curves: Mapping[str, Sequence[BoundaryCurve]]) -> Markup:
    shown = {name: diagrams[name] for name in _shown(diagrams)}
    regimes = [figures.map_figure(name, diagram, curves[name]) for name, diagram in shown.items()]
    norms = [figures.norm_figure(name, diagram) for name, diagram in shown.items()]
    return section(
        "maps",
        "The maps",
        element("p", "Sparse features are at the bottom, important extra features to the right."),
        element("div", *regimes, class_="row"),
        element("p", "The same without any tolerance: by the extra feature's norm and by what it shares."),
        element("div", *norms, class_="row"),
    )


def _agreements(diagrams: Mapping[str, PhaseDiagram], agreements: Mapping[str, Agreement]) -> Markup | None:
    if not agreements:
        return None
    rule = (
        "Agrees: the same regime as the optimum. Not reached: another regime, at a loss that is higher by at least the "
        "margin of the best model of another regime. Disagreement: labels that losses do not explain, or a loss below "
        "the optimum's by more than the errors."
    )
    parts = [element("p", rule), statistics.loss_gaps(agreements), statistics.margin_gaps(agreements)]
    for name, found in agreements.items():
        pictures = [
            figures.agreement_figure(name, found),
            figures.excess_figure(name, diagrams[name], _optimum_for(name, diagrams)),
        ]
        parts += [
            element("h3", f"{map_name(name)}: against the optimum".capitalize()),
            element("div", *pictures, class_="row"),
            statistics.confusion(name, found),
            statistics.distances(name, found.boundary_distance),
            tables.worst(name, found),
        ]
    return section("agreement", "Do they agree?", *parts)


def _mismatches(diagrams: Mapping[str, PhaseDiagram]) -> Markup | None:
    names = [name for name in ("ansatz", f"ansatz{FINE}") if name in diagrams]
    if not names:
        return None
    found = [tables.mismatch(name, diagrams[name], _optimum_for(name, diagrams)) for name in names]
    text = "How far the published ansatz is off: what it names differently, and the loss it gives away there."
    return section("ansatz", "Ansatz against optimum", element("p", text), *found)


def _training(diagrams: Mapping[str, PhaseDiagram]) -> Markup | None:
    found = [
        tables.instances(diagram, _optimum_for(name, diagrams))
        for name, diagram in diagrams.items()
        if "instance_loss" in diagram.data
    ]
    several = any(diagram.data.sizes.get("instance", 1) > 1 for diagram in diagrams.values())
    runs = "One run of training against the best of several, by the same rules." if several else "One run a cell."
    text = f"{runs} No run may lie below the optimum."
    return section("training", "What training reaches", element("p", text), *found) if found else None


def _weights(diagrams: Mapping[str, PhaseDiagram]) -> Markup:
    together = _same_grid(diagrams)
    cells = telling_cells(together, diagrams["optimum"])
    text = (
        "Each arrow is a column of W: the direction of one feature. The extra feature is the last; a dot is no arrow."
    )
    return section(
        "weights", "Weights of telling cells", element("p", text), *(figures.arrow_figures(c, together) for c in cells)
    )


def _parts(diagrams: Mapping[str, PhaseDiagram]) -> Markup:
    shown = [name for name in _shown(diagrams) if "instance_loss" not in diagrams[name].data]
    pictures = [picture for name in shown for picture in figures.parts_figures(name, diagrams[name])]
    text = (
        "Bias cost: no feature is active. Benefit: the error on a feature that is active alone. Interference: what "
        "one other feature writes on a silent output. Distortion: the error of an active feature in company. False "
        "positive: what several others write on a silent output."
    )
    return section("parts", "What the loss is made of", element("p", text), element("div", *pictures, class_="row"))


def _tolerances(
    agreements: Mapping[str, Agreement], checks: Sequence[Check], idle: Sequence[tuple[str, str]]
) -> Markup | None:
    lists = [tables.tolerances(name, found) for name, found in agreements.items()]
    closer = [tables.closer(checks)] if any(check.look_closer for check in checks) else []
    held = [tables.checked(checks), *closer] if checks else []
    if idle:
        held.append(tables.skipped(idle))
    return section("tolerances", "Checks and tolerances", *held, *lists) if held or lists else None


def _more(extra: Tables) -> Markup:
    return section("more", "More", *(table(name, [str(c) for c in rows[0]], rows[1:]) for name, rows in extra.items()))
