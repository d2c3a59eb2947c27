"""Opening a scan directory: what is refused, and folders with odd names."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from zhenzan.errors import CallError, InputError
from zhenzan.report.scan_directory import ScanDirectory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COUNT = "SELECT count(*) AS n FROM rings"


def test_a_folder_that_is_no_scan(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="not a scan directory"):
        ScanDirectory(tmp_path)


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff\xfe"])
def test_a_damaged_summary(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "summary.json").write_bytes(content)
    with pytest.raises(InputError, match=r"summary\.json is not"):
        ScanDirectory(tmp_path)


def test_a_missing_and_a_damaged_table(tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text("{}", encoding="utf-8")
    with ScanDirectory(tmp_path) as scan:
        with pytest.raises(InputError, match=r"has no rings\.parquet"):
            scan.rows("rings", COUNT)
        (tmp_path / "rings.parquet").write_bytes(b"PAR1 this is no Parquet file")
        with pytest.raises(InputError, match="cannot be read"):
            scan.rows("rings", COUNT)


@pytest.mark.parametrize("name", ["run[1]", "it's", "a*b?", "数据"])
def test_a_folder_with_an_odd_name(name: str, scans: Callable[[str], Path], tmp_path: Path) -> None:
    shutil.copytree(scans("three_rings"), tmp_path / name)
    with ScanDirectory(tmp_path / name) as scan:
        assert scan.row("rings", COUNT) == {"n": 3}


def test_only_output_tables_are_read(scans: Callable[[str], Path]) -> None:
    with ScanDirectory(scans("three_rings")) as scan, pytest.raises(ValueError, match="events"):
        scan.rows("events", "SELECT 1")
