"""Results as plain data: what json takes, with nothing lost but the types."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest
from toytoy.analytic.estimate import Estimate
from toytoy.compare.training.plain_data import plain


@dataclass
class Row:
    """Anything with fields."""

    name: str
    loss: Estimate
    weights: object


def test_nested_results_become_what_json_takes() -> None:
    row = Row("best", Estimate(0.5, 0.25, "standard_error"), np.array([[1.0, np.nan], [np.inf, -2.0]]))
    wanted = {"name": "best", "loss": {"value": 0.5, "error": 0.25}, "weights": [[1.0, None], [None, -2.0]]}
    assert plain(row) == wanted
    assert plain({0.5: (row, np.int64(3), np.True_)}) == {"0.5": [wanted, 3, True]}
    assert json.loads(json.dumps(plain([row]), allow_nan=False)) == [wanted]
    assert plain(Estimate(np.nan, np.inf, "standard_error")) == {"value": None, "error": None}


def test_what_is_no_data_is_refused() -> None:
    with pytest.raises(TypeError, match="plain data"):
        plain({"a": object()})
