"""The known relations by name: how to draw each, and what it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st

from ...analytic.support import CorrelatedGroups, Independent, OneHot
from .asked import Asked
from .feature_relations import exchanged, flipped, reciprocal, relabeled, scaled, unused_feature
from .hidden_relations import reflected, rotated, unused_dimension
from .pair import Related
from .wording_relations import mean, renamed_activation, renamed_laws, renamed_support, sparsity


class Relation(NamedTuple):
    """How to draw it; what it needs, in words and as a test; whether it links two conventions."""

    draw: Callable[[st.DrawFn, Asked], Related]
    needs: str = "nothing"
    fits: Callable[[Asked], bool] = lambda asked: True
    two_conventions: bool = False


def _two(asked: Asked) -> bool:
    return asked.most >= 2


_TWO = "max_features of 2 or more"
RELATIONS: dict[str, Relation] = {
    "relabeled": Relation(relabeled, _TWO, _two),
    "reflected": Relation(reflected),
    "rotated": Relation(rotated, _TWO, _two),
    "scaled importance": Relation(scaled),
    "reciprocal importance": Relation(
        reciprocal,
        "sizes that allow 2 features, the law Independent, and each=True",
        lambda asked: asked.least <= 2 <= asked.most and asked.has(Independent) and asked.each,
    ),
    "unused feature": Relation(
        unused_feature,
        "max_features above min_features, and a law other than OneHot",
        lambda asked: asked.least < asked.most and any(law is not OneHot for law in asked.laws),
    ),
    "unused dimension": Relation(unused_dimension, _TWO, _two),
    "exchanged features": Relation(
        exchanged,
        f"{_TWO}, and the law Independent or OneHot",
        lambda asked: _two(asked) and asked.has(Independent, OneHot),
    ),
    "flipped inputs": Relation(
        flipped,
        f"{_TWO}, the law Independent, and each=True",
        lambda asked: _two(asked) and asked.has(Independent) and asked.each,
    ),
    "renamed activation": Relation(
        renamed_activation, "that activations are left out", lambda asked: asked.activations is None
    ),
    "renamed support": Relation(
        renamed_support,
        "Independent beside a law of groups, or OneHot beside AnticorrelatedGroups",
        lambda asked: bool(renamed_laws(asked)),
    ),
    "mean for sum": Relation(mean, two_conventions=True),
    "sparsity for density": Relation(
        sparsity,
        "the law Independent or CorrelatedGroups",
        lambda asked: asked.has(Independent, CorrelatedGroups),
        two_conventions=True,
    ),
}
