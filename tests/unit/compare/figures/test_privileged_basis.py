"""The figure of privileged bases: a stack for each model, counts at three thresholds, and costs of rotations."""

from __future__ import annotations

import numpy as np
from toytoy.analytic.estimate import ErrorKind, Estimate
from toytoy.compare.figures.privileged_basis import privileged_basis_figure
from toytoy.compare.training.privileged import Basis, PrivilegedBasis

from tests.small_maps import render

LOSS = Estimate(0.1, 0.001, ErrorKind.STANDARD_ERROR)
EYE = np.eye(5, 10)


def about(value: float) -> Estimate:
    return Estimate(value, 0.01, ErrorKind.STANDARD_ERROR)


def row(density: float, weights: np.ndarray) -> Basis:
    bias = np.zeros(10)
    return Basis(
        density, weights, bias, LOSS, weights, bias, LOSS, 1.0, (about(0.1), about(2.0)), 0.0, (about(0.5), about(0.25))
    )


def test_what_is_found_is_drawn() -> None:
    mixed = EYE + 0.5 * np.roll(EYE, 5, axis=1)
    figure = privileged_basis_figure(PrivilegedBasis((row(0.75, EYE), row(0.04, mixed)), 3))
    render(figure)
    *stacks, counts, costs = figure.get_axes()
    assert len(stacks) == 4
    lines = {str(line.get_label()): np.asarray(line.get_ydata()).tolist() for line in counts.get_lines()}
    assert lines["share 0.9"] == [5, 0]
    assert lines["share 0.8"] == [5, 5]  # 1 / 1.25
    assert lines["the paper, by eye"] == [5, 0]
    assert lines["the same, rotated"] == [0.25, 0.25]
    costs_lines = {str(line.get_label()): np.asarray(line.get_ydata()) for line in costs.get_lines()}
    assert costs_lines["hidden ReLU, median rotation"].tolist() == [2.0, 2.0]
    assert (costs_lines["no hidden ReLU, worst rotation"] < 1e-15).all()
