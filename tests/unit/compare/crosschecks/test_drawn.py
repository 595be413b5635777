"""Drawn models repeat, do not depend on their number, and are of every kind that breaks formulas."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.crosschecks.drawn import (
    KINDS,
    N_DRAWN,
    PIECEWISE,
    SIZES,
    TINY,
    Draw,
    Model,
    Parts,
    contrasts,
    drawn_models,
    generic,
    paired,
    smooth_models,
    tiny,
    touching,
)


def test_a_seed_repeats_and_the_count_only_adds() -> None:
    few, many = drawn_models(7, 5), drawn_models(7, 9)
    for a, b in zip(few, many, strict=False):
        assert (a.name, a.problem) == (b.name, b.problem)
        assert np.array_equal(a.weights, b.weights)
        assert np.array_equal(a.bias, b.bias)
    assert not np.array_equal(drawn_models(8, 1)[0].weights, few[0].weights)


def test_all_kinds_sizes_activations_and_laws_are_there() -> None:
    models = drawn_models(0)
    assert len(models) == N_DRAWN
    assert {model.name.split("(")[1].rstrip(")") for model in models} == {kind.__name__ for kind in KINDS}
    assert {(m.problem.n_features, m.problem.n_hidden) for m in models} == set(SIZES)
    assert {str(m.problem.activation) for m in models} == {str(activation) for activation in PIECEWISE}
    laws = {type(m.problem.support) for m in models}
    assert laws == {tt.Independent, tt.CorrelatedGroups, tt.AnticorrelatedGroups}


def test_models_fit_their_problems_and_have_names_of_their_own() -> None:
    models = [*drawn_models(1), *smooth_models(1)]
    assert len({model.name for model in models}) == len(models)
    for model in models:
        assert np.isfinite(tt.loss(model.problem, model.weights, model.bias))


def test_touching_models_sit_on_corners_exactly() -> None:
    touching = [model for model in drawn_models(2) if "touching" in model.name]
    assert touching
    for model in touching:
        gram, n = model.weights.T @ model.weights, model.problem.n_features
        corners = gram @ np.array(np.meshgrid(*[[0, 1]] * n)).reshape(n, -1) + model.bias[:, None]
        assert (corners == 0).any(axis=1).all()


@pytest.mark.parametrize("seed", [-1, 0.5, "one"])
def test_a_seed_is_a_whole_number(seed: object) -> None:
    for draw in (drawn_models, smooth_models):
        with pytest.raises((TypeError, ValueError), match="seed"):
            draw(seed)  # type: ignore[arg-type]


def mark(model: Model) -> float:
    """Weigh all numbers of a model, so that a change of any shows."""
    p = model.problem
    parts = (model.weights.ravel(), model.bias, np.array(p.importances, float), np.array(p.densities, float))
    return float(sum(np.cos(np.arange(1, part.size + 1) + k) @ part for k, part in enumerate(parts)))


def test_a_seed_means_the_same_models_as_ever() -> None:
    """Reports name models by seed and number: who draws them again, in another version, must get the same ones."""
    kept = [-1.068728826, 1.203905212, -0.380426885, 1.003597921, -3.4367074, -0.426530331, 0.477074341, -7.188278812]
    kept += [
        -0.988333451,
        0.062324978,
        -1.605889232,
        -3.07638393,
        -1.277342933,
        1.238283333,
        -1.662576458,
        -6.478394009,
    ]
    kept += [-7.373459644, -5.750563471, 2.009646933, 9.599628161, -2.684438158, -1.963862004, 1.133315046, 1.691904772]
    models = drawn_models(0)
    assert [mark(model) for model in models] == pytest.approx(kept, abs=2e-9)
    groups = {tt.CorrelatedGroups: (2, 1, 1), tt.AnticorrelatedGroups: (2, 1, 1)}
    for k, model in enumerate(models):
        law = {3: tt.CorrelatedGroups, 5: tt.AnticorrelatedGroups}.get(k % 7, tt.Independent)
        assert type(model.problem.support) is law
        if law in groups:
            assert model.problem.support == law(groups[law][: model.problem.n_features - 1])
        assert model.problem.activation == PIECEWISE[k % 6]
    assert [mark(model) for model in smooth_models(0)] == pytest.approx([kept[0], kept[4]], abs=2e-9)


def test_the_kinks_of_what_is_drawn() -> None:
    assert tt.LeakyReLU(slope=0.1) in PIECEWISE
    assert tt.ClippedReLU(upper=1.0) in PIECEWISE
    assert (N_DRAWN, TINY) == (24, (1e-5, 1e-9, 1e-17, 0.0))


def pairs(kind: Draw, count: int = 400) -> list[tuple[Parts, Parts]]:
    """Draw models of a kind, and the plain ones that they are made of."""
    seeds = range(count)
    return [(generic(np.random.default_rng(s), 2, 3), kind(np.random.default_rng(s), 2, 3)) for s in seeds]


def test_plain_models_are_those_of_a_random_start() -> None:
    weights, bias = (np.array(part) for part in zip(*(plain for plain, _ in pairs(generic)), strict=True))
    assert np.std(weights) == pytest.approx(0.7, rel=0.05)
    assert abs(np.mean(weights)) < 0.06
    assert -0.4 <= bias.min() < -0.39
    assert 0.39 < bias.max() <= 0.4


def test_tiny_ones_have_one_column_and_one_bias_that_divisions_do_not_survive() -> None:
    factors, biases = set(), set()
    for (weights, bias), (small, other) in pairs(tiny):
        ratio = small / weights
        assert sum(np.allclose(ratio[:, k], 1.0, rtol=1e-12) for k in range(3)) == 2
        least = float(ratio.min())
        nearest = TINY[int(np.argmin([abs(least - size) for size in TINY]))]
        assert least == pytest.approx(nearest, rel=1e-12)
        factors.add(nearest)
        assert np.sum(other != bias) == 1
        biases.add(float(other[other != bias][0]))
    assert factors == biases == {*TINY}


def test_paired_ones_have_a_column_that_is_nearly_another_or_its_opposite() -> None:
    signs, apart = set(), []
    for (weights, _), (near, _) in pairs(paired):
        (j,) = np.flatnonzero((near != weights).any(axis=0))
        gaps = {(i, s): np.abs(near[:, j] - s * near[:, i]).max() for i in range(3) if i != j for s in (1.0, -1.0)}
        (_, sign), gap = min(gaps.items(), key=lambda item: item[1])
        signs.add(sign)
        apart.append(gap)
    assert signs == {1.0, -1.0}
    assert max(apart) < 6 * max(TINY)
    assert sum(gap == 0.0 for gap in apart) > 100  # a fourth and more; the least size vanishes beside a column
    assert sum(gap > 1e-7 for gap in apart) > 50


def test_touching_ones_sit_on_corners_of_all_kinds() -> None:
    weights, corners = [], []
    for _, (W, b) in pairs(touching):
        gram = W.T @ W
        chosen = np.array(list(np.ndindex(2, 2, 2)))
        hits = [(np.abs(gram[j] @ chosen.T + b[j]) == 0) for j in range(3)]
        assert all(hit.any() for hit in hits)
        weights.append(W)
        corners += [chosen[hit].mean() for hit in hits if hit.sum() == 1]
    assert np.array_equal(4 * np.array(weights), np.round(4 * np.array(weights)))
    assert np.std(weights) == pytest.approx(0.7, rel=0.05)
    assert np.mean(corners) == pytest.approx(0.4, abs=0.05)


def test_contrasts_span_six_orders() -> None:
    sizes = np.array([np.log10(short / long)[0] for (long, _), (short, _) in pairs(contrasts)])
    assert -6 <= sizes.min() < -5.95
    assert -0.05 < sizes.max() <= 0
    assert np.mean(sizes) == pytest.approx(-3, abs=0.2)


def test_problems_are_of_the_ranges_that_matter() -> None:
    problems = [model.problem for seed in range(8) for model in drawn_models(seed, 21)]
    importances = np.array([float(i) for problem in problems for i in problem.importances])
    assert 0.06 < np.mean(importances == 0) < 0.15
    logs = np.log10(importances[importances > 0])
    assert -1 <= logs.min() < -0.95
    assert 0.95 < logs.max() <= 1
    same = {problem.density for problem in problems if not isinstance(problem.density, tuple)}
    assert same == {0.5, 0.1, 1.0, 0.02}
    exclusive = [p.density for p in problems if isinstance(p.support, tt.AnticorrelatedGroups)]
    assert max(exclusive) == 0.5
    own = [float(p) for problem in problems if isinstance(problem.density, tuple) for p in problem.density]
    assert 0.02 <= min(own) < 0.06
    assert 0.96 < max(own) <= 1.0
