r"""The (2,1) diagram in strips of density, certified for every density of each strip, not for samples of them.

A model's losses are linear in the law of the active set, so the least loss is concave in it. Between densities a and b
the law is quadratic in p; its three Bernstein coefficients are the laws of a, of b, and the mean of (a, b) and
(b, a), one density a feature. Hence, with V_i the Bernstein coefficients of the variance,

    F >= r V_i for all models at each of the laws   =>   F >= r v(p) for all models, for a <= p <= b.

At each of the two laws of the mean this asks for extra = r (b - a)² / 8 beyond r times the variance of the second
feature. Next to "not represented" that is too much; but while the second output is never shut its gain is known, in p
it is v(p) [2 s² - s⁴ - (ts)²], and extra (2 s² - s⁴) will do. Both are covered by a smooth function of s that reaches
extra at s² = soft, below which the second output is never shut (`value_bounds`). For s up to its radius the lemma takes
interval densities as they are. A fixed model's importance, ℓ_1 / (v - ℓ_2), is bounded from above by the same laws.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .certified_boundary import Boundary, boundary_of_pair
from .domain import COUNT, DENSITY, IMPORTANCE
from .proof.boxes import SLACK
from .proof.branching import CELL, OUTWARD, Question, branch, reach, variance
from .proof.onset_bound import onset_bound
from .proof.row_bounds import ROUNDING, row_loss

__all__ = ["CertifiedDiagram", "certified_diagram"]

MARGINS = (2e-3, 5e-3, 1e-2, 3e-2, 0.1)  # below r_b at the strip's ends: what is tried to be shown, in turn
HALVINGS = 3  # of a strip, until it is shown
BEYOND = (1e-3, 5e-3, 1e-2)  # above r_b, relative: where models of the superposed side are taken from
CLOSE = 5e-3  # to r_b at the denser end, relative: then a strip is not halved any more
PROOF_BOXES = 100_000
EDGE_WIDTH = 1e-6  # of r_b at the strips' ends


@dataclass(frozen=True)
class CertifiedDiagram:
    """What is certain about every model of the best loss, in strips of density and for each importance.

    For every density of strip i, from `densities[i]` to `densities[i + 1]`: an optimum drops the extra for
    r <= lower[i]; all optima represent both features for upper[i] < r < 1 / upper[i]; an optimum drops the first
    feature for r >= 1 / lower[i]. Between it is undecided.

    Parameters
    ----------
    densities : tuple of n + 1 floats
        Ends of the strips, ascending.
    lower, upper : tuple of n floats
        Relative importances.
    importance : (float, float)
        The window's importances.

    Examples
    --------
    >>> from toytoy.analytic.certified_diagram import certified_diagram
    >>> found = certified_diagram(2, density=(0.3, 0.32))
    >>> len(found.densities) == len(found.lower) + 1, found.undecided < 0.05
    (True, True)
    """

    densities: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    importance: tuple[float, float]

    @property
    def undecided(self) -> float:
        """Share of the window, in log r and log p, that is undecided."""
        low, high = (math.log(r) for r in self.importance)
        total = 0.0
        for (a, b), r, s in zip(pairwise(self.densities), self.lower, self.upper, strict=True):
            x, y = math.log(r) if r > 0 else -math.inf, min(math.log(s), 0.0)
            gaps = ((x, y), (-y, -x))
            total += math.log(b / a) * sum(max(0.0, min(q, high) - max(p, low)) for p, q in gaps)
        return total / (math.log(self.densities[-1] / self.densities[0]) * (high - low))


def certified_diagram(
    n_strips: int = 100, density: tuple[float, float] = (0.01, 1.0), importance: tuple[float, float] = (0.1, 10.0)
) -> CertifiedDiagram:
    """Certify the (2,1) diagram strip by strip.

    Parameters
    ----------
    n_strips : int
        Strips of equal width in log p.
    density : (float, float)
        The window's densities, in (0, 1], ascending.
    importance : (float, float)
        The window's importances r, for its undecided share; positive, ascending.

    Returns
    -------
    CertifiedDiagram

    Raises
    ------
    TypeError, ValueError
        If a number is out of range.

    Examples
    --------
    >>> from toytoy.analytic.certified_diagram import certified_diagram
    >>> found = certified_diagram(2, density=(0.3, 0.32))
    >>> found.lower[0] < 0.2047 < found.upper[0]
    True
    """
    COUNT.check(n_strips)
    for domain, pair in ((DENSITY, density), (IMPORTANCE, importance)):
        low, high = (domain.check(value) for value in pair)
        if not 0 < low < high:
            raise ValueError(f"{domain.name} must be two positive numbers in ascending order, got {pair!r}")
    edges = np.geomspace(*density, n_strips + 1)
    edges[0], edges[-1] = density
    ends = [float(p) for p in edges]
    boundaries = [boundary_of_pair(p, EDGE_WIDTH) for p in ends]
    strips = list(zip(pairwise(ends), pairwise(boundaries), strict=True))
    lower = tuple(dropped_below(*densities, *pair) for densities, pair in strips)
    upper = tuple(superposed_above(*densities, pair[1]) for densities, pair in strips)
    return CertifiedDiagram(tuple(ends), lower, upper, (float(importance[0]), float(importance[1])))


def dropped_below(a: float, b: float, first: Boundary, last: Boundary) -> float:
    """Return an importance up to which, for every density of [a, b], no model is better than one without the extra."""
    least = min(first.lower, last.lower)
    for margin in MARGINS:
        if _is_dropped(a, b, least * (1.0 - margin), HALVINGS):
            return least * (1.0 - margin)
    return 0.0


def _is_dropped(a: float, b: float, r: float, halvings: int) -> bool:
    """Show it for one importance, given that it holds at a and at b: by the mean law, or in two halves."""
    lemma = onset_bound(a, b)
    if lemma.ratio >= r and lemma.radius > 0.0:
        extra, soft = r * (b - a) ** 2 / 8.0 * (1.0 + SLACK), never_shut_up_to(a, b, r)
        question = Question(a, b, r, 0.0, True, s_min=lemma.radius, stop=0.0, edge=True, extra=extra, soft=soft)
        questions = [question._replace(p=p, q=q, max_boxes=PROOF_BOXES) for p, q in ((a, b), (b, a))]
        if all(_shown(question) for question in questions):
            return True
    middle = math.sqrt(a * b)
    if halvings == 0 or not a < middle < b or not _is_dropped_at(middle, r):
        return False
    return all(_is_dropped(*half, r, halvings - 1) for half in ((a, middle), (middle, b)))


def never_shut_up_to(a: float, b: float, r: float) -> float:
    """Return an s² below which the second output's best bias keeps it open, at all densities of [a, b].

    It does while ts (1 - μ) < μ (1 - s²), μ = p / 2, and the more so the larger p is; t is bounded by fact 1.
    """
    loss = r * variance(b) * OUTWARD + r * (b - a) ** 2 / 8.0
    t = max(reach(p, loss) for p in (a, b)) + 2.0 * CELL
    half = t * (1.0 - a / 2.0) / a
    s = 1.0 / (half + math.sqrt(half * half + 1.0))
    return s * s / OUTWARD


def _is_dropped_at(p: float, r: float) -> bool:
    lemma = onset_bound(p, p)
    question = Question(p, p, r, 0.0, True, s_min=lemma.radius, stop=0.0, max_boxes=PROOF_BOXES)
    return lemma.ratio >= r and lemma.radius > 0.0 and _shown(question)


def _shown(question: Question) -> bool:
    found = branch(question)
    return found.complete and found.lower >= 0.0


def superposed_above(a: float, b: float, last: Boundary, halvings: int = HALVINGS) -> float:
    """Return an importance from which on, up to 1, at every density of [a, b] some model beats dropping the extra.

    The model is the best one at b, just above the boundary there; halves of the strip may take models of their own.
    Where the extra sets in continuously a model far enough above serves more densities.
    """
    most = math.inf
    for beyond in BEYOND:
        aim = last.upper * (1.0 + beyond)
        found = branch(Question(b, b, aim, aim * variance(b), tolerance=1e-6))
        most = min(most, _importance_of(a, b, found.t, found.s, found.biases))
        if most <= last.upper * (1.0 + CLOSE):
            return most
    if halvings == 0:
        return most
    middle = math.sqrt(a * b)
    halves = (
        superposed_above(a, middle, boundary_of_pair(middle, EDGE_WIDTH), halvings - 1),
        superposed_above(middle, b, last, halvings - 1),
    )
    return min(most, max(halves))


def _importance_of(a: float, b: float, t: float, s: float, biases: tuple[float, float]) -> float:
    """Bound ℓ_1 / (v - ℓ_2) of one model from above over densities in [a, b], by its Bernstein coefficients."""
    mean = (a + b) / 6.0 - a * b / 4.0
    laws = ((variance(a), ((a, a),)), (variance(b), ((b, b),)), (mean, ((a, b), (b, a))))
    most = 0.0
    for v, pairs in laws:
        cost = sum(row_loss(p, q, t * t, t * s, biases[0]) for p, q in pairs) / len(pairs)
        left = sum(row_loss(q, p, s * s, t * s, biases[1]) for p, q in pairs) / len(pairs)
        gain = v * (1.0 - SLACK) - left * (1.0 + 2.0 * ROUNDING)
        most = max(most, cost * (1.0 + 2.0 * ROUNDING) / gain if gain > 0.0 else math.inf)
    return most * (1.0 + SLACK)
