"""Relations of the hidden space: the Gram matrix stays."""

from __future__ import annotations

import numpy as np
import toytoy as tt
from hypothesis import given, settings
from toytoy.compare import strategies
from toytoy.compare.strategies import Related

EPS = float(np.finfo(float).eps)


@settings(deadline=None, max_examples=50)
@given(strategies.related(["rotated", "reflected", "unused dimension"], laws=strategies.LAWS))
def test_the_gram_matrix_stays(pair: Related) -> None:
    scale = 1 + np.square(pair.first.weights).sum()
    assert np.abs(pair.second.gram - pair.first.gram).max() <= 50 * EPS * scale  # three turns, each rounded
    assert np.array_equal(pair.second.bias, pair.first.bias)


@settings(deadline=None, max_examples=50)
@given(strategies.related(["reflected", "unused dimension"]))
def test_two_of_them_need_no_rounding(pair: Related) -> None:
    assert tt.loss(*pair.second) == tt.loss(*pair.first)
