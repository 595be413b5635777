"""Durable files: old or new content at every moment, nothing left beside."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from toytoy.numeric.sweeping.durable import clear_parts, remove_durably, write_bytes, write_durably


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    for content in (b"one", b"", b"two"):
        write_bytes(tmp_path / "a", content)
        assert (tmp_path / "a").read_bytes() == content
    assert os.listdir(tmp_path) == ["a"]


def test_both_reach_the_disk_before_and_after_the_move(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    sync, replace = os.fsync, os.replace

    def told(what: str, call: Callable[..., object]) -> Callable[..., object]:
        def tell(*given: object) -> object:
            said.append(what)
            return call(*given)

        return tell

    monkeypatch.setattr(os, "fsync", told("sync", sync))
    monkeypatch.setattr(os, "replace", told("move", replace))
    write_bytes(tmp_path / "a", b"x")
    assert said == ["sync", "move", "sync"]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_failure_leaves_the_old_file(tmp_path: Path, error: type[BaseException]) -> None:
    write_bytes(tmp_path / "a", b"old")

    def fail(beside: Path) -> None:
        beside.write_bytes(b"half")
        raise error

    with pytest.raises(error):
        write_durably(tmp_path / "a", fail)
    assert (tmp_path / "a").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


def test_leftovers_go_and_files_stay(tmp_path: Path) -> None:
    for name in ("a", "a.part", "b.tile.part", "film.part"):
        (tmp_path / name).touch()
    clear_parts(tmp_path, "*.tile")
    clear_parts(tmp_path, "a")
    assert sorted(os.listdir(tmp_path)) == ["a", "film.part"]
    os.unlink(tmp_path / "film.part")
    remove_durably(tmp_path / "a")
    remove_durably(tmp_path / "a")
    assert os.listdir(tmp_path) == []
