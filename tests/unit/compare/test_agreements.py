"""Any number of diagrams: pairs, judgments, consensus, and what can't be compared."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.agreements import DIVIDED, Agreements, agreements, said_together

from tests.small_maps import DENSITY, IMPORTANCE, agreement, diagram

KINDS = ("ansatz", "optimum", "trained")


def three(n: int = 2) -> dict[str, tt.PhaseDiagram]:
    return {kind: diagram(kind, n) for kind in KINDS}


def named(regime: str) -> tt.PhaseDiagram:
    """A map whose models all have the extra in one regime."""
    weights = {"not_represented": [[1.0, 0.0]], "dedicated": [[0.0, 1.0]], "superposed": [[1.0, -1.0]]}[regime]
    data = diagram("ansatz").data.copy(deep=True)
    data["weights"][:] = np.broadcast_to(weights, data.weights.shape)
    return tt.PhaseDiagram(data)


@pytest.mark.parametrize("n", [2, 3])
def test_each_is_judged_as_alone(n: int) -> None:
    found = agreements(three(n))
    assert (found.names, found.reference, found.agrees) == (KINDS, "optimum", True)
    assert {*found.against} == {"ansatz", "trained"}
    for name, judged in found.against.items():
        alone = agreement(name, n)
        assert (judged.verdict, judged.worst) == (alone.verdict, alone.worst)
        assert np.array_equal(judged.cells, alone.cells)
        pair = found.pairs.sel(first="optimum", second=name)
        assert np.array_equal(pair.confusion, alone.confusion)
        assert pair.kappa == alone.kappa.value
        furthest = max(each.largest for each in alone.boundary_distance if each.n_shared)
        assert pair.boundary_largest == furthest


@pytest.mark.parametrize("count", [2, 3, 5])
def test_one_type_whatever_the_number(count: int) -> None:
    maps = [*three().values(), diagram("trained"), diagram("optimum")][:count]
    found = agreements(maps)
    assert isinstance(found, Agreements)
    assert found.names == ("ansatz", "optimum", "trained", "trained 2", "optimum 2")[:count]
    assert found.pairs.share.shape == (count, count)
    assert len(found.against) == count - 1
    assert "against" in vars(found)
    assert len(found.distances) == count * (count - 1) // 2


def test_without_an_optimum_there_is_no_verdict() -> None:
    found = agreements({"frozen": diagram("ansatz"), "trained": diagram("trained")})
    assert (found.reference, found.agrees, found.against) == (None, None, {})
    assert found.verdict.startswith("no verdict without an optimum")
    assert found.pairs.share.sel(first="frozen", second="trained") == 1.0  # planted: see small_maps


def test_an_optimum_without_its_margin_judges_nothing() -> None:
    data = diagram("optimum").data.drop_vars(["margin", "margin_error"])
    found = agreements([diagram("ansatz"), tt.PhaseDiagram(data)])
    assert (found.reference, found.agrees) == (None, None)
    assert found.pairs.same.sel(first="ansatz", second="optimum") < DENSITY.size * IMPORTANCE.size


def test_of_several_optima_the_first_judges_the_others() -> None:
    other = tt.phase_diagram(2, 1, density=DENSITY, importance=IMPORTANCE, method=tt.Multistart(n_starts=12, seed=3))
    found = agreements({"search": other, "ansatz": diagram("ansatz"), "optimum": diagram("optimum")})
    assert found.reference == "search" if "margin" in other.data else "optimum"
    assert found.agrees
    poor = diagram("optimum").data.copy(deep=True)
    poor["loss"][2, 2] *= 1.1
    found = agreements({"poor": tt.PhaseDiagram(poor), "optimum": diagram("optimum")})
    assert (found.reference, found.agrees) == ("poor", False)
    assert found.verdict.startswith("optimum contradicts poor")


def test_consensus_is_the_most_frequent_and_ties_are_divided() -> None:
    lone, pair = named("dedicated"), named("superposed")
    found = agreements([lone, pair, pair, pair])
    assert (found.consensus == "superposed").all()
    assert (found.votes == 3).all()
    assert not found.unanimous.any()
    found = agreements([lone, pair])
    assert (found.consensus == DIVIDED).all()
    assert found.shares.share.sel(status=DIVIDED) == 1.0
    found = agreements([pair, pair])
    assert found.unanimous.all()
    assert found.shares.share.sel(status="unanimous") == 1.0
    assert found.consensus.dims == ("density", "importance")


def test_all_are_named_at_the_loosest_tolerance_of_all() -> None:
    """An extra of ‖W‖² = 0.02: represented at 0.01, not at 0.05, which the third map asks for."""
    data = diagram("ansatz").data.copy(deep=True)
    data["weights"][:] = np.broadcast_to([[1.0, -np.sqrt(0.02)]], data.weights.shape)
    small, loose = tt.PhaseDiagram(data), tt.PhaseDiagram(diagram("trained").data.copy())
    found = agreements([small, small])
    assert (found.consensus == "superposed").all()
    loose.data.attrs = loose.data.attrs | {"tolerance": 0.05}
    found = agreements({"a": small, "b": small, "loose": loose, "optimum": diagram("optimum")})
    assert (found.data.regime.sel(map="a") == "not_represented").all()
    assert found.against["a"].tolerances["regime"].value == 0.05


def test_wrong_maps_are_refused_in_one_line() -> None:
    one = diagram("ansatz")
    cut = tt.PhaseDiagram(one.data.isel(density=slice(2)))
    empty = tt.PhaseDiagram(one.data.isel(density=slice(0)))
    wrong: list[tuple[Any, type[Exception], str]] = [
        (one, TypeError, "mapping or a sequence of PhaseDiagrams, got a PhaseDiagram"),
        ("ab", TypeError, "got a str"),
        (None, TypeError, "got a NoneType"),
        ([one, one.data], TypeError, "must be PhaseDiagrams, got a Dataset"),
        ({"a": one, "b": 3}, TypeError, "must be PhaseDiagrams, got a int"),
        ([], ValueError, "at least two to be compared, got 0"),
        ([one], ValueError, "at least two to be compared, got 1"),
        ({"a": one, " ": one}, ValueError, "names of diagrams must be words"),
        ({"a": one, 3: one}, ValueError, "names of diagrams must be words, got 3"),
        ([one, one, cut], ValueError, "density grids must be equal"),
        ([one, diagram("ansatz", 3)], ValueError, "must be of the same toy"),
        ([empty, empty], ValueError, "must have cells to be compared"),
        ((each for each in (one, one)), TypeError, "got a generator"),
    ]
    for given, error, reason in wrong:
        with pytest.raises(error, match=reason) as caught:
            agreements(given)
        assert "\n" not in str(caught.value)


def test_it_can_not_be_changed_and_is_itself() -> None:
    found, again = (agreements([named("dedicated"), named("superposed")]) for _ in range(2))
    assert {found: "a", again: "b"}[found] == "a"
    with pytest.raises(FrozenInstanceError):
        found.agrees = True  # type: ignore[misc]


def test_verdicts_word_for_word() -> None:
    same = int(agreements(three()).unanimous.sum())
    assert agreements(three()).verdict == (
        f"ansatz, trained agree with optimum; all 3 maps have the same regime in {same} of 42 cells"
    )
    wrong = {}
    for name in ("low", "lower"):
        data = diagram("ansatz").data.copy(deep=True)
        data["loss"][:] = 0.0
        wrong[name] = tt.PhaseDiagram(data)
    optimum, ansatz = diagram("optimum"), diagram("ansatz")
    several = agreements({"optimum": optimum, "ansatz": ansatz, **wrong})
    assert several.verdict.startswith("low, lower contradict optimum; all 4 maps")
    assert agreements({"optimum": optimum, "low": wrong["low"]}).verdict.startswith(
        "low contradicts optimum; both maps"
    )
    assert agreements([optimum, ansatz]).verdict.startswith("ansatz agrees with optimum; both maps have")


@pytest.mark.parametrize(
    ("count", "same", "of", "said"),
    [
        (2, 0, 1, "both maps have the same regime in 0 of 1 cell"),
        (3, 1, 2, "all 3 maps have the same regime in 1 of 2 cells"),
    ],
)
def test_how_many_is_said_together(count: int, same: int, of: int, said: str) -> None:
    assert said_together(count, same, of) == said


def test_every_cell_is_one_of_three() -> None:
    """Of three maps: all agree, two do, none do; shares by plain counting."""
    data = [named(regime).data.copy(deep=True) for regime in ("dedicated", "superposed", "not_represented")]
    for each in data[1:]:
        each["weights"][:2] = data[0]["weights"][:2]
    data[1]["weights"][2] = data[0]["weights"][2]
    found = agreements([tt.PhaseDiagram(each) for each in data])
    assert found.shares.cells.values.tolist() == [14, 7, 21]  # of rows of 7: two unanimous, one most, three divided
    assert found.votes[:, 0].values.tolist() == [3, 3, 2, 1, 1, 1]
    assert found.consensus[:, 0].values.tolist() == ["dedicated"] * 3 + [DIVIDED] * 3
    for name in ("density", "importance"):
        assert np.array_equal(found.data[name], data[0][name])
