"""Figures of what training does, by name: what computes each, what draws it, and how it is made smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..figure_entry import Entry
from ..paper.settings import QUICK
from .probes import linear_probes
from .saxe import LARGEST, saxe

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def _step_order(found: Any) -> Figure:
    from ..figures.step_order import step_order

    return step_order(found)


def _probed(found: Any) -> Figure:
    from ..figures.probed import probed

    return probed(found)


TRAINING: dict[str, Entry] = {
    "saxe": Entry(
        "a linear model's closed trajectory, and gradient descent with ever smaller steps",
        saxe,
        _step_order,
        {"step_sizes": tuple(LARGEST / 2**k for k in range(5))},
    ),
    "linear-probes": Entry(
        "what linear probes read of 8 features off 3 hidden dimensions, at nine densities (quick: five)",
        linear_probes,
        _probed,
        {"densities": (1.0, 0.3, 0.1, 0.03, 0.01), "starts": 8, "trained": QUICK, "samples": 10_000},
    ),
}
