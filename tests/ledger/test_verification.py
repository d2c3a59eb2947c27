"""An audit finds whatever was done to a ledger behind its back."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.stories import action, case, decide, whole_story

from zhenzan import ledger
from zhenzan.errors import CallError, InputError
from zhenzan.ledger import projections

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = {
    "entries": ("seq", "ts_us", "kind", "body", "previous", "hash"),
    "heads": ("seq", "hash", "ts_us", "ledger", "public", "signature"),
    "subject_keys": ("wrapped",),
}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with something of everything, and several heads. Read only."""
    folder = tmp_path_factory.mktemp("story") / "data"
    with ledger.open(folder) as opened:
        with opened.transaction() as tx:
            whole_story(tx)
        opened.sign_head()
        with opened.transaction() as tx:
            for number in range(20):
                action(tx, f"v{number}")
    return folder


class Changed:
    """A copy of a ledger, to be changed behind its back."""

    def __init__(self, story: Path, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(story, folder)
        self.folder = folder
        self.db = apsw.Connection(str(folder / "ledger.sqlite"))

    def run(self, sql: str, values: tuple[Any, ...] = ()) -> int:
        self.db.execute(sql, values)
        return self.db.changes()

    def verify(self, *heads: Path) -> ledger.Verification:
        self.db.close()
        return ledger.verify(self.folder, head_files=heads)


@pytest.fixture
def changed(story: Path, tmp_path: Path) -> Changed:
    return Changed(story, tmp_path / "changed")


def test_nothing_is_wrong_with_what_nobody_touched(changed: Changed) -> None:
    found = changed.verify()
    assert found.is_intact, found.problems
    assert found.signed_to == found.entries
    assert found.anchor == "key file"


@given(data=st.data())
def test_any_changed_field_is_found(
    story: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    copy = Changed(story, tmp_path_factory.getbasetemp() / "field")
    table = data.draw(st.sampled_from(sorted(COLUMNS)))
    column = data.draw(st.sampled_from(COLUMNS[table]))
    row = data.draw(st.integers(0, 1_000))
    rowids = [r[0] for r in copy.db.execute(f"SELECT rowid FROM {table} ORDER BY rowid")]
    rowid = rowids[row % len(rowids)]
    ((value,),) = copy.db.execute(f"SELECT {column} FROM {table} WHERE rowid = ?", (rowid,))
    if isinstance(value, int):
        other: object = value + data.draw(st.integers(-3, 3).filter(bool))
    else:
        place = data.draw(st.integers(0, len(value) - 1))
        letter = data.draw(st.characters(codec="ascii").filter(lambda c: c != value[place]))
        other = value[:place] + letter + value[place + 1 :]
    try:
        copy.run(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (other, rowid))
    except apsw.ConstraintError:
        return  # the database itself refuses it
    found = copy.verify()
    assert not found.is_intact, (table, column, rowid, value, other)


@given(data=st.data())
def test_deletion_and_reorder_are_found(
    story: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    copy = Changed(story, tmp_path_factory.getbasetemp() / "order")
    ((count,),) = copy.db.execute("SELECT count(*) FROM entries")
    one, other = data.draw(
        st.lists(st.integers(1, count), min_size=2, max_size=2, unique=True), label="entries"
    )
    if data.draw(st.booleans(), label="delete"):
        copy.run("DELETE FROM entries WHERE seq = ?", (one,))
        if data.draw(st.booleans(), label="close the gap"):
            copy.run("UPDATE entries SET seq = -(seq - 1) WHERE seq > ?", (one,))
            copy.run("UPDATE entries SET seq = -seq WHERE seq < 0")
    else:
        copy.run("UPDATE entries SET seq = 0 WHERE seq = ?", (one,))
        copy.run("UPDATE entries SET seq = ? WHERE seq = ?", (one, other))
        copy.run("UPDATE entries SET seq = ? WHERE seq = 0", (other,))
    assert not copy.verify().is_intact


@given(keep=st.integers(0, 40))
def test_a_cut_tail_is_found(
    story: Path, tmp_path_factory: pytest.TempPathFactory, keep: int
) -> None:
    """Also with the heads in the database cut, the tables made again, the exported file gone."""
    copy = Changed(story, tmp_path_factory.getbasetemp() / "tail")
    elsewhere = tmp_path_factory.getbasetemp() / "elsewhere.jsonl"
    shutil.copy(copy.folder / "keys" / "heads.jsonl", elsewhere)
    copy.run("DELETE FROM entries WHERE seq > ?", (keep,))
    copy.run("DELETE FROM heads WHERE seq > ?", (keep,))
    (copy.folder / "keys" / "heads.jsonl").unlink()
    if keep:
        with ledger.Ledger(copy.folder) as opened:
            opened.rebuild()
        assert ledger.verify(copy.folder).is_intact  # nothing there tells of it
    found = copy.verify(elsewhere)
    assert any("tail is cut" in problem.sentence for problem in found.problems) or not keep
    assert not found.is_intact


def test_a_chain_made_anew_is_found_by_a_head_kept_elsewhere(story: Path, tmp_path: Path) -> None:
    with ledger.open(tmp_path / "forged") as forged, forged.transaction() as tx:
        whole_story(tx)
    found = ledger.verify(tmp_path / "forged", head_files=[story / "keys" / "heads.jsonl"])
    assert any("another ledger" in problem.sentence for problem in found.problems)


@pytest.mark.parametrize("table", projections.TABLES)
def test_a_changed_table_is_found(changed: Changed, table: str) -> None:
    columns = [row[1] for row in changed.db.execute(f"PRAGMA table_info({table})")]
    marks = ", ".join("?" for _ in columns)
    changed.run(f"INSERT INTO {table} VALUES ({marks})", tuple(range(100, 100 + len(columns))))
    found = changed.verify()
    assert [problem.sentence for problem in found.problems] == [
        f"The table {table} is not what follows from the entries."
    ]


def test_an_action_lifted_in_silence_is_found(changed: Changed) -> None:
    assert changed.run("UPDATE actions SET reversed_us = 1 WHERE reversed_us IS NULL")
    assert "table actions" in changed.verify().problems[0].sentence


def test_flipped_bytes_of_the_file_are_found(story: Path, tmp_path: Path) -> None:
    raw = (story / "ledger.sqlite").read_bytes()
    place = raw.index(b"I did not") if b"I did not" in raw else raw.index(b'"policy":"farms"')
    for offset in (0, 5, 12):
        copy = Changed(story, tmp_path / "flipped")
        copy.db.close()
        broken = bytearray(raw)
        broken[place + offset] ^= 0xFF
        (copy.folder / "ledger.sqlite").write_bytes(broken)
        assert not ledger.verify(copy.folder).is_intact


def test_an_entry_that_breaks_a_rule_fails_the_audit(tmp_path: Path) -> None:
    """Even signed with the right key: the second opinion of the same person."""
    with ledger.open(tmp_path) as opened, pytest.MonkeyPatch.context() as patch:
        with opened.transaction() as tx:
            punished = action(tx, "u1", decided_by="amy")
            appealed = case(tx, "u1", action_id=punished, appeal_id="p-1")
        patch.setattr(projections, "follow", lambda db, entry: None)
        with opened.transaction() as tx:
            decide(tx, appealed, "amy")
    found = ledger.verify(tmp_path)
    assert "another reviewer decides" in found.problems[0].sentence


def test_files_that_cannot_be_read_are_told(tmp_path: Path, story: Path) -> None:
    with pytest.raises(CallError, match="no ledger"):
        ledger.verify(tmp_path)
    (tmp_path / "heads.txt").write_text("{}\n")
    with pytest.raises(InputError, match="does not hold heads"):
        ledger.verify(story, head_files=[tmp_path / "heads.txt"])
    (tmp_path / "ledger.sqlite").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5_000)
    assert not ledger.verify(tmp_path).is_intact


def test_an_unfinished_line_of_heads_is_written_again(story: Path, tmp_path: Path) -> None:
    shutil.copytree(story, tmp_path / "torn")
    exported = tmp_path / "torn" / "keys" / "heads.jsonl"
    whole = exported.read_text()
    exported.write_text(whole[:-40])
    with ledger.open(tmp_path / "torn") as opened, opened.transaction() as tx:
        tx.append("access", {})
    assert exported.read_text().startswith(whole)
    assert ledger.verify(tmp_path / "torn").is_intact
