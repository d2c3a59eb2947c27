"""Rings keep their names from scan to scan, and say what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.rings import scans

from zhenzan.engines.duckdb import DuckDBEngine
from zhenzan.ingest import Sources
from zhenzan.model import RingChange
from zhenzan.rings.lineage import Lineage, lineage

if TYPE_CHECKING:
    from pathlib import Path

    Rings = dict[str, str]


def compared(
    folder: Path, before: Rings, now: list[str], *, repeated: bool = True
) -> list[Lineage]:
    """Rings as words whose letters are the members; the new ones are named n0, n1 …"""
    engine = DuckDBEngine(folder, 100_000_000, 1)
    letters = sorted(set("".join([*before.values(), *now])))
    engine.register(
        "accounts_in", pa.table({"account": range(len(letters)), "account_id": letters})
    )
    pairs = [(ring, letters.index(a)) for ring, members in enumerate(now) for a in members]
    engine.register(
        "group_members",
        pa.table({"ring": [r for r, _ in pairs], "account": [a for _, a in pairs]}),
    )
    earlier = [(ring, a) for ring, members in before.items() for a in members]
    engine.register(
        "previous_members",
        pa.table(
            {
                "ring_id": pa.array([r for r, _ in earlier], pa.string()),
                "account_id": pa.array([a for _, a in earlier], pa.string()),
            }
        ),
    )
    found = lineage(engine, [f"n{n}" for n in range(len(now))], repeated=repeated)
    engine.close()
    return found


@pytest.mark.parametrize(
    ("now", "change", "joined", "left"),
    [
        ("abcdef", RingChange.SAME, 0, 0),
        ("abcdefgh", RingChange.GROWN, 2, 0),
        ("abcd", RingChange.SHRUNK, 0, 2),
        ("abcdeg", RingChange.GROWN, 1, 1),
    ],
)
def test_a_ring_that_goes_on_keeps_its_name(
    tmp_path: Path, now: str, change: RingChange, joined: int, left: int
) -> None:
    [found] = compared(tmp_path, {"r-old": "abcdef", "r-other": "xyz"}, [now])
    assert found == Lineage("r-old", change, ("r-old",), joined, left)


def test_strangers_are_new(tmp_path: Path) -> None:
    """Half of the smaller is not more than half."""
    [found] = compared(tmp_path, {"r-old": "abcdef"}, ["abcxyz"])
    assert found == Lineage("n0", RingChange.NEW, (), 6, 0)


def test_two_that_became_one_are_merged(tmp_path: Path) -> None:
    [found] = compared(tmp_path, {"r-large": "abcdef", "r-small": "xyz"}, ["abcdefxyz"])
    assert found == Lineage("r-large", RingChange.MERGED, ("r-large", "r-small"), 3, 0)


def test_of_the_parts_of_a_ring_the_largest_keeps_its_name(tmp_path: Path) -> None:
    found = compared(tmp_path, {"r-old": "abcdefgh"}, ["fgh", "abcde"])
    assert found[1] == Lineage("r-old", RingChange.SPLIT, ("r-old",), 0, 3)
    assert found[0] == Lineage("n0", RingChange.SPLIT, ("r-old",), 3, 0)


def test_without_an_earlier_scan_nothing_is_said(tmp_path: Path) -> None:
    assert compared(tmp_path, {}, ["abc"], repeated=False) == [Lineage("n0")]


def test_a_scan_that_is_repeated(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same log again, and then a log in which nothing of it is left."""
    first = scans.scanned("rack", tmp_path_factory)
    names = [row["ring_id"] for row in first.rows("rings")]
    assert names
    assert {row["change"] for row in first.rows("rings")} == {None}
    previous = parquet.read_table(first.directory / "ring_members.parquet")
    previous = previous.set_column(
        0, "ring_id", pa.array([f"old {name}" for name in previous.column("ring_id").to_pylist()])
    )
    market = first.market
    sources = Sources(scans.events_of(market), scans.accounts_of(market), scans.contents_of(market))
    again = scans.scan(sources, tmp_path / "again", previous=previous)
    assert {row["ring_id"] for row in again.rows("rings")} == {f"old {name}" for name in names}
    assert again.summary["rings"]["by_change"] == {"same": len(names)}
    assert again.summary["rings"]["ended"] == []
    nobody = pa.table({"ts": [1_760_000_000], "account_id": ["a"], "content_id": ["c"]})
    over = scans.scan(Sources(nobody), tmp_path / "over", previous=previous)
    assert over.summary["rings"]["ended"] == sorted(f"old {name}" for name in names)
