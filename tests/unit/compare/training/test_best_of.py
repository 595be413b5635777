"""The best of many: chosen on one sample, judged on another, and what it is said to be."""

from __future__ import annotations

import numpy as np
import toytoy as tt
from toytoy.compare.training.best_of import arrays, best_of, instance
from toytoy.numeric.evaluation import evaluate
from toytoy.numeric.models import AbsModel, ToyModel

PROBLEM = tt.Problem(n_features=3, n_hidden=2, density=0.2, importance=(1.0, 0.8, 0.6))
SIGMAS = 4.5  # standard errors


def test_the_best_is_the_one_of_least_loss_and_judged_without_bias() -> None:
    model = ToyModel(PROBLEM, n_instances=12, seed=3)
    found = best_of(model, tt.Trained(steps=150, batch=64, lr=0.02, seed=3))
    exact = tt.loss(PROBLEM, found.everything["weights"], found.everything["bias"])
    k = int(found.losses.argmin())
    np.testing.assert_array_equal(found.parameters["weights"], found.everything["weights"][k])
    assert abs(found.loss.value - exact[k]) < SIGMAS * found.loss.error
    assert abs(float(np.dot(found.features, [float(i) for i in PROBLEM.importances])) - found.loss.value) < 1e-5
    assert exact[k] < np.median(exact)


def test_an_instance_is_copied_out_whole() -> None:
    model = AbsModel(PROBLEM, n_instances=3, seed=1, n_hidden=4)
    single = instance(model, 2)
    for name, array in arrays(single).items():
        np.testing.assert_array_equal(array, arrays(model)[name][2:])
    np.testing.assert_allclose(evaluate(single, 500).loss[0], evaluate(model, 500).loss[2], rtol=1e-5)
    assert (model.n_instances, single.n_instances) == (3, 1)
