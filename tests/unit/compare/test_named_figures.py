"""Names of figures: well formed, of different figures, and looked up with care."""

from __future__ import annotations

from inspect import signature

import pytest
from toytoy.compare.named_figures import FIGURES, entry
from toytoy.compare.paper.settings import Study


def test_names_are_words_with_hyphens() -> None:
    assert all(name == name.lower() and " " not in name and "_" not in name for name in FIGURES)
    assert len({id(each.compute) for each in FIGURES.values()}) == len(FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_quick_settings_are_arguments_of_what_computes_the_figure(name: str) -> None:
    taken = set(signature(FIGURES[name].compute).parameters)
    if "study" in taken:  # which stands for the settings of a Study, by name
        taken |= Study.__annotations__.keys()
    assert taken >= {*FIGURES[name].quick, "seed", "progress"}


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="did you mean 'perturbed-feature'"):
        entry("perturbed")
