"""Fingerprints: equal for what is equal, in every process; another for every change that could change a result."""

from __future__ import annotations

import dataclasses
import functools
import math
import os
import subprocess
import sys
import threading
import types
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric.sweeping.fingerprint import Unreadable, fingerprint

PLAIN = '''
STEPS = 3
W = [1.0, 2.0]
def helper(x):
    return x + STEPS
class Holder:
    factor = 2
    def __init__(self, k): self.k = k
    def __call__(self, x): return self.k * self.inner(x)
    def inner(self, x): return x * self.factor
def f(x, power=2):
    """Text."""
    # a comment
    return helper(x) ** power + sum(W) + sum([2 * w for w in W])
'''


def module(text: str) -> Any:
    """Run a module's text."""
    made = types.ModuleType("planted")
    exec(compile(text, "planted.py", "exec"), made.__dict__)
    return made


VALUES: list[Callable[[], Any]] = [
    *(lambda v=v: v for v in (None, True, 1, 1.0, -0.0, 0.0, 1j, "1", b"1", math.nan, math.inf, ...)),
    lambda: (1, 2),
    lambda: [1, 2],
    lambda: [2, 1],
    lambda: {"a": 1, "b": 2},
    lambda: {"a": 2, "b": 1},
    lambda: {"a", "b", "c"},
    lambda: np.arange(4.0),
    lambda: np.arange(4.0).reshape(2, 2),
    lambda: np.arange(4),
    lambda: np.float64(1),
    lambda: np.array([Fraction(1, 3), None]),
    lambda: Fraction(1, 3),
    lambda: tt.Problem.toy(2, density=0.5),
    lambda: tt.Problem.toy(2, density=0.25),
    lambda: tt.Multistart(n_starts=3),
    lambda: tt.Multistart(n_starts=4),
    lambda: tt.Phase.ANTIPODAL,
    lambda: math.sin,
    lambda: math.cos,
    lambda: np.sin,
    lambda: np.cos,
    lambda: tt.loss,
    lambda: tt.hessian,
    lambda: functools.partial(tt.loss, method="cube"),
    lambda: functools.partial(tt.loss, method="line"),
    lambda: tt.Multistart(n_starts=3).minimize,
    lambda: tt.Multistart(n_starts=4).minimize,
    lambda: tt.Multistart,
]


def test_equal_values_are_alike_and_others_are_not() -> None:
    one, other = ([fingerprint(make()) for make in VALUES] for _ in range(2))
    assert one == other
    assert len(set(one)) == len(one)


def test_other_processes_agree() -> None:
    text = f"""
import types, functools, toytoy as tt
from toytoy.numeric.sweeping.fingerprint import fingerprint
made = types.ModuleType("planted")
exec({PLAIN!r}, made.__dict__)
print(fingerprint([made.f, {{"x", "y", "z"}}, tt.Multistart(seed=7), made.Holder(3)]))
"""
    found = {
        subprocess.run(
            [sys.executable, "-c", text], env=os.environ | {"PYTHONHASHSEED": k}, capture_output=True, check=True
        ).stdout
        for k in "12"
    }
    assert len(found) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("** power", "* power"),
        ("power=2", "power=3"),
        ("STEPS = 3", "STEPS = 4"),
        ("W = [1.0, 2.0]", "W = [1.0, 2.5]"),
        ("return x + STEPS", "return x - STEPS"),
        ("[2 * w", "[3 * w"),
        ("def f(x", "def f(y, x=1"),
    ],
)
def test_a_change_that_matters_is_seen(before: str, after: str) -> None:
    assert before in PLAIN
    assert fingerprint(module(PLAIN).f) != fingerprint(module(PLAIN.replace(before, after)).f)


@pytest.mark.parametrize(("before", "after"), [("Text.", "Other."), ("# a comment", "# x\n\n"), ("factor", "factor")])
def test_words_and_places_are_not(before: str, after: str) -> None:
    assert fingerprint(module(PLAIN).f) == fingerprint(module(PLAIN.replace(before, after)).f)


@pytest.mark.parametrize("change", ["factor = 2|factor = 3", "x * self|x + self", "self.k *|self.k +"])
def test_an_object_that_is_called_counts_with_its_class(change: str) -> None:
    before, after = change.split("|")
    one, other = module(PLAIN), module(PLAIN.replace(before, after))
    for of in (lambda m: m.Holder(2), lambda m: m.Holder(2).inner):
        assert fingerprint(of(one)) != fingerprint(of(other))
    assert fingerprint(one.Holder(2)) != fingerprint(one.Holder(3))


@dataclasses.dataclass(frozen=True)
class Remembers:
    x: int

    @functools.cached_property
    def double(self) -> int:
        return 2 * self.x


def test_what_an_object_remembers_does_not_count() -> None:
    one = Remembers(3)
    before = fingerprint(one)
    assert one.double == 6
    assert fingerprint(one) == before == fingerprint(Remembers(3)) != fingerprint(Remembers(4))


def test_closures_and_caches_are_read() -> None:
    def make(k: int) -> Any:
        return lambda x: x + k

    assert fingerprint(make(1)) == fingerprint(make(1)) != fingerprint(make(2))
    cached = functools.lru_cache(make)
    before = fingerprint(cached)
    cached(3)
    assert fingerprint(cached) == before


def test_a_word_in_a_comprehension_is_no_docstring() -> None:
    one, other = (module(f"def f(x):\n    return [{word!r} for _ in x]") for word in "ab")
    assert fingerprint(one.f) != fingerprint(other.f)


def test_what_holds_itself_ends() -> None:
    held: list[Any] = [1]
    held.append(held)
    other: list[Any] = [2]
    other.append(other)
    assert fingerprint(held) != fingerprint(other)
    mutual = module("def f(x):\n    return g(x)\ndef g(x):\n    return f(x) + 1")
    assert fingerprint(mutual.f) != fingerprint(mutual.g)


def test_many_ways_to_one_function_take_no_longer() -> None:
    layer = "def f{0}(x):\n    return f{1}(x) + g{1}(x)\ndef g{0}(x):\n    return f{0}(x)\n"
    layers = "".join(layer.format(k, k + 1) for k in range(40))
    assert len(fingerprint(module(layers + "def f40(x):\n    return x\ng40 = f40").f0)) == 64


def test_what_can_not_be_compared_is_named() -> None:
    with pytest.raises(Unreadable, match=r"lock.*leave store out"):
        fingerprint(functools.partial(print, threading.Lock()))


def test_a_lock_of_the_module_is_no_matter() -> None:
    text = "import threading\nLOCK = threading.Lock()\ndef f(x):\n    with LOCK:\n        return x"
    assert fingerprint(module(text).f) == fingerprint(module(text).f)
