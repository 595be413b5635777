"""PDFs: printed whole by a real browser, and every way to fail is one line that leaves nothing behind."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from toytoy.analytic.markup import element
from toytoy.cli import toytoy
from toytoy.compare.reporting import pdf
from toytoy.compare.reporting.page import page
from toytoy.compare.reporting.pdf import BROWSERS, CHOICE, find_browser, print_pdf

FAKES = {
    "a PDF": 'for a; do case "$a" in --print-to-pdf=*) printf "%%PDF-1.4" > "${a#*=}";; esac; done',
    "nothing": "exit 0",
    "an error": "echo first >&2; echo no usable display >&2; exit 3",
    "something else": 'for a; do case "$a" in --print-to-pdf=*) echo text > "${a#*=}";; esac; done',
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a report & more.html"
    path.write_text(page("title", element("p", "words to be found")), "utf8")
    return path


def fake(folder: Path, does: str) -> str:
    """Plant a program in the place of a browser."""
    program = folder / "browser"
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(0o755)
    return str(program)


def installed() -> str:
    """Give the browser, or skip; where CI installs one, its lack is a failure."""
    try:
        return find_browser()
    except FileNotFoundError as error:
        if os.environ.get("CI", "").lower() == "true":
            raise
        pytest.skip(str(error))


def test_a_real_browser_prints_the_page(source: Path, tmp_path: Path) -> None:
    path = print_pdf(source, tmp_path / "out.pdf", installed())
    data = path.read_bytes()
    assert data.startswith(b"%PDF")
    assert data.rstrip().endswith(b"%%EOF")
    assert b"/StructTreeRoot" in data  # tagged: screen readers find headings and tables
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a report & more.html", "out.pdf"]


def test_the_page_and_the_place_are_handed_over(source: Path, tmp_path: Path) -> None:
    program = fake(tmp_path, f'printf "%s\\n" "$@" > "{tmp_path}/seen"; {FAKES["a PDF"]}')
    print_pdf(source, tmp_path / "out.pdf", program)
    seen = (tmp_path / "seen").read_text().splitlines()
    assert seen[-1] == source.as_uri()
    assert ("--no-sandbox" in seen) == (os.geteuid() == 0)
    assert any("~NOTFOUND" in word for word in seen)


@pytest.mark.parametrize("does", [name for name in FAKES if name != "a PDF"])
def test_a_browser_that_fails_is_named_and_the_old_file_stays(source: Path, tmp_path: Path, does: str) -> None:
    place = tmp_path / "out.pdf"
    place.write_text("old")
    program = fake(tmp_path, FAKES[does])
    with pytest.raises(OSError, match="does not print") as caught:
        print_pdf(source, place, program)
    assert "\n" not in str(caught.value)
    assert "open it in any browser" in str(caught.value)
    assert ("no usable display" in str(caught.value)) == (does == "an error")
    assert place.read_text() == "old"
    assert not [p for p in tmp_path.iterdir() if ".part." in p.name]


def test_a_browser_that_hangs_is_ended(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "PATIENCE", 0.2)
    with pytest.raises(OSError, match=r"not done after 0\.2 s"):
        print_pdf(source, tmp_path / "out.pdf", fake(tmp_path, "exec sleep 60"))


def test_a_program_that_cannot_start_is_named(source: Path, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere does not print"):
        print_pdf(source, tmp_path / "out.pdf", str(tmp_path / "nowhere"))


def test_without_a_page_nothing_is_printed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="must be an HTML file"):
        print_pdf(tmp_path / "none.html", tmp_path / "out.pdf", "no matter")
    with pytest.raises(FileNotFoundError, match="must be an HTML file"):
        print_pdf(tmp_path, tmp_path / "out.pdf", "no matter")


def test_without_a_browser_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CHOICE, raising=False)
    monkeypatch.setattr(pdf, "BROWSERS", ("no-such-browser",))
    with pytest.raises(FileNotFoundError, match="install one") as caught:
        find_browser()
    assert CHOICE in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_browser_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = fake(tmp_path, "")
    monkeypatch.setenv(CHOICE, program)
    assert find_browser() == program
    monkeypatch.setenv(CHOICE, "no-such-browser")
    with pytest.raises(FileNotFoundError, match="got 'no-such-browser'"):
        find_browser()


def test_the_first_that_is_installed_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(CHOICE, raising=False)
    (tmp_path / BROWSERS[2]).write_text("#!/bin/sh\n")
    (tmp_path / BROWSERS[2]).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser() == str(tmp_path / BROWSERS[2])


def test_verify_says_so_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CHOICE, "no-such-browser")
    result = CliRunner().invoke(toytoy, ["verify", "-n", "2", "-m", "1", "--out", str(tmp_path / "report"), "--pdf"])
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "'no-such-browser'" in result.stderr
    assert not (tmp_path / "report").exists()
