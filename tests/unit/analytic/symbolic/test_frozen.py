"""Frozen models out of their regions, against their matrices, exact fractions and the published forms."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy
from toytoy import Phase, Problem
from toytoy.analytic import published, symbolic
from toytoy.analytic.ansatz import _FROZEN, frozen_model
from toytoy.analytic.symbolic import p, r
from toytoy.analytic.symbolic.frozen import _toy, frozen_gram
from toytoy.analytic.symbolic.setting import rational

from tests.reference import exact

EPS = float(np.finfo(float).eps)
RELU = ((0,), (0, 1))
PHASES = [(n, phase) for n, known in _FROZEN.items() for phase in known]
POINTS = [(Fraction(1, 2), Fraction(1)), (Fraction(1), Fraction(1, 10)), (Fraction(1, 100), Fraction(10))]


@pytest.mark.equation("ansatz-gram")
@pytest.mark.parametrize(("n", "phase"), PHASES)
def test_gram_matrices_are_those_of_the_frozen_weights(n: int, phase: Phase) -> None:
    weights, _ = frozen_model(phase, Problem.toy(n, density=0.5))
    found = np.array(frozen_gram(phase, n).tolist(), dtype=float)
    assert np.abs(found - weights.T @ weights).max() <= 2 * EPS  # one of them holds √3 / 2, rounded


@pytest.mark.equation("ansatz-losses")
@pytest.mark.parametrize(("n", "phase"), PHASES)
def test_losses_are_exact(n: int, phase: Phase) -> None:
    """From the defining integral, with G as it is: no weights, which are irrational for the triangle."""
    gram = [[Fraction(int(x.p), int(x.q)) for x in row] for row in frozen_gram(phase, n).tolist()]
    for density, importance in POINTS:
        total = Fraction(0)
        for j, row in enumerate(gram):
            output = exact.Row(j, row, Fraction(0) if any(row) else density / 2, RELU)
            error = sum(c * output.error(a, gradient=False).value for a, c in exact.independent([density] * n))
            total += error * (importance if j == n - 1 else 1)
        found = symbolic.ansatz_loss(phase, n).subs({p: rational(density), r: rational(importance)})
        assert found == rational(total)


@pytest.mark.equation("ansatz-losses")
def test_losses_are_the_published_ones() -> None:
    v = p / 3 - p**2 / 4
    wanted = {
        "not_represented": r * v,
        "dedicated": v,
        "antipodal": (1 + r) * p**2 / 6,
        "antipodal_others": p**2 / 3,
        "triangle": (2 + r) * p**2 * (3 + p) / 24,
    }
    for phase, loss in wanted.items():
        assert sympy.expand(symbolic.ansatz_loss(phase) - loss) == 0
    for n, phase in PHASES:
        assert sympy.expand(symbolic.ansatz_loss(phase, n) - wanted[phase]) == 0


@pytest.mark.equation("ansatz-onset", "ansatz-exchange")
@pytest.mark.parametrize(("n", "pair"), [(n, pair) for n, lines in published._LINES.items() for pair in lines])
def test_boundaries_are_the_published_ones(n: int, pair: tuple[Phase, Phase]) -> None:
    compared = 0
    for of, given, name, places in ((r, p, "density", (0.5, 0.75)), (p, r, "importance", (0.5, 3.0))):
        published_line = [published.ansatz_boundary(n, pair, **{name: at}) for at in places]
        if np.isnan(published_line).all():
            with pytest.raises(ValueError, match=f"; it is {given} = .*: ask for of=symbolic.{given}"):
                symbolic.ansatz_boundary(pair, n, of)
            continue
        found = [float(symbolic.ansatz_boundary(pair, n, of).subs(given, at)) for at in places]
        for mine, theirs in zip(found, published_line, strict=True):
            assert np.isnan(theirs) or abs(mine - theirs) <= 4 * EPS * theirs  # NaN: a third model is better there
        compared += 1
    assert compared


@pytest.mark.equation("ansatz-onset")
def test_the_onset_by_hand() -> None:
    pair = ("not_represented", "antipodal")
    assert sympy.simplify(symbolic.ansatz_boundary(pair) - 2 * p / (4 - 5 * p)) == 0
    assert sympy.simplify(symbolic.ansatz_boundary(pair, of=p) - 4 * r / (2 + 5 * r)) == 0
    assert symbolic.ansatz_boundary(("antipodal", "not_represented")) == symbolic.ansatz_boundary(pair, 3)


@pytest.mark.equation("ansatz-exchange")
def test_the_junction() -> None:
    junction = {r: 1, p: sympy.Rational(4, 7)}
    losses = {symbolic.ansatz_loss(x).subs(junction) for x in ("not_represented", "dedicated", "antipodal")}
    assert len(losses) == 1
    assert symbolic.ansatz_loss("antipodal_others").subs(junction) in losses


def test_lines_that_the_published_diagram_has_not() -> None:
    line = symbolic.ansatz_boundary(("not_represented", "triangle"))
    gap = symbolic.ansatz_loss("not_represented") - symbolic.ansatz_loss("triangle")
    assert sympy.simplify(gap.subs(r, line)) == 0


def test_names_are_checked() -> None:
    with pytest.raises(ValueError, match=r"phase must be one of .*; did you mean 'antipodal'"):
        symbolic.ansatz_loss("antipodel")
    with pytest.raises(ValueError, match="phase must be one of not_represented, dedicated, antipodal; got"):
        symbolic.ansatz_loss("triangle", 2)
    with pytest.raises(ValueError, match="the toy has 2 features"):
        symbolic.ansatz_loss("antipodal", 4)
    with pytest.raises(ValueError, match="between must be two phases, got between='antipodal'"):
        symbolic.ansatz_boundary("antipodal")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="between must be two phases, got between=\\('antipodal', 'antipodal'\\)"):
        symbolic.ansatz_boundary(("antipodal", "antipodal"))
    with pytest.raises(ValueError, match=r"of must be symbolic\.r or symbolic\.p, got of=b_1"):
        symbolic.ansatz_boundary(("antipodal", "dedicated"), of=symbolic.b[1])


def test_phases_of_both_toys_are_offered_unless_one_is_asked_for() -> None:
    with pytest.raises(
        ValueError, match=r"phase must be one of .*antipodal_others, triangle; .*did you mean 'triangle'"
    ):
        symbolic.ansatz_loss("triangel")
    with pytest.raises(ValueError, match="phase must be one of not_represented, dedicated, antipodal; got"):
        symbolic.ansatz_boundary(("antipodal", "triangle"), 2)


def test_the_smallest_toy_that_has_all_phases_is_taken() -> None:
    for phases, n in ((("antipodal",), 2), (("triangle",), 3), (("antipodal", "triangle"), 3)):
        assert _toy(None, *phases) == n
    assert _toy(3, "antipodal") == 3


def test_a_letter_or_its_name_may_be_asked_for() -> None:
    pair = ("not_represented", "antipodal")
    assert symbolic.ansatz_boundary(pair, of="p") == symbolic.ansatz_boundary(pair, of=p)
    assert symbolic.ansatz_boundary(pair, of="r") == symbolic.ansatz_boundary(pair)
