"""Five features in two dimensions: kept by importance while dense, all in the plane when sparse."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.paper.intro import NOTEBOOK, PRINTED, intro


def test_settings_are_the_paper_s() -> None:
    found = intro(starts=16, trained=None)
    assert [s.problem.density for s in found.optimum] == [1.0, 0.2, 0.1] == list(PRINTED)
    assert all(s.problem.importances == tuple(0.9**i for i in range(5)) for s in found.optimum)
    assert NOTEBOOK[0] == 1.0
    assert NOTEBOOK[-1] == pytest.approx(0.05, rel=1e-14)
    np.testing.assert_allclose(np.diff(np.log(NOTEBOOK)), -np.log(20) / 9, rtol=1e-12)


def test_what_the_paper_shows_holds_for_the_optimum() -> None:
    dense, middle, sparse = intro(starts=32, trained=None).optimum
    # dense: linear optimum, Σ of the dropped importances times the variance 1/12 (Eckart and Young)
    assert float(dense.loss) == pytest.approx((0.9**2 + 0.9**3 + 0.9**4) / 12, rel=1e-12)
    assert [str(r) for r in middle.regimes] == ["superposed"] * 4 + ["not_represented"]  # two digons
    assert [str(r) for r in sparse.regimes] == ["superposed"] * 5
    gram = middle.weights.T @ middle.weights
    assert np.sort(gram[:4, :4], axis=1)[:, 0] == pytest.approx(-np.ones(4), abs=0.05)


def test_training_does_not_beat_it() -> None:
    found = intro((0.1,), starts=16, trained=tt.Trained(steps=300, batch=64, lr=0.01))
    assert float(found.trained[0].loss) >= float(found.optimum[0].loss)
