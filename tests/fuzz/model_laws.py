"""What must hold of drawn problems, biases, models and related pairs: the library's own routes, side by side."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import toytoy as tt
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from toytoy.analytic.activation import Smooth
from toytoy.compare import strategies
from toytoy.compare.crosschecks.drawn import Model
from toytoy.compare.crosschecks.gradients import closed_error, gradient, line_error, smooth_there
from toytoy.compare.crosschecks.torch_routes import exact_loss
from toytoy.compare.strategies import LAWS, RELATIONS, Case

from tests.fuzz.number_laws import EPS, Law
from tests.fuzz.weight_laws import PROBLEMS, of_problem
from tests.reference import exact

Drawn = Any
DEAR = st.sampled_from([*[False] * 19, True])  # what takes long is checked of every twentieth example


def problem_holds(problem: tt.Problem) -> None:
    """It is what it prints, equal and hashed alike, and the empty model costs its null loss."""
    names = {name: getattr(tt, name) for name in tt.__all__}
    again = eval(repr(problem), {**names, "Fraction": Fraction})
    assert again == problem
    assert hash(again) == hash(problem)
    assert 1 <= problem.n_hidden <= problem.n_features
    assert len(problem.densities) == len(problem.importances) == problem.n_features
    m, n = problem.n_hidden, problem.n_features
    if not (isinstance(problem.sigma, Smooth) and (n > 4 or problem.sigma(0.0))):  # no exact loss, or another one
        empty = tt.loss(problem, np.zeros((m, n)), np.zeros(n))
        assert abs(empty - problem.null_loss) <= 8 * n * EPS * problem.null_loss + 1e-300


def toy_holds(drawn: tuple[tt.Problem, bool]) -> None:
    """It is (2,1) or (3,2), the extra feature alone having another importance; a freed ansatz is no worse."""
    problem, dear = drawn
    problem_holds(problem)
    assert (problem.n_features, problem.n_hidden) in ((2, 1), (3, 2))
    assert set(problem.importances[:-1]) == {1.0}
    assert 0.1 <= problem.importances[-1] <= 10
    assert 0.01 <= problem.densities[0] <= 1
    for name in ("not_represented", "antipodal"):
        frozen = tt.ansatz(name, problem)
        again = tt.loss(problem, frozen.weights, frozen.bias)
        assert abs(again - frozen.loss.value) <= frozen.loss.error + 8 * EPS * problem.null_loss
        if dear:
            free = tt.ansatz(name, problem, free=True)
            assert free.loss.value <= frozen.loss.value + frozen.loss.error + free.loss.error


@st.composite
def biased(draw: DrawFn) -> Drawn:
    """Draw a problem and biases for it, half of them for given weights."""
    problem = draw(PROBLEMS)
    weights = draw(st.one_of(st.none(), strategies.weights(problem)))
    return problem, weights, draw(strategies.biases(problem, weights))


def biases_hold(drawn: Drawn) -> None:
    """They fit, lie in [-1, 1] where no weights are given, and have a loss."""
    problem, weights, bias = drawn
    assert bias.shape == (problem.n_features,)
    assert not np.signbit(bias[bias == 0]).any()
    if weights is None:
        assert (np.abs(bias) <= 1).all()
        weights = np.zeros((problem.n_hidden, problem.n_features))
    loss = tt.loss_estimate(problem, weights, bias)
    assert np.isfinite(loss.value)
    assert loss.value >= -loss.error


def case_holds(drawn: tuple[Case, bool]) -> None:
    """Its loss is not negative, the sum of its parts, and the same by every route; so is its gradient."""
    case, dear = drawn
    loss = tt.loss_estimate(*case)
    assert loss.value >= -loss.error
    parts = tt.decompose(*case)
    assert abs(parts.total - loss.value) <= loss.error + case.rounding()
    assert all((part >= -case.rounding() - loss.error).all() for part in parts.parts().values())
    value, d_weights, d_bias = tt.loss_and_grad(*case)
    assert abs(value - loss.value) <= loss.error + case.rounding()
    assert np.isfinite(d_weights).all()
    assert np.isfinite(d_bias).all()
    torque = d_weights @ case.weights.T  # the loss does not change as the hidden space turns
    assert np.abs(torque - torque.T).max() <= 10 * case.rounding() + 10 * loss.error
    if not isinstance(case.problem.sigma, Smooth):
        routes_agree(case, loss)
        if dear and case.problem.n_features <= 3:
            is_exact(case, loss)


def routes_agree(case: Case, loss: tt.Estimate) -> None:
    """Compare the closed form with the line integral, loss and gradient, within what each claims."""
    line = tt.loss_estimate(*case, method="line")
    assert loss.agrees(line), f"closed form {loss}, line {line}"
    model = Model("drawn", *case)
    for one in smooth_there([model]):
        closed = gradient(one)
        norm = float(np.linalg.norm(closed))
        apart = float(np.linalg.norm(closed - gradient(one, "line")))
        assert apart <= closed_error(one, norm) + line_error(one, norm), f"gradients differ by {apart}"


def is_exact(case: Case, loss: tt.Estimate) -> None:
    """Compare with fractions, the library's and the reference's, and with torch."""
    problem, weights, bias = case
    law = [(active, Fraction(chance)) for active, chance in exactly(problem).active_sets()]
    sigma: Any = problem.sigma
    pieces = sigma.hinges, sigma.slopes
    wanted, d_weights, d_bias = exact.loss_and_grad(law, problem.importances, pieces, weights, bias)
    found = tt.loss(problem, weights, bias, method="fraction")
    assert abs(float(found - wanted)) <= 8 * EPS * float(wanted) + 1e-300
    assert abs(float(Fraction(loss.value) - wanted)) <= loss.error
    by_torch, torch_gradient = exact_loss(problem, weights, bias)
    assert abs(by_torch - loss.value) <= loss.error + case.rounding()
    model = Model("drawn", *case)
    for one in smooth_there([model]):
        closed = gradient(one)
        reference = np.array([float(x) for row in (*d_weights, d_bias) for x in row])
        norm = float(np.linalg.norm(reference))
        assert np.linalg.norm(closed - reference) <= closed_error(one, norm)
        assert np.linalg.norm(closed - torch_gradient) <= closed_error(one, norm)


def exactly(problem: tt.Problem) -> tt.Problem:
    """Turn a problem's densities into the fractions that they are; OneHot's are already."""
    if isinstance(problem.support, tt.OneHot):
        return problem
    return problem.replace(density=tuple(Fraction(p) for p in problem.densities))


def model_holds(drawn: tuple[tt.Problem, Any]) -> None:
    """It fits its problem, and can be pasted as it is printed."""
    problem, (weights, bias) = drawn
    case = Case(problem, weights, bias)
    names = {name: getattr(tt, name) for name in tt.__all__}
    again = eval(repr(case), {**names, "Fraction": Fraction, "Case": Case})
    assert again.problem == problem
    assert again.weights.tobytes() == weights.tobytes()
    assert again.bias.tobytes() == bias.tobytes()
    assert np.isfinite(tt.loss(*case))
    assert tt.loss(problem, -weights, bias) == tt.loss(*case)


@st.composite
def pairs(draw: DrawFn) -> Drawn:
    """Draw two related cases, of any relation, support law and activation."""
    name = draw(st.sampled_from(list(RELATIONS)))
    return draw(strategies.related([name], laws=LAWS))


def other_loss(relation: str) -> Any:
    """Give the loss in the second's convention, where it has one of its own."""
    if relation == "mean for sum":
        return lambda problem, *model: tt.loss(problem, *model) / problem.n_features
    if relation == "sparsity for density":
        return lambda problem, *model: tt.loss(problem.replace(density=dense(problem.density)), *model)
    return None


def dense(sparsity: Any) -> Any:
    return tuple(1 - s for s in sparsity) if isinstance(sparsity, tuple) else 1 - sparsity


def pair_holds(pair: strategies.Related) -> None:
    """Both losses obey the relation."""
    pair.check(tt.loss, other_loss(pair.relation))


ANY = st.one_of(st.sampled_from(strategies.ACTIVATIONS), strategies.activations())
SMOOTHLY = strategies.problems(2, ["gelu", "softplus"], laws=LAWS)
MODEL_LAWS = {
    "problems": Law(strategies.problems(6, strategies.activations(True), laws=LAWS), problem_holds),
    "toy_problems": Law(st.tuples(strategies.toy_problems(), DEAR), toy_holds),
    "biases": Law(biased(), biases_hold),
    "models": Law(of_problem(strategies.models), model_holds),
    "cases": Law(st.tuples(strategies.cases(strategies.problems(4, ANY, laws=LAWS)), DEAR), case_holds),
    "cases, smooth": Law(st.tuples(strategies.cases(SMOOTHLY), st.just(False)), case_holds),
    "related": Law(pairs(), pair_holds),
}
