"""Twin of the coaction detector."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from tests.detectors.twins.likes import first_likes, found
from tests.detectors.twins.odds import calibrated, discovered, log_tail, whole

from zhenzan.kernels.overlap import FALSE_DISCOVERY_RATE, FEWEST_COMMON, POPULARITY_LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.detectors.logs import Found

    from zhenzan.detectors.examples import Row

Look = tuple[float, int, float]
"""Log p, shared contents, expected contents."""


def find(rows: Sequence[Row], authors: Mapping[str, str]) -> list[Found]:
    likes = [(like.account, like.content) for like in first_likes(rows, authors)]
    accounts = sorted({account for account, _ in likes})
    popularity = Counter(content for _, content in likes)
    best: dict[tuple[str, str], Look] = {}
    for limit in POPULARITY_LIMITS:
        kept = [(a, c) for a, c in likes if 2 <= popularity[c] <= limit]
        for pair, seen in look(kept, accounts).items():
            best[pair] = min(best.get(pair, seen), seen, key=lambda s: s[0])
    paid = {pair: min(s[0] + math.log(len(POPULARITY_LIMITS)), 0) for pair, s in best.items()}
    tries = len(accounts) * (len(accounts) - 1) / 2
    limit_p = discovered(list(paid.values()), tries, FALSE_DISCOVERY_RATE)
    return [
        found(
            "pair_common_contents",
            "|".join(pair),
            whole(calibrated(paid[pair])),
            shared=seen[1],
            expected=seen[2],
        )
        for pair, seen in best.items()
        if paid[pair] <= limit_p
    ]


def look(likes: list[tuple[str, str]], accounts: list[str]) -> dict[tuple[str, str], Look]:
    """Pairs that share contents more than chance, by their own activity."""
    chosen: dict[str, set[str]] = defaultdict(set)
    for account, content in likes:
        chosen[account].add(content)
    degree = {account: len(chosen[account]) for account in accounts}
    popularity = Counter(content for _, content in likes)
    total = max(len(likes), 1)
    concentration = sum(p * (p - 1) for p in popularity.values()) / total**2
    shared = {(a, b): len(chosen[a] & chosen[b]) for a, b in combinations(accounts, 2)}
    shape = taste(degree, shared, concentration)
    looks = {}
    for (a, b), common in shared.items():
        if common >= FEWEST_COMMON:
            expected = degree[a] * degree[b] * concentration
            log_p = log_tail(common, expected, shape)
            if log_p < math.log(0.01):
                looks[a, b] = (log_p, common, expected)
    return looks


def taste(
    degree: dict[str, int], shared: dict[tuple[str, str], int], concentration: float
) -> float:
    """Gamma shape of taste among the more active three quarters."""
    ordered = sorted(degree.values())
    middle = len(ordered) // 2
    median = (ordered[middle] + ordered[~middle]) / 2 if ordered else 0
    squares = sum(d * d for d in ordered)
    repeats: Counter[str] = Counter()
    for pair, x in shared.items():
        for account in pair:
            repeats[account] += x * (x - 1)
    ratios = [
        (repeats[account], (d * concentration) ** 2 * (squares - d * d))
        for account, d in degree.items()
        if d >= max(median, 2)
    ]
    if len(ratios) < 20:
        return 1.0
    usual = sorted(ratios, key=lambda r: r[0] / r[1])[: int(0.75 * len(ratios))]
    ratio = sum(r for r, _ in usual) / sum(s for _, s in usual)
    return 1 / max(ratio - 1, 0.01)
