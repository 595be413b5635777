"""hypothesis strategies for problems, models, inputs and pairs with a known relation: to test toy-model code with.

Needs hypothesis: ``pip install 'toytoy[test]'``. Everything drawn is valid, `outside` aside, and shrinks towards few
features, round numbers and no degeneracy, so that a counterexample can be read, and pasted into a test. The page "Test
your own toy-model code" of the manual shows them at work. Tests of losses need ``settings(deadline=None)``: the first
loss that is computed loads its compiled kernels.
"""

from ..ranges import edge, inside, outside
from .activations import ACTIVATIONS, activations
from .case import Case
from .degenerate import DEGENERACIES, TINY
from .inputs import inputs, samples, seeds
from .models import biases, cases, models
from .numbers import densities, importances
from .pair import Related
from .problems import problems, toy_problems
from .related import related
from .relations import RELATIONS
from .rotations import rotations
from .supports import LAWS, supports
from .weights import degenerate_weights, weights

__all__ = [
    "ACTIVATIONS",
    "DEGENERACIES",
    "LAWS",
    "RELATIONS",
    "TINY",
    "Case",
    "Related",
    "activations",
    "biases",
    "cases",
    "degenerate_weights",
    "densities",
    "edge",
    "importances",
    "inputs",
    "inside",
    "models",
    "outside",
    "problems",
    "related",
    "rotations",
    "samples",
    "seeds",
    "supports",
    "toy_problems",
    "weights",
]
