"""What is taken from torch, and the error where it is missing."""

from __future__ import annotations

import importlib
import sys

import pytest
import torch
from toytoy.numeric import torch_types


def test_it_is_torch() -> None:
    assert torch_types.torch is torch
    assert torch_types.Tensor is torch.Tensor
    assert torch_types.nn is torch.nn
    assert torch_types.Function is torch.autograd.Function
    assert set(torch_types.__all__) <= set(vars(torch_types))


def test_a_missing_torch_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "toytoy.numeric.torch_types")
    with pytest.raises(ModuleNotFoundError, match=r'not installed: pip install "toytoy\[torch\]"') as caught:
        importlib.import_module("toytoy.numeric.torch_types")
    assert caught.value.name == "torch"
