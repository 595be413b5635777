"""Search and training of the paper's models: settings as published, and seeds that count."""

from __future__ import annotations

import toytoy as tt
from toytoy.compare.paper.settings import PUBLISHED, QUICK, search, train

PAIR = tt.Problem.toy(2, density=0.5)


def test_training_is_the_notebook_s() -> None:
    assert (PUBLISHED.steps, PUBLISHED.batch, PUBLISHED.lr, PUBLISHED.weight_decay) == (10_000, 1024, 1e-3, 0.01)
    assert PUBLISHED.init == "xavier_normal"
    assert QUICK.steps < PUBLISHED.steps


def test_a_search_is_the_front_door_s() -> None:
    found = search(PAIR, 8, 3)
    assert (found.kind, found.method) == ("optimum", repr(tt.Multistart(n_starts=8, seed=3)))
    assert float(found.loss) == float(tt.minimize(PAIR, tt.Multistart(n_starts=8, seed=3)).loss)


def test_training_takes_the_seed() -> None:
    found = train(PAIR, tt.Trained(steps=3, batch=8), 7)
    assert (found.kind, found.seed) == ("trained", 7)


def test_a_linear_model_needs_no_search() -> None:
    found = search(tt.Problem(n_features=4, n_hidden=2, density=0.5, activation="linear"), 8, 0)
    assert found.method == "best_linear"
    assert abs(float(found.loss) - 2 * (0.5 / 3 - 0.25 / 4)) < 1e-15  # two features dropped, at their variance
