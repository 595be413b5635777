"""A small picture of a Gram matrix, as SVG: orange for positive entries, blue for negative ones, by size."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .markup import Markup, element

SIDE = 18  # of an entry, in pixels
MOST = 12  # features of a picture
POSITIVE, NEGATIVE = "#e69f00", "#0072b2"  # of Okabe and Ito's palette, as in all figures


def gram_image(weights: ArrayLike) -> Markup | None:
    """Draw WᵀW, or nothing where it is too large to be read or not finite.

    Parameters
    ----------
    weights : array, shape (n_hidden, n_features)
    """
    w = np.asarray(weights, dtype=float)
    gram = w.T @ w
    size = len(gram)
    if size > MOST or not np.isfinite(gram).all():
        return None
    largest = float(np.abs(gram).max()) or 1.0
    cells = (_entry(i, j, float(gram[i, j]), largest) for i in range(size) for j in range(size))
    about = f"WᵀW, {size} by {size}: orange positive, blue negative; the largest entry is {largest:.3g}"
    return element(
        "svg",
        element("title", about),
        *cells,
        viewBox=f"0 0 {size * SIDE} {size * SIDE}",
        width=size * SIDE,
        height=size * SIDE,
        role="img",
        aria_label=about,
    )


def _entry(i: int, j: int, value: float, largest: float) -> Markup:
    """Draw one entry; the frame keeps its place where it vanishes."""
    place = {"x": j * SIDE, "y": i * SIDE, "width": SIDE, "height": SIDE}
    size = f"{abs(value) / largest:.3f}"
    return element(
        "rect",
        element("title", f"feature {i} on {j}: {value:.4g}"),
        **place,
        fill=POSITIVE if value > 0 else NEGATIVE,
        fill_opacity=size,
        stroke="currentColor",
        stroke_opacity="0.25",
    )
