"""Relations of features: what the second case is, on cases that were drawn."""

from __future__ import annotations

import numpy as np
import toytoy as tt
from hypothesis import given, settings
from toytoy.compare import strategies
from toytoy.compare.strategies import Related

law = settings(deadline=None, max_examples=30)


@law
@given(strategies.related(["relabeled"], laws=strategies.LAWS))
def test_relabeled_features_take_everything_along(pair: Related) -> None:
    order = list(pair.order or ())
    one, two = pair.first, pair.second
    assert two.problem.densities == tuple(one.problem.densities[i] for i in order)
    assert two.problem.importances == tuple(one.problem.importances[i] for i in order)
    assert np.array_equal(two.weights, one.weights[:, order])


@law
@given(strategies.related(["reciprocal importance"]))
def test_reciprocal_toys_are_toys(pair: Related) -> None:
    r = float(pair.first.problem.importances[1])
    assert pair.second.problem.importances == (1.0, 1.0 / r)
    assert pair.factor == 1.0 / r


@law
@given(strategies.related(["exchanged features"]))
def test_exchanged_features_leave_the_problem(pair: Related) -> None:
    assert pair.first.problem == pair.second.problem
    assert sum(i != k for k, i in enumerate(pair.order or ())) == 2


@law
@given(strategies.related(["unused feature"], max_features=3))
def test_an_unused_feature_costs_what_its_bias_misses(pair: Related) -> None:
    zero = pair.second.problem.replace(importance=(*[0.0] * pair.first.problem.n_features, 1.0))
    share = float(pair.second.problem.importances[-1]) * tt.loss(zero, pair.second.weights, pair.second.bias)
    assert abs(share - pair.offset) <= pair.tolerance()
