"""What the library takes from torch, and one clear error where it is not installed."""

from __future__ import annotations

from .torch_missing import WAY_OUT

try:
    import torch
    from torch import Tensor, nn
    from torch.autograd import Function
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(f"models are torch's, {WAY_OUT}", name="torch") from missing

__all__ = ["Function", "Tensor", "nn", "torch"]
