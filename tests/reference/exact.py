"""The population loss, its gradient and its five parts in exact fractions, from the defining integral.

Imports nothing of the library. A float is taken as the fraction that it is, G = WᵀW is formed without rounding, and
every sum is exact, so that nothing cancels: a reference that needs no tolerance. Where z is a constant that lies on a
hinge the loss has a kink; the derivative given there is the one from above (the indicator is 1{z >= t}).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import factorial, lcm, prod
from typing import Any, NamedTuple

Activation = tuple[Sequence[Any], Sequence[Any]]  # hinges, and the slopes between them; zero at zero
Law = Sequence[tuple[tuple[int, ...], Fraction]]  # active features, and the probability of just these
Matrix = list[list[Fraction]]
PARTS = ("bias_cost", "benefit", "interference", "distortion", "false_positive")


class Error(NamedTuple):
    """∫ (x_j [j active] − σ(z))² over the cube of the active features, and its derivatives by b_j and by row j of G."""

    value: Fraction
    d_bias: Fraction
    d_row: dict[int, Fraction]


class Cube:
    """Integrals of x^e G_q(u + Σ a_i x_i) over unit cubes, with G_q(z) = (z)₊^q / q!.

    A cube is a bit mask of its variables. Without powers of x the integral is an alternating sum over the cube's
    vertices, here for all cubes at once: one difference per variable. Powers are integrated by parts.
    """

    def __init__(self, a: Sequence[Fraction], u: Fraction) -> None:
        self.a, self.n = a, len(a)
        self.unit = lcm(u.denominator, *(x.denominator for x in a))
        self.whole = [int(x * self.unit) for x in a]
        start = int(u * self.unit)
        self.vertices = [start + sum(x for i, x in enumerate(self.whole) if v >> i & 1) for v in range(1 << self.n)]
        self.sums: dict[int, list[int]] = {}
        self.seen: dict[tuple[int, tuple[int, ...], int], Fraction] = {}

    def alternating(self, order: int) -> list[int]:
        """Σ_v (−1)^(faces of v at 0) (z_v)₊^order over the vertices of each cube, times unit^order."""
        if order not in self.sums:
            table = [max(v, 0) ** order if order else int(v >= 0) for v in self.vertices]
            for i in range(self.n):
                bit = 1 << i
                table = [table[v] - table[v ^ bit] if v & bit else table[v] for v in range(1 << self.n)]
            self.sums[order] = table
        return self.sums[order]

    def moment(self, cube: int, powers: tuple[int, ...], q: int) -> Fraction:
        """∫ Π_{i in powers} x_i · G_q(u + a·x) over one cube; a variable may stand in powers twice."""
        key = (cube, powers, q)
        if key not in self.seen:
            self.seen[key] = self._by_parts(*key) if powers else self._by_vertices(cube, q)
        return self.seen[key]

    def _by_vertices(self, cube: int, q: int) -> Fraction:
        crossed = [i for i in range(self.n) if cube >> i & 1 and self.whole[i]]  # the others integrate to 1
        order = q + len(crossed)
        total = self.alternating(order)[sum(1 << i for i in crossed)]
        return Fraction(total, factorial(order) * self.unit**q * prod(self.whole[i] for i in crossed))

    def _by_parts(self, cube: int, powers: tuple[int, ...], q: int) -> Fraction:
        i, rest = powers[0], cube & ~(1 << powers[0])
        others = tuple(k for k in powers if k != i)
        power = len(powers) - len(others)
        if not self.a[i]:
            return self.moment(rest, others, q) / (power + 1)
        face = self.a[i] * self.moment(cube, others, q) + self.moment(rest, others, q + 1)  # at x_i = 1
        return (face - power * self.moment(cube, (i,) * (power - 1) + others, q + 1)) / self.a[i]


class Row:
    """One output: z = b + Σ a_i x_i, read through the activation and set against x_j."""

    def __init__(self, j: int, a: Sequence[Fraction], b: Fraction, activation: Activation) -> None:
        hinges, slopes = ([Fraction(x) for x in numbers] for numbers in activation)
        self.j, self.a, self.b, self.slope = j, a, b, slopes[0]
        self.hinges: list[tuple[Cube, Fraction, Fraction, Fraction]] = []
        for t, (left, right) in zip(hinges, pairwise(slopes), strict=True):
            height = evaluate(activation, t)
            # beyond t, σ gains (right − left)(z − t) and σ² gains (right² − left²)(z − t)² + 2σ(t)(right − left)(z − t)
            gains = (right - left, 2 * (right * right - left * left), 2 * height * (right - left))
            self.hinges.append((Cube(a, b - t), *gains))

    def error(self, active: tuple[int, ...], gradient: bool = True) -> Error:
        """Return the mean squared error, the features in `active` uniform on [0, 1] and the others 0."""
        j, hit = self.j, self.j in active
        value = Fraction(int(hit), 3) + self._uncut(active, self.slope**2, -2 * hit * self.slope)
        cube = sum(1 << i for i in active)
        for integrals, linear, square, height in self.hinges:
            value += square * integrals.moment(cube, (), 2) + height * integrals.moment(cube, (), 1)
            if hit:
                value -= 2 * linear * integrals.moment(cube, (j,), 1)
        if not gradient:
            return Error(value, Fraction(0), {})
        return Error(value, self._derivative(active, ()), {i: self._derivative(active, (i,)) for i in active})

    def _uncut(self, active: tuple[int, ...], square_factor: Fraction, cross_factor: Fraction) -> Fraction:
        """∫ square_factor z² + cross_factor x_j z: the part of the first slope, continued over the whole cube."""
        mean = self.b + sum((self.a[i] for i in active), Fraction(0)) / 2
        square = mean**2 + sum((self.a[i] ** 2 for i in active), Fraction(0)) / 12
        return square_factor * square + cross_factor * (mean / 2 + self.a[self.j] / 12)

    def _derivative(self, active: tuple[int, ...], by: tuple[int, ...]) -> Fraction:
        """Return the derivative of the error by b (by = ()) or by a_i (by = (i,)): x^by multiplies σ's derivative."""
        j, hit = self.j, self.j in active
        mean = self.b + sum((self.a[i] for i in active), Fraction(0)) / 2
        z = mean if not by else mean / 2 + self.a[by[0]] / 12  # ∫ x^by z
        x = Fraction(1, 2) if not by else Fraction(1, 3 if by == (j,) else 4)  # ∫ x^by x_j
        total = 2 * self.slope**2 * z - 2 * hit * self.slope * x
        cube = sum(1 << i for i in active)
        for integrals, linear, square, height in self.hinges:
            total += square * integrals.moment(cube, by, 1) + height * integrals.moment(cube, by, 0)
            if hit:
                total -= 2 * linear * integrals.moment(cube, (*by, j), 0)
        return total


def evaluate(activation: Activation, z: Fraction) -> Fraction:
    """σ(z)."""
    hinges, slopes = activation
    jumps = zip(hinges, pairwise(slopes), strict=True)
    return Fraction(slopes[0]) * z + sum(
        (Fraction(right - left) * max(z - Fraction(t), Fraction(0)) for t, (left, right) in jumps), Fraction(0)
    )


def independent(densities: Sequence[Any]) -> list[tuple[tuple[int, ...], Fraction]]:
    """Return the law of the active set when feature i is active on its own with probability densities[i]."""
    law = []
    for states in product((0, 1), repeat=len(densities)):
        chances = (Fraction(p) if on else 1 - Fraction(p) for on, p in zip(states, densities, strict=True))
        law.append((tuple(i for i, on in enumerate(states) if on), prod(chances, start=Fraction(1))))
    return [(active, chance) for active, chance in law if chance]


def gram(weights: Iterable[Iterable[Any]]) -> Matrix:
    """WᵀW, exactly."""
    rows = [[Fraction(float(x)) if not isinstance(x, Fraction) else x for x in row] for row in weights]
    n = len(rows[0])
    return [[sum((row[i] * row[j] for row in rows), Fraction(0)) for i in range(n)] for j in range(n)]


def outputs(weights: Any, bias: Any, activation: Activation) -> Iterator[Row]:
    """Yield one Row per output."""
    for j, (row, b) in enumerate(zip(gram(weights), bias, strict=True)):
        yield Row(j, row, b if isinstance(b, Fraction) else Fraction(float(b)), activation)


def loss(law: Law, importance: Sequence[Any], activation: Activation, weights: Any, bias: Any) -> Fraction:
    """Σ_j I_j E (x_j − σ(z_j))²."""
    total = Fraction(0)
    for weight, row in zip(importance, outputs(weights, bias, activation), strict=True):
        if weight:
            total += Fraction(weight) * sum(chance * row.error(active, gradient=False).value for active, chance in law)
    return total


def loss_and_grad(
    law: Law, importance: Sequence[Any], activation: Activation, weights: Any, bias: Any
) -> tuple[Fraction, Matrix, list[Fraction]]:
    """Return the loss and its derivatives by weights (m × n) and bias (n)."""
    n, total = len(importance), Fraction(0)
    d_bias = [Fraction(0)] * n
    d_gram = [[Fraction(0)] * n for _ in range(n)]
    for row, weight in zip(outputs(weights, bias, activation), importance, strict=True):
        for active, chance in law if weight else ():
            error, scale = row.error(active), Fraction(weight) * chance
            total += scale * error.value
            d_bias[row.j] += scale * error.d_bias
            for i, slope in error.d_row.items():
                d_gram[row.j][i] += scale * slope
    exact = [[x if isinstance(x, Fraction) else Fraction(float(x)) for x in row] for row in weights]
    d_weights = [
        [sum((w[j] * (d_gram[j][i] + d_gram[i][j]) for j in range(n)), Fraction(0)) for i in range(n)] for w in exact
    ]
    return total, d_weights, d_bias


def part(j: int, active: tuple[int, ...]) -> str:
    """Return the name of the part of output j's loss to which an active set belongs."""
    if len(active) > 1:
        return "distortion" if j in active else "false_positive"
    if not active:
        return "bias_cost"
    return "benefit" if j in active else "interference"


def decompose(
    law: Law, importance: Sequence[Any], activation: Activation, weights: Any, bias: Any
) -> dict[str, list[Fraction]]:
    """Return the five parts of the loss, each one number an output; all of them add up to the loss."""
    parts = {name: [Fraction(0)] * len(importance) for name in PARTS}
    for row, weight in zip(outputs(weights, bias, activation), importance, strict=True):
        for active, chance in law:
            parts[part(row.j, active)][row.j] += Fraction(weight) * chance * row.error(active, gradient=False).value
    return parts
