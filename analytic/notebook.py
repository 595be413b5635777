"""What a notebook shows of solutions and decompositions: small tables, readable in the light and the dark."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .cards import card, cut, facts, note, number, some, stack, table
from .gram import capacity
from .gram_image import gram_image
from .markup import Markup, element, percent
from .problem_card import each_of, size_of

if TYPE_CHECKING:
    from .decomposition import LossDecomposition
    from .solution import Solution

PARTS = {
    "bias_cost": "bias cost",
    "benefit": "benefit",
    "interference": "interference",
    "distortion": "distortion",
    "false_positive": "false positive",
}


def solution_card(solution: Solution) -> Markup:
    """Show a model, its loss, and how it was found."""
    runs, problem = solution.runs, solution.problem
    found = {
        "problem": f"{size_of(problem)}, σ = {cut(problem.activation)}, density {each_of(problem.density)}",
        "loss": f"{solution.loss} = {percent(solution.loss.value / problem.null_loss)} of answering 0"
        if problem.null_loss
        else str(solution.loss),
        "status": f"{cut(solution.status)}; largest entry of the gradient {solution.gradient_norm:.2g}",
        "method": cut(solution.method),
        "runs": f"{len(runs)}, of which {runs.hits} reached the least loss; different losses: {runs.n_distinct}",
        "seed": "none" if solution.seed is None else str(solution.seed),
        "labels at tolerance": f"{solution.tolerance:g}",
    }
    if solution.kinks:
        found["kinks"] = f"{len(solution.kinks)}: the second derivative of the loss jumps here"
    image = gram_image(solution.weights)
    picture = [] if image is None else [_with_caption(image)]
    return card(
        str(solution.kind).capitalize(), solution.structure, stack(facts(found), *picture), *_features(solution)
    )


def _with_caption(image: Markup) -> Markup:
    return element("div", note("WᵀW: orange +, blue −"), image)


def _features(solution: Solution) -> list[Markup]:
    """List what becomes of each feature."""
    problem, weights = solution.problem, solution.weights
    norms, shares = np.linalg.norm(weights, axis=0), capacity(weights)
    rows, more = some(range(problem.n_features))
    lines = [
        (
            str(i),
            str(solution.regimes[i]).replace("_", " "),
            float(norms[i]),
            float(shares[i]),
            float(solution.bias[i]),
            number(problem.importances[i]),
        )
        for i in rows
    ]
    header = ("feature", "regime", "‖W‖", "capacity", "bias", "importance")
    return [table("What becomes of each feature", header, lines), *more]


def decomposition_card(parts: LossDecomposition) -> Markup:
    """Show what each output pays, or of many models what their parts are in sum."""
    if parts.benefit.ndim == 1:
        return _of_one(parts)
    total = np.asarray(parts.total)
    sums = {name: np.asarray(values).sum(axis=-1) for name, values in parts.parts().items()}
    rows = [
        (name, *(float(q) for q in np.quantile(values, (0, 0.5, 1)))) if values.size else (name, *(math.nan,) * 3)
        for name, values in (*((PARTS[key], values) for key, values in sums.items()), ("total loss", total))
    ]
    shape = " × ".join(map(str, total.shape))
    headline = f"{shape} models of {parts.benefit.shape[-1]} features"
    return card("Loss, taken apart", headline, table("Over all models", ("part", "least", "median", "largest"), rows))


def _of_one(parts: LossDecomposition) -> Markup:
    arrays = {name: np.asarray(values) for name, values in parts.parts().items()}
    total = float(parts.total)
    kept, more = some(range(len(parts.benefit)))
    rows: list[tuple[object, ...]] = [
        (str(j), *(float(values[j]) for values in arrays.values()), float(sum(values[j] for values in arrays.values())))
        for j in kept
    ]
    rows.append(("all", *(float(values.sum()) for values in arrays.values()), total))
    if total:
        rows.append(("share", *(percent(float(values.sum()) / total) for values in arrays.values()), percent(1.0)))
    header = ("output", *(PARTS[name] for name in arrays), "loss")
    about = note(
        "Bias cost: no feature is active. Benefit: the error of a feature that is active alone. Interference: what one "
        "other writes on a silent output. Distortion: the error in company. False positive: what several others write."
    )
    return card("Loss, taken apart", f"{total:.10g} in all", table("By output and part", header, rows), *more, about)
