"""Optimizers by name, torch's own: Adam, AdamW and plain gradient descent, all with decoupled weight decay."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..analytic.domain import nearest

if TYPE_CHECKING:
    import torch

# "adam" and "adamw" are one: decay here is always decoupled, as AdamW's, and at 0 AdamW is Adam, to the last bit.
OPTIMIZERS = ("adam", "adamw", "sgd")


def make_optimizer(
    name: str, parameters: Iterable[torch.Tensor], lr: float, weight_decay: float
) -> torch.optim.Optimizer:
    """Make the optimizer of a name in `OPTIMIZERS`.

    For "sgd" there is no momentum: θ ← θ − lr (∇L + decay θ), where coupled and decoupled decay are the same thing.
    """
    import torch

    check_optimizer(name)
    make = torch.optim.SGD if name == "sgd" else torch.optim.AdamW
    return make(parameters, lr=lr, weight_decay=weight_decay)


def check_optimizer(name: str) -> str:
    """Return the name if it is one of `OPTIMIZERS`, else raise the ValueError that offers the nearest."""
    if name not in OPTIMIZERS:
        raise ValueError(nearest("optimizer", name, OPTIMIZERS))
    return name
