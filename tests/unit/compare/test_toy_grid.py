"""A toy over a grid: its cells are the toys that `Problem.toy` makes, densities first."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.toy_grid import ToyGrid, toy_at

GRID = ToyGrid.checked(3, 2, [0.2, 1.0], [0.1, 1.0, 4.0], "abs")


def test_cells_stand_densities_first() -> None:
    toys = [tt.Problem.toy(3, density=p, importance=r, activation="abs") for p in (0.2, 1.0) for r in (0.1, 1.0, 4.0)]
    assert GRID.problems() == toys
    assert GRID.shape == (2, 3)
    assert GRID.problem(GRID.densities[0], GRID.importances[2]) == toys[2] == toy_at(GRID.template, 0.2, 4.0)


def test_the_null_loss_is_that_of_every_cell() -> None:
    losses = np.array([toy.null_loss for toy in GRID.problems()]).reshape(GRID.shape)
    assert np.abs(GRID.null_loss - losses).max() <= 4 * np.finfo(float).eps * losses.max()


def test_axes_are_named_as_data_name_them() -> None:
    assert {name: values.tolist() for name, values in GRID.axes.items()} == {
        "density": [0.2, 1.0],
        "importance": [0.1, 1.0, 4.0],
    }


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((4, 2, [0.1], [1.0], "relu"), "got n_features=4, n_hidden=2"),
        ((2, 1, [0.3, 0.2], [1.0], "relu"), "density must ascend"),
        ((2, 1, [0.3], [0.0], "relu"), "importance=0.0"),
        ((2, 1, [0.3], [1.0], "rellu"), "rellu"),
    ],
)
def test_what_is_no_grid_is_refused(given: tuple[object, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ToyGrid.checked(*given)  # type: ignore[arg-type]
