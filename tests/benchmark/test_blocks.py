"""Blocks are the same whoever finds them, and chance makes none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from benchmark.beside import blocks
from benchmark.blocks import HOUR_US, columns, made_of, rewired, surprising_blocks
from pyarrow import parquet
from tests.benchmark.logs import lay_out

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

Edges = set[tuple[int, int]]


def chance(likes: int) -> Edges:
    dice = np.random.default_rng(3)
    pairs = np.stack([dice.integers(0, 300, likes), dice.integers(0, 200, likes)], axis=1)
    return {(account, content) for account, content in pairs.tolist()}


def arrays(edges: Edges) -> npt.NDArray[np.int64]:
    return np.array(sorted(edges), np.int64).T


SELLERS = {(300 + seller, 200 + order) for seller in range(15) for order in range(12)}


def test_the_work_is_told_by_its_block(tmp_path: Path) -> None:
    account, content = arrays(chance(900) | SELLERS)
    file = tmp_path / "likes.parquet"
    parquet.write_table(pa.table({"account": account, "content": content}), file)
    found = blocks.ours(file).answer
    assert found == blocks.block(range(314, 299, -1), range(200, 212), found["density"])
    assert found != blocks.block(range(300, 315), range(200, 211), found["density"])


def test_chance_makes_no_surprising_block() -> None:
    account, content = arrays(chance(3_000))
    assert surprising_blocks(account, content) == []


def test_a_rewired_copy_keeps_how_many_likes_each_has() -> None:
    account, content = arrays(chance(9_000))
    dealt = rewired(account, content, np.random.default_rng(8))
    assert np.array_equal(np.sort(dealt), np.sort(content))
    assert len(set(zip(account.tolist(), dealt.tolist(), strict=True))) == len(account)
    assert (dealt != content).mean() > 0.9


def test_a_block_beyond_chance_is_found_with_its_accounts() -> None:
    account, content = arrays(chance(3_000) | SELLERS)
    found = surprising_blocks(account, content)
    assert set(range(300, 315)) <= set(found[0].rows.tolist())


def test_a_column_is_a_content_or_an_hour_of_it() -> None:
    content, ts = np.array([7, 7, 7, 4]), np.array([0, HOUR_US - 1, HOUR_US, 0])
    assert columns(content, ts, None).tolist() == [1, 1, 1, 0]
    assert columns(content, ts, HOUR_US).tolist() == [1, 1, 2, 0]


def test_blocks_are_described_by_the_truth(tmp_path: Path) -> None:
    events = [
        ("like", 60 * number, f"a{account}", f"c{content}", "d")
        for number, (account, content) in enumerate(sorted(chance(900) | SELLERS))
    ]
    world = lay_out(tmp_path / "w", events, sold=[f"a{300 + seller}" for seller in range(15)])
    cells = [cell.strip() for cell in made_of(world)[0].split("|")[1:-1]]
    assert cells[:5] == ["w", "contents", "1", "15", "0.0"]
    assert cells[5:] == ["180", "100.0", "100.0", "api 100.0"]
