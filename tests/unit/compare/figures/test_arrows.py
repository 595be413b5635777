"""Weights as arrows."""

from typing import Any

import numpy as np
import pytest
from matplotlib.quiver import Quiver
from toytoy.compare.figures.arrows import weights


def arrows(ax: Any) -> Any:
    (found,) = [artist for artist in ax.collections if isinstance(artist, Quiver)]
    return found


def test_in_a_plane_arrows_are_the_columns() -> None:
    w = np.array([[1.0, -0.5, -0.5], [0.1, 0.8, -0.8]])
    ax: Any = weights(w)
    found = arrows(ax)
    assert np.array_equal([found.U, found.V], w)
    assert not found.XY.any()  # all from the origin
    assert ax.get_aspect() == 1.0
    assert [text.get_text() for text in ax.texts] == ["0", "1", "2"]
    for i, text in enumerate(ax.texts):
        assert np.dot(text.get_position(), w[:, i]) > 0  # beyond its own tip


def test_on_a_line_no_arrow_hides_another() -> None:
    found = arrows(weights([[0.9, -0.8, 0.7]]))
    assert list(found.U) == [0.9, -0.8, 0.7]
    assert not np.any(found.V)
    assert list(found.XY[:, 1]) == [0, 1, 2]


def test_every_arrow_is_inside() -> None:
    for w in ([[30.0, -1.0]], [[3.0, 0.0], [0.0, -40.0]]):
        ax: Any = weights(w)
        assert ax.get_xlim()[1] > np.abs(w).max()
        assert ax.get_xlim()[0] == -ax.get_xlim()[1]


def test_what_is_not_represented_is_a_dot_with_a_label_of_its_own() -> None:
    ax: Any = weights([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    dots = [line for line in ax.get_lines() if line.get_marker() == "o"]
    assert len(dots) == 2
    places = [text.get_position() for text in ax.texts]
    apart = [np.hypot(*np.subtract(a, b)) for k, a in enumerate(places) for b in places[:k]]
    assert min(apart) > 0.1  # a tenth of the unit length: a digit is narrower


@pytest.mark.parametrize("given", [np.eye(3), np.zeros((2, 1, 2)), [1.0, 2.0], [[np.nan, 1.0]], [["a", "b"]], 3])
def test_other_weights_are_refused_in_one_line(given: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="weights") as caught:
        weights(given)
    assert "\n" not in str(caught.value)
