"""Rigorous enclosures of stationary points, and of parameters at which two of them have equal loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..domain import nearest
from ..interval import Enclosure
from ..kinks import kinks
from ..problem import Problem, check_problem
from .blocks import Block, Branch, Setting, block_jets, check_toy, split, variance, whole
from .enclosed_loss import ball_law, check_digits, check_size_of
from .flint_types import arb, arb_mat
from .krawczyk import NotProvedError, Root, prove_root
from .model import BallModel, Jet
from .numbers import ball, enclosure, to_digits
from .rows import ball_hinges

WITHIN = 1e-3  # how far a point may be from the guess, in every unknown: more than any optimizer leaves
UNKNOWNS = ("importance", "density")


@dataclass(frozen=True)
class EnclosedModel:
    """A stationary model, each number of it enclosed.

    weights : nested tuple of `Enclosure`, shape (n_hidden, n_features), turned so that of a pivot column (the longest,
    then the longest across it, ...) all entries but the first, the first two, ... are exactly 0; bias : tuple,
    shape (n_features,); loss : `Enclosure`, importances included; unique_within : there is no other such point whose
    unknowns all differ by less; infinite where all is closed.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.enclosure import enclose_stationary
    >>> problem = tt.Problem.toy(2, density=0.5)
    >>> point = enclose_stationary(problem, [[0.96897, -0.96897]], [0.09768, 0.09768], digits=20)
    >>> float(point.weights[0][0].radius) < 1e-19
    True
    """

    weights: tuple[tuple[Enclosure, ...], ...]
    bias: tuple[Enclosure, ...]
    loss: Enclosure
    unique_within: float


@dataclass(frozen=True)
class EnclosedCrossing:
    """Where two branches of stationary models have equal loss: density, importance of the last feature, both models.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.enclosure import enclose_boundary
    >>> guess = tt.Problem.toy(2, importance=0.5357, density=0.5)
    >>> dropped, pair = ([[1, 0]], [0, 0.25]), ([[1.0295, -0.7563]], [0.0606, 0.1966])
    >>> point = enclose_boundary(guess, dropped, pair)
    >>> str(point.importance)[:12], str(point.density)
    ('0.5357387640', '0.50000000000000000')
    """

    density: Enclosure
    importance: Enclosure
    loss: Enclosure
    first: EnclosedModel
    second: EnclosedModel


def enclose_stationary(
    problem: Problem, weights: Any, bias: Any, digits: int = 50, within: float = WITHIN
) -> EnclosedModel:
    """Prove that near a model there is exactly one stationary point of the loss, and enclose it.

    Rotations don't change the loss; the gauge is fixed by zeros in the weights, :eq:`enclosure-gauge`, and the proof is
    Krawczyk's, :eq:`enclosure-krawczyk`. Which kind of point it is (a minimum?) is not asked.

    Parameters
    ----------
    problem : Problem
        With a piecewise-linear activation and at most 6 features, any support law.
    weights : array, shape (n_hidden, n_features)
    bias : array, shape (n_features,)
        An approximate stationary point, such as an optimizer's.
    digits : int, optional
        Digits of the loss, and decimals of weights and biases, that are certain at the end, >= 1.
    within : float, optional
        How far from the model given, turned, the point may be in each unknown.

    Returns
    -------
    EnclosedModel

    Raises
    ------
    NotProvedError
        A ValueError: no stationary point is near; or the loss is not twice differentiable there (dedicated features
        with bias 0, features dropped: kinks); or a direction is flat.
    TypeError, ValueError
        If the model does not fit the problem, or the problem is too large or smooth.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.enclosure import enclose_stationary
    >>> problem = tt.Problem.toy(2, density=0.5)
    >>> point = enclose_stationary(problem, [[0.96897, -0.96897]], [0.09768, 0.09768], digits=20)
    >>> str(point.loss)[:22]
    '0.07628244698956357338'
    """
    check_size_of(check_problem(problem))
    block = whole(problem, weights, bias)
    kept, activation = block.kept(), ball_hinges(problem)

    def jet_at(x: list[Any], order: int) -> Jet:
        model = BallModel(*block.model(x), activation)
        return model.jet(ball_law(problem), [ball(i) for i in problem.importances], order)

    def system(x: list[Any]) -> tuple[list[Any], Any]:
        jet = jet_at(x, 2)
        return [jet.gradient[i] for i in kept], _part(jet.hessian, kept)

    def answer() -> EnclosedModel:
        root = prove_root(system, block.guess, within)
        rows, biases = block.model(root.box)
        loss = enclosure(jet_at(root.box, 0).value)
        return EnclosedModel(_rows(rows), tuple(map(enclosure, biases)), loss, root.unique_within)

    try:
        return to_digits(check_digits(digits), answer, lambda found: found.loss.digits)
    except NotProvedError as refusal:
        raise NotProvedError(f"{refusal}{_kinks(problem, block)}") from None


def enclose_boundary(
    problem: Problem, first: Any, second: Any, unknown: str = "importance", digits: int = 50, within: float = WITHIN
) -> EnclosedCrossing:
    """Prove that two branches of stationary models have equal loss at exactly one value nearby, and enclose it.

    Either may be closed in part: features without length are dropped (loss I v, best bias p/2), a feature of length 1
    with bias 0 at right angles to all others is dedicated (loss 0); what remains are blocks, each stationary on its own
    (:eq:`enclosure-blocks`). The system is :eq:`enclosure-crossing`, in all models' unknowns and one parameter.
    That proves where two *branches* cross, not which model is the global optimum.

    Parameters
    ----------
    problem : Problem
        A guess: independent features of one density, an activation that is the identity on [0, 1]. The parameter that
        is not the unknown is taken exactly: a float as the fraction that it is.
    first, second : (weights, bias)
        Approximate models of the two branches at the guess, or anything with these two attributes, as a `Solution`.
        What is below 1e-6 counts as 0.
    unknown : {"importance", "density"}
        Of the last feature; of all.
    digits : int, optional
        Digits of the unknown and of the loss that are certain at the end, >= 1.
    within : float, optional
        How far from the guess the unknown, and every unknown of the models, may be.

    Returns
    -------
    EnclosedCrossing
        Its models stand in dimensions of their own, block by block: not turned as those given.

    Raises
    ------
    NotProvedError
        A ValueError: nothing could be proved near the guess.
    TypeError, ValueError
        If a model does not fit the problem, or the problem is none of these.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.enclosure import enclose_boundary
    >>> guess = tt.Problem.toy(2, importance=0.5357, density=0.5)
    >>> dropped, pair = ([[1, 0]], [0, 0.25]), ([[1.0295, -0.7563]], [0.0606, 0.1966])
    >>> point = enclose_boundary(guess, dropped, pair)
    >>> str(point.importance)[:22]
    '0.53573876406532962351'
    """
    check_size_of(check_problem(problem))
    check_toy(problem)
    if unknown not in UNKNOWNS:
        raise ValueError(nearest("unknown", unknown, UNKNOWNS))
    branches = [split(problem, *_model(model)) for model in (first, second)]
    crossing = _Crossing(problem, branches, unknown)
    return to_digits(
        check_digits(digits),
        lambda: crossing.answer(prove_root(crossing.system, crossing.guess, within)),
        lambda found: min(getattr(found, unknown).digits, found.loss.digits),
    )


class _Crossing:
    """Both branches stationary and of equal loss: equations in their unknowns and the parameter, the last unknown."""

    def __init__(self, problem: Problem, branches: list[Branch], unknown: str) -> None:
        self.problem, self.branches, self.unknown = problem, branches, unknown
        self.blocks = [(sign, block) for sign, branch in zip((1, -1), branches, strict=True) for block in branch.blocks]
        given = problem.importances[-1] if unknown == "importance" else problem.densities[0]
        self.guess = [*(value for _, block in self.blocks for value in block.guess), float(given)]

    def at(self, parameter: Any) -> Setting:
        """Give the setting at a value of the parameter."""
        known, last = self.problem.importances[:-1], self.problem.importances[-1]
        if self.unknown == "importance":
            return Setting(ball(self.problem.densities[0]), [*map(ball, known), parameter])
        return Setting(parameter, [*map(ball, known), ball(last)])

    def closed(self, branch: Branch, parameter: Any) -> tuple[Any, Any]:
        """Loss of the features dropped, Σ I v, and its derivative by the parameter."""
        setting = self.at(parameter)
        v, dv = variance(setting.density)
        total = sum((setting.importances[i] for i in branch.dropped), arb(0))
        last = self.problem.n_features - 1
        return total * v, (v * (last in branch.dropped) if self.unknown == "importance" else total * dv)

    def system(self, x: list[Any]) -> tuple[list[Any], Any]:
        """Values and Jacobian of :eq:`enclosure-crossing`."""
        setting, size = self.at(x[-1]), len(x)
        values, jacobian, start = [], arb_mat(size, size), 0
        (one, by_one), (other, by_other) = (self.closed(branch, x[-1]) for branch in self.branches)
        gap, jacobian[size - 1, size - 1] = one - other, by_one - by_other
        for sign, block in self.blocks:
            kept = block.kept()
            jet, change = block_jets(self.problem, block, x[start:][: len(kept)], setting, self.unknown)
            gap += sign * jet.value
            jacobian[size - 1, size - 1] += sign * change.value
            for row, i in enumerate(kept):
                values.append(jet.gradient[i])
                jacobian[start + row, size - 1] = change.gradient[i]
                jacobian[size - 1, start + row] = sign * jet.gradient[i]
                for column, k in enumerate(kept):
                    jacobian[start + row, start + column] = jet.hessian[i, k]
            start += len(kept)
        return [*values, gap], jacobian

    def answer(self, root: Root) -> EnclosedCrossing:
        """Put the parts of each branch together again."""
        setting = self.at(root.box[-1])
        models, start = [], 0
        for branch in self.branches:
            size = sum(len(block.kept()) for block in branch.blocks)
            models.append(self.model(branch, root.box[start : start + size], root))
            start += size
        loss = Enclosure(max(m.loss.lower for m in models), min(m.loss.upper for m in models))  # it is one number
        return EnclosedCrossing(
            enclosure(setting.density), enclosure(setting.importances[-1]), loss, models[0], models[1]
        )

    def model(self, branch: Branch, x: Sequence[Any], root: Root) -> EnclosedModel:
        """One branch's model: blocks in dimensions of their own, then the dedicated features in theirs."""
        setting, n = self.at(root.box[-1]), self.problem.n_features
        rows = [[arb(0)] * n for _ in range(self.problem.n_hidden)]
        bias = [setting.density / 2 if i in branch.dropped else arb(0) for i in range(n)]
        loss, hidden, start = self.closed(branch, root.box[-1])[0], 0, 0
        for block in branch.blocks:
            own = x[start:][: len(block.kept())]
            weights, biases = block.model(own)
            for h, row in enumerate(weights):
                for i, value in zip(block.features, row, strict=True):
                    rows[hidden + h][i] = value
            for i, value in zip(block.features, biases, strict=True):
                bias[i] = value
            loss += block_jets(self.problem, block, own, setting, self.unknown)[0].value
            hidden, start = hidden + block.hidden, start + len(own)
        for i in branch.dedicated:
            rows[hidden][i], hidden = arb(1), hidden + 1
        within = root.unique_within if branch.blocks else float("inf")
        return EnclosedModel(_rows(rows), tuple(map(enclosure, bias)), enclosure(loss), within)


def _model(given: Any) -> tuple[Any, Any]:
    weights, bias = (given.weights, given.bias) if hasattr(given, "weights") else given
    return weights, bias


def _part(matrix: Any, kept: list[int]) -> Any:
    return arb_mat([[matrix[i, k] for k in kept] for i in kept])


def _rows(weights: list[list[Any]]) -> tuple[tuple[Enclosure, ...], ...]:
    return tuple(tuple(map(enclosure, row)) for row in weights)


def _kinks(problem: Problem, block: Block) -> str:
    """Name the kinks at the model given, if there are any."""
    found = kinks(problem, block.gauge.weights, block.bias)
    places = ", ".join(f"output {k.feature} on hinge {k.hinge:g} at features {k.active}" for k in found)
    return f"; the second derivative jumps at the model given ({places})" if found else ""
