"""Small diagrams that tests of figures and reports share, computed once."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import toytoy as tt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from toytoy.compare.curves import BoundaryCurve
from toytoy.compare.diagram import PhaseDiagram

DENSITY = np.geomspace(0.05, 1.0, 6)
IMPORTANCE = np.geomspace(0.1, 10.0, 7)  # another number of columns than rows, so that swapped axes show


@cache
def diagram(kind: str, n_features: int = 2) -> PhaseDiagram:
    """Compute the ansatz or the optimum; "trained" is planted: see `trained`."""
    if kind == "trained":
        return trained(n_features)
    return tt.phase_diagram(n_features, n_features - 1, density=DENSITY, importance=IMPORTANCE, method=kind)


def render(figure: Any) -> None:
    """Draw a figure, which lays it out."""
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()


@cache
def boundaries(kind: str, n_features: int = 2) -> tuple[BoundaryCurve, ...]:
    return diagram(kind, n_features).boundaries()


@cache
def trained(n_features: int = 2) -> PhaseDiagram:
    """Pass the ansatz off as trained models of two instances: instance 0 has twice the loss and no extra."""
    data = diagram("ansatz", n_features).data.copy(deep=True)
    data["instance_loss"] = (("density", "importance", "instance"), np.stack([2 * data.loss, data.loss], -1))
    data["instance_regime"] = (
        ("density", "importance", "instance"),
        np.stack([np.full(data.regime.shape, "not_represented"), data.regime.values.astype("<U15")], -1),
    )
    data.attrs.update(kind="trained", tolerance=0.01, method="Trained(steps=7)", seed=3)
    return PhaseDiagram(data)


@cache
def agreement(kind: str, n_features: int = 2) -> tt.Agreement:
    return tt.agreement(diagram(kind, n_features), diagram("optimum", n_features))
