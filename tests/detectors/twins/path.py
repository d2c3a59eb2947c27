"""Twin of the path detector."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from tests.detectors.twins.likes import all_likes, found, unseen
from tests.detectors.twins.odds import fit_rates, rate_bits, whole

from zhenzan.detectors.path import MOST_ACCOUNT_BITS, MOST_LIKE_BITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.detectors.logs import Found

    from zhenzan.detectors.examples import Row


def find(rows: Sequence[Row], _authors: Mapping[str, str]) -> list[Found]:
    likes, missing = all_likes(rows), unseen(rows)
    watched = [best_watch(rows, like) for like in likes]
    seen = sorted(w for w, miss in zip(watched, missing, strict=True) if not miss and w is not None)
    glance = seen[math.ceil(0.1 * len(seen)) - 1] if seen else -1
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for like, miss, progress in zip(likes, missing, watched, strict=True):
        mine = counts[like.account_id]
        mine[0] += miss
        mine[1] += 1
        if not miss and progress is not None:
            mine[2] += progress <= glance
            mine[3] += 1
    results = []
    usual_unseen = 0.5
    for code, at in (("account_likes_unseen", 0), ("account_likes_glanced", 2)):
        mean, spread = fit_rates([(mine[at], mine[at + 1]) for _, mine in sorted(counts.items())])
        usual_unseen = mean if at == 0 else usual_unseen
        for account, mine in counts.items():
            hits, trials = mine[at], mine[at + 1]
            bits = min(rate_bits(hits, trials, mean, spread), MOST_ACCOUNT_BITS)
            if bits > 1.0:
                facts = {"hits": hits, "likes": trials, "usual_percent": 100 * mean}
                results.append(found(code, account, whole(bits), **facts))
    weight = min(MOST_LIKE_BITS, -math.log2(2 * usual_unseen))
    if weight > 0:
        for like, miss in zip(likes, missing, strict=True):
            if miss:
                name = f"{like.account_id} {like.content_id}"
                usual = 100 * usual_unseen
                results.append(found("like_unseen", name, whole(weight), usual_percent=usual))
    return results


def best_watch(rows: Sequence[Row], like: Row) -> int | None:
    """The most of the content that its liker ever watched, millionths."""
    watched = [
        int(row.progress * 1_000_000)
        for row in rows
        if row.event_type == "view"
        and row.progress is not None
        and (row.account_id, row.content_id) == (like.account_id, like.content_id)
    ]
    return max(watched, default=None)
