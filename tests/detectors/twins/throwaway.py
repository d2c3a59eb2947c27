"""Twin of the throwaway detector."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.detectors.twins.likes import first_likes, found
from tests.detectors.twins.odds import (
    calibrated,
    clip,
    discovered,
    log_tail,
    quantile,
    rate_bits,
    whole,
)

from zhenzan.detectors import peers
from zhenzan.detectors import throwaway as limits
from zhenzan.detectors.base import LEAST_BITS
from zhenzan.kernels import peers as kernel
from zhenzan.model import PRIOR_BITS
from zhenzan.reasons import REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.detectors.logs import Found

    from zhenzan.detectors.examples import Row

DEEPER = {"comment", "share", "favorite", "follow"}


@dataclass(frozen=True)
class Look:
    """A content's likes by accounts of at most ``life`` events, beside its peers'."""

    log_p: float
    life: int
    count: int
    expected: float


@dataclass
class Content:
    """What is known of a content with an excess."""

    look: Look
    bits: float
    said: bool = False
    facts: dict[str, float] = field(default_factory=dict)


def find(rows: Sequence[Row], authors: Mapping[str, str]) -> list[Found]:
    likes = [(like.account, like.content) for like in first_likes(rows, authors)]
    life = Counter(row.account_id for row in rows)
    boosted = excess(likes, life)
    small = [(a, c) for a, c in likes if c in boosted and life[a] <= boosted[c].look.life]
    liked, ordered = Counter(a for a, _ in likes), Counter(a for a, _ in small)
    habits = habits_of(rows)
    habits["dedicated"] = {a: max(ordered[a], 1) >= liked[a] for a in liked}
    odds: dict[tuple[str, str], float] = defaultdict(float)
    for name, has in habits.items():
        for code, about in boosted.items():
            elsewhere = [
                has[a] for a, c in likes if c not in boosted and life[a] <= about.look.life
            ]
            here = [a for a, c in small if c == code]
            usual = (sum(elsewhere) + 1) / (len(elsewhere) + 2)
            hits, trials = sum(has[a] for a in here), len(here)
            share = (hits + usual) / (trials + 1)
            about.facts[f"{name}_percent"] = 100 * share
            if trials and len(elsewhere) >= limits.FEWEST_PEERS:
                weigh(about, name, hits, trials, usual)
                for account in here:
                    odds[account, code] += own(has[account], share, usual)
    for code, about in boosted.items():
        clock(rows, life, code, about, [a for a, c in small if c == code])
    return [f for f in findings(boosted, small, odds, ordered, liked) if f.bits > LEAST_BITS]


def excess(likes: list[tuple[str, str]], life: Counter[str]) -> dict[str, Content]:
    """Contents with too many likes by accounts that hardly exist."""
    popularity = Counter(content for _, content in likes)
    best: dict[str, Look] = {}
    for most in peers.LIVES:
        count = Counter(c for a, c in likes if life[a] <= most)
        for content, seen in look(count, popularity, most).items():
            best[content] = min(best.get(content, seen), seen, key=lambda s: s.log_p)
    paid = {c: min(s.log_p + math.log(len(peers.LIVES)), 0.0) for c, s in best.items()}
    limit = discovered(list(paid.values()), len(paid), peers.FALSE_DISCOVERY_RATE)
    return {
        c: Content(best[c], PRIOR_BITS["content"] + min(calibrated(paid[c]), peers.MOST_BITS))
        for c in sorted(paid)
        if paid[c] <= limit
    }


def look(count: Counter[str], popularity: Counter[str], most: int) -> dict[str, Look]:
    others = {c: max(n - count[c], 1) for c, n in popularity.items()}
    middle = quantile([count[c] / n for c, n in others.items()], 0.5) if others else 0.0
    usual = {c for c, n in others.items() if count[c] / n <= middle}
    variation = kernel.FIRST_VARIATION
    looks: dict[str, Look] = {}
    for turn in range(kernel.ROUNDS):
        rate = (sum(count[c] for c in usual) + 1) / (sum(others[c] for c in usual) + 1)
        if turn:
            repeats = sum(count[c] * (count[c] - 1) for c in usual)
            squares = sum((rate * others[c]) ** 2 for c in usual)
            variation = max(repeats / max(squares, 1e-9) - 1, kernel.LEAST_VARIATION)
        for c, n in others.items():
            tail = log_tail(count[c], rate * n, 1 / variation)
            log_p = tail if count[c] >= peers.FEWEST_LIKES else 0.0
            looks[c] = Look(log_p, most, count[c], rate * n)
        usual = {c for c, seen in looks.items() if seen.log_p > math.log(kernel.UNUSUAL)}
    return looks


def habits_of(rows: Sequence[Row]) -> dict[str, dict[str, bool]]:
    """What each account did nothing else than; when accounts were made these logs do not say."""
    did: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        did[row.account_id][row.event_type] += 1
    return {
        "shallow": {a: not DEEPER & kinds.keys() for a, kinds in did.items()},
        "single": {a: kinds["view"] <= kinds["like"] for a, kinds in did.items()},
    }


def weigh(about: Content, name: str, hits: int, trials: int, usual: float) -> None:
    """Hear one further fact; liking nothing else is none."""
    bits = rate_bits(hits, trials, usual, limits.PEER_SPREAD, limits.FACT_ERRAND)
    bits = clip(bits, limits.LEAST_FACT_BITS, limits.MOST_FACT_BITS)
    about.bits += bits
    about.said |= name != "dedicated" and bits >= limits.CORROBORATION_BITS


def own(has: bool, here: float, usual: float) -> float:
    ratio = here / usual if has else (1 - here) / (1 - usual)
    return clip(math.log2(max(ratio, 1e-6)), limits.LEAST_OWN_BITS, limits.MOST_OWN_BITS)


def clock(
    rows: Sequence[Row], life: Counter[str], code: str, about: Content, accounts: list[str]
) -> None:
    """Hear how far apart the likes and other people's views are."""
    likes = [
        min(
            r.ts_us for r in rows if (r.event_type, r.account_id, r.content_id) == ("like", a, code)
        )
        for a in accounts
    ]
    views = [
        row.ts_us
        for row in rows
        if (row.event_type, row.content_id) == ("view", code)
        and life[row.account_id] > about.look.life
    ]
    distance = bits = 0.0
    if likes and len(views) >= limits.FEWEST_VIEWS:
        apart = max(
            abs(part(likes, at, inclusive=inclusive) - part(views, at, inclusive=True))
            for at in likes
            for inclusive in (True, False)
        )
        distance = max(apart - len(likes) ** -0.5, 0.0)
        bits = limits.BITS_PER_DISTANCE * (distance - limits.USUAL_DISTANCE)
        bits = clip(bits, limits.LEAST_FACT_BITS, limits.MOST_FACT_BITS)
    about.facts["distance_percent"] = 100 * distance
    about.bits += bits
    about.said |= bits >= limits.CORROBORATION_BITS


def part(times: list[int], until: int, *, inclusive: bool) -> float:
    return sum(at < until or (inclusive and at == until) for at in times) / len(times)


def findings(
    boosted: dict[str, Content],
    small: list[tuple[str, str]],
    odds: dict[tuple[str, str], float],
    ordered: Counter[str],
    liked: Counter[str],
) -> list[Found]:
    results = []
    for code, about in boosted.items():
        seen = about.look
        if not about.said:
            about.bits = min(about.bits, limits.UNCORROBORATED_BITS)
        about.facts |= {"likes": seen.count, "expected": seen.expected, "events": seen.life}
        weight = whole(about.bits - PRIOR_BITS["content"])
        results.append(found("content_throwaway_likes", code, weight, **about.facts))
    told_of = set()
    for account, code in small:
        about = boosted[code]
        own_odds = odds[account, code] if about.said else min(odds[account, code], 0.0)
        chance = (about.look.expected + 1) / (about.look.count + 1)
        sure = (1 - chance) / (1 + 2**-about.bits)
        bits = gain("like_of_throwaway", sure, own_odds)
        results.append(found("like_of_throwaway", f"{account} {code}", bits, **about.facts))
        if account not in told_of:
            told_of.add(account)
            sure *= min(2 * ordered[account] / liked[account], limits.MOST_ACCOUNT_SHARE)
            bits = gain("account_throwaway", sure, min(own_odds, 0.0))
            results.append(found("account_throwaway", account, bits, **about.facts))
    return results


def gain(code: str, sure: float, odds: float) -> float:
    return whole(math.log2(sure / (1 - sure)) + odds - PRIOR_BITS[REASONS[code].entity])
