"""Figures of what training does, by name: what computes each, what draws it, and how it is made smaller."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ...numeric.trained import Trained
from ..figure_entry import Entry
from ..paper.settings import QUICK
from .adversarial import adversarial
from .artefacts import BASE, artefacts
from .averages import averages
from .basins import phase_basins
from .computation import DENSITIES, SMALL, computation
from .dynamics import dynamics
from .hysteresis import hysteresis
from .privileged import privileged_basis
from .probes import linear_probes
from .saxe import LARGEST, saxe
from .trainers import trainers

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def _trainers(found: Any) -> Figure:
    from ..figures.trainers import trainers as draw

    return draw(found)


def _artefacts(found: Any) -> Figure:
    from ..figures.artefacts import artefacts as draw

    return draw(found)


def _step_order(found: Any) -> Figure:
    from ..figures.step_order import step_order

    return step_order(found)


def _probed(found: Any) -> Figure:
    from ..figures.probed import probed

    return probed(found)


def _basins(found: Any) -> Figure:
    from ..figures.basin_maps import basin_maps

    return basin_maps(found)


def _loops(found: Any) -> Figure:
    from ..figures.hysteresis_loops import hysteresis_loops

    return hysteresis_loops(found)


def _averaged(found: Any) -> Figure:
    from ..figures.averaged import averaged

    return averaged(found)


_FEW = Trained(steps=1000, batch=128, lr=0.01, n_instances=10)  # of the quick maps of basins


def _vulnerability(found: Any) -> Figure:
    from ..figures.vulnerability import vulnerability

    return vulnerability(found)


def _learning(found: Any) -> Figure:
    from ..figures.learning import learning

    return learning(found)


def _privileged(found: Any) -> Figure:
    from ..figures.privileged_basis import privileged_basis_figure

    return privileged_basis_figure(found)


def _computed(found: Any) -> Figure:
    from ..figures.computed import computed

    return computed(found)


TRAINING: dict[str, Entry] = {
    "saxe": Entry(
        "a linear model's closed trajectory, and gradient descent with ever smaller steps",
        saxe,
        _step_order,
        {"step_sizes": tuple(LARGEST / 2**k for k in range(5))},
        trains=False,
    ),
    "linear-probes": Entry(
        "what linear probes read of 8 features off 3 hidden dimensions, at nine densities (quick: five)",
        linear_probes,
        _probed,
        {"densities": (1.0, 0.3, 0.1, 0.03, 0.01), "starts": 8, "trained": QUICK, "samples": 10_000},
    ),
    **{
        f"basins-{n}-{m}": Entry(
            f"with which probability {n} features in {m} reach each phase; 15 minutes, {s} s a cell (quick: short)",
            partial(phase_basins, n, m),
            _basins,
            {"detail": 6, "cut_detail": 9, "cut_instances": 24, "trained": _FEW},
        )
        for n, m, s in ((2, 1, 4), (3, 2, 6))  # s: processor time of the 40 models of a cell
    },
    "hysteresis": Entry(
        "density swept up and down in training, its jumps against the spinodals (quick: faster sweeps)",
        hysteresis,
        _loops,
        {
            "rates": tuple(float(10.0 ** -(k / 2)) for k in range(6, 12)),
            "sampled_rates": (1e-3, 3e-4),
            "ladder": (0.1, 0.2, 0.3, 0.4, 0.5),
            "instances": 4,
            "batch": 256,
        },
    ),
    **{
        f"best-of-k{suffix}": Entry(
            f"the best of k, and averages of ten models of {n} features in {m}: of invariants, and of W",
            partial(averages, n, m),
            _averaged,
            {"detail": 13, "trained": _FEW},
        )
        for n, m, suffix in ((2, 1, ""), (3, 2, "-3-2"))
    },
    "adversarial": Entry(
        "L2 attacks on models of 20 features in 5 dimensions, as they get sparser (quick: 8 in 3)",
        adversarial,
        _vulnerability,
        {
            "n_features": 8,
            "n_hidden": 3,
            "densities": (1.0, 0.5, 0.3, 0.1, 0.03, 0.01),
            "trained": QUICK,
            "samples": 5000,
        },
    ),
    "dynamics": Entry(
        "capacities and loss while 6 features learn to share 3 dimensions",
        dynamics,
        _learning,
        {"steps": 2000, "batch": 256, "instances": 3},
    ),
    "dynamics-correlated": Entry(
        "the same with two sets of three features that come together",
        partial(dynamics, "two correlated sets"),
        _learning,
        {"steps": 4000, "batch": 256, "instances": 3},
    ),
    "privileged-basis": Entry(
        "10 features in 5 neurons with a ReLU in the hidden layer, and without; the best of 128 (quick: of 24)",
        privileged_basis,
        _privileged,
        {
            "densities": (0.75, 0.35, 0.12, 0.04),
            "trained": Trained(steps=1200, batch=128, lr=0.02, schedule="cosine", n_instances=24),
        },
    ),
    "computation-3-6": Entry(
        "absolute values of 3 features from 6 neurons; the best of 64 (quick: of 8)",
        partial(computation, n_features=3, n_hidden=6, trained=SMALL),
        _computed,
        {
            "densities": (1.0, 0.1, 0.01),
            "trained": Trained(steps=1500, batch=128, schedule="cosine", n_instances=8),
            "rates": (0.01,),
        },
    ),
    "computation-100-40": Entry(
        "absolute values of 100 features from 40 neurons; a quarter of an hour (quick: 30 from 12)",
        partial(computation, densities=DENSITIES[:-1]),
        _computed,
        {
            "densities": (1.0, 0.1, 0.01),
            "n_features": 30,
            "n_hidden": 12,
            "trained": Trained(steps=2500, batch=256, schedule="cosine", n_instances=2),
            "rates": (4e-3,),
        },
    ),
    **{
        f"trainers{suffix}": Entry(
            f"gradient flow, exact descent, SGD, Adam and AdamW from the same initial models, {n} in {m}; minutes",
            partial(trainers, n, m),
            _trainers,
            {
                "densities": (0.1, 0.3, 0.9),
                "importances": (0.3, 1.0),
                "steps": 1000,
                "batch": 256,
                "speed": 5.0,
                "n_instances": 4,
            },
        )
        for n, m, suffix in ((2, 1, ""), (3, 2, "-3-2"))
    },
    **{
        f"artefacts-{n}-{m}": Entry(
            f"decay, rate, initial scale and batch, each alone, over the diagram of {n} in {m}; minutes",
            partial(artefacts, n, m),
            _artefacts,
            {
                "densities": (0.1, 0.3, 0.8),
                "importances": (0.03, 0.1, 0.3, 1.0, 3.0),
                "trained": replace(BASE, steps=1000, lr=5e-3, n_instances=4),
            },
        )
        for n, m in ((2, 1), (3, 2))
    },
}
