"""Colors of a difference stand for its share of the optimum's loss; crosses for another regime."""

from __future__ import annotations

import dataclasses

import numpy as np
from toytoy.compare.explorer.difference_map import LEAST, MOST, OTHER, difference_traces, told
from toytoy.compare.explorer.differences import Difference, difference
from toytoy.compare.explorer.theme import THEMES

from tests.small_maps import diagram


def gap() -> Difference:
    return difference(diagram("ansatz"), diagram("optimum"))


def test_colors_are_powers_of_ten_within_the_scale() -> None:
    found = gap()
    cells = difference_traces(found, THEMES["light"])[0]
    z = np.array(cells["z"])
    assert ((z >= LEAST) & (z <= MOST)).all()
    inside = (found.relative > 10**LEAST) & (found.relative < 10**MOST)
    assert inside.any()
    np.testing.assert_allclose(10 ** z[inside], found.relative[inside], rtol=3e-4)
    assert (z[found.relative <= 10**LEAST] == LEAST).all()


def test_crosses_stand_on_cells_of_another_regime() -> None:
    found = gap()
    assert 0 < found.differs.sum() < found.differs.size
    crosses = difference_traces(found, THEMES["dark"])[1]
    assert crosses["name"] == OTHER
    row, column = np.nonzero(found.differs)
    assert crosses["y"] == found.density[row].tolist()
    assert crosses["x"] == found.importance[column].tolist()
    same = dataclasses.replace(found, regime=found.optimum_regime)
    assert len(difference_traces(same, THEMES["dark"])) == 1


def test_words_say_what_colors_do() -> None:
    found = gap()
    i, j = map(int, np.argwhere(found.differs)[0])
    assert f"{found.gap[i, j]:.3g} above the optimum" in told(found, i, j)
    assert "the optimum:" in told(found, i, j)
    k, m = map(int, np.argwhere(~found.differs)[0])
    assert "both " in told(found, k, m)
    low = dataclasses.replace(found, gap=np.full_like(found.gap, -1.0))
    assert told(low, 0, 0).startswith("below the optimum by 1")
    equal = dataclasses.replace(found, gap=np.zeros_like(found.gap))
    assert told(equal, 0, 0).startswith("as good as the optimum")


def test_a_vanishing_optimum_has_the_last_color() -> None:
    none = dataclasses.replace(gap(), optimum=np.zeros_like(gap().optimum), gap=np.ones_like(gap().gap))
    assert np.isinf(none.relative).all()
    assert (np.array(difference_traces(none, THEMES["light"])[0]["z"]) == MOST).all()
