"""hypothesis strategies for output nonlinearities: piecewise linear ones of any slope or ceiling, and smooth ones."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ...analytic.activation import SMOOTH, Activation, ClippedReLU, LeakyReLU
from ...analytic.domain import short
from ..ranges import readable

AnyActivation = str | Activation
ACTIVATIONS: tuple[AnyActivation, ...] = ("relu", "linear", "abs", LeakyReLU(0.1), ClippedReLU(1.0))


def activations(smooth: bool = False) -> SearchStrategy[AnyActivation]:
    """Draw an activation: ReLU, linear, absolute value, leaky ReLUs of slope -1 to 1, clipped ReLUs at 0.1 to 2.

    Slopes 1, 0 and -1 are among the leaky ones, which then are linear, ReLU and absolute value by another name.

    Parameters
    ----------
    smooth : bool
        Whether GELU and softplus are drawn, too. Exact losses take them up to 4 features.

    Raises
    ------
    TypeError
        If `smooth` is no bool.

    Examples
    --------
    >>> from hypothesis import given
    >>> from toytoy.analytic.activation import resolve
    >>> from toytoy.compare import strategies
    >>> @given(strategies.activations())
    ... def test_nothing_in_nothing_out(activation):
    ...     assert resolve(activation)(0.0) == 0
    >>> test_nothing_in_nothing_out()
    """
    if not isinstance(smooth, bool):
        raise TypeError(f"smooth must be True or False, got smooth={short(smooth)}")
    named = st.sampled_from(["relu", "linear", "abs", *(SMOOTH if smooth else ())])
    return st.one_of(named, st.one_of(_leaky(), _clipped()))


@st.composite
def _leaky(draw: st.DrawFn) -> AnyActivation:
    return LeakyReLU(draw(st.one_of(st.just(0.1), readable(-1.0, 1.0))))


@st.composite
def _clipped(draw: st.DrawFn) -> AnyActivation:
    return ClippedReLU(draw(readable(0.1, 2.0)))
