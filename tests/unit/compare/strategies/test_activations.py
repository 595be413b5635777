"""Activations: all kinds, piecewise linear unless smooth ones are asked for."""

from __future__ import annotations

from typing import Any

import pytest
import toytoy as tt
from hypothesis import find, given
from toytoy.analytic.activation import SMOOTH, PiecewiseLinear, resolve
from toytoy.compare import strategies


@given(strategies.activations())
def test_they_are_piecewise_linear(activation: Any) -> None:
    assert isinstance(resolve(activation), PiecewiseLinear)
    tt.Problem.toy(2, density=0.5, activation=activation)


@pytest.mark.parametrize("name", SMOOTH)
def test_smooth_ones_are_drawn_where_asked(name: str) -> None:
    find(strategies.activations(smooth=True), lambda activation: activation == name)


@pytest.mark.parametrize("kind", [tt.LeakyReLU, tt.ClippedReLU])
def test_parametric_ones_vary(kind: Any) -> None:
    default = kind()
    other = find(strategies.activations(), lambda activation: isinstance(activation, kind) and activation != default)
    assert len(str(next(iter(vars(other).values())))) <= 4  # a round number


def test_the_simplest_is_relu() -> None:
    assert find(strategies.activations(), lambda activation: True) == "relu"


def test_a_wrong_argument_is_refused() -> None:
    with pytest.raises(TypeError, match="smooth must be True or False"):
        strategies.activations("gelu")  # type: ignore[arg-type]
