"""What most people write: many toy models trained at once in plain torch, by autograd, on samples drawn as they go."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

Array = NDArray[np.float64]


def train(density: Array, importance: Array, m: int, steps: int, batch: int, seed: int = 0) -> tuple[Array, Array]:
    """Train models (k, m, n) for densities (k,) and importances (k, n), as published: Adam 1e-3, Xavier, no decay."""
    generator = torch.Generator().manual_seed(seed)
    k, n = importance.shape
    p = torch.tensor(density, dtype=torch.float32)[:, None, None]
    weight = torch.tensor(importance, dtype=torch.float32)[:, None, :]
    W = torch.randn(k, m, n, generator=generator) * (2.0 / (m + n)) ** 0.5
    b = torch.zeros(k, 1, n)
    optimizer = torch.optim.Adam([W.requires_grad_(), b.requires_grad_()], lr=1e-3)
    for _ in range(steps):
        x = torch.rand(k, batch, n, generator=generator) * (torch.rand(k, batch, n, generator=generator) < p)
        out = torch.relu(x @ W.mT @ W + b)
        loss: Any = (weight * (x - out) ** 2).sum(-1).mean(-1).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return W.detach().double().numpy(), b.detach().double()[:, 0].numpy()
