"""Points on a sphere that disturb each other least: one search for Thomson's problem and for ReLU interference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analytic.domain import SEED, Domain, nearest
from ..analytic.estimate import ErrorKind, Estimate
from .energies import ENERGIES, Energy

Array = NDArray[np.float64]
N_POINTS = Domain("n_points", 2, 2000, integer=True, hint="give the number of points on the sphere")
DIMENSION = Domain("dimension", 2, 1000, integer=True, hint="give the dimension of the space around the sphere")
STARTS = Domain("n_starts", 1, integer=True, hint="give the number of random starts")
SEARCH = {"maxiter": 2000, "maxfun": 20000, "maxcor": 20, "ftol": 1e-13, "gtol": 1e-10}
POLISH = {"maxiter": 20000, "maxfun": 100000, "maxcor": 40, "ftol": 0.0, "gtol": 1e-13}
SAME = 1e-7  # energies that differ by less, relative to 1 + energy, count as one minimum
START_BIAS = -0.1  # between 0 and the thresholds that optima have


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Points on the unit sphere, and the energy that they minimize as far as a search can tell.

    Parameters
    ----------
    kind : str
        Of energy.
    points : array, shape (dimension, n_points)
        Unit columns, as those of W.
    bias : array, shape (n_points,)
        In [-1, 0]; 0 for energies without biases.
    energy : Estimate
        Of these points; its error bounds the rounding. Whether there is a lower arrangement is what `hits` is about.
    gradient_norm : float
        Largest entry of the gradient along the sphere and, off the ends of their range, along the biases.
    energies : array, shape (n_starts,)
        Where each start ended.
    seed : int

    Examples
    --------
    >>> from toytoy.numeric.thomson import arrange
    >>> found = arrange(4, n_starts=4, seed=0)
    >>> found.points.shape, found.hits, found.runs
    ((3, 4), 4, 4)
    """

    kind: str
    points: Array
    bias: Array
    energy: Estimate
    gradient_norm: float
    energies: Array
    seed: int

    @property
    def runs(self) -> int:
        """Number of starts."""
        return len(self.energies)

    @property
    def hits(self) -> int:
        """Number of starts that ended at this energy: 1 of many says that a lower one may have been missed."""
        return int((self.energies <= self.energy.value + SAME * (1 + self.energy.value)).sum())


def arrange(
    n_points: int, dimension: int = 3, energy: str = "thomson", *, n_starts: int = 32, seed: int = 0
) -> Arrangement:
    """Place points on the sphere in `dimension` dimensions so that an energy is least.

    Parameters
    ----------
    n_points : int
        At least 2.
    dimension : int
        At least 2.
    energy : {"thomson", "interference", "sparse"}
        Repelling charges, :eq:`geometry-thomson`; what features of equal importance write on each other through a ReLU,
        biases 0, :eq:`geometry-interference`; or the whole loss in the sparse limit at the best biases,
        :eq:`geometry-sparse`.
    n_starts : int
        Random starts, uniform on the sphere; all are searched in the same way whatever the energy.
    seed : int

    Returns
    -------
    Arrangement

    Raises
    ------
    TypeError, ValueError
        If a number is out of range, or the energy unknown.

    Notes
    -----
    L-BFGS-B on the exact gradient in unnormalized coordinates; the best end point is then polished. A search, not a
    proof.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652, where superposition is compared to the Thomson
    problem.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.numeric.thomson import arrange
    >>> found = arrange(4, n_starts=4, seed=0)
    >>> round(found.energy.value, 9), round(6 * (3 / 8) ** 0.5, 9)  # six edges of a tetrahedron
    (3.674234614, 3.674234614)
    >>> print(tt.structure(found.points))
    tetrahedron[0,1,2,3]
    """
    n_points, dimension = N_POINTS.check(n_points), DIMENSION.check(dimension)
    n_starts, seed = STARTS.check(n_starts), SEED.check(seed)
    if not isinstance(energy, str) or energy not in ENERGIES:
        raise ValueError(nearest("energy", energy, ENERGIES))
    chosen = ENERGIES[energy]
    starts = np.random.default_rng(seed).normal(size=(n_starts, dimension, n_points))
    ends = [_descend(chosen, start, np.full(n_points, START_BIAS), SEARCH) for start in starts]
    best = min(ends, key=lambda end: end[0])
    value, points, bias, slope = min(best, _descend(chosen, best[1], best[2], POLISH), key=lambda end: end[0])
    return Arrangement(
        kind=energy,
        points=points,
        bias=bias,
        energy=Estimate(value, chosen.rounding(points, bias), ErrorKind.ROUNDING),
        gradient_norm=slope,
        energies=np.array([end[0] for end in ends]),
        seed=seed,
    )


def _descend(energy: Energy, start: Array, bias: Array, options: dict[str, Any]) -> tuple[float, Array, Array, float]:
    """Descend from unnormalized points: energy, unit points, biases, largest entry of the projected gradient."""
    from scipy.optimize import minimize as scipy_minimize

    split = start.size
    bounds = [(None, None)] * split + [(-1.0, 0.0) if energy.biased else (0.0, 0.0)] * len(bias)

    def value_and_gradient(theta: Array) -> tuple[float, Array]:
        y = theta[:split].reshape(start.shape)
        lengths = np.linalg.norm(y, axis=0)
        value, d_points, d_bias = energy.evaluate(y / lengths, theta[split:])
        return value, np.concatenate([(_along_sphere(y / lengths, d_points) / lengths).ravel(), d_bias])

    theta = np.concatenate([start.ravel(), bias if energy.biased else np.zeros_like(bias)])
    end = scipy_minimize(value_and_gradient, theta, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x
    points = end[:split].reshape(start.shape)
    points = points / np.linalg.norm(points, axis=0)
    bias = end[split:]
    value, d_points, d_bias = energy.evaluate(points, bias)
    pushed = ((bias <= -1.0) & (d_bias > 0)) | ((bias >= 0.0) & (d_bias < 0))  # against an end of the range
    slopes = [np.abs(_along_sphere(points, d_points)).max(), np.abs(np.where(pushed, 0.0, d_bias)).max()]
    return value, points, bias, float(max(slopes))


def _along_sphere(points: Array, gradient: Array) -> Array:
    """Take away what would change the lengths."""
    along: Array = gradient - points * (points * gradient).sum(0)
    return along
