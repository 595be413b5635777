"""Branch and bound over the weights: the region, known minima inside the bounds, stops and budgets."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
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
