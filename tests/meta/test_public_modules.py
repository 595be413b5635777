"""Every public name beside the front door is documented, with an example that runs, and so are all public methods."""

from __future__ import annotations

import doctest
import importlib
import inspect
import sys
import types
from collections.abc import Iterator

import pytest
import toytoy

from docs.front_door import BESIDE
from tests.meta.test_front_door import lacks

SAID_BY_ITS_TYPE = "SearchStrategy"  # what a function returns, without a Returns section


def members(module: types.ModuleType) -> dict[str, object]:
    """Give what the manual shows of a public module: what `__all__` lists, else what is defined in it or below it."""
    listed = getattr(module, "__all__", None)
    found = {name: getattr(module, name) for name in listed or vars(module) if not name.startswith("_")}
    things = {name: thing for name, thing in found.items() if isinstance(thing, type | types.FunctionType)}
    if listed is not None:
        return things
    below = module.__name__ if hasattr(module, "__path__") else f"{module.__name__} only"
    own = (module.__name__, below)
    return {
        n: thing for n, thing in things.items() if thing.__module__ == own[0] or thing.__module__.startswith(own[1])
    }


def methods(thing: type) -> Iterator[tuple[str, types.FunctionType]]:
    """Yield the public methods and properties that a class defines itself."""
    for name, value in vars(thing).items():
        inner = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        inner = getattr(inner, "func", inner)  # of a cached property
        if not name.startswith("_") and isinstance(inner, types.FunctionType):
            yield name, inner


def never_run(doc: str) -> bool:
    """Judge whether no example of a docstring but its imports is run."""
    examples = doctest.DocTestParser().get_examples(doc)
    run = [example for example in examples if not example.options.get(doctest.SKIP)]
    return all(example.source.startswith(("import ", "from ")) for example in run)


def poor(name: str, thing: object) -> list[str]:
    """List what a public thing's docstring, and its methods', lack."""
    faults = [f"{name} lacks {what}" for what in lacks(thing)]
    if SAID_BY_ITS_TYPE in str(getattr(thing, "__annotations__", {}).get("return")):
        faults = [fault for fault in faults if not fault.endswith("a Returns section")]
    if never_run(inspect.getdoc(thing) or ""):
        faults.append(f"{name} has no example that is run")
    if isinstance(thing, type):
        faults += [f"{name}.{method} says nothing" for method, inner in methods(thing) if not inspect.getdoc(inner)]
    return faults


@pytest.mark.parametrize("name", BESIDE)
def test_a_public_module_is_documented(name: str) -> None:
    module = importlib.import_module(f"toytoy.{name}")
    found = members(module)
    assert found or name == "compare.plot", "a public module has something to show"
    assert [fault for member, thing in found.items() for fault in poor(member, thing)] == []
    assert inspect.getdoc(module)


def test_the_front_door_is_too() -> None:
    assert [
        fault for name in toytoy.__all__ if name != "__version__" for fault in poor(name, getattr(toytoy, name))
    ] == []


def test_members_are_those_that_the_manual_shows() -> None:
    assert {"enclose_loss", "NotProvedError"} <= set(members(importlib.import_module("toytoy.analytic.enclosure")))
    assert set(members(importlib.import_module("toytoy.numeric.models"))) == {"AbsModel", "HiddenReLUModel", "ToyModel"}
    assert "np" not in members(importlib.import_module("toytoy.numeric.fit"))
    assert [name for name, _ in methods(toytoy.Estimate)] != []


def _only_skipped() -> None:
    """Do nothing.

    Returns
    -------
    None

    Examples
    --------
    >>> import sys
    >>> 1 + 1  # doctest: +SKIP
    3
    """


class _Silent:
    """Say what it is.

    Examples
    --------
    >>> 1
    1
    """

    def method(self) -> None: ...

    @property
    def shown(self) -> int:
        """Give a number."""
        return 1


def _undocumented() -> None: ...


@pytest.mark.parametrize(
    ("thing", "fault"),
    [
        (_only_skipped, "x has no example that is run"),
        (_Silent, "x.method says nothing"),
        (_undocumented, "x lacks a first line"),
    ],
)
def test_a_poor_docstring_is_seen(thing: object, fault: str) -> None:
    assert fault in poor("x", thing)


def test_a_module_without_a_list_shows_its_own_names_only() -> None:
    planted = types.ModuleType("planted")
    vars(planted).update(mine=_undocumented, theirs=inspect.getdoc, sys=sys, _hidden=_only_skipped)
    _undocumented.__module__ = "planted"
    assert set(members(planted)) == {"mine"}
    vars(planted)["__all__"] = ["theirs"]
    assert set(members(planted)) == {"theirs"}
