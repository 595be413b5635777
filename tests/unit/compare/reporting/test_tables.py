"""The report's tables say what the comparison holds."""

import re
from typing import Any

from toytoy.compare.checks import Check
from toytoy.compare.reporting import tables as tables

from tests.small_maps import agreement, boundaries, diagram
from tests.unit.compare.reporting.test_page import faults


def cells(markup: str) -> Any:
    """Read a table's rows back as text."""
    rows = re.findall(r"<tr>(.*?)</tr>", markup, re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]


def test_asked_names_every_map() -> None:
    rows = cells(tables.asked({"ansatz": diagram("ansatz"), "trained_fine": diagram("trained")}))
    assert rows[1][:3] == ["ansatz", "ansatz", "6\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}7"]
    assert rows[2][:2] == ["trained, fine grid", "Trained(steps=7)"]
    assert rows[2][5] == "3"


def test_tolerances_and_worst_cells() -> None:
    found = agreement("ansatz")
    rows = cells(tables.tolerances("ansatz", found))[1:]
    assert [row[0] for row in rows] == list(found.tolerances)
    assert all(row[2] for row in rows)
    assert len(cells(tables.worst("ansatz", found))) == 1 + len(found.worst)


def test_mismatch_and_instances() -> None:
    rows = cells(tables.mismatch("ansatz", diagram("ansatz"), diagram("optimum")))
    assert [row[0] for row in rows[1:]] == ["regime of the extra feature", "phase of the extra feature"]
    rows = cells(tables.instances(diagram("trained"), diagram("optimum")))
    assert [row[0] for row in rows[1:]] == ["instance 0 alone", "each of 2 alone, pooled", "best of 2"]


def test_every_boundary_point_has_its_error() -> None:
    curves = boundaries("optimum")
    rows = cells(tables.boundary_points("optimum", curves))[1:]
    assert len(rows) == sum(map(len, curves)) > 0
    assert all(row[3].startswith("± ") for row in rows)
    assert rows[0][2] == f"{curves[0].importance[0]:.10g}"


def test_checks_name_what_breaks_them() -> None:
    check = Check("never below", False, 1.0, 0.5, "rounding", ("density=1",), 1)
    _, row = cells(tables.checked([check]))
    assert row == ["never below", "disagreement", "1", "0.5", "rounding", "density=1"]


def test_how_to_look_closer_is_a_line_to_paste() -> None:
    check = Check("one", True, 1.0, 2.0, "why", worst="density=1", look_closer="python -c 'print(1 < 2)'")
    text = tables.closer([check, Check("two", True, 0.0, 1.0, "no line")])
    assert "<dt>one: density=1</dt>" in text
    assert "<pre><code>python -c &#x27;print(1 &lt; 2)&#x27;</code></pre>" in text
    assert text.count("<dt>") == 1
    assert not faults(text)
