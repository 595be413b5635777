"""Time the training of 100 instances of (2,1) by every route of the library, and by a public package beside them.

The package is occhio 0.2.3 (`pip install --no-deps --target FOLDER occhio==0.2.3 einops tqdm`, then FOLDER on
PYTHONPATH; it is no dependency here). Without it its row is left out. All routes take turns in one run, on one thread
of torch, and the median of their rounds is shown.
"""

from __future__ import annotations

import argparse
import contextlib
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from time import perf_counter

import torch
import toytoy as tt
from toytoy.numeric.fit import fit
from toytoy.numeric.models import AbsModel, HiddenReLUModel, ToyModel
from toytoy.numeric.trained import train_many

INSTANCES, BATCH, FULL = 100, 1024, 10_000
PROBLEM = tt.Problem.toy(2, importance=0.7, density=0.3)
Route = Callable[[int], object]


def routes(device: str) -> dict[str, Route]:
    """Name what trains 100 models for so many steps."""
    trained = tt.Trained(batch=BATCH, n_instances=INSTANCES, device=device)
    found: dict[str, Route] = {
        "Trained": lambda steps: train_many([PROBLEM], replace(trained, steps=steps)),
        "fit, ToyModel": lambda steps: fit(ToyModel(PROBLEM, INSTANCES, device=device), steps=steps),
        "fit, HiddenReLUModel": lambda steps: fit(HiddenReLUModel(PROBLEM, INSTANCES, device=device), steps=steps),
        "fit, AbsModel": lambda steps: fit(AbsModel(PROBLEM, INSTANCES, device=device), steps=steps),
    }
    if device == "cpu":
        with contextlib.suppress(ImportError):
            found["occhio 0.2.3, ModelGrid"] = occhio()
    return found


def occhio() -> Route:
    """Make the package's 10 x 10 grid of densities and importances."""
    from occhio.autoencoder import TiedLinearRelu  # type: ignore[import-not-found]
    from occhio.distributions.sparse import SparseUniform  # type: ignore[import-not-found]
    from occhio.model_grid import Axis, ModelGrid  # type: ignore[import-not-found]
    from occhio.toy_model import ToyModel as Theirs  # type: ignore[import-not-found]

    def create(params: dict[str, torch.Tensor]) -> object:
        generator = torch.Generator().manual_seed(0)
        return Theirs(
            distribution=SparseUniform(2, p_active=params["density"], generator=generator),
            ae=TiedLinearRelu(2, 1, generator=generator),
            importances=params["importance"] ** torch.arange(2),
        )

    def train(steps: int) -> None:
        axes = [Axis("density", torch.logspace(-2, 0, 10)), Axis("importance", torch.logspace(-1, 1, 10))]
        with contextlib.redirect_stderr(io.StringIO()):  # its progress bar
            ModelGrid(create, axes=axes).fit(n_epochs=steps, batch_size=BATCH, learning_rate=1e-3)

    return train


def table(steps: int, rounds: int, device: str) -> list[tuple[str, float]]:
    """Median seconds of each route; the first, untimed round compiles and warms."""
    named = routes(device)
    for route in named.values():
        route(2)
    times: dict[str, list[float]] = {name: [] for name in named}
    for _ in range(rounds):
        for name, route in named.items():
            start = perf_counter()
            route(steps)
            times[name].append(perf_counter() - start)
    return [(name, median(seconds)) for name, seconds in times.items()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--device", default="cpu")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    where = f"{chosen.steps} steps on {chosen.device}, torch {torch.__version__}"
    print(f"{INSTANCES} instances of (2,1), batch {BATCH}, {where}")
    print(f"{'route':<26}{'seconds':>10}{'µs an instance-step':>22}{'s for 10 000 steps':>20}")
    for name, seconds in table(chosen.steps, chosen.rounds, chosen.device):
        each = seconds / chosen.steps
        print(f"{name:<26}{seconds:>10.2f}{1e6 * each / INSTANCES:>22.2f}{each * FULL:>20.1f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
