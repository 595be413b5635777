"""What the line integral is held against: the same transform, plain numpy in complex doubles, nothing recurrent.

Of the ReLU. The line stands where images above are impossible (R is at least the range of z) and images below are
e^-40; exponentials are taken at every node; there is no reflection, no choice of features, no piece of the activation.
Nodes double until the rule of half as many agrees, or until a limit: the difference is returned too.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]

DAMPING = 40.0  # cR
GROWTH = 2.0  # of ln E e^(cz), at most
FIRST, CHUNK, LIMIT = 1024, 2**16, 2**25  # nodes; entries at once; entries in all, of the last rule
AGREEMENT, GRADIENT_AGREEMENT = 1e-10, 1e-8
POINTS, WEIGHTS = np.polynomial.legendre.leggauss(6)


class Row(NamedTuple):
    """An output's loss, its derivatives by b and by the row of the Gram matrix, and by how much half the nodes differ.

    The last is of the loss; `gradient_doubt` is of the derivatives' norm.
    """

    loss: float
    by_bias: float
    by_row: Array
    doubt: float
    gradient_doubt: float


def reference_row(j: int, bias: float, row: Array, densities: Array) -> Row:
    """Take one output's E (x_j - z₊)² and its derivatives."""
    c, reach = _place(bias, row, densities)
    exact = _few_active(j, bias, row, densities)
    nodes, sums = FIRST, np.zeros((2, len(row) + 2))
    while True:
        sums = _line(j, bias, row, densities, (c, 2.0 * np.pi / reach, nodes))
        apart = np.abs(sums[0] - sums[1])
        total = exact + sums[0]
        doubt, gradient_doubt = float(apart[0]), float(np.linalg.norm(apart[1:]))
        settled = doubt <= AGREEMENT * total[0] and gradient_doubt <= GRADIENT_AGREEMENT * np.linalg.norm(total[1:])
        if settled or 2 * nodes * len(row) > LIMIT:
            return Row(float(total[0]), float(total[1]), total[2:], doubt, gradient_doubt)
        nodes *= 2


def _place(bias: float, row: Array, densities: Array) -> tuple[float, float]:
    """Choose c and R: the largest c with cR = DAMPING, R at least the range of z, and ln E e^(cz) at most GROWTH."""
    reach = max(1e-300, bias + np.maximum(row, 0.0).sum(), np.abs(row).max())
    c = DAMPING / reach
    while bias * c + np.log1p(densities * (_psi(row * c + 0j)[0].real - 1.0)).sum() > GROWTH:
        c *= 0.9
    return c, DAMPING / c


def _psi(u: Complex) -> tuple[Complex, Complex, Complex]:
    """ψ = (e^u - 1) / u and two derivatives: by series where |u| < 1/2."""
    psi, xi, zeta = np.empty_like(u), np.empty_like(u), np.empty_like(u)
    near = np.abs(u) < 0.5
    large, little = u[~near], u[near]
    e = np.exp(large)
    psi[~near] = (e - 1.0) / large
    xi[~near] = (e - psi[~near]) / large
    zeta[~near] = (e - 2.0 * xi[~near]) / large
    psi[near], xi[near], zeta[near] = 0.0, 0.0, 0.0
    term = np.ones_like(little)
    for k in range(16):
        psi[near] += term / (k + 1.0)
        xi[near] += term / (k + 2.0)
        zeta[near] += term / (k + 3.0)
        term = term * little / (k + 1.0)
    return psi, xi, zeta


def _taper(x: Array) -> Array:
    """Fall smoothly from 1 at x <= 1/4 to 0 at x >= 1."""
    t = np.clip((x - 0.25) / 0.75, 1e-12, 1.0 - 1e-12)
    return np.asarray(1.0 / (1.0 + np.exp(np.clip(1.0 / (1.0 - t) - 1.0 / t, -700.0, 700.0))))


def _line(j: int, bias: float, row: Array, densities: Array, rule: tuple[float, float, int]) -> Array:
    """Sum loss, derivative by b and by the row over sets of two and more; then the same with half the nodes."""
    c, h, nodes = rule
    n = len(row)
    sums = np.zeros((2, n + 2))
    for start in range(0, nodes, max(1, CHUNK // n)):
        t: Array = (np.arange(start, min(nodes, start + max(1, CHUNK // n)), dtype=np.float64) + 0.5) * h
        values = _integrands(j, bias, row, densities, np.asarray(c + 1j * t, np.complex128)).real
        sums += np.array([_taper(np.divide(t, nodes * h)), _taper(np.divide(t, nodes * h / 2.0))]) @ values.T
    return sums * (h / np.pi)


def _integrands(j: int, bias: float, row: Array, densities: Array, s: Complex) -> Complex:
    """Write the integrands at nodes s: of the loss, by b, and by each entry of the row."""
    psi, xi, zeta = _psi(np.multiply.outer(row, s))
    p, own = densities[:, None], densities[j]
    others = np.arange(len(row)) != j
    factors = (1.0 - p) + p * psi
    together = factors[others].prod(axis=0)
    none = np.prod(1.0 - densities[others])
    odds = none * p / (1.0 - p)
    kernel = 2.0 / s**3
    shift = np.exp(bias * s)
    silent, active = shift * (1.0 - own) * kernel, shift * own * (psi[j] * kernel - 2.0 * xi[j] / s**2)
    value = silent * (together - none - (odds * psi)[others].sum(axis=0)) + active * (together - none)
    by_row = s * xi * ((silent + active) * together * p / factors - silent * odds)
    by_row[j] = shift * own * s * (xi[j] * kernel - 2.0 * zeta[j] / s**2) * (together - none)
    return np.vstack([value, s * value, by_row])


def _few_active(j: int, bias: float, row: Array, densities: Array) -> Array:
    """Add sets of no and one active feature, by Gauss's rule where the ReLU is open, and E x_j² of all sets."""
    own = densities[j]
    others = np.arange(len(row)) != j
    none = np.prod(1.0 - densities[others])
    alone = np.where(others, (1.0 - own) * none * densities / np.where(others, 1.0 - densities, 1.0), own * none)
    root = np.clip(-bias / np.where(row == 0.0, 1e-300, row), 0.0, 1.0)
    low, high = np.where(row > 0.0, root, 0.0), np.where(row < 0.0, root, 1.0)
    high = np.where((row == 0.0) & (bias <= 0.0), low, high)
    x = low[:, None] + (high - low)[:, None] * 0.5 * (POINTS + 1.0)
    weight = alone[:, None] * (high - low)[:, None] * 0.5 * WEIGHTS
    z = np.maximum(bias + row[:, None] * x, 0.0)
    wanted = np.where(others[:, None], 0.0, x)
    open_bias, silent = max(bias, 0.0), (1.0 - own) * none
    loss = own / 3.0 + silent * open_bias**2 + (weight * z * (z - 2.0 * wanted)).sum()
    by_bias = 2.0 * silent * open_bias + 2.0 * (weight * (z - wanted)).sum()
    return np.concatenate([[loss, by_bias], 2.0 * (weight * x * (z - wanted)).sum(axis=1)])
