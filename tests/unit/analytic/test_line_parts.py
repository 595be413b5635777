"""Which features an output counts, and what has a closed form."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.line_parts import (
    FAINT,
    N_LEVELS,
    OWN_LEVEL,
    SMALL,
    faint_error,
    few_active,
    hinge_from,
    linear_piece,
    middle_piece,
    side,
    split_row,
)
from toytoy.analytic.line_row import line_scratch
from toytoy.analytic.tables import activation_table


def split(row: list[float], j: int, bias: float, p: float) -> tuple[int, list[int], np.ndarray, np.ndarray, np.ndarray]:
    (members, others, cuts), state, _, _, _ = line_scratch(len(row))
    count = split_row(j, bias, np.array(row), np.full(len(row), p), members, others, cuts, state)
    return count, cuts.tolist(), members, others, state


def test_a_row_is_split_into_faint_features_and_levels() -> None:
    row = [0.5 * FAINT, 1.0, 0.5 * SMALL, -0.3, 0.0, -0.2 * SMALL, 0.7, 0.5 * SMALL**3]
    count, cuts, members, others, state = split(row, 1, 0.1, 0.25)
    assert members[:count].tolist() == [7, 2, 5, 3, 6]
    assert cuts == [5, 3, 1, 1, 0, 0, 0]  # what each level leaves; at last the own feature's level, the first
    assert others[:count] == pytest.approx(0.75**4)
    shifted, none, faint_none, faint_one, faint_more, _, faintest = state
    assert faintest == FAINT
    assert shifted == 0.1 + 0.5 * 0.25 * 0.5 * FAINT
    assert (none, faint_none) == (pytest.approx(0.75**5), 0.75**2)
    assert (faint_one, faint_more) == (pytest.approx(2 * 0.75 * 0.25), 0.25**2)


def test_every_entry_is_in_one_level_and_no_other() -> None:
    scales = 10.0 ** np.random.default_rng(0).uniform(-9.9, 0, size=200)
    for edge in (SMALL, SMALL**2, SMALL**4):  # exactly on the border of two
        row = [1.0, edge, *scales, *-scales]
        count, cuts, members, _, _ = split(row, 0, 0.0, 0.1)
        assert count == len(row) - 1
        assert sorted(members.tolist()) == [0, *range(1, len(row))]
        sizes = np.abs(np.array(row))[members[:count]]
        for level in range(N_LEVELS):
            within = sizes[cuts[level + 1] : cuts[level]]
            assert (within > 0.999 * SMALL ** (level + 1)).all()
            assert (within < 1.001 * SMALL**level).all()
    assert [split([own, 1.0, 0.5], 0, 0.0, 0.1)[1][OWN_LEVEL] for own in (0.3, 1e-3, 1e-9, 0.0)] == [0, 1, 4, 4]


def test_densities_of_one_leave_no_probability_to_silence() -> None:
    count, _, _, others, state = split([1.0, 0.5, 0.5], 0, 0.0, 1.0)
    assert (count, state[1]) == (2, 0.0)
    assert others[:2].tolist() == [0.0, 0.0]


def test_hinges_lie_above_or_below_the_middle_piece() -> None:
    table = activation_table(tt.Problem.toy(2, density=0.5, activation=tt.ClippedReLU(1.0)).sigma)
    assert [side(h, 1, table) for h in (0, 1)] == [(-1.0, 1.0, 0.0), (1.0, 1.0, 0.0)]


EPS = float(np.finfo(float).eps)
ROW, DENSITIES, OWN, BIAS = (0.75, -0.5, 0.875, 0.25), (0.25, 0.5, 0.125, 0.75), 2, -0.125  # all exact in binary
PIECE = (0.5, 0.25)  # slope and intercept


def active_sets(row: tuple[float, ...], bias: float, most: int | None = None) -> list[tuple[tuple[int, ...], Fraction]]:
    """List sets of active features with their probability, by definition; up to a size, or of two and more."""
    found = []
    for on in product((0, 1), repeat=len(row)):
        if (sum(on) <= most) if most is not None else sum(on) >= 2:
            chances = (Fraction(p) if a else 1 - Fraction(p) for a, p in zip(on, DENSITIES, strict=True))
            probability = Fraction(1)
            for chance in chances:
                probability *= chance
            found.append((on, probability))
    return found


def square_of_the_piece(on: tuple[int, ...], row: tuple[float, ...], bias: float) -> Fraction:
    """Give E (x_j - slope z - intercept)² where these features are active, each uniform on [0, 1]: mean² + variance."""
    slope, intercept = map(Fraction, PIECE)
    mean, variance = -(slope * Fraction(bias) + intercept), Fraction(0)
    for i, (active, entry) in enumerate(zip(on, row, strict=True)):
        c = active * ((1 if i == OWN else 0) - slope * Fraction(entry))
        mean, variance = mean + c / 2, variance + c * c / 12
    return mean * mean + variance


def scratched(row: tuple[float, ...], bias: float) -> tuple[int, np.ndarray, tuple[np.ndarray, ...]]:
    """Split a row, in fresh arrays."""
    (members, others, cuts), state, _, _, _ = line_scratch(len(row))
    count = split_row(OWN, bias, np.array(row), np.array(DENSITIES), members, others, cuts, state)
    return count, state, (members, others)


def piece_found(row: tuple[float, ...], bias: float) -> tuple[float, np.ndarray, np.ndarray]:
    count, state, (members, others) = scratched(row, bias)
    parts, gradient = np.zeros(5), np.zeros(1 + len(row))
    numbers = np.array(row), np.array(DENSITIES)
    size = linear_piece(OWN, count, *PIECE, *numbers, members, others, state, parts, gradient)
    return size, parts, gradient


def test_two_and_more_on_a_piece_are_their_definition_in_exact_fractions() -> None:
    size, parts, gradient = piece_found(ROW, BIAS)
    exact = {own: Fraction(0) for own in (0, 1)}
    for on, probability in active_sets(ROW, BIAS):
        exact[on[OWN]] += probability * square_of_the_piece(on, ROW, BIAS)
    rounding = 40 * EPS * size  # some forty sums and products of terms of that size
    assert abs(parts - [0, 0, 0, float(exact[1]), float(exact[0])]).max() <= rounding
    every = active_sets(ROW, BIAS, 1) + active_sets(ROW, BIAS)  # the size claimed is the sum over all of them
    assert abs(size - float(sum(p * square_of_the_piece(on, ROW, BIAS) for on, p in every))) <= rounding
    for k in range(1 + len(ROW)):  # a square: central differences are exact
        ends = []
        for step in (-0.5, 0.5):
            row, bias = tuple(a + step * (i + 1 == k) for i, a in enumerate(ROW)), BIAS + step * (k == 0)
            ends.append(sum(p * square_of_the_piece(on, row, bias) for on, p in active_sets(row, bias)))
        assert abs(gradient[k] - float(ends[1] - ends[0])) <= rounding


def alone_on_relu(own: bool, entry: float, bias: float) -> float:
    """Integrate (x_j - (bias + entry x)₊)² over x in [0, 1], piece by piece: quadratics, three Gauss points."""
    nodes, weights = np.polynomial.legendre.leggauss(3)
    cuts: list[float] = sorted({0.0, 1.0, *([-bias / entry] if entry and 0 < -bias / entry < 1 else [])})
    total = 0.0
    for a, b in pairwise(cuts):
        x = (a + b) / 2 + (b - a) / 2 * nodes
        total += (b - a) / 2 * float(weights @ ((x if own else 0.0) - np.maximum(bias + entry * x, 0.0)) ** 2)
    return total


FAINT_CHANCES = (0.5, 0.375, 0.125)  # that none, one, more of the faint features are active


def few_found(row: tuple[float, ...], bias: float) -> tuple[np.ndarray, np.ndarray]:
    count, state, (members, others) = scratched(row, bias)
    state[2:5] = FAINT_CHANCES
    parts, gradient = np.zeros(5), np.zeros(1 + len(row))
    table = activation_table(tt.Problem.toy(2, density=0.5).sigma)
    few_active(OWN, count, np.array(row), np.array(DENSITIES), table, members, others, state, parts, gradient)
    return parts, gradient


def few_expected(row: tuple[float, ...], bias: float) -> np.ndarray:
    none, one, more = FAINT_CHANCES
    parts = np.zeros(5)  # bias cost, benefit, interference, distortion, false positives
    for on, probability in active_sets(row, bias, 1):
        active = on.index(1) if any(on) else None
        error = max(bias, 0.0) ** 2 if active is None else alone_on_relu(active == OWN, row[active], bias)
        shares = {None: (none, 0, one, 0, more), OWN: (0, none, 0, one + more, 0)}
        parts += float(probability) * error * np.array(shares.get(active, (0, 0, none, 0, one + more)))
    return parts


@pytest.mark.parametrize("bias", [BIAS, 0.125])
def test_at_most_one_active_is_its_definition_and_the_gradient_its_slope(bias: float) -> None:
    parts, gradient = few_found(ROW, bias)
    assert parts == pytest.approx(few_expected(ROW, bias), abs=40 * EPS)
    step = 1e-5
    for k in range(1 + len(ROW)):
        ends = []
        for side_ in (-step, step):
            row = tuple(a + side_ * (i + 1 == k) for i, a in enumerate(ROW))
            ends.append(few_expected(row, bias + side_ * (k == 0)).sum())
        # central differences: third derivatives of order ten times the step's square, and rounding over the step
        assert abs(gradient[k] - (ends[1] - ends[0]) / (2 * step)) <= 10 * step**2 + 10 * EPS / step


def test_a_piece_holds_the_mean_and_hinges_are_seen_from_it() -> None:
    clipped = activation_table(tt.Problem.toy(2, density=0.5, activation=tt.ClippedReLU(0.5)).sigma)
    for bias, piece in ((-1.0, 0), (0.25, 1), (1.0, 2)):  # means of z: bias + 0.117
        count, state, (members, _) = scratched(ROW, bias)
        assert middle_piece(OWN, count, np.array(ROW), np.array(DENSITIES), clipped, members, state) == piece
    _, state, _ = scratched(ROW, 0.25)
    for h, hinge, level in ((0, 0.0, 0.0), (1, 0.5, 0.5)):
        for piece in (0, 1, 2):
            direction, near, far = side(h, piece, clipped)
            expected = direction * (0.25 - hinge), far**2 - near**2, direction * (far - near), level
            assert hinge_from(h, piece, clipped, state) == (direction, expected)


def test_what_faint_features_lose_is_bounded_by_their_size() -> None:
    _, state, _ = scratched(ROW, 0.0)
    state[5:] = 0.25, 0.125  # lost, and the largest
    clipped = activation_table(tt.Problem.toy(2, density=0.5, activation=tt.ClippedReLU(0.5)).sigma)
    assert faint_error(2.0, 2, 0.75, clipped, state) == 2 * 2.0 * (0.75 + 0.5) * 0.25  # the hinge's level
    assert faint_error(2.0, 0, 0.75, clipped, state) == 2 * 2.0 * (0.75 + 2.0 * 0.125) * 0.25
