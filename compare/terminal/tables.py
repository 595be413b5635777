"""Answers as tables for a terminal; plain columns, without frames and colors, where the output is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

import numpy as np

from ...analytic.decomposition import LossDecomposition
from ...analytic.gram import Array, capacity, superposition
from ...analytic.solution import Solution
from ...analytic.structure import NOT_REPRESENTED

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

MOST_DIMENSIONS = 6  # columns of weights that fit the width; of more, only what does not depend on the axes
MOST_FEATURES = 40  # rows of a screen; the rest is in the JSON
MOST_BLOCKS = 12  # named one by one
PLAIN_WIDTH = 160  # where nothing says how wide the output is, tables are not folded at 80 columns
STYLES = {"agrees": "green", "not_reached": "yellow", "disagreement": "bold red"}


def show(parts: Iterable[RenderableType], stream: TextIO) -> None:
    """Write tables and sentences to a stream, a blank line between them."""
    from rich.console import Console

    terminal = stream.isatty()
    console = Console(file=stream, width=None if terminal else PLAIN_WIDTH, highlight=False, no_color=not terminal)
    for place, part in enumerate(parts):
        if place:
            console.print()
        console.print(part, soft_wrap=isinstance(part, str), markup=False)


def table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], stream: TextIO, *, prose: int = 0
) -> Group:
    """Lay out a title and a table; all columns but the first, and the last few of prose, are numbers or verdicts."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    made = Table(box=box.SIMPLE_HEAD if stream.isatty() else None, pad_edge=False)
    for k, column in enumerate(columns):
        is_text = k == 0 or k >= len(columns) - prose
        made.add_column(column, justify="left" if is_text else "right", no_wrap=not is_text)
    for row in rows:
        made.add_row(*(Text(cell, style=STYLES.get(cell, "")) for cell in row))
    return Group(Text(title, style="bold"), made)


def solution_parts(solution: Solution, stream: TextIO) -> list[RenderableType]:
    """Lay out a solution: what it costs, how it was found, and each feature."""
    runs = solution.runs
    facts = [
        f"{solution.kind}: loss {solution.loss.value:.15g}, {solution.loss.kind} error below {solution.loss.error:.1e}",
        f"structure: {_folded(solution)}",
        f"found by: {solution.method}: {solution.status}, gradient {solution.gradient_norm:.1e}; "
        f"{runs.hits} of {len(runs)} runs ended here, {runs.n_distinct} different losses",
    ]
    if solution.kinks:
        facts.append(f"kinks: {len(solution.kinks)}: the second derivative of the loss jumps here")
    names, columns = _columns(solution)
    rows = [
        [
            str(i),
            *(f"{w:z.9f}" for w in columns[i]),
            f"{solution.bias[i]:z.9f}",
            f"{share:.6f}",
            str(regime),
        ]
        for i, (share, regime) in enumerate(zip(capacity(solution.weights), solution.regimes, strict=True))
    ]
    features = table("Features", ["feature", *names, "bias", "capacity", "regime"], rows[:MOST_FEATURES], stream)
    return ["\n".join(facts), features, *_left_out(len(rows))]


def _columns(solution: Solution) -> tuple[list[str], Array]:
    """Name and give the numbers that describe each feature's weights, shape (n, columns)."""
    m = solution.problem.n_hidden
    if m <= MOST_DIMENSIONS:
        return [f"weight[{k}]" for k in range(m)], solution.weights.T
    norms = np.linalg.norm(solution.weights, axis=0)
    return ["norm", "superposition"], np.stack([norms, superposition(solution.weights)], axis=1)


def _folded(solution: Solution) -> str:
    """Name every block, or where there are many count those of one name."""
    if len(solution.structure.blocks) <= MOST_BLOCKS:
        return str(solution.structure)
    counts = Counter(block.name for block in solution.structure.blocks if block.name != NOT_REPRESENTED)
    dropped = [block for block in solution.structure.blocks if block.name == NOT_REPRESENTED]
    said = [f"{count} x {name}" for name, count in counts.items()]
    return " + ".join([*said, *(f"{len(block.features)} features not represented" for block in dropped)])


def _left_out(n: int) -> list[RenderableType]:
    left = n - MOST_FEATURES
    return [f"… and {left} more features: --json gives all."] if left > 0 else []


def decomposition_parts(parts: LossDecomposition, stream: TextIO) -> list[RenderableType]:
    """Lay out the parts of a loss by feature, their sums, and the total."""
    named = parts.parts()
    columns = [*named, "loss", "error removed"]
    values = np.array([*named.values(), sum(named.values()), parts.error_removed]).T
    rows = [[str(i), *(f"{v:z.9f}" for v in row)] for i, row in enumerate(values[:MOST_FEATURES])]
    rows.append(["all", *(f"{v:z.9f}" for v in values.sum(axis=0))])
    parts_table = table("Parts of the loss, by output", ["feature", *columns], rows, stream)
    return [parts_table, *_left_out(len(values))]
