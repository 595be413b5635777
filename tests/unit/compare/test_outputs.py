"""Places are checked before there is anything to write, and files are whole or absent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from toytoy.compare.outputs import check_file, check_folder, writable, write_whole


def test_a_good_place_is_left_as_it_was(tmp_path: Path) -> None:
    assert check_file(tmp_path / "map.nc", (".nc", ".png")) == tmp_path / "map.nc"
    assert check_folder(tmp_path / "new" / "deep").is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_other_places_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match=r"did you mean '.png'"):
        check_file(tmp_path / "map.pgn", (".nc", ".png"))
    with pytest.raises(IsADirectoryError, match="must be a file"):
        check_file(tmp_path, (".nc",))
    with pytest.raises(FileNotFoundError, match="make the folder first"):
        check_file(tmp_path / "no" / "map.nc", (".nc",))
    with pytest.raises(FileNotFoundError, match="make the folder first"):
        check_file(tmp_path / "file" / "map.nc", (".nc",))
    with pytest.raises(NotADirectoryError, match="must be a folder, got the file"):
        check_folder(tmp_path / "file")
    with pytest.raises(OSError, match="that can be made"):
        check_folder(tmp_path / "file" / "deeper")


@pytest.mark.parametrize("check", [lambda: check_folder(""), lambda: check_file("", (".nc",))])
def test_an_empty_name_is_no_place(check: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="--out must be the name of a place"):
        check()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system that nobody can write to")
def test_a_file_system_that_takes_nothing_is_refused() -> None:
    with pytest.raises(OSError, match="a place to write to"):
        check_file("/proc/map.nc", (".nc",))


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")

    def half(beside: Path) -> None:
        beside.write_text("ne")
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        write_whole(path, half)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("report.html", "old")]
    assert write_whole(path, lambda beside: beside.write_text("new")).read_text() == "new"


def test_the_ending_is_kept_for_writers_that_go_by_it(tmp_path: Path) -> None:
    seen: list[str] = []

    def note(beside: Path) -> None:
        seen.append(beside.suffix)
        beside.touch()

    write_whole(tmp_path / "map.png", note)
    assert seen == [".png"]


def test_writable_names_what_is_in_the_way(tmp_path: Path) -> None:
    assert writable(tmp_path / "a.nc") == tmp_path / "a.nc"
    with pytest.raises(IsADirectoryError, match="path must be a file, got the folder"):
        writable(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"no folder .*no to save a\.nc in; make it first"):
        writable(tmp_path / "no" / "a.nc")
    assert list(tmp_path.iterdir()) == []
