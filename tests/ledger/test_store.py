"""The ledger keeps what was committed, in order, whoever writes; and loses what was erased."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from tests.ledger.stories import action, case, decide, whole_story

from zhenzan import ledger
from zhenzan.errors import CallError, InputError, LimitError
from zhenzan.ledger import projections
from zhenzan.ledger.sqlite import SQLiteDatabase
from zhenzan.settings import RetentionSettings

if TYPE_CHECKING:
    from pathlib import Path

DAY_US = 86_400_000_000


def tables(opened: ledger.Ledger) -> dict[str, list[str]]:
    with opened.reading() as tx:
        return {
            name: sorted(json.dumps(row) for row in tx.rows(f"SELECT * FROM {name}"))
            for name in projections.TABLES
        }


def test_what_was_committed_is_there_again(tmp_path: Path) -> None:
    with ledger.open(tmp_path) as first, first.transaction() as tx:
        whole_story(tx)
    with ledger.open(tmp_path) as again, again.reading() as tx:
        entries = list(tx.entries())
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        appeal = next(entry for entry in entries if entry.kind == "appeal")
        text = (tx.personal(appeal) or {})["text"]
        assert text.startswith("I did not — 我没有 \x00 \ud800")
        assert "我没有" not in appeal.text


def test_a_block_that_raises_leaves_nothing(opened: ledger.Ledger) -> None:
    before = tables(opened)

    def half() -> None:
        with opened.transaction() as tx:
            whole_story(tx)
            raise KeyError

    with pytest.raises(KeyError):
        half()
    assert tables(opened) == before
    with opened.reading() as tx:
        assert [entry.kind for entry in tx.entries()] == ["opened"]
        assert not tx.rows("SELECT * FROM subjects")


def test_tables_made_again_are_the_live_ones(opened: ledger.Ledger) -> None:
    with opened.transaction() as tx:
        whole_story(tx)
    live = tables(opened)
    assert all(live[name] for name in projections.TABLES if name != "claims")
    opened.rebuild()
    assert tables(opened) == live


def test_threads_take_turns(opened: ledger.Ledger) -> None:
    def write(who: int) -> None:
        for _ in range(5):
            with opened.transaction() as tx:
                tx.append("access", {"by": str(who)})

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(write, range(16)))
    with opened.reading() as tx:
        assert tx.last_seq == 1 + 16 * 5


WRITER = """
import sys
from pathlib import Path
from zhenzan import ledger
with ledger.open(sys.argv[1], keys=Path(sys.argv[3])) as opened:
    for number in range(int(sys.argv[2])):
        with opened.transaction() as tx:
            tx.append("access", {"n": number})
"""


def test_processes_take_turns(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path), "60", str(tmp_path / "keys")]
    writers = [subprocess.Popen(command) for _ in range(4)]
    assert [writer.wait() for writer in writers] == [0] * 4
    found = ledger.verify(tmp_path)
    assert found.is_intact, found.problems
    assert found.entries == found.signed_to == 1 + 4 * 60


def test_all_may_open_it_first(tmp_path: Path) -> None:
    """SQLite refuses at once, however long one would wait, where two change a file to WAL mode."""

    def open_at(file: Path, start: Barrier) -> str:
        start.wait()
        with contextlib.closing(SQLiteDatabase(file, busy_seconds=5.0)) as opened:
            return str(opened.rows("PRAGMA journal_mode"))

    for number in range(20):
        start = Barrier(6)
        with ThreadPoolExecutor(6) as threads:
            modes = threads.map(open_at, [tmp_path / f"{number}.sqlite"] * 6, [start] * 6)
        assert set(modes) == {"[{'journal_mode': 'wal'}]"}
    assert len(list(tmp_path.iterdir())) == 20


def test_waiting_has_an_end(tmp_path: Path) -> None:
    with (
        ledger.Ledger(tmp_path) as holder,
        ledger.Ledger(tmp_path, busy_seconds=0.05) as other,
        holder.transaction(),
        pytest.raises(LimitError, match="busy"),
        other.transaction(),
    ):
        pass


def test_readers_do_not_wait_and_do_not_write(opened: ledger.Ledger) -> None:
    with ledger.Ledger(opened.heads_file.parents[1], busy_seconds=0.05) as other:
        with opened.transaction() as tx, other.reading() as reader:
            tx.append("access", {})
            assert reader.last_seq == 1
        with other.reading() as reader, pytest.raises(CallError, match="only reads"):
            reader.append("access", {})


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("rumour", {}, "no entries of kind 'rumour'"),
        ("access", {"x": float("nan")}, "cannot hold this"),
        ("access", {"x": object()}, "cannot hold this"),
        ("access", {"by": "a\x00"}, "no name of a person"),
        ("access", {"by": 7}, "no name of a person"),
    ],
)
def test_what_is_no_entry_is_refused(
    opened: ledger.Ledger, kind: str, body: dict[str, object], words: str
) -> None:
    with opened.transaction() as tx, pytest.raises(CallError, match=words):
        tx.append(kind, body)


def test_erasing_loses_the_person_and_keeps_the_chain(tmp_path: Path) -> None:
    with ledger.open(tmp_path) as opened:
        with opened.transaction() as tx:
            whole_story(tx)
            subject = tx.subject("account", "u1")
        live = tables(opened)
        with opened.transaction() as tx:
            tx.erase(subject, by="amy", why="request")
        opened.overwrite_erased()
        with opened.reading() as tx:
            assert tx.find_subject("account", "u1") is None
            mine = [e for e in tx.entries(thing=subject) if "sealed" in e.body]
            assert mine
            assert [tx.personal(entry) for entry in mine] == [None] * len(mine)
        opened.rebuild()
        after = tables(opened)
        assert {k: v for k, v in after.items() if k != "mentions"} == {
            k: v for k, v in live.items() if k != "mentions"
        }
    found = ledger.verify(tmp_path)
    assert found.is_intact, found.problems
    assert found.erased == len(mine)
    raw = (tmp_path / "ledger.sqlite").read_bytes()
    assert b"I did not" not in raw
    assert subject.encode() in raw  # the skeleton stays


def test_who_has_an_open_action_is_not_erased_yet(opened: ledger.Ledger) -> None:
    with opened.transaction() as tx:
        action(tx, "u1")
        case(tx, "u2")
        for account in ("u1", "u2"):
            with pytest.raises(CallError, match="still needed"):
                tx.erase(tx.subject("account", account), by="amy", why="request")
        with pytest.raises(CallError, match="knows nothing personal"):
            tx.erase("s-none", by="amy", why="request")


def test_personal_fields_expire_by_class(tmp_path: Path) -> None:
    clock = [1_700_000_000_000_000]
    with ledger.Ledger(tmp_path, clock=lambda: clock[0]) as opened:
        with opened.transaction() as tx:
            action(tx, "u1")
            access = tx.append(
                "access", {}, subject=tx.subject("account", "u1"), personal={"who": "amy"}
            )
        for days, destroyed in ((183, 0), (32, 1), (300, 0), (700, 1)):
            clock[0] += days * DAY_US
            with opened.transaction() as tx:
                assert tx.expire(RetentionSettings()) == destroyed
        with opened.reading() as tx:
            assert tx.personal(access) is None
    assert ledger.verify(tmp_path).is_intact


def test_another_reviewer_decides_the_appeal(opened: ledger.Ledger) -> None:
    with opened.transaction() as tx:
        punished = action(tx, "u1", decided_by="amy")
        checked = case(tx, "u1", queue="sample", action_id=punished)
        decide(tx, checked, "ben")
        appealed = case(tx, "u1", queue="appeal", action_id=punished, appeal_id="p-1")
        for reviewer in ("amy", "ben"):
            with pytest.raises(CallError, match="another reviewer decides"):
                decide(tx, appealed, reviewer)
            with pytest.raises(CallError, match="another reviewer decides"):
                tx.append("claim", {"case_id": appealed, "by": reviewer, "until_us": 1})
        decide(tx, appealed, "cho")
        with pytest.raises(CallError, match="is not open"):
            decide(tx, appealed, "dee")


def test_a_decision_after_the_appeal_came_recuses_too(opened: ledger.Ledger) -> None:
    with opened.transaction() as tx:
        punished = action(tx, "u1")
        checked = case(tx, "u1", queue="sample", action_id=punished)
        appealed = case(tx, "u1", queue="appeal", action_id=punished, appeal_id="p-1")
        tx.append("claim", {"case_id": appealed, "by": "ben", "until_us": tx.now_us + DAY_US})
        decide(tx, checked, "ben")
        with pytest.raises(CallError, match="another reviewer decides"):
            decide(tx, appealed, "ben")
        decide(tx, appealed, "cho")  # and ben's claim does not keep her from it


@pytest.mark.parametrize("step", ["suspend_earnings", "suspend_account"])
def test_nobody_is_suspended_without_a_person(opened: ledger.Ledger, step: str) -> None:
    with opened.transaction() as tx:
        with pytest.raises(CallError, match="never taken without a person"):
            action(tx, "u1", step=step)
        action(tx, "u1", step=step, decided_by="amy")


def test_time_does_not_go_back(tmp_path: Path) -> None:
    clock = [2_000_000]
    with ledger.Ledger(tmp_path, clock=lambda: clock[0]) as opened:
        clock[0] = 1_000_000
        with opened.transaction() as tx:
            assert tx.append("access", {}).ts_us == 2_000_000


def test_a_ledger_needs_its_own_key(tmp_path: Path) -> None:
    with ledger.open(tmp_path):
        pass
    with pytest.raises(CallError, match="is missing"):
        ledger.open(tmp_path, keys=tmp_path / "other")
    assert not (tmp_path / "other").exists()
    with ledger.open(tmp_path / "else", keys=tmp_path / "other"):
        pass
    with pytest.raises(CallError, match="is not the one of this ledger"):
        ledger.open(tmp_path, keys=tmp_path / "other")


def test_what_is_no_ledger_is_told(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(InputError, match="cannot be opened"):
        ledger.open(tmp_path)
    with pytest.raises(CallError, match="no ledger in"):
        ledger.open_existing(tmp_path / "none")
    with pytest.raises(InputError, match=r"cannot be used|cannot be made"):
        ledger.open(tmp_path / "ledger.sqlite" / "below")


def test_retention_below_the_law_is_refused() -> None:
    with pytest.raises(CallError, match="retention of access is below 183 days"):
        RetentionSettings({**RetentionSettings().days, "access": 30})
