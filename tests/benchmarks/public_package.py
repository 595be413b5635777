"""A public package of toy models beside ours: occhio, on the package index.

It is no dependency here, and what it depends on is large; the part that trains needs two small packages only.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io

import numpy as np
import torch
from numpy.typing import NDArray

Array = NDArray[np.float64]
NAME = "occhio"
HOW = "pip install --no-deps --target FOLDER occhio==0.2.3 einops tqdm; make bench OCCHIO=FOLDER"


def installed() -> bool:
    """Tell whether it can be imported."""
    return importlib.util.find_spec(NAME) is not None


def train(density: Array, extra: Array, n: int, steps: int, batch: int) -> tuple[Array, Array]:
    """Train its grid of toys over densities and importances of the last feature: weights (d, r, m, n), bias (d, r, n).

    Without its weight decay, which the other routes do not have.
    """
    from occhio.autoencoder import TiedLinearRelu  # type: ignore[import-not-found]
    from occhio.distributions.sparse import SparseUniform  # type: ignore[import-not-found]
    from occhio.model_grid import Axis, ModelGrid  # type: ignore[import-not-found]
    from occhio.toy_model import ToyModel  # type: ignore[import-not-found]

    def create(params: dict[str, torch.Tensor]) -> object:
        generator = torch.Generator().manual_seed(0)
        return ToyModel(
            distribution=SparseUniform(n, p_active=params["density"], generator=generator),
            ae=TiedLinearRelu(n, n - 1, generator=generator),
            importances=torch.cat([torch.ones(n - 1), params["importance"].reshape(1)]),
        )

    axes = [Axis("density", torch.tensor(density)), Axis("importance", torch.tensor(extra, dtype=torch.float32))]
    grid = ModelGrid(create, axes=axes)
    with contextlib.redirect_stderr(io.StringIO()):  # its progress bar
        grid.fit(n_epochs=steps, batch_size=batch, learning_rate=1e-3, weight_decay=0.0)
    found = [(model.ae.W.detach().double().numpy(), model.ae.b.detach().double().numpy()) for model in grid.models.flat]
    shape = grid.models.shape
    weights, bias = (np.array(arrays) for arrays in zip(*found, strict=True))
    return weights.reshape(*shape, n - 1, n), bias.reshape(*shape, n)
