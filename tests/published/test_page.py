"""The page of published numbers shows what the rows say, every one, and gives a reason for each that is not met."""

from __future__ import annotations

import pytest

from tests.published.page import PAGE, rewritten, sections, tables
from tests.published.rows import MET, NOT_MET, NOT_TRIED, NotTried, Number, Section, Words, printed

HERE = sections()
PLANTED = [
    Section(
        "one",
        (
            Number(what="a", published="2.5", ours="3.7(1)", measure=lambda: (3.7, 0.0), why="trained models"),
            Words(what="b", published="a pair", ours="a pair", measure=str, slow=True),
            NotTried(what="c", published="9", why="a week"),
        ),
    )
]
EMPTY = "".join(
    f"# {name}\n<!-- rows: {name} -->\n<!-- /rows -->\n" for name in ("counts", "not met", "not tried", "one")
)


def test_the_page_is_true() -> None:
    text = PAGE.read_text("utf8")
    assert rewritten(text, tables(HERE)) == text, "run: python -m tests.published.page"


def test_what_is_not_met_or_not_tried_has_a_reason_and_what_is_met_needs_none() -> None:
    for section in HERE:
        for row in section.rows:
            assert bool(row.why) == (row.verdict in (NOT_MET, NOT_TRIED)), f"{section.name}: {row.what}"


def test_no_row_stands_twice() -> None:
    names = [section.name for section in HERE]
    assert len(set(names)) == len(names)
    for section in HERE:
        what = [row.what for row in section.rows]
        assert len(set(what)) == len(what), section.name


def test_what_is_met_is_known_at_least_as_well_as_it_was_printed() -> None:
    """A wide interval would meet anything: ours are no wider than the printed ones, but for exact values."""
    for row in (row for section in HERE for row in section.rows):
        if isinstance(row, Number) and row.verdict == MET:
            (low, high), (least, most) = printed(row.published), printed(row.ours)
            assert most - least <= max(high - low, abs(high) / 20), row.what


def test_a_page_is_written_from_rows() -> None:
    written = rewritten(EMPTY, tables(PLANTED))
    assert "| a | 2.5 | 3.7(1) | **not met** | always |" in written
    assert "| b | a pair | a pair | met | slow |" in written
    assert "| c | 9 | - | **not tried** | - |" in written
    assert "\n- **a** (one). Published: 2.5; here: 3.7(1). trained models\n" in written
    assert "\n- **c** (one). Published: 9. a week\n" in written
    assert "\n1 met, 1 not met, 1 not tried, 0 told apart (3 rows).\n" in written
    assert rewritten(written, tables(PLANTED)) == written


def test_a_changed_cell_is_noticed() -> None:
    written = rewritten(EMPTY, tables(PLANTED))
    for old, new in (("3.7(1)", "2.6(1)"), ("**not met**", MET), ("a week", "a day"), ("| b |", "| d |")):
        changed = written.replace(old, new)
        assert changed != written
        assert rewritten(changed, tables(PLANTED)) == written


@pytest.mark.parametrize("page", ["", EMPTY.replace("rows: one", "rows: two"), EMPTY + EMPTY])
def test_a_page_without_a_table_or_with_one_too_many_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="once"):
        rewritten(page, tables(PLANTED))
