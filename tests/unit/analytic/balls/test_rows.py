"""One output's error and its derivatives in balls hold those of the exact reference."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.balls.numbers import CubeMoments, ball, ball_ramp, enclosure, precision, rational
from toytoy.analytic.balls.rows import BallHinge, BallRow, ball_hinges

from tests.reference import draws, exact, second
from tests.reference.bends import BENDS

F = Fraction
ACTIVATIONS = {
    "linear": "linear",
    "relu": "relu",
    "abs": "abs",
    "leaky": tt.LeakyReLU(0.3),
    "clipped": tt.ClippedReLU(0.7),
}


@pytest.mark.equation("enclosure-row", "enclosure-moments")
@pytest.mark.parametrize("start", [-0.5, 0.1, 0.9])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_error_gradient_and_curvature_hold_the_reference(name: str, start: float) -> None:
    """From biases on all sides of both hinges."""
    rng = np.random.default_rng(len(name))
    a, b = [F(float(x)) for x in rng.normal(size=3)], F(start)
    activation: Any = ACTIVATIONS[name]
    problem = tt.Problem(n_features=3, n_hidden=3, density=0.5, activation=activation)
    law = exact.independent([F(1, 3)] * 3)
    reference = second.BentRow(1, a, b, draws.pieces(name, 0.3 if name == "leaky" else 0.7))
    first, curvature = second.row_derivatives(reference, law)
    value = sum(chance * reference.error(active).value for active, chance in law)
    with precision(60):
        hinges = ball_hinges(problem)
        moments = [CubeMoments(ball(b) - hinge.at, list(map(ball, a)), ball_ramp) for hinge in hinges[0]]
        terms = BallRow(1, [ball(b), *map(ball, a)], moments, hinges).terms([(s, ball(c)) for s, c in law], 2)
        assert value in enclosure(terms[()])
        for k in range(4):
            assert first[k] in enclosure(terms[(k,)])
            for i in range(k, 4):
                assert curvature[k][i] in enclosure(terms[(k, i)])
        assert min(enclosure(term).radius for term in terms.values()) < F(1, 10**50)


def test_hinges_and_their_levels() -> None:
    hinges, slope = ball_hinges(tt.Problem.toy(2, density=0.5, activation=tt.ClippedReLU(0.5)))
    assert slope == 0
    assert [(float(h.at), float(h.level), int(h.jump), int(h.squares)) for h in hinges] == [
        (0, 0, 1, 1),
        (0.5, 0.5, -1, -1),
    ]


@pytest.mark.parametrize("name", BENDS)
def test_hinges_away_from_zero_count_with_their_level(name: str) -> None:
    a, b, (bends, act) = [F(3, 4), F(-5, 8), F(1, 2)], F(1, 16), BENDS[name]
    law = exact.independent([F(1, 3)] * 3)
    first, curvature = second.row_derivatives(second.BentRow(1, a, b, bends), law)
    value = sum(chance * exact.Row(1, a, b, bends).error(active).value for active, chance in law)
    with precision(60):
        slopes = [rational(float(s)) for s in act[1]]
        hinges = [
            BallHinge(rational(float(at)), rational(float(level)), far - near, far**2 - near**2)
            for at, level, near, far in zip(act[0], act[3], slopes, slopes[1:], strict=False)
        ]
        moments = [CubeMoments(ball(b) - hinge.at, list(map(ball, a)), ball_ramp) for hinge in hinges]
        row = BallRow(1, [ball(b), *map(ball, a)], moments, (hinges, slopes[0]))
        terms = row.terms([(s, ball(c)) for s, c in law], 2)
        assert value in enclosure(terms[()])
        for k in range(4):
            assert first[k] in enclosure(terms[(k,)])
            for i in range(k, 4):
                assert curvature[k][i] in enclosure(terms[(k, i)])
        assert max(enclosure(term).radius for term in terms.values()) < F(1, 10**50)
        assert set(row.terms([((0, 2), ball(1))], 1)) == {(), (0,), (1,), (3,)}  # by what is active, no further
