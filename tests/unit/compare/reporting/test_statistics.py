"""The tables of agreement say what the comparison holds, with its intervals."""

import pytest
from toytoy.analytic.markup import percent, show
from toytoy.compare.distance import BoundaryDistance
from toytoy.compare.reporting import statistics as tables

from tests.small_maps import agreement
from tests.unit.compare.reporting.test_tables import cells


def test_verdicts_have_their_intervals() -> None:
    found = agreement("ansatz")
    header, row = cells(tables.verdicts({"ansatz": found}))
    named = dict(zip(header, row, strict=True))
    share = found.shares.sel(status="agrees")
    assert row[:3] == ["ansatz", "agrees", "42"]
    assert named["agrees"] == percent(found.share("agrees"))
    assert named["95 % interval"] == f"{100 * float(share.low):.1f} to {percent(float(share.high))}"
    assert named["not reached"] == percent(found.share("not_reached"))
    assert named["kappa"] == show(float(found.kappa[0]))
    assert named["95 % interval of kappa"] == f"{found.kappa[1]:.3f} to {found.kappa[2]:.3f}"


def test_loss_gaps() -> None:
    found = agreement("ansatz")
    header, row = cells(tables.loss_gaps({"ansatz": found}))
    assert (header[1], header[-1]) == ("least", "largest")
    assert float(row[-1]) == pytest.approx(float(found.loss_gap.max()), rel=1e-3)  # shown to four digits


def test_margin_gaps_are_of_the_cells_not_reached() -> None:
    found = agreement("trained")
    _, row = cells(tables.margin_gaps({"trained": found}))
    gaps = found.margin_gaps.sel(of="not_reached", quantile=0.5)
    assert int(row[1]) + int(row[6]) == found.count("not_reached") > 0
    assert row[3] == show(float(gaps.value))
    far = max(float(gaps.high - gaps.value), float(gaps.value - gaps.low))
    assert row[4] == f"± {far:.1e}"
    assert float(row[2]) >= 1 - 1e-3  # or it would not be "not reached"; errors of margins, and four digits


def test_confusion_has_the_optimum_down_and_the_other_across() -> None:
    found = agreement("ansatz")
    header, *rows = cells(tables.confusion("ansatz", found))
    assert header[1:] == ["ansatz: not represented", "ansatz: dedicated", "ansatz: superposed"]
    assert [row[0] for row in rows] == ["optimum: not represented", "optimum: dedicated", "optimum: superposed"]
    counts = [[int(text.partition(":")[0]) for text in row[1:]] for row in rows]
    assert counts == found.confusion.values.tolist()
    assert found.confusion.values[0, 2] != found.confusion.values[2, 0]  # so that a transposed table would show
    low, high = (float(found.confusion_shares[name].values[2, 0]) for name in ("low", "high"))
    assert rows[2][1].endswith(f"{100 * low:.1f} to {percent(high)}")


def test_distances_have_errors() -> None:
    found = agreement("ansatz")
    rows = cells(tables.distances("ansatz", found.boundary_distance))[1:]
    assert len(rows) == len(found.boundary_distance)
    shared = [(row, d) for row, d in zip(rows, found.boundary_distance, strict=True) if d.n_shared]
    assert shared
    for row, d in shared:
        assert row[1:5] == [
            show(d.median),
            f"± {max(d.median_interval[1] - d.median, d.median - d.median_interval[0]):.1e}",
            show(d.largest),
            f"± {d.error:.1e}",
        ]


def test_an_interval_that_is_not_alike_on_both_sides_has_both_ends() -> None:
    near = BoundaryDistance.of(("a", "b"), [0.1], [0.01], [0.5])  # a distance of 0 at the least
    (_, row) = cells(tables.distances("trained", [near]))
    assert row[2] == "0 to 0.51"
    nearer = BoundaryDistance.of(("a", "b"), [0.1, 0.2], [0.5, 0.5], [1e-9, 0.1])
    assert cells(tables.distances("ansatz", [nearer]))[1][2] == "± 5.0e-02"


def test_curves_that_share_nothing_have_no_distance() -> None:
    nothing = BoundaryDistance.of(("a", "b"), [], [], [], 3)
    (_, row) = cells(tables.distances("ansatz", [nothing]))
    assert row == ["a | b", "–", "–", "–", "–", "0", "0", "3", "0"]


@pytest.mark.parametrize(("q", "name"), [(0.0, "least"), (0.5, "median"), (1.0, "largest"), (0.99, "99 %")])
def test_quantiles_are_named(q: float, name: str) -> None:
    assert tables.quantile_name(q) == name
