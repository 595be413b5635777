"""The benchmark of torch's line runs on the CPU, names the device, and both routes agree."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from tests.benchmarks import torch_line


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Keep torch's threads from waiting for each other where the cores are busy."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_a_line_a_size_under_the_device(capsys: pytest.CaptureFixture[str]) -> None:
    torch_line.main(["--quick", "--device", "cpu"])
    lines = capsys.readouterr().out.splitlines()
    assert "; cpu: " in lines[0]
    assert len(lines) == 2 + len(torch_line.QUICK)
    assert all(len(line) <= 80 for line in lines[1:])


def test_both_routes_are_timed_and_agree() -> None:
    row = torch_line.measure(torch_line.QUICK[0], "cpu", 1)
    assert min(row.compiled, row.torch) > 0
    assert row.loss + row.gradient > 0
    assert row.loss < 1e-12
    assert row.gradient < 1e-11
