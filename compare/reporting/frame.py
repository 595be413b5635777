"""The report's first and last sections: in short, what was asked, and how to repeat it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...analytic.markup import Markup, element, join
from ..agreement import Agreement
from ..checks import Check
from ..curves import BoundaryCurve
from ..diagram import PhaseDiagram
from . import statistics as statistics
from . import tables as tables
from .page import section, table
from .versions import versions
from .words import summary


def short_section(
    diagrams: Mapping[str, PhaseDiagram],
    curves: Mapping[str, Sequence[BoundaryCurve]],
    agreements: Mapping[str, Agreement],
    checks: Sequence[Check],
    skipped: int = 0,
) -> Markup:
    """Say in words what was asked and found, and below it every verdict."""
    *told, conclusion = summary(diagrams, curves, agreements, checks, skipped)
    agreed = all(found.agrees for found in agreements.values()) and all(check.agrees for check in checks)
    last = element("p", conclusion, class_="verdict words" if agreed else "verdict bad words")
    words = [element("p", paragraph, class_="words") for paragraph in told]
    shares = [statistics.verdicts(agreements), element("p", statistics.INTERVALS)] if agreements else []
    return section("short", "In short", *words, last, *_closer(checks), *shares)


def _closer(checks: Sequence[Check]) -> list[Markup]:
    """Give the lines that compute again what is broken."""
    lines = [check.look_closer for check in checks if check.look_closer and not check.agrees]
    return (
        [element("p", "To look closer:"), *(element("pre", element("code", line)) for line in lines)] if lines else []
    )


def asked_section(diagrams: Mapping[str, PhaseDiagram]) -> Markup:
    """State the question, the three kinds of answer, and how each map was made."""
    toy = diagrams["optimum"].template
    question = (
        f"A model x̂ = σ(WᵀWx + b) stores {toy.n_features} features in {toy.n_hidden} hidden "
        f"{'dimension' if toy.n_hidden == 1 else 'dimensions'}, σ = {toy.activation}. A feature is 0 with probability "
        "1 − p, else uniform on [0, 1]. The last, extra, feature has importance r, the others 1. What becomes of it: "
        "is it not represented, does it get a dimension of its own, or does it share one?"
    )
    kinds = (
        "Three kinds of answer are kept apart. Ansatz: the best of the published frozen models, an upper bound. "
        "Optimum: the least exact loss over all W and b, found by search. Trained: what the optimizer reached from "
        "random weights. Losses are exact expectations, sums over features, for all three."
    )
    return section("asked", "What was asked", element("p", question), element("p", kinds), tables.asked(diagrams))


def repeat_section(diagrams: Mapping[str, PhaseDiagram], command: str) -> Markup:
    """Give the command, the seeds, and the versions."""
    text = "Same seeds, same versions, same machine: the same numbers."
    line = element("pre", element("code", command)) if command else join([])
    seeds = {str(diagram.data.attrs["seed"]) for diagram in diagrams.values()} - {"none"}
    drawn = f"Seeds: {', '.join(sorted(seeds))}." if seeds else "Nothing in the maps is random: they have no seed."
    made = table("Made with", ("what", "version"), list(versions().items()))
    return section("repeat", "How to repeat it", element("p", text), line, element("p", drawn), made)
