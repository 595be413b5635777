"""Laws of capacity, superposition, regimes, phases and structures, for weights of any kind."""

import numpy as np
import toytoy as tt
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from toytoy.analytic.gram import rank
from toytoy.analytic.structure import Block, Structure

EPS = np.finfo(float).eps
settings.register_profile("laws", deadline=None, derandomize=True, max_examples=150)

entries = st.one_of(st.just(0.0), st.sampled_from([-1.0, -0.5, 0.5, 1.0]), st.floats(-2, 2).map(lambda x: round(x, 3)))


@st.composite
def matrices(draw, shapes=None):
    m, n = draw(shapes) if shapes is not None else (draw(st.integers(1, 4)), draw(st.integers(1, 6)))
    return draw(arrays(float, (m, n), elements=entries))


toys = matrices(shapes=st.sampled_from([(1, 2), (2, 3)]))


def law(strategy):
    def decorate(test):
        return settings(settings.get_profile("laws"))(given(strategy, st.data())(test))

    return decorate


def rotation(draw, m):
    seed = draw(st.integers(0, 2**16))
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(m, m)))[0]


def scale(weights):
    return np.square(weights).sum() + 1.0


@law(matrices())
def test_capacity_lies_in_the_unit_interval_and_sums_to_at_most_the_rank(weights, data):
    capacity = tt.capacity(weights)
    rounding = 10 * EPS * weights.shape[1]  # one sum of n terms, each rounded a few times
    assert (capacity >= 0).all()
    assert (capacity <= 1).all()
    assert capacity.sum() <= rank(weights, 0.0) + rounding


@law(matrices())
def test_capacity_and_superposition_are_two_views_of_the_same_overlap(weights, data):
    """C_i = ‖W_i‖² / (‖W_i‖² + superposition_i), where feature i is represented."""
    squares, shared = np.square(weights).sum(0), tt.superposition(weights)
    expected = np.divide(squares, squares + shared, out=np.zeros_like(squares), where=squares > 0)
    assert np.abs(tt.capacity(weights) - expected).max() <= 20 * EPS


@law(matrices())
def test_permuting_features_permutes_every_measure(weights, data):
    order = np.array(data.draw(st.permutations(range(weights.shape[1]))))
    rounding = 10 * EPS * scale(weights)  # sums over features are taken in another order
    assert np.abs(tt.capacity(weights[:, order]) - tt.capacity(weights)[order]).max() <= rounding
    assert np.abs(tt.superposition(weights[:, order]) - tt.superposition(weights)[order]).max() <= rounding
    labels = tt.structure(weights[:, order])
    back = tuple(Block(b.name, tuple(sorted(int(order[f]) for f in b.features))) for b in labels.blocks)
    assert Structure(back) == tt.structure(weights)


@law(matrices())
def test_rotating_the_hidden_space_changes_nothing(weights, data):
    turned = rotation(data.draw, len(weights)) @ weights
    rounding = 100 * EPS * scale(weights)  # the rotation itself rounds every entry
    assert np.abs(tt.superposition(turned) - tt.superposition(weights)).max() <= rounding
    # entries are rounded to 1e-3, so that no overlap, norm or singular value comes near 1e-12 without being zero
    assert tt.regimes(turned, tolerance=1e-12) == tt.regimes(weights, tolerance=1e-12)
    assert tt.structure(turned, tolerance=1e-12).signature == tt.structure(weights, tolerance=1e-12).signature


@law(toys)
def test_phases_follow_from_the_regime_of_the_extra_feature(weights, data):
    tolerance = data.draw(st.sampled_from([0.0, 1e-8, 0.01]))
    phase, extra = tt.phase(weights, tolerance), tt.regimes(weights, tolerance)[-1]
    allowed = {
        tt.Regime.NOT_REPRESENTED: {"not_represented"},
        tt.Regime.DEDICATED: {"dedicated", "antipodal_others", "mixed"},
        tt.Regime.SUPERPOSED: {"antipodal", "aligned", "triangle", "mixed"},
    }
    assert phase in allowed[extra]


@law(toys)
def test_phases_agree_with_structures(weights, data):
    """Two codes, one meaning: the block of the extra feature has the name of the phase."""
    phase = tt.phase(weights)
    block = next(b for b in tt.structure(weights).blocks if weights.shape[1] - 1 in b.features)
    if phase in ("not_represented", "antipodal", "aligned", "triangle"):
        assert block.name == phase
    elif phase in ("dedicated", "antipodal_others"):
        assert block.name == "dedicated"
    assert phase != "antipodal_others" or ("antipodal", (0, 1)) in tt.structure(weights).blocks


@law(toys)
def test_column_scaling_by_powers_of_two_is_exact(weights, data):
    power = data.draw(st.integers(-400, 400))
    assert np.array_equal(tt.capacity(np.ldexp(weights, power)), tt.capacity(weights))
