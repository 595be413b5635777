"""Training batches follow each problem's law; features, samples, steps and models are independent."""

from __future__ import annotations

from time import sleep
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric import batches as module
from toytoy.numeric.batches import batches
from toytoy.numeric.streams import DATA, streams

from tests.reference.moments import mismatches
from tests.unit.numeric.test_sampling import Together


def problem(density: Any, **changes: Any) -> tt.Problem:
    return tt.Problem(n_features=2, n_hidden=1, density=density, **changes)


def drawn(problems: list[tt.Problem], batch: int, steps: int) -> Any:
    """All inputs, shape (steps, models, n_features, batch)."""
    generators = [g for p in problems for g in streams(p, 0, 1, DATA)]
    return np.array([x.copy() for x in batches(problems, generators, batch, steps)])


def test_moments_within_and_across_models() -> None:
    problems = [problem(0.5), problem((0.05, 0.9)), problem(1.0)]
    x = drawn(problems, batch=1024, steps=200)
    assert x.dtype == np.float32
    assert x.max() < 1
    samples = x.transpose(0, 3, 1, 2).reshape(-1, 6).astype(float)  # every feature of every model side by side
    assert mismatches(samples, [p for one in problems for p in one.densities]) == []


def test_steps_are_independent() -> None:
    x = drawn([problem(0.5)], batch=512, steps=400)[:, 0]
    pairs = x.reshape(200, 2, 2, 512).transpose(0, 3, 1, 2).reshape(-1, 4).astype(float)  # a step beside the next
    assert mismatches(pairs, [0.5] * 4) == []


def test_what_is_drawn_ahead_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = [problem(0.5), problem(0.2)]
    whole = drawn(problems, batch=16, steps=23)
    for block in (1, 5 * 2 * 2 * 16):
        monkeypatch.setattr(module, "BLOCK", block)
        np.testing.assert_array_equal(drawn(problems, batch=16, steps=23), whole)


def test_a_batch_stays_while_the_next_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 1)
    for x in batches([problem(0.5)], streams(problem(0.5), 0, 1, DATA), 16, 4):
        before = x.copy()
        sleep(0.05)  # a thousand times what the thread beside needs for the next batch
        np.testing.assert_array_equal(x, before)


def test_another_support_law_is_obeyed() -> None:
    x = drawn([problem(0.4, support=Together()), problem(0.1, support=Together())], batch=1024, steps=100)
    assert ((x[:, :, 0] > 0) == (x[:, :, 1] > 0)).all()
    for model, density in enumerate((0.4, 0.1)):
        lone = x[:, model, 0].reshape(-1, 1).astype(float)
        assert mismatches(lone, [density]) == []


def test_a_failing_law_is_heard() -> None:
    class Broken(Together):
        def draw(self, uniforms: Any, densities: Any) -> Any:
            raise RuntimeError("no law")

    with pytest.raises(RuntimeError, match="no law"):
        drawn([problem(0.4, support=Broken())], batch=8, steps=2)
