"""What a notebook shows of a problem: a small table of what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .cards import card, cut, facts, number, numbers
from .markup import Markup

if TYPE_CHECKING:
    from .problem import Problem


def problem_card(problem: Problem) -> Markup:
    """Show a question."""
    return card("Problem", size_of(problem), facts(_asked(problem)))


def size_of(problem: Problem) -> str:
    """Say how many features share how many dimensions."""
    features = "1 feature" if problem.n_features == 1 else f"{problem.n_features} features"
    dimensions = "1 hidden dimension" if problem.n_hidden == 1 else f"{problem.n_hidden} hidden dimensions"
    return f"{features} in {dimensions}"


def _asked(problem: Problem) -> dict[str, object]:
    return {
        "model": f"x̂ = σ(WᵀWx + b), σ = {cut(problem.activation)}",
        "density p": each_of(problem.density),
        "importance": each_of(problem.importance),
        "active together": cut(repr(problem.support)),
        "loss of answering 0": f"{problem.null_loss:.6g}",
    }


def each_of(given: Any) -> str:
    """Write one number for all features, or one each."""
    return numbers(given) if isinstance(given, tuple) else f"{number(given)}, each feature"
