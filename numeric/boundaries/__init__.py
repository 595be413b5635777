"""Boundaries of the toys' diagrams as curves: branches of minima, where they meet, end, and give way to others."""
