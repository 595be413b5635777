"""Toy models of superposition, solved exactly, numerically and by training, and set side by side."""

import lazy_loader as _lazy

from ._version import __version__ as __version__

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
