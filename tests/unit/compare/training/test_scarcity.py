"""Problems at several densities: made in one way, refused in one line."""

from __future__ import annotations

from typing import Any

import pytest
import toytoy as tt
from toytoy.compare.training.scarcity import importances, models, problems, trained_on_samples, with_densities


def test_densities_are_kept_in_order() -> None:
    assert with_densities((0.1, 1, 0.5)) == (0.1, 1.0, 0.5)


@pytest.mark.parametrize(
    ("densities", "error", "words"),
    [
        ((), ValueError, r"densities must be one or more numbers in \(0, 1\], got densities=\(\)"),
        (0.5, TypeError, "densities must be a sequence of numbers, got densities=0.5"),
        ((0.5, 2.0), ValueError, "density must lie in"),
        (("a",), TypeError, "density must lie in"),
    ],
)
def test_densities_are_refused(densities: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        with_densities(densities)


def test_importances_are_powers() -> None:
    assert importances(0.5, 3) == (1.0, 0.5, 0.25)
    for decay, error in ((0, ValueError), (float("nan"), ValueError), ("a", TypeError), (1e200, ValueError)):
        given: Any = decay
        with pytest.raises(error, match="decay must"):
            importances(given, 3)


def test_problems_are_the_densest_first() -> None:
    made = problems((0.1, 1), 3, 2, 0.5)
    assert made == tuple(
        tt.Problem(n_features=3, n_hidden=2, density=p, importance=(1.0, 0.5, 0.25)) for p in (1.0, 0.1)
    )
    with pytest.raises(ValueError, match="n_hidden must not exceed n_features, got n_hidden=5"):
        problems((0.1,), 3, 5)


@pytest.mark.parametrize("trained", [None, tt.Trained(steps=2, batch=4)])
def test_models_are_optima_then_trained_and_counted(trained: tt.Trained | None) -> None:
    given, counts = problems((0.1, 1.0), 2, 1), list[tuple[int, int]]()
    kinds = ("optimum", "trained") if trained else ("optimum",)
    found = tuple(models(given, 4, trained, 0, lambda *count: counts.append(count), follow=True))
    assert [(kind, model.problem) for kind, model in found] == [(kind, one) for kind in kinds for one in given]
    assert counts == [(k + 1, len(found)) for k in range(len(found))]


def test_models_refuse_settings_at_once() -> None:
    anything: Any = 3
    for starts, trained, seed in ((-1, None, 0), (2, anything, 0), (2, None, -1)):
        with pytest.raises((TypeError, ValueError), match=r"got (starts=-1|trained=3|seed=-1); "):
            models((), starts, trained, seed, None, follow=False)


def test_training_is_on_samples() -> None:
    assert trained_on_samples(tt.Trained(steps=3), seed=5) == tt.Trained(steps=3, seed=5)
    anything: Any = 3
    with pytest.raises(TypeError, match="trained must be a Trained, got trained=3"):
        trained_on_samples(anything, 0)
    with pytest.raises(ValueError, match="noise_free=True"):
        trained_on_samples(tt.Trained(noise_free=True), 0)
    with pytest.raises(ValueError, match=r"init_scale=0\.5"):
        trained_on_samples(tt.Trained(init_scale=0.5), 0)
    assert trained_on_samples(tt.Trained(seed=7)) == tt.Trained(seed=7)
