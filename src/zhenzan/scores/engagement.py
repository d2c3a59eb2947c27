"""The engagement score (真实互动分): genuine engagement of a content, as a quantile among peers."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from zhenzan.arrays import column
from zhenzan.kernels.visits import MOST_COMMENTS, MOST_WATCH_MS
from zhenzan.scores import peers
from zhenzan.scores.peers import PPM, Floats, Ints
from zhenzan.scores.weights import TOTAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhenzan.engines.base import Engine
    from zhenzan.scores.weights import EngagementWeights

DAY_US = 86_400_000_000
UNKNOWN = -1
WATCH_UNIT_MS = 15_000
"""A quarter of a minute of watching counts as one act."""
MOST_OF = {"dwell": MOST_WATCH_MS // WATCH_UNIT_MS, "comments": MOST_COMMENTS}
"""Part → the most acts of one viewer, where it is not 1."""

COUNTS = """
SELECT e.content, coalesce(t.number, -1) AS topic, coalesce(a.followers, -1) AS followers,
       CASE WHEN c.published_at IS NULL THEN -1
            ELSE greatest({as_of} - c.published_at, 0) END AS age_us,
       coalesce(e.genuine_viewers, 0) AS viewers, coalesce(e.watchers, 0) AS watchers,
       coalesce(e.timed_viewers, 0) AS timed_viewers,
       coalesce(e.finishers, 0) AS completion,
       cast(floor(coalesce(e.watch_ms, 0) * 1e0 / {unit}) AS bigint) AS dwell,
       coalesce(e.genuine_comments, 0) AS comments, coalesce(e.genuine_sharers, 0) AS shares,
       coalesce(e.share_arrivals, 0) AS arrivals, coalesce(e.genuine_favorites, 0) AS favorites,
       coalesce(e.genuine_follows, 0) AS follows
FROM engagement_counts e
JOIN contents_in c ON c.content = e.content
LEFT JOIN accounts_in a ON a.account = c.author
LEFT JOIN topics t ON t.topic = c.topic
WHERE e.genuine_viewers >= {fewest}
ORDER BY e.content
"""
TOPICS = """
SELECT topic, row_number() OVER (ORDER BY topic) - 1 AS number
FROM contents_in WHERE topic IS NOT NULL GROUP BY topic
"""

BASES = {"completion": "watchers", "dwell": "timed_viewers"}
"""Part → the viewers it is a rate of, where these are not all genuine viewers."""


def score_engagement(engine: Engine, weights: EngagementWeights, as_of_us: int) -> tuple[str, ...]:
    """Fill ``content_engagement`` and ``peer_rates``.

    ``content_engagement``: content, peer_group, score, low, high (hundredths) and the
    hundredths of each part, which add up to the score; only contents that have a score.
    ``peer_rates``: peer_group, part, contents, rate (per genuine viewer; dwell in s).

    Args:
        engine: Holds ``engagement_counts``.
        weights: What the parts weigh.
        as_of_us: When the log ends, µs since 1970.

    Returns:
        The parts that the log can tell of; none where it tells too little for a score.
    """
    engine.create("topics", TOPICS)
    rows = engine.query(
        COUNTS.format(as_of=as_of_us, fewest=weights.fewest_viewers, unit=WATCH_UNIT_MS)
    )
    counts = {name: column(rows, name) for name in rows.column_names}
    logged = {
        part.name: float(part.weight) for part in weights.parts if counts[part.name].sum() > 0
    }
    told = sum(logged.values())
    enough = told >= weights.least_weight
    scaled = {part: TOTAL * weight / told for part, weight in logged.items()} if enough else {}
    topics = engine.query("SELECT topic FROM topics ORDER BY number").column("topic").to_pylist()
    traits = _traits(counts, weights, topics)
    bands = {trait: band for trait, (band, _) in traits.items()}
    fewest = weights.fewest_peers if enough else len(rows) + 1
    groups = peers.group(bands, weights.peer_levels, len(rows), fewest)
    names = _names(groups, traits, weights.peer_levels)
    _store(engine, weights, counts, groups, scaled, names)
    return tuple(scaled)


def _traits(
    counts: Mapping[str, Ints], weights: EngagementWeights, topics: Sequence[str]
) -> dict[str, tuple[Ints, dict[int, str | None]]]:
    """Per trait, the band of each content, and what each band is called."""

    def banded(value: Ints, bounds: Sequence[int], unit: int) -> Ints:
        found = np.searchsorted(np.array(bounds, np.int64) * unit, value, "right")
        return np.where(value < 0, UNKNOWN, found).astype(np.int64)

    return {
        "topic": (counts["topic"], {UNKNOWN: None, **dict(enumerate(topics))}),
        "size": (
            banded(counts["followers"], weights.size_bands, 1),
            _ranges(weights.size_bands),
        ),
        "age": (
            banded(counts["age_us"], weights.age_bands_days, DAY_US),
            _ranges(weights.age_bands_days),
        ),
    }


def _ranges(bounds: Sequence[int]) -> dict[int, str | None]:
    inner = [f"{low}-{high}" for low, high in itertools.pairwise(bounds)]
    return {UNKNOWN: None, **dict(enumerate([f"<{bounds[0]}", *inner, f">={bounds[-1]}"]))}


def _names(
    groups: peers.Groups,
    traits: Mapping[str, tuple[Ints, dict[int, str | None]]],
    levels: Sequence[Sequence[str]],
) -> list[str]:
    """What each group is called: what its members have in common, as JSON."""
    found = []
    for level, members in zip(groups.level, groups.members, strict=True):
        common = {}
        for trait in levels[level]:
            band, words = traits[trait]
            common[trait] = words[int(band[members[0]])]
        found.append(json.dumps(common, ensure_ascii=False))
    return found


def _store(
    engine: Engine,
    weights: EngagementWeights,
    counts: Mapping[str, Ints],
    groups: peers.Groups,
    scaled: Mapping[str, float],
    names: Sequence[str],
) -> None:
    size = len(counts["content"])
    told = {name: np.zeros(size, np.int64) for name in ("score", "low", "high", *_parts(weights))}
    rates = []
    viewers = {part: counts[BASES.get(part, "viewers")] for part in scaled}
    for number, members in enumerate(groups.members):
        own = members[groups.of[members] == number]
        inside = {part: counts[part][members] for part in scaled}
        among = {part: viewers[part][members] for part in scaled}
        standing = _stand(inside, among, scaled, weights.borrowed_acts)
        for name, values in standing.items():
            told[name][own] = values[groups.of[members] == number]
        for part in scaled:
            act = WATCH_UNIT_MS / 1000 if part == "dwell" else 1.0
            mean = act * inside[part].sum() / max(int(among[part].sum()), 1)
            rates.append((names[number], part, len(members), round(float(mean), 6)))
    kept = np.flatnonzero(groups.of != peers.NO_PEERS)
    table = {
        "content": counts["content"][kept],
        "peer_group": pa.array([names[n] for n in groups.of[kept].tolist()], pa.string()),
        **{name: values[kept] for name, values in told.items()},
    }
    engine.register("content_engagement", pa.table(table))
    fields = {
        "peer_group": pa.string(),
        "part": pa.string(),
        "contents": pa.int64(),
        "rate": pa.float64(),
    }
    listed = [dict(zip(fields, row, strict=True)) for row in rates]
    engine.register("peer_rates", pa.Table.from_pylist(listed, pa.schema(list(fields.items()))))


def _stand(
    counts: Mapping[str, Ints],
    viewers: Mapping[str, Ints],
    scaled: Mapping[str, float],
    borrowed: int,
) -> dict[str, Ints]:
    """Score, interval and parts of the members of one group, in hundredths."""
    points: dict[str, Ints] = {}
    variance: Floats = np.zeros(len(next(iter(counts.values()))))
    for part, weight in scaled.items():
        most = MOST_OF.get(part, 1)
        among = np.maximum(viewers[part], 1)
        multiple, slope = peers.relative(counts[part], among, most, borrowed)
        points[part] = peers.points(multiple, weight)
        moved = slope * np.sqrt(_variance(part, counts[part], among, borrowed))
        variance = variance + (weight * PPM * moved / (1.0 + multiple) ** 2) ** 2
    index = np.sum(np.stack(list(points.values())), axis=0)
    score, low, high = peers.quantiles(index, np.sqrt(variance))
    return {"score": score, "low": low, "high": high} | _shares(score, points)


def _variance(part: str, counts: Ints, viewers: Ints, borrowed: int) -> Floats:
    """How unsure a count is: who finishes does so or not; other acts are Poisson.

    The borrowed acts are as unsure as those that were seen: with a gamma prior of shape k the
    posterior of a Poisson rate has the variance of count + k.
    """
    if part == "completion":
        return np.asarray(counts * (1.0 - np.minimum(counts / viewers, 1.0)) + borrowed)
    return np.asarray(counts + borrowed, np.float64)


def _shares(score: Ints, points: Mapping[str, Ints]) -> dict[str, Ints]:
    """The score dealt out in proportion to the points of each part; it adds up exactly."""
    found, dealt, before = {}, np.zeros_like(score), np.zeros_like(score)
    index = np.sum(np.stack(list(points.values())), axis=0)
    for part, own in points.items():
        before = before + own
        upto = score * before // index
        found[part], dealt = upto - dealt, upto
    return found


def _parts(weights: EngagementWeights) -> list[str]:
    return [part.name for part in weights.parts]
