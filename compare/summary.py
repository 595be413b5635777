"""Answers as plain data, for JSON: solutions, decompositions, diagrams, verifications."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..analytic.decomposition import LossDecomposition
from ..analytic.gram import capacity
from ..analytic.solution import Solution
from .notation import write_problem

if TYPE_CHECKING:
    from ..analytic.certificate import Certificate
    from ..analytic.problem import Problem
    from .diagram import PhaseDiagram
    from .lines import Boundary, PhaseLines
    from .verify import Verification


def summarize_solution(solution: Solution) -> dict[str, Any]:
    """Give everything that judges a solution, without its single runs."""
    return {
        "loss": solution.loss.value,
        "loss_error": solution.loss.error,
        "weights": solution.weights.tolist(),
        "bias": solution.bias.tolist(),
        "regimes": [str(regime) for regime in solution.regimes],
        "structure": str(solution.structure),
        "capacity": capacity(solution.weights).tolist(),
        "kind": str(solution.kind),
        "method": solution.method,
        "status": solution.status,
        "tolerance": solution.tolerance,
        "gradient_norm": solution.gradient_norm,
        "kinks": [{"feature": k.feature, "active": list(k.active), "hinge": float(k.hinge)} for k in solution.kinks],
        "hits": solution.runs.hits,
        "n_distinct": solution.runs.n_distinct,
        "n_runs": len(solution.runs),
        "n_evaluations": solution.n_evaluations,
        "seed": solution.seed,
        "problem": write_problem(solution.problem),
    }


def summarize_decomposition(parts: LossDecomposition) -> dict[str, Any]:
    """Give the five parts, one number a feature, and their total."""
    return {
        **{name: values.tolist() for name, values in parts.parts().items()},
        "unrepresented": parts.unrepresented.tolist(),
        "error_removed": parts.error_removed.tolist(),
        "total": float(parts.total),
    }


def summarize_diagram(diagram: PhaseDiagram) -> dict[str, Any]:
    """Give a diagram's attributes, the share of each regime and phase, and the maps of labels and losses."""
    data = diagram.data
    return {
        **{name: str(data.attrs[name]) for name in ("kind", "method", "version")},
        "seed": None if data.attrs["seed"] == "none" else int(data.attrs["seed"]),
        "tolerance": diagram.tolerance,
        "problem": json.loads(data.attrs["problem"]),
        "shares": {of: shares(diagram, of) for of in ("regime", "phase")},
        **{name: data[name].values.tolist() for name in ("density", "importance")},
        **{name: data[name].values.tolist() for name in ("regime", "phase", "loss", "loss_error")},
    }


def shares(diagram: PhaseDiagram, of: str = "regime") -> dict[str, float]:
    """Give the share of cells of each label that is met, the most frequent first."""
    labels, counts = np.unique(diagram.data[of].values, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return {str(labels[k]): float(counts[k] / counts.sum()) for k in order}


def summarize_verification(verification: Verification) -> dict[str, Any]:
    """Give the verdict, and what came of each check."""
    return {"verdict": verification.verdict, "checks": [check.to_dict() for check in verification.checks]}


def summarize_boundary(boundary: Boundary) -> list[dict[str, Any]]:
    """Give a boundary, and after it the others that were met, one entry each.

    `error` is that of the number which was not given; `density_error` and `importance_error` say both.
    """
    return [
        {
            **each.to_dict(),
            "density_error": each.density.error,
            "importance_error": each.importance.error,
        }
        for each in (boundary, *boundary.others)
    ]


def summarize_lines(lines: PhaseLines) -> dict[str, Any]:
    """Give all lines and special points, and the window they were traced in."""
    return {"window": {"density": list(lines.density), "importance": list(lines.importance)}, **lines.to_dict()}


def summarize_map(diagram: PhaseDiagram, lines: PhaseLines | None = None) -> dict[str, Any]:
    """Give a diagram, and if they were traced the optimum's lines and special points in its window."""
    traced = {} if lines is None else lines.to_dict()
    return {**summarize_diagram(diagram), **{name: traced[name] for name in ("lines", "points") if traced}}


def summarize_certificate(certificate: Certificate, problem: Problem) -> dict[str, Any]:
    """Give the interval that holds the global minimum, and a model whose loss lies in it."""
    estimate = certificate.estimate
    lower, upper = estimate.interval
    return {
        "lower": lower,
        "upper": upper,
        "loss": estimate.value,
        "error": estimate.error,
        "kind": str(estimate.kind),
        "exact": certificate.exact,
        "complete": certificate.complete,
        "n_boxes": certificate.n_boxes,
        "weights": [list(row) for row in certificate.weights],
        "bias": list(certificate.bias),
        "problem": write_problem(problem),
    }


def to_json(summary: Any) -> str:
    """Write JSON that every reader takes: what is not finite becomes null."""
    return json.dumps(_finite(summary), indent=2, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
