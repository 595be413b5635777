"""Options of commands, made from the declared ranges: a refusal names the value, the rule and the way out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from ...analytic.domain import Domain, nearest
from ..notation import parse_ends, parse_number, parse_numbers, parse_range

Decorator = Callable[[Any], Any]


class Refusal(click.UsageError):
    """Bad input, said in a sentence that needs no more."""


class Parsed(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.5
    """An option's text, read by a function whose error says what to write instead."""

    def __init__(self, name: str, parse: Callable[[str], Any]) -> None:
        self.name, self.parse = name, parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the text; a refusal is a usage error as it stands."""
        if not isinstance(value, str):
            return value
        try:
            return self.parse(value)
        except (TypeError, ValueError) as error:
            raise Refusal(str(error)) from None


def number(domain: Domain, *names: str, **settings: Any) -> Decorator:
    """Make an option that takes one number inside a domain; refusals call it by its flag."""
    flag = next(name for name in names if name.startswith("--"))
    kind = Parsed("INTEGER" if domain.integer else "NUMBER", lambda text: parse_number(text, domain, flag))
    return click.option(*names, type=kind, **settings)


def numbers(domain: Domain, *names: str, **settings: Any) -> Decorator:
    """Make an option that takes one number, or one a feature."""
    return click.option(*names, type=Parsed("X[,X...]", lambda text: parse_numbers(text, domain)), **settings)


def axis(domain: Domain, **settings: Any) -> Decorator:
    """Make an option that takes a log-spaced grid."""
    return click.option(
        f"--{domain.name}", type=Parsed("LO:HI:COUNT", lambda text: parse_range(text, domain)), **settings
    )


def window(domain: Domain, **settings: Any) -> Decorator:
    """Make an option that takes the two ends of a window's axis."""
    return click.option(f"--{domain.name}", type=Parsed("LO:HI", lambda text: parse_ends(text, domain)), **settings)


def choice(name: str, choices: Sequence[str], **settings: Any) -> Decorator:
    """Make an option that takes one of several words, and offers the nearest."""

    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(nearest(name, text, choices))
        return text

    return click.option(f"--{name}", type=Parsed(name, parse), metavar="|".join(choices), **settings)


def example(command: str) -> str:
    """Lay out an example at the end of a command's help; click folds lines unless told not to."""
    return f"\b\nExample:\n  {command}"


def stacked(*decorators: Decorator) -> Decorator:
    """Put options on one command, the first shown first."""

    def decorate(function: Any) -> Any:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate
