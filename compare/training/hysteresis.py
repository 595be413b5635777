"""Hysteresis: the density swept up and down while (2,1) trains, and where its extra feature is lost and found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import BATCH, SEED, Domain
from ...analytic.problem import Problem
from ...numeric.ramp import RATE, ramp
from ...numeric.ramp_sampled import ramp_sampled
from ..boundary import boundary
from .jumps import Jumps, Loop
from .spinodal_law import FOLD_POWERS, THRESHOLD_POWERS, Spinodals, extrapolated, pair_at, spinodals_at

__all__ = ["Hysteresis", "hysteresis"]

Array = NDArray[np.float64]
T = TypeVar("T")
Progress = Callable[[int, int], None]
RATES = tuple(float(10.0 ** -(k / 2)) for k in range(6, 15))  # dp/dt from 1e-3 to 1e-7
LOOPS = (1e-2, 1e-3, 1e-4)
SAMPLED_RATES = (3e-3, 1e-3, 3e-4, 1e-4)
LADDER = (0.1, 0.2, 0.3, 0.4, 0.5)
HALF = 0.5  # of ‖W_e‖ at the fold: on the way up the extra is lost when it is shorter
FOUND = 0.1  # ‖W_e‖: on the way down it is found when it is longer; above importance 0.45 it then rests near 0.2
REACH = 50.0  # times √rate: at least twice the delay below the threshold
OVERSHOOT = 1.2  # times the delay that gradient flow would have
INSTANCES = Domain("instances", 2, integer=True, hint="a standard error takes two sweeps at least")
LOOP = (0.35, 1.6)  # ends of a whole loop, times the threshold and the fold
LOWEST = 0.01  # density


@dataclass(frozen=True, eq=False)
class Hysteresis:
    """Loops of (2,1) at one importance, their two jumps by rate, and jumps of slow loops at several importances.

    Parameters
    ----------
    importance : float
    crossing : float
        Density at which the two minima have the same loss: where an optimum jumps.
    loops : tuple of Loop
    up, down : Jumps
    ladder : tuple of (importance, fold, threshold, up jump, down jump)
    ladder_rate : float
    """

    importance: float
    crossing: float
    loops: tuple[Loop, ...]
    up: Jumps
    down: Jumps
    ladder: tuple[tuple[float, float, float, float, float], ...]
    ladder_rate: float

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        loops = [
            {"rate": each.rate, **{name: getattr(each, name).tolist() for name in ("density", "up", "down")}}
            for each in self.loops
        ]
        names = ("importance", "fold", "threshold", "up", "down")
        return {
            "importance": self.importance,
            "crossing": self.crossing,
            "loops": loops,
            "up": self.up.to_dict(),
            "down": self.down.to_dict(),
            "ladder": [dict(zip(names, row, strict=True)) for row in self.ladder],
            "ladder_rate": self.ladder_rate,
        }

    def sentences(self) -> tuple[str, ...]:
        """Say where the loop's sides are, and how they depend on the rate."""
        width = self.up.spinodal - self.down.spinodal
        lines = [
            f"at importance {self.importance:g} both minima exist from p = {self.down.spinodal:.6f} to "
            f"{self.up.spinodal:.6f}, {width:.4f} wide; their losses cross at {self.crossing:.6f}",
            self.up.sentence(),
            self.down.sentence(),
        ]
        for side in (self.up, self.down):
            lines.extend(side.sampled_sentences())
        return tuple(lines)


def hysteresis(
    importance: float = 0.3,
    *,
    rates: Sequence[float] = RATES,
    loops: Sequence[float] = LOOPS,
    sampled_rates: Sequence[float] = SAMPLED_RATES,
    ladder: Sequence[float] = LADDER,
    instances: int = 8,
    batch: int = 1024,
    seed: int = 0,
    progress: Progress | None = None,
) -> Hysteresis:
    """Sweep the density of (2,1) up and down while it trains by plain gradient descent, exact and sampled.

    Parameters
    ----------
    importance : float
        r, in [0.1, 0.574), where the extra feature appears by a jump.
    rates : sequence of float
        dp/dt of exact sweeps; time is the learning rate times steps. At least five that are slow enough.
    loops : sequence of float
        Rates of the loops that are kept whole.
    sampled_rates : sequence of float
        Rates of sweeps on samples; none trains none.
    ladder : sequence of float
        Importances at which the two jumps of one slow loop are set against the spinodals.
    instances : int
        Of sampled sweeps at each rate, >= 2.
    batch : int
        Of sampled sweeps.
    seed : int
    progress : callable (done, total), optional

    Returns
    -------
    Hysteresis

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range, or the rates are too few or too fast.
    ImportError
        If there are sampled rates and torch is not installed.

    Examples
    --------
    >>> from toytoy.compare.training.hysteresis import hysteresis
    >>> rates = (1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6)
    >>> found = hysteresis(rates=rates, loops=(), sampled_rates=(), ladder=())
    >>> all(abs(side.limit - side.spinodal) < 3 * side.limit_error < 0.01 for side in (found.up, found.down))
    True
    """
    SEED.check(seed)
    ends, rungs = spinodals_at(importance), [spinodals_at(r) for r in ladder]
    _check_rates(rates=rates, loops=loops, sampled_rates=sampled_rates)
    if sampled_rates:
        BATCH.check(batch)
        INSTANCES.check(instances)
    count = _Counter(progress, len(loops) + 2 * (len(rates) + len(sampled_rates)) + len(ladder))
    whole = tuple(count.after(_loop(ends, rate)) for rate in loops)
    sides = []
    for way in ("up", "down"):
        exact = np.array([count.after(_jump(ends, rate, way)) for rate in rates])
        options = {"batch": batch, "n_instances": instances, "seed": seed}
        drawn = [count.after(_sampled_jump(ends, rate, way, options)) for rate in sampled_rates]
        sides.append(_side(ends, way, np.array(rates), exact, np.array(sampled_rates), drawn))
    slow, rows = min(rates), []
    for at in rungs:
        rows.append(count.after((at.importance, at.fold, at.threshold, _jump(at, slow, "up"), _jump(at, slow, "down"))))
    levels = boundary(2, 1, between=("not_represented", "antipodal"), importance=importance)
    return Hysteresis(importance, levels.density.value, whole, sides[0], sides[1], tuple(rows), slow)


def _check_rates(**given: Sequence[float]) -> None:
    for name, rates in given.items():
        for rate in rates:
            RATE.check(rate, name)
    if len(given["rates"]) <= len(FOLD_POWERS):
        raise ValueError(f"rates must hold at least {len(FOLD_POWERS) + 1}, got {len(given['rates'])}; add slower ones")


def _side(ends: Spinodals, way: str, rates: Array, exact: Array, sampled_rates: Array, drawn: list[Any]) -> Jumps:
    up = way == "up"
    powers = FOLD_POWERS if up else THRESHOLD_POWERS
    limit, error, coefficient = extrapolated(list(rates), list(exact), powers)
    means, errors, missed = np.array(drawn, dtype=float).reshape(-1, 3).T
    order, drawn_order = np.argsort(-rates), np.argsort(-sampled_rates)
    return Jumps(
        way,
        ends.fold if up else ends.threshold,
        powers[1],
        rates[order],
        exact[order],
        sampled_rates[drawn_order],
        means[drawn_order],
        errors[drawn_order],
        missed[drawn_order].astype(np.int64),
        limit,
        error,
        abs(coefficient),
        ends.coefficient if up else np.nan,
    )


def _course(ends: Spinodals, rate: float, way: str) -> tuple[Problem, Array, Array, tuple[float, float]]:
    """Give the problem, the minimum to start from, and the first and last density of a sweep past its end."""
    start = (ends.fold + ends.threshold) / 2
    problem = Problem.toy(2, importance=ends.importance, density=start)
    if way == "up":
        last = min(1.0, ends.fold + OVERSHOOT * ends.coefficient * rate ** (2 / 3))
        return problem, *pair_at(ends.importance, start), (start, last)
    last = max(LOWEST, ends.threshold - REACH * rate**0.5)
    return problem, np.array([[1.0, 0.0]]), np.array([0.0, start / 2]), (start, last)


def _level(ends: Spinodals, way: str) -> float:
    """Give the ‖W_e‖ whose passage is the jump."""
    return HALF * ends.norm if way == "up" else FOUND


def _jump(ends: Spinodals, rate: float, way: str) -> float:
    """Sweep once on the exact loss, and say where ‖W_e‖ passes the level."""
    return float(ramp(*_course(ends, rate, way), (rate,), level=_level(ends, way), points=2).crossing[0])


def _sampled_jump(ends: Spinodals, rate: float, way: str, options: Any) -> tuple[float, float, int]:
    """Do so on samples: mean over instances and its standard error, NaN if one did not jump; how many did not."""
    found = ramp_sampled(*_course(ends, rate, way), rate, level=_level(ends, way), points=2, **options).crossing
    return float(found.mean()), float(found.std(ddof=1) / len(found) ** 0.5), int(np.isnan(found).sum())


def _loop(ends: Spinodals, rate: float) -> Loop:
    """Sweep up from the pair, and down again from what has become of it."""
    low, high = max(LOWEST, LOOP[0] * ends.threshold), min(1.0, LOOP[1] * ends.fold)
    problem = Problem.toy(2, importance=ends.importance, density=low)
    up = ramp(problem, *pair_at(ends.importance, low), (low, high), (rate,), level=HALF * ends.norm)
    down = ramp(problem, up.weights[0, -1], up.bias[0, -1], (high, low), (rate,), level=HALF * ends.norm)
    return Loop(rate, up.density, up.norm[0], down.norm[0][::-1])


class _Counter:
    """Reports how many sweeps are done."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def after(self, found: T) -> T:
        """Count one more, and hand on what it found."""
        self.done += 1
        if self.progress:
            self.progress(self.done, self.total)
        return found
