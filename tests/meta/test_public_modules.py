"""Every public name beside the front door is documented, with an example that runs, and so are all public methods."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
import sys
import types
from collections.abc import Iterator, Mapping

import pytest
import toytoy

from docs.front_door import BESIDE
from tests.meta.test_front_door import lacks

CONSTANTS = {"compare.figures.colors"}  # public modules without a function or a class


def members(module: types.ModuleType) -> dict[str, object]:
    """Give what the manual shows of a public module: what `__all__` lists, else what is defined in it or below it."""
    listed = getattr(module, "__all__", None)
    found = {name: getattr(module, name) for name in listed or vars(module) if not name.startswith("_")}
    plain = {name: inspect.unwrap(thing) if callable(thing) else thing for name, thing in found.items()}  # uncached
    things: dict[str, object] = {n: thing for n, thing in plain.items() if isinstance(thing, type | types.FunctionType)}
    if listed is not None:
        return things
    whole = hasattr(module, "__path__")
    return {n: thing for n, thing in things.items() if defined_in(thing, module.__name__, whole)}


def defined_in(thing: object, module: str, whole: bool) -> bool:
    """Judge whether a thing is defined in a module, or where the module is a package anywhere in it."""
    where = getattr(thing, "__module__", "")
    return where == module or (whole and where.startswith(f"{module}."))


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


def shown(things: Mapping[str, object]) -> set[str]:
    """Name the classes that examples of other names show: what they return, and what is in that."""
    words = [str(inspect.get_annotations(f).get("return")) for f in things.values() if isinstance(f, types.FunctionType)
             and not never_run(inspect.getdoc(f) or "")]  # fmt: skip
    found: set[str] = set()
    while words:
        text = words.pop()
        new = {name for name, thing in things.items() if isinstance(thing, type) and re.search(rf"\b{name}\b", text)}
        words += [
            str(inspect.get_annotations(thing)) for name in new - found if isinstance(thing := things[name], type)
        ]
        found |= new
    return found


def poor(name: str, thing: object, others: Mapping[str, object] | None = None) -> list[str]:
    """List what a public thing's docstring, and its methods', lack; others of its module may show a class."""
    faults = [f"{name} lacks {what}" for what in lacks(thing) if what != "a Returns section"]
    if never_run(inspect.getdoc(thing) or ""):
        faults.append(f"{name} has no example that is run")
    if name in shown(others or {}):
        faults = [fault for fault in faults if "xample" not in fault]
    if isinstance(thing, type):
        faults += [f"{name}.{method} says nothing" for method, inner in methods(thing) if not inspect.getdoc(inner)]
    return faults


@pytest.mark.parametrize("name", BESIDE)
def test_a_public_module_is_documented(name: str) -> None:
    module = importlib.import_module(f"toytoy.{name}")
    found = members(module)
    assert bool(found) == (name not in CONSTANTS), "a public module has something to show"
    assert [fault for member, thing in found.items() for fault in poor(member, thing, found)] == []
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


class _Record:
    """Say what it is."""


def _returns_it() -> _Record:
    """Give one.

    Examples
    --------
    >>> bool(1)
    True
    """
    return _Record()


def _returns_it_without_example() -> _Record:
    """Give one."""
    return _Record()


def test_a_record_is_shown_by_the_example_of_what_returns_it() -> None:
    assert poor("_Record", _Record, {"_Record": _Record, "f": _returns_it}) == []
    assert len(poor("_Record", _Record, {"_Record": _Record, "f": _returns_it_without_example})) == 2
