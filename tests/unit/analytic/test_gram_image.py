"""The picture of WᵀW: an entry a rectangle, in its place, of its sign and size."""

import re

import numpy as np
from toytoy.analytic.gram_image import MOST, NEGATIVE, POSITIVE, SIDE, gram_image

RECTANGLE = re.compile(r'<rect x="(\d+)" y="(\d+)"[^>]* fill="([^"]+)" fill-opacity="([^"]+)"[^>]*><title>([^<]+)')


def test_entries_stand_in_their_places() -> None:
    weights = np.array([[1.0, -2.0, 0.0]])
    drawn = RECTANGLE.findall(str(gram_image(weights)))
    assert len(drawn) == 9
    gram = weights.T @ weights
    for x, y, color, opacity, title in drawn:
        i, j = int(y) // SIDE, int(x) // SIDE
        value = gram[i, j]
        assert title == f"feature {i} on {j}: {value:.4g}"
        assert float(opacity) == round(abs(value) / 4, 3)
        assert value == 0 or color == (POSITIVE if value > 0 else NEGATIVE)


def test_it_has_a_text() -> None:
    text = str(gram_image([[1.0, -1.0]]))
    assert 'role="img"' in text
    assert 'aria-label="WᵀW, 2 by 2: orange positive, blue negative; the largest entry is 1"' in text


def test_what_cannot_be_read_is_not_drawn() -> None:
    assert gram_image(np.ones((1, MOST))) is not None
    assert gram_image(np.ones((1, MOST + 1))) is None
    assert gram_image([[np.nan, 1.0]]) is None
    assert gram_image([[np.inf, 1.0]]) is None


def test_a_model_of_nothing_is_drawn_empty() -> None:
    assert {opacity for *_, opacity, _ in RECTANGLE.findall(str(gram_image(np.zeros((1, 2)))))} == {"0.000"}


def test_the_picture_is_as_large_as_its_entries() -> None:
    text = str(gram_image(np.ones((1, 3))))
    side = 3 * SIDE
    assert f'viewBox="0 0 {side} {side}" width="{side}" height="{side}"' in text
    assert len(RECTANGLE.findall(text)) == 9
    assert text.count(f'width="{SIDE}" height="{SIDE}"') == 9
