"""Figures, one kind a module, drawn on matplotlib Axes; `compare.plot` is their front."""
