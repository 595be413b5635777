"""Every figure of the paper by name: what computes it, what draws it, and how it is made smaller."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ..figure_entry import Entry
from ..plans import QUICK as QUICK_MAP
from . import phase_changes
from .correlated import collapse, correlated_sets
from .demonstration import FEW_STARTS, demonstration
from .dimensionality import dimensionality
from .intro import NOTEBOOK, intro
from .local_bases import local_bases
from .perturbed import perturbed_feature
from .settings import QUICK

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def _planes(found: Any) -> Figure:
    from ..figures.plane_panels import plane_panels

    return plane_panels(found)


def _bars(found: Any) -> Figure:
    from ..figures.feature_bars import feature_bars

    return feature_bars(found)


def _dimensions(found: Any) -> Figure:
    from ..figures.dimensions import dimensions

    return dimensions(found)


def _branches(found: Any) -> Figure:
    from ..figures.branches import branches

    return branches(found)


def _maps(found: Any) -> Figure:
    from ..plot import compare_maps

    return compare_maps(found.diagrams)


def _poster(found: Any) -> Figure:
    from ..plot import poster

    return poster(found.lines, found.maps)


_SHORT = {"trained": QUICK, "starts": 32}
_SMALL_MAPS = {"detail": 20, "trained_detail": 5, "trained": QUICK_MAP}
PAPER: dict[str, Entry] = {
    "intro": Entry("5 features in 2 dimensions at densities 1, 0.2 and 0.1", intro, _planes, _SHORT),
    "intro-notebook": Entry(
        "the same at the ten densities of the paper's notebook", partial(intro, NOTEBOOK), _planes, _SHORT
    ),
    "perturbed-feature": Entry(
        "one feature's density varied: pentagon and two digons",
        perturbed_feature,
        _branches,
        {"trained": replace(QUICK, n_instances=4), "few": 9, "starts": 8},
    ),
    "correlated": Entry("correlated and anticorrelated pairs in 2 dimensions", correlated_sets, _planes, _SHORT),
    "demonstration-20": Entry(
        "linear and ReLU models, 20 features in 5 dimensions; a quarter of an hour (quick: 8 in 3)",
        demonstration,
        _bars,
        {"n_features": 8, "n_hidden": 3, "densities": (1.0, 0.3, 0.1, 0.01), "trained": QUICK},
    ),
    "demonstration-80": Entry(
        "linear and ReLU models, 80 features in 20 dimensions; three hours (quick: 8 in 3)",
        partial(demonstration, decay=0.9, n_features=80, n_hidden=20, starts=FEW_STARTS),
        _bars,
        {"n_features": 8, "n_hidden": 3, "densities": (1.0, 0.3, 0.1, 0.01), "trained": QUICK, "starts": 24},
    ),
    "dimensionality": Entry(
        "dimensions a feature, 400 features in 30 dimensions; two hours (quick: 8 in 3)",
        dimensionality,
        _dimensions,
        {"n_features": 8, "n_hidden": 3, "densities": (1, 0.5, 0.3, 0.1, 0.03, 0.01), "trained": QUICK, "starts": 2},
    ),
    "local-bases": Entry(
        "sets of correlated features, 20 in 10 dimensions; ten minutes (quick: 8 in 4)",
        local_bases,
        _bars,
        {"sets": ((2,) * 4, (4, 4)), "n_hidden": 4, "trained": QUICK, "starts": 4},
    ),
    "collapse": Entry("three correlated pairs in 2 dimensions collapse", collapse, _planes, _SHORT),
    **{
        f"phase-diagram-{n}-{m}": Entry(
            f"what becomes of the extra feature of {n} in {m}: ansatz, optimum, trained",
            partial(phase_changes.phase_change, n, m),
            _maps,
            _SMALL_MAPS,
        )
        for n, m in ((2, 1), (3, 2))
    },
    "phase-lines-2-1": Entry(
        "the lines of that diagram, traced",
        partial(phase_changes.lines_poster, 2, 1),
        _poster,
        {"density": (0.4, 0.6), "importance": (0.3, 1.0), "detail": 40},
        trains=False,
    ),
    "phase-lines-3-2": Entry(
        "the lines of that diagram, traced",
        partial(phase_changes.lines_poster, 3, 2),
        _poster,
        {"density": (0.45, 0.65), "importance": (0.6, 1.6), "detail": 40},
        trains=False,
    ),
}
