"""An account has one role and one ring, however many rings it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from zhenzan.engines.duckdb import DuckDBEngine
from zhenzan.scores.accounts import ACCOUNT_SCORES

if TYPE_CHECKING:
    from pathlib import Path

MEMORY_BYTES = 100_000_000
RINGS = (
    (0, "r-a", "farm", 1_222, 0.7),
    (1, "r-b", "mutual", 3_170, 0.9),
    (2, "r-c", "crowd", 3_170, 0.9),
)


def scored(folder: Path, memberships: list[tuple[int, int]]) -> dict[int, dict[str, Any]]:
    """What is told of accounts 0 … 3 that are in these (ring, account)."""
    engine = DuckDBEngine(folder, MEMORY_BYTES, 1)
    verdicts = {"account": [0, 1, 2, 3], "likes": [9] * 4, "score": [0.6] * 4}
    engine.register("account_verdicts", pa.table(verdicts | {"verdict": ["suspect"] * 4}))
    whole, text = pa.int64(), pa.string()
    for name, columns in (
        ("like_verdicts", {"account": whole, "verdict": text}),
        ("contents_in", {"content": whole, "author": whole}),
        ("content_verdicts", {"content": whole, "verdict": text}),
        ("credit_lost", {"account": whole, "lost": whole}),
    ):
        engine.register(name, pa.schema(list(columns.items())).empty_table())
    ring, account = ([pair[at] for pair in memberships] for at in (0, 1))
    members = {"ring": pa.array(ring, whole), "account": pa.array(account, whole)}
    engine.register("group_members", pa.table(members))
    told = ("ring", "ring_id", "kind", "millibits", "score")
    known = {name: [row[at] for row in RINGS] for at, name in enumerate(told)}
    engine.register("ring_scores", pa.table(known))
    rows = engine.query(ACCOUNT_SCORES).to_pylist()
    engine.close()
    assert sorted(row["account"] for row in rows) == [0, 1, 2, 3], "one row for each"
    return {row["account"]: row for row in rows}


@pytest.mark.parametrize(
    ("rings", "told"),
    [((), None), ((0,), "r-a"), ((0, 1), "r-b"), ((0, 1, 2), "r-b"), ((0, 2), "r-c")],
)
def test_of_several_rings_the_surest_is_told_then_the_first(
    tmp_path: Path, rings: tuple[int, ...], told: str | None
) -> None:
    found = scored(tmp_path, [(ring, 1) for ring in rings])
    assert found[1]["ring_id"] == told
    assert [found[account]["ring_id"] for account in (0, 2, 3)] == [None] * 3


def test_its_role_is_that_of_this_ring(tmp_path: Path) -> None:
    found = scored(tmp_path, [(0, 0), (1, 1), (0, 1), (2, 2)])
    assert [found[n]["role"] for n in range(4)] == ["supplier", "member", "supplier", "none"]
