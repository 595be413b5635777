"""Tables: plain and unfolded where the output is no terminal, framed where it is, and in ASCII where that is all."""

from __future__ import annotations

import io

import numpy as np
import toytoy as tt
from toytoy.analytic.answer import answer
from toytoy.analytic.solution import Kind
from toytoy.compare.terminal.tables import decomposition_parts, show, solution_parts, table

PROBLEM = tt.Problem.toy(3, importance=0.4, density=0.5)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Claim to be one."""
        return True


def text_of(stream: io.StringIO) -> str:
    """Show one table on a stream."""
    show([table("Title", ["name", "value"], [["first", "1.5"], ["agrees", "2"]], stream)], stream)
    return stream.getvalue()


def test_a_pipe_gets_plain_columns() -> None:
    lines = [line.split() for line in text_of(io.StringIO()).splitlines()]
    assert lines == [["Title"], ["name", "value"], ["first", "1.5"], ["agrees", "2"]]


def test_a_terminal_gets_a_frame() -> None:
    assert "─" in text_of(Terminal())


def test_an_ascii_stream_gets_ascii() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    stream.isatty = lambda: True  # type: ignore[method-assign]
    show([table("Title", ["name"], [["first"]], stream)], stream)
    stream.flush()
    assert b"first" in raw.getvalue()


def test_long_lines_are_not_folded() -> None:
    stream = io.StringIO()
    show(["word " * 100 + "[end]"], stream)
    assert stream.getvalue() == "word " * 100 + "[end]\n"


def test_a_solution_shows_every_feature() -> None:
    solution = tt.minimize(PROBLEM, tt.Multistart(n_starts=4, seed=0))
    stream = io.StringIO()
    show(solution_parts(solution, stream), stream)
    text = stream.getvalue()
    assert f"loss {float(solution.loss):.15g}" in text
    rows = [line.split() for line in text.splitlines()][-3:]
    assert [row[0] for row in rows] == ["0", "1", "2"]
    assert [row[-1] for row in rows] == [str(regime) for regime in solution.regimes]
    assert [row[1] for row in rows] == [f"{w:z.9f}" for w in solution.weights[0]]


def test_a_decomposition_shows_sums() -> None:
    parts = tt.decompose(PROBLEM, [[1, 0, 0], [0, 1, 0]], [0, 0, 0.25])
    stream = io.StringIO()
    show(decomposition_parts(parts, stream), stream)
    last = stream.getvalue().splitlines()[-1].split()
    assert last[0] == "all"
    assert last[-2] == f"{parts.total:.9f}"


def test_many_dimensions_features_and_blocks_are_folded() -> None:
    """A large model keeps to the width of a page and to a screen of rows, and says what is left out."""
    n, m = 60, 20
    weights = np.eye(m, n)
    weights[:5, m : m + 5] = -np.eye(5)
    problem = tt.Problem(n_features=n, n_hidden=m, support=tt.OneHot())
    solution = answer(
        problem,
        weights[None],
        np.zeros((1, n)),
        kind=Kind.OPTIMUM,
        method="given",
        tolerance=1e-8,
        status="given",
        n_evaluations=1,
    )
    stream = io.StringIO()
    show(solution_parts(solution, stream), stream)
    lines = stream.getvalue().splitlines()
    assert "structure: 15 x dedicated + 5 x antipodal + 35 features not represented" in lines
    assert ["feature", "norm", "superposition", "bias", "capacity", "regime"] in [line.split() for line in lines]
    assert lines[-1] == "… and 20 more features: --json gives all."
    assert len(lines) < 50
    stream = io.StringIO()
    show(decomposition_parts(tt.decompose(problem, weights, np.zeros(n)), stream), stream)
    lines = stream.getvalue().splitlines()
    assert lines[-1] == "… and 20 more features: --json gives all."
    total = next(line.split() for line in lines if line.startswith("all"))
    assert total[-2] == f"{solution.loss.value:.9f}"
