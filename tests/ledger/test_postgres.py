"""The same ledger in PostgreSQL, on a real server."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.ledger.stories import action, case, decide, whole_story
from tests.ledger.test_store import WRITER, tables

from zhenzan import ledger
from zhenzan.errors import CallError, InputError, LimitError
from zhenzan.ledger.postgres import PostgresDatabase

if TYPE_CHECKING:
    from pathlib import Path


def test_a_whole_story(postgres: ledger.Ledger, postgres_url: str, tmp_path: Path) -> None:
    with postgres.transaction() as tx:
        whole_story(tx)
        subject = tx.subject("account", "u1")
    live = tables(postgres)
    postgres.rebuild()
    assert tables(postgres) == live
    postgres.sign_head()
    with postgres.transaction() as tx:
        tx.erase(subject, by="amy", why="request")
    found = ledger.verify(postgres_url, keys=tmp_path / "keys")
    assert found.is_intact, found.problems
    assert found.erased > 0


def test_a_refused_entry_leaves_the_rest(postgres: ledger.Ledger) -> None:
    with postgres.transaction() as tx:
        punished = action(tx, "u1", decided_by="amy")
        appealed = case(tx, "u1", action_id=punished, appeal_id="p-1")
        with pytest.raises(CallError, match="another reviewer decides"):
            decide(tx, appealed, "amy")
        decide(tx, appealed, "ben")
    with postgres.reading() as tx:
        assert [row["decided_by"] for row in tx.rows("SELECT * FROM cases")] == ["ben"]


def test_changes_are_found(postgres: ledger.Ledger, postgres_url: str, tmp_path: Path) -> None:
    with postgres.transaction() as tx:
        whole_story(tx)
    db = PostgresDatabase(postgres_url, 1.0)
    for change in (
        "UPDATE actions SET reversed_us = 1 WHERE reversal = 'undo'",
        "UPDATE entries SET body = replace(body, 'limit_liking', 'reduce_reach')",
        "DELETE FROM entries WHERE seq = 7",
    ):
        db.execute(change)
        assert not ledger.verify(postgres_url, keys=tmp_path / "keys").is_intact, change
        if "actions" in change:
            postgres.rebuild()
            assert ledger.verify(postgres_url, keys=tmp_path / "keys").is_intact
    db.close()


def test_processes_take_turns(postgres: ledger.Ledger, postgres_url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, postgres_url, "30", str(tmp_path / "keys")]
    writers = [subprocess.Popen(command) for _ in range(4)]
    assert [process.wait() for process in writers] == [0] * 4
    found = ledger.verify(postgres_url, keys=tmp_path / "keys")
    assert found.is_intact, found.problems
    assert found.entries == 1 + 4 * 30


def test_waiting_has_an_end(postgres: ledger.Ledger, postgres_url: str, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    with (
        ledger.Ledger(postgres_url, keys=keys, busy_seconds=0.05) as other,
        postgres.transaction(),
        pytest.raises(LimitError, match="busy"),
        other.transaction(),
    ):
        pass


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not let us in"):
        ledger.open("postgresql://nobody:secret@127.0.0.1:1/none", keys=tmp_path)
    with pytest.raises(CallError, match="not the URL"):
        ledger.open("postgresql://127.0.0.1:port/none", keys=tmp_path)


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pg8000.dbapi", None)
    with pytest.raises(CallError, match="pg8000, which is not installed") as error:
        ledger.open("postgresql://127.0.0.1/none", keys=tmp_path)
    assert "pip install 'zhenzan[postgres]'" in error.value.hint
