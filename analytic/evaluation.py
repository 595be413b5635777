"""What one pass over a batch of models gives: losses, gradients, and the parts of every output."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Evaluation(NamedTuple):
    """Everything one pass of the kernel gives, for a batch of models of any leading shape.

    loss (...); d_weights (..., m, n); d_bias (..., n); parts (..., n, 5): bias cost, benefit, interference,
    distortion and false positives of every output, not yet weighed by importance.
    """

    loss: Array
    d_weights: Array
    d_bias: Array
    parts: Array
