"""Results as plain data that json takes: dataclasses, arrays and estimates, however they are nested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from math import isfinite
from typing import Any

import numpy as np

from ...analytic.estimate import Estimate


def plain(found: Any) -> Any:
    """Turn a result into dicts, lists, numbers and words; an Estimate becomes its value and error, NaN and inf None.

    Raises
    ------
    TypeError
        If there is something else among them.

    Examples
    --------
    >>> import numpy as np
    >>> import toytoy as tt
    >>> from toytoy.compare.training.plain_data import plain
    >>> plain({"loss": tt.Estimate(0.5, 0.1, "standard_error"), "weights": np.eye(2)})
    {'loss': {'value': 0.5, 'error': 0.1}, 'weights': [[1.0, 0.0], [0.0, 1.0]]}
    """
    if isinstance(found, Estimate):
        return {"value": plain(found.value), "error": plain(found.error)}
    if isinstance(found, np.ndarray | np.generic):
        return plain(found.tolist())
    if is_dataclass(found) and not isinstance(found, type):
        return {field.name: plain(getattr(found, field.name)) for field in fields(found)}
    if isinstance(found, Mapping):
        return {str(name): plain(value) for name, value in found.items()}
    if isinstance(found, list | tuple):
        return [plain(value) for value in found]
    if isinstance(found, float):
        return found if isfinite(found) else None
    if found is None or isinstance(found, str | int):
        return found
    raise TypeError(f"a result must be made of plain data, arrays and estimates, got a {type(found).__name__}")
