"""Weights and biases as users give them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.model import check_model, check_one_model, check_weights, real_array

PROBLEM = tt.Problem.toy(3, density=0.5)
W, B = np.ones((2, 3)), np.zeros(3)


@pytest.mark.parametrize(
    "given", [W.tolist(), W.astype(np.float32), W.astype(int), [[Fraction(1)] * 3] * 2, [[Decimal(1)] * 3] * 2]
)
def test_all_real_numbers_become_float64(given: Any) -> None:
    weights, bias = check_model(PROBLEM, given, [0, 0, 0])
    assert weights.dtype == bias.dtype == np.float64
    assert (weights == 1.0).all()


def test_torch_tensors() -> None:
    torch = pytest.importorskip("torch")
    weights, _ = check_model(PROBLEM, torch.ones(2, 3, requires_grad=True), torch.zeros(3))
    assert weights.shape == (2, 3)


@pytest.mark.parametrize("given", [W + 0j, W.astype(str), W.astype(bool), [[None] * 3] * 2, [["x"] * 3] * 2])
def test_what_is_not_real(given: Any) -> None:
    with pytest.raises(TypeError, match="weights must be real") as refused:
        check_model(PROBLEM, given, B)
    assert "\n" not in str(refused.value)


def test_arrays_of_another_name_are_refused_by_theirs() -> None:
    with pytest.raises(ValueError, match=r"decoder must have shape \(\.\.\., n_features, n_hidden\), got shape \(2,\)"):
        check_weights([1.0, 2.0], "decoder", "n_features, n_hidden")
    with pytest.raises(ValueError, match=r"^x must be a rectangular array of numbers, got x=\[\[1\], \[1, 2\]\]$"):
        real_array("x", [[1], [1, 2]])
    with pytest.raises(ValueError, match="rectangular") as refused:
        real_array("x", [np.zeros((99, 99)), [1]])
    assert "\n" not in str(refused.value)


def test_one_model_has_no_leading_axes() -> None:
    weights, bias = check_one_model(PROBLEM, W.tolist(), B.tolist())
    assert weights.shape == (2, 3)
    assert bias.shape == (3,)
    for given, other, says in ((W[None], B, r"weights .* got shape \(1, 2, 3\)"), (W, B[None], r"bias .* \(1, 3\)")):
        with pytest.raises(ValueError, match=f"^{says}; pick an instance$"):
            check_one_model(PROBLEM, given, other)


def test_ragged_rows() -> None:
    with pytest.raises((TypeError, ValueError), match="weights"):
        check_model(PROBLEM, [[1.0, 2.0, 3.0], [1.0]], B)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_entries_are_finite(value: float) -> None:
    weights = W.copy()
    weights[1, 2] = value
    with pytest.raises(ValueError, match=r"weights must be finite, got .* at index \(1, 2\)"):
        check_model(PROBLEM, weights, B)
    with pytest.raises(ValueError, match="bias must be finite"):
        check_model(PROBLEM, W, [0.0, value, 0.0])


@pytest.mark.parametrize("value", [Fraction(10**400), 10**400])
def test_numbers_beyond_floats(value: object) -> None:
    with pytest.raises(ValueError, match="bias must be finite, got a number beyond the largest float"):
        check_model(PROBLEM, W, [0.0, value, 0.0])


def test_shapes() -> None:
    with pytest.raises(ValueError, match=r"\(\.\.\., 2, 3\), got shape \(3, 2\); transpose it"):
        check_model(PROBLEM, W.T, B)
    with pytest.raises(ValueError, match="weights must have shape"):
        check_model(PROBLEM, np.ones((1, 3)), B)
    with pytest.raises(ValueError, match="bias must have shape"):
        check_model(PROBLEM, W, np.zeros(2))
    with pytest.raises(ValueError, match="bias must have shape"):
        check_model(PROBLEM, W, 0.0)
    with pytest.raises(ValueError, match="leading axes"):
        check_model(PROBLEM, np.ones((4, 2, 3)), np.zeros((5, 3)))
    with pytest.raises(ValueError, match="weights must have shape"):
        check_weights(B)


def test_leading_axes_are_left_alone() -> None:
    weights, bias = check_model(PROBLEM, np.ones((4, 1, 2, 3)), np.zeros((5, 3)))
    assert weights.shape == (4, 1, 2, 3)
    assert bias.shape == (5, 3)


def test_the_front_door_refuses_the_same() -> None:
    for function in (tt.loss, tt.loss_and_grad, tt.decompose):
        with pytest.raises(ValueError, match="transpose it"):
            function(PROBLEM, W.T, B)
        with pytest.raises(TypeError, match="weights must be real"):
            function(PROBLEM, W + 0j, B)


def test_the_first_entry_that_is_not_finite_is_named() -> None:
    with pytest.raises(ValueError, match=r"weights must be finite, got inf at index \(0, 1\)"):
        check_weights([[0.0, np.inf, np.nan], [np.nan, 0.0, 0.0]])
    with pytest.raises(ValueError, match=r"got nan at index \(1, 0, 0\)"):
        check_weights([[[0.0, 1.0]], [[np.nan, np.inf]]])


def test_a_transposed_square_is_not_told_from_the_square() -> None:
    """Only where the shape is the other way round is transposing offered."""
    problem = tt.Problem(n_features=3, n_hidden=2, density=0.5)
    for shape, offered in (((3, 2), True), ((2, 2), False), ((3, 3), False), ((4, 3, 2), True)):
        with pytest.raises(ValueError, match="weights must have shape") as caught:
            check_model(problem, np.zeros(shape), np.zeros(3))
        assert str(caught.value).endswith("; transpose it") == offered
    weights, bias = check_model(problem, np.ones((5, 1, 2, 3)), np.ones((4, 3)))
    assert (weights.shape, bias.shape) == ((5, 1, 2, 3), (4, 3))


@pytest.mark.parametrize(("shape", "fits"), [((), False), ((3,), False), ((0, 3), True), ((1, 1), True)])
def test_weights_have_two_axes(shape: tuple[int, ...], fits: bool) -> None:
    if fits:
        assert check_weights(np.zeros(shape)).shape == shape
    else:
        with pytest.raises(ValueError, match=r"x must have shape \(..., a, b\), got shape"):
            check_weights(np.zeros(shape), "x", "a, b")
