"""Rigorous enclosures in ball arithmetic, behind `toytoy.analytic.enclosure`."""
