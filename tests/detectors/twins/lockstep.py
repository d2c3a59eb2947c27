"""Twin of the lockstep detector."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from tests.detectors.twins.likes import by_content, first_likes, found
from tests.detectors.twins.odds import calibrated, discovered, log_tail, whole

from zhenzan.detectors.lockstep import (
    FALSE_DISCOVERY_RATE,
    FEWEST_CONTENTS,
    MOST_MEETINGS,
    WINDOWS_S,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.detectors.logs import Found

    from zhenzan.detectors.examples import Row


def find(rows: Sequence[Row], authors: Mapping[str, str]) -> list[Found]:
    likes = first_likes(rows, authors)
    accounts = len({like.account for like in likes})
    best: dict[tuple[str, str], Found] = {}
    for window_s in WINDOWS_S:
        met: Counter[tuple[str, str]] = Counter()
        exposure: Counter[str] = Counter()
        for mine in by_content(likes).values():
            for position, like in enumerate(mine):
                near = [e for e in mine[:position] if like.ts - e.ts <= window_s * 1_000_000]
                for other in near[-MOST_MEETINGS:]:
                    met[min(like.account, other.account), max(like.account, other.account)] += 1
                    exposure[like.account] += 1
                    exposure[other.account] += 1
        background = exposure.total() + len(likes)
        tails = {}
        for (one, two), count in met.items():
            if count >= FEWEST_CONTENTS:
                expected = exposure[one] * exposure[two] / background
                tails[one, two] = (log_tail(count, expected, math.inf), count, expected)
        limit = discovered(
            [log_p for log_p, _, _ in tails.values()],
            accounts * (accounts - 1) / 2,
            FALSE_DISCOVERY_RATE,
        )
        for pair, (log_p, count, expected) in tails.items():
            bits = whole(calibrated(log_p) - math.log2(len(WINDOWS_S)))
            if log_p <= limit and (pair not in best or bits > best[pair].bits):
                facts = {"contents": count, "window_s": window_s, "expected": expected}
                best[pair] = found("pair_lockstep", "|".join(pair), bits, **facts)
    return list(best.values())
