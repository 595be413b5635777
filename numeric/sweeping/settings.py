"""What makes a sweep the one it is: two with the same settings give the same cells, and may share a store."""

from __future__ import annotations

import functools
import hashlib
import json
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..._version import __version__
from .fingerprint import fingerprint
from .grid import Grid


class Setting(NamedTuple):
    """One of them, in words; where words don't say all, or say too much (an address), a hash tells it from others."""

    says: str
    hash: str = ""

    @property
    def identity(self) -> str:
        """What is the same for the same setting, and only then."""
        return self.hash or self.says


Settings = dict[str, Setting]
LONGEST = 2000  # characters of a setting that are kept: large arrays and models have hashes
SHOWN = 60  # of them in an error


def name_of(function: Callable[..., Any]) -> str:
    """Return the qualified name of a function, inside of what binds arguments to it."""
    inner = function
    while isinstance(inner, functools.partial):
        inner = inner.func
    qualified = getattr(inner, "__qualname__", type(inner).__qualname__)
    return f"{getattr(inner, '__module__', None) or type(inner).__module__}.{qualified}"


def settings_of(function: Callable[..., Any], grid: Grid, seed: int | None) -> Settings:
    """Write down all that a sweep's cells depend on; not who computes them, nor in which portions.

    Raises
    ------
    TypeError
        If the function holds what can't be compared.
    """
    said: dict[str, Any] = {"axes": ", ".join(grid.names)}
    found = {"function": Setting(name_of(function))}
    inner = function
    while isinstance(inner, functools.partial):
        for name, value in (*inner.keywords.items(), *((f"argument {k}", value) for k, value in enumerate(inner.args))):
            found.setdefault(f"bound {name}", Setting(_brief(repr(value)), fingerprint(value)))
        inner = inner.func
    found["function's code"] = Setting("", fingerprint(inner))
    for name, values in zip(grid.names, grid.values, strict=True):
        ends = f"{values[0]!s}" if len(values) == 1 else f"{len(values)} values from {values[0]!s} to {values[-1]!s}"
        found[name] = Setting(_brief(ends), fingerprint(np.asarray(values)))
    said |= {"seed": "none" if seed is None else seed, "toytoy": __version__}
    said["Python"] = f"{sys.version_info.major}.{sys.version_info.minor}"  # bytecode is part of a function's hash
    return found | {what: Setting(str(value)) for what, value in said.items()}


def hash_of(settings: Settings) -> str:
    """Return 64 hexadecimal digits that tell a sweep from others."""
    return hashlib.sha256(
        json.dumps({what: setting.identity for what, setting in settings.items()}).encode()
    ).hexdigest()


def difference(there: Settings, here: Settings) -> str:
    """Say which setting of a stored sweep is another one here; nothing if none is."""
    for what in [*here, *(name for name in there if name not in here)]:
        stored, asked = there.get(what), here.get(what)
        if stored and asked and stored.identity == asked.identity:
            continue
        if stored is None or asked is None or stored.says != asked.says:
            return "{}: {} there, {} here".format(what, *_told_apart(_said(stored), _said(asked)))
        return f"{what}: {_cut(asked.says, SHOWN)}{', ' * bool(asked.says)}changed since it was written"
    return ""


def _brief(words: str) -> str:
    """Keep to one line, and to what a manifest may hold."""
    return _cut(" ".join(words.split()), LONGEST)


def _cut(words: str, length: int) -> str:
    return words if len(words) <= length else f"{words[:length]}…"


def _told_apart(there: str, here: str) -> tuple[str, str]:
    """Shorten two long texts to where they begin to differ."""
    if max(len(there), len(here)) <= SHOWN:
        return there, here
    pairs = enumerate(zip(there, here, strict=False))
    same = there[: next((k for k, (a, b) in pairs if a != b), min(len(there), len(here)))]
    begin = 1 + max(same.rfind(mark) for mark in " ([{")
    return tuple("…" * (begin > 0) + _cut(words[begin:], SHOWN) for words in (there, here))  # type: ignore[return-value]


def _said(setting: Setting | None) -> str:
    return "none" if setting is None or not setting.says else setting.says
