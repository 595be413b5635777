"""Work shared out among processes: the same results in the same order, and nothing left to chance."""

from __future__ import annotations

import os

import numpy as np
import pytest
from toytoy.compare.paper.dimensionality import dimensionality
from toytoy.compare.paper.spread import counted, spread


def test_results_come_in_order_and_processes_share_the_cores() -> None:
    with spread(2) as each:
        assert list(each(abs, range(-5, 0))) == [5, 4, 3, 2, 1]
        (threads,) = set(each(os.getenv, ["NUMBA_NUM_THREADS"] * 3))
    assert int(threads) == max(1, (os.cpu_count() or 1) // 2)


def test_one_process_is_this_one() -> None:
    with spread(1) as each:
        assert each is map


@pytest.mark.parametrize("processes", [0, -1])
def test_no_process_is_refused(processes: int) -> None:
    with pytest.raises(ValueError, match="processes must be a whole number"), spread(processes):
        pass


def test_results_are_counted_as_they_come() -> None:
    counts: list[tuple[int, int]] = []
    results = counted(iter("ab"), 2, lambda *count: counts.append(count))
    assert (next(results), counts) == ("a", [(1, 2)])
    assert (list(results), counts) == (["b"], [(1, 2), (2, 2)])


@pytest.mark.slow
def test_processes_find_what_one_finds() -> None:
    one, two = (dimensionality(4, 2, (0.5, 0.1), trained=None, processes=count) for count in (1, 2))
    np.testing.assert_array_equal(one.weights, two.weights)
    np.testing.assert_array_equal(one.losses, two.losses)
