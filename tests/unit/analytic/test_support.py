"""Support laws: probabilities of active sets against plain enumeration, and masks drawn from them."""

from __future__ import annotations

import copy
import dataclasses
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.support import ROUNDING, Support

HALF, THIRD, FIFTH = Fraction(1, 2), Fraction(1, 3), Fraction(1, 5)
LAWS: list[tuple[Support, tuple[Any, ...]]] = [
    (tt.Independent(), (HALF, THIRD, FIFTH)),
    (tt.OneHot(), (THIRD, THIRD, THIRD)),
    (tt.CorrelatedGroups((2, 1)), (HALF, HALF, FIFTH)),
    (tt.CorrelatedGroups((3, 2)), (THIRD,) * 5),
    (tt.AnticorrelatedGroups((2, 1)), (FIFTH, FIFTH, HALF)),
    (tt.AnticorrelatedGroups((2, 3)), (HALF, HALF, FIFTH, FIFTH, FIFTH)),
]
EVERY_LAW = pytest.mark.parametrize(("law", "densities"), LAWS, ids=lambda x: repr(x) if isinstance(x, Support) else "")
N_DRAWN = 100_000
STANDARD_ERRORS = 5  # of a frequency: once in a million draws of this test by chance, and the seed is fixed


def problem(n: int, **fields: Any) -> tt.Problem:
    """Return a problem of n features in one dimension."""
    return tt.Problem(n_features=n, n_hidden=1, **fields)


def brute_force(law: Support, densities: tuple[Any, ...]) -> dict[tuple[int, ...], Fraction]:
    """List what each group may do, and multiply: written out apart from the library."""
    if isinstance(law, tt.OneHot):
        return {(i,): Fraction(1, len(densities)) for i in range(len(densities))}
    sizes = getattr(law, "sizes", (1,) * len(densities))
    choices, start = [], 0
    for size in sizes:
        group = tuple(range(start, start + size))
        p = densities[start]
        if isinstance(law, tt.AnticorrelatedGroups):
            choices.append([((), 1 - size * p), *(((i,), p) for i in group)])
        else:
            choices.append([((), 1 - p), (group, p)])
        start += size
    sets: dict[tuple[int, ...], Fraction] = {}
    for picks in product(*choices):
        active = tuple(i for members, _ in picks for i in members)
        chance = Fraction(1)
        for _, q in picks:
            chance *= q
        if chance:
            sets[active] = sets.get(active, Fraction(0)) + chance
    return sets


@EVERY_LAW
def test_probabilities_are_those_of_an_enumeration(law: Support, densities: tuple[Any, ...]) -> None:
    listed = list(law.active_sets(densities))
    assert dict(listed) == brute_force(law, densities)
    assert len(dict(listed)) == len(listed)
    assert sum(chance for _, chance in listed) == 1
    assert all(active == tuple(sorted(active)) for active, _ in listed)


@EVERY_LAW
def test_density_is_the_marginal_probability(law: Support, densities: tuple[Any, ...]) -> None:
    for i, p in enumerate(densities):
        assert sum(chance for active, chance in law.active_sets(densities) if i in active) == p


@EVERY_LAW
def test_vertices_are_counted_without_listing(law: Support, densities: tuple[Any, ...]) -> None:
    n = len(densities)
    rare = densities if isinstance(law, tt.OneHot) else (Fraction(1, 100),) * n  # so that every set has a chance
    assert sum(3 ** len(active) for active, _ in law.active_sets(rare)) == law.vertices(n)


@EVERY_LAW
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_drawn_masks_follow_the_law(law: Support, densities: tuple[Any, ...], dtype: Any) -> None:
    n = len(densities)
    uniforms = np.random.default_rng(0).random((N_DRAWN, n)).astype(dtype)
    uniforms = np.minimum(uniforms, np.nextafter(dtype(1), dtype(0)))  # rounding must not make a 1
    masks = law.draw(uniforms, np.array([float(p) for p in densities]))
    assert masks.shape == uniforms.shape
    stack = uniforms[:60].reshape(3, 4, 5, n)
    assert (law.draw(stack, np.array([float(p) for p in densities])).reshape(60, n) == masks[:60]).all()
    assert masks.dtype == bool
    sets = brute_force(law, densities)
    codes, counts = np.unique(masks @ (1 << np.arange(n)), return_counts=True)
    seen = dict(zip(codes.tolist(), (counts / N_DRAWN).tolist(), strict=True))
    for size in range(n + 1):
        for active in combinations(range(n), size):
            chance = float(sets.get(active, 0))
            allowed = STANDARD_ERRORS * (chance * (1 - chance) / N_DRAWN) ** 0.5
            assert abs(seen.get(sum(1 << i for i in active), 0.0) - chance) <= allowed


def test_impossible_sets_are_left_out() -> None:
    assert list(tt.Independent().active_sets((1.0, 1.0))) == [((0, 1), 1.0)]
    assert list(tt.AnticorrelatedGroups((2,)).active_sets((0.5, 0.5))) == [((0,), 0.5), ((1,), 0.5)]
    tenth = problem(10, density=0.1, support=tt.AnticorrelatedGroups((10,)))  # ten times 0.1 is not 1 in binary
    assert () not in dict(tenth.active_sets())


def test_a_mask_compares_each_uniform_with_its_own_density() -> None:
    uniforms = np.array([[0.0, 0.0], [0.3, 0.3], [0.999, 0.999]])
    masks = tt.Independent().draw(uniforms, np.array([0.25, 1.0]))
    assert masks.tolist() == [[True, True], [False, True], [False, True]]


def test_one_hot_is_one_anticorrelated_group() -> None:
    one_hot, group = problem(4, support=tt.OneHot()), problem(4, density=0.25, support=tt.AnticorrelatedGroups((4,)))
    assert one_hot.density == Fraction(1, 4)
    assert dict(one_hot.active_sets()) == dict(group.active_sets())
    assert problem(3, density=1 / 3, support=tt.OneHot()).active_sets() == problem(3, support=tt.OneHot()).active_sets()


def test_a_group_has_one_density() -> None:
    groups = tt.CorrelatedGroups((2, 1))
    assert problem(3, density=(0.5, 0.25), support=groups).densities == (0.5, 0.5, 0.25)
    assert problem(3, density=(0.5, 0.5, 0.25), support=groups).densities == (0.5, 0.5, 0.25)
    with pytest.raises(ValueError, match=r"one number a group, got \(0.5, 0.25\) for features \(0, 1\)"):
        problem(3, density=(0.5, 0.25, 0.25), support=groups)


@pytest.mark.parametrize("law", [tt.Independent(), tt.CorrelatedGroups((1, 1)), tt.AnticorrelatedGroups((1, 1))])
def test_single_precision_does_not_spread(law: Support) -> None:
    """A probability computed in float32 would be wrong by 1e-8, under a claimed error of 1e-16."""
    single = [np.float32(0.1), np.float32(0.3)]
    for given in (single, np.array(single)):
        found = problem(2, density=given, support=law)
        assert [type(p) for p in found.densities] == [float, float]
        assert abs(sum(float(chance) for _, chance in found.active_sets()) - 1) < 1e-15
    assert problem(2, density=np.array(0.25), support=law).density == 0.25


def test_a_fraction_near_a_whole_group_keeps_its_rest() -> None:
    p = THIRD - Fraction(1, 10**13)
    assert dict(tt.AnticorrelatedGroups((3,)).active_sets((p, p, p)))[()] == 1 - 3 * p


def test_one_hot_follows_the_number_of_features() -> None:
    assert problem(2, support=tt.OneHot()).replace(n_features=3).density == THIRD
    assert problem(2, density=0.3).replace(support=tt.OneHot()).density == HALF


def test_laws_are_values() -> None:
    assert tt.CorrelatedGroups([2, 1]) == tt.CorrelatedGroups((2, 1))  # type: ignore[arg-type]
    assert hash(tt.OneHot()) == hash(tt.OneHot())
    together: Support = tt.CorrelatedGroups((2,))
    assert together != tt.AnticorrelatedGroups((2,))


@pytest.mark.parametrize(
    ("n", "fields", "text"),
    [
        (2, {"density": 0.6, "support": tt.AnticorrelatedGroups((2,))}, "at most 1 / 2 in an anticorrelated group"),
        (3, {"density": 0.5, "support": tt.OneHot()}, r"1 / 3 with OneHot\(\), or left out, got density=0.5"),
        (3, {"density": 0.5, "support": tt.CorrelatedGroups((2, 2))}, "add up to n_features=3"),
        (3, {"density": 1.5, "support": tt.CorrelatedGroups((2, 1))}, "density must lie in"),
        (3, {"density": (0.5, 0.5), "support": tt.CorrelatedGroups((1, 1, 1))}, "one number or one a feature"),
    ],
)
def test_what_a_law_does_not_allow(n: int, fields: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text) as caught:
        problem(n, **fields)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("law", [tt.Independent(), tt.CorrelatedGroups((2,)), tt.AnticorrelatedGroups((2,))])
def test_only_one_hot_knows_its_density(law: Support) -> None:
    with pytest.raises(TypeError, match="density must be given"):
        problem(2, support=law)


@pytest.mark.parametrize("sizes", [(), (0, 2), (-1,), (1.5,), "22", None, (True,)])
@pytest.mark.parametrize("law", [tt.CorrelatedGroups, tt.AnticorrelatedGroups])
def test_group_sizes_are_checked(law: Any, sizes: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="sizes"):
        law(sizes)


@pytest.mark.parametrize(
    "law", [tt.Independent(), tt.OneHot(), tt.CorrelatedGroups((2,)), tt.AnticorrelatedGroups((2,))], ids=repr
)
def test_laws_cannot_be_changed(law: Support) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        law.sizes = (3,)  # type: ignore[attr-defined]
    assert hash(law) == hash(copy.copy(law))
    assert law == copy.copy(law)


def test_only_a_density_a_group_is_spread() -> None:
    """With as many groups as features, or one number for all, what is given is passed on."""
    groups = tt.CorrelatedGroups((1, 2))
    assert groups.spread((HALF, THIRD), 3) == (HALF, THIRD, THIRD)
    assert groups.spread(HALF, 3) == HALF
    assert groups.spread((HALF, THIRD, THIRD), 3) == (HALF, THIRD, THIRD)
    assert groups.spread((HALF,), 3) == (HALF,)  # neither: the problem says what is wrong
    assert tt.CorrelatedGroups((1, 1)).spread((HALF, THIRD), 2) == (HALF, THIRD)
    with pytest.raises(ValueError, match=r"add up to n_features=2, got support=.*, which holds 3"):
        groups.spread(HALF, 2)


@pytest.mark.parametrize("k", [2, 3, 7, 10, 49])
def test_a_rest_of_rounding_is_none_and_a_real_one_stays(k: int) -> None:
    law = tt.AnticorrelatedGroups((k,))
    assert law.choices((1 / k,) * k)[0][0] == ((), 0)
    for rest in (2e-12, 1e-6):
        assert law.choices(((1 - rest) / k,) * k)[0][0][1] == pytest.approx(rest, rel=1e-3)
    law.check(((1 + 0.5e-12) / k,) * k)
    with pytest.raises(ValueError, match=f"at most 1 / {k} in an anticorrelated group of {k}"):
        law.check(((1 + 2e-12) / k,) * k)
    exact = Fraction(1, k) + Fraction(1, 10**20)  # a fraction has no rounding to forgive
    with pytest.raises(ValueError, match="it is the density of one feature"):
        law.check((exact,) * k)


def test_a_rest_of_just_the_rounding_is_none() -> None:
    p = (1 - ROUNDING) / 2
    assert 1 - 2 * p <= ROUNDING
    assert tt.AnticorrelatedGroups((2,)).choices((p, p))[0][0] == ((), 0)


def test_each_group_is_checked_and_named() -> None:
    law = tt.AnticorrelatedGroups((1, 2, 3))
    law.check((1.0, 0.5, 0.5, 1 / 3, 1 / 3, 1 / 3))
    with pytest.raises(ValueError, match=r"at most 1 / 3 in an anticorrelated group of 3, .* got density=0.4"):
        law.check((1.0, 0.5, 0.5, 0.4, 0.4, 0.4))
    with pytest.raises(ValueError, match=r"one number a group, got \(0.3, 0.3, 0.2\) for features \(3, 4, 5\)"):
        law.check((1.0, 0.5, 0.5, 0.3, 0.3, 0.2))
    assert law.groups == ((0,), (1, 2), (3, 4, 5))
    with pytest.raises(ValueError, match="density must be 1 / 2 with OneHot"):
        tt.OneHot().check((HALF, THIRD))
    tt.OneHot().check((0.5, 0.5))


def test_masks_by_hand() -> None:
    """Where the deciding uniform lies on an edge, the next choice has it; uniforms of no part decide nothing."""
    quarter = np.full(4, 0.25)
    first = np.array([0.0, 0.2499, 0.25, 0.5, 0.7499, 0.75, 0.999])
    uniforms = np.column_stack([first, *[np.full(7, 0.1)] * 3])
    group = tt.AnticorrelatedGroups((3, 1)).draw(uniforms, quarter)
    assert group[:, :3].argmax(1).tolist() == [0, 0, 1, 2, 2, 0, 0]
    assert group[:, :3].sum(1).tolist() == [1, 1, 1, 1, 1, 0, 0]
    assert group[:, 3].all()
    assert tt.OneHot().draw(uniforms, quarter).argmax(1).tolist() == [0, 0, 1, 2, 2, 3, 3]
    together = tt.CorrelatedGroups((3, 1)).draw(uniforms, quarter)
    assert together[:, 0].tolist() == [True, True, False, False, False, False, False]
    assert (together[:, :3] == together[:, :1]).all()
    assert together[:, 3].all()


def test_any_law_may_have_every_set_unless_it_says_otherwise() -> None:
    assert tt.Independent().vertices(5) == 4**5
    assert tt.CorrelatedGroups((3, 2)).vertices(5) == (1 + 27) * (1 + 9)
    assert tt.AnticorrelatedGroups((3, 2)).vertices(5) == 10 * 7
    assert tt.OneHot().vertices(5) == 15
