"""Tables of boundaries, lines, points and certificates: a row for each, with its numbers."""

import io
from typing import Any

import toytoy as tt
from toytoy.analytic.certificate import certificate
from toytoy.compare.boundary import boundary
from toytoy.compare.lines import PhaseLines
from toytoy.compare.terminal.line_tables import boundary_parts, certificate_parts, line_parts, map_parts
from toytoy.compare.terminal.tables import show

from tests.small_lines import small_lines
from tests.small_maps import diagram


def shown(parts: Any, *given: Any) -> str:
    stream = io.StringIO()
    show(parts(*given, stream), stream)
    return stream.getvalue()


def test_every_boundary_has_a_row() -> None:
    text = shown(boundary_parts, boundary(2, 1, density=0.5))
    assert "0.5357387640653" in text
    assert "given" in text
    assert "antipodal | dedicated" in text
    ansatz = shown(boundary_parts, boundary(2, 1, density=0.5, method="ansatz"))
    assert "0.666666666666667" in ansatz
    assert " - " in ansatz  # an ansatz has no loss there


def test_every_line_and_point_has_a_row_and_what_is_unresolved_is_said() -> None:
    text = shown(line_parts, small_lines(spinodals=True))
    rows = [row for row in text.splitlines() if row.startswith("not_represented | antipodal")]
    assert len(rows) == len(small_lines().lines) + 1
    assert "0.1, 0.18" in rows[0]
    assert "0.56, 0.51" in rows[0]
    assert all(point.name in text for point in small_lines().points)
    assert "C: unresolved; a sliver." in text.splitlines()
    assert "1 lines are unresolved" in text


def test_no_points_no_table() -> None:
    text = shown(line_parts, PhaseLines(2, 1, (0.1, 0.2), (0.1, 0.2), (), ()))
    assert "Special points" not in text
    assert "unresolved" not in text


def test_a_map_has_its_lines_only_if_they_were_traced() -> None:
    assert "Special points" in shown(map_parts, diagram("ansatz"), small_lines())
    text = shown(map_parts, diagram("ansatz"), None)
    assert "Share of cells" in text
    assert "Special points" not in text


def test_a_certificate_shows_its_interval_and_whether_it_is_as_narrow_as_asked() -> None:
    problem = tt.Problem.toy(2, importance=0.8, density=0.5)
    found = certificate(problem, 1e-6)
    text = shown(certificate_parts, found)
    assert f"[{found.estimate.interval[0]:.17g}, {found.estimate.interval[1]:.17g}]" in text
    assert "wider than asked" not in text
    assert "wider than asked" in shown(certificate_parts, certificate(problem, 1e-9, 50))
    exact = shown(certificate_parts, certificate(problem.replace(importance=(1.0, 0.2))))
    assert "in closed form" in exact
