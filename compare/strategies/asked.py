"""What a user asked of two related cases: sizes, numbers, activations and support laws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ...analytic.problem import Problem
from .activations import ACTIVATIONS
from .case import Case
from .models import cases
from .problems import problems
from .supports import Law


@dataclass(frozen=True)
class Asked:
    """What a user asked of both cases; `activations` is None where any will do."""

    least: int
    most: int
    activations: Any
    densities: SearchStrategy[float] | None
    importances: SearchStrategy[float] | None
    each: bool
    laws: tuple[Law, ...]

    def problems(
        self, least: int = 1, most: int | None = None, laws: tuple[Law, ...] | None = None
    ) -> SearchStrategy[Problem]:
        """Strategy for problems as asked, of fewer sizes or laws if need be."""
        return problems(
            self.most if most is None else most,
            ACTIVATIONS if self.activations is None else self.activations,
            max(self.least, least),
            densities=self.densities,
            importances=self.importances,
            each=self.each,
            laws=[law for law in self.laws if law in (laws or self.laws)],
        )

    def has(self, *laws: Law) -> bool:
        """Whether one of these support laws was asked for."""
        return any(law in self.laws for law in laws)


def model(draw: st.DrawFn, problem: Problem) -> Case:
    """Draw a model for a problem."""
    return draw(cases(st.just(problem)))
