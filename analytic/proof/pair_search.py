"""The least loss of (2,1), importances 1 and r <= 1: by the lemma next to "not represented", by search elsewhere."""

from __future__ import annotations

from typing import NamedTuple

from .branching import Question, branch, variance
from .onset_bound import onset_bound

OVER, UNDER = 1.0 + 2.0**-48, 1.0 - 2.0**-48  # some roundings of the closed losses
PROOF_BOXES = 200_000  # for showing that no model is better than dropping the feature; near ties may take all of them


class Least(NamedTuple):
    """Bounds of the least loss, and a model that has the upper one; `dropped` where it is r v, exactly."""

    lower: float
    upper: float
    weights: tuple[float, float]
    bias: tuple[float, float]
    n_boxes: int
    dropped: bool = False


def least_of_pair(p: float, r: float, width: float, max_boxes: int) -> Least:
    """Bound the least loss from both sides, to a width relative to it.

    The known model is the better of w = (1, 0), of loss r v, and w = (1, -1) without biases, (1 + r) p² / 6. By fact 3
    the best weights may be taken opposite; the lemma shows that s <= radius is not below r v for r <= ratio.
    """
    dropped, opposite = r * variance(p), (1.0 + r) * p * p / 6.0
    known, lemma, work, s_min = min(dropped, opposite) * OVER, onset_bound(p, p), 0, 0.0
    if r <= lemma.ratio:  # 0 where nothing is proved
        s_min = lemma.radius
        if dropped <= opposite * OVER:
            proof = branch(Question(p, p, r, 0.0, True, s_min=s_min, stop=0.0, max_boxes=min(max_boxes, PROOF_BOXES)))
            work = proof.n_boxes
            if proof.complete and -proof.lower <= 0.5 * width * dropped:  # above, or a tie as far as doubles tell
                low = dropped * UNDER + min(proof.lower, 0.0)
                return Least(low, dropped * OVER, *_dropped(p), work, proof.lower >= 0.0)
    found = branch(Question(p, p, r, known, tolerance=0.9 * width, s_min=s_min, max_boxes=max(max_boxes - work, 1)))
    lower = found.lower if s_min == 0.0 else min(found.lower, dropped * UNDER)
    if found.upper < known:
        model = (found.t, -found.s), found.biases
    else:
        model = _dropped(p) if dropped <= opposite else ((1.0, -1.0), (0.0, 0.0))
    return Least(lower, found.upper, *model, work + found.n_boxes)


def _dropped(p: float) -> tuple[tuple[float, float], tuple[float, float]]:
    return (1.0, 0.0), (0.0, p / 2.0)
