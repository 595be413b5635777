"""Second derivatives of the population loss in exact fractions: the gradient of `exact`, differentiated once more.

Imports nothing of the library. Where a second derivative jumps, the one given is its limit as every bias comes down to
its value from above: the indicator is 1{z >= t}, and a slice that lies on a face of the cube counts only if it still
cuts the cube when the bias is a little larger.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import Any

from tests.reference.exact import Activation, Cube, Law, Matrix, Row, gram


class SlicedCube(Cube):
    """As `Cube`, with q = -1 too: G_(-1) is δ, whose integral over a variable is the difference of G_0 at its ends."""

    def _by_vertices(self, cube: int, q: int) -> Fraction:
        crossed = [i for i in range(self.n) if cube >> i & 1 and self.whole[i]]
        if q >= 0:
            return super()._by_vertices(cube, q)
        if not crossed:  # z is constant; a bias a little larger is on no hinge
            return Fraction(0)
        sides = prod(self.whole[i] for i in crossed) * prod(range(1, len(crossed)))  # Π a_i · (k - 1)!
        return Fraction(self.alternating(len(crossed) - 1)[sum(1 << i for i in crossed)] * self.unit, sides)


class BentRow(Row):
    """One output, with the second derivatives of its error by θ = (b_j, row j of G)."""

    def __init__(self, j: int, a: Sequence[Fraction], b: Fraction, activation: Activation) -> None:
        super().__init__(j, a, b, activation)
        self.slices = [SlicedCube(a, cube_u(integrals)) for integrals, *_ in self.hinges]

    def bend(self, active: tuple[int, ...], by: tuple[int, ...]) -> Fraction:
        """Return ∂²E (x_j - σ(z))² by two of b (not in `by`) and the a_i (i in `by`), given the active set."""
        cube, hit = sum(1 << i for i in active), self.j in active
        total = 2 * self.slope**2 * power_mean(by)
        for integrals, (_, linear, square, height) in zip(self.slices, self.hinges, strict=True):
            total += square * integrals.moment(cube, by, 0) + height * integrals.moment(cube, by, -1)
            if hit:
                total -= 2 * linear * integrals.moment(cube, (*by, self.j), -1)
        return total


def cube_u(cube: Cube) -> Fraction:
    """z - t at x = 0."""
    return Fraction(cube.vertices[0], cube.unit)


def power_mean(powers: tuple[int, ...]) -> Fraction:
    """∫ Π_{i in powers} x_i over the cube."""
    return prod((Fraction(1, 1 + powers.count(i)) for i in set(powers)), start=Fraction(1))


def row_derivatives(row: BentRow, law: Law) -> tuple[list[Fraction], Matrix]:
    """Return first and second derivatives of E (x_j - σ(z))² by θ: the bias, then the row."""
    n = row_size(row)
    first = [Fraction(0)] * (n + 1)
    second = [[Fraction(0)] * (n + 1) for _ in range(n + 1)]
    for active, chance in law:
        error = row.error(active)
        first[0] += chance * error.d_bias
        for i, slope in error.d_row.items():
            first[1 + i] += chance * slope
        places: list[tuple[int, ...]] = [(), *((i,) for i in active)]
        for left in places:
            for right in places:
                at = [1 + by[0] if by else 0 for by in (left, right)]
                second[at[0]][at[1]] += chance * row.bend(active, tuple(sorted(left + right)))
    return first, second


def row_size(row: Row) -> int:
    """Return the number of features."""
    return len(row.a)


def hessian(law: Law, importance: Sequence[Any], activation: Activation, weights: Any, bias: Any) -> Matrix:
    """Return the second derivatives of the loss by the weights, C order, and then the biases."""
    exact = [[x if isinstance(x, Fraction) else Fraction(float(x)) for x in row] for row in weights]
    m, n = len(exact), len(exact[0])
    size = m * n + n
    total = [[Fraction(0)] * size for _ in range(size)]
    rows = zip(gram(weights), bias, importance, strict=True)
    for j, (entries, b, worth) in enumerate(rows):
        if not worth:
            continue
        row = BentRow(j, entries, b if isinstance(b, Fraction) else Fraction(float(b)), activation)
        first, second = row_derivatives(row, law)
        moves = [gram_moves(exact, j, q) for q in range(m * n)] + [{0: Fraction(int(i == j))} for i in range(n)]
        for p, left in enumerate(moves):
            for q, right in enumerate(moves):
                bent = sum(x * y * second[s][t] for s, x in left.items() for t, y in right.items() if x and y)
                total[p][q] += Fraction(worth) * bent
        for k in range(m):
            for i in range(n):  # G_ji = Σ_k W_ki W_kj is bilinear
                total[k * n + i][k * n + j] += Fraction(worth) * first[1 + i]
                total[k * n + j][k * n + i] += Fraction(worth) * first[1 + i]
    return total


def gram_moves(weights: Matrix, j: int, q: int) -> dict[int, Fraction]:
    """Return how row j of the Gram matrix moves with weight q (C order): {1 + i: ∂G_ji/∂W_q}."""
    n = len(weights[0])
    k, column = divmod(q, n)
    moves = {1 + column: weights[k][j]}
    if column == j:
        for i in range(n):
            moves[1 + i] = moves.get(1 + i, Fraction(0)) + weights[k][i]
    return moves
