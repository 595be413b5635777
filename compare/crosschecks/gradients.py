"""Gradients of one model by independent routes: closed form, differences of fractions, line integral, torch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.estimate import Estimate
from ...analytic.loss import EPS, loss, loss_and_grad
from ...analytic.problem import Problem
from ..checks import Entry
from .closer import model_command, write_array
from .declared import CLOSED_FORM, MODELS, CrossCheck
from .drawn import Model
from .evidence import Evidence
from .losses import FROM_HERE, SIGMAS, STANDARD_ERRORS, TORCH_SAMPLES, dense, independent

Array = NDArray[np.float64]
CLOSED_ERROR = 1e-10  # of the gradient's norm: what `loss_and_grad` promises of the closed form
LINE_ERROR = 3e-7  # and of the line integral, at least of losses: by trial up to 1.2e-7 of 9600 drawn models' norms
HARD_ERROR = 3e-4  # of the null loss: its most by trial where a row has several scales, or a hinge is at a corner
NEAR = 1e-3  # what counts as another scale, and as at a corner
SMALLEST = 1e-5  # of a norm, as far as the promise goes, times the largest importance above 1
PROMISED = "1e-10 of the norm, which loss_and_grad promises"
BY_LINE = (
    f"{PROMISED}, and 3e-7 by the line; 3e-4 of the null loss at corners and several scales; times W's norm above 1"
)
STEP = Fraction(1, 2**200)  # fractions allow it: curvature, up to one over the smallest entry, vanishes beside it
GRADIENT = "np.concatenate([g.ravel() for g in tt.loss_and_grad(p, W, b{})[1:]])"
FROM = "from toytoy.compare.crosschecks.gradients import slope_of_fractions"


def gradient(model: Model, method: str = "auto") -> Array:
    """Compute a gradient: weights first, in C order."""
    _, d_weights, d_bias = loss_and_grad(model.problem, model.weights, model.bias, method=method)
    return np.concatenate([d_weights.ravel(), d_bias])


def directed(model: Model) -> tuple[Array, Array]:
    """Choose a direction, the same for models of one size, along which no part of the gradient is left out."""
    rng = np.random.default_rng(0)
    size = model.weights.size + model.bias.size
    along = rng.choice([-1.0, 1.0], size) * rng.integers(1, 5, size) / 4
    return along[: model.weights.size].reshape(model.weights.shape), along[model.weights.size :]


def smooth_there(models: Iterable[Model]) -> list[Model]:
    """Leave out models that sit on the one corner of the loss: an output whose row of the Gram matrix, and bias, are 0.

    There σ(b) itself has a corner; everywhere else the loss has a gradient.
    """
    kept = []
    for model in models:
        rows = np.abs(model.weights.T @ model.weights).sum(axis=1) + np.abs(model.bias)
        if (rows > 0).all():
            kept.append(model)
    return kept


def closed_error(model: Model, norm: float) -> float:
    """Bound the error of a closed form's gradient."""
    return CLOSED_ERROR * max(norm, SMALLEST * max(1.0, *(float(i) for i in model.problem.importances)))


def line_error(model: Model, norm: float) -> float:
    """Bound the error of a line integral's gradient: larger where a row has several scales, or a hinge is near."""
    gram, hinges = model.weights.T @ model.weights, [float(t) for t in model.problem.sigma.hinges]
    rows = np.abs(np.column_stack([gram, model.bias]))
    corners = gram @ np.array(list(product((0.0, 1.0), repeat=len(gram)))).T + model.bias[:, None]
    hard = ((rows > 0) & (rows < NEAR)).any() or any((np.abs(corners - t) < NEAR).any() for t in hinges)
    error = LINE_ERROR * max(norm, 3 * model.problem.null_loss / model.problem.n_features)
    if hard:
        error = max(error, HARD_ERROR * model.problem.null_loss)
    return error * max(1.0, float(np.linalg.norm(model.weights)))  # slopes by G are off by so much, by W by W times it


def slope_of_fractions(problem: Problem, weights: Any, bias: Any, along: tuple[Any, Any]) -> float:
    """Compute the slope of the loss along a direction, by differences of exact fractions over a step of 2⁻²⁰⁰.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.crosschecks.gradients import slope_of_fractions
    >>> problem = tt.Problem.toy(2, density=0.5)
    >>> slope_of_fractions(problem, [[1.0, 0.0]], [0.0, 0.75], ([[0.0, 0.0]], [0.0, 1.0]))  # 2 b - p
    1.0
    """
    exactly = np.vectorize(lambda x: Fraction(float(x)), otypes=[object])
    start, step = [exactly(part) for part in (weights, bias)], [STEP * exactly(part) for part in along]
    moved = [part + d for part, d in zip(start, step, strict=True)]
    rise = loss(problem, *moved, method="fraction") - loss(problem, *start, method="fraction")
    return float(rise / STEP)


def compared(
    models: Iterable[Model], other: Callable[[Model], Array], error: Callable[[Model, float], float], *code: str
) -> list[Entry]:
    """Compare whole gradients with the closed form's: the length of the difference."""
    found = []
    for model in models:
        closed = gradient(model)
        norm = float(np.linalg.norm(closed))
        apart, allowed = float(np.linalg.norm(closed - other(model))), closed_error(model, norm) + error(model, norm)
        found.append(Entry(apart, allowed, model.name, partial(_look, model, *code)))
    return found


def _look(model: Model, *code: str) -> str:
    *imports, other = code
    both = f"x, y = {GRADIENT.format('')}, {other}"
    shown = 'print(x, y, "differ by", float(np.linalg.norm(x - y)), sep=chr(10))'
    return model_command(model, "import numpy as np", *imports, both, shown)


def against_line(evidence: Evidence) -> list[Entry]:
    """Compare gradients with the line integral's."""
    line = GRADIENT.format(', method="line"')
    return compared(smooth_there(evidence.models), lambda model: gradient(model, "line"), line_error, line)


def against_torch_line(evidence: Evidence) -> list[Entry]:
    """Compare gradients with torch's autograd of the line integral."""

    def by_torch(model: Model) -> Array:
        from .torch_routes import loss_by_line

        return loss_by_line(model.problem, model.weights, model.bias)[1]

    imports = FROM_HERE.format("torch_routes", "loss_by_line")
    models = independent(smooth_there(evidence.models))
    return compared(models, by_torch, line_error, imports, "loss_by_line(p, W, b)[1]")


def against_torch_exact(evidence: Evidence) -> list[Entry]:
    """Compare gradients with torch's autograd of the exact loss, which rounds nothing but sums."""

    def by_torch(model: Model) -> Array:
        from .torch_routes import exact_loss

        return exact_loss(model.problem, model.weights, model.bias)[1]

    imports = FROM_HERE.format("torch_routes", "exact_loss")
    return compared(evidence.models, by_torch, lambda model, norm: EPS * norm, imports, "exact_loss(p, W, b)[1]")


def slopes(
    models: Iterable[Model], other: Callable[[Model, tuple[Array, Array]], Estimate], sigmas: float, *code: str
) -> list[Entry]:
    """Compare slopes along one direction with the closed form's."""
    found = []
    for model in models:
        closed, along = gradient(model), directed(model)
        direction = np.concatenate([along[0].ravel(), along[1]])
        estimate = other(model, along)
        error = closed_error(model, float(np.linalg.norm(closed))) * float(np.linalg.norm(direction))
        apart = abs(float(closed @ direction) - estimate.value)
        found.append(Entry(apart, error + sigmas * estimate.error, model.name, partial(_look_along, model, *code)))
    return found


def _look_along(model: Model, *code: str) -> str:
    *imports, other = code
    along = f"d = {write_array(directed(model)[0])}, {write_array(directed(model)[1])}"
    g = "g = tt.loss_and_grad(p, W, b)[1:]"
    both = f"x, y = sum(float((a * np.array(c)).sum()) for a, c in zip(g, d)), {other}"
    return model_command(model, "import numpy as np", *imports, along, g, both, 'print(x, y, "differ by", abs(x - y))')


def against_differences(evidence: Evidence) -> list[Entry]:
    """Compare slopes with differences of exact fractions."""

    def by_differences(model: Model, along: tuple[Array, Array]) -> Estimate:
        value = slope_of_fractions(model.problem, model.weights, model.bias, along)
        return Estimate(value, EPS * abs(value), "rounding")

    return slopes(smooth_there(evidence.models), by_differences, 1.0, FROM, "slope_of_fractions(p, W, b, d)")


def against_torch_samples(evidence: Evidence) -> list[Entry]:
    """Compare slopes with torch's autograd on samples."""
    from .torch_routes import slope_of_samples

    size, seed = TORCH_SAMPLES, evidence.plan.seed + 2

    def by_samples(model: Model, along: tuple[Array, Array]) -> Estimate:
        return slope_of_samples(model.problem, model.weights, model.bias, along, size, seed)

    imports = FROM_HERE.format("torch_routes", "slope_of_samples")
    code = f"slope_of_samples(p, W, b, d, size={size}, seed={seed}).value"
    return slopes(smooth_there(dense(evidence.models, size)), by_samples, STANDARD_ERRORS, imports, code)


GRADIENTS: tuple[CrossCheck, ...] = (
    CrossCheck(
        "gradient against differences of fractions",
        "gradients",
        f"slopes along one direction, of {MODELS}",
        (CLOSED_FORM, "differences of exact fractions over a step of 2^-200"),
        f"{PROMISED}, times the direction's length",
        against_differences,
    ),
    CrossCheck(
        "gradient against the line integral",
        "gradients",
        f"whole gradients of {MODELS}",
        (CLOSED_FORM, "line integral"),
        BY_LINE,
        against_line,
    ),
    CrossCheck(
        "gradient against the line integral in torch",
        "gradients",
        f"whole gradients of independent features, of {MODELS}",
        (CLOSED_FORM, "autograd of the line integral summed by torch"),
        BY_LINE,
        against_torch_line,
    ),
    CrossCheck(
        "gradient of the exact loss in torch",
        "gradients",
        f"whole gradients of {MODELS}",
        (CLOSED_FORM, "autograd of population_loss"),
        f"{PROMISED}, and one rounding: the same sums",
        against_torch_exact,
    ),
    CrossCheck(
        "gradient against torch on samples",
        "gradients",
        f"slopes along one direction, of {MODELS}",
        (CLOSED_FORM, "autograd of a torch module's loss on samples"),
        SIGMAS,
        against_torch_samples,
        absent="every model is too sparse to be sampled",
    ),
)
