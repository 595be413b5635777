"""The frozen models, and what a Solution says of them."""

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy import Phase
from toytoy.analytic.ansatz import CANDIDATES, frozen_model

EPS = np.finfo(float).eps
NAMES = [(n, str(name)) for n in (2, 3) for name in (*CANDIDATES[n], *([Phase.TRIANGLE] if n == 3 else []))]
ORTHOGONAL_TO = {
    (2, "not_represented"): (0, 1), (2, "dedicated"): (1, 0), (2, "antipodal"): (1, 1),
    (3, "not_represented"): (0, 0, 1), (3, "dedicated"): (1, 0, 0), (3, "antipodal"): (1, 0, 1),
    (3, "antipodal_others"): (1, 1, 0), (3, "triangle"): (1, 1, 1),
}  # fmt: skip


@pytest.mark.parametrize(("n", "name"), NAMES)
def test_frozen_weights_are_the_published_ones(n, name):
    weights, bias = frozen_model(name, tt.Problem.toy(n, density=0.5))
    assert np.abs(weights @ ORTHOGONAL_TO[n, name]).max() <= EPS
    lengths = np.linalg.norm(weights, axis=0)
    assert np.abs(lengths[lengths > 0] - 1).max() <= 2 * EPS
    assert np.linalg.matrix_rank(weights) == n - 1
    assert bias.tolist() == np.where(lengths > 0, 0.0, 0.25).tolist()


@pytest.mark.parametrize(("n", "name"), NAMES)
def test_a_frozen_model_has_the_phase_of_its_name(n, name):
    solution = tt.ansatz(name, tt.Problem.toy(n, density=0.5))
    assert tt.phase(solution.weights) == name
    assert (solution.kind, solution.status, solution.method) == ("ansatz", "converged", f"ansatz({name!r})")
    assert len(solution.runs) == solution.n_evaluations == 1


def test_density_is_read_feature_by_feature():
    problem = tt.Problem(n_features=2, n_hidden=1, density=(0.2, 0.8), importance=(1.0, 2.0))
    solution = tt.ansatz("not_represented", problem)
    assert solution.bias.tolist() == [0.0, 0.4]
    expected = 2.0 * (0.8 / 3 - 0.8**2 / 4)
    assert abs(float(solution.loss) - expected) <= solution.loss.error + 4 * EPS


@pytest.mark.parametrize("activation", ["linear", "abs", tt.LeakyReLU(0.1), tt.ClippedReLU(0.5)], ids=str)
def test_any_activation_is_taken(activation):
    problem = tt.Problem.toy(3, importance=0.7, density=0.4, activation=activation)
    solution = tt.ansatz(Phase.ANTIPODAL, problem)
    assert float(solution.loss) == tt.loss(problem, [[1, 0, -1], [0, 1, 0]], [0, 0, 0])


@pytest.mark.parametrize(
    ("name", "n", "suggestion"),
    [("anti-podal", 2, "antipodal"), ("Dedicated", 3, "dedicated"), ("antipodal_other", 3, "antipodal_others")],
)
def test_the_nearest_name_is_offered(name, n, suggestion):
    with pytest.raises(ValueError, match=f"did you mean '{suggestion}'"):
        tt.ansatz(name, tt.Problem.toy(n, density=0.5))


@pytest.mark.parametrize("name", ["triangle", "antipodal_others", "mixed", "aligned"])
def test_names_of_the_other_toy_and_of_phases_without_ansatz_are_refused(name):
    with pytest.raises(ValueError, match=f"got name='{name}'"):
        tt.ansatz(name, tt.Problem.toy(2, density=0.5))


def test_other_problems_are_refused():
    with pytest.raises(ValueError, match="minimize takes any problem"):
        tt.ansatz("antipodal", tt.Problem(n_features=5, n_hidden=2, density=0.5))
    swapped: Any = (tt.Problem.toy(2, density=0.5), "antipodal")
    with pytest.raises(TypeError, match="problem must be a Problem"):
        tt.ansatz(*swapped)
