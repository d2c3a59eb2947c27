"""Result directories: the old results or the new ones, never half of each."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

import zhenzan
from zhenzan.directories import replacing

if TYPE_CHECKING:
    from pathlib import Path


def test_makes_the_directory_and_its_parents(tmp_path: Path) -> None:
    with replacing(tmp_path / "a" / "b", ["new"]) as fresh:
        (fresh / "new").write_text("1")
        assert not (tmp_path / "a" / "b").exists()
    assert (tmp_path / "a" / "b" / "new").read_text() == "1"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]


def test_replaces_what_is_its_own(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_text("1")
    with replacing(tmp_path / "out", ["old", "new"]) as fresh:
        (fresh / "new").write_text("2")
        assert (tmp_path / "out" / "old").exists()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("error", [ValueError(), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_results(tmp_path: Path, error: BaseException) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_text("1")

    def fail() -> None:
        with replacing(tmp_path / "out", ["old"]) as fresh:
            (fresh / "old").write_text("half")
            raise error

    with pytest.raises(type(error)):
        fail()
    assert (tmp_path / "out" / "old").read_text() == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failed_rename_brings_the_old_results_back(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_text("1")
    with (
        pytest.raises(zhenzan.CallError, match="cannot be written"),
        replacing(tmp_path / "out", ["old"]) as fresh,
    ):
        fresh.rmdir()
    assert (tmp_path / "out" / "old").read_text() == "1"


def test_touches_nobody_elses_files(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("x")
    with (
        pytest.raises(zhenzan.CallError, match=r"holds thesis\.tex"),
        replacing(tmp_path, ["old"]),
    ):
        pytest.fail("began to work")
    assert (tmp_path / "thesis.tex").exists()


def test_refuses_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with (
        pytest.raises(zhenzan.CallError, match="is a file"),
        replacing(tmp_path / "out", []),
    ):
        pytest.fail("began to work")
    with (
        pytest.raises(zhenzan.CallError, match="cannot be written"),
        replacing(tmp_path / "out" / "below", []),
    ):
        pytest.fail("began to work")


def test_refuses_where_the_caller_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for out in (tmp_path / "here", tmp_path):
        with pytest.raises(zhenzan.CallError, match="which you are in"), replacing(out, []):
            pytest.fail("began to work")


def test_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with replacing(tmp_path / "link", ["new"]) as fresh:
        (fresh / "new").write_text("1")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "new").exists()


def test_a_full_disk_is_a_limit(tmp_path: Path) -> None:
    with (
        pytest.raises(zhenzan.LimitError, match="is full"),
        replacing(tmp_path / "out", []),
    ):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert not list(tmp_path.iterdir())
