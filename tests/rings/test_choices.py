"""Who chose what, as rows and as matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from zhenzan.engines.duckdb import DuckDBEngine
from zhenzan.rings.choices import choices, read_rows

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.rings.choices import Rows

MEMORY_BYTES = 100_000_000
LIKES = ((0, 0, 7), (0, 2, 8), (1, 0, 7), (3, 1, 7), (3, 2, 8), (3, 4, -5))
"""Account, content, author. The author of content 4 is not known."""
WAYS = {0: 0, 1: 2, 2: 1, 4: 0}
"""How each like came about, by its position: 0 sought, 1 followed, 2 shown."""


def rows_of(folder: Path, present: frozenset[str] = frozenset()) -> Rows:
    engine = DuckDBEngine(folder, MEMORY_BYTES, 1)
    shuffled = [4, 2, 0, 5, 1, 3]
    engine.register(
        "firsts",
        pa.table(
            {"like": shuffled}
            | {
                name: [LIKES[n][at] for n in shuffled]
                for at, name in enumerate(("account", "content", "author"))
            }
        ),
    )
    engine.register("like_ways", pa.table({"like": list(WAYS), "way": list(WAYS.values())}))
    rows = read_rows(engine, present)
    engine.close()
    return rows


def test_rows_ascend_by_account_and_content(tmp_path: Path) -> None:
    rows = rows_of(tmp_path)
    triples = zip(rows.account.tolist(), rows.content.tolist(), rows.author.tolist(), strict=True)
    assert tuple(triples) == LIKES


def test_sought_is_known_only_where_the_source_is(tmp_path: Path) -> None:
    assert rows_of(tmp_path, frozenset({"source"})).sought.tolist() == [
        *(True, False, False),
        *(False, True, False),
    ], "neither shown, nor of a followed author, nor unknown"
    apart = tmp_path / "apart"
    apart.mkdir()
    assert not rows_of(apart).sought.any()


def test_where_keeps_whole_rows(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, frozenset({"source"}))
    kept = rows.where(rows.account == 3)
    assert kept.account.tolist() == [3, 3, 3]
    assert kept.content.tolist() == [1, 2, 4]
    assert kept.author.tolist() == [7, 8, -5]
    assert kept.sought.tolist() == [False, True, False]
    assert len(rows.account) == len(LIKES), "the rows themselves stay"


def test_matrices_hold_ones(tmp_path: Path) -> None:
    chosen = choices(rows_of(tmp_path))
    assert (chosen.accounts, chosen.items) == (4, 5)
    liked = np.zeros((4, 5), np.int64)
    for account, content, _ in LIKES:
        liked[account, content] = 1
    assert chosen.contents.toarray().tolist() == liked.tolist()
    assert chosen.author_accounts.tolist() == [-5, 7, 8]
    assert chosen.authors.toarray().tolist() == [[0, 1, 1], [0, 1, 0], [0, 0, 0], [1, 1, 1]]
    assert chosen.author_of.tolist() == [1, 1, 2, -1, 0], "nobody chose content 3"


def test_a_part_has_the_shape_and_the_codes_of_the_whole(tmp_path: Path) -> None:
    rows = rows_of(tmp_path)
    whole = choices(rows)
    part = choices(rows.where(rows.account == 1), whole)
    assert part.contents.shape == whole.contents.shape
    assert part.authors.shape == whole.authors.shape
    assert part.author_of.tolist() == whole.author_of.tolist()
    assert part.author_accounts.tolist() == whole.author_accounts.tolist()
    assert part.contents.sum() == 1
    assert part.contents[1, 0] == 1
    assert part.authors[1, 1] == 1


def test_no_likes_make_empty_matrices(tmp_path: Path) -> None:
    rows = rows_of(tmp_path)
    nothing = rows.where(np.zeros(len(rows.account), bool))
    assert choices(nothing).contents.shape == (0, 0)
    whole = choices(rows)
    assert choices(nothing, whole).contents.shape == whole.contents.shape
    assert choices(nothing, whole).contents.nnz == 0
