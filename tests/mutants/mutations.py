"""Which mutants a module has: cosmic-ray's operators, less what would only flatter the score or cannot matter."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import cosmic_ray.plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

# Of the eleven replacements of one arithmetic operator the one that keeps types and, often, special values: the other
# ten (shifts of floats, a modulus for a sum) mostly end in a type error, a kill that any test makes.
_BINARY = {
    **{"Add": "Sub", "Sub": "Add", "Mul": "Div", "Div": "Mul", "FloorDiv": "Mul", "Mod": "FloorDiv", "Pow": "Mul"},
    **{"BitAnd": "BitOr", "BitOr": "BitAnd", "BitXor": "BitAnd", "LShift": "RShift", "RShift": "LShift"},
}
# The edge and the opposite. The other replacements are between the two, or ask for identity of numbers.
_COMPARISON = {
    **{"Lt": ("LtE", "GtE"), "LtE": ("Lt", "Gt"), "Gt": ("GtE", "LtE"), "GtE": ("Gt", "Lt")},
    **{"Eq": ("NotEq",), "NotEq": ("Eq",), "Is": ("IsNot",), "IsNot": ("Is",)},
}
OPERATORS = (
    *(f"core/ReplaceBinaryOperator_{old}_{new}" for old, new in _BINARY.items()),
    *(f"core/ReplaceComparisonOperator_{old}_{new}" for old, news in _COMPARISON.items() for new in news),
    # -x to +x is x, as deleting the minus is; ~x and not x of a number change its type
    *(f"core/ReplaceUnaryOperator_Delete_{old}" for old in ("USub", "Invert", "Not")),
    *("core/AddNot", "core/ReplaceTrueWithFalse", "core/ReplaceFalseWithTrue"),
    *("core/ReplaceAndWithOr", "core/ReplaceOrWithAnd"),
    *("core/ReplaceBreakWithContinue", "core/ReplaceContinueWithBreak", "core/ExceptionReplacer"),
    *("core/NumberReplacer", "core/RemoveDecorator", "core/ZeroIterationForLoop"),
)
# Without these nothing changes but speed, or what a type checker sees.
_ONLY_FASTER = (
    *("compiled", "inlined", "vectorized", "cache", "lru_cache"),
    *("overload", "final", "override", "abstractmethod"),
)


@dataclass(frozen=True, order=True)
class Mutant:
    """One change of one module: the occurrence-th place of an operator of cosmic-ray."""

    module: str
    line: int
    column: int
    operator: str
    occurrence: int

    def name(self) -> str:
        """Name it in a word."""
        return f"{self.module}:{self.line}:{self.column} {self.operator.removeprefix('core/')} #{self.occurrence}"

    def fields(self) -> dict[str, Any]:
        """List the fields, for a file."""
        return asdict(self)


def mutants_of(module: str, text: str) -> list[Mutant]:
    """List a module's mutants in the order of its lines."""
    nodes = list(ast_nodes(get_ast(text)))
    found = []
    for name in OPERATORS:
        operator = cosmic_ray.plugins.get_operator(name)()
        places = [(node, start) for node in nodes for start, _ in operator.mutation_positions(node)]
        for occurrence, (node, start) in enumerate(places):
            if not cannot_matter(name, node):
                found.append(Mutant(module, start[0], start[1], name, occurrence))
    return sorted(found)


def mutated(text: str, mutant: Mutant) -> str:
    """Apply a mutant to its module's text."""
    changed: str | None = mutate_code(text, cosmic_ray.plugins.get_operator(mutant.operator)(), mutant.occurrence)
    if changed is None:
        raise ValueError(f"mutant={mutant.name()} has no place in this text; list the mutants of the text it is of")
    return changed


def changed_line(text: str, changed: str) -> tuple[str, str]:
    """Give the first line that differs, before and after."""
    for before, after in zip(text.splitlines(), changed.splitlines(), strict=False):
        if before != after:
            return before.strip(), after.strip()
    return "", ""


def cannot_matter(operator: str, node: Any) -> bool:
    """Tell whether no test could see a change there: types, speed, the wording of an error; or it is listed twice."""
    parents = list(_upwards(node))
    kinds = {parent.type for parent in parents}
    if _in_annotation(parents) or any(_asks_for_type_checking(parent) for parent in parents):
        return True
    if "fstring" in kinds and "raise_stmt" in kinds:
        return True
    if "decorator" in kinds and _decorator_name(next(p for p in parents if p.type == "decorator")) in _ONLY_FASTER:
        return True
    if any(_is_strict(parent) for parent in parents):
        return True
    if operator == "core/NumberReplacer" and (number := literal_eval(node.value)) + 1 == number:  # as 1e70
        return True
    if operator == "core/AddNot":  # not (a < b) is a >= b, listed by the comparison's own operator
        return bool(node.children[2 if node.type == "test" else 1].type == "comparison")
    return operator.startswith("core/ReplaceBinaryOperator_BitOr") and _is_union(node, parents)


def _is_strict(node: Any) -> bool:
    """Tell whether a node is strict=True, of zip: it stops a program that is wrong elsewhere, and does nothing else."""
    return bool(node.type == "argument" and node.children[0].get_code().strip() == "strict")


def _upwards(node: Any) -> Iterator[Any]:
    while node is not None:
        yield node
        node = node.parent


def _in_annotation(parents: list[Any]) -> bool:
    """Tell whether a node is part of a type: of a parameter, of a variable, of what a function returns."""
    for child, parent in pairwise(parents):
        if parent.type == "tfpdef" or (parent.type == "annassign" and child is parent.children[1]):
            return True
        if parent.type == "funcdef" and parent.annotation is child:
            return True
    return False


def _asks_for_type_checking(node: Any) -> bool:
    return node.type == "if_stmt" and node.children[1].get_code().strip() in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def _decorator_name(decorator: Any) -> str:
    code: str = decorator.get_code()
    return code.strip().removeprefix("@").partition("(")[0].strip().rpartition(".")[2]


def _is_union(node: Any, parents: list[Any]) -> bool:
    """Tell whether a bar joins types: an alias at the top of a module, or a None beside it."""
    siblings = node.parent.children if node.parent is not None else []
    if any(getattr(sibling, "value", None) == "None" for sibling in siblings):
        return True
    return not any(parent.type in ("funcdef", "classdef", "lambdef") for parent in parents)
