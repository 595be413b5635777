"""Colors are told apart in grey, and by color-blind readers: checked in CIE Lab, with Machado's simulation."""

from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from toytoy.analytic.decomposition import LossDecomposition
from toytoy.analytic.regime import Phase, Regime
from toytoy.analytic.solution import Kind
from toytoy.compare.figures.colors import (
    KIND_TITLES,
    PART_COLORS,
    PHASE_COLORS,
    REGIME_COLORS,
    STATUS_COLORS,
    map_name,
    spoken,
)
from toytoy.compare.statuses import AGREES, DISAGREEMENT, NOT_REACHED

LIGHTNESS = 15.0  # as colors.py promises
DISTANCE = 20.0  # CIE76 units; 2.3 is just noticeable, 20 is another color at a glance
# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB: no red, no green, no blue cones
BLIND = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(color: str, matrix: object = None) -> np.ndarray:
    rgb = np.array(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    if matrix is not None:
        linear = np.clip(np.array(matrix) @ linear, 0, 1)
    t = TO_XYZ @ linear / TO_XYZ.sum(axis=1)
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


OPTIMA = (Phase.NOT_REPRESENTED, Phase.ANTIPODAL, Phase.TRIANGLE, Phase.ANTIPODAL_OTHERS)  # that (3,2) has; (2,1) fewer


def pairs() -> list[tuple[str, str]]:
    within = [p for table in (REGIME_COLORS, STATUS_COLORS) for p in combinations(table.values(), 2)]
    optima = [PHASE_COLORS[phase] for phase in OPTIMA]
    return [*within, *combinations(optima, 2), *pairwise(PART_COLORS.values())]


def test_lab_is_right() -> None:
    assert lab("white")[0] == pytest.approx(100, abs=0.01)  # the matrix has four digits
    assert lab("#0072b2")[0] == pytest.approx(46, abs=0.5)


@pytest.mark.parametrize("pair", pairs())
def test_colors_part_in_grey(pair: Any) -> None:
    assert abs(lab(pair[0])[0] - lab(pair[1])[0]) >= LIGHTNESS


@pytest.mark.parametrize("kind", [None, *BLIND])
@pytest.mark.parametrize("pair", pairs())
def test_colors_part_for_every_eye(pair: Any, kind: str | None) -> None:
    first, second = (lab(color, kind and BLIND[kind]) for color in pair)
    assert np.linalg.norm(first - second) >= DISTANCE


def test_red_and_green_are_seen_to_fail() -> None:
    red, green = (lab(color, BLIND["deutan"]) for color in ("#a05a2c", "#6b6b00"))
    assert np.linalg.norm(red - green) < DISTANCE


def test_every_name_has_its_color() -> None:
    assert set(REGIME_COLORS) == set(Regime)
    assert set(PHASE_COLORS) == set(Phase)
    assert PHASE_COLORS[Phase.DEDICATED] == PHASE_COLORS[Phase.ANTIPODAL_OTHERS]  # the extra is dedicated in both
    assert set(STATUS_COLORS) == {AGREES, NOT_REACHED, DISAGREEMENT}
    assert set(PART_COLORS) == set(LossDecomposition.__dataclass_fields__) - {"unrepresented"}
    assert set(KIND_TITLES) == set(Kind)
    assert not set(PART_COLORS.values()) & set(REGIME_COLORS.values())


def test_names_as_words() -> None:
    assert spoken("not_represented") == "not represented"
    assert (map_name("ansatz_fine"), map_name("trained")) == ("ansatz, fine grid", "trained")
