"""``zhenzan evaluate``: everything that is measured about one scan of one simulated world."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zhenzan.worlds.yardstick.measures import (
    Bin,
    Share,
    adjusted_rand,
    average_precision,
    calibration,
    clopper_pearson,
    wilson,
)
from zhenzan.worlds.yardstick.reading import Reading
from zhenzan.worlds.yardstick.text import render

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.worlds.columns import Flags, Ints
    from zhenzan.worlds.yardstick.reading import AccountTruth, ContentTruth, LikeTruth, Words

THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.99)
LEAST_LIKES = 20
"""Contents with fewer likes say little about the error of ``true_likes``."""


@dataclass(frozen=True)
class AtThreshold:
    """Likes that score at least ``threshold``: how many of them are fake, of the fake how many."""

    threshold: float
    precision: Share
    recall: Share


@dataclass(frozen=True)
class ModeQuality:
    """One way to fake.

    Attributes:
        mode: Its word.
        skill: The sellers' skill, 0–2.
        recall: Share of its fake likes, camouflage included, with verdict fake.
        recall_bought: Share of the likes of its campaigns with verdict fake.
        suspected: Share of its fake likes with verdict fake or suspect.
        accounts: Share of its accounts with verdict fake.
        list_price: Yuan for a like.
        paid_per_surviving: Yuan for a like that survives; None if none does.
        multiple: ``paid_per_surviving`` by ``list_price``; None if no like survives.
    """

    mode: str
    skill: int
    recall: Share
    recall_bought: Share
    suspected: Share
    accounts: Share
    list_price: float
    paid_per_surviving: float | None
    multiple: float | None


@dataclass(frozen=True)
class CrowdQuality:
    """One honest crowd: shares of its genuine likes and of its accounts called fake."""

    crowd: str
    likes: Share
    accounts: Share


@dataclass(frozen=True)
class ContentQuality:
    """Contents.

    Attributes:
        contents: Contents with at least 20 likes.
        mean_relative_error: Mean of |true_likes - genuine| / genuine over them.
        total_relative_error: Sum of |true_likes - genuine| by sum of genuine over them.
        mean_relative_error_of_count: The first for the plain like count.
        mean_relative_error_bought: The first over those that somebody bought for.
        inside_interval: Share whose genuine likes lie in the 90% interval.
        recall: Share of the bought contents called boosted.
        precision: Share of the contents called boosted that were bought.
    """

    contents: int
    mean_relative_error: float | None
    total_relative_error: float | None
    mean_relative_error_of_count: float | None
    mean_relative_error_bought: float | None
    inside_interval: Share
    recall: Share
    precision: Share


@dataclass(frozen=True)
class RingQuality:
    """Rings against the sellers' pools.

    Attributes:
        adjusted_rand: Agreement over all accounts that are in a pool or a ring.
        purity: Share of the rings' accounts that are of their ring's commonest pool.
        coverage: Share of the pools' accounts that are in a ring.
    """

    adjusted_rand: float | None
    purity: Share
    coverage: Share


@dataclass(frozen=True)
class Evaluation:
    """How good one scan is.

    Attributes:
        judged: Share of the likes that the scan judged.
        recall: Share of the fake likes with verdict fake.
        precision: Share of the likes with verdict fake that are fake.
        false_likes: Share of the genuine likes with verdict fake.
        false_accounts: Share of the honest accounts with verdict fake.
        average_precision: Of the like scores; None without fake likes.
        account_average_precision: Of the account scores.
        thresholds: Precision and recall at fixed like scores.
        calibration: Reliability table of like scores.
        calibration_error: Expected calibration error of like scores.
        modes: By way to fake.
        crowds: By honest crowd.
        contents: Contents.
        rings: Rings.
    """

    judged: Share
    recall: Share
    precision: Share
    false_likes: Share
    false_accounts: Share
    average_precision: float | None
    account_average_precision: float | None
    thresholds: tuple[AtThreshold, ...]
    calibration: tuple[Bin, ...]
    calibration_error: float | None
    modes: tuple[ModeQuality, ...]
    crowds: tuple[CrowdQuality, ...]
    contents: ContentQuality
    rings: RingQuality

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, words and lists, ready for JSON."""
        return asdict(self)

    def text(self) -> str:
        """The figures as tables for a person."""
        return render(self)


def evaluate(scan: Path, truth: Path) -> Evaluation:
    """Measure a scan by the truth of the world that it scanned.

    Args:
        scan: Directory that ``zhenzan scan`` wrote.
        truth: Directory that ``zhenzan simulate`` wrote, or its ``truth`` folder.

    Raises:
        InputError: A file is missing or cannot be read.
    """
    reading = Reading(scan, truth)
    likes, accounts = reading.likes(), reading.accounts()
    table, error = calibration(likes.score[likes.judged], likes.fake[likes.judged])
    return Evaluation(
        judged=wilson(_n(likes.judged), len(likes.judged)),
        recall=_share(likes.accused, likes.fake),
        precision=_share(likes.fake, likes.accused),
        false_likes=_rare(likes.accused, ~likes.fake),
        false_accounts=_rare(accounts.accused, accounts.honest),
        average_precision=average_precision(likes.score, likes.fake),
        account_average_precision=average_precision(accounts.score, ~accounts.honest),
        thresholds=tuple(
            AtThreshold(
                threshold=t,
                precision=_share(likes.fake, likes.score >= t),
                recall=_share(likes.score >= t, likes.fake),
            )
            for t in THRESHOLDS
        ),
        calibration=tuple(table),
        calibration_error=error,
        modes=_modes(likes, accounts, reading.prices()),
        crowds=_crowds(likes, accounts),
        contents=_contents(reading.contents()),
        rings=_rings(accounts),
    )


def _n(flags: Flags) -> int:
    return int(np.count_nonzero(flags))


def _share(hit: Flags, among: Flags) -> Share:
    return wilson(_n(hit & among), _n(among))


def _rare(hit: Flags, among: Flags) -> Share:
    return clopper_pearson(_n(hit & among), _n(among))


def _modes(
    likes: LikeTruth, accounts: AccountTruth, prices: dict[str, tuple[float, int]]
) -> tuple[ModeQuality, ...]:
    modes = []
    for mode in sorted(set(prices) | (set(likes.mode.tolist()) - {""})):
        price, skill = prices.get(mode, (0.0, 0))
        mine = likes.mode == mode
        ordered = mine & likes.bought
        surviving = _n(ordered & ~likes.accused)
        multiple = _n(ordered) / surviving if surviving else None
        modes.append(
            ModeQuality(
                mode=mode,
                skill=skill,
                recall=_share(likes.accused, mine),
                recall_bought=_share(likes.accused, ordered),
                suspected=_share(likes.suspected, mine),
                accounts=_share(accounts.accused, (accounts.mode == mode) & ~accounts.honest),
                list_price=price,
                paid_per_surviving=None if multiple is None else price * multiple,
                multiple=multiple,
            )
        )
    return tuple(modes)


def _crowds(likes: LikeTruth, accounts: AccountTruth) -> tuple[CrowdQuality, ...]:
    return tuple(
        CrowdQuality(
            crowd=crowd,
            likes=_rare(likes.accused, likes.crowd == crowd),
            accounts=_rare(accounts.accused, accounts.honest & (accounts.crowd == crowd)),
        )
        for crowd in sorted(set(accounts.crowd[accounts.honest].tolist()))
    )


def _contents(contents: ContentTruth) -> ContentQuality:
    big = contents.likes >= LEAST_LIKES
    genuine = np.maximum(contents.genuine, 1)
    gap = np.abs(contents.estimate - contents.genuine) / genuine
    plain = np.abs(contents.likes - contents.genuine) / genuine
    inside = (contents.low <= contents.genuine) & (contents.genuine <= contents.high)

    def mean(values: Any, which: Flags) -> float | None:
        return float(values[which].mean()) if which.any() else None

    return ContentQuality(
        contents=_n(big),
        mean_relative_error=mean(gap, big),
        total_relative_error=_total_error(contents, big),
        mean_relative_error_of_count=mean(plain, big),
        mean_relative_error_bought=mean(gap, big & contents.bought),
        inside_interval=_share(inside, big),
        recall=_share(contents.accused, contents.bought),
        precision=_share(contents.bought, contents.accused),
    )


def _total_error(contents: ContentTruth, which: Flags) -> float | None:
    genuine = int(contents.genuine[which].sum())
    gap = np.abs(contents.estimate - contents.genuine)[which]
    return float(gap.sum()) / genuine if genuine else None


def _rings(accounts: AccountTruth) -> RingQuality:
    in_pool, in_ring = accounts.pool != "", accounts.ring != ""
    either = in_pool | in_ring
    pool, ring = _groups(accounts.pool[either]), _groups(accounts.ring[either])
    ringed = in_ring[either]
    pure = 0
    if ringed.any():
        sold = ringed & in_pool[either]
        cells, counts = np.unique(np.stack([ring[sold], pool[sold]]), axis=1, return_counts=True)
        most = np.zeros(int(ring.max()) + 1, dtype=np.int64)
        np.maximum.at(most, cells[0], counts)
        pure = int(most.sum())
    return RingQuality(
        adjusted_rand=adjusted_rand(pool, ring) if either.any() else None,
        purity=wilson(pure, _n(ringed)),
        coverage=_share(in_ring, in_pool),
    )


def _groups(words: Words) -> Ints:
    """Number the groups; an entity in none is a group of its own."""
    _, code = np.unique(words.astype(str), return_inverse=True)
    alone = words == ""
    code = code.astype(np.int64)
    code[alone] = int(code.max(initial=0)) + 1 + np.arange(_n(alone))
    return code
