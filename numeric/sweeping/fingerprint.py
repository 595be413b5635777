"""A fingerprint of a value or a function: the same in every process, another when its code or what it reads changes."""

from __future__ import annotations

import copyreg
import dataclasses
import enum
import functools
import hashlib
import sys
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

DOCUMENTED = 0x4000000  # CO_HAS_DOCSTRING, since Python 3.13
PLAIN = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis))


class Unreadable(TypeError):
    """A value that has no fingerprint, such as an open file."""


def fingerprint(value: Any) -> str:
    """Return 64 hexadecimal digits that tell a value, or a function, from others.

    Parameters
    ----------
    value : any
        Numbers, words, containers, arrays, dataclasses; whatever can be pickled; functions, methods, classes.

    Returns
    -------
    str
        Of a function: its name, bytecode, defaults, what it closes over, and the functions and values of its own
        module that it names, theirs too. Functions of other modules count by name. Comments, docstrings and line
        numbers do not count; another minor version of Python may give another bytecode.

    Raises
    ------
    Unreadable
        If a part can't be pickled either.

    Examples
    --------
    >>> from toytoy.numeric.sweeping.fingerprint import fingerprint
    >>> fingerprint({"a": 1, "b": {2, 3}}) == fingerprint({"b": {3, 2}, "a": 1})
    True
    >>> fingerprint(1) == fingerprint(1.0)
    False
    """
    return _Reader().digest(value)


class _Reader:
    """Digests values; one that is met again inside itself counts by how far up it stands."""

    def __init__(self) -> None:
        self.above: list[int] = []
        self.known: dict[int, str] = {}  # functions and classes met before: call graphs have many ways to one function
        self.kept: list[Any] = []  # keeps every value alive, so that an id names one value only

    def digest(self, value: Any) -> str:
        """Hash a value's parts, each by its own hash."""
        if id(value) in self.known:
            return self.known[id(value)]
        if id(value) in self.above and not isinstance(value, PLAIN):
            return _hash(["above", str(len(self.above) - self.above.index(id(value)))])
        self.above.append(id(value))
        self.kept.append(value)
        try:
            found = _hash(self.parts(value))
        finally:
            self.above.pop()
        if isinstance(value, types.FunctionType | type):
            self.known[id(value)] = found
        return found

    def parts(self, value: Any) -> Iterator[str]:
        """Yield words that say all about a value."""
        yield type(value).__qualname__
        if isinstance(value, enum.Enum):
            yield value.name
        elif isinstance(value, PLAIN) and type(value) in PLAIN:
            yield value.hex() if isinstance(value, float) else repr(value)
        elif isinstance(value, tuple | list):
            yield from map(self.digest, value)
        elif isinstance(value, set | frozenset):
            yield from sorted(map(self.digest, value))
        elif isinstance(value, dict):
            yield from sorted(self.digest(key) + self.digest(held) for key, held in value.items())
        elif isinstance(value, np.ndarray | np.generic) and value.dtype.kind != "O":
            array = np.asarray(value)
            yield from (array.dtype.str, repr(array.shape), hashlib.sha256(array.tobytes()).hexdigest())
        elif isinstance(value, types.ModuleType):
            yield value.__name__
        elif isinstance(value, types.CodeType):
            yield from self.code(value)
        else:
            yield from self.callable_or_object(value)

    def callable_or_object(self, value: Any) -> Iterator[str]:
        """Yield what a function is made of, or what an object is pickled as."""
        if isinstance(value, functools.partial):
            yield from map(self.digest, (value.func, value.args, value.keywords))
        elif isinstance(value, types.MethodType):
            yield from map(self.digest, (value.__self__, type(value.__self__), value.__func__))
        elif isinstance(value, types.FunctionType):
            yield from self.function(value)
        elif isinstance(value, type):
            yield from self.members(value)
        elif isinstance(value, staticmethod | classmethod):
            yield self.digest(value.__func__)
        elif isinstance(value, property):
            yield from map(self.digest, (value.fget, value.fset, value.fdel))
        elif (inner := _wrapped(value)) is not None:
            yield self.digest(inner)
        else:
            yield from self.pickled(value)

    def function(self, value: types.FunctionType) -> Iterator[str]:
        """Yield a function's name and code, what it is called with, closes over, and names in its module."""
        yield from (value.__module__ or "", value.__qualname__)
        yield from map(self.digest, (value.__code__, value.__defaults__, value.__kwdefaults__))
        for cell in value.__closure__ or ():
            try:
                yield self.digest(cell.cell_contents)
            except ValueError:  # not filled yet
                yield "empty"
        for name in sorted(_names(value.__code__)):
            if name in value.__globals__:
                yield name + self.named(value.__globals__[name], value.__module__)

    def members(self, value: type) -> Iterator[str]:
        """Yield what a class defines; classes of other modules that it is made from count by name."""
        yield from (value.__module__, value.__qualname__)
        yield from (self.named(base, value.__module__) for base in value.__bases__)
        methods = (types.FunctionType, staticmethod, classmethod, property)
        for name, held in sorted(vars(value).items()):
            if isinstance(held, methods) or (isinstance(held, PLAIN) and not name.startswith("__")):
                yield name + self.digest(held)

    def named(self, value: Any, module: str | None) -> str:
        """Digest what a function finds in its module: by name where it comes from another one."""
        if isinstance(value, types.ModuleType):
            return value.__name__
        home = getattr(value, "__module__", None)
        if callable(value) and home != module:
            return f"{home}.{getattr(value, '__qualname__', getattr(value, '__name__', type(value).__qualname__))}"
        try:
            return self.digest(value)
        except Unreadable:  # a lock, a logger: nothing that a result should depend on
            return type(value).__qualname__

    def code(self, value: types.CodeType) -> Iterator[str]:
        """Yield the instructions of a code object and of those inside it, without the places of lines."""
        yield from (value.co_code.hex(), repr(value.co_flags & ~DOCUMENTED))
        yield from (repr(value.co_names), repr(value.co_varnames), repr(value.co_freevars), repr(value.co_cellvars))
        yield from map(self.digest, (None, *value.co_consts[1:]) if _documented(value) else value.co_consts)

    def pickled(self, value: Any) -> Iterator[str]:
        """Yield the parts that pickle would rebuild an object from; of a dataclass its fields alone."""
        if isinstance(getattr(value, "__call__", None), types.MethodType):  # noqa: B004
            yield self.digest(type(value))
        if dataclasses.is_dataclass(value):
            yield from (type(value).__module__, type(value).__qualname__)
            yield from (
                part.name + self.digest(getattr(value, part.name)) for part in dataclasses.fields(value) if part.init
            )
            return
        try:
            registered = copyreg.dispatch_table.get(type(value))
            parts: Any = registered(value) if registered else value.__reduce_ex__(4)
        except Exception as error:
            raise Unreadable(
                f"a store must tell one sweep from another, and {value!r} can't be compared ({error}); "
                f"pass plain values, or leave store out"
            ) from None
        if isinstance(parts, str):  # a global name
            yield from (str(getattr(value, "__module__", "")), parts)
            return
        make, given, *more = parts
        state, items, pairs = (*more, None, None, None)[:3]
        yield f"{make.__module__}.{make.__qualname__}"
        yield from map(self.named_class, given)
        yield self.digest(state)
        yield from map(self.digest, items or ())
        yield from sorted(self.digest(pair) for pair in pairs or ())

    def named_class(self, value: Any) -> str:
        """Digest an argument of a constructor; a class counts by name, as in a pickle."""
        return f"{value.__module__}.{value.__qualname__}" if isinstance(value, type) else self.digest(value)


def _names(code: types.CodeType) -> set[str]:
    """Collect the names that a code object, and those inside it, may look up in the module."""
    inner = (const for const in code.co_consts if isinstance(const, types.CodeType))
    return set(code.co_names).union(*map(_names, inner))


def _documented(code: types.CodeType) -> bool:
    """Whether the first constant is a docstring; comprehensions and lambdas have none."""
    if sys.version_info >= (3, 13):
        return bool(code.co_flags & DOCUMENTED)
    return not code.co_name.startswith("<") and isinstance(code.co_consts[:1][0] if code.co_consts else None, str)


def _wrapped(value: Any) -> Any:
    """Return the Python function inside a cached, compiled or decorated one."""
    for name in ("__wrapped__", "py_func"):
        inner = getattr(value, name, None)
        if callable(inner):
            return inner
    return None


def _hash(words: Any) -> str:
    digest = hashlib.sha256()
    for word in words:
        digest.update(f"{len(word)}:{word}".encode("utf8", "surrogatepass"))
    return digest.hexdigest()
