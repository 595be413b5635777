"""Figures of what training does, by name: what computes each, what draws it, and how it is made smaller."""

from __future__ import annotations

from ..figure_entry import Entry

TRAINING: dict[str, Entry] = {}
