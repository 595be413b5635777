"""The report: whole, escaped, alone, and written in one move."""

import re
from pathlib import Path
from typing import Any

import pytest
from toytoy.compare import report
from toytoy.compare.checks import Check
from toytoy.compare.diagram import PhaseDiagram
from toytoy.compare.report import write_report
from toytoy.compare.reporting.versions import versions

from tests.small_maps import agreement, boundaries, diagram
from tests.unit.analytic.test_markup import HOSTILE
from tests.unit.compare.reporting.test_page import faults

KINDS = ("ansatz", "optimum", "trained")
SECTIONS = [
    *("short", "asked", "maps", "agreement", "ansatz", "training", "weights", "parts"),
    *("boundaries", "tolerances", "more", "repeat"),
]
CHECKS = [
    Check("one", True, 0.0, 1.0, "reason one"),
    Check("two", False, 2.0, 1.0, "reason two", ("cell 7",), 1, "cell 7", "look at cell 7"),
]


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = write_report(
        tmp_path_factory.mktemp("report") / "report.html",
        {kind: diagram(kind) for kind in KINDS},
        {kind: agreement(kind) for kind in ("ansatz", "trained")},
        title=HOSTILE,
        command=f"toytoy verify {HOSTILE}",
        checks=CHECKS,
        skipped=[("three", HOSTILE)],
        boundaries={kind: boundaries(kind) for kind in KINDS},
        extra_tables={HOSTILE: [("head", "value"), (HOSTILE, 3)]},
    )
    return path.read_text("utf8")


def test_every_section_is_there_in_order_and_headed(text: str) -> None:
    assert re.findall(r'<section id="(\w+)"', text) == SECTIONS
    assert len(re.findall(r"<h2 id=", text)) == len(SECTIONS)
    assert text.count("<h1>") == 1


def test_tags_are_balanced_and_ids_unique(text: str) -> None:
    assert not faults(text)
    ids = re.findall(r' id="([^"]*)"', text)
    assert len(ids) == len(set(ids))


def test_nothing_comes_from_outside(text: str) -> None:
    lower = text.lower()
    assert "http:" not in lower
    assert "https:" not in lower
    assert "<script" not in lower
    assert "<link" not in lower
    assert "url(" not in lower
    assert all(source.startswith("data:image/png;base64,") for source in re.findall(r'src="([^"]*)"', text))


def test_hostile_text_is_escaped(text: str) -> None:
    assert text.count("&lt;script&gt;") >= 5


def test_figures_have_texts_and_tables_captions(text: str) -> None:
    images = re.findall(r"<img [^>]*>", text)
    assert len(images) >= 3 + 3 + 4 + 3
    assert all(re.search(r'alt="[^"]{20,}"', tag) for tag in images)
    assert text.count("<table>") == text.count("<caption>") > 10
    for word, before in (("Figure", "<figcaption><b>"), ("Table", "<caption><span>")):
        found = [int(k) for k in re.findall(rf"{before}{word} (\d+)\.", text)]
        assert found == list(range(1, text.count(before[: before.index(">") + 1]) + 1))


def test_contents_lead_to_every_section(text: str) -> None:
    (nav,) = re.findall(r"<nav .*?</nav>", text)
    assert re.findall(r'href="#(\w+)"', nav) == SECTIONS


def test_it_can_be_repeated(text: str) -> None:
    repeat = text[text.index('<section id="repeat"') :]
    assert "Seeds: 3." in repeat
    for name, version in versions().items():
        assert f'<th scope="row">{name}</th><td>{version}</td>' in repeat


def test_the_words_come_first(text: str) -> None:
    short = text[text.index('<section id="short"') : text.index('<section id="asked"')]
    assert short.index("2 features are stored") < short.index("They do not agree") < short.index("<table>")
    assert f"in {agreement('trained').count('agrees')} of 42 cells" in short


def test_it_says_what_was_found(text: str) -> None:
    assert "They do not agree: 1 of 2 checks does not hold: two." in text
    assert text.count('class="verdict bad words"') == 1
    assert "<code>look at cell 7</code>" in text
    for part in ("Trained(steps=7)", "reason two", "cell 7", "instance 0 alone", "best of 2", "toytoy verify"):
        assert part in text
    for tolerance in agreement("trained").tolerances.values():
        assert tolerance.reason in text


def test_checks_without_anything_to_compare_are_named(text: str) -> None:
    assert "One check had nothing to compare." in text
    assert '<th scope="row">three</th><td>&lt;script&gt;' in text[text.index('<section id="tolerances"') :]


def test_maps_on_two_grids(tmp_path: Path) -> None:
    maps = {"ansatz": diagram("ansatz"), "optimum": diagram("optimum")}
    fine = {f"{name}_fine": each for name, each in maps.items()}
    curves = {name: boundaries(name.removesuffix("_fine")) for name in fine}
    found = {"ansatz_fine": agreement("ansatz")}
    path = write_report(tmp_path / "r.html", maps | fine, found, title="t", boundaries=curves)
    text = path.read_text("utf8")
    assert "ansatz, fine grid" in text
    assert "training" not in re.findall(r'<section id="(\w+)"', text)
    assert text.count("<summary>") == len(fine)


def test_same_input_same_bytes(tmp_path: Path) -> None:
    maps = {"optimum": diagram("optimum")}
    curves = {"optimum": boundaries("optimum")}
    first, second = (
        write_report(tmp_path / name, maps, {}, title="t", boundaries=curves).read_bytes() for name in ("a", "b")
    )
    assert first == second


def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    monkeypatch.setattr(report, "page", lambda *_: "a lone surrogate \ud800 can't be written")
    with pytest.raises(UnicodeEncodeError):
        write_report(
            path, {"optimum": diagram("optimum")}, {}, title="t", boundaries={"optimum": boundaries("optimum")}
        )
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("maps", "found", "error", "part"),
    [
        ({"ansatz": diagram("ansatz")}, {}, ValueError, "'optimum', got ansatz"),
        ({}, {}, ValueError, "got none"),
        ({"optimum": 3}, {}, TypeError, "PhaseDiagram"),
        ({"optimum": PhaseDiagram(diagram("optimum").data.drop_vars("margin"))}, {}, ValueError, "carry its margin"),
        ({"optimum": diagram("optimum"), "ansatz": diagram("ansatz", 3)}, {}, ValueError, "same toy"),
        ({"optimum": diagram("optimum")}, {"ansatz": agreement("ansatz")}, ValueError, "named"),
        ({"optimum": diagram("optimum")}, {"optimum": 3}, TypeError, "Agreement"),
        ({"optimum": diagram("optimum")}, {"optimum": agreement("ansatz")}, ValueError, "of other losses"),
    ],
)
def test_wrong_input_is_refused_in_one_line(tmp_path: Path, maps: Any, found: Any, error: Any, part: str) -> None:
    with pytest.raises(error, match=part) as caught:
        write_report(tmp_path / "r.html", maps, found, title="t")
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("rows", [[], [("a", "b"), (1,)], [("a",), (1, 2)]])
def test_tables_that_are_none_are_refused(tmp_path: Path, rows: Any) -> None:
    with pytest.raises(ValueError, match=r"extra_tables\['mine'\] must have rows of one length"):
        write_report(tmp_path / "r.html", {"optimum": diagram("optimum")}, {}, title="t", extra_tables={"mine": rows})


def test_one_run_is_not_compared_with_several(tmp_path: Path) -> None:
    data = diagram("trained").data.isel(instance=[1])
    maps = {"optimum": diagram("optimum"), "trained": PhaseDiagram(data)}
    curves = {name: boundaries("optimum") for name in maps}
    text = write_report(tmp_path / "r.html", maps, {}, title="t", boundaries=curves).read_text("utf8")
    assert "One run a cell. No run may lie below" in text
    assert "best of several" not in text
    assert "tolerances" not in re.findall(r'<section id="(\w+)"', text)  # without checks and comparisons none


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match="name a file inside it"):
        write_report(tmp_path, {"optimum": diagram("optimum")}, {}, title="t")


def test_a_place_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"nowhere to save r\.html in; make it first"):
        write_report(
            tmp_path / "nowhere" / "r.html",
            {"optimum": diagram("optimum")},
            {},
            title="t",
            boundaries={"optimum": boundaries("optimum")},
        )
