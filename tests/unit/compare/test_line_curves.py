"""Lines at densities as curves between regimes: two routes that agree, and distances of maps from them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.line_curves import line_distances, regimes_of, solved_curves, traced_curves, window_of
from toytoy.compare.lines import PhaseLines
from toytoy.compare.tracing import jump_line

from tests.traced_lines import HALF, LOW, found

ONSET = ("not_represented", "superposed")
GRID = np.array([0.32, 0.41, 0.5])


def low_lines() -> PhaseLines:
    return PhaseLines(2, 1, LOW.density, LOW.importance, tuple(map(jump_line, found(LOW).segments)), ())


def low_map(method: object = "optimum") -> tt.PhaseDiagram:
    importance = np.geomspace(0.2, 1.0, 9)
    return tt.phase_diagram(2, 1, density=GRID, importance=importance, method=method)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("phases", "regimes"),
    [
        (("not_represented", "antipodal"), ONSET),
        (("not_represented", "triangle"), ONSET),
        (("antipodal", "dedicated"), ("superposed", "dedicated")),
        (("triangle_large", "antipodal_others_equal"), ("superposed", "dedicated")),
        (("antipodal_small", "antipodal_large"), None),
        (("triangle", "antipodal"), None),
        (("antipodal_others_equal", "antipodal_others_unequal"), None),
        (("mixed", "dedicated"), None),
    ],
)
def test_phases_by_regime(phases: tuple[str, str], regimes: tuple[str, str] | None) -> None:
    assert regimes_of(phases) == regimes


def test_two_routes_to_one_line() -> None:
    (solved,) = solved_curves(2, 1, GRID.tolist(), LOW.importance)
    (traced,) = traced_curves(low_lines(), GRID.tolist(), LOW.importance)
    assert solved.between == traced.between == ONSET
    assert solved.density.tolist() == traced.density.tolist() == GRID.tolist()
    assert (abs(solved.importance - traced.importance) <= solved.error + traced.error).all()
    assert max(solved.error.max(), traced.error.max()) < 1e-11
    assert abs(solved.importance[-1] - HALF) <= solved.error[-1]
    assert solved.ansatz[-1] == pytest.approx(2 / 3, rel=1e-14)
    assert (solved.jump > 0.5).all()


def test_what_is_outside_is_left_out_and_progress_is_told() -> None:
    calls: list[tuple[int, int]] = []
    both = solved_curves(2, 1, [0.5], progress=lambda done, total: calls.append((done, total)))
    assert [curve.between for curve in both] == [ONSET, ("superposed", "dedicated")]
    assert both[1].importance[0] == pytest.approx(1 / HALF, rel=1e-11)
    assert calls == [(0, 1), (1, 1)]
    assert solved_curves(2, 1, [0.5], (0.6, 1.5)) == ()


def test_a_map_of_optima_lies_on_the_lines_by_both_routes() -> None:
    for lines in (None, low_lines()):
        (found_distance,) = line_distances(low_map(), lines)
        assert (found_distance.n_shared, found_distance.n_within, found_distance.n_unmatched) == (3, 3, 0)
        assert found_distance.largest <= found_distance.error < 1e-9


def test_the_distance_of_the_ansatz_is_that_of_its_closed_form() -> None:
    """At p = 1/2 the published boundary is 2/3, the optimum's 0.5357."""
    diagram = tt.phase_diagram(2, 1, density=[0.5], importance=np.geomspace(0.2, 1.0, 9), method="ansatz")
    (distance,) = line_distances(diagram, low_lines())
    assert distance.largest == pytest.approx(np.log10(2 / 3 / HALF), abs=1e-9)
    assert distance.n_within == 0


def test_a_searched_map_is_judged_alike() -> None:
    (distance,) = line_distances(low_map(tt.Multistart(n_starts=8, seed=3)), low_lines())
    assert distance.n_within == distance.n_shared == 3


def test_a_trained_map_is_known_to_half_a_cell() -> None:
    data = low_map().data.copy(deep=True)
    data.attrs["kind"] = "trained"
    (distance,) = line_distances(tt.PhaseDiagram(data), low_lines())
    assert distance.n_within == 3  # labels are right: it is off by no more than half a cell
    half_cell = np.log10(5) / 8 / 2
    assert 0 < distance.largest <= half_cell * 1.2
    shifted = data.copy(deep=True)
    shifted["regime"] = data.regime.roll(importance=2)
    (off,) = (d for d in line_distances(tt.PhaseDiagram(shifted), low_lines()) if d.between == ONSET)
    assert off.n_within == 0
    assert off.median > half_cell


def test_other_toys_and_activations_have_no_lines() -> None:
    soft = tt.phase_diagram(2, 1, density=[0.5], importance=[0.5, 1.0], method="optimum", activation="abs")
    with pytest.raises(ValueError, match="lines are the ReLU's"):
        line_distances(soft)
    with pytest.raises(ValueError, match="of the diagram's toy"):
        line_distances(low_map(), dataclasses.replace(low_lines(), n_features=3))


def test_the_window_is_the_maps() -> None:
    assert window_of(low_map()) == pytest.approx((0.2, 1.0))
