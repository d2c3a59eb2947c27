"""`zhenzan audit`: exit statuses and what it says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import apsw
import pytest
from tests.ledger.stories import whole_story

from zhenzan import ledger
from zhenzan.cli import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with ledger.open(folder) as opened, opened.transaction() as tx:
        whole_story(tx)
    return folder


def test_an_intact_ledger(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "verify", str(data)]) == 0
    assert capsys.readouterr().out.startswith("Intact: ")
    assert run(["audit", "verify", str(data), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["intact"] is True


def test_a_head_kept_elsewhere(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", "head", str(data)]) == 0
    kept = tmp_path / "kept.jsonl"
    kept.write_text(capsys.readouterr().out)
    db = apsw.Connection(str(data / "ledger.sqlite"))
    db.execute("DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)")
    db.close()
    assert run(["audit", "verify", str(data), "--head", str(kept)]) == 1
    shown = capsys.readouterr()
    assert "The tail is cut" in shown.out
    assert shown.err.startswith("Error: The ledger in ")
    assert run(["audit", "verify", str(data), "--json", "--head", str(kept)]) == 1
    assert json.loads(capsys.readouterr().out)["intact"] is False


@pytest.mark.parametrize("words", [["verify"], ["head"]])
def test_no_ledger_there(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", *words, str(tmp_path)]) == 2
    assert "There is no ledger in" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
