"""What is older than the window goes, and only that; numbers are not given twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from zhenzan.errors import LimitError
from zhenzan.ingest import Staged
from zhenzan.serve.events import retention
from zhenzan.serve.events.retention import expire
from zhenzan.serve.events.store import EventStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

DAY_US = 86_400_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EventStore]:
    made = EventStore(tmp_path / "events.db")
    yield made
    made.close()


def append(store: EventStore, day: int, source: str = "events", ids: Sequence[str] = "a") -> None:
    rows = pa.table(
        {
            "row": pa.array(range(len(ids)), pa.int64()),
            "account_id": pa.array(ids, pa.string()),
            "followers": pa.array([day] * len(ids), pa.int64()),
            "reason": pa.array([None if i else "no id" for i in ids], pa.string()),
        }
    )
    with store.commit():
        store.append(source, rows, Staged(integer_ids=["account_id"]), day * DAY_US)


def held(store: EventStore, source: str) -> list[tuple[str, int, int]]:
    return [
        (row["account_id"], row["followers"], row["row"])
        for batch in store.batches(source, 10**9)
        for row in batch.rows.to_pylist()
    ]


def test_old_events_go_and_numbers_are_not_given_twice(store: EventStore) -> None:
    for day in range(20):
        append(store, day)
    assert store.before(12 * DAY_US) == 12
    expire(store.path, 12)
    assert [row[1] for row in held(store, "events")] == list(range(12, 20))
    expire(store.path, 20)
    assert held(store, "events") == []
    assert (store.last_batch(), store.rows("events")) == (20, 20)
    append(store, 21)
    assert held(store, "events") == [("a", 21, 21)]
    assert store.last_batch() == 21
    assert store.before(10**18) == 21


def test_whoever_removes_has_a_patience_of_its_own(
    store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(store, 1)
    append(store, 2)
    monkeypatch.setattr(retention, "PATIENCE_S", 0.05)
    with store.commit():
        store.remove("events", 1, 1)
        with pytest.raises(LimitError, match="is busy"):
            expire(store.path, 2)
    expire(store.path, 2)
    assert not held(store, "events")


def test_a_clock_that_went_back_lets_nothing_go_too_early(store: EventStore) -> None:
    for day in (5, 9, 2, 3, 9):
        append(store, day)
    assert store.before(4 * DAY_US) == 0
    assert store.before(6 * DAY_US) == 1


@pytest.mark.parametrize("rows_of_a_batch", [3, 100])
def test_of_entities_the_newest_row_stays(
    store: EventStore, monkeypatch: pytest.MonkeyPatch, rows_of_a_batch: int
) -> None:
    monkeypatch.setattr(retention, "ROWS_OF_A_BATCH", rows_of_a_batch)
    append(store, 1, "accounts", ["a", "b", "c", ""])
    append(store, 2, "accounts", ["b"])
    append(store, 3, "accounts", ["d", "a"])
    append(store, 4, "accounts", ["a"])
    expire(store.path, 3)
    newest = {name: day for name, day, _ in held(store, "accounts")}
    assert newest == {"a": 4, "b": 2, "c": 1, "d": 3}
    expire(store.path, 4)
    append(store, 5, "accounts", ["b"])
    rows = held(store, "accounts")
    assert {name: day for name, day, _ in rows} == newest | {"b": 5}
    numbers = [row for _, _, row in rows]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == 9
    assert next(store.batches("accounts", 10**9)).integer_ids == {"account_id"}


def test_the_disk_stays_bounded(store: EventStore) -> None:
    ids = [f"account-{n * 7_919 % 1_000_003}" for n in range(2_000)]
    sizes = []
    for day in range(240):
        append(store, day, ids=[f"{day}-{name}" for name in ids])
        append(store, day, "accounts", ids)
        if day % 4 == 3:
            expire(store.path, store.before((day - 20) * DAY_US))
        sizes.append(sum(file.stat().st_size for file in store.path.parent.glob("events.db*")))
    assert max(sizes[120:]) <= 1.05 * max(sizes[:120])


def test_a_store_of_the_version_before_is_taken_on(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    made = EventStore(path)
    append(made, 1)
    with made.commit():
        made._connection.execute("DROP TABLE removed")
        made._connection.pragma("user_version", 1)
    made.close()
    again = EventStore(path)
    assert held(again, "events") == [("a", 1, 1)]
    expire(path, 1)
    assert held(again, "events") == []
    again.close()
