"""Settings: the same for the same sweep, and a difference that says what it is."""

from __future__ import annotations

import functools
import json
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric.sweeping.grid import grid_of
from toytoy.numeric.sweeping.settings import Setting, difference, hash_of, name_of, settings_of


def f(x: float, y: float, power: int = 1) -> float:
    return float(x + y) ** power


def g(x: float, y: float) -> float:
    return x * y


AXES: dict[str, Any] = {"x": [1.0, 2.0], "y": [1, 2, 3]}


def settings(function: Any = f, axes: dict[str, Any] = AXES, seed: int | None = None) -> dict[str, Setting]:
    return settings_of(function, grid_of(axes), seed)


def test_they_are_the_same_again_and_after_json() -> None:
    assert difference(settings(), settings()) == ""
    read = {name: Setting(*said) for name, said in json.loads(json.dumps(settings())).items()}
    assert difference(read, settings()) == ""
    assert hash_of(read) == hash_of(settings())


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (settings(g), r"function: .*\.f there, .*\.g here"),
        (settings(functools.partial(f, power=2)), "bound power: none there, 2 here"),
        (settings(axes={"x": [1.0, 2.0], "y": [1, 2]}), "y: 3 values from 1 to 3 there, 2 values from 1 to 2 here"),
        (settings(axes={"x": [1.0, 2.0], "y": [1, 2.5, 3]}), "y: 3 values from 1 to 3 there, 3 values from 1.0 to 3.0"),
        (settings(axes={"x": [1.0, 2.0], "y": [1, 0, 3]}), "y: 3 values from 1 to 3, changed since it was written"),
        (settings(axes={"y": [1, 2, 3], "x": [1.0, 2.0]}), "axes: x, y there, y, x here"),
        (settings(axes={"x": [3.0], "y": [1, 2, 3]}), "x: 2 values from 1.0 to 2.0 there, 3.0 here"),
        (settings(seed=0), "seed: none there, 0 here"),
    ],
)
def test_a_difference_is_told(other: Any, says: str) -> None:
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(difference(settings(), other))
    assert hash_of(other) != hash_of(settings())


def test_bound_arguments_differ_by_value() -> None:
    one, other = (settings(functools.partial(f, power=power)) for power in (2, 3))
    assert difference(one, other) == "bound power: 2 there, 3 here"
    values = np.arange(10**4.0)
    before = settings(functools.partial(print, values.copy()))
    values[5000] += 1e-9
    assert difference(before, settings(functools.partial(print, values))).endswith("changed since it was written")


class Held:
    pass


def test_of_long_words_the_part_that_differs_is_told() -> None:
    longer = tuple(range(1000, 1100))
    told = [  # whatever it is that is bound
        difference(*(settings(functools.partial(dict, power=value)) for value in pair))
        for pair in ((longer, (*longer[:60], 7, *longer[61:])), ((7, *longer), longer))
    ]
    assert told[0].startswith("bound power: …1060, 1061, ")
    assert "there, …7, 1061, " in told[0]
    assert told[1].startswith("bound power: …7, 1000, ")
    assert max(map(len, told)) < 200


def test_an_address_makes_no_difference() -> None:
    kept = [Held() for _ in range(2)]
    one, other = (settings(functools.partial(print, held)) for held in kept)
    assert one["bound argument 0"].says != other["bound argument 0"].says
    assert difference(one, other) == ""
    assert hash_of(one) == hash_of(other)


def test_code_that_changed_is_told() -> None:
    one, other = (settings(eval(f"lambda x, y: x + {k}")) for k in (1, 2))
    assert difference(one, other) == "function's code: changed since it was written"


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (tt.loss, "toytoy.analytic.loss.loss"),
        (functools.partial(functools.partial(tt.loss), method="cube"), "toytoy.analytic.loss.loss"),
        (tt.Multistart().minimize, "toytoy.numeric.multistart.Multistart.minimize"),
        (np.hypot, "numpy.hypot"),
        (max, "builtins.max"),
    ],
)
def test_names(function: Any, name: str) -> None:
    assert name_of(function) == name
