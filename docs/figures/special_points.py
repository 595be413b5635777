"""All special points of both toys.

All special points of both toys, as a table.
"""

from __future__ import annotations

from paper_lines import paper_lines
from toytoy.compare.special_table import COLUMNS, special_rows

TOYS = (2, 3)


def table() -> tuple[list[str], list[list[str]]]:
    """Give head and rows; phases are separated by commas, and spelled with spaces."""
    rows = []
    for n in TOYS:
        for name, letter, *numbers in special_rows(paper_lines(n).points):
            said = name.replace(" | ", ", ").replace("_", " ")
            rows.append([f"({n},{n - 1})", letter, said, *numbers])
    return ["toy", "", COLUMNS[0], *COLUMNS[2:]], rows
