"""hypothesis strategy for pairs of cases whose losses stand in a known relation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ...analytic.domain import nearest, short
from ...analytic.support import Independent
from .activations import AnyActivation
from .asked import Asked
from .pair import Related
from .problems import Choice, problems
from .relations import RELATIONS
from .supports import Law


def related(
    relations: Sequence[str] | None = None,
    max_features: int = 4,
    activations: Choice[AnyActivation] | None = None,
    min_features: int = 1,
    *,
    densities: SearchStrategy[float] | None = None,
    importances: SearchStrategy[float] | None = None,
    each: bool = True,
    laws: Sequence[Law] = (Independent,),
) -> SearchStrategy[Related]:
    """Draw two cases whose losses stand in a known relation, whatever the loss is worth.

    ==========================  ================================================================  ===================
    relation                    the second case                                                   its loss
    ==========================  ================================================================  ===================
    "relabeled"                 its features are in another order, groups together                the first's
    "reflected"                 hidden dimensions have the other sign                             the first's
    "rotated"                   its weights are an orthogonal matrix times the first's            the first's
    "scaled importance"         all importances times c                                           c times the first's
    "reciprocal importance"     (2,1) with 1/r for r, columns exchanged                           1/r times the first's
    "unused feature"            another feature of importance I, with a column of 0 and a bias b  plus I E(x − σ(b))²
    "unused dimension"          another row of weights, all 0                                     the first's
    "exchanged features"        two features, alike in density and importance, are exchanged      the first's
    "flipped inputs"            one output; a feature i that is always on has the other sign,     the first's
                                which the output's bias b_j + G_ji makes up for
    "renamed activation"        as LeakyReLU(1) for "linear"                                      the first's
    "renamed support"           as groups of one for Independent                                  the first's
    "mean for sum"              the first; its loss is another function, a mean over features     1/n of the first's
    "sparsity for density"      its density holds 1 − p: its loss is another function, which      the first's
                                takes a sparsity there
    ==========================  ================================================================  ===================

    Parameters
    ----------
    relations : sequence of str, optional
        All that the other arguments allow, the last two aside, if left out; those need ``check(loss, other)``.
    max_features, activations, min_features, densities, importances, each, laws
        As in `problems`: both cases keep to them, but for the factors that "scaled importance" and "reciprocal
        importance" bring. "renamed activation" is drawn where `activations` are left out; with ``each=False`` all
        features of both cases have one density and importance.

    Raises
    ------
    TypeError, ValueError
        If a relation is unknown, or asked for and impossible; and as `problems` does.

    Examples
    --------
    >>> import toytoy as tt
    >>> from hypothesis import given, settings
    >>> from toytoy.compare import strategies
    >>> @settings(deadline=None)
    ... @given(strategies.related())
    ... def test_every_relation_holds(pair):
    ...     pair.check(tt.loss)
    >>> test_every_relation_holds()
    >>> @settings(deadline=None)
    ... @given(strategies.related(["mean for sum"]))
    ... def test_a_mean_is_a_share_of_the_sum(pair):
    ...     pair.check(tt.loss, lambda problem, *model: tt.loss(problem, *model) / problem.n_features)
    >>> test_a_mean_is_a_share_of_the_sum()
    """
    some = ("relu",) if activations is None else activations
    problems(  # refuses what it can't draw
        max_features, some, min_features, densities=densities, importances=importances, each=each, laws=laws
    )
    asked = Asked(min_features, max_features, activations, densities, importances, each, tuple(laws))
    return st.one_of(*(_of_kind(name, asked) for name in _chosen(relations, asked)))


def _chosen(relations: Any, asked: Asked) -> list[str]:
    if relations is None:
        return [name for name, known in RELATIONS.items() if known.fits(asked) and not known.two_conventions]
    if isinstance(relations, str) or not isinstance(relations, Sequence) or not relations:
        raise TypeError(f"relations must be a sequence of names, as ['rotated'], got relations={short(relations)}")
    for name in relations:
        if name not in RELATIONS:
            raise ValueError(nearest("relation", name, RELATIONS))
        if not RELATIONS[name].fits(asked):
            raise ValueError(f"relations must be possible, got {name!r}, which needs {RELATIONS[name].needs}")
    return list(relations)


@st.composite
def _of_kind(draw: st.DrawFn, name: str, asked: Asked) -> Related:
    return RELATIONS[name].draw(draw, asked)
