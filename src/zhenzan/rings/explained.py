"""What one fact explains is no further evidence: witnesses heard together, in order.

Witnesses are asked one by one, and their weights add as if they were independent. Where one thing
explains several answers at once (a careful seller, a lecture hall, a push by the platform) it is
counted once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from zhenzan.model import CORROBORATION_BITS, PRIOR_BITS, Family
from zhenzan.reasons import REASONS
from zhenzan.rings.witnesses import Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TRACES = frozenset({"ring_unseen", "ring_glanced", "ring_deviceless"})
"""What a clumsy seller leaves and a careful one does not, all at once."""
CHOICE = "ring_common_choice"
FRINGELESS = "ring_fringeless"
STRANGERS = "ring_unrelated_targets"
MOMENTS = frozenset({"ring_order_times", "ring_synchrony"})
"""Witnesses on the moment at which a ring comes, as against the hours of its days."""
SEVERAL_DAYS = 5
TEAM = 30
"""Offices and branches that act as one are smaller than that."""
A_TEAM_SHOWS = frozenset({Family.TIME, Family.LIFE, Family.TARGETS, Family.DEPTH})
A_TEAM_SHARES = frozenset({"ring_addresses", "ring_own_addresses"})
"""An office has an address of its own."""
A_CLASS_SHOWS = frozenset({Family.PATH})
"""Sent to the posts of a few, a class or a staff goes, likes and leaves, as hired people do."""
SEVERAL = 5
"""So many authors have no teacher and no employer in common."""
PROVEN_BITS = 3.0
"""What a witness must say to prove of what kind a ring is."""
ROOM_BITS = 1.0
"""What shared addresses must say to be taken for a place."""
UNCORROBORATED_BITS = 0.5
"""A ring against which fewer than two families speak is at most ``suspect``: seven to five."""


def explained(heard: list[Witness]) -> list[Witness]:
    """The witnesses with what each other explains taken back, and whether they corroborate."""
    for explanation in EXPLANATIONS:
        heard = explanation(heard)
    return heard


def careful(heard: list[Witness]) -> list[Witness]:
    """Let absent traces be counted once: who plays the video plays it long, on a phone of its own.

    Of the witnesses on habits whose trace is missing, the one that says most for the ring is kept.
    """
    absent = [w for w in heard if w.reason_code in TRACES and w.bits < 0.0]
    kept = min(absent, key=lambda w: (w.bits, w.reason_code), default=None)
    return [replace(w, bits=0.0) if w in absent and w is not kept else w for w in heard]


def one_trade(heard: list[Witness]) -> list[Witness]:
    """Who likes all of the others' posts also keeps the likes inside: one fact, not two."""
    returned = max(_bits(heard).get("ring_reciprocal", 0.0), 0.0)
    return _capped(heard, "ring_ledger", less=returned)


def one_place(heard: list[Witness]) -> list[Witness]:
    """Addresses that a ring has to itself are also shared ones: one fact, not two."""
    own = _bits(heard).get("ring_own_addresses", 0.0)
    return _capped(heard, "ring_addresses", less=own)


def one_audience(heard: list[Witness]) -> list[Witness]:
    """That targets share no audience, and that nobody takes part a little, is one fact."""
    said = max(_bits(heard).get("ring_unrelated_targets", 0.0), 0.0)
    return _capped(heard, FRINGELESS, less=said)


def one_occasion(heard: list[Witness]) -> list[Witness]:
    """Let an event explain that nobody takes part a little: who was not there could not.

    A class, a livestream or a concert is on a few days; who comes together on more of them, to the
    minute, leaves people around who came only sometimes.
    """
    if not any(w.facts["days"] < SEVERAL_DAYS for w in heard if w.reason_code == FRINGELESS):
        return heard
    time = max((w.bits for w in heard if w.reason_code in MOMENTS), default=0.0)
    return _capped(heard, FRINGELESS, less=max(time, 0.0))


def every_post(heard: list[Witness]) -> list[Witness]:
    """Who trades likes for each post, or lifts each post of an agency, spreads as audiences do.

    And creators who trade, or whom one agency has, share an audience for reasons of their own.
    """
    bits = _bits(heard)
    agreed = max(bits.get("ring_reciprocal", 0.0), bits.get("ring_ledger", 0.0)) > 0.0
    if not agreed and bits.get("ring_own_addresses", 0.0) < PROVEN_BITS:
        return heard
    explains = ("ring_ordered_posts", "ring_unrelated_targets")
    return [replace(w, bits=max(w.bits, 0.0)) if w.reason_code in explains else w for w in heard]


def in_one_room(heard: list[Witness]) -> list[Witness]:
    """Let a place explain the hours: who sits in one lecture hall likes at one time.

    Only where members share addresses and have devices of their own; a farm's phones do not.
    """
    bits = _bits(heard)
    shared = max(bits.get("ring_addresses", 0.0), bits.get("ring_own_addresses", 0.0))
    machines = max(bits.get("ring_devices", 0.0), bits.get("ring_deviceless", 0.0))
    if shared < ROOM_BITS or machines >= PROVEN_BITS:
        return heard
    return [replace(w, bits=min(w.bits, 0.0)) if _family(w) is Family.TIME else w for w in heard]


def fans_and_links(heard: list[Witness]) -> list[Witness]:
    """Let what moves people explain that members went to the targets by themselves.

    Fans visit the pages of those they like, players search for giveaways, a class for what its
    teacher named. But these live where everybody lives. Of a house full of people hardly any group
    has several authors in common whose pages it visits.
    """
    housed = _bits(heard).get("ring_own_addresses", 0.0) >= PROVEN_BITS
    if housed and _authors(heard) >= SEVERAL:
        return heard
    return [replace(w, bits=0.0) if w.reason_code == "ring_sought" else w for w in heard]


def chosen_by_platform(heard: list[Witness]) -> list[Witness]:
    """Let the platform's own choice explain which posts, and when, as far as it made it."""
    share = max(
        (w.facts["percent"] / 100.0 for w in heard if w.reason_code == "ring_delivered"),
        default=0.0,
    )
    explains = {Family.TIME, Family.TARGETS}
    return [
        replace(w, bits=w.bits * (1.0 - share)) if _family(w) in explains and w.bits > 0.0 else w
        for w in heard
    ]


def corroborated(heard: list[Witness]) -> list[Witness]:
    """Add the witness that holds a ring down when fewer than two families speak against it.

    A family speaks by its loudest witness: that a script played the video does not unsay that it
    liked whatever it looked at. What several families murmur, each no louder than its
    witnesses together, counts as one voice. What a team shows that acts for one cause, at one
    time, from one place, on accounts kept for it, and with nothing to say, is no corroboration: an
    office or a party branch is no seller. Nor, where a few authors get it all, is it that members
    went there in order to like.
    """
    loud, quiet = _voices(heard)
    murmurs = sum(quiet)
    if len(loud) == 1 and murmurs >= CORROBORATION_BITS:
        facts: dict[str, float | int] = {
            "families": len(quiet),
            "least": CORROBORATION_BITS,
            "bits": murmurs,
        }
        heard = [*heard, Witness("ring_murmurs", 0.0, facts)]
    total = sum(witness.bits for witness in heard) + PRIOR_BITS["ring"]
    excess = UNCORROBORATED_BITS - total
    if excess >= 0.0:
        return heard
    if len(loud) + (murmurs >= CORROBORATION_BITS) < 2:
        return [*heard, Witness("ring_uncorroborated", excess, {"families": len(loud)})]
    shown = A_TEAM_SHOWS if _authors(heard) >= SEVERAL else A_TEAM_SHOWS | A_CLASS_SHOWS
    others, less = _voices(
        [w for w in heard if _family(w) not in shown and w.reason_code not in A_TEAM_SHARES]
    )
    members = min((w.facts["members"] for w in heard if w.reason_code == CHOICE), default=TEAM)
    if members < TEAM and not others and sum(less) < CORROBORATION_BITS:
        return [*heard, Witness("ring_team", excess, {"members": members, "most": TEAM})]
    return heard


def _voices(heard: list[Witness]) -> tuple[list[Family], list[float]]:
    """Families that speak against a ring, and what each of the others murmurs, bits."""
    said: dict[Family, list[float]] = {}
    for witness in heard:
        if _family(witness) is not Family.CHOICE:
            said.setdefault(_family(witness), []).append(witness.bits)
    loud = [family for family, bits in said.items() if max(bits) >= CORROBORATION_BITS]
    quiet = [min(sum(bits), max(bits)) for family, bits in said.items() if family not in loud]
    return loud, [bits for bits in quiet if bits > 0.0]


EXPLANATIONS: tuple[Callable[[list[Witness]], list[Witness]], ...] = (
    careful,
    one_trade,
    one_place,
    one_audience,
    one_occasion,
    every_post,
    in_one_room,
    fans_and_links,
    chosen_by_platform,
    corroborated,
)
"""In this order; the last one adds up what the others left."""


def _bits(heard: Sequence[Witness]) -> dict[str, float]:
    return {w.reason_code: w.bits for w in heard}


def _authors(heard: Sequence[Witness]) -> float:
    """Of how many authors the targets are; several, where that is not known."""
    told = (w.facts.get("authors", SEVERAL) for w in heard if w.reason_code == STRANGERS)
    return min(told, default=SEVERAL)


def _family(witness: Witness) -> Family:
    return REASONS[witness.reason_code].family


def _capped(heard: list[Witness], code: str, less: float) -> list[Witness]:
    return [
        replace(w, bits=max(w.bits - less, min(w.bits, 0.0))) if w.reason_code == code else w
        for w in heard
    ]
