"""Every number of a world stands with its source, or is called an assumption."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

WORLDS = Path(__file__).parents[2] / "src" / "zhenzan" / "worlds"
FOLDERS = (WORLDS / "sellers", WORLDS / "crowds")
FILES = [path for folder in FOLDERS for path in sorted(folder.glob("*.py"))] + [
    WORLDS / f"{name}.py"
    for name in ("addresses", "browse", "catalogue", "comments", "parameters", "people")
]
SOURCED = re.compile(r"\bet\s+al\.\s+20\d\d|\b(?:19|20)\d\d, [A-Z]|\bour\s+assumption")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_says_where_its_numbers_come_from(path: Path) -> None:
    assert SOURCED.search(path.read_text(encoding="utf-8"))
