"""The tables of docs/published.md, written from the rows that the tests measure: `python -m tests.published.page`."""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from pathlib import Path

from tests.meta.sources import ROOT
from tests.published.rows import MET, NOT_MET, NOT_TRIED, TOLD_APART, NotTried, Recorded, Row, Section

PAGE = ROOT / "docs" / "published.md"
HEAD = "| what | published | here | | test |\n|---|---|---|---|---|"
_TABLE = re.compile(r"(<!-- rows: ([\w -]+) -->\n)(.*?)(<!-- /rows -->)", re.DOTALL)


def sections() -> list[Section]:
    """Gather the sections of the test modules in this folder."""
    folder = Path(__file__).parent
    names = sorted(path.stem for path in folder.glob("test_*.py"))
    modules = [importlib.import_module(f"tests.published.{name}") for name in names]
    return [module.SECTION for module in modules if hasattr(module, "SECTION")]


def tables(found: Sequence[Section]) -> dict[str, str]:
    """Write every table: one a section, the counts, and, with reasons, what is not met and what was not tried."""
    rows = [(section.name, row) for section in found for row in section.rows]
    of = {v: [each for each in rows if each[1].verdict == v] for v in (MET, NOT_MET, NOT_TRIED, TOLD_APART)}
    counts = "\n" + ", ".join(f"{len(those)} {verdict}" for verdict, those in of.items())
    return {
        "counts": f"{counts} ({len(rows)} rows).\n\n",
        "not met": _list([_reason(*each) for each in of[NOT_MET]]),
        "not tried": _list([_reason(*each) for each in of[NOT_TRIED]]),
        **{section.name: _table(HEAD, [_line(row) for row in section.rows]) for section in found},
    }


def _list(lines: Sequence[str]) -> str:
    return "\n".join(["", *lines, "", ""])


def _table(head: str, lines: Sequence[str]) -> str:
    return "\n".join(["", head, *lines, "", ""])


def _line(row: Row) -> str:
    verdict = f"**{row.verdict}**" if row.verdict in (NOT_MET, NOT_TRIED) else row.verdict
    test = "slow" if row.slow else "always"
    if isinstance(row, Recorded):
        test = f"[recorded]({row.page})"
    elif isinstance(row, NotTried):
        test = "-"
    return f"| {row.what} | {row.published} | {row.ours} | {verdict} | {test} |"


def _reason(section: str, row: Row) -> str:
    """Write an item of a list: reasons are sentences, and a table would hide them to the right of a small screen."""
    what = row.what.replace("*", r"\*")  # D* within bold
    here = "" if isinstance(row, NotTried) else f"; here: {row.ours}"
    return f"- **{what}** ({section}). Published: {row.published}{here}. {row.why}"


def rewritten(text: str, content: dict[str, str]) -> str:
    """Put each table between its markers.

    Raises
    ------
    ValueError
        If the page lacks one, shows one twice, or has markers of one that is not known.
    """
    shown = [name for _, name, _, _ in _TABLE.findall(text)]
    if sorted(shown) != sorted(content):
        raise ValueError(f"the page shows {sorted(shown)}, and should show each of {sorted(content)} once")
    return _TABLE.sub(lambda found: f"{found[1]}{content[found[2]]}{found[4]}", text)


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text("utf8"), tables(sections())), "utf8")
