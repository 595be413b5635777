"""One feature is rarer: Elhage et al. 2022, arXiv 2209.10652, "Non-uniform superposition: perturbing a single feature".

Five features in two dimensions, equal importance, density 0.05, one of them varied.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import toytoy as tt
from scipy.optimize import brentq
from toytoy.compare.paper.perturbed import PerturbedFeature, branch, perturbed_feature, perturbed_problem

from tests.published.rows import Number, Row, Section, Words


@cache
def found(density: float) -> PerturbedFeature:
    """Follow both branches; no model is trained."""
    return perturbed_feature(density, ratios=(0.18, 0.25, 0.35, 0.5), starts=2, trained=None)


def rarer(density: float) -> tuple[float, float]:
    """Give the factor by which the varied feature is rarer where the pentagon gives way, and its error."""
    crossing = found(density).crossing
    return 1 / crossing.value, 2 * crossing.error / crossing.value**2


def shape(ratio: float) -> str:
    """Name what the optimum of the four and the fifth looks like."""
    solution = tt.minimize(perturbed_problem(0.05, ratio), tt.Multistart(n_starts=24))
    return str(solution.structure).replace("irregular_", "").partition("[")[0]


def behind(density: float) -> float:
    """Give the relative amount by which the digons lose more than the pentagon where the fifth is 2.5 times rarer."""
    pentagon, digons = (branch(name, perturbed_problem(density, 1 / 2.5))[2] for name in ("pentagon", "digons"))
    return digons / pentagon - 1


def matching_density() -> tuple[float, float]:
    """Find the density of the others at which the two tie there."""
    found: Any = brentq(behind, 0.08, 0.10, xtol=1e-7)
    return float(found), 1e-6


_FROM_TRAINING = (
    "The paper reads 2.5 off the lowest of many trained models. The exact branches cross at 3.716 for the density "
    "that it states, 0.05; the factor depends on that density, and 2.5 belongs to 0.0923."
)
ROWS: tuple[Row, ...] = (
    Words(what="equal densities", published="pentagon", ours="pentagon", measure=lambda: shape(1.0)),
    Words(what="fifth feature 5 times rarer", published="antipodal", ours="antipodal", measure=lambda: shape(0.2)),
    Number(
        what="times rarer at which the pentagon gives way, p = 0.05",
        published="≈ 2.5",
        ours="3.7163509557(3)",
        measure=lambda: rarer(0.05),
        why=_FROM_TRAINING,
    ),
    Number(
        what="density of the others at which it gives way 2.5 times rarer",
        published="0.05",
        ours="0.09234(1)",
        measure=matching_density,
        why=_FROM_TRAINING,
    ),
)
SECTION = Section("perturbed", ROWS)


@pytest.mark.parametrize("row", SECTION.cases())
def test_published(row: Row) -> None:
    row.check()


def test_at_the_printed_factor_the_pentagon_is_still_better() -> None:
    assert behind(0.05) > 0.01


def test_the_factor_falls_as_the_others_grow_dense() -> None:
    factors = [rarer(p)[0] for p in (0.03, 0.05, 0.12)]
    assert factors == sorted(factors, reverse=True)
    assert factors[0] > 4 > factors[1] > 2.5 > factors[2]
