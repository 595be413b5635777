"""Each artefact changes what it should: decay shrinks, a small rate stops short, nothing changes nothing."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from toytoy.compare.training.artefacts import CHANGES, PLAIN, artefacts
from toytoy.compare.training.nearness import Verdict
from toytoy.numeric.trained import Trained

FEW = Trained(steps=1500, lr=0.01, noise_free=True, n_instances=4)


def test_one_change_at_a_time() -> None:
    changes = {PLAIN: {}, "again": {}, "decay": {"weight_decay": 0.5}, "slow": {"lr": 0.01}}
    counted: list[tuple[int, int]] = []
    found = artefacts(
        2, 1, (0.3, 0.6), (0.05, 0.5, 1.0), trained=FEW, changes=changes, progress=lambda *at: counted.append(at)
    )
    assert counted[-1] == (4, 4)
    plain, again, decay, slow = (found.models[name] for name in changes)
    np.testing.assert_array_equal(plain.excess, again.excess)
    rest = plain.verdicts == "reached"
    assert rest.sum() >= 12
    assert (
        decay.excess[rest & (decay.verdicts == "reached")] > plain.excess[rest & (decay.verdicts == "reached")]
    ).all()
    assert slow.count(Verdict.SHORT) > plain.count(Verdict.SHORT)
    assert found.shares(PLAIN).shape == (2, 3)
    assert found.shares(PLAIN)[0, 0] == (plain.verdicts[0] == "reached").mean()
    assert len(found.rows()) == len(found.sentences()) == 4
    data = json.loads(json.dumps(found.to_dict()))
    assert len(data["edge"][PLAIN]) == 2


def test_batches_are_samples_and_the_rest_is_not() -> None:
    for name, change in CHANGES.items():
        assert len(change.keys() - {"noise_free"}) == (name != PLAIN)
        assert ("batch" in change) == (change.get("noise_free") is False)


def test_a_size_without_diagram_is_refused() -> None:
    with pytest.raises(ValueError, match="n_features"):
        artefacts(4, 2)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "at least one"),
        ({"a": {"foo": 1}}, "did you mean|must be one of"),
        ({"a": {"seed": 1}}, "must be one of"),
        ({"a": {"lr": -1.0}}, "lr"),
        ({"a": {"lr": "x"}}, "lr"),
        ({"a": {"optimizer": "adma"}}, "did you mean 'adam'"),
    ],
)
def test_changes_that_are_none_are_refused_before_any_training(changes: Any, said: str) -> None:
    with pytest.raises((TypeError, ValueError), match=said):
        artefacts(2, 1, (0.3,), (0.3, 1.0), changes=changes)
