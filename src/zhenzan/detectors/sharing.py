"""How much alike the accounts of one place (a device, an address) choose, against what is usual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from zhenzan.arrays import column
from zhenzan.detectors.base import LEAST_BITS, Findings
from zhenzan.kernels.pairs import pairs_in_parts
from zhenzan.weights import millibits, rate_bits

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FAMILY = 5
"""Places of at most that many accounts tell how alike people who live together choose."""
RELATIVES = 3.0
"""However many accounts a place has, each has about that many relatives there."""
MOST_LIFT = 20.0
FEWEST_COMMON = 3
"""Two authors in common are no pattern at any degree of surprise."""
FEWEST_SHARED = 2
"""Another account is a partner from two contents in common on."""
LEAST_MEAN = 0.01
MOST_MEAN = 0.95
MOST_ACCOUNTS = 3_000
"""What more accounts share is a placeholder of some client, or a whole carrier: no place."""
HOUR_US = 3_600_000_000
LIFE_MARGIN_HOURS = 24
"""A content was there to be liked a day longer, on both sides, than it was."""

VISITS = f"""
SELECT f.{{place}} AS place, f.account, f.content, f.author,
       cast(floor(f.ts / {HOUR_US}) AS bigint) AS hour, c.likes,
       cast(floor(c.first_ts / {HOUR_US}) AS bigint) - {LIFE_MARGIN_HOURS} AS first_hour,
       cast(floor(c.last_ts / {HOUR_US}) AS bigint) + {LIFE_MARGIN_HOURS} AS last_hour
FROM firsts f
JOIN (
    SELECT {{place}} FROM (SELECT DISTINCT {{place}}, account FROM firsts) r
    WHERE {{place}} IS NOT NULL
    GROUP BY {{place}} HAVING count(*) BETWEEN 2 AND {MOST_ACCOUNTS}
) s ON s.{{place}} = f.{{place}}
JOIN content_activity c ON c.content = f.content
ORDER BY f.{{place}}, f.account, f.content
"""
LIKES_BY_HOUR = f"""
SELECT cast(floor(ts / {HOUR_US}) AS bigint) AS hour, count(*) AS likes
FROM firsts GROUP BY cast(floor(ts / {HOUR_US}) AS bigint) ORDER BY hour
"""


@dataclass(frozen=True)
class Visits:
    """First likes at shared places, one a row, sorted by place, account, content.

    Attributes:
        place: Where.
        account: Who.
        content: What.
        author: Whose; a content without an author is its own.
        hour: When, hours since 1970.
        likes: First likes of the content anywhere.
        first_hour: From when on it could be liked, hours since 1970.
        last_hour: Until when.
        log_hours: Hours in which anything was liked, ascending.
        log_likes: First likes of the whole log in each of ``log_hours``.
    """

    place: Ints
    account: Ints
    content: Ints
    author: Ints
    hour: Ints
    likes: Ints
    first_hour: Ints
    last_hour: Ints
    log_hours: Ints
    log_likes: Ints


def read_visits(engine: Engine, place: str) -> Visits:
    """Read the first likes at places where at least two accounts liked.

    Args:
        engine: Holds firsts and content_activity.
        place: Column of firsts that names the place.
    """
    rows = engine.query(VISITS.format(place=place))
    hours = engine.query(LIKES_BY_HOUR)
    columns = {name: column(rows, name) for name in rows.column_names}
    return Visits(**columns, log_hours=column(hours, "hour"), log_likes=column(hours, "likes"))


@dataclass(frozen=True)
class Likeness:
    """What each unit (an account, or an account at a place) has in common with the others there.

    Attributes:
        unit: Position of the unit.
        bits: Weight of what it has in common, no more than one bit per partner.
        accounts: Accounts at its most crowded place.
        partners: Others with at least ``FEWEST_SHARED`` contents in common with it there.
        authors: Authors it liked there.
        common: Of these, authors of whom another account there liked the same content.
        expected: How many were to be expected.
    """

    unit: Ints
    bits: Floats
    accounts: Ints
    partners: Ints
    authors: Ints
    common: Ints
    expected: Floats

    def findings(self, reason_code: str, account: Ints, bits: Floats) -> Findings:
        """One finding per account, its strongest.

        Args:
            reason_code: Under which the findings stand.
            account: Account of each unit.
            bits: Weight of each row; those below ``LEAST_BITS`` are left out.
        """
        who = account[self.unit]
        order = np.lexsort((self.unit, -bits, who))
        best = order[np.flatnonzero(np.diff(who[order], prepend=-1))]
        names = ("accounts", "partners", "authors", "common", "expected")
        facts = {name: getattr(self, name)[best] for name in names}
        found = Findings(reason_code, who[best], millibits(bits[best]), facts)
        return found.where(bits[best] >= LEAST_BITS)


def likeness(visits: Visits, unit: Ints) -> Likeness:
    """Weigh what accounts at the same place have in common; at least ``FEWEST_COMMON`` authors.

    An account's like of a content is shared when another account there liked it too. By chance
    that happens with probability 1 - exp(-λqn): n is the number of likes that the others gave
    there while the content was being liked, q the share of all likes elsewhere in that time that
    fell on it, and λ how much more alike people of one household
    choose, as fitted on the log's own places of two to five accounts. Authors are counted, not
    contents, so that one post or one series is one coincidence. An account's own rate varies
    around its expectation as a beta-binomial, fitted on the same places.

    Since households of n people fall off about as 2^-n, an honest reason for n accounts in
    agreement is that much rarer: the weight is at most one bit per partner.

    Args:
        visits: First likes at shared places.
        unit: What each row counts for, 0 … n - 1: the account, or the account at that place.
    """
    size = int(unit.max()) + 1 if len(unit) else 0
    crowd, exposure, shared = _neighbours(visits)
    share = np.minimum(1.0, RELATIVES / np.maximum(crowd - 1.0, 1.0))
    chosen, owner, hit = _by_author(unit, visits.author, shared)
    family = np.zeros(size, bool)
    family[unit[crowd <= FAMILY]] = True
    family[unit[crowd > FAMILY]] = False
    plain = 1.0 - np.exp(-np.bincount(chosen, exposure, len(owner)))
    authors = np.bincount(owner, minlength=size).astype(np.int64)
    common = np.bincount(owner, hit, size).astype(np.int64)
    by_chance: Floats = np.bincount(owner, plain, size).astype(np.float64)
    lift = _lift(common[family], by_chance[family], authors[family])
    relative = exposure * (1.0 + (lift - 1.0) * share)
    chance = 1.0 - np.exp(-np.bincount(chosen, relative, len(owner)))
    mean = np.bincount(owner, chance, size) / np.maximum(authors, 1)
    mean = np.clip(mean, LEAST_MEAN, MOST_MEAN)
    spread = _spread(common[family], authors[family], mean[family])
    partners = _partners(visits, unit, size)
    bits = np.minimum(rate_bits(common, authors, mean, spread), partners)
    crowded = np.zeros(size, np.int64)
    np.maximum.at(crowded, unit, crowd.astype(np.int64))
    kept = np.flatnonzero(common >= FEWEST_COMMON)
    return Likeness(
        unit=kept,
        accounts=crowded[kept],
        partners=partners[kept],
        authors=authors[kept],
        common=common[kept],
        expected=(mean * authors)[kept],
        bits=bits[kept],
    )


def runs(*columns: Ints) -> Ints:
    """For each row of sorted columns, the position of its combination of values among all."""
    fresh = np.zeros(len(columns[0]), bool)
    for values in columns:
        fresh[1:] |= values[1:] != values[:-1]
    return np.cumsum(fresh).astype(np.int64)


def positions(*columns: Ints) -> Ints:
    """For each row, the position of its combination of values among all of them, sorted."""
    order = np.lexsort(columns[::-1])
    found = np.empty(len(order), np.int64)
    found[order] = runs(*(values[order] for values in columns))
    return found


def _neighbours(visits: Visits) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Per row: accounts at its place, likes of it expected there, whether another chose it."""
    place, resident = runs(visits.place), runs(visits.place, visits.account)
    chosen = positions(visits.place, visits.content)
    residents = np.zeros(int(place.max()) + 1 if len(place) else 0, np.int64)
    np.add.at(residents, place[np.flatnonzero(np.diff(resident, prepend=-1))], 1)
    here = np.bincount(chosen)[chosen] if len(chosen) else chosen
    at_place = _in_life(visits, place)
    everywhere = np.append(0, np.cumsum(visits.log_likes))
    first = np.searchsorted(visits.log_hours, visits.first_hour, "left")
    last = np.searchsorted(visits.log_hours, visits.last_hour, "right")
    in_life = everywhere[last] - everywhere[first]
    # What those at the place did must not define what is popular: leave it out.
    popularity = (visits.likes - here + 0.5) / (in_life - at_place + 1.0)
    exposure = popularity * (at_place - _in_life(visits, resident))
    return residents[place].astype(np.float64), exposure, here >= 2


def _in_life(visits: Visits, owner: Ints) -> Ints:
    """Per row: likes of its owner (a place, a resident) while its content was being liked."""
    start = int(visits.hour.min()) if len(visits.hour) else 0
    width = int(visits.last_hour.max()) + 2 - start if len(visits.hour) else 1
    keys = np.sort(owner * width + visits.hour - start)
    # Before the first visit anywhere nobody liked here: stay within the owner's own keys.
    low = owner * width + np.maximum(visits.first_hour - start, 0)
    high = owner * width + visits.last_hour - start
    found = np.searchsorted(keys, high, "right") - np.searchsorted(keys, low)
    return found.astype(np.int64)


def _by_author(
    unit: Ints, author: Ints, shared: npt.NDArray[np.bool_]
) -> tuple[Ints, Ints, npt.NDArray[np.bool_]]:
    """Fold rows to authors: each row's (unit, author), the unit of each, whether it is shared."""
    chosen = positions(unit, author)
    size = int(chosen.max()) + 1 if len(chosen) else 0
    owner = np.zeros(size, np.int64)
    owner[chosen] = unit
    hit = np.zeros(size, bool)
    hit[chosen[shared]] = True
    return chosen, owner, hit


def _lift(common: Ints, expected: Floats, authors: Ints) -> float:
    """How much more alike than chance the accounts of small places choose, 1 to ``MOST_LIFT``.

    Accounts whose share in common is beyond the 90th percentile are drawn in to it: two accounts
    on one phone may be a seller's.
    """
    if len(common) < 20:
        return 3.0
    share = common / np.maximum(authors, 1)
    usual = np.minimum(share, np.quantile(share, 0.9)) * authors
    return float(np.clip(usual.sum() / max(expected.sum(), 1e-9), 1.0, MOST_LIFT))


def _spread(common: Ints, authors: Ints, mean: Floats) -> float:
    """Intra-class correlation of honest accounts' rates around their own means, by moments."""
    enough = authors >= FEWEST_COMMON
    if enough.sum() < 20:
        return 0.3
    k, n, m = common[enough].astype(np.float64), authors[enough].astype(np.float64), mean[enough]
    share = np.minimum(k / n, np.quantile(k / n, 0.95))
    binomial = m * (1.0 - m) / n
    between = (m * (1.0 - m) * (1.0 - 1.0 / n)).sum()
    return float(np.clip((((share - m) ** 2) - binomial).sum() / between, 0.02, 0.3))


def _partners(visits: Visits, unit: Ints, size: int) -> Ints:
    """Per unit, others with at least ``FEWEST_SHARED`` contents in common at the same place."""
    group = positions(visits.place, visits.content)
    by_unit = np.lexsort((group, unit))
    groups = int(group.max()) + 1 if len(group) else 0
    whose, where = (values[by_unit].astype(np.int32) for values in (unit, group))
    partners = np.zeros(size, np.int64)
    for left, right, _, _ in pairs_in_parts(whose, where, size, groups, FEWEST_SHARED):
        partners += np.bincount(left, minlength=size) + np.bincount(right, minlength=size)
    return partners
