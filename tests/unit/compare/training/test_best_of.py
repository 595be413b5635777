"""The best of many: chosen on one sample, judged on another, and what it is said to be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
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


@pytest.mark.parametrize(
    ("model", "trained", "says"),
    [
        (ToyModel(PROBLEM), 3, r"^trained must be a Trained, got trained=3; Trained\(\) is the default$"),
        (ToyModel(PROBLEM), None, r"^trained must be a Trained, got trained=None"),
        (ToyModel(PROBLEM), tt.Trained(noise_free=True), r"^trained must draw batches .* got noise_free=True"),
        (ToyModel(PROBLEM), tt.Trained(init_scale=0.1), r"^trained must draw batches .* init_scale=0.1"),
        (3, tt.Trained(), r"^model must be a ToyModel, HiddenReLUModel or AbsModel, got model=3$"),
        (ToyModel(PROBLEM, device="meta"), tt.Trained(), r"^model must have numbers, got one on device='meta'"),
    ],
)
def test_what_cannot_be_trained_is_refused(model: Any, trained: Any, says: str) -> None:
    with pytest.raises((TypeError, ValueError), match=says):
        best_of(model, trained)


def test_an_instance_is_one_of_them() -> None:
    for k in (-1, 3, 10):
        with pytest.raises(ValueError, match=rf"^k must be a whole number in \[0, 2\], got k={k}; "):
            instance(ToyModel(PROBLEM, n_instances=3), k)
