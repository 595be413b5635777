"""The diagrams that the explorer shows: those shipped, and a file's in the place of the shipped one of its kind."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...analytic.domain import DENSITY
from .state import MAPS, State, Window

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..diagram import PhaseDiagram

DIFFERENCE = "-"  # in a map's name: one minus the optimum
RELU = "relu"


@dataclass(frozen=True, eq=False)
class Atlas:
    """All that the page can show.

    Parameters
    ----------
    given : PhaseDiagram, optional
        From a user's file. It stands in the place of the shipped diagram of its toy and kind; the others stay, unless
        they have another activation: then it stands alone.
    source : str
        What to call it.
    """

    given: PhaseDiagram | None = None
    source: str = ""

    @property
    def start(self) -> State:
        """The first view."""
        if self.given is None:
            return State()
        n_features = self.given.template.n_features
        first = State(n_features=n_features, what=str(self.given.kind))
        return first.moved(first.density, first.importance, self.window(n_features))

    def owns(self, n_features: int) -> bool:
        """Whether the given diagram is of this toy."""
        return self.given is not None and self.given.template.n_features == n_features

    def window(self, n_features: int) -> Window:
        """Return the ranges of density and importance that the page moves in."""
        if self.given is None or not self.owns(n_features):
            return Window()
        p, r = self.given.densities, self.given.importances
        own = Window(_ends(p, DENSITY.high), _ends(r))
        if not self.is_relu(n_features):
            return own
        return Window(*(_around(shown, paper) for shown, paper in zip(own, Window(), strict=True)))

    def is_relu(self, n_features: int) -> bool:
        """Whether the toy has the activation that lines and landscapes are known of."""
        return self.given is None or not self.owns(n_features) or _name(self.given) == RELU

    def maps(self, n_features: int) -> Mapping[str, PhaseDiagram]:
        """Return the diagrams of a toy by kind."""
        from .shipped import shipped

        if self.given is None or not self.owns(n_features):
            return shipped(n_features)
        own = {str(self.given.kind): self.given}
        return {**shipped(n_features), **own} if self.is_relu(n_features) else own

    def lines(self, n_features: int) -> dict[str, Any] | None:
        """Return the traced lines and special points of a toy, where they are those of its activation."""
        from .shipped import shipped_lines

        return shipped_lines(n_features) if self.is_relu(n_features) else None

    def refusal(self, n_features: int, what: str) -> str:
        """Say why a map can't be shown; nothing if it can."""
        there = self.maps(n_features)
        missing = [kind for kind in what.split(DIFFERENCE) if kind not in there]
        if not missing:
            return ""
        known = ", ".join(there)
        return f"{MAPS[what]} can't be shown: {self.source} has another activation and no {missing[0]}; it has {known}"

    def diagram(self, state: State) -> PhaseDiagram | None:
        """Return the diagram whose cells the page shows: of a difference the first; None where there is none."""
        return self.maps(state.n_features).get(state.what.split(DIFFERENCE)[0])


def _name(diagram: PhaseDiagram) -> str:
    activation = diagram.template.activation
    return activation if isinstance(activation, str) else str(getattr(activation, "name", activation))


def _ends(values: NDArray[np.float64], most: float = math.inf) -> tuple[float, float]:
    """Return the first and the last of an axis; around a lone value there must be something to move in."""
    low, high = float(values[0]), float(values[-1])
    return (low, high) if low < high else (low / 2, min(high * 2, most))


def _around(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    return min(first[0], second[0]), max(first[1], second[1])
