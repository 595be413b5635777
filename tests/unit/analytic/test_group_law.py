"""Laws of features in groups against the list of their active sets."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.group_law import company, exclusive, group_law, is_grouped, pull

LAWS: list[tuple[Any, Any]] = [
    (tt.CorrelatedGroups((3, 1, 2)), (Fraction(1, 4), Fraction(1, 3), Fraction(1, 2))),
    (tt.CorrelatedGroups((2, 2, 1)), (1, Fraction(2, 5), 1)),
    (tt.CorrelatedGroups((3,)), (Fraction(1, 3),)),
    (tt.AnticorrelatedGroups((3, 1, 2)), (Fraction(1, 4), Fraction(1, 3), Fraction(1, 2))),
    (tt.AnticorrelatedGroups((2, 2)), (Fraction(1, 2), Fraction(1, 5))),
    (tt.OneHot(), None),
]
EPS = float(np.finfo(float).eps)


def problem(support: Any, density: Any) -> tt.Problem:
    n = sum(support.sizes) if hasattr(support, "sizes") else 4
    return tt.Problem(n_features=n, n_hidden=1, density=density, support=support)


def listed(question: tt.Problem, keep: Any, psi: Any, own: int) -> tuple[complex, complex]:
    """Sum over active sets of two and more of those kept: E e^(sz) without the own ψ, that one silent, and active."""
    sums = [0j, 0j]
    for active, chance in question.active_sets():
        if len(active) > 1 and all(keep[i] for i in active):
            sums[own in active] += float(chance) * np.prod([psi[i] for i in active if i != own])
    return sums[0], sums[1]


@pytest.mark.parametrize(("support", "density"), LAWS, ids=str)
def test_few_active_features_are_as_likely_as_in_the_list(support: Any, density: Any) -> None:
    question = problem(support, density)
    law, sets = group_law(question), dict(question.active_sets())
    none, one = law.few()
    assert none == pytest.approx(float(sets.get((), 0)), abs=4 * EPS)
    assert one == pytest.approx([float(sets.get((i,), 0)) for i in range(question.n_features)], abs=4 * EPS)
    assert law.several == any(len(active) > 1 for active in sets)
    assert is_grouped(support)


@pytest.mark.equation("group-factor")
@pytest.mark.parametrize(("support", "density"), LAWS, ids=str)
def test_company_is_the_sum_over_listed_sets_and_pull_its_derivative(support: Any, density: Any) -> None:
    question, rng = problem(support, density), np.random.default_rng(4)
    n = question.n_features
    for _ in range(6):
        keep = rng.random(n) < 0.8
        keep[rng.integers(n)] = True
        law = group_law(question).silenced(keep)
        if not law.several:
            continue
        psi = rng.normal(size=n) + 1j * rng.normal(size=n)
        kernels = rng.normal(size=1) + 0.5j, rng.normal(size=1) - 0.2j
        for own in (-1, int(rng.integers(len(law.features)))):
            j = int(law.features[own]) if own >= 0 else n
            at = company(law, own, psi[law.features][:, None])
            wanted = listed(question, keep, psi, j)
            assert at.silent[0] == pytest.approx(wanted[0], abs=1e-14)
            assert at.active[0] == pytest.approx(wanted[1], abs=1e-14)
            slope = rng.normal(size=n) + 0.3j
            found = pull(law, own, at, slope[law.features][:, None], kernels)
            for place, i in enumerate(law.features):  # every factor is linear in ψ_i
                if i != j:
                    moved = psi.copy()
                    moved[i] += slope[i]
                    silent, active = listed(question, keep, moved, j)
                    change = kernels[0] * (silent - wanted[0]) + kernels[1] * (active - wanted[1])
                    assert found[place] == pytest.approx(change[0].real, abs=1e-13)
                else:
                    assert found[place] == 0.0


def test_products_of_all_but_one_need_no_division() -> None:
    assert exclusive(np.array([2.0, 0.0, 5.0])).tolist() == [0.0, 10.0, 0.0]
    assert exclusive(np.array([3.0])).tolist() == [1.0]


def test_a_group_that_is_always_active_is_never_silent() -> None:
    law = group_law(problem(tt.AnticorrelatedGroups((3, 2)), (1 / 3, 0.2)))
    assert law.silent[0] == 0.0  # 1 - 3 · (1/3) but for rounding
    assert (
        group_law(problem(tt.CorrelatedGroups((2, 1)), (1.0, 0.5))).silenced(np.array([False, True, True])).scale == 0
    )


def test_other_laws_are_refused() -> None:
    with pytest.raises(TypeError, match=r"group_law needs groups of features, got support=Independent\(\); see "):
        group_law(tt.Problem.toy(2, density=0.5))
    assert not is_grouped(tt.Independent())


@pytest.mark.parametrize(("support", "density"), LAWS, ids=str)
def test_a_law_with_silent_features_is_the_list_without_them(support: Any, density: Any) -> None:
    """None and one active, while those not kept are silent; a group together is kept as a whole or not."""
    question = problem(support, density)
    n, sets = question.n_features, dict(question.active_sets())
    for pattern in range(2**n):
        keep = np.array([bool(pattern >> i & 1) for i in range(n)])
        law = group_law(question).silenced(keep)
        none, one = law.few()
        assert none == pytest.approx(float(sets.get((), 0)), abs=4 * EPS)
        wanted = [float(sets.get((int(i),), 0)) for i in law.features]
        assert one == pytest.approx(wanted, abs=4 * EPS)
        left_out = [i for i in range(n) if keep[i] and i not in law.features]
        assert not any(float(sets.get((i,), 0)) for i in left_out)
        assert all(keep[law.features])
        assert law.group.tolist() == sorted(law.group)
        assert len(law.sizes) == len(law.density) == len(law.silent)
        assert law.several == any(len(active) > 1 and all(keep[list(active)]) for active in sets)


@pytest.mark.parametrize(("support", "density"), LAWS, ids=str)
def test_nodes_do_not_see_each_other_and_their_pulls_add_up(support: Any, density: Any) -> None:
    question, rng = problem(support, density), np.random.default_rng(8)
    law, n = group_law(question), question.n_features
    psi, slope = (rng.normal(size=(n, 3)) + 1j * rng.normal(size=(n, 3)) for _ in range(2))
    before = psi.copy()
    kernels = rng.normal(size=3) + 0.5j, rng.normal(size=3) - 0.2j
    for own in (-1, 0, n - 1):
        at, pulled = company(law, own, psi), np.zeros(n)
        for k in range(3):
            alone = company(law, own, psi[:, k : k + 1])
            for whole, part in zip(at, alone, strict=True):
                assert np.abs(whole[..., k] - part[..., 0]).max() <= 1e-14
            one_node = kernels[0][k : k + 1], kernels[1][k : k + 1]
            pulled += pull(law, own, alone, slope[:, k : k + 1], one_node)
        assert pull(law, own, at, slope, kernels) == pytest.approx(pulled, abs=1e-13)
    assert np.array_equal(psi, before)


@pytest.mark.parametrize(
    ("support", "density", "several"),
    [
        (tt.CorrelatedGroups((1,)), (0.5,), False),
        (tt.CorrelatedGroups((2,)), (0.5,), True),
        (tt.CorrelatedGroups((1, 1)), (0.5, 0.5), True),
        (tt.AnticorrelatedGroups((3,)), (0.2,), False),
        (tt.AnticorrelatedGroups((1, 1)), (0.2, 0.2), True),
        (tt.OneHot(), None, False),
    ],
    ids=str,
)
def test_two_features_can_be_active_in_two_groups_or_together(support: Any, density: Any, several: bool) -> None:
    law = group_law(problem(support, density))
    assert law.several == several
    assert not law._replace(scale=0.0).several  # a group left out is always active


def test_factors_of_groups_are_products_or_sums() -> None:
    psi = np.array([[2.0], [3.0], [5.0], [7.0]])
    assert group_law(problem(tt.CorrelatedGroups((1, 3)), (0.2, 0.2))).blocks(psi).tolist() == [[2.0], [105.0]]
    assert group_law(problem(tt.AnticorrelatedGroups((3, 1)), (0.2, 0.2))).blocks(psi).tolist() == [[10.0], [7.0]]


def test_products_of_all_but_one_are_taken_along_the_first_axis() -> None:
    factors = np.array([[2.0, 0.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])
    assert exclusive(factors).tolist() == [[105.0, 192.0], [70.0, 0.0], [42.0, 0.0], [30.0, 0.0]]
