"""hypothesis strategies for support laws: which features are active together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ...analytic.domain import N_FEATURES, short
from ...analytic.support import AnticorrelatedGroups, CorrelatedGroups, Independent, OneHot, Support

Law = type[Support]
LAWS: tuple[Law, ...] = (Independent, CorrelatedGroups, AnticorrelatedGroups, OneHot)


def supports(n_features: int, laws: Sequence[Law] = LAWS) -> SearchStrategy[Support]:
    """Draw a support law of so many features; groups of all sizes.

    Parameters
    ----------
    n_features : int
        >= 1.
    laws : sequence of classes
        Of Independent, CorrelatedGroups, AnticorrelatedGroups and OneHot; the first one is the simplest.

    Raises
    ------
    TypeError, ValueError
        If there is no law, one is no support law, or `n_features` is no whole number >= 1.

    Examples
    --------
    >>> from hypothesis import given
    >>> from toytoy.compare import strategies
    >>> import toytoy as tt
    >>> @given(strategies.supports(4, [tt.CorrelatedGroups]))
    ... def test_groups_hold_all_features(support):
    ...     assert sum(support.sizes) == 4
    >>> test_groups_hold_all_features()
    """
    n = N_FEATURES.check(n_features)
    return st.one_of(*(_of_law(law, n) for law in check_laws(laws)))


def check_laws(laws: Any) -> tuple[Law, ...]:
    """Return the laws as a tuple if each is a class of a support law.

    Raises
    ------
    TypeError, ValueError
        If there is none, or something else among them.
    """
    if isinstance(laws, str | type) or not isinstance(laws, Sequence):
        raise TypeError(f"support laws must be a sequence of classes, as in [Independent], got {short(laws)}")
    for law in laws:
        if law not in LAWS:
            known = ", ".join(one.__name__ for one in LAWS)
            raise TypeError(
                f"support laws must be classes among {known}, got {short(law)}; give the class, not its name"
            )
    if not laws:
        raise ValueError("support laws must be one class at least, got none; [Independent] is the paper's")
    return tuple(laws)


def _of_law(law: Law, n: int) -> SearchStrategy[Support]:
    if law in (Independent, OneHot):
        return st.just(law())
    return _grouped(law, n)


@st.composite
def _grouped(draw: st.DrawFn, law: Any, n: int) -> Support:
    """Cut the features into groups: between each two neighbors there is a cut or none. One group is simplest."""
    sizes = [1]
    for cut in draw(st.lists(st.booleans(), min_size=n - 1, max_size=n - 1)):
        if cut:
            sizes.append(1)
        else:
            sizes[-1] += 1
    grouped: Support = law(tuple(sizes))
    return grouped
