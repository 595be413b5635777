"""Hands: a sweep without gaps, whose failed cells are tried again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from toytoy.compare.hands import Hands

HERE = ThreadPoolExecutor(1)


class Flaky:
    """Fails at one cell while a file is there."""

    def __init__(self, switch: Path) -> None:
        self.switch = switch

    def __call__(self, density: float) -> float:
        if density == 1 and self.switch.exists():
            raise OSError("not now")
        return density


def test_a_failed_cell_is_an_error_and_is_tried_again(tmp_path: Path) -> None:
    grid, hands, work = {"density": np.array([0.5, 1.0])}, Hands(HERE, tmp_path / "store"), Flaky(tmp_path / "off")
    work.switch.touch()
    with pytest.raises(RuntimeError, match=r"needs every cell, and that at density=1 failed: OSError: not now"):
        hands.over(work, grid, None)
    work.switch.unlink()
    assert hands.over(work, grid, None).value.values.tolist() == [0.5, 1.0]


def test_hands_are_empty_until_given() -> None:
    assert not Hands()
    assert all((Hands(executor=HERE), Hands(store="x"), Hands(n_workers=1)))
