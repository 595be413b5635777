"""The question: how many features and dimensions, how dense, how important, which activation."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .activation import Activation, resolve
from .domain import DENSITY, IMPORTANCE, N_FEATURES, N_HIDDEN, Domain, Number, nearest, short
from .support import Independent, OneHot, Support


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A toy model of superposition: x̂ = σ(WᵀWx + b), to be fitted to sparse features x.

    Parameters
    ----------
    n_features : int
        n >= 1.
    n_hidden : int
        m, with n >= m >= 1.
    density : number, or a sequence of n numbers, in (0, 1]
        Marginal probability that a feature is active (1 - sparsity). Kept as given; Fractions too. With groups a
        sequence may hold one number a group; with OneHot it is 1 / n and may be left out.
    importance : number, or a sequence of n numbers, >= 0
        Weight of each feature's squared error. Kept as given.
    activation : "linear" | "relu" | "abs" | LeakyReLU | ClippedReLU | "gelu" | "softplus"
        σ, the output nonlinearity. Losses of the last two, smooth ones, come from quadrature, with an error.
    support : Independent | OneHot | CorrelatedGroups | AnticorrelatedGroups
        Which features are active together.

    Raises
    ------
    TypeError
        If a value is not a number, or not whole where that is asked.
    ValueError
        If a value is out of range or has the wrong length, or a name is unknown.

    Examples
    --------
    >>> import toytoy as tt
    >>> problem = tt.Problem(n_features=2, n_hidden=1, density=0.5, importance=(1.0, 0.4), activation="relu")
    >>> problem.replace(density=0.25).densities
    (0.25, 0.25)
    """

    n_features: int
    n_hidden: int
    density: Number | tuple[Number, ...] = None  # type: ignore[assignment]
    importance: Number | tuple[Number, ...] = 1.0
    activation: str | Activation = "relu"
    support: Support = field(default_factory=Independent)

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_features", N_FEATURES.check(self.n_features))
        object.__setattr__(self, "n_hidden", N_HIDDEN.check(self.n_hidden))
        if self.n_hidden > self.n_features:
            raise ValueError(
                f"n_hidden must not exceed n_features, got n_hidden={self.n_hidden} with "
                f"n_features={self.n_features}; features beyond the dimensions are what makes superposition"
            )
        if not isinstance(self.support, Support):
            raise TypeError(f"support must be a support law such as Independent(), got support={self.support!r}")
        spread = self.support.spread(_plain(self.density), self.n_features)
        for domain, given in ((DENSITY, spread), (IMPORTANCE, _plain(self.importance))):
            object.__setattr__(self, domain.name, _per_feature(domain, given, self.n_features))
        self.support.check(self.densities)
        resolve(self.activation)

    @property
    def densities(self) -> tuple[Number, ...]:
        """The density of each feature."""
        return self.density if isinstance(self.density, tuple) else (self.density,) * self.n_features

    @property
    def importances(self) -> tuple[Number, ...]:
        """The importance of each feature."""
        return self.importance if isinstance(self.importance, tuple) else (self.importance,) * self.n_features

    @property
    def sigma(self) -> Activation:
        """The activation as a function."""
        return resolve(self.activation)

    @property
    def null_loss(self) -> float:
        """Σ_i I_i p_i / 3: the loss of a model that always answers 0, the natural scale of losses and gradients."""
        return sum(float(i) * float(p) for i, p in zip(self.importances, self.densities, strict=True)) / 3

    def active_sets(self) -> tuple[tuple[tuple[int, ...], Number], ...]:
        """Every active set of positive probability, with that probability."""
        return tuple(self.support.active_sets(self.densities))

    def replace(self, **changes: Any) -> Problem:
        """Return a copy with some fields changed, validated again.

        Raises
        ------
        TypeError
            If a field does not exist; the nearest one is offered.
        """
        names = [f.name for f in dataclasses.fields(self)]
        for name in changes:
            if name not in names:
                raise TypeError(nearest("field", name, names))
        if isinstance(changes.get("support", self.support), OneHot):  # it knows its density, of any number of features
            changes.setdefault("density", None)
        return dataclasses.replace(self, **changes)

    def _repr_html_(self) -> str | None:
        """Show it in a notebook."""
        from .cards import shown
        from .problem_card import problem_card

        return shown(problem_card, self)

    @classmethod
    def toy(
        cls,
        n_features: int,
        *,
        importance: Number = 1.0,
        density: Number,
        activation: str | Activation = "relu",
    ) -> Problem:
        """Make the toy of the toy: 2 features in 1 dimension, or 3 in 2, the last one of another importance.

        Parameters
        ----------
        n_features : {2, 3}
        importance : number >= 0
            r, the importance of the last ("extra") feature; the others have 1.
        density : number in (0, 1]
            One density for all features.
        activation : as in `Problem`

        Raises
        ------
        ValueError
            If `n_features` is neither 2 nor 3, or a number is out of range.

        Examples
        --------
        >>> import toytoy as tt
        >>> tt.Problem.toy(3, importance=0.4, density=0.5).importance
        (1.0, 1.0, 0.4)
        """
        if n_features not in (2, 3):
            raise ValueError(f"the toy has 2 features in 1 dimension or 3 in 2, got n_features={n_features!r}")
        return cls(
            n_features=n_features,
            n_hidden=n_features - 1,
            density=DENSITY.check(density),
            importance=(*(1.0,) * (n_features - 1), IMPORTANCE.check(importance)),
            activation=activation,
        )


def check_problem(value: Any) -> Problem:
    """Return the value if it is a Problem.

    Raises
    ------
    TypeError
        If it is anything else.
    """
    if not isinstance(value, Problem):
        raise TypeError(f"problem must be a Problem, got problem={short(value)}; see Problem.toy")
    return value


def _plain(given: Any) -> Any:
    """Turn numpy's and torch's arrays and numbers, alone or in a sequence, into Python's: float32 would stay single."""
    if hasattr(given, "tolist"):
        given = given.tolist()
    if isinstance(given, Sequence) and not isinstance(given, str):
        return tuple(value.tolist() if hasattr(value, "tolist") else value for value in given)
    return given


def _per_feature(domain: Domain, given: Any, n_features: int) -> Number | tuple[Number, ...]:
    """Validate a number, or a sequence of one number a feature; sequences become tuples."""
    if isinstance(given, str) or not isinstance(given, Sequence):
        checked: Number = domain.check(given)
        return checked
    if len(given) != n_features:
        raise ValueError(
            f"{domain.name} must be one number or one a feature (a density also one a group), got {len(given)} of them "
            f"with n_features={n_features}: {domain.name}={tuple(given)!r}"
        )
    return tuple(domain.check(value, f"{domain.name}[{i}]") for i, value in enumerate(given))
