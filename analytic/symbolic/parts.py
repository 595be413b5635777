"""The loss of a region and its parts, as expressions: by what an output pays for, and by how many features are on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sympy

from ..problem import Problem
from .integrals import mean_square
from .letters import Expr
from .setting import importances, pieces, probabilities
from .sides import Region, checked_region

PARTS = ("bias_cost", "benefit", "interference", "distortion", "false_positive")


@dataclass(frozen=True)
class Decomposition:
    """The loss of a region, taken apart in two ways; importance and probability are included.

    Parameters
    ----------
    bias_cost, benefit, interference, distortion, false_positive : tuple of n expressions
        The five parts of `toytoy.decompose`, one expression an output.
    levels : tuple of n + 1 expressions
        L_0, …, L_n: the loss due to active sets of 0, …, n features, summed over outputs.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic import symbolic
    >>> problem = tt.Problem.toy(2, density=0.5)
    >>> parts = symbolic.decomposition(problem, symbolic.region(problem, [[1.0, -0.5]], [0.0, 0.25]))
    >>> parts.interference[1]
    b_2**3*p*r*(p - 1)/(3*G_12)
    """

    bias_cost: tuple[Expr, ...]
    benefit: tuple[Expr, ...]
    interference: tuple[Expr, ...]
    distortion: tuple[Expr, ...]
    false_positive: tuple[Expr, ...]
    levels: tuple[Expr, ...]

    @property
    def total(self) -> Expr:
        """The loss: the sum of all levels, which is that of all parts."""
        return sum(self.levels)

    def parts(self) -> dict[str, tuple[Expr, ...]]:
        """Map the name of each of the five parts to its expressions."""
        return {name: getattr(self, name) for name in PARTS}

    def level(self, size: int) -> Expr:
        """Give L_k, the loss due to active sets of `size` features; 0 beyond n."""
        return self.levels[size] if 0 <= size < len(self.levels) else sympy.Integer(0)

    def _repr_latex_(self) -> str:
        rows = [rf"L_{{{k}}} &= {sympy.latex(level)}" for k, level in enumerate(self.levels)]
        return r"$\displaystyle \begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}$"


def decomposition(problem: Problem, region: Region) -> Decomposition:
    """Write the five parts of the loss, and the levels L_k, as expressions valid in one region.

    Every active set A contributes P(A) Σ_j I_j E (x_j - σ(z_j))² to L_|A|: :eq:`parts-levels`. What one feature active
    alone costs is integrated by sympy along its line, :eq:`parts-benefit` and :eq:`parts-interference` being the
    commonest cases; with company the integral over the cube is a sum over its corners.

    Parameters
    ----------
    problem : Problem
        Its shape, activation and support law count; its numbers appear as letters: `p`, `slope`, `upper`, and `r`
        where all importances but the last are 1, else `I`.
    region : Region

    Returns
    -------
    Decomposition
        In `G` and `b`; loss per input, summed over features.

    Raises
    ------
    TypeError, ValueError
        If the region is not one of such a problem, or the problem has no symbolic formulas.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652: L_0, L_1, and the L_k left to the reader.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic import symbolic
    >>> problem = tt.Problem.toy(2, density=0.5)
    >>> parts = symbolic.decomposition(problem, symbolic.region(problem, [[1.0, -0.5]], [-0.1, 0.25]))
    >>> parts.bias_cost
    (0, b_2**2*r*(p - 1)**2)
    """
    return _decomposition(checked_region(problem, region), region)


@cache
def _decomposition(problem: Problem, region: Region) -> Decomposition:
    sigma, importance = pieces(problem), importances(problem)
    zero = sympy.Integer(0)
    parts = {name: [zero] * problem.n_features for name in PARTS}
    levels = [zero] * (problem.n_features + 1)
    for active, probability in probabilities(problem).items():
        for j, row in enumerate(region.rows, 1):
            term = probability * importance[j - 1] * mean_square(sigma, row, j, active)
            parts[part(j, active)][j - 1] += term
            levels[len(active)] += term
    return Decomposition(**{name: tuple(terms) for name, terms in parts.items()}, levels=tuple(levels))


def part(output: int, active: tuple[int, ...]) -> str:
    """Name the part of an output's loss to which an active set belongs."""
    if not active:
        return "bias_cost"
    alone, company = ("benefit", "distortion") if output in active else ("interference", "false_positive")
    return alone if len(active) == 1 else company


def loss(problem: Problem, region: Region) -> Expr:
    """Write the population loss as one expression, valid in one region.

    Parameters
    ----------
    problem : Problem
        As for `decomposition`.
    region : Region

    Returns
    -------
    sympy expression
        In `G` and `b` (`in_weights` puts `W` for `G`), `p`, the importances and the activation's parameter; loss per
        input, summed over features.

    Raises
    ------
    TypeError, ValueError
        As `decomposition` does.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic import symbolic
    >>> problem = tt.Problem.toy(2, importance=0.4, density=0.5)
    >>> model = [[1.0, 0.0]], [0.0, 0.25]
    >>> formula = symbolic.loss(problem, symbolic.region(problem, *model))
    >>> round(float(formula.subs(symbolic.values(problem, *model))), 12)
    0.041666666667
    """
    return decomposition(problem, region).total
