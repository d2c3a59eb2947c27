"""Likes taken back and given again: two accounts of a rack repeat each like a day later.

Taught: a repeated like is no second finding. It shares the fate of the first, is counted once as
evidence, and nobody is blamed twice for one thing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from tests.hard_cases.towns import judge, seller, town
from tests.rings.markets import again

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rings.markets import Market


def world() -> Market:
    return town() + again(seller(skill=0))


def test_repeated_likes_share_their_fate(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    fate = defaultdict(list)
    for row in found.rows("likes"):
        fate[row["account_id"], row["content_id"]].append((row["verdict"], row["provenance"]))
    repeated = [seen for pair, seen in fate.items() if len(seen) > 1 and pair in found.market.sold]
    assert len(repeated) > 10
    assert all(len(set(seen)) == 1 for seen in repeated)
    blamed = Counter(
        row["entity_id"]
        for row in found.rows("signals")
        if row["reason_code"] in {"ring_target_like", "like_of_fake_account"}
    )
    assert set(blamed.values()) == {1}
