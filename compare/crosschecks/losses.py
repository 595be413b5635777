"""Losses of one model by independent routes: closed form, fractions, line integral, quadrature, samples, torch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from ...analytic.activation import Smooth
from ...analytic.decomposition import decompose
from ...analytic.estimate import Estimate
from ...analytic.loss import EPS, loss, loss_estimate
from ...numeric.montecarlo import monte_carlo
from ..checks import Entry
from .closer import model_command
from .declared import CLOSED_FORM, MODELS, CrossCheck
from .drawn import Model, smooth_models
from .evidence import Evidence
from .quadrature import MOST_FEATURES, loss_by_quadrature
from .whole_maps import KEPT_LOSSES

STANDARD_ERRORS = 5.0  # one false alarm in 1.7 million normal deviates
N_SAMPLES = 200_000
ACTIVE_SAMPLES = 1000  # standard errors are themselves to be trusted from about so many active samples
TORCH_SAMPLES = N_SAMPLES // 4  # torch takes as long for a fourth of them
SIGMAS = f"{STANDARD_ERRORS:g} standard errors, and the closed form's error"
CUBIC = 5  # models of three features on which quadrature is done: a tenth of a second each


@dataclass(frozen=True)
class Route:
    """One way to a model's loss; `code` writes it as Python, of p, W and b, and `sigmas` weighs its error."""

    estimate: Callable[[Model], Estimate]
    code: str
    imports: str = ""
    sigmas: float = 1.0


def closed_form(model: Model) -> Estimate:
    """Compute the loss by the closed form, with a bound on its rounding; a smooth activation's by Gauss rules."""
    return loss_estimate(model.problem, model.weights, model.bias)


def fraction(model: Model) -> Estimate:
    """Compute the loss without any rounding; one is made where it becomes a float."""
    value = float(loss(model.problem, model.weights, model.bias, method="fraction"))
    return Estimate(value, EPS * value, "rounding")


def line(model: Model) -> Estimate:
    """Compute the loss by the line integral."""
    return loss_estimate(model.problem, model.weights, model.bias, method="line")


def parts(model: Model) -> Estimate:
    """Add up the five parts of the loss; as many roundings as parts and features."""
    found = decompose(model.problem, model.weights, model.bias)
    value = sum(float(part.sum()) for part in found.parts().values())
    return Estimate(value, 5 * model.problem.n_features * EPS * value, "rounding")


def quadrature(model: Model) -> Estimate:
    """Integrate the loss as it is defined."""
    return loss_by_quadrature(model.problem, model.weights, model.bias)


def by_samples(seed: int) -> Route:
    """Average over samples of the problem's law."""
    return Route(
        lambda m: monte_carlo(m.problem, m.weights, m.bias, size=N_SAMPLES, seed=seed),
        f"tt.monte_carlo(p, W, b, size={N_SAMPLES}, seed={seed}).value",
        sigmas=STANDARD_ERRORS,
    )


def by_torch_samples(seed: int) -> Route:
    """Average torch's loss over other samples."""
    from .torch_routes import loss_of_samples

    return Route(
        lambda m: loss_of_samples(m.problem, m.weights, m.bias, size=TORCH_SAMPLES, seed=seed + 1),
        f"loss_of_samples(p, W, b, size={TORCH_SAMPLES}, seed={seed + 1}).value",
        FROM_HERE.format("torch_routes", "loss_of_samples"),
        STANDARD_ERRORS,
    )


def torch_line(model: Model) -> Estimate:
    """Compute the line integral by torch; its error is that of the line integral."""
    from .torch_routes import loss_by_line

    return Estimate(loss_by_line(model.problem, model.weights, model.bias)[0], line(model).error, "quadrature")


def torch_exact(model: Model) -> Estimate:
    """Compute the exact loss as research code does that trains on it."""
    from .torch_routes import exact_loss

    return Estimate(exact_loss(model.problem, model.weights, model.bias)[0], 0.0, "rounding")


FROM_HERE = "from toytoy.compare.crosschecks.{} import {}"
CLOSED = Route(closed_form, "tt.loss_estimate(p, W, b).value")
FRACTION = Route(fraction, 'float(tt.loss(p, W, b, method="fraction"))')
LINE = Route(line, 'tt.loss_estimate(p, W, b, method="line").value')
PARTS = Route(parts, "sum(float(part.sum()) for part in tt.decompose(p, W, b).parts().values())")
QUADRATURE = Route(
    quadrature, "loss_by_quadrature(p, W, b).value", FROM_HERE.format("quadrature", "loss_by_quadrature")
)
TORCH_LINE = Route(torch_line, "loss_by_line(p, W, b)[0]", FROM_HERE.format("torch_routes", "loss_by_line"))
TORCH_EXACT = Route(torch_exact, "exact_loss(p, W, b)[0]", FROM_HERE.format("torch_routes", "exact_loss"))


def compared(models: Iterable[Model], first: Route, second: Route) -> list[Entry]:
    """Compare two routes, model by model: they may differ by both errors."""
    found = []
    for model in models:
        a, b = first.estimate(model), second.estimate(model)
        allowed = first.sigmas * a.error + second.sigmas * b.error
        found.append(Entry(abs(a.value - b.value), allowed, model.name, partial(_look, model, first, second)))
    return found


def _look(model: Model, first: Route, second: Route) -> str:
    imports = [route.imports for route in (first, second) if route.imports]
    return model_command(model, *imports, f"x, y = {first.code}, {second.code}", 'print(x, y, "differ by", abs(x - y))')


def against_fractions(evidence: Evidence) -> list[Entry]:
    """Compare the closed form with exact fractions."""
    return compared(evidence.models, CLOSED, FRACTION)


def against_line(evidence: Evidence) -> list[Entry]:
    """Compare the closed form with the line integral."""
    return compared(evidence.models, CLOSED, LINE)


def against_parts(evidence: Evidence) -> list[Entry]:
    """Compare the loss with the sum of its parts."""
    return compared(evidence.models, CLOSED, PARTS)


def against_quadrature(evidence: Evidence) -> list[Entry]:
    """Compare the closed form, and rules for smooth activations, with quadrature of the definition."""
    models = [*evidence.models, *smooth_models(evidence.plan.seed)]
    small = [model for model in models if model.problem.n_features < MOST_FEATURES]
    return compared(
        [*small, *_spread([m for m in models if m.problem.n_features == MOST_FEATURES])], CLOSED, QUADRATURE
    )


def _spread(models: Sequence[Model]) -> list[Model]:
    """Pick some models all along a sequence."""
    count = min(CUBIC, len(models))
    return [models[k * len(models) // count] for k in range(count)]


def dense(models: Iterable[Model], size: int) -> list[Model]:
    """Pick the models whose features are active in enough of so many samples."""
    return [m for m in models if min(float(p) for p in m.problem.densities) * size >= ACTIVE_SAMPLES]


def against_samples(evidence: Evidence) -> list[Entry]:
    """Compare the closed form with a mean over samples."""
    return compared(dense(evidence.models, N_SAMPLES), CLOSED, by_samples(evidence.plan.seed))


def against_torch_samples(evidence: Evidence) -> list[Entry]:
    """Compare the closed form with the loss that a torch module has on samples."""
    return compared(dense(evidence.models, TORCH_SAMPLES), CLOSED, by_torch_samples(evidence.plan.seed))


def against_torch_line(evidence: Evidence) -> list[Entry]:
    """Compare the closed form with the line integral in torch, of independent features."""
    return compared(independent(evidence.models), CLOSED, TORCH_LINE)


def against_torch_exact(evidence: Evidence) -> list[Entry]:
    """Compare the exact loss with that of torch tensors."""
    return compared(evidence.models, CLOSED, TORCH_EXACT)


def independent(models: Iterable[Model]) -> list[Model]:
    """Pick the models whose features are independent, under a piecewise-linear activation."""
    from ...analytic.support import Independent

    return [m for m in models if isinstance(m.problem.support, Independent) and not isinstance(m.problem.sigma, Smooth)]


LOSSES: tuple[CrossCheck, ...] = (
    CrossCheck(
        "loss against exact fractions",
        "losses",
        f"losses of {MODELS}",
        (CLOSED_FORM, "rational arithmetic"),
        "the closed form's bound on its rounding, and one rounding of the fraction",
        against_fractions,
    ),
    CrossCheck(
        "loss against the line integral",
        "losses",
        f"losses of {MODELS}",
        (CLOSED_FORM, "line integral of the Laplace transform"),
        "the error that each of the two states",
        against_line,
    ),
    CrossCheck(
        "loss against quadrature",
        "losses",
        f"losses of up to three features, of {MODELS}, and of smooth activations",
        (CLOSED_FORM + ", or Gauss rules", "scipy's adaptive quadrature of the definition"),
        "the error that each of the two states",
        against_quadrature,
    ),
    CrossCheck(
        "exact loss against Monte Carlo",
        "losses",
        f"losses of {MODELS}",
        (CLOSED_FORM, f"mean over {N_SAMPLES} samples"),
        SIGMAS,
        against_samples,
        absent="every model is too sparse to be sampled",
    ),
    CrossCheck(
        "exact loss against torch on samples",
        "losses",
        f"losses of {MODELS}",
        (CLOSED_FORM, f"mean of a torch module's loss over {TORCH_SAMPLES} other samples"),
        SIGMAS,
        against_torch_samples,
        absent="every model is too sparse to be sampled",
    ),
    CrossCheck(
        "loss against the line integral in torch",
        "losses",
        f"losses of independent features, of {MODELS}",
        (CLOSED_FORM, "the line integral summed by torch"),
        "the error that the line integral states, and the closed form's",
        against_torch_line,
    ),
    CrossCheck(
        "exact loss as torch has it",
        "losses",
        f"losses of {MODELS}",
        (CLOSED_FORM, "population_loss of torch tensors"),
        "the closed form's bound on its rounding: the same sums",
        against_torch_exact,
    ),
    CrossCheck(
        "parts add up to the loss",
        "losses",
        f"losses of {MODELS}",
        (CLOSED_FORM, "sum of bias cost, benefit, interference, distortion, false positives"),
        "the closed form's bound on its rounding, and one rounding a part and feature",
        against_parts,
    ),
    KEPT_LOSSES,
)
