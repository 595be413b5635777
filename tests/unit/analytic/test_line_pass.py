"""Products over features at sixteen nodes, and the recurrence that replaces exponentials."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest
from toytoy.analytic.line_hinge import lay_block, lay_features
from toytoy.analytic.line_pass import (
    ALPHA,
    DENSITY,
    GRADIENT,
    LANES,
    MORE_IM,
    MORE_RE,
    ONE_IM,
    ONE_RE,
    OTHERS,
    PREFIX_IM,
    PREFIX_RE,
    SINGLE_IM,
    SINGLE_RE,
    STRIDE,
    SUFFIX_IM,
    SUFFIX_RE,
    backward,
    forward,
    lane_arrays,
    step_only,
)

EPS = float(np.finfo(float).eps)
C, H, BLOCKS = 3.0, 0.7, 6
SIZES = [0.9, -1.3, 2e-3, -1e-7, 0.0]
DENSITIES = [0.3, 0.9, 1.0, 0.05, 0.5]
SLACK = 40 * EPS  # relative, for each block: a step has some ten roundings, and four doublings
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def laid() -> Arrays:
    arrays = lane_arrays(len(SIZES))
    arrays[1][:, ALPHA], arrays[1][:, DENSITY] = SIZES, DENSITIES
    arrays[1][:, OTHERS] = 0.25
    lay_features(len(SIZES), C, H, *arrays[:3])
    return arrays


def nodes_of(block: int) -> list[complex]:
    return [complex(C, (block * LANES + k + 0.5) * H) for k in range(LANES)]


def factors(s: complex) -> tuple[list[complex], list[complex]]:
    """φ and ξ of every feature, with 40 digits."""
    with mpmath.workdps(40):
        phi, xi = [], []
        for size, p in zip(SIZES, DENSITIES, strict=True):
            u = mpmath.mpc(s) * mpmath.mpf(size)
            psi = (mpmath.expm1(u)) / u if size else mpmath.mpf(1)
            slope = (mpmath.exp(u) - psi) / u if size else mpmath.mpf(1) / 2
            phi.append(complex(1 - mpmath.mpf(p) + mpmath.mpf(p) * psi))
            xi.append(complex(slope))
    return phi, xi


@pytest.mark.equation("line-step")
def test_the_recurrence_keeps_its_digits_for_every_size() -> None:
    lanes, constants, _, nodes = laid()
    for block in range(BLOCKS):
        with mpmath.workdps(60):
            for i, size in enumerate(SIZES):
                for k, s in enumerate(nodes_of(block)):
                    u = mpmath.mpc(s) * mpmath.mpf(size)
                    exact = (mpmath.exp(u) - 1 - u) / mpmath.mpf(size) ** 2 if size else mpmath.mpc(s) ** 2 / 2
                    found = mpmath.mpc(lanes[i * STRIDE + k], lanes[i * STRIDE + LANES + k])
                    assert abs(found - exact) <= SLACK * (block + 1) * LANES * abs(exact), (block, i, k)
        lay_block(block, C, H, lanes, nodes)
        step_only(len(SIZES), lanes, constants, nodes)


def test_prefixes_are_products_of_factors_and_sets_of_one_and_more_are_told_apart() -> None:
    lanes, constants, _, nodes = laid()
    lay_block(0, C, H, lanes, nodes)
    none = forward(0, len(SIZES), lanes, constants, nodes)
    assert none == pytest.approx(np.prod([1 - p for p in DENSITIES]))
    for k, s in enumerate(nodes_of(0)):
        phi, _ = factors(s)
        for i in range(len(SIZES) + 1):
            found = complex(lanes[i * STRIDE + PREFIX_RE + k], lanes[i * STRIDE + PREFIX_IM + k])
            assert found == pytest.approx(np.prod(phi[:i]), rel=100 * EPS)
        active = [f - (1 - p) for f, p in zip(phi, DENSITIES, strict=True)]
        by_count = [none, 0.0, 0.0]
        for here in itertools.product((0, 1), repeat=len(SIZES)):
            part = np.prod([a if on else 1 - p for a, p, on in zip(active, DENSITIES, here, strict=True)])
            by_count[min(2, sum(here))] += part if any(here) else 0.0
        assert complex(nodes[ONE_RE + k], nodes[ONE_IM + k]) == pytest.approx(by_count[1], rel=1e3 * EPS)
        assert complex(nodes[MORE_RE + k], nodes[MORE_IM + k]) == pytest.approx(by_count[2], rel=1e3 * EPS)


def test_the_way_back_gives_every_feature_the_product_of_the_others() -> None:
    lanes, constants, _, nodes = laid()
    rng = np.random.default_rng(0)
    expected = np.zeros(len(SIZES))
    for block in range(2):
        lay_block(block, C, H, lanes, nodes)
        forward(0, len(SIZES), lanes, constants, nodes)
        weight, single = rng.normal(size=(2, LANES)) + 1j * rng.normal(size=(2, LANES))
        nodes[SUFFIX_RE : SUFFIX_RE + LANES], nodes[SUFFIX_IM : SUFFIX_IM + LANES] = weight.real, weight.imag
        nodes[SINGLE_RE : SINGLE_RE + LANES], nodes[SINGLE_IM : SINGLE_IM + LANES] = single.real, single.imag
        backward(2, len(SIZES), lanes, constants, nodes)
        backward(0, 2, lanes, constants, nodes)
        for k, s in enumerate(nodes_of(block)):
            phi, xi = factors(s)
            for i in range(len(SIZES)):
                others = np.prod([f for a, f in enumerate(phi) if a != i])
                expected[i] += (xi[i] * (weight[k] * others - 0.25 * single[k])).real
    found = [lanes[i * STRIDE + GRADIENT : i * STRIDE + GRADIENT + LANES].sum() for i in range(len(SIZES))]
    np.testing.assert_allclose(found, expected, rtol=1e3 * EPS, atol=1e3 * EPS * np.abs(expected).max())


def test_arrays_hold_every_feature_and_the_prefix_after_the_last() -> None:
    lanes, constants, firsts, nodes = lane_arrays(3)
    assert [x.shape for x in (lanes, constants, firsts, nodes)] == [
        (4 * 5 * LANES,),
        (3, OTHERS + 1),
        (3,),
        (16 * LANES,),
    ]
    assert (GRADIENT, PREFIX_RE, PREFIX_IM) == (4 * LANES, 2 * LANES, 3 * LANES)
    assert firsts.dtype == np.complex128
