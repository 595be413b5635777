"""Sampled inputs follow the problem's law."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.support import Support

from tests.reference.moments import mismatches

SIZE = 200_000


class Together(Support):
    """All features on together, or none: the opposite of independent."""

    def choices(self, densities: Any) -> list[Any]:
        return [[((), 1 - densities[0]), (tuple(range(len(densities))), densities[0])]]

    def draw(self, uniforms: Any, densities: Any) -> Any:
        return np.broadcast_to(uniforms[..., :1] < densities[0], uniforms.shape)


def problem(density: Any, n_features: int = 3, **changes: Any) -> tt.Problem:
    return tt.Problem(n_features=n_features, n_hidden=1, density=density, **changes)


@pytest.mark.parametrize("density", [0.5, (0.9, 0.3, 0.02), 1.0, (1.0, 0.5, 1.0)])
def test_moments(density: Any) -> None:
    asked = problem(density)
    assert mismatches(tt.sample(asked, SIZE, seed=1), asked.densities) == []


def test_values_lie_in_the_unit_interval_and_are_zero_only_when_silent() -> None:
    x = tt.sample(problem(1.0), SIZE, seed=0)
    assert x.dtype == np.float64
    assert x.min() > 0
    assert x.max() < 1


def test_a_support_law_is_obeyed() -> None:
    x = tt.sample(problem(0.4, support=Together()), SIZE, seed=0)
    active = x > 0
    assert (active.all(axis=1) == active.any(axis=1)).all()
    assert len(np.unique(x[active[:, 0]][0])) == 3  # values stay independent
    assert mismatches(x[:, :1], [0.4]) == []


def test_the_first_samples_do_not_depend_on_the_size() -> None:
    np.testing.assert_array_equal(tt.sample(problem(0.5), 100, seed=3), tt.sample(problem(0.5), 1000, seed=3)[:100])


def test_seeds_bind() -> None:
    np.testing.assert_array_equal(tt.sample(problem(0.5), 50, seed=3), tt.sample(problem(0.5), 50, seed=3))
    assert (tt.sample(problem(0.5), 50, seed=3) != tt.sample(problem(0.5), 50, seed=4)).any()


def test_the_global_generator_is_left_alone() -> None:
    np.random.seed(0)  # noqa: NPY002
    undisturbed = np.random.random()  # noqa: NPY002
    np.random.seed(0)  # noqa: NPY002
    tt.sample(problem(0.5), 50, seed=3)
    assert np.random.random() == undisturbed  # noqa: NPY002


@pytest.mark.parametrize(
    ("size", "seed", "error", "words"),
    [
        (0, 0, ValueError, "size=0"),
        (1.5, 0, TypeError, "size=1.5"),
        (True, 0, TypeError, "size=True"),
        (5, -1, ValueError, "seed=-1"),
        (5, None, TypeError, "seed=None"),
        (5, float("nan"), TypeError, "seed=nan"),
    ],
)
def test_bad_input_is_refused_in_one_line(size: Any, seed: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        tt.sample(problem(0.5), size, seed)
    assert "\n" not in str(caught.value)
