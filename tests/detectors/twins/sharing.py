"""Twin of the device and address detectors."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from tests.detectors.twins.likes import HOUR_US, First, by_content, first_likes, found
from tests.detectors.twins.odds import calibrated, clip, quantile, rate_bits, whole

from zhenzan.detectors import address, device
from zhenzan.detectors.base import LEAST_BITS
from zhenzan.detectors.sharing import (
    FAMILY,
    FEWEST_COMMON,
    FEWEST_SHARED,
    LEAST_MEAN,
    LIFE_MARGIN_HOURS,
    MOST_LIFT,
    MOST_MEAN,
    RELATIVES,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.detectors.logs import Found

    from zhenzan.detectors.examples import Row

Unit = tuple[str, str]
"""Account, and the place it is looked at ("" for all places together)."""


@dataclass
class Share:
    """What one unit liked: by author, the expected likes of others and whether one was shared."""

    crowd: int = 0
    small: bool = True
    exposure: dict[tuple[int, str], list[tuple[float, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    hit: set[tuple[int, str]] = field(default_factory=set)

    def chance(self, lift: float) -> float:
        """Authors in common that are to be expected."""
        return sum(
            1 - math.exp(-sum(e * (1 + (lift - 1) * near(crowd)) for e, crowd in likes))
            for likes in self.exposure.values()
        )

    def mean(self, lift: float) -> float:
        return clip(self.chance(lift) / len(self.exposure), LEAST_MEAN, MOST_MEAN)


def near(crowd: int) -> float:
    """Relatives among the others at a place."""
    return min(1.0, RELATIVES / max(crowd - 1, 1))


def find_devices(rows: Sequence[Row], authors: Mapping[str, str]) -> list[Found]:
    likes = first_likes(rows, authors)
    users: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.event_type == "like" and row.device_id:
            users[row.device_id].add(row.account_id)
    best: dict[str, Found] = {}
    for (account, _), (choice, partners, share, mean) in weighed(likes, "device").items():
        at_least = sum(len(u) >= share.crowd for u in users.values()) / len(users)
        crowd = clip(calibrated(math.log(at_least)), 0, device.MOST_CROWD_BITS)
        bits = min(choice + min(crowd, choice), partners, device.MOST_BITS)
        if bits >= LEAST_BITS and (account not in best or whole(bits) > best[account].bits):
            best[account] = told("account_shared_device", account, bits, partners, share, mean)
    return list(best.values())


def find_addresses(rows: Sequence[Row], authors: Mapping[str, str]) -> list[Found]:
    results = []
    for (account, _), seen in weighed(first_likes(rows, authors), "ip").items():
        choice, partners, share, mean = seen
        bits = min(choice, partners * address.BITS_PER_PARTNER, address.MOST_BITS)
        if bits >= LEAST_BITS:
            results.append(told("account_shared_address", account, bits, partners, share, mean))
    return results


def told(code: str, account: str, bits: float, partners: int, share: Share, mean: float) -> Found:
    return found(
        code,
        account,
        whole(bits),
        accounts=share.crowd,
        partners=partners,
        authors=len(share.exposure),
        common=len(share.hit),
        expected=mean * len(share.exposure),
    )


def weighed(likes: list[First], kind: str) -> dict[Unit, tuple[float, int, Share, float]]:
    """Bits, partners, counts and mean of every unit with enough in common."""
    at: dict[str, list[First]] = defaultdict(list)
    for like in likes:
        place = like.device if kind == "device" else like.ip
        if place:
            at[place].append(like)
    at = {place: there for place, there in at.items() if len({x.account for x in there}) >= 2}
    shares: dict[Unit, Share] = defaultdict(Share)
    met: dict[tuple[Unit, Unit], int] = defaultdict(int)
    of_content = by_content(likes)
    for place, there in sorted(at.items()):
        named = {like.account: unit(like.account, place, kind) for like in there}
        for like in there:
            count(shares[named[like.account]], like, there, likes, of_content[like.content])
        for one, two in combinations(there, 2):
            if one.content == two.content:
                met[named[one.account], named[two.account]] += 1
    lift, spread = fitted(list(shares.values()))
    results = {}
    for who, share in sorted(shares.items()):
        if len(share.hit) >= FEWEST_COMMON:
            mean = share.mean(lift)
            partners = sum(
                together(met, who, other) >= FEWEST_SHARED for other in shares if other != who
            )
            bits = rate_bits(len(share.hit), len(share.exposure), mean, spread)
            results[who] = (min(bits, partners), partners, share, mean)
    return results


def unit(account: str, place: str, kind: str) -> Unit:
    return (account, place if kind == "device" else "")


def together(met: dict[tuple[Unit, Unit], int], one: Unit, two: Unit) -> int:
    return met.get((one, two), 0) + met.get((two, one), 0)


def count(
    share: Share, like: First, there: list[First], likes: list[First], same: list[First]
) -> None:
    """Add one like to what its unit liked."""
    crowd = len({x.account for x in there})
    share.crowd = max(share.crowd, crowd)
    share.small = share.small and crowd <= FAMILY
    hours = [x.ts // HOUR_US for x in same]
    low, high = min(hours) - LIFE_MARGIN_HOURS, max(hours) + LIFE_MARGIN_HOURS
    alive = [x for x in likes if low <= x.ts // HOUR_US <= high]
    alive_here = [x for x in there if low <= x.ts // HOUR_US <= high]
    here = [x for x in there if x.content == like.content]
    popularity = (len(same) - len(here) + 0.5) / (len(alive) - len(alive_here) + 1)
    others = [x for x in alive_here if x.account != like.account]
    share.exposure[like.author].append((popularity * len(others), crowd))
    if len(here) >= 2:
        share.hit.add(like.author)


def fitted(shares: list[Share]) -> tuple[float, float]:
    """Lift and spread of the units at small places."""
    family = [share for share in shares if share.small]
    lift, spread = 3.0, 0.3
    if len(family) >= 20:
        rates = [len(s.hit) / len(s.exposure) for s in family]
        top = quantile(rates, 0.9)
        usual = sum(min(r, top) * len(s.exposure) for r, s in zip(rates, family, strict=True))
        lift = clip(usual / max(sum(s.chance(1.0) for s in family), 1e-9), 1.0, MOST_LIFT)
    enough = [s for s in family if len(s.exposure) >= FEWEST_COMMON]
    if len(enough) >= 20:
        rates = [len(s.hit) / len(s.exposure) for s in enough]
        top = quantile(rates, 0.95)
        over, under = 0.0, 0.0
        for rate, share in zip(rates, enough, strict=True):
            m, n = share.mean(lift), len(share.exposure)
            over += (min(rate, top) - m) ** 2 - m * (1 - m) / n
            under += m * (1 - m) * (1 - 1 / n)
        spread = clip(over / under, 0.02, 0.3)
    return lift, spread
