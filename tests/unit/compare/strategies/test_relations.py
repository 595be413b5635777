"""The table of relations: every one can be drawn where it fits, and holds for an independent loss."""

from __future__ import annotations

from typing import Any

import pytest
import toytoy as tt
from hypothesis import Phase, find, given, settings
from hypothesis.errors import NoSuchExample
from toytoy.compare import strategies
from toytoy.compare.strategies import RELATIONS, Related

SAME = [name for name, relation in RELATIONS.items() if not relation.two_conventions]
law = settings(deadline=None, max_examples=25, phases=(Phase.generate, Phase.shrink))
quick = settings(max_examples=2000, deadline=None, phases=(Phase.generate,))


@pytest.mark.parametrize("name", SAME)
def test_each_is_among_those_drawn(name: str) -> None:
    find(strategies.related(laws=strategies.LAWS), lambda pair: pair.relation == name, settings=quick)


@pytest.mark.parametrize("name", SAME)
def test_each_holds(name: str) -> None:
    @law
    @given(strategies.related([name], laws=strategies.LAWS))
    def holds(pair: Related) -> None:
        assert pair.relation == name
        pair.check(tt.loss)

    holds()


@pytest.mark.parametrize("name", SAME)
def test_each_can_fail(name: str) -> None:
    """A loss that knows which case it is given breaks it."""

    @settings(law, max_examples=10)
    @given(strategies.related([name], laws=strategies.LAWS))
    def broken(pair: Related) -> None:
        losses: list[Any] = [float(tt.loss(*pair.first)), pair.expected(float(tt.loss(*pair.first))) * 1.01 + 0.001]
        with pytest.raises(AssertionError, match=name):
            pair.check(lambda *case: losses.pop(0))

    broken()


def test_those_that_do_not_fit_are_left_out() -> None:
    alone = strategies.related(max_features=1, activations=["relu"])
    with pytest.raises(NoSuchExample):
        find(alone, lambda pair: pair.relation not in ("reflected", "scaled importance"), settings=law)
