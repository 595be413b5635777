"""Spinodals: past them a model is gone, before them it is there, and its jump line lies before them."""

from __future__ import annotations

import numpy as np
import pytest
from toytoy.compare.lines import Line
from toytoy.compare.spinodals import spinodal_lines
from toytoy.numeric.boundaries.branch import Branch, BranchLost

from tests.traced_lines import LOW, MIDDLE, found

PAIR = Branch(2, (0, 1), ())
LARGE = np.array([-1.03, 0.75, 0.06, 0.2])


def of_pair() -> Line:
    (line,) = (each for each in spinodal_lines(found(LOW)) if each.between == ("antipodal", "not_represented"))
    return line


def test_the_pair_is_gone_below_its_spinodal_and_a_minimum_above() -> None:
    line = of_pair()
    k = len(line) // 2
    p, r = float(line.density[k]), float(line.importance[k])
    start = PAIR.settle(LARGE, 0.55, 0.5).brought(r * 1.05, p)
    above = start.brought(r * (1 + 1e-4), p)
    assert above.size > 0.3
    with pytest.raises(BranchLost):
        start.brought(r * (1 - 1e-3), p)


def test_the_jump_lies_between_the_spinodals() -> None:
    """Where losses are equal both models are minima: the pair's end lies below, in importance at every density."""
    line = of_pair()
    (segment,) = found(LOW).segments
    at = {round(point.density, 12): point.importance for point in segment.points}
    for density, importance in at.items():
        there = np.interp(density, *_by_density(line))
        assert there < importance
        assert there > 0.5 * importance


def _by_density(line: Line) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(line.density)
    return line.density[order], line.importance[order]


def test_they_are_marked_as_no_boundary_of_optima() -> None:
    for line in spinodal_lines(found(LOW)):
        assert line.status == "metastable"
        assert line.shapes[1] == "gone"
        assert len(line) == len(line.importance) == len(line.jump)
        assert (line.error >= 0).all()


@pytest.mark.slow
def test_each_is_traced_once() -> None:
    lines = spinodal_lines(found(MIDDLE))
    middles = [np.array([np.log(line.importance[len(line) // 2]), line.density[len(line) // 2]]) for line in lines]
    for k, middle in enumerate(middles):
        for other in lines[:k]:
            if other.shapes == lines[k].shapes and other.between == lines[k].between:
                places = np.stack([np.log(other.importance), other.density], axis=1)
                assert np.abs(places - middle).max(axis=1).min() > 1e-3


def test_dropping_a_feature_is_stable_up_to_the_closed_threshold() -> None:
    """The smallest c / v over the bias β of what appears, by its values on a fine grid."""
    (line,) = (each for each in spinodal_lines(found(LOW)) if each.shapes[0] == "extra dropped")
    beta = np.linspace(0, 1, 20_001)
    for p, r in zip(line.density[::40], line.importance[::40], strict=True):
        v, s = p / 3 - p * p / 4, 1 - p
        cost = p * v + p * (beta - p / 2) ** 2 / 4 + (s * beta) ** 2 + p * s * beta**3 / 3
        assert r == pytest.approx(cost.min() / v, rel=1e-8)
    assert line.loss == pytest.approx(line.importance * (line.density / 3 - line.density**2 / 4), rel=1e-14)
    nothing = found(LOW).__class__(2, LOW, [])
    assert [each.shapes[0] for each in spinodal_lines(nothing)] == ["extra dropped"]  # needs no jump
