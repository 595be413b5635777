"""What is shipped loads, is small, and is what a fresh computation gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.explorer import shipped as module
from toytoy.compare.explorer.shipped import FOLDER, KINDS, SIZES, lines_file, map_file, shipped, shipped_lines

MOST_BYTES = 1_500_000
SLOPE = (2 + 2**0.5) / 8  # of r over p on the boundary of "not represented", as p -> 0


def major(version: str) -> str:
    return version.split(".")[0]


@pytest.mark.parametrize("n_features", SIZES)
def test_the_maps_are_what_they_say(n_features: int) -> None:
    maps = shipped(n_features)
    assert tuple(maps) == KINDS
    for kind, diagram in maps.items():
        assert diagram.kind == kind
        assert diagram.template == tt.Problem.toy(n_features, density=1.0)
        assert major(diagram.data.attrs["version"]) == major(tt.__version__)
        count = 20 if kind == "trained" else 60
        assert diagram.data.loss.shape == (count, count)
    assert maps["trained"].data.attrs["method"] == repr(tt.Trained())


@pytest.mark.parametrize("n_features", SIZES)
def test_models_are_trained_in_the_middle_of_three_by_three_cells(n_features: int) -> None:
    fine, coarse = shipped(n_features)["optimum"], shipped(n_features)["trained"]
    np.testing.assert_array_equal(coarse.densities, fine.densities[1::3])
    np.testing.assert_array_equal(coarse.importances, fine.importances[1::3])


@pytest.mark.parametrize("n_features", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_losses_follow_from_the_weights(n_features: int, kind: str) -> None:
    diagram = shipped(n_features)[kind]
    for i, j in np.ndindex(diagram.data.loss.shape):
        if (i * 60 + j) % 37 == 0:
            cell = diagram.data.isel(density=i, importance=j)
            problem = diagram.problem(float(cell.density), float(cell.importance))
            exact = float(tt.loss(problem, cell.weights.values, cell.bias.values))
            assert abs(exact - float(cell.loss)) <= 2 * float(cell.loss_error)


@pytest.mark.parametrize(("n_features", "every"), [(2, 41), (3, 401)])
def test_cells_of_the_optimum_are_found_again(n_features: int, every: int) -> None:
    diagram = shipped(n_features)["optimum"]
    cells = [cell for k, cell in enumerate(np.ndindex(diagram.data.loss.shape)) if k % every == 0]
    assert len(cells) > 8
    for i, j in cells:
        stored = diagram.data.isel(density=i, importance=j)
        problem = diagram.problem(float(stored.density), float(stored.importance))
        fresh = tt.minimize(problem, tt.Multistart(n_starts=40, seed=1))
        error = fresh.loss.error + float(stored.loss_error)
        assert abs(fresh.loss.value - float(stored.loss)) <= 10 * error, problem


@pytest.mark.parametrize("n_features", SIZES)
def test_cells_of_the_ansatz_are_found_again(n_features: int) -> None:
    stored = shipped(n_features)["ansatz"]
    rows, columns = stored.densities[::17], stored.importances[::11]
    fresh = tt.phase_diagram(n_features, n_features - 1, density=rows, importance=columns, method="ansatz")
    np.testing.assert_allclose(fresh.data.loss, stored.data.loss[::17, ::11], rtol=1e-13)
    assert (fresh.data.phase.values == stored.data.phase.values[::17, ::11]).all()


@pytest.mark.slow
@pytest.mark.parametrize("n_features", SIZES)
def test_training_is_repeated(n_features: int) -> None:
    """A row of one cell, as published: the same seed gives the same model, whatever trains beside it."""
    stored = shipped(n_features)["trained"].data.isel(density=[10], importance=[10])
    fresh = tt.phase_diagram(
        n_features,
        n_features - 1,
        density=stored.density.values,
        importance=stored.importance.values,
        method=tt.Trained(),
    )
    np.testing.assert_allclose(fresh.data.loss, stored.loss, rtol=1e-3)


@pytest.mark.parametrize("n_features", SIZES)
def test_no_model_lies_below_the_optimum(n_features: int) -> None:
    maps = shipped(n_features)
    best = maps["optimum"].data
    for kind, its in (
        ("ansatz", best),
        ("trained", best.isel(density=slice(1, None, 3), importance=slice(1, None, 3))),
    ):
        above = maps[kind].data.loss.values - its.loss.values
        assert (above >= -(maps[kind].data.loss_error.values + its.loss_error.values)).all()


@pytest.mark.parametrize("n_features", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_lines_run_where_the_phase_changes(n_features: int) -> None:
    """Each point lies on a boundary that a search finds afresh, within both errors and the digits kept."""
    lines = shipped_lines(n_features)
    assert major(lines["version"]) == major(tt.__version__)
    for line in lines["lines"]:
        k = len(line["density"]) // 2
        p, r = line["density"][k], line["importance"][k]
        if line["order"] != "jump" or len(line["density"]) < 40 or line["density"][0] == line["density"][-1]:
            continue
        names = {name.removesuffix("_small").removesuffix("_large") for name in line["between"]}
        between = tuple(line["between"]) if len(names) == 1 else tuple(sorted(names))
        found = tt.boundary(n_features, n_features - 1, between=between, density=p, near=r)
        assert abs(found.importance.value / r - 1) < 1e-7


@pytest.mark.parametrize("n_features", SIZES)
def test_beyond_the_maps_lines_go_on_to_the_lowest_density(n_features: int) -> None:
    """They begin at the edge where the traced ones end, and end where the maps do, near the known slope r_c / p."""
    lines = shipped_lines(n_features)
    assert len(lines["beyond"]) == (2 if n_features == 2 else 1)
    for line in lines["beyond"]:
        edge, far = line["importance"][0], line["importance"][-1]
        assert edge in (0.1, 10.0)
        ends = [
            (other["density"][k], other["importance"][k])
            for other in lines["lines"]
            if other["between"] == line["between"]
            for k in (0, -1)
        ]
        gap = min(abs(p / line["density"][0] - 1) + abs(r / edge - 1) for p, r in ends)
        assert gap < 1e-6
        assert line["density"][-1] == 0.01
        assert min(far, 1 / far) / 0.01 == pytest.approx(SLOPE, rel=0.02)


def test_special_points_are_those_of_the_library() -> None:
    from toytoy.analytic.stability import onset_window

    stored = [p["density"] for p in shipped_lines(2)["points"] if p["kind"] == "tricritical"]
    np.testing.assert_allclose(sorted({round(p, 9) for p in stored}), onset_window(), atol=2e-9)


def test_it_is_small() -> None:
    files = [path for path in FOLDER.iterdir() if path.is_file()]
    assert {path.name for path in files} == {
        *(lines_file(n).name for n in SIZES),
        *(map_file(n, kind).name for n in SIZES for kind in KINDS),
    }
    assert sum(path.stat().st_size for path in files) < MOST_BYTES


@pytest.mark.parametrize("n_features", [1, 4, "2", None])
def test_another_toy_is_refused(n_features: object) -> None:
    for read in (shipped, shipped_lines):
        with pytest.raises(ValueError, match=r"n_features must be one of \(2, 3\)"):
            read(n_features)  # type: ignore[arg-type]


def test_missing_files_say_how_they_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    module._maps.cache_clear()
    try:
        with pytest.raises(FileNotFoundError, match=r"ansatz_2_1\.nc is missing; run python -m toytoy"):
            shipped(2)
    finally:
        module._maps.cache_clear()
