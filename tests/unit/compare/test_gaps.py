"""Quantiles of relative excess losses: enclosures that hold, in fractions, and cells whose scale says nothing."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom
from toytoy.compare.gaps import ALL, QUANTILES, gap_quantiles

EPS = float(np.finfo(float).eps)
Array = NDArray[np.float64]
NAMES = ("agrees", "not_reached")


def status(shape: tuple[int, ...] = (3, 4)) -> NDArray[np.str_]:
    names = np.full(shape, "agrees", dtype="<U12")
    names[0] = "not_reached"
    return names


def drawn(seed: int, shape: tuple[int, ...] = (3, 4)) -> tuple[Array, Array, Array, Array]:
    rng = np.random.default_rng(seed)
    x, s = rng.exponential(size=shape) - 0.05, rng.exponential(size=shape) + 0.1
    return x, 0.1 * rng.random(shape), s, 0.09 * rng.random(shape)


def exact_quantile(values: list[Fraction], q: float) -> Fraction:
    """Between neighbors in order, linearly."""
    ordered = sorted(values)
    place = Fraction(q) * (len(ordered) - 1)
    k = min(int(place), len(ordered) - 2)
    return ordered[k] + (place - k) * (ordered[k + 1] - ordered[k])


@pytest.mark.parametrize("seed", range(3))
def test_values_in_fractions(seed: int) -> None:
    x, e, s, d = drawn(seed)
    found = gap_quantiles(x, e, s, d, status(), NAMES)
    ratios: dict[str, list[Fraction]] = {name: [] for name in (ALL, "agrees", "not_reached")}
    for at in np.ndindex(3, 4):
        ratio = Fraction(float(x[at])) / Fraction(float(s[at]))
        ratios[ALL].append(ratio)
        ratios["not_reached" if at[0] == 0 else "agrees"].append(ratio)
    for name, values in ratios.items():
        wanted = [float(exact_quantile(values, q)) for q in QUANTILES]
        assert found.value.sel(of=name).values == pytest.approx(wanted, rel=16 * EPS)
        assert found.cells.sel(of=name) == len(values)


@pytest.mark.equation("gap-enclosure")
@pytest.mark.parametrize("seed", range(3))
def test_whatever_the_errors_hide_the_quantile_stays_inside(seed: int) -> None:
    x, e, s, d = drawn(seed)
    found = gap_quantiles(x, e, s, d, status(), NAMES).sel(of=ALL)
    rng = np.random.default_rng(seed + 100)
    met = []
    for _ in range(300):
        signs = rng.choice([-1, 1], size=(2, 3, 4)) * rng.choice([1.0, 0.3])
        true = (x + signs[0] * e) / (s + signs[1] * d)
        met.append(np.quantile(true, QUANTILES))
    slack = 8 * EPS
    assert (np.min(met, axis=0) >= found.low.values - slack).all()
    assert (np.max(met, axis=0) <= found.high.values + slack).all()
    width = found.high.values - found.low.values
    assert (np.ptp(met, axis=0) > 0.2 * width).all()  # and they are not much too wide


def test_the_extreme_signs_reach_both_ends() -> None:
    x, e, s, d = drawn(5)
    found = gap_quantiles(x, e, s, d, status(), NAMES).sel(of=ALL)
    for sign, name in ((-1, "low"), (1, "high")):
        end = x + sign * e
        scale = np.where((end >= 0) == (sign < 0), s + d, s - d)
        assert found[name].values == pytest.approx(np.quantile(end / scale, QUANTILES), rel=8 * EPS)


def test_a_scale_within_its_error_is_counted_and_left_out() -> None:
    x, e, s, d = drawn(0)
    s[0, :2], d[0, :2] = 0.0, 1e-9
    s[1, 0], d[1, 0] = 0.05, 0.05
    s[2, 3] = np.nan
    found = gap_quantiles(x, e, s, d, status(), NAMES)
    assert found.unscaled.values.tolist() == [4, 2, 2]
    assert found.cells.values.tolist() == [8, 6, 2]
    assert np.isfinite(found.value.values).all()


def test_no_scale_anywhere_is_no_number() -> None:
    x, e, s, d = drawn(0)
    found = gap_quantiles(x, e, 0 * s, d, status(), NAMES)
    for name in ("value", "low", "high", "sampled_low", "sampled_high"):
        assert np.isnan(found[name].values).all()
    assert found.unscaled.sel(of=ALL) == 12


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_an_excess_that_is_not_finite_shows(number: float) -> None:
    x, e, s, d = drawn(0)
    x[0, 0] = number
    found = gap_quantiles(x, e, s, d, status(), NAMES)
    assert np.isnan(found.value.sel(of=[ALL, "not_reached"]).values).all()
    assert np.isfinite(found.value.sel(of="agrees").values).all()


def test_sampled_ends_are_order_statistics_of_95_percent() -> None:
    rng = np.random.default_rng(0)
    held = []
    for _ in range(200):
        x = rng.exponential(size=(6, 10))
        found = gap_quantiles(x, 0 * x, np.ones_like(x), 0 * x, status((6, 10)), NAMES).sel(of=ALL, quantile=0.5)
        held.append(float(found.sampled_low) <= np.log(2) <= float(found.sampled_high))
    assert 0.92 < np.mean(held) <= 1.0
    few = gap_quantiles(*drawn(1, (1, 2)), status((1, 2))).sel(of=ALL)
    assert np.isinf(few.sampled_high.values).all()


@pytest.mark.parametrize(
    ("place", "change", "match"),
    [
        (1, lambda e: -e, "error must not be negative"),
        (2, lambda s: -s, "scale must not be negative"),
        (3, lambda d: -d, "scale_error must not be negative"),
        (0, lambda x: x[:2], "must be of the same cells"),
        (2, lambda s: s.T, "must be of the same cells"),
    ],
)
def test_what_can_not_be_is_refused(place: int, change: Any, match: str) -> None:
    given: Any = list(drawn(0))
    given[place] = change(given[place])
    with pytest.raises(ValueError, match=match):
        gap_quantiles(given[0], given[1], given[2], given[3], status(), NAMES)


def test_nothing_to_compare_is_refused() -> None:
    empty = np.empty((0, 4))
    with pytest.raises(ValueError, match="must be of the same cells"):
        gap_quantiles(empty, empty, empty, empty, np.empty((0, 4), dtype=str))


def test_ends_are_the_least_and_the_largest_and_quantiles_rise() -> None:
    x, e, s, d = drawn(2)
    found = gap_quantiles(x, e, s, d, status()).value.sel(of=ALL)
    assert (found.sel(quantile=0.0), found.sel(quantile=1.0)) == ((x / s).min(), (x / s).max())
    assert (np.diff(found["quantile"]) > 0).all()
    assert (np.diff(found) > 0).all()


def test_one_cell_is_all_of_its_quantiles() -> None:
    one = np.array([["agrees"]])
    found = gap_quantiles([[1.0]], [[0.25]], [[2.0]], [[0.5]], one, ["agrees", "not_reached"])
    for of in (ALL, "agrees"):
        row = found.sel(of=of)
        assert (row.cells.item(), row.unscaled.item()) == (1, 0)
        for name, wanted in (("value", 1.0 / 2.0), ("low", 0.75 / 2.5), ("high", 1.25 / 1.5)):
            assert row[name].values == pytest.approx(np.full(len(QUANTILES), wanted), rel=2 * EPS)
    assert found.cells.sel(of="not_reached") == 0


@pytest.mark.parametrize("n", [40, 300])
def test_sampled_ends_hold_the_quantile_with_95_percent_and_no_closer_ones_do(n: int) -> None:
    """Of n values in order the k-th lies below a quantile q with the chance that k of them or more do, a binomial."""
    x = np.arange(n, dtype=float)[None]  # a value is its place in order
    found = gap_quantiles(x, 0 * x, np.ones_like(x), 0 * x, np.full(x.shape, "agrees")).sel(of=ALL)
    for q in QUANTILES:
        low, high = (float(found[name].sel(quantile=q)) for name in ("sampled_low", "sampled_high"))
        if q in (0.0, 1.0):
            assert (low, high) == (-np.inf, np.inf)  # the ends of a law are never known
            continue
        below, above = max(low, -1) + 1, min(high, n)  # as counts of values below the quantile
        assert binom.cdf(below - 1, n, q) < 0.025 <= binom.cdf(below, n, q)
        assert binom.sf(above, n, q) < 0.025 <= binom.sf(above - 1, n, q)
