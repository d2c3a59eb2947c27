"""`zhenzan serve key`: made, listed, removed; and calls that cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhenzan.cli import run

if TYPE_CHECKING:
    from pathlib import Path


def test_keys_are_made_listed_and_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(tmp_path)]
    assert run(["serve", "key", "new", "--scope", "events,scans", "--name", "app", *data]) == 0
    key = capsys.readouterr().out.strip()
    assert key.startswith("zz_")
    assert run(["serve", "key", "list", *data]) == 0
    listed = capsys.readouterr().out
    assert listed == f"app\tevents,scans\t{key[:12]}…\n"
    assert run(["serve", "key", "remove", "app", *data]) == 0
    assert run(["serve", "key", "list", *data]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "words",
    [
        ["key", "new", "--scope", "everything"],
        ["key", "new", "--scope", ""],
        ["key", "remove", "nobody"],
        ["--score-every", "-1"],
        ["--keep-scans", "0"],
        ["--memory", "lots"],
        ["--endorsement", "smile"],
    ],
)
def test_what_cannot_be_is_said(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at_end = ["--data", str(tmp_path)]
    assert run(["serve", *(words + at_end if words[0] == "key" else at_end + words)]) == 2
    told = capsys.readouterr().err
    assert "Hint:" in told
    assert "Traceback" not in told
