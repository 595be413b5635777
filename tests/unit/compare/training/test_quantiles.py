"""Quantiles: their intervals cover what they promise, whatever the law, and are open where few values decide."""

from __future__ import annotations

import numpy as np
import pytest
from toytoy.compare.training.quantiles import quantile


@pytest.mark.parametrize(("total", "level"), [(40, 0.5), (41, 0.5), (60, 0.9)])
def test_coverage_is_at_least_what_is_promised(total: int, level: float) -> None:
    rng = np.random.default_rng(0)
    true = -np.log(1 - level)  # of the exponential law
    found = [quantile(row, level) for row in rng.exponential(size=(2000, total))]
    covered = np.mean([each.low <= true <= each.high for each in found])
    assert 0.945 < covered < 0.985  # 2000 draws: ± 0.005; discrete ends cover a little more than asked


def test_the_value_is_the_sample_s_and_lies_inside() -> None:
    values = np.random.default_rng(1).normal(size=(5, 11))
    found = quantile(values)
    assert found.value == np.median(values)
    assert found.low < found.value < found.high
    assert str(quantile([1.0])) == "1.0e+00 (-inf … inf)"


@pytest.mark.parametrize(("values", "level"), [([], 0.5), ([1.0, np.nan], 0.5), ([1.0], 0.0), ([1.0], "a")])
def test_what_has_no_quantile_is_refused(values: object, level: float) -> None:
    with pytest.raises((TypeError, ValueError), match="must"):
        quantile(values, level)  # type: ignore[arg-type]
