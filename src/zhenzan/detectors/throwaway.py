"""Accounts that hardly exist: a content has far more of their likes than its peers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

from zhenzan.arrays import column
from zhenzan.detectors.base import LEAST_BITS, Detector, Findings
from zhenzan.detectors.examples import Example, honest_log, like, view
from zhenzan.detectors.peers import excess
from zhenzan.model import PRIOR_BITS
from zhenzan.reasons import REASONS
from zhenzan.weights import millibits, rate_bits

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from zhenzan.detectors.peers import Excess
    from zhenzan.engines.base import Engine

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    Flags = npt.NDArray[np.bool_]

MOST_FACT_BITS = 4.0
"""What one further fact about these accounts may add."""
LEAST_FACT_BITS = -0.5
"""A careful seller's accounts look as others do: the absence of a trace says little."""
LEAST_OWN_BITS = -4.0
MOST_OWN_BITS = 2.0
"""What one account's sharing a habit with the others may add to its own like."""
CORROBORATION_BITS = 2.0
UNCORROBORATED_BITS = 1.0
"""Without a further fact they may be newcomers whom one post brought: two to one at most."""
PEER_SPREAD = 0.1
"""Intra-class correlation of a habit among the small accounts of one honest content."""
MOST_ACCOUNT_SHARE = 0.8
"""Who liked once or twice is too little known to be surer of; its like may be."""
FACTS = ("young", "shallow", "single")
"""What else is asked of the accounts: registered lately, nothing but likes, no look without one."""
FACT_ERRAND = (4.0, 1.0)
"""Beta shapes of how often a seller's accounts are so."""
FEWEST_PEERS = 20
"""Fewer accounts as small elsewhere do not say what is usual of such accounts."""
FEWEST_VIEWS = 20
"""Fewer views by other accounts are no clock."""
USUAL_DISTANCE = 0.2
"""So far apart (Kolmogorov and Smirnov) lie the times of two honest audiences of one content."""
BITS_PER_DISTANCE = 10.0
PEOPLE = (
    *honest_log(accounts=120, contents=200),
    *(view(f"p{i}", f"c{40 + j}", 900 * j + i, 0.7) for i in range(120) for j in range(20)),
)
"""The examples' people look at much that they do not like."""


class Throwaway(Detector):
    """Likes by accounts that exist for little else, far more of them than on other contents.

    Catches: accounts made for one like, or for a few; the only mechanism that needs no second
    like of the same account.
    Misses: accounts that are kept and browse between orders; logs in which most accounts have one
    event (a day's sample), where such accounts are usual.
    How an adversary adapts: a life for every account, which costs more than the like earns.
    Reads: firsts, account_life.
    Evidence: likes by accounts with so few events, how many its peers would have, and how many of
    those accounts were young, left nothing but the like, or looked at nothing else.
    Reference: single-purpose stargazers, He et al. 2024 (arXiv:2412.13459); the expectation is the
    share on other contents with a gamma around it, as for coaction.
    """

    id: ClassVar[str] = "throwaway"
    version: ClassVar[int] = 1
    needs: ClassVar[frozenset[str]] = frozenset({"view"})
    reason_codes: ClassVar[tuple[str, ...]] = (
        "content_throwaway_likes",
        "like_of_throwaway",
        "account_throwaway",
    )

    LIKES = """
    SELECT f."like", f.account, f.content, f.ts, l.events, l.likes,
           CASE WHEN a.created_at IS NULL THEN NULL
                WHEN l.first_ts - a.created_at <= q.young THEN 1 ELSE 0 END AS young,
           CASE WHEN l.deeper = 0 THEN 1 ELSE 0 END AS shallow,
           CASE WHEN l.views <= l.likes THEN 1 ELSE 0 END AS single
    FROM firsts f
    JOIN account_life l ON l.account = f.account
    JOIN accounts_in a ON a.account = f.account
    CROSS JOIN (
        SELECT percentile_disc(0.1) WITHIN GROUP (ORDER BY l.first_ts - a.created_at) AS young
        FROM account_life l JOIN accounts_in a ON a.account = l.account
        WHERE a.created_at IS NOT NULL AND l.events > 16
    ) q
    ORDER BY f."like"
    """

    VIEWS = """
    SELECT e.content, e.ts FROM events e
    JOIN boosted b ON b.content = e.content JOIN account_life l ON l.account = e.account
    WHERE e.event_type = 1 AND l.events > b.life ORDER BY e.content, e.ts
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "one like each",
            "forty accounts look at one content, like it, and are never seen again",
            (
                *PEOPLE,
                *(view(f"once{i}", "c3", 5_000 + 40 * i, 0.1) for i in range(40)),
                *(like(f"once{i}", "c3", 5_002 + 40 * i) for i in range(40)),
            ),
            fires=frozenset({"c3", *(f"once{i}" for i in range(40))}),
        ),
        Example(
            "newcomers",
            "forty people come for one content, like it, and stay to look at others",
            (
                *PEOPLE,
                *(like(f"new{i}", "c3", 5_002 + 40 * i) for i in range(40)),
                *(
                    view(f"new{i}", f"c{j}", 6_000 + 40 * i + j, 0.6)
                    for i in range(40)
                    for j in range(30)
                ),
            ),
        ),
        Example(
            "a flash crowd in a log of likes",
            "forty people come for one content and like it; what anybody looked at is not logged",
            (
                *(row for row in PEOPLE if row.event_type == "like"),
                *(like(f"new{i}", "c3", 5_002 + 40 * i) for i in range(40)),
            ),
        ),
    )

    def find(self, engine: Engine) -> Iterator[Findings]:
        """Compare each content's likes by accounts that hardly exist with its peers'."""
        rows = engine.query(self.LIKES)
        boost = excess(column(rows, "content"), column(rows, "events"))
        if not len(boost.content):
            return
        crowd = _crowd(rows, boost)
        bits, odds, facts = _weights(engine, rows, boost, crowd)
        gain = millibits(bits - PRIOR_BITS["content"])
        yield _worth_saying(Findings("content_throwaway_likes", boost.content, gain, facts))
        # Chance by itself is never surer than one more honest like would make it.
        sure = (1.0 - (boost.expected + 1.0) / (boost.count + 1.0)) / (1.0 + np.exp2(-bits))
        inside = crowd.inside
        odds, sure, account = odds[inside], sure[crowd.place[inside]], crowd.account[inside]
        told = {name: values[crowd.place[inside]] for name, values in facts.items()}
        likes = column(rows, "like")[inside]
        yield _worth_saying(_gains("like_of_throwaway", likes, sure, odds, told))
        # As for rings: an account is one if most of what it likes was ordered.
        most = np.minimum(2.0 * crowd.ordered / crowd.liked, MOST_ACCOUNT_SHARE)[inside]
        found = _gains("account_throwaway", account, sure * most, np.minimum(odds, 0.0), told)
        yield _worth_saying(found.where(_first_of_each(account)))


@dataclass(frozen=True)
class Crowd:
    """Which likes are of contents with an excess, and by accounts that hardly exist.

    Attributes:
        account: Of each like.
        place: Position of its content in the excess; of another content, any.
        here: Whether its content has an excess.
        inside: Whether its account hardly exists as well.
        ordered: How many likes of its account are ``inside``.
        liked: How many likes its account has.
    """

    account: Ints
    place: Ints
    here: Flags
    inside: Flags
    ordered: Ints
    liked: Ints


def _crowd(rows: pa.Table, boost: Excess) -> Crowd:
    content, events, account = (column(rows, n) for n in ("content", "events", "account"))
    place = np.minimum(np.searchsorted(boost.content, content), len(boost.content) - 1)
    here = boost.content[place] == content
    inside = here & (events <= boost.life[place])
    ordered = np.bincount(account[inside], minlength=int(account.max()) + 1)[account]
    return Crowd(account, place, here, inside, ordered, np.bincount(account)[account])


def _weights(
    engine: Engine, rows: pa.Table, boost: Excess, crowd: Crowd
) -> tuple[Floats, Floats, dict[str, npt.NDArray[Any]]]:
    """Log2 odds of each content, what each like's own habits add to them, and the facts."""
    events, place, inside = column(rows, "events"), crowd.place, crowd.inside
    habits = {name: _known(rows, name) for name in FACTS}
    # Who likes other things as well came here for its own reasons, more probably. That the others
    # do not is no further fact: newcomers whom one post brought are so too.
    habits["dedicated"] = (np.maximum(crowd.ordered, 1) >= crowd.liked).astype(np.float64)
    facts: dict[str, npt.NDArray[Any]] = {
        "likes": boost.count,
        "expected": boost.expected,
        "events": boost.life,
    }
    bits, odds = PRIOR_BITS["content"] + boost.bits, np.zeros(len(events))
    said = np.zeros(len(boost.content), bool)
    for name, values in habits.items():
        known = ~np.isnan(values)
        if known.any():
            elsewhere = ~crowd.here & known
            share, usual, more = _weigh(values, events, place, inside & known, elsewhere, boost)
            facts[f"{name}_percent"] = 100.0 * share
            odds += np.where(known, _own_odds(values, share[place], usual[place]), 0.0)
            bits = bits + more
            said |= (more >= CORROBORATION_BITS) & (name in FACTS)
    distance, more = _away(engine, boost, column(rows, "ts"), place, inside)
    facts["distance_percent"] = 100.0 * distance
    bits, said = bits + more, said | (more >= CORROBORATION_BITS)
    odds = np.where(said[place], odds, np.minimum(odds, 0.0))
    return np.where(said, bits, np.minimum(bits, UNCORROBORATED_BITS)), odds, facts


def _known(rows: pa.Table, name: str) -> Floats:
    return np.asarray(rows.column(name).cast(pa.float64()).fill_null(np.nan).to_numpy())


def _gains(
    code: str, entity: Ints, sure: Floats, odds: Floats, facts: dict[str, npt.NDArray[Any]]
) -> Findings:
    """What lifts the prior of each entity to the probability ``sure``, and its own odds."""
    gain = np.log2(sure / (1.0 - sure)) + odds - PRIOR_BITS[REASONS[code].entity]
    return Findings(code, entity, millibits(gain), facts)


def _worth_saying(found: Findings) -> Findings:
    return found.where(found.millibits > millibits(LEAST_BITS))


def _weigh(
    values: Floats, events: Ints, place: Ints, inside: Flags, elsewhere: Flags, boost: Excess
) -> tuple[Floats, Floats, Floats]:
    """Share of a habit on each content, among as small accounts elsewhere, and the weight of it."""
    trials = np.bincount(place[inside], minlength=len(boost.life))
    hits = np.bincount(place[inside], weights=values[inside], minlength=len(boost.life))
    peers = {most: values[elsewhere & (events <= most)] for most in np.unique(boost.life).tolist()}
    of = np.array([len(peers[m]) for m in boost.life.tolist()])
    usual = (np.array([peers[m].sum() for m in boost.life.tolist()]) + 1.0) / (of + 2.0)
    bits = np.clip(
        rate_bits(hits, trials, usual, PEER_SPREAD, FACT_ERRAND), LEAST_FACT_BITS, MOST_FACT_BITS
    )
    share, told = (hits + usual) / (trials + 1.0), (trials > 0) & (of >= FEWEST_PEERS)
    return share, np.where(told, usual, share), np.where(told, bits, 0.0)


def _away(
    engine: Engine, boost: Excess, ts: Ints, place: Ints, inside: Flags
) -> tuple[Floats, Floats]:
    """How far the likes' times are from other accounts' views of the content, and its weight.

    The distance is that of Kolmogorov and Smirnov, less what chance makes of so few likes.
    """
    contents = boost.content
    engine.register("boosted", pa.table({"content": contents, "life": boost.life}))
    views = engine.query(Throwaway.VIEWS)
    engine.drop("boosted")
    content, viewed = column(views, "content"), column(views, "ts")
    order = np.lexsort((ts[inside], place[inside]))
    times, of = ts[inside][order], place[inside][order]
    distance, bits = np.zeros(len(contents)), np.zeros(len(contents))
    for number in range(len(contents)):
        likes = times[slice(*np.searchsorted(of, [number, number + 1]))]
        others = viewed[slice(*np.searchsorted(content, contents[number] + np.array([0, 1])))]
        if len(likes) and len(others) >= FEWEST_VIEWS:
            before = np.searchsorted(others, likes, side="right") / len(others)
            step = np.arange(len(likes)) / len(likes)
            apart = max(np.max(before - step), np.max(step + 1.0 / len(likes) - before))
            distance[number] = max(apart - len(likes) ** -0.5, 0.0)
            gain = BITS_PER_DISTANCE * (distance[number] - USUAL_DISTANCE)
            bits[number] = np.clip(gain, LEAST_FACT_BITS, MOST_FACT_BITS)
    return distance, bits


def _own_odds(values: Floats, here: Floats, elsewhere: Floats) -> Floats:
    """What one account's having the habit, or not, says: bits."""
    ratio = np.where(values == 1, here / elsewhere, (1.0 - here) / (1.0 - elsewhere))
    return np.clip(np.log2(np.maximum(ratio, 1e-6)), LEAST_OWN_BITS, MOST_OWN_BITS)


def _first_of_each(entity: Ints) -> Flags:
    first = np.zeros(len(entity), bool)
    first[np.unique(entity, return_index=True)[1]] = True
    return first
