"""LaTeX and numpy functions of expressions."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
import toytoy as tt
from toytoy.analytic import symbolic
from toytoy.analytic.symbolic import G, b, p, r

EPS = float(np.finfo(float).eps)


def test_latex_of_expressions_and_of_what_shows_itself() -> None:
    assert symbolic.to_latex(G[1, 2] + b[1] ** 2) == "G_{12} + b_{1}^{2}"
    problem = tt.Problem.toy(2, density=0.5)
    parts = symbolic.decomposition(problem, symbolic.region(problem, [[1, 0]], [0, 0.25]))
    written = symbolic.to_latex(parts)
    assert written.startswith(r"\begin{aligned} L_{0}")
    assert "$" not in written
    assert symbolic.to_latex(sympy.Integer(2)) == "2"
    assert symbolic.to_latex([G[1, 2], 2]) == r"\left[ G_{12}, \  2\right]"  # a list knows no LaTeX of its own


def test_functions_of_arrays_are_those_of_the_expression() -> None:
    problem, rng = tt.Problem.toy(2, density=0.5, importance=0.25), np.random.default_rng(0)
    weights, bias = np.array([[1.0, -0.5]]), np.array([0.25, -0.125])
    formula = symbolic.in_weights(problem, symbolic.loss(problem, symbolic.region(problem, weights, bias)))
    letters = [symbolic.W[1, 1], symbolic.W[1, 2], b[1], b[2], r, p]
    near = 1 + 0.01 * rng.uniform(-1, 1, size=(4, 20))  # models of the same region
    points = near * np.array([[1.0], [-0.5], [0.25], [-0.125]])
    values = symbolic.to_numpy(formula, letters)(*points, 0.25, 0.5)
    for point, value in zip(points.T, values, strict=True):
        kernel = float(tt.loss(problem, [point[:2]], point[2:]))
        # terms of size 1 over entries of 1/4 and their squares, cubed at most
        assert abs(value - kernel) <= 1000 * EPS


def test_arguments_are_in_alphabetical_order_unless_given() -> None:
    assert symbolic.to_numpy(p - r)(3.0, 1.0) == 2.0
    assert symbolic.to_numpy(p - r, [r, p])(3.0, 1.0) == -2.0
    with pytest.raises(ValueError, match=r"args must hold every letter of the expression, got \[p\] without r"):
        symbolic.to_numpy(p - r, [p])
