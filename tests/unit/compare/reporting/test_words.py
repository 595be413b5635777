"""The summary in words: every number in it is the data's, and it never says agreement where there is none."""

import dataclasses
import re
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.markup import percent
from toytoy.compare.checks import Check
from toytoy.compare.diagram import PhaseDiagram
from toytoy.compare.findings import mismatches, reached
from toytoy.compare.proportions import wilson
from toytoy.compare.reporting.words import asked, best, conclusion, summary, theory, training

from tests.small_maps import agreement, boundaries, diagram

GOOD, BAD = Check("one", True, 0.0, 1.0, "why"), Check("two", False, 2.0, 1.0, "why")


def numbers(text: str) -> list[float]:
    return [float(x) for x in re.findall(r"\d+\.?\d*(?:e-?\d+)?", text)]


def test_the_question_names_the_window() -> None:
    text = asked(diagram("optimum", 3))
    assert text.startswith("3 features are stored in 2 dimensions (σ = relu).")
    assert "0.1 to 10 times that of the others" in text
    assert "probability 0.05 to 1?" in text


@pytest.mark.parametrize("n", [2, 3])
def test_the_optimum_is_counted_and_located(n: int) -> None:
    text = best(diagram("optimum", n), boundaries("optimum", n))
    regimes = diagram("optimum", n).data.regime
    assert f"{percent(float((regimes == 'superposed').mean()))} of the {regimes.size} cells" in text
    assert f"dimension of its own in {percent(float((regimes == 'dedicated').mean()))}" in text
    density = float(re.findall(r"At p = ([\d.]+)", text)[0])
    located = [(float(r), float(e)) for r, e in re.findall(r"r = ([\d.]+) ± ([\de.-]+\d)", text)]
    curves = boundaries("optimum", n)
    there = [r for c in curves for p, r in zip(c.density, c.importance, strict=True) if abs(p / density - 1) < 1e-2]
    assert len(located) == len(there) >= 1
    for (r, error), wanted in zip(sorted(located), sorted(there), strict=True):
        assert abs(r - wanted) <= 2 * error  # digits that the error leaves are not shown


def test_one_cell_and_no_boundary() -> None:
    one = tt.phase_diagram(2, 1, density=[0.5], importance=[1.0])
    assert asked(one).endswith(
        "importance is 1 times that of the other, and each feature is active with probability 0.5?"
    )
    assert best(one, ()).endswith("direction with another. No boundary crosses the window.")


def test_theory_is_off_by_the_mismatch() -> None:
    text = theory("ansatz", diagram("ansatz"), diagram("optimum"), agreement("ansatz"))
    found = mismatches(diagram("ansatz"), diagram("optimum"))[0]
    assert found.cells > 0
    assert f"another regime in {found.cells} of 42 cells ({percent(found.share)}" in text
    (said,) = re.findall(r"all at p ≥ ([\d.]+)\. ", text)
    assert 0.99 * found.lowest_density < float(said) <= found.lowest_density  # never rounded up: it would not be true
    low, high = wilson(found.cells, 42)
    assert f"interval {percent(float(low))} to {percent(float(high))}" in text
    far = max(d.largest for d in agreement("ansatz").boundary_distance if d.n_shared)
    assert f"{far:.2g} ± " in text


def test_theory_of_another_phase_is_counted_too() -> None:
    text = theory("ansatz", diagram("ansatz", 3), diagram("optimum", 3), agreement("ansatz", 3))
    regime, phase = mismatches(diagram("ansatz", 3), diagram("optimum", 3))
    assert phase.cells > regime.cells
    assert f"Its phase is another in {phase.cells} of 42 cells ({percent(phase.share)})." in text
    assert "phase" not in theory("ansatz", diagram("ansatz"), diagram("optimum"), agreement("ansatz"))


def test_theory_that_is_never_off() -> None:
    optimum = tt.phase_diagram(2, 1, density=[0.05, 0.1], importance=[0.5, 2.0])
    ansatz = tt.phase_diagram(2, 1, density=[0.05, 0.1], importance=[0.5, 2.0], method="ansatz")
    text = theory("ansatz", ansatz, optimum, tt.agreement(ansatz, optimum))
    assert "the optimum's regime in all 4 cells" in text
    assert "boundaries" not in text


def test_training_is_counted_with_its_interval() -> None:
    found = agreement("trained")
    text = training(diagram("trained"), diagram("optimum"), found)
    assert f"in {found.count('agrees')} of 42 cells ({percent(found.share('agrees'))}; 95 % interval" in text
    assert f"one run alone in {percent(reached(diagram('trained'), diagram('optimum'))[0].same_regime)}" in text
    assert "the best of 2 runs in each cell" in text
    assert f"In the {found.count('not_reached')} cells of another regime" in text
    median = float(found.loss_gap.sel(quantile=0.5))
    assert f"higher by {100 * median:.2g} % in the median" in text


def test_agreement_is_said_with_its_reasons() -> None:
    text = conclusion({"ansatz": agreement("ansatz")}, [GOOD, GOOD])
    assert text.startswith("They agree: no loss lies below")
    assert text.endswith("all 2 checks hold.")
    assert conclusion({}, [GOOD]) == "They agree: the check holds."
    assert "Nothing" in conclusion({}, [])


def test_why_they_agree_is_what_was_seen() -> None:
    optimum = diagram("optimum")
    assert "where regimes differ the loss is higher by the margin that parts them or more" in conclusion(
        {"ansatz": agreement("ansatz")}, []
    )
    assert "all regimes are the optimum's" in conclusion({"again": tt.agreement(optimum, optimum)}, [])


def test_checks_that_had_nothing_to_compare_are_counted() -> None:
    assert conclusion({}, [GOOD], 1) == "They agree: the check holds. One check had nothing to compare."
    assert conclusion({}, [BAD], 2).endswith("not hold: two. 2 checks had nothing to compare.")
    assert "nothing to compare" not in conclusion({}, [GOOD])
    assert summary({"optimum": diagram("optimum")}, {}, {}, [GOOD], 3)[-1].endswith("3 checks had nothing to compare.")


def test_one_cell_of_many_has_no_plural_either() -> None:
    data = diagram("optimum").data.copy(deep=True)
    data["weights"][5, 0] = data.weights[5, 6]
    data = data.drop_vars(["margin", "margin_error"])
    data.attrs["kind"] = "ansatz"
    other = PhaseDiagram(data)
    text = theory("ansatz", other, diagram("optimum"), tt.agreement(other, diagram("optimum")))
    assert "another regime in 1 of 42 cells (2.4 %; " in text
    assert ", at p = 1. Its loss" in text
    assert "in the cell of another regime it is" in text


def test_a_boundary_that_r_does_not_cross_is_not_denied() -> None:
    """One importance, two regimes: the boundary lies between densities."""
    data = diagram("optimum").data.isel(importance=[1])
    assert len(set(data.regime.values.ravel())) == 2
    text = best(PhaseDiagram(data), PhaseDiagram(data).boundaries())
    assert text.endswith("No boundary is crossed along r at any density of its map.")


def test_one_regime_throughout_is_said_of_all_cells() -> None:
    data = diagram("optimum").data.isel(density=[0, 1], importance=[2, 3])
    assert "it shares its direction with another in all 4 cells. No boundary crosses" in best(PhaseDiagram(data), ())


def same_but(factor: float) -> str:
    """Tell of training whose losses are the optimum's times a factor."""
    optimum = diagram("optimum")
    data = optimum.data.drop_vars(["margin", "margin_error"]).assign(loss=optimum.data.loss * factor)
    data.attrs["kind"] = "trained"
    return training(PhaseDiagram(data), optimum, tt.agreement(PhaseDiagram(data), optimum))


def test_losses_are_higher_lower_or_the_same() -> None:
    assert "at a loss that is the same within rounding." in same_but(1.0)
    assert "at a loss that is the same within rounding." in same_but(1 - 1e-16)
    assert "at a loss that is higher by 10 % in the median and 10 % at most." in same_but(1.1)
    assert "at a loss that is lower by 10 % in the median and 10 % at the least." in same_but(0.9)


def test_regimes_are_counted_whatever_their_losses() -> None:
    """A cell with the optimum's regime and a loss that can't be contradicts it, and ends in its regime all the same."""
    assert "in the optimum's regime in 42 of 42 cells (100.0 %; " in same_but(0.9)


def worse() -> Any:
    """Plant a loss below the optimum's."""
    data = diagram("ansatz").data.copy(deep=True)
    data["loss"][1, 2] -= 0.5
    return tt.agreement(PhaseDiagram(data), diagram("optimum"))


def test_disagreement_is_never_called_agreement() -> None:
    found = worse()
    cell = found.worst[0]
    text = conclusion({"ansatz": found}, [GOOD])
    assert text.startswith("They do not agree: 1 cell contradicts the optimum in the map “ansatz”")
    assert f"p = {cell.density:.4g}, r = {cell.importance:.4g}" in text
    text = conclusion({"ansatz": agreement("ansatz")}, [GOOD, BAD])
    assert text == "They do not agree: 1 of 2 checks does not hold: two."
    assert "2 of 2 checks do not hold: two and two" in conclusion({}, [BAD, BAD])


def test_paragraphs_follow_what_there_is() -> None:
    maps = {kind: diagram(kind) for kind in ("ansatz", "optimum", "trained")}
    found = {kind: agreement(kind) for kind in ("ansatz", "trained")}
    curves = {kind: boundaries(kind) for kind in maps}
    paragraphs = summary(maps, curves, found, [GOOD])
    assert len(paragraphs) == 4
    assert [p.split()[0] for p in paragraphs] == ["2", "The", "Training,", "They"]
    assert len(summary({"optimum": diagram("optimum")}, {}, {}, [])) == 2
    fine = {f"{kind}_fine": each for kind, each in maps.items() if kind != "trained"}
    assert len(summary(maps | fine, curves, {"ansatz_fine": agreement("ansatz")}, [])) == 3
    assert all(np.isfinite(numbers(paragraph)).all() for paragraph in paragraphs)
    assert "nan" not in " ".join(paragraphs)


def test_single_runs_and_margins_at_their_edge() -> None:
    data = diagram("trained").data.drop_vars(["instance_loss", "instance_regime"])
    alone = PhaseDiagram(data)
    text = training(alone, diagram("optimum"), tt.agreement(alone, diagram("optimum")))
    assert text.startswith("Training ends in the optimum's regime")
    empty = dataclasses.replace(agreement("trained"), boundary_distance=())
    assert "boundaries" not in training(diagram("trained"), diagram("optimum"), empty)


def test_what_is_not_a_number_is_said_in_words() -> None:
    data = diagram("trained").data.copy(deep=True)
    data["loss"][2, 3] = data["instance_loss"][2, 3] = np.nan
    found = tt.agreement(PhaseDiagram(data), diagram("optimum"))
    text = training(PhaseDiagram(data), diagram("optimum"), found)
    assert "nan" not in text
    assert "at a loss that is unknown (a loss is not a number)." in text
    assert conclusion({"trained": found}, []).startswith("They do not agree")


def test_one_cell_has_no_plural() -> None:
    one = {kind: tt.phase_diagram(2, 1, density=[0.5], importance=[1.0], method=kind) for kind in ("ansatz", "optimum")}
    assert "the optimum's regime in the one cell" in theory(
        "ansatz", one["ansatz"], one["optimum"], tt.agreement(one["ansatz"], one["optimum"])
    )
