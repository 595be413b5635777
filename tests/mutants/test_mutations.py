"""Mutants: every place once, none where nothing could be seen."""

from __future__ import annotations

import pytest

pytest.importorskip("cosmic_ray", reason="the extra `mutants` is not installed")
from tests.mutants.mutations import mutants_of, mutated

PLACES = {
    "x = a + b\n": {"x = a - b"},
    "x = a * 3\n": {"x = a / 3", "x = a * 4", "x = a * 2"},
    "x = a < b\n": {"x = a <= b", "x = a >= b"},
    "if a:\n    pass\n": {"if not a:"},
    "if a < b:\n    pass\n": {"if a <= b:", "if a >= b:"},  # no second opposite
    "x = -a\n": {"x = a"},
    "x = not a\n": {"x = a"},
    "x = True\n": {"x = False"},
    "x = a and b\n": {"x = a or b"},
    "for i in a:\n    pass\n": {"for i in []:"},
    "@property\ndef f(x):\n    return x\n": {""},
    "def f(a, b):\n    return a | b\n": {"return a & b"},
    "while a:\n    break\n": {"while not a:", "continue"},
    "try:\n    pass\nexcept OSError:\n    pass\n": {"except CosmicRayTestingException:"},
}
NOTHING = [
    '"""Text with 1 + 1."""\n',
    "x: int | None\n",
    "def f(x: int | float, *y: A[1]) -> tuple[int, int] | str:\n    pass\n",
    "A = B | C\n",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    x = 1 + 1\n",
    "def f(a):\n    raise ValueError(f'{a + 1} of {2 * a}')\n",
    "@compiled\ndef f(x):\n    return x\n",
    "@lru_cache(maxsize=3)\ndef f(x):\n    return x\n",
    "x = zip(a, b, strict=True)\n",
    "x = 1e70\n",
    "@functools.cache\ndef f(x):\n    return x\n",
]


def squeezed(line: str) -> str:
    """Drop the blanks that cosmic-ray puts before what it writes."""
    return " ".join(line.split()).replace("( ", "(")


def changes(text: str) -> set[str]:
    """List the lines that mutants make of a text."""
    found = set()
    for mutant in mutants_of("planted.py", text):
        after = mutated(text, mutant).splitlines()
        lines = {squeezed(line) for line in after} - {squeezed(line) for line in text.splitlines()}
        found.add(" ".join(lines))
    return found


@pytest.mark.parametrize("text", PLACES)
def test_each_place_is_changed(text: str) -> None:
    assert changes(text) == PLACES[text]


@pytest.mark.parametrize("text", NOTHING)
def test_what_cannot_matter_is_left(text: str) -> None:
    assert changes(text) == set()


def test_mutants_differ_from_each_other_and_from_the_text() -> None:
    text = "".join(PLACES)
    made = [mutated(text, mutant) for mutant in mutants_of("planted.py", text)]
    assert len({*made, text}) == len(made) + 1


def test_a_mutant_of_another_text_is_refused() -> None:
    (mutant,) = mutants_of("planted.py", "x = a + b\n")
    with pytest.raises(ValueError, match="no place in this text"):
        mutated("x = a\n", mutant)
