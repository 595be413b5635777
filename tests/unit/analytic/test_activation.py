"""Activations: the pieces and the function say the same, at numbers and arrays, and bad ones are refused."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath as mp
import numpy as np
import pytest
import toytoy as tt
from hypothesis import given
from hypothesis import strategies as st
from toytoy.analytic.activation import Activation, PiecewiseLinear, Smooth, piecewise, resolve

EPS = np.finfo(float).eps
DEFINITIONS: dict[str | PiecewiseLinear, Callable[[Any], Any]] = {
    "linear": lambda z: z,
    "relu": lambda z: np.maximum(z, 0),
    "abs": abs,
    tt.LeakyReLU(0.1): lambda z: np.where(z > 0, z, 0.1 * z),
    tt.LeakyReLU(-2.0): lambda z: np.where(z > 0, z, -2.0 * z),
    tt.ClippedReLU(0.7): lambda z: np.clip(z, 0, 0.7),
}
VALUES = np.array([-3.0, -0.5, -0.0, 0.0, 1e-300, 0.35, 0.7, 0.71, 4.0])


@pytest.mark.parametrize("name", DEFINITIONS, ids=str)
def test_the_definition(name: str | PiecewiseLinear) -> None:
    sigma, expected = resolve(name), DEFINITIONS[name](VALUES)
    rounding = 4 * EPS * (1 + np.abs(VALUES))  # a sum of at most three terms of the argument's size
    assert (np.abs(sigma(VALUES) - expected) <= rounding).all()
    assert (np.abs([sigma(float(z)) for z in VALUES] - expected) <= rounding).all()


@pytest.mark.parametrize("name", DEFINITIONS, ids=str)
@given(z=st.fractions(-3, 3))
def test_pieces_meet_and_are_the_function(name: str | PiecewiseLinear, z: Fraction) -> None:
    sigma = piecewise(name)
    piece = sum(Fraction(t) <= z for t in sigma.hinges)
    exact = Fraction(sigma.slopes[piece]) * z + Fraction(sigma.intercepts[piece])
    assert abs(Fraction(sigma(z)) - exact) <= 8 * EPS * (1 + abs(z))
    assert len(sigma.slopes) == len(sigma.intercepts) == len(sigma.hinges) + 1
    assert sigma(0) == 0
    assert list(sigma.hinges) == sorted(sigma.hinges)


SMOOTH_DEFINITIONS = {
    "gelu": lambda z: z * mp.ncdf(z),
    "softplus": lambda z: mp.log1p(mp.exp(z)),
}


SMOOTH_VALUES = np.array([-30.0, -5.0, -0.5, -1e-9, 0.0, 1e-9, 0.5, 5.0, 30.0])


def smooth_expected(name: str) -> Any:
    with mp.workdps(40):
        return np.array([float(SMOOTH_DEFINITIONS[name](mp.mpf(float(z)))) for z in SMOOTH_VALUES])


@pytest.mark.parametrize("name", SMOOTH_DEFINITIONS)
def test_smooth_ones_keep_their_digits(name: str) -> None:
    sigma, values, expected = resolve(name), SMOOTH_VALUES, smooth_expected(name)
    allowed = 4 * EPS * (1 + values**2) * np.abs(expected)  # a rounding of z is worth z² roundings of e^(-z²/2)
    assert (np.abs(sigma(values) - expected) <= allowed).all()
    assert [float(sigma(float(z))) for z in values] == sigma(values).tolist()
    assert sigma.hinges == ()


@pytest.mark.parametrize("name", SMOOTH_DEFINITIONS)
def test_smooth_ones_of_tensors_are_torchs_own(name: str) -> None:
    torch = pytest.importorskip("torch")
    found = resolve(name)(torch.from_numpy(SMOOTH_VALUES)).numpy()
    assert found == pytest.approx(smooth_expected(name), abs=1e-9)  # above 20 linear


def test_smooth_ones_are_not_piecewise_linear() -> None:
    with pytest.raises(
        ValueError, match="must be piecewise linear here, got activation='gelu'; use one of linear, relu"
    ):
        piecewise("gelu")
    assert piecewise("relu") == resolve("relu")
    with pytest.raises(ValueError, match="did you mean 'softplus'"):
        resolve("softpluss")
    with pytest.raises(ValueError, match="did you mean 'gelu'"):
        Smooth("gellu")


def test_torch_tensors() -> None:
    torch = pytest.importorskip("torch")
    z = torch.tensor([-1.0, 0.5, 2.0], dtype=torch.float64, requires_grad=True)
    out = tt.ClippedReLU(1.0)(z)
    out.sum().backward()
    assert out.tolist() == [0.0, 0.5, 1.0]
    assert z.grad.tolist() == [0.0, 1.0, 0.0]


@pytest.mark.parametrize("given_name", ["rellu", "Relu", "", "tanh"])
def test_unknown_names(given_name: str) -> None:
    with pytest.raises(ValueError, match="linear, relu, abs") as caught:
        resolve(given_name)
    assert ("did you mean 'relu'" in str(caught.value)) == (given_name in ("rellu", "Relu"))


@pytest.mark.parametrize("value", [None, 1.0, np.tanh, tt.LeakyReLU])
def test_what_is_no_activation(value: Any) -> None:
    with pytest.raises(TypeError, match="activation"):
        resolve(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, "0.1", None])
def test_parameters_are_checked(value: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="slope"):
        tt.LeakyReLU(value)
    with pytest.raises((TypeError, ValueError), match="upper"):
        tt.ClippedReLU(value)
    with pytest.raises(ValueError, match="upper"):
        tt.ClippedReLU(0.0)


def test_they_are_values() -> None:
    assert tt.LeakyReLU(0.1) == tt.LeakyReLU(0.1)
    assert len({tt.LeakyReLU(0.1), tt.LeakyReLU(0.1), tt.LeakyReLU(0.2), tt.ClippedReLU(0.1)}) == 3
    assert resolve("relu") == resolve("relu")
    assert resolve(tt.LeakyReLU(0.3)) is not None


@pytest.mark.parametrize("name", ["gelu", "softplus"])
def test_no_slope_is_above_the_bound_and_the_bound_is_near(name: str) -> None:
    sigma = resolve(name)
    z = np.linspace(-40.0, 40.0, 80_001)
    steepest = float((np.diff(sigma(z)) / np.diff(z)).max())
    rounding = 80 * EPS / 1e-3  # values up to 40, each rounded, over a step of a thousandth
    assert steepest <= sigma.steepest + rounding
    assert sigma.steepest <= 1.01 * steepest


def test_kinds_are_no_activations_and_values_stay_as_they_are() -> None:
    for kind in (PiecewiseLinear, Activation):
        with pytest.raises(TypeError, match="abstract"):
            kind()  # type: ignore[abstract]
    for sigma in (tt.LeakyReLU(), tt.ClippedReLU(), resolve("relu"), resolve("gelu")):
        for field in dataclasses.fields(sigma):  # type: ignore[arg-type]
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(sigma, field.name, "x")


def test_without_parameters_slopes_are_a_tenth_and_outputs_end_at_one() -> None:
    assert (tt.LeakyReLU().slopes, tt.LeakyReLU().hinges) == ((0.1, 1), (0,))
    assert (tt.ClippedReLU().slopes, tt.ClippedReLU().hinges) == ((0, 1, 0), (0, 1.0))
    assert [resolve(name).steepest for name in ("linear", "relu", "abs")] == [1.0, 1.0, 1.0]
    assert tt.LeakyReLU(-3).steepest == 3.0
