"""What a comparison of three maps found, in numbers: mismatches, single instances, cells that tell most."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..analytic.regime import Regime, phase
from .diagram import PhaseDiagram
from .figures.agreement_maps import relative_excess
from .proportions import wilson
from .ruling import contradicts, judged, looser_tolerance
from .statuses import AGREES, DISAGREEMENT, NOT_REACHED, STATUSES

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
EXCESS_QUANTILES = (0.5, 0.9, 0.99, 1.0)


class Mismatch(NamedTuple):
    """How often two diagrams name the extra feature differently, and what that costs there.

    `of` is "regime" or "phase"; `lowest_density` is the least density with a mismatch (NaN without one);
    `median_excess` and `largest_excess` are the losses given away in those cells, relative to the optimum's.
    """

    of: str
    cells: int
    share: float
    lowest_density: float
    median_excess: float
    largest_excess: float


class Reached(NamedTuple):
    """What trained models reached: shares of `n_models` of them, and quantiles of the relative excess loss."""

    models: str
    same_regime: float
    not_reached: float
    disagreement: float
    excess: tuple[float, ...]  # at EXCESS_QUANTILES
    n_models: int

    @property
    def intervals(self) -> tuple[tuple[float, float], ...]:
        """Wilson's 95 % intervals of the three shares, for models trained independently."""
        shares = (self.same_regime, self.not_reached, self.disagreement)
        ends = wilson([round(share * self.n_models) for share in shares], self.n_models)
        return tuple((float(low), float(high)) for low, high in ends)


class TellingCell(NamedTuple):
    """A cell worth a look: its place in the grid, and why."""

    row: int
    column: int
    why: str


def mismatches(diagram: PhaseDiagram, optimum: PhaseDiagram) -> tuple[Mismatch, ...]:
    """Count the cells whose extra feature has another regime, or another phase, than at the optimum.

    Both are named again, from their weights, at the looser of their tolerances and 0.01, as `agreement` does.

    Raises
    ------
    TypeError, ValueError
        If they are not diagrams of one toy on one grid, or the second is not an optimum.
    """
    excess, _ = relative_excess(diagram, optimum)
    tolerance = looser_tolerance(diagram, optimum)
    phases = [phase(each.data.weights.values, tolerance) for each in (diagram, optimum)]
    labels = {"regime": [each.regime_at(tolerance) for each in (diagram, optimum)], "phase": phases}
    found = []
    for of, (here, there) in labels.items():
        differs = here != there
        given = excess[differs] if differs.any() else np.array([np.nan])
        lowest = diagram.densities[differs.any(axis=1)].min() if differs.any() else np.nan
        count, share = int(differs.sum()), float(differs.mean())
        found.append(Mismatch(of, count, share, float(lowest), float(np.median(given)), float(given.max())))
    return tuple(found)


def reached(trained: PhaseDiagram, optimum: PhaseDiagram) -> tuple[Reached, ...]:
    """Tell what one trained instance reaches, and what the best of all does, by the rules of `agreement`.

    Returns
    -------
    tuple of Reached
        The first instance alone; every instance on its own, pooled; the best of a cell. One row if there is one.

    Raises
    ------
    TypeError, ValueError
        If they are not diagrams of one toy on one grid, the second is not an optimum, or the first has no instances.
    """
    relative_excess(trained, optimum)
    if "instance_loss" not in trained.data:
        raise ValueError(
            f"trained must be a diagram of trained models, got kind={trained.kind}; use method=Trained(...)"
        )
    losses = trained.data.instance_loss.values
    k = losses.shape[-1]
    regimes = trained.data.instance_regime.values
    best = losses.argmin(axis=-1)[..., None]
    rows = {
        "instance 0 alone": (losses[..., :1], regimes[..., :1]),
        f"each of {k} alone, pooled": (losses, regimes),
        f"best of {k}": (np.take_along_axis(losses, best, -1), np.take_along_axis(regimes, best, -1)),
    }
    given = list(rows.items()) if k > 1 else list(rows.items())[:1]
    return tuple(_reached(name, models[0], models[1], trained, optimum) for name, models in given)


def _reached(
    name: str, losses: Array, regimes: NDArray[np.str_], trained: PhaseDiagram, optimum: PhaseDiagram
) -> Reached:
    least = optimum.data.loss.values[..., None]
    errors = (trained.data.loss_error.values + optimum.data.loss_error.values)[..., None]
    margin, margin_error = (optimum.data[name].values[..., None] for name in ("margin", "margin_error"))
    same = regimes == optimum.regime_at(looser_tolerance(trained)).astype(str)[..., None]
    excess = losses - least
    status = judged(same, contradicts(same, excess, errors, margin, margin_error))
    shares = {each: float((status == each).mean()) for each in STATUSES}
    return Reached(
        name,
        shares[AGREES],
        shares[NOT_REACHED],
        shares[DISAGREEMENT],
        tuple(np.quantile(excess / least, EXCESS_QUANTILES).tolist()),
        status.size,
    )


def telling_cells(diagrams: dict[str, PhaseDiagram], optimum: PhaseDiagram) -> tuple[TellingCell, ...]:
    """Pick cells to look at: the deepest of each regime of the optimum, and where each other diagram is furthest off.

    Deepest: the one whose margin is the largest against its loss. Furthest off: of the cells of another regime, if
    there are any, the one of the largest relative excess loss.
    """
    depth = optimum.data.margin.values / optimum.data.loss.values
    found = {
        _top(depth, optimum.data.regime.values == str(regime)): f"deep in the optimum's region: {regime}"
        for regime in Regime
    }
    tolerance = looser_tolerance(*diagrams.values())
    for name, diagram in diagrams.items():
        if diagram is optimum:
            continue
        differs = diagram.regime_at(tolerance) != optimum.regime_at(tolerance)
        excess, error = relative_excess(diagram, optimum)
        where = differs if differs.any() else excess > error
        why = f"the {name} is furthest from the optimum" + (", in another regime" if differs.any() else "")
        place = _top(excess, where)
        found[place] = f"{found[place]}; {why}" if place in found else why
    found.pop((-1, -1), None)
    return tuple(TellingCell(*place, why.replace("_", " ")) for place, why in found.items())


def _top(values: Array, where: Flags) -> tuple[int, int]:
    """Find the largest value among some cells; (-1, -1) if there are none."""
    if not where.any():
        return -1, -1
    row, column = np.unravel_index(np.where(where, values, -np.inf).argmax(), values.shape)
    return int(row), int(column)
