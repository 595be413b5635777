"""Certified boundaries: how many boxes their searches take."""

from __future__ import annotations

import numpy as np
import pytest
from toytoy.analytic import certified_boundary as module
from toytoy.analytic.certified_boundary import boundary_of_pair


def test_no_boxes_are_no_search() -> None:
    with pytest.raises(ValueError, match="max_boxes must"):
        boundary_of_pair(0.5, 1e-3, 0)
    assert boundary_of_pair(0.5, 1e-3, 1).lower == 0.0


# p, the width asked for; then both ends and the boxes taken: a looser bound is a bound, and costs boxes
SEARCHES = [
    (0.5, 1e-10, [0.535738764017, 0.535738764065], 9478),
    (0.5, 0.001, [0.535256599178, 0.535738764065], 4570),
    (0.3, 1e-06, [0.204698892146, 0.204699076375], 3283),
    (0.01, 1e-08, [0.00432056738368, 0.00432056742256], 11082),
    (0.7, 1e-06, [0.772578835161, 0.772579530482], 2316),
    (0.9, 1e-08, [0.94095330261, 0.940953311079], 3204),
    (1.0, 1e-06, [0.988845592311, 0.988846482273], 9230),
    (0.515, 1e-09, [0.567933544196, 0.567933544708], 3396),
]


@pytest.mark.parametrize(("p", "width", "ends", "boxes"), SEARCHES)
def test_it_takes_as_many_boxes_as_it_did(p: float, width: float, ends: list[float], boxes: int) -> None:
    found = boundary_of_pair(p, width)
    assert [found.lower, found.upper] == pytest.approx(ends, rel=2e-11)
    assert found.lower == pytest.approx(found.upper * (1 - 0.9 * width), rel=2e-11)
    assert found.n_boxes == boxes


def test_where_the_loss_does_not_bend_up_the_step_leads_down(monkeypatch: pytest.MonkeyPatch) -> None:
    model = module.Model(1.0, 0.5, (0.0, 0.25), 0.5)
    for bend, bent in (((-1.0, 1.0), False), ((1.0, -1.0), False), ((2.0, 4.0), True)):
        monkeypatch.setattr(
            module,
            "_slope",
            lambda _, t, s, bend=bend: np.array([0.25 + bend[0] * (t - 1), bend[1] * (s - 0.5) - 0.125]),
        )
        wanted = [-0.125, 0.03125] if bent else [-0.5, 0.25]
        assert module._newton(0.5, model) == pytest.approx(wanted, rel=1e-9)
    monkeypatch.setattr(module, "_slope", lambda *_: np.zeros(2))
    assert module._newton(0.5, model).tolist() == [0.0, 0.0]
