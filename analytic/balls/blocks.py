"""A model cut into what is closed (features dropped or dedicated) and smooth blocks of features that share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..activation import piecewise
from ..model import Array, check_model
from ..problem import Problem
from ..support import Independent
from .flint_types import arb
from .model import BallModel, Gauge, Jet, fix_gauge
from .rows import Law, ball_hinges

TOUCHING = 1e-6  # lengths, overlaps and biases below count as 0: above an optimizer's noise, below what is a phase


class Setting(NamedTuple):
    """What a branch's loss depends on besides the model: the density and every feature's importance, balls."""

    density: Any
    importances: list[Any]


@dataclass(frozen=True)
class Block:
    """Features that share hidden dimensions, as a model of their own; unknowns are its free weights and its biases."""

    features: tuple[int, ...]
    gauge: Gauge
    bias: Array
    hidden: int

    @property
    def guess(self) -> list[float]:
        """The unknowns of the model that was given."""
        return [*(float(self.gauge.weights.flat[i]) for i in self.gauge.free), *map(float, self.bias)]

    def model(self, x: Sequence[Any]) -> tuple[list[list[Any]], list[Any]]:
        """Weights by row and biases, from the unknowns; the gauge's zeros are exact."""
        n, free = len(self.features), self.gauge.free
        flat = [arb(0)] * (self.hidden * n)
        for i, value in zip(free, x, strict=False):
            flat[i] = value
        return [flat[h * n : (h + 1) * n] for h in range(self.hidden)], list(x[len(free) :])

    def kept(self) -> list[int]:
        """Places of the unknowns among all weights and biases."""
        first = self.hidden * len(self.features)
        return [*self.gauge.free, *range(first, first + len(self.features))]


def whole(problem: Problem, weights: Any, bias: Any) -> Block:
    """Take all features as one block.

    Raises
    ------
    TypeError, ValueError
        If it is not one model that fits the problem.
    """
    weights, bias = _one(problem, weights, bias)
    return Block(tuple(range(problem.n_features)), fix_gauge(weights), bias, problem.n_hidden)


class Branch(NamedTuple):
    """A model in parts whose Gram entries between each other are exactly 0: :eq:`enclosure-blocks`."""

    dropped: tuple[int, ...]
    dedicated: tuple[int, ...]
    blocks: tuple[Block, ...]


def split(problem: Problem, weights: Any, bias: Any) -> Branch:
    """Cut a model into features dropped (no length), dedicated (length 1, bias 0, alone), and blocks of the others.

    Raises
    ------
    TypeError, ValueError
        If it is not one model that fits the problem, or the parts need more dimensions than there are.
    """
    weights, bias = _one(problem, weights, bias)
    lengths = np.linalg.norm(weights, axis=0)
    unit = weights / np.where(lengths > TOUCHING, lengths, np.inf)
    linked = np.abs(unit.T @ unit) > TOUCHING
    dropped, dedicated, blocks, left = [], [], [], set(range(problem.n_features))
    while left:
        first = min(left)
        group = _reach(first, linked)
        left -= set(group)
        if lengths[first] <= TOUCHING:
            dropped.append(first)
        elif len(group) == 1 and max(abs(lengths[first] - 1), abs(bias[first])) <= TOUCHING:
            dedicated.append(first)
        else:
            gauge = fix_gauge(weights[:, group])
            gauge = gauge._replace(weights=gauge.weights[: gauge.rank])
            gauge = gauge._replace(free=[i for i in gauge.free if i < gauge.weights.size])
            blocks.append(Block(tuple(group), gauge, bias[group], gauge.rank))
    used = len(dedicated) + sum(block.hidden for block in blocks)
    if used > problem.n_hidden:
        raise ValueError(
            f"a model's parts need {used} dimensions, more than n_hidden={problem.n_hidden}; polish it first"
        )
    return Branch(tuple(dropped), tuple(dedicated), tuple(blocks))


def check_toy(problem: Problem) -> None:
    """Refuse what the parts don't cover: one density, independent features, σ(x) = x on [0, 1].

    Raises
    ------
    ValueError
        If it is anything else.
    """
    sigma = piecewise(problem.activation)
    up_to_one = sigma.slopes[sum(t < 1 for t in sigma.hinges)]
    if up_to_one != 1 or any(0 < t < 1 for t in sigma.hinges):
        raise ValueError(
            f"activation must be the identity on [0, 1] here, got activation={problem.activation!r}; use relu"
        )
    if not isinstance(problem.support, Independent) or isinstance(problem.density, tuple):
        raise ValueError(
            f"features must be independent and of one density here, got support={problem.support!r}, "
            f"density={problem.density!r}; use Problem.toy"
        )


def independent_law(size: int, density: Any) -> tuple[Law, Law]:
    """P(A) of every active set of some features, and its derivative by their density."""
    silent, law, change = 1 - density, [], []
    for mask in range(1 << size):
        active = tuple(i for i in range(size) if mask >> i & 1)
        k, rest = len(active), size - len(active)
        law.append((active, density**k * silent**rest))
        rise = k * density ** (k - 1) * silent**rest if k else arb(0)
        fall = rest * density**k * silent ** (rest - 1) if rest else arb(0)
        change.append((active, rise - fall))
    return law, change


def variance(density: Any) -> tuple[Any, Any]:
    """Give v = p/3 - p²/4 of an input, and its derivative."""
    return density / 3 - density**2 / 4, arb(1) / 3 - density / 2


def block_jets(problem: Problem, block: Block, x: Sequence[Any], at: Setting, by: str) -> tuple[Jet, Jet]:
    """Give a block's loss with two derivatives; and its derivative by the importance or the density, with one more."""
    law, change = independent_law(len(block.features), at.density)
    own, last = [at.importances[i] for i in block.features], problem.n_features - 1
    model = BallModel(*block.model(x), ball_hinges(problem))
    only_last = [int(i == last) for i in block.features]
    return model.jet(law, own, 2), model.jet(law, only_last, 1) if by == "importance" else model.jet(change, own, 1)


def _reach(start: int, linked: Any) -> list[int]:
    """Every feature that a chain of overlaps joins to one."""
    found, new = {start}, [start]
    while new:
        near = set(map(int, np.flatnonzero(linked[new.pop()]))) - found
        found |= near
        new += near
    return sorted(found)


def _one(problem: Problem, weights: Any, bias: Any) -> tuple[Array, Array]:
    weights, bias = check_model(problem, weights, bias)
    if weights.ndim != 2 or bias.ndim != 1:
        raise ValueError(
            f"weights and bias must be one model, got shapes {weights.shape} and {bias.shape}; loop over them"
        )
    return weights, bias
