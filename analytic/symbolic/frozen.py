"""The published frozen models: their losses, out of the region each lies in, and where two of them are equally good."""

from __future__ import annotations

from functools import cache

import sympy

from ..ansatz import checked_name
from ..domain import nearest
from ..problem import Problem
from ..regime import Phase
from .letters import Expr, G, b, p, r
from .parts import loss
from .sides import region_at

# what W is orthogonal to: the first and last features of each toy stand in these places
_NORMALS: dict[int, dict[Phase, tuple[int, ...]]] = {
    2: {Phase.NOT_REPRESENTED: (0, 1), Phase.DEDICATED: (1, 0), Phase.ANTIPODAL: (1, 1)},
    3: {
        Phase.NOT_REPRESENTED: (0, 0, 1),
        Phase.DEDICATED: (1, 0, 0),
        Phase.ANTIPODAL: (1, 0, 1),
        Phase.ANTIPODAL_OTHERS: (1, 1, 0),
        Phase.TRIANGLE: (1, 1, 1),
    },
}


def frozen_gram(phase: str, n_features: int) -> Expr:
    """Give G of a frozen model: the projector across the phase's normal, columns scaled to length 1 or 0.

    :eq:`ansatz-gram`.
    """
    normal = sympy.Matrix(_NORMALS[n_features][checked_name(n_features, phase)])
    projector = sympy.eye(n_features) - normal * normal.T / normal.dot(normal)
    scale = sympy.diag(*(1 / sympy.sqrt(x) if x else 0 for x in projector.diagonal()))
    return scale * projector * scale


def ansatz_loss(phase: str, n_features: int | None = None) -> Expr:
    """Derive the loss of a published frozen model from the loss of its region: :eq:`ansatz-losses`.

    Represented features have columns of length 1 and bias 0; a dropped one has its mean p/2 as bias. The activation is
    the ReLU.

    Parameters
    ----------
    phase : str or Phase
        not_represented, dedicated, antipodal; with three features also antipodal_others and triangle.
    n_features : {2, 3}, optional
        Which toy. A phase that both have has the same loss in both; by default the smallest one that has it.

    Returns
    -------
    sympy expression
        In `p` and `r`; loss per input, summed over features.

    Raises
    ------
    ValueError
        If the toy has no such phase; the nearest is offered.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652, "Superposition as a Phase Change".

    Examples
    --------
    >>> from toytoy.analytic import symbolic
    >>> symbolic.ansatz_loss("antipodal")
    p**2*(r + 1)/6
    """
    return _ansatz_loss(str(phase), _toy(n_features, phase))


@cache
def _ansatz_loss(phase: str, n: int) -> Expr:
    gram, problem = frozen_gram(phase, n), Problem.toy(n, density=0.5)
    model = {G[i + 1, j + 1]: gram[i, j] for i in range(n) for j in range(i, n)}
    model |= {b[j + 1]: sympy.Integer(0) if gram[j, j] else p / 2 for j in range(n)}
    region = region_at(problem, {letter: x.subs(p, 1) for letter, x in model.items()})  # p / 2 > 0 is all that counts
    return sympy.factor(loss(problem, region).subs(model))


def ansatz_boundary(between: tuple[str, str], n_features: int | None = None, of: Expr | str = r) -> Expr:
    """Solve for where two frozen models are equally good: :eq:`ansatz-onset` and :eq:`ansatz-exchange`.

    The line bounds two phases of the published diagram where no third one is better: there all lines end in
    (r, p) = (1, 4/7).

    Parameters
    ----------
    between : pair of str or Phase
        In any order.
    n_features : {2, 3}, optional
        Which toy; by default the smallest one that has both phases. Both toys have the same line.
    of : symbol, optional
        `r` (the default): importance over density. `p`: density over importance.

    Returns
    -------
    sympy expression
        r as a function of `p`, or p as one of `r`.

    Raises
    ------
    ValueError
        If the toy has no such phases; or the line is parallel to the axis asked for; or it does not exist.

    Examples
    --------
    >>> from toytoy.analytic import symbolic
    >>> symbolic.ansatz_boundary(("not_represented", "antipodal"))
    -2*p/(5*p - 4)
    >>> symbolic.ansatz_boundary(("antipodal_others", "dedicated"), of=symbolic.p)
    4/7
    """
    if isinstance(between, str) or len(set(between)) != 2:
        raise ValueError(f"between must be two phases, got between={between!r}")
    of = {"r": r, "p": p}.get(str(of), of)
    if of not in (r, p):
        raise ValueError(f"of must be symbolic.r or symbolic.p, got of={of!r}")
    first, second = sorted(map(str, between))
    return _ansatz_boundary(first, second, _toy(n_features, first, second), of)


@cache
def _ansatz_boundary(first: str, second: str, n: int, of: Expr) -> Expr:
    lines = _lines(first, second, n, of)
    if not lines:
        other = p if of == r else r
        ways = [f"; it is {other} = {line}: ask for of=symbolic.{other}" for line in _lines(first, second, n, other)]
        raise ValueError(
            f"between must be two phases equally good on a line {of} = f({other}), got between={(first, second)!r}"
            + "".join(ways)
        )
    return lines[0]


def _lines(first: str, second: str, n: int, of: Expr) -> list[Expr]:
    """Solve for r > 0, or for p in (0, 1], where two losses are equal; two phases have one line at most."""
    found = sympy.solve(sympy.factor(_ansatz_loss(first, n) - _ansatz_loss(second, n)), of)
    return [line for line in found if not (line.is_number and of == p and line > 1)]


def _toy(n_features: int | None, *phases: str) -> int:
    """Choose the smallest toy that has all phases, or check the one asked for."""
    if n_features is not None and n_features not in _NORMALS:
        raise ValueError(f"the toy has 2 features in 1 dimension or 3 in 2, got n_features={n_features!r}")
    for phase in phases:
        if str(phase) not in _NORMALS[n_features or 3]:
            raise ValueError(nearest("phase", str(phase), map(str, _NORMALS[n_features or 3])))
    return n_features or min(n for n, known in _NORMALS.items() if all(phase in known for phase in phases))
