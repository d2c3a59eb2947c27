"""The same ledger in PostgreSQL, on a real server."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pg8000.dbapi
import pytest
from tests.ledger.stories import action, case, decide, whole_story
from tests.ledger.test_store import WRITER, tables

from zhenzan import ledger
from zhenzan.errors import CallError, InputError, LimitError, UnavailableError
from zhenzan.ledger.postgres import PostgresDatabase

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgres_server import PostgresServer


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


def cut(url: str) -> None:
    """End every connection of ours, and wait until they are."""
    parts = urlsplit(url)
    # Not as ours are opened: that waits for whoever writes.
    other = pg8000.dbapi.connect(
        user="zhenzan", host=parts.hostname, port=parts.port, database="postgres"
    )
    other.autocommit = True
    other.cursor().execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
        "WHERE application_name = 'zhenzan'"
    )
    other.close()


def test_a_connection_that_drops_is_opened_again(
    postgres: ledger.Ledger, postgres_url: str, tmp_path: Path
) -> None:
    for round_ in range(3):
        cut(postgres_url)
        with postgres.transaction() as tx:
            action(tx, f"u{round_}", decided_by="amy")
        cut(postgres_url)
        with postgres.reading() as tx:
            assert len(tx.rows("SELECT * FROM actions")) == round_ + 1
    found = ledger.verify(postgres_url, keys=tmp_path / "keys")
    assert found.is_intact, found.problems


@pytest.mark.parametrize("more", [True, False])
def test_what_was_under_way_is_undone_and_said_to_be(
    postgres: ledger.Ledger, postgres_url: str, *, more: bool
) -> None:
    def act() -> None:
        with postgres.transaction() as tx:
            action(tx, "u1", decided_by="amy")
            cut(postgres_url)
            if more:
                action(tx, "u2", decided_by="amy")

    with pytest.raises(UnavailableError, match="nothing of this was kept"):
        act()
    with postgres.transaction() as tx:
        assert tx.rows("SELECT * FROM actions") == []
        action(tx, "u3", decided_by="amy")
    with postgres.reading() as tx:
        assert len(tx.rows("SELECT * FROM actions")) == 1


@pytest.mark.parametrize("kept", [True, False])
def test_an_end_that_was_not_heard_of_is_asked_for(
    empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch, *, kept: bool
) -> None:
    db = PostgresDatabase(empty_postgres_url, 1.0)
    db.execute("CREATE TABLE notes (note BIGINT)")
    db.begin(write=True)
    db.execute("INSERT INTO notes VALUES (1)")
    run = db.execute

    def lose(sql: str, values: tuple[str, ...] = ()) -> None:
        """The line breaks as the transaction ends, before the server hears of it or after."""
        if sql == "COMMIT":
            if kept:
                run(sql)
            cut(empty_postgres_url)
        run("SELECT 1" if kept and sql == "COMMIT" else sql, values)

    monkeypatch.setattr(db, "execute", lose)
    if kept:
        db.commit()
    else:
        with pytest.raises(UnavailableError, match="nothing of this was kept"):
            db.commit()
    assert len(db.rows("SELECT * FROM notes")) == kept
    db.close()


def test_an_end_that_nobody_can_tell(
    empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = PostgresDatabase(empty_postgres_url, 1.0)
    db.begin(write=True)
    cut(empty_postgres_url)
    rows = db.rows

    def silent(sql: str) -> list[dict[str, str | None]]:
        rows(sql)
        return [{"outcome": None}]

    monkeypatch.setattr(db, "rows", silent)
    with pytest.raises(UnavailableError, match="cannot say whether"):
        db.commit()
    db.close()


def test_a_server_that_goes_away_and_comes_back(postgres_server: PostgresServer) -> None:
    db = PostgresDatabase(postgres_server.url, 1.0)
    postgres_server.stop()
    for _ in range(2):
        with pytest.raises(UnavailableError, match="does not answer"):
            db.rows("SELECT 1 AS one")
        with pytest.raises(UnavailableError, match="does not answer"):
            db.begin(write=True)
    postgres_server.start()
    assert db.rows("SELECT 1 AS one") == [{"one": 1}]
    db.begin(write=True)
    db.execute("CREATE TABLE notes (note BIGINT)")
    db.commit()
    assert db.rows("SELECT count(*) AS n FROM zhenzan.notes") == [{"n": 0}]
    db.close()


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
