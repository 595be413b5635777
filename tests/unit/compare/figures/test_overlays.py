"""Boundaries over a map: every point of a curve, and the published lines beside them."""

from typing import Any

import numpy as np
import pytest
from toytoy.analytic.published import published_phase
from toytoy.compare.curves import BoundaryCurve
from toytoy.compare.figures.canvas import axes_on, frame
from toytoy.compare.figures.overlays import OWN, PUBLISHED, check_boundaries, draw_boundaries, published_lines, strands

from tests.small_maps import boundaries, diagram


def curve(density: Any, importance: Any, error: Any = 1e-9) -> Any:
    density, importance = np.array(density, float), np.array(importance, float)
    fill = np.full(len(density), np.nan)
    return BoundaryCurve(("a", "b"), density, importance, np.full(len(density), error), fill, fill)


def points(lines: Any) -> Any:
    return sorted((r, p) for line in lines for r, p in zip(*line.get_data(), strict=True))


def drawn(kind: str, n_features: Any = 2, curves: Any = None) -> Any:
    ax: Any = axes_on(None)
    frame(ax, diagram(kind, n_features).data)
    curves = boundaries(kind, n_features) if curves is None else curves
    draw_boundaries(ax, curves, diagram(kind, n_features).template)
    return ax, curves


@pytest.mark.parametrize("kind", ["ansatz", "optimum", "trained"])
def test_lines_hold_every_point_and_no_other(kind: str) -> None:
    ax, curves = drawn(kind)
    own = [line for line in ax.get_lines() if line.get_label() == OWN]
    wanted = sorted((r, p) for c in curves for r, p in zip(c.importance, c.density, strict=True))
    assert len(wanted) > 3
    assert points(own) == wanted


@pytest.mark.parametrize("n_features", [2, 3])
def test_published_lines_part_the_published_phases(n_features: int) -> None:
    lines = published_lines(n_features, (0.1, 10.0), (0.01, 1.0))
    assert len(lines) == 3
    aside = 1.001  # a step off the line that no other line is within
    for r, p in lines:
        middle = len(r) // 2
        around = r[middle] * np.array([1 / aside, aside])
        left, right = published_phase(n_features, density=p[middle], importance=around)
        assert left != right


def test_published_lines_stay_in_the_window() -> None:
    for r, p in published_lines(2, (0.5, 2.0), (0.2, 0.9)):
        assert r.min() >= 0.5
        assert r.max() <= 2.0
        assert p.min() >= 0.2 * (1 - 1e-12)  # geomspace's ends round


def test_they_are_dashed_beside_the_curves_and_absent_without() -> None:
    ax, _ = drawn("optimum")
    dashed = [line for line in ax.get_lines() if line.get_label() == PUBLISHED]
    assert len(dashed) == 3
    assert {line.get_linestyle() for line in dashed} == {"--"}
    ax, _ = drawn("optimum", curves=())
    assert not ax.get_lines()


def test_a_curve_that_a_density_meets_twice_is_two_strands() -> None:
    folded = curve([0.1, 0.1, 0.2, 0.2, 0.3], [0.2, 4.0, 0.3, 3.0, 0.4])
    assert [list(r) for r, _ in strands(folded)] == [[0.2, 0.3, 0.4], [4.0, 3.0]]


def test_what_is_known_to_a_cell_only_is_not_joined_and_gets_bars() -> None:
    ax, _ = drawn("optimum", curves=(curve([0.1, 0.2], [0.2, 0.25], error=0.05),))
    assert ax.containers[0].has_xerr
    assert {line.get_linestyle() for line in ax.get_lines() if line.get_label() == OWN} == {"None"}
    ax, _ = drawn("optimum", curves=(curve([0.1, 0.2], [0.2, 0.25]),))
    assert not ax.containers


@pytest.mark.parametrize("given", [3, "curves", [1], [None]])
def test_what_is_no_curve_is_refused(given: Any) -> None:
    with pytest.raises(TypeError, match=r"^boundaries must be BoundaryCurves, got one of type \w+; .*$"):
        check_boundaries(given)


def test_no_curves_are_none() -> None:
    assert check_boundaries(None) == ()
