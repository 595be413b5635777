"""Ranges: ends, types, and errors of one line that name the value, the rule and the way out."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toytoy.analytic import domain
from toytoy.analytic.domain import COUNT, DENSITY, IMPORTANCE, SEED, SLOPE, TOLERANCE, UPPER, Domain, nearest, short
from toytoy.compare import strategies

DOMAINS = [value for value in vars(domain).values() if isinstance(value, Domain)]


def test_domains_are_found() -> None:
    assert len(DOMAINS) >= 10
    assert DENSITY in DOMAINS


def test_a_range_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        DENSITY.low = -1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("which", "inside", "outside"),
    [
        (DENSITY, [5e-324, 0.5, 1, 1.0, Fraction(1, 3)], [0, -0.0, 1 + 1e-15, -1, math.nan, math.inf, Fraction(4, 3)]),
        (IMPORTANCE, [0, -0.0, 1e300, Fraction(7, 2)], [-5e-324, -1, math.inf, math.nan, 10**400]),
        (TOLERANCE, [0, 1 - 1e-15], [1, -1e-300, math.nan]),
        (UPPER, [5e-324, 1e300], [0, -1, math.inf]),
        (SLOPE, [-1e300, 0, 1e300], [-math.inf, math.inf, math.nan]),
        (COUNT, [1, 10**30], [0, -1]),
        (SEED, [0, 2**64], [-1]),
    ],
)
def test_ends(which: Domain, inside: list[Any], outside: list[Any]) -> None:
    for value in inside:
        assert which.check(value) is value or which.check(value) == value
    for value in outside:
        with pytest.raises(ValueError, match=which.name):
            which.check(value)


LEAST = 5e-324  # the least positive number
# what each range begins with, and what lies just before; a range without a largest value takes all numbers but inf
_FROM_ONE = (
    *("N_FEATURES", "N_HIDDEN", "GROUP_SIZE", "N_SAMPLES", "STEPS", "BATCH", "N_INSTANCES"),
    *("N_WORKERS", "TILE_SIZE", "COUNT", "GRID_COUNT", "HISTORY_EVERY"),
)
WHOLE = dict.fromkeys(_FROM_ONE, (1, 0)) | dict.fromkeys(("SEED", "N_STARTS", "N_HOPS"), (0, -1)) | {"SIZE": (2, 1)}
REAL = {
    **dict.fromkeys(("IMPORTANCE", "TOLERANCE", "WEIGHT_DECAY", "TIME"), (0, -LEAST)),
    **dict.fromkeys(("DENSITY", "UPPER", "LEARNING_RATE", "INIT_SCALE"), (LEAST, 0)),
    "SLOPE": (-1e308, -math.inf),
}
ENDS = {"DENSITY": (1, 1 + 1e-15), "TOLERANCE": (1 - 1e-15, 1), "GRID_COUNT": (2000, 2001)}


@pytest.mark.parametrize("name", [name for name, value in vars(domain).items() if isinstance(value, Domain)])
def test_where_every_range_begins_and_ends(name: str) -> None:
    which = getattr(domain, name)
    whole = name in WHOLE
    first, before = (WHOLE | REAL)[name]
    last, beyond = ENDS.get(name, (10**30 if whole else 1e308, math.inf))
    assert (which.check(first), which.check(last)) == (first, last)
    for outside in (before, beyond):
        with pytest.raises((TypeError, ValueError), match=which.name):
            which.check(outside)
    if whole:
        with pytest.raises(TypeError, match="whole"):
            which.check(first + 0.5)
    else:
        assert which.check(0.5) == 0.5


@pytest.mark.parametrize("which", DOMAINS, ids=lambda d: d.name)
@pytest.mark.parametrize("value", [None, "0.5", 1j, True, [0.5], np.array([0.5, 0.5])])
def test_only_real_numbers(which: Domain, value: Any) -> None:
    with pytest.raises(TypeError, match=which.name):
        which.check(value)


@settings(max_examples=30)
@given(st.data())
@pytest.mark.parametrize("which", DOMAINS, ids=lambda d: d.name)
def test_strategies_and_checks_agree(which: Domain, data: st.DataObject) -> None:
    value = data.draw(st.one_of(strategies.inside(which), strategies.edge(which)))
    assert which.check(value) == value
    with pytest.raises((TypeError, ValueError)) as refused:
        which.check(data.draw(strategies.outside(which)))
    assert "\n" not in str(refused.value)


def test_whole_numbers_of_numpy_become_int() -> None:
    assert type(SEED.check(np.int64(3))) is int
    with pytest.raises(TypeError, match="whole number"):
        SEED.check(3.0)


def test_fractions_are_kept() -> None:
    assert DENSITY.check(Fraction(1, 3)) == Fraction(1, 3)
    assert isinstance(DENSITY.check(Fraction(1, 3)), Fraction)


def test_the_message_names_the_value_the_rule_and_the_way_out() -> None:
    with pytest.raises(ValueError, match=r"^density\[1\] must lie in \(0, 1\], got density\[1\]=1\.2; did you pass"):
        DENSITY.check(1.2, "density[1]")


@pytest.mark.parametrize(
    ("which", "text"),
    [
        (DENSITY, "(0, 1]"),
        (IMPORTANCE, "[0, inf)"),
        (SLOPE, "(-inf, inf)"),
        (TOLERANCE, "[0, 1)"),
    ],
)
def test_intervals_are_written_as_they_are_checked(which: Domain, text: str) -> None:
    assert which.interval == text
    assert which.contains(which.low) == (text[0] == "[")
    assert which.contains(which.high) == (text[-1] == "]")


def test_the_nearest_name_is_offered() -> None:
    assert nearest("method", "optimun", ("ansatz", "optimum")).endswith("did you mean 'optimum'?")
    assert nearest("optimizer", "lbfgsb", ("bfgs", "L-BFGS-B")).endswith("did you mean 'L-BFGS-B'?")
    assert nearest("shape", "hexagom", ("pentagon", "hexagon", "9-gon")).endswith("did you mean 'hexagon'?")  # of two
    assert "did you mean" not in nearest("method", "zzz", ("ansatz", "optimum"))
    assert "ansatz, optimum" in nearest("method", None, ("ansatz", "optimum"))


def test_what_was_meant_stands_before_a_long_list() -> None:
    many = [f"name-{k}" for k in range(20)]
    assert nearest("figure", "name-77", many).startswith(
        "figure must be a known name, got figure='name-77'; did you mean"
    )
    assert nearest("figure", "name-77", many).endswith(f"? All are {', '.join(many)}")
    assert nearest("figure", "zzz", many) == f"figure must be a known name, got figure='zzz'; all are {', '.join(many)}"


def test_what_is_shown_fits_on_one_short_line() -> None:
    for message in (SEED.refusal(np.zeros((3, 3))), nearest("name", np.zeros((50, 50)), ["one"])):
        assert "\n" not in message
        assert len(message) < 400
    with pytest.raises(ValueError, match="density must lie in"):
        DENSITY.check(10**400)


def test_twelve_choices_are_few() -> None:
    """They stand before the one that was meant; thirteen stand behind it."""
    names = [f"name-{k}" for k in range(13)]
    few, many = nearest("figure", "name-77", names[:12]), nearest("figure", "name-77", names)
    assert few.startswith("figure must be one of name-0, ")
    assert few.endswith("'?")
    assert many.startswith("figure must be a known name")
    assert many.endswith("name-12")


def test_of_choices_that_differ_by_case_the_first_is_offered() -> None:
    assert nearest("name", "RELU", ("relu", "ReLU")).endswith("did you mean 'relu'?")
    assert nearest("name", "RELU", ("ReLU", "relu")).endswith("did you mean 'ReLU'?")


def test_two_hundred_characters_are_shown() -> None:
    assert short("x" * 198) == f"'{'x' * 198}'"
    assert short("x" * 199) == f"'{'x' * 196}..."
    assert len(short("x" * 10_000)) == 200


def test_a_range_holds_its_ends_and_fractions_unless_told_otherwise() -> None:
    plain = Domain("x", -1, 2)
    assert (plain.interval, plain.rule) == ("[-1, 2]", "must lie in [-1, 2]")
    assert [plain.check(value) for value in (-1, 2, Fraction(1, 2))] == [-1, 2, Fraction(1, 2)]
    assert plain.refusal(3) == "x must lie in [-1, 2], got x=3"
    assert Domain("x", 0).interval == "[0, inf)"
    assert Domain("x", 1, 5, integer=True).rule == "must be a whole number in [1, 5]"
    open_ = Domain("x", -1, 2, low_open=True, high_open=True, hint="stay inside")
    assert [open_.contains(value) for value in (-1, -0.999, 1.999, 2)] == [False, True, True, False]
    assert open_.refusal(2, "y[0]") == "y[0] must lie in (-1, 2), got y[0]=2; stay inside"
