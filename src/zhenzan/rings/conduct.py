"""Witnesses on what surrounds a like: do members ever look without liking, or do more than like?

People look at far more than they like, even of their favourite authors' posts, and some likes come
with a comment, a share, a favourite or a follow. Who goes to a post in order to like it does
neither. Both are measured against the log's own other accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.arrays import column
from zhenzan.rings.witnesses import Witness
from zhenzan.weights import fit_rates, rate_bits

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from zhenzan.engines.base import Engine

LEAST_BITS = -6.0
"""That members look without liking, and comment and share, speaks for a ring: it costs effort."""
FAVOURITE = 2
"""Who likes so many other posts of an author likes the author."""
SAMPLED_ACCOUNTS = 20_000
"""Habits of so many accounts outside rings are enough to know what is usual."""
FEWEST_ACCOUNTS = 20
"""Those of fewer are not: a log may know no author, or hold hardly anybody but rings."""


@dataclass(frozen=True)
class Rate:
    """One question about how often members do something.

    Attributes:
        code: Reason code of the witness.
        hits: Column that says how often.
        trials: Column that says out of how many.
        errand: Beta shapes of the rate on errands.
        keen: Mean and intra-class correlation of the rate in groups that mean it more than most
            people do, if there are such.
        most: Upper bound of the weight, bits.
    """

    code: str
    hits: str
    trials: str
    errand: tuple[float, float]
    keen: tuple[float, float] | None
    most: float


# On an errand, one look in fifty ends without a like. Fans and players of a giveaway like four in
# five of what they look at.
CONVERSION = Rate("ring_conversion", "likes", "views", (50.0, 1.0), (0.8, 1.0 / 6.0), 4.0)
# On an errand, one like in twenty comes with more; packages sell comments too.
SHALLOW = Rate("ring_shallow", "shallow", "likes", (20.0, 1.0), None, 3.0)

SAMPLE = """
SELECT account FROM account_activity
WHERE account NOT IN (SELECT account FROM group_members) AND account % {every} = 0
"""
RING_CONVERSIONS = """
SELECT v.ring, count(*) AS views, count(f.account) AS likes
FROM (
    SELECT DISTINCT m.ring, e.account, e.content FROM events e
    JOIN group_members m ON m.account = e.account
    JOIN group_targets t ON t.ring = m.ring AND t.content = e.content
    WHERE e.event_type = 1
) v LEFT JOIN firsts f ON f.account = v.account AND f.content = v.content
GROUP BY v.ring ORDER BY v.ring
"""
FAVOURITE_CONVERSIONS = """
SELECT account,
       cast(sum(CASE WHEN likes > {favourite} THEN likes ELSE 0 END) AS bigint) AS likes,
       cast(sum(views - likes + CASE WHEN likes > {favourite} THEN likes ELSE 0 END) AS bigint)
       AS views
FROM (
    SELECT v.account, v.author, count(*) AS views, count(f.account) AS likes
    FROM (
        SELECT DISTINCT e.account, e.content, c.author FROM events e
        JOIN contents_in c ON c.content = e.content
        JOIN (
            SELECT account, author FROM firsts WHERE account IN (SELECT account FROM sampled)
            GROUP BY account, author HAVING count(*) >= {favourite}
        ) l ON l.account = e.account AND l.author = c.author
        WHERE e.event_type = 1
    ) v LEFT JOIN firsts f ON f.account = v.account AND f.content = v.content
    GROUP BY v.account, v.author
) WHERE likes >= {favourite} GROUP BY account ORDER BY account
"""
"""Of the posts that an account saw of authors two *other* posts of whom it likes, how many it
likes: each post is left out when its author is judged, or the choice would prove itself."""

ALL_CONVERSIONS = """
SELECT account, likes, greatest(views, likes) AS views FROM account_life
WHERE account IN (SELECT account FROM sampled) AND views > 0 ORDER BY account
"""

RING_SHALLOW = """
SELECT r.ring, count(*) AS likes, count(*) FILTER (WHERE d.account IS NULL) AS shallow
FROM ring_likes r LEFT JOIN deeper d ON d.account = r.account AND d.content = r.content
GROUP BY r.ring ORDER BY r.ring
"""
USUAL_SHALLOW = """
SELECT f.account, count(*) AS likes, count(*) FILTER (WHERE d.account IS NULL) AS shallow
FROM firsts f LEFT JOIN deeper d ON d.account = f.account AND d.content = f.content
WHERE f.account IN (SELECT account FROM sampled)
GROUP BY f.account ORDER BY f.account
"""


def hear_conduct(
    engine: Engine, accounts: int, present: frozenset[str]
) -> dict[int, list[Witness]]:
    """What both witnesses say, per ring.

    Args:
        engine: Holds ``group_members``, ``group_targets``, ``ring_likes`` and the features.
        accounts: How many accounts there are.
        present: What the log holds.
    """
    engine.create("sampled", SAMPLE.format(every=max(accounts // SAMPLED_ACCOUNTS, 1)))
    heard: dict[int, list[Witness]] = {}
    questions = [(SHALLOW, RING_SHALLOW, USUAL_SHALLOW)]
    if "view" in present:
        usual_conversions = FAVOURITE_CONVERSIONS.format(favourite=FAVOURITE)
        questions.append((CONVERSION, RING_CONVERSIONS, usual_conversions))
    for rate, of_rings, elsewhere in questions:
        usual = engine.query(elsewhere)
        if rate is CONVERSION and usual.num_rows < FEWEST_ACCOUNTS:
            # Without authors nobody has a favourite; the keen are still known to be keen.
            usual = engine.query(ALL_CONVERSIONS)
        for ring, witness in _answers(rate, engine.query(of_rings), usual):
            heard.setdefault(ring, []).append(witness)
    return heard


def _answers(rate: Rate, rings: pa.Table, usual: pa.Table) -> Iterator[tuple[int, Witness]]:
    """Weigh each ring's rate: an errand's, or one that accounts elsewhere have?"""
    if usual.num_rows < FEWEST_ACCOUNTS:
        return
    mean, spread = fit_rates(column(usual, rate.hits), column(usual, rate.trials))
    hits, trials = column(rings, rate.hits), column(rings, rate.trials)
    bits = rate_bits(hits, trials, mean, spread, rate.errand)
    if rate.keen:
        bits = np.minimum(bits, rate_bits(hits, trials, *rate.keen, rate.errand))
    bits = np.clip(bits, LEAST_BITS, rate.most)
    if mean >= rate.errand[0] / sum(rate.errand):
        # Where everybody acts as if on an errand (a log of likes alone), nobody stands out.
        bits = np.zeros(len(bits))
    for ring, weight, hit, of in zip(
        *(values.tolist() for values in (column(rings, "ring"), bits, hits, trials)), strict=True
    ):
        facts: dict[str, float | int] = {
            "percent": 100.0 * hit / max(of, 1),
            "usual_percent": 100.0 * mean,
            "trials": of,
        }
        yield ring, Witness(rate.code, weight, facts)
