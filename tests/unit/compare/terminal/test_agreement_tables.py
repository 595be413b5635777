"""Tables of agreements: every interval is the statistic's, and they fit a terminal."""

from __future__ import annotations

import io
from typing import Any

import toytoy as tt
from toytoy.compare.findings import reached
from toytoy.compare.terminal.agreement_tables import confusions, distances, instances, intervals, pairs, percents
from toytoy.compare.terminal.tables import show

from tests.small_maps import agreement, diagram

GIVEN = {kind: agreement(kind) for kind in ("ansatz", "optimum", "trained")}


def lines(part: Any) -> list[str]:
    stream = io.StringIO()
    show([part(stream)], stream)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_shares_and_quantiles() -> None:
    text = lines(lambda stream: pairs(GIVEN, stream))
    (row,) = [line.split() for line in text if line.startswith("ansatz")]
    found = GIVEN["ansatz"]
    assert row[1:5] == [str(found.cells.size), *(f"{found.share(s):.1%}" for s in ("agrees", "not_reached")), "0.0%"]
    assert row[-1] == f"{float(found.loss_gap.sel(quantile=1.0)):.1e}"


def test_intervals_and_kappa() -> None:
    text = lines(lambda stream: intervals(GIVEN, stream))
    found = GIVEN["ansatz"]
    (row,) = [line for line in text if line.startswith("ansatz")]
    for status in ("agrees", "not_reached"):
        ends = found.shares.sel(status=status)
        assert percents(ends.low.item(), ends.high.item()) in row
    assert f"{found.kappa.low:.3f} … {found.kappa.high:.3f}" in row
    assert row.endswith(f"{found.margin_gaps.value.sel(of='not_reached', quantile=1.0).item():.2f}")
    (row,) = [line for line in text if line.startswith("optimum")]
    assert row.split()[-2:] == ["-", "-"]  # all cells reached


def test_confusion_rows_are_the_optimums() -> None:
    text = lines(lambda stream: confusions(GIVEN, stream))
    shares = GIVEN["ansatz"].confusion_shares.sel(optimum="superposed")
    (row,) = [line for line in text if line.startswith("ansatz: superposed")]
    assert row.split()[2] == str(int(shares.cells.sum()))
    for name in shares.other.values:
        entry = shares.sel(other=name)
        assert f"{entry.share.item():.1%} ({percents(entry.low.item(), entry.high.item())})" in row


def test_what_is_nowhere_is_a_dash() -> None:
    grid: dict[str, Any] = {"density": [0.5, 0.9], "importance": [0.1, 0.2]}
    maps = [tt.phase_diagram(2, 1, **grid, method=kind) for kind in ("optimum", "ansatz")]
    given = {"one": tt.agreement(*maps)}
    row = next(line for line in lines(lambda stream: confusions(given, stream)) if line.startswith("one: superposed"))
    assert row.split()[-4:] == ["0", "-", "-", "-"]
    row = next(line for line in lines(lambda stream: intervals(given, stream)) if line.startswith("one"))
    assert row.split()[-4:] == ["-", "-", "-", "-"]  # kappa is undefined, and nothing is not reached


def test_instances_have_intervals() -> None:
    rows = reached(diagram("trained"), diagram("optimum"))
    text = lines(lambda stream: instances(rows, stream))
    for row in rows:
        (line,) = [each for each in text if each.startswith(row.models)]
        assert percents(*row.intervals[0]) in line
    assert rows[1].n_models == 2 * rows[0].n_models
    low, high = rows[1].intervals[0]
    assert low < rows[1].same_regime < high


def test_boundaries_count_densities_within_errors() -> None:
    text = lines(lambda stream: distances(GIVEN, stream))
    for name, found in GIVEN.items():
        for each in found.boundary_distance:
            (row,) = [line for line in text if line.startswith(f"{name}: {' | '.join(each.between)}")]
            assert row.split()[-3:] == [str(each.n_shared), str(each.n_within), str(each.n_unmatched)]


def test_tables_fit_a_wide_terminal() -> None:
    for part in (pairs, intervals, confusions, distances):
        assert max(len(line) for line in lines(lambda stream, part=part: part(GIVEN, stream))) <= 120
