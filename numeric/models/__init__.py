"""Toy models as torch modules, several instances in one tensor."""

from .absolute import AbsModel as AbsModel
from .hidden_relu import HiddenReLUModel as HiddenReLUModel
from .toy import ToyModel as ToyModel

__all__ = ["AbsModel", "HiddenReLUModel", "ToyModel"]
