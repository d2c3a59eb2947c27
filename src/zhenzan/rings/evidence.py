"""Ask every witness that the log allows about every ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.arrays import column
from zhenzan.model import MICROSECONDS_PER_HOUR
from zhenzan.rings.conduct import hear_conduct
from zhenzan.rings.explained import explained
from zhenzan.rings.habits import habits_of_rings
from zhenzan.rings.homes import hear_homes
from zhenzan.rings.life import hear_lives
from zhenzan.rings.places import hear_places
from zhenzan.rings.registration import hear_cohorts
from zhenzan.rings.times import Times, by_hour, days, order_times, sleepless, spreads, synchrony
from zhenzan.rings.ways import hear_ways
from zhenzan.rings.witnesses import (
    Outsiders,
    Witness,
    fringeless,
    ledger,
    ordered_posts,
    reciprocal,
    size,
    unrelated_targets,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from zhenzan.engines.base import Engine
    from zhenzan.rings.choices import Choices
    from zhenzan.rings.groups import Group

COMMON_CHOICE_BITS = 6.0
"""That the group is no chance. The prior takes it back: what the other witnesses add must tell."""
# Upper bounds of the witnesses' weights, bits. A glance and a shared address stay below what
# corroborates: who hunts giveaways or follows a push glances too, and a campus is one address.
MOST_UNSEEN_BITS = 8.0
MOST_GLANCED_BITS = 1.5
MOST_DEVICELESS_BITS = 6.0

RING_LIKES = """
SELECT ring, "like", account, content, ts, device, ip, delay FROM (
    SELECT m.ring, f."like", f.account, f.content, f.ts, f.device, f.ip,
           f.ts - coalesce(c.published_at, a.first_ts) AS delay,
           row_number() OVER (PARTITION BY f."like" ORDER BY m.ring) AS place
    FROM group_members m
    JOIN firsts f ON f.account = m.account
    JOIN group_targets t ON t.ring = m.ring AND t.content = f.content
    JOIN contents_in c ON c.content = f.content
    JOIN content_activity a ON a.content = f.content
) WHERE place = 1
"""
"""Members' likes of targets. An account may belong to two rings; its like to the first only."""

CLOCK = """
SELECT ring, content, delay, before, audience FROM (
    SELECT ring, "like", content, delay, is_like,
           sum(1 - is_like) OVER (PARTITION BY content ORDER BY ts, is_like, "like"
                                  ROWS UNBOUNDED PRECEDING) AS before,
           sum(1 - is_like) OVER (PARTITION BY content) AS audience
    FROM (
        SELECT content, ts, 1 AS is_like, ring, "like", delay FROM ring_likes
        UNION ALL
        SELECT o.content, o.ts, 0 AS is_like, NULL AS ring, NULL AS "like", NULL AS delay
        FROM {others} o
        WHERE o.content IN (SELECT content FROM group_targets)
        AND o.account NOT IN (SELECT account FROM group_members)
    )
) WHERE is_like = 1 ORDER BY ring, "like"
"""
"""Each ring like, with how many of the content's audience outside any ring came before it."""

ELSEWHERE = """
SELECT content, ts FROM firsts WHERE content NOT IN (SELECT content FROM group_targets)
ORDER BY content, ts
"""

OUTSIDER_HOURS = f"""
SELECT cast(floor(ts / {MICROSECONDS_PER_HOUR}) AS bigint) % 24 AS hour, count(*) AS likes
FROM firsts WHERE account NOT IN (SELECT account FROM group_members)
GROUP BY 1 ORDER BY 1
"""

RING_PATHS = """
SELECT r.ring, r.account, {counts} FROM ring_likes r JOIN like_path p ON p."like" = r."like"
GROUP BY r.ring, r.account ORDER BY r.ring, r.account
"""
OUTSIDER_PATHS = """
SELECT p.account, {counts} FROM like_path p
WHERE p.account NOT IN (SELECT account FROM group_members)
GROUP BY p.account ORDER BY p.account
"""
PATH_COUNTS = """
count(*) AS likes, cast(sum(p.unseen) AS bigint) AS unseen,
count(*) FILTER (WHERE p.unseen = 0 AND p.watched IS NOT NULL) AS watched,
count(*) FILTER (WHERE p.unseen = 0 AND p.watched <= (
    SELECT percentile_disc(0.1) WITHIN GROUP (ORDER BY watched) FROM like_path WHERE unseen = 0
)) AS glanced
"""

RING_DEVICELESS = """
SELECT ring, account, count(*) AS likes, count(*) FILTER (WHERE device IS NULL) AS deviceless
FROM ring_likes GROUP BY ring, account ORDER BY ring, account
"""
OUTSIDER_DEVICELESS = """
SELECT account, count(*) AS likes, count(*) FILTER (WHERE device IS NULL) AS deviceless
FROM endorsements WHERE account NOT IN (SELECT account FROM group_members)
GROUP BY account ORDER BY account
"""


class Evidence:
    """Reads what the witnesses need for all rings at once, then answers ring by ring.

    Args:
        engine: Holds ``group_members`` (ring, account) and ``group_targets`` (ring, content).
        present: What the log holds.
        choices: Who chose what.
    """

    def __init__(self, engine: Engine, present: frozenset[str], choices: Choices) -> None:
        self._choices = choices
        engine.create("ring_likes", RING_LIKES)
        others = "(SELECT content, ts, account FROM events WHERE event_type = 1)"
        likes = engine.query(CLOCK.format(others=others if "view" in present else "firsts"))
        self._ring = column(likes, "ring")
        self._published = "published_at" in present
        self._times = Times(*(column(likes, n) for n in ("content", "delay", "before", "audience")))
        spaced = engine.query("SELECT ring, content, ts FROM ring_likes ORDER BY ring, content, ts")
        self._spaced = [column(spaced, name) for name in ("ring", "content", "ts")]
        elsewhere = engine.query(ELSEWHERE)
        self._elsewhere = spreads(column(elsewhere, "content"), column(elsewhere, "ts"), 5)
        hours = engine.query(OUTSIDER_HOURS)
        self._by_hour = np.zeros(24, np.int64)
        self._by_hour[column(hours, "hour")] = column(hours, "likes")
        insiders = np.zeros(choices.accounts, bool)
        insiders[column(engine.query("SELECT account FROM group_members"), "account")] = True
        self._outsiders = Outsiders.of(choices, insiders)
        self._heard: dict[int, list[Witness]] = {}
        if "view" in present:
            rings = engine.query(RING_PATHS.format(counts=PATH_COUNTS))
            outsiders = engine.query(OUTSIDER_PATHS.format(counts=PATH_COUNTS))
            self._hear_habit("ring_unseen", rings, outsiders, ("unseen", "likes"), MOST_UNSEEN_BITS)
            self._hear_habit(
                "ring_glanced", rings, outsiders, ("glanced", "watched"), MOST_GLANCED_BITS
            )
        for number, witnesses in hear_conduct(engine, choices.accounts, present).items():
            self._heard.setdefault(number, []).extend(witnesses)
        for number, witness in hear_ways(engine, present):
            self._heard.setdefault(number, []).append(witness)
        if "device_id" in present:
            rings, outsiders = engine.query(RING_DEVICELESS), engine.query(OUTSIDER_DEVICELESS)
            self._hear_habit(
                "ring_deviceless", rings, outsiders, ("deviceless", "likes"), MOST_DEVICELESS_BITS
            )
        for number, witness in hear_places(engine, present):
            self._heard.setdefault(number, []).append(witness)
        self._homes = dict(hear_homes(engine)) if "ip" in present else {}
        for number, witness in (*hear_cohorts(engine), *hear_lives(engine)):
            self._heard.setdefault(number, []).append(witness)

    def _hear_habit(
        self, code: str, rings: pa.Table, outsiders: pa.Table, names: tuple[str, str], most: float
    ) -> None:
        for number, heard in habits_of_rings(code, rings, outsiders, names, most):
            self._heard.setdefault(number, []).append(heard)

    def _hear_times(self, ring: int, group: Group) -> Iterator[Witness]:
        rings, content, ts = self._spaced
        rows = slice(*np.searchsorted(rings, [ring, ring + 1]))
        yield synchrony(spreads(content[rows], ts[rows], 2), self._elsewhere)
        yield sleepless(by_hour(ts[rows]), self._by_hour)
        yield fringeless(self._choices, group, days(content[rows], ts[rows]))

    def homes(self, ring: int) -> list[Witness]:
        """What is said of where one ring's members live, if anything."""
        return [self._homes[ring]] if ring in self._homes else []

    def witnesses(self, ring: int, group: Group) -> list[Witness]:
        """What every witness says about one ring."""
        rows = slice(*np.searchsorted(self._ring, [ring, ring + 1]))
        facts: dict[str, float | int] = {
            "members": len(group.members),
            "targets": len(group.targets),
        }
        heard = [
            Witness("ring_common_choice", COMMON_CHOICE_BITS, facts),
            size(len(group.members)),
            order_times(self._times.at(rows), published=self._published),
            *self._hear_times(ring, group),
            unrelated_targets(self._choices, group, self._outsiders),
            reciprocal(self._choices, group),
            ledger(self._choices, group),
            ordered_posts(self._choices, group),
            *self._heard.get(ring, ()),
            *self.homes(ring),
        ]
        return explained(heard)
