"""Branch and bound over the weights: the region, known minima inside the bounds, stops and budgets."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from toytoy.analytic.proof import boxes as columns
from toytoy.analytic.proof import branching as module
from toytoy.analytic.proof.branching import Question, branch, reach, variance
from toytoy.analytic.proof.row_bounds import row_minimum

LEAST = 0.0762824469895635733818  # p = 1/2, r = 1
BOUNDARY = 0.53573876406532962  # r_b at p = 1/2


def lone(p: float, a: float) -> float:
    """η(a), fact 1."""
    return variance(p) * (1 - a) ** 2 if a <= 1 else p / 3 * ((a - 1) / (a + 1)) ** 2


@pytest.mark.parametrize("p", [1.0, 0.5, 0.01])
def test_beyond_its_reach_one_output_costs_more(p: float) -> None:
    for loss in (0.01 * p, 0.1 * p, 0.3 * p):
        w = reach(p, loss)
        assert lone(p, w * w) == pytest.approx(loss, rel=1e-7)
        assert lone(p, w * w) > loss
    assert math.isinf(reach(p, p / 3 * (1 + 1e-9)))
    for share in np.arange(-9, 9):  # as far as it can be told
        loss = float((1 / module.OUTWARD) ** 2 / 3 + share * 2.0**-54)
        assert math.isinf(reach(1.0, loss)) == (math.sqrt(3 * loss) * module.OUTWARD >= 1.0)


@pytest.mark.parametrize(("p", "loss"), [(0.5, 0.01), (0.3, 0.004), (0.9, 0.03)])
def test_beyond_the_longest_partner_the_first_output_costs_more(p: float, loss: float) -> None:
    """There, with both active, it is shut for so many y that x² alone costs the loss, at any bias it may have."""
    t_max = reach(p, loss)
    longest = Fraction(module._longest_partner(p, p, loss, t_max))
    bias = math.sqrt(loss / (1 - p) ** 2)  # what being on with nothing active may cost
    t_least = math.sqrt(1 - math.sqrt(loss / variance(p)))
    opens = Fraction(bias + t_max**2) / (Fraction(t_least) * longest)  # the y up to which it may be on
    cost = Fraction(p) ** 2 * (1 - opens) / 3
    assert Fraction(loss) <= cost <= Fraction(loss) * (1 + Fraction(1, 10**6))


@pytest.mark.parametrize(
    ("p", "q", "loss"),
    [(0.5, 0.5, 1 / 12), (0.8, 0.3, 0.088), (0.8, 0.5, variance(0.8)), (0.8, 0.5, 0.11), (1.0, 0.5, 0.01)],
)
def test_no_partner_is_too_long_where_a_cost_cannot_rule_one_out(p: float, q: float, loss: float) -> None:
    assert math.isinf(module._longest_partner(p, q, loss, 1.0))


@pytest.mark.parametrize("width", [1e-3, 1e-6, 1e-9, 1e-11])
def test_the_known_minimum_lies_between_the_bounds(width: float) -> None:
    found = branch(Question(0.5, 0.5, 1.0, variance(0.5), tolerance=width))
    assert found.complete
    assert found.lower <= LEAST <= found.upper
    assert found.upper - found.lower <= width * found.upper
    assert abs(found.t - 0.96897) + abs(found.s - 0.96897) < 1e-2


def test_nothing_is_below_dropping_the_feature_up_to_the_boundary() -> None:
    """Away from the model that drops it, s >= 1/100, the excess F - r v is positive below r_b, negative above."""
    below, above = (
        branch(Question(0.5, 0.5, BOUNDARY * (1 + d), 0.0, True, s_min=0.01, stop=0.0)) for d in (-1e-10, 1e-10)
    )
    assert below.complete
    assert below.lower >= 0.0
    assert not above.complete
    assert above.upper < 0.0
    assert above.lower < 0.0


def test_two_densities_change_places_with_the_features() -> None:
    """Equal importances: which feature has which density is a matter of names."""
    one, other = (branch(Question(p, q, 1.0, variance(0.4), tolerance=1e-9)) for p, q in ((0.4, 0.5), (0.5, 0.4)))
    assert max(one.lower, other.lower) <= min(one.upper, other.upper)
    assert one.t == pytest.approx(other.s, abs=1e-4)


def test_a_spent_budget_leaves_a_wider_bound_that_still_holds() -> None:
    found = branch(Question(0.5, 0.5, 1.0, variance(0.5), tolerance=1e-9, max_boxes=3000))
    assert not found.complete
    assert found.n_boxes <= 3000
    assert 0.0 <= found.lower <= LEAST <= found.upper


def test_edges_of_a_strip_count_only_when_asked() -> None:
    """With s >= 1 demanded the least F lies on the edge; as a place without minimizers it would be skipped."""
    p, r = 0.5, 0.6

    def on_the_edge(t: float) -> float:
        first, second = row_minimum(p, p, t * t, t, 0.3, 2.0**-40), row_minimum(p, p, 1.0, t, 0.3, 2.0**-40)
        return float(first[1] + r * second[1])

    least = min(on_the_edge(t) for t in np.linspace(0.5, 1.2, 7001))
    question = Question(p, p, r, 0.07, tolerance=1e-6, s_min=1.0, edge=True)
    on_edge, skipped = branch(question), branch(question._replace(edge=False))
    assert on_edge.lower <= least <= on_edge.lower + 1e-6
    assert skipped.lower > least + 1e-6


def test_weights_without_a_bound_are_refused() -> None:
    with pytest.raises(ValueError, match="give a better known loss"):
        branch(Question(0.5, 0.5, 1.0, 1.0))


def test_the_variance_is_its_definition() -> None:
    for p in (1.0, 0.5, 0.3, 1e-3, 1e-12):
        exact = Fraction(p) / 3 - Fraction(p) ** 2 / 4
        assert abs(Fraction(variance(p)) - exact) <= 4 * Fraction(2) ** -52 * exact


def test_the_region_holds_every_model_as_good_as_is_asked_with_what_is_demanded_beyond() -> None:
    question = Question(0.5, 0.4, 0.9, upper=0.02, extra=0.01)
    for asked, loss in (
        (question, 0.03),
        (question._replace(extra=0.0), 0.02),
        (question._replace(excess=True, extra=0.0), 0.02 + 0.9 * variance(0.4)),
    ):
        regions = module._regions(asked)
        t_max, s_max = max(float(edges[0][-1]) for edges in regions), max(float(edges[1][-1]) for edges in regions)
        assert reach(0.5, loss) <= t_max < reach(0.5, loss) + 2 * module.CELL
        # a longer partner is ruled out by what the first output costs beside it
        partner = min(reach(0.4, loss / 0.9), module._longest_partner(0.5, 0.4, loss, reach(0.5, loss)))
        assert s_max >= partner


# what is asked; then bounds, the best model met and its biases; the boxes taken; whether all were
SEARCHES: list[tuple[Question, list[float], int, bool]] = [
    (
        Question(0.5, 0.5, 1.0, variance(0.5), tolerance=1e-3),
        [0.0762065759, 0.0762824649, 0.96875, 0.96875, 0.0978139593, 0.0978139593],
        3922,
        True,
    ),
    (Question(0.5, 0.5, 0.4, 0.0, True, s_min=0.1, stop=0.0), [0, 0, 0, 0, 0, 0], 1422, True),
    (Question(0.3, 0.4, 0.7, 0.03, tolerance=1e-4, extra=1e-3, soft=0.25), [0.03, 0.03, 0, 0, 0, 0], 760, True),
    (
        Question(0.9, 0.9, 0.95, variance(0.9) * 0.95, tolerance=1e-3),
        [0.0925206091, 0.0926130802, 0.99609375, 0.15234375, 0.0687209981, 0.507843019],
        4768,
        True,
    ),
    (
        Question(0.5, 0.5, 0.6, 0.07, tolerance=1e-4, s_min=1.0, edge=True),
        [0.0612652924, 0.0612708361, 1.01611328, 1.00012207, 0.0692381758, 0.0780327303],
        1978,
        True,
    ),
    (
        Question(0.02, 0.02, 0.01, 0.01 * variance(0.02), tolerance=1e-3),
        [5.98993519e-05, 5.99517483e-05, 1.00292969, 0.734375, 1.72714702e-05, 0.00467998696],
        886,
        True,
    ),
    (
        Question(0.5, 0.5, 0.6, 0.0, True, s_min=0.01, stop=0.0),
        [-0.059319798, -0.00288476922, 1.0625, 0.8125, 0.0407715387, 0.170305315],
        1149,
        False,
    ),
    (
        Question(0.4, 0.5, 0.3, 0.0, True, s_min=0.2, stop=0.0, edge=True, extra=4e-4, soft=0.1),
        [0, 0, 0, 0, 0, 0],
        1312,
        True,
    ),
    (
        Question(0.5, 0.5, 1.0, variance(0.5), tolerance=1e-6, max_boxes=1500),
        [0.00397525248, 0.0766363193, 0.9375, 0.9375, 0.116037521, 0.116037521],
        1802,
        False,
    ),
]


@pytest.mark.parametrize(("question", "wanted", "boxes", "complete"), SEARCHES)
def test_a_search_takes_as_many_boxes_as_it_did(
    question: Question, wanted: list[float], boxes: int, complete: bool
) -> None:
    """A looser bound is a bound and holds: what it costs is boxes."""
    found = branch(question)
    assert [found.lower, found.upper, found.t, found.s, *found.biases] == pytest.approx(wanted, rel=1e-8, abs=1e-15)
    assert (found.n_boxes, found.complete) == (boxes, complete)


def test_the_grid_of_first_boxes() -> None:
    """Cells of 1/8 up to 2, four in an octave beyond; below a cell the edges halve down to the power of two needed."""
    (_, outer, size), (t_edges, inner, within) = module._regions(Question(0.5, 0.5, 1.0, variance(0.5)))
    assert (outer.tolist(), size, within) == ([2.0, 2.5, 3.0, 3.5, 4.0], 4.0, 4.0)
    assert t_edges.tolist() == [k / 8 for k in range(25)]
    assert inner.tolist() == [k / 8 for k in range(17)]
    edges = module._regions(Question(0.5, 0.5, 0.4, 0.0, True, s_min=0.01))[-1][1]
    assert edges.tolist() == [2.0**-7, 2.0**-6, 2.0**-5, 2.0**-4, *(k / 8 for k in range(1, 17))]
    for s_min, start in ((0.125, 0.125), (0.2, 0.125), (0.25, 0.25), (0.7, 0.5), (1.0, 1.0), (1.9, 1.0), (2.5, 1.0)):
        edges = module._regions(Question(0.5, 0.5, 0.4, 0.0, True, s_min=s_min))[-1][1]
        assert edges.tolist() == [start + k / 8 for k in range(round((2.0 - start) * 8) + 1)]
    tiny = module._regions(Question(0.5, 0.5, 0.4, 0.0, True, s_min=2.0**-50))[-1][1]
    assert tiny[0] == 2.0**-50
    assert tiny[: 49 - 1].tolist() == [2.0 ** (k - 50) for k in range(48)]
    far = module._regions(Question(1.0, 1.0, 0.1, 0.09999 * variance(1.0)))
    assert all(size >= max(t[-1], s[-1]) / 2 for t, s, size in far)
    assert [float(s[0]) for _, s, _ in far] == [2.0 * 2.0**k for k in range(len(far) - 2, -1, -1)] + [0.0]
    assert all(math.log2(size) == round(math.log2(size)) for _, _, size in far)
    tiny = module._regions(Question(0.5, 0.5, 0.4, 0.0, True, s_min=2.0**-70))[-1][1]
    assert tiny[:3].tolist() == [2.0**-70, 2.0**-63, 2.0**-62]
    assert [module._octave(x) for x in (4.0, 4.1, 8.5)] == [4.0, 8.0, 16.0]
    few = module._regions(Question(0.3, 0.3, 1.0, 0.012))
    assert len(few) == 1
    s_max = few[0][1][-1]
    assert 0.0 < s_max - reach(0.3, 0.012) <= 2 * module.CELL


def test_the_region_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest weights given: up to 2^20, an octave more beyond 2, a size that holds the edges past them."""
    longest = {0.5: 1.0, 0.25: 2.0}
    asked: dict[float, float] = {}
    monkeypatch.setattr(module, "reach", lambda p, loss: asked.setdefault(p, loss) and longest[p])
    monkeypatch.setattr(module, "_longest_partner", lambda *_: math.inf)
    question = Question(0.5, 0.25, 0.75, 0.125, True, extra=0.25)
    assert len(module._regions(question)) == 1
    loss = 0.375 + 0.75 * variance(0.25) * (1.0 + 1e-9)
    assert asked == pytest.approx({0.5: loss, 0.25: loss / 0.75}, rel=1e-15)
    for longest[0.25], count in ((2.01, 2), (4.0, 2), (4.01, 3), (math.nextafter(2.0**20, 0.0), 20)):
        assert len(module._regions(question)) == count
    longest[0.25] = 2.0**20
    with pytest.raises(ValueError, match="unbounded"):
        module._regions(question)
    longest |= {0.5: 2.05, 0.25: 1.0}
    (t_edges, _, size), *_ = module._regions(question)
    assert t_edges[-1] <= size == 4.0


def test_the_first_boxes_are_all_pairs_of_cells() -> None:
    boxes = module._boxes(np.array([0.0, 1.0, 3.0]), np.array([0.5, 0.75, 1.5, 2.0]), -0.25)
    wanted = [(*t, *s) for t in ((0, 1), (1, 3)) for s in ((0.5, 0.75), (0.75, 1.5), (1.5, 2))]
    assert sorted(map(tuple, boxes[:, :4].tolist())) == sorted(wanted)
    assert (boxes[:, [columns.BIAS, columns.OTHER_BIAS]] == 0.0).all()
    assert (boxes[:, columns.BOUND] == -0.25).all()


def test_what_the_sweeps_are_told() -> None:
    question = Question(0.5, 0.25, 0.75, 0.02, True, 1e-3, extra=0.125, soft=0.375)
    told = module._rules(question)
    first = told[[columns.P, columns.Q, columns.R, columns.EXCESS, columns.TOLERANCE]]
    assert first.tolist() == [0.5, 0.25, 0.75, 1.0, 1e-3]
    assert told[[columns.EXTRA, columns.SOFT]].tolist() == [0.125, 0.375]
    assert told[columns.OFFSET] == 0.75 * variance(0.25)
    assert module._rules(question._replace(excess=False))[[columns.EXCESS, columns.OFFSET]].tolist() == [0.0, 0.0]


def test_what_need_not_be_asked() -> None:
    asked = Question(0.5, 0.5, 1.0, 0.1)._asdict()
    assert asked == {
        **{"p": 0.5, "q": 0.5, "r": 1.0, "upper": 0.1, "excess": False, "tolerance": 0.0, "s_min": 0.0},
        **{"stop": -math.inf, "edge": False, "extra": 0.0, "soft": 1.0, "max_boxes": 1_000_000},
    }


@pytest.mark.parametrize("left", [0, 3])
@pytest.mark.parametrize("edge", [True, False])
def test_the_loop_of_sweeps(left: int, edge: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the sweep: it counts; a stop takes the least bound of boxes left, or the model that stopped it."""
    units, counts = [], []

    def sweep(boxes: NDArray[np.float64], n: int, children: NDArray[np.float64], rules: Any, found: Any) -> int:
        assert children.shape == (2 * n, columns.WIDTH)
        units.append((float(rules[columns.UNIT]), float(rules[columns.EDGE])))
        counts.append(n)
        if len(counts) in (1, 3):
            assert (boxes[:, columns.BOUND] == -0.6 * variance(0.5)).all()
        if len(counts) < 3:
            children[:] = boxes[:n].repeat(2, axis=0)
            children[:, columns.BOUND] = len(counts)
            return 2 * n if len(counts) == 1 else 0
        found[columns.UPPER], found[columns.AT_T : columns.AT_OTHER + 1] = -0.5, (1.0, 0.5, 0.25, 0.125)
        children[:left] = boxes[:left]
        children[:left, columns.BOUND] = [-0.75, -2.0, -0.6][:left]
        return left

    monkeypatch.setattr(module, "sweep", sweep)
    question = Question(0.5, 0.5, 0.6, 0.0, True, s_min=0.5, stop=0.0, edge=edge)
    found = branch(question)
    (t_outer, s_outer, coarse), (t_edges, s_edges, fine) = module._regions(question)
    first, second = ((len(t) - 1) * (len(s) - 1) for t, s in ((t_outer, s_outer), (t_edges, s_edges)))
    assert counts == [first, 2 * first, second]
    assert units == [(coarse / 2**25, 2.0 if edge else -1.0)] * 2 + [(fine / 2**25, 0.5 if edge else -1.0)]
    assert found == module.Found(-2.0 if left else -0.5, -0.5, 1.0, 0.5, (0.25, 0.125), 3 * first + second, False)
    for allowed, levels in ((3 * first, 3), (3 * first - 1, 1)):  # the halves count before they are judged
        counts.clear()
        branch(question._replace(max_boxes=allowed))
        assert counts == [first, 2 * first, second][:levels]
