"""A score counts what is planted, and writes it with intervals."""

from __future__ import annotations

import json

import numpy as np
import pytest
from toytoy.compare.training.nearness import Nearness, Verdict
from toytoy.compare.training.scores import HEAD, percent, score, table

VERDICTS = np.array(
    [[Verdict.REACHED, Verdict.REACHED, Verdict.SHORT], [Verdict.ELSEWHERE, Verdict.REACHED, Verdict.SHORT]]
)
EXCESS = np.array([[0.0, 0.001, 0.2], [3.0, 0.002, 0.4]])
NEAR = Nearness(
    VERDICTS.astype(object),
    EXCESS,
    EXCESS / 2,
    EXCESS * 10,
    EXCESS < 1,
    np.array([[True, False, True], [False, True, True]]),
)


def test_counts_medians_and_time() -> None:
    found = score("adam", NEAR, 0.6)
    assert (found.total, found.reached, found.short, found.elsewhere, found.renamed) == (6, 3, 2, 1, 1)
    assert found.excess.value == pytest.approx(0.101)
    assert (found.excess.low, found.excess.high) == (0.0, 3.0)  # 1 of 64 that all six lie on one side of the median
    assert found.tenth.value == pytest.approx(1.7)
    assert found.tenth.high == np.inf
    assert found.below.value == pytest.approx(0.0505)
    assert found.distance.value == pytest.approx(1.01)
    assert found.milliseconds == pytest.approx(100)


def test_it_is_written_with_intervals() -> None:
    found = score("adam", NEAR, 0.6)
    assert percent(5, 10) == "50% (24 … 76)"
    head, (row,) = table([found])
    assert head == HEAD
    assert len(row) == len(HEAD)
    assert row[1] == percent(3, 6)
    data = json.loads(json.dumps(found.to_dict()))
    assert data["excess"]["high"] == 3.0
    assert row[4] == "1.0e-01 (0e+00 … 3e+00)"
    assert data["reached_interval"][0] < 0.5 < data["reached_interval"][1]
    assert "of 6" in found.sentence()
