"""What one fact explains is no further evidence: what is taken back, and what is not."""

from __future__ import annotations

import pytest

from zhenzan.model import CORROBORATION_BITS, PRIOR_BITS, Family
from zhenzan.reasons import REASONS
from zhenzan.rings.explained import (
    EXPLANATIONS,
    PROVEN_BITS,
    ROOM_BITS,
    SEVERAL,
    SEVERAL_DAYS,
    TEAM,
    UNCORROBORATED_BITS,
    careful,
    chosen_by_platform,
    corroborated,
    every_post,
    explained,
    fans_and_links,
    in_one_room,
    one_audience,
    one_occasion,
    one_place,
    one_trade,
)
from zhenzan.rings.witnesses import Witness


def heard(**bits: float) -> list[Witness]:
    """Witnesses by name, with the facts that others ask for: a large ring; the platform's share."""
    return [Witness(f"ring_{name}", value, _facts(name, value)) for name, value in bits.items()]


def _facts(name: str, value: float) -> dict[str, float | int]:
    if name == "delivered":
        return {"percent": -10.0 * value}
    many: dict[str, dict[str, float | int]] = {
        "common_choice": {"members": 99},
        "unrelated_targets": {"authors": 99},
    }
    return many.get(name, {})


def bits(witnesses: list[Witness]) -> dict[str, float]:
    """What each says, by name."""
    return {w.reason_code.removeprefix("ring_"): w.bits for w in witnesses}


def total(witnesses: list[Witness]) -> float:
    return PRIOR_BITS["ring"] + sum(witness.bits for witness in witnesses)


def test_each_explanation_is_there_once_and_the_sum_comes_last() -> None:
    assert len(set(EXPLANATIONS)) == len(EXPLANATIONS) == 10
    assert EXPLANATIONS[-1] is corroborated


@pytest.mark.parametrize("explanation", EXPLANATIONS)
def test_without_witnesses_there_is_nothing_to_explain(explanation: object) -> None:
    assert callable(explanation)
    assert explanation([]) == []


@pytest.mark.parametrize("explanation", EXPLANATIONS[:-1])
def test_an_explanation_takes_back_and_adds_nothing(explanation: object) -> None:
    """The loudest and the faintest of everybody: same witnesses, same order, no weight grows."""
    assert callable(explanation)
    for loud in (0.5, 8.0):
        for sign in (1.0, -1.0):
            codes = sorted(code for code in REASONS if code.startswith("ring_"))
            said = [
                Witness(code, sign * loud, {"percent": 50.0, "days": 1, "members": 99})
                for code in codes
            ]
            left = explanation(said)
            assert [w.reason_code for w in left] == codes
            assert all(abs(after.bits) <= loud for after in left)


def test_absent_traces_count_once() -> None:
    """Who plays the video has a phone as well; what speaks against stays as it is."""
    said = heard(glanced=-0.5, delivered=-7.0, unseen=-1.0, deviceless=-0.8)
    assert bits(careful(said)) == {
        "glanced": 0.0,
        "delivered": -7.0,
        "unseen": -1.0,
        "deviceless": 0.0,
    }
    rack = heard(unseen=-1.0, delivered=-7.0, deviceless=6.0)
    assert careful(rack) == rack


def test_equally_absent_traces_leave_one() -> None:
    left = bits(careful(heard(unseen=-1.0, deviceless=-1.0, glanced=-1.0)))
    assert sorted(left.values()) == [-1.0, 0.0, 0.0]


@pytest.mark.parametrize(("returned", "left"), [(0.0, 6.0), (2.0, 4.0), (6.0, 0.0), (-1.0, 6.0)])
def test_a_trade_is_told_of_once(returned: float, left: float) -> None:
    said = heard(ledger=6.0, reciprocal=returned, order_times=4.0)
    assert bits(one_trade(said)) == {"ledger": left, "reciprocal": returned, "order_times": 4.0}


@pytest.mark.parametrize(("own", "left"), [(0.0, 1.5), (1.0, 0.5), (4.0, 0.0)])
def test_a_place_is_told_of_once(own: float, left: float) -> None:
    said = heard(addresses=1.5, own_addresses=own, devices=8.0)
    assert bits(one_place(said)) == {"addresses": left, "own_addresses": own, "devices": 8.0}


@pytest.mark.parametrize(
    "agreement", [{"reciprocal": 0.1}, {"ledger": 0.1}, {"own_addresses": PROVEN_BITS}]
)
def test_who_agreed_to_like_every_post_spreads_as_an_audience_does(
    agreement: dict[str, float],
) -> None:
    """So the spread does not speak for it; that it hits single posts still speaks against."""
    assert bits(every_post(heard(ordered_posts=-3.0, **agreement)))["ordered_posts"] == 0.0
    single = heard(ordered_posts=4.0, order_times=-2.0, **agreement)
    assert every_post(single) == single


def test_without_an_agreement_a_spread_over_all_posts_speaks_for_a_ring() -> None:
    fans = heard(ordered_posts=-3.0, own_addresses=PROVEN_BITS - 0.1, reciprocal=0.0, ledger=0.0)
    assert every_post(fans) == fans


@pytest.mark.parametrize(("unrelated", "left"), [(0.0, 4.0), (3.0, 1.0), (-4.0, 4.0)])
def test_an_audience_is_told_of_once(unrelated: float, left: float) -> None:
    said = heard(fringeless=4.0, unrelated_targets=unrelated, dedicated=2.0)
    assert bits(one_audience(said)) == bits(said) | {"fringeless": left}


@pytest.mark.parametrize(("days", "left"), [(1, 0.0), (SEVERAL_DAYS, 3.0)])
def test_an_event_explains_that_nobody_takes_part_a_little(days: int, left: float) -> None:
    said = [Witness("ring_fringeless", 3.0, {"days": days}), *heard(synchrony=6.0, sleepless=5.0)]
    assert bits(one_occasion(said)) == {"fringeless": left, "synchrony": 6.0, "sleepless": 5.0}


def test_a_queue_worked_off_by_night_is_no_event() -> None:
    said = [Witness("ring_fringeless", 3.0, {"days": 1}), *heard(synchrony=0.0, sleepless=5.0)]
    assert one_occasion(said) == said


@pytest.mark.parametrize(("members", "held"), [(TEAM - 1, True), (TEAM, False)])
def test_a_team_acts_as_one_for_its_cause(members: int, *, held: bool) -> None:
    said = [
        Witness("ring_common_choice", 6.0, {"members": members}),
        *heard(synchrony=6.0, dedicated=6.0, fringeless=2.0),
    ]
    told = corroborated(said)
    assert (told[-1].reason_code == "ring_team") == held
    assert (total(told) == pytest.approx(UNCORROBORATED_BITS)) == held
    assert corroborated([*said, *heard(unseen=3.0)]) == [*said, *heard(unseen=3.0)]


@pytest.mark.parametrize(("members", "held"), [(TEAM - 1, True), (TEAM, False)])
def test_an_office_has_an_address_of_its_own(members: int, *, held: bool) -> None:
    """Seven colleagues who act from there, on accounts kept for it, are no agency."""
    said = [
        Witness("ring_common_choice", 6.0, {"members": members}),
        *heard(dedicated=4.0, own_addresses=4.0, shallow=1.0),
    ]
    assert (corroborated(said)[-1].reason_code == "ring_team") == held
    farmed = [*said, *heard(devices=3.0)]
    assert corroborated(farmed) == farmed


@pytest.mark.parametrize(
    ("members", "authors", "held"),
    [(TEAM - 1, SEVERAL - 1, True), (TEAM - 1, SEVERAL, False), (TEAM, SEVERAL - 1, False)],
)
def test_a_class_goes_where_it_is_sent_to(members: int, authors: int, *, held: bool) -> None:
    """Nor is it a seller because it looked at nothing but what its three teachers posted."""
    said = [
        Witness("ring_common_choice", 6.0, {"members": members}),
        Witness("ring_unrelated_targets", 0.0, {"authors": authors}),
        *heard(synchrony=6.0, conversion=4.0, shallow=2.0),
    ]
    told = corroborated(said)
    assert (told[-1].reason_code == "ring_team") == held
    assert (total(told) == pytest.approx(UNCORROBORATED_BITS)) == held
    farmed = [*said, *heard(devices=3.0)]
    assert corroborated(farmed) == farmed


@pytest.mark.parametrize("place", ["addresses", "own_addresses"])
def test_a_lecture_hall_explains_the_hours(place: str) -> None:
    said = heard(order_times=6.0, synchrony=5.0, ordered_posts=5.0, **{place: ROOM_BITS})
    left = bits(in_one_room(said))
    assert (left["order_times"], left["synchrony"]) == (0.0, 0.0)
    assert (left["ordered_posts"], left[place]) == (5.0, ROOM_BITS)


def test_hours_that_speak_for_a_room_still_do() -> None:
    said = heard(order_times=-4.0, synchrony=0.0, addresses=1.5)
    assert in_one_room(said) == said


@pytest.mark.parametrize(
    "said",
    [
        {"addresses": ROOM_BITS - 0.1},
        {"addresses": 1.5, "devices": PROVEN_BITS},
        {"own_addresses": 4.0, "deviceless": PROVEN_BITS},
        {"devices": 8.0},
    ],
    ids=["no room", "a rack of phones", "no devices at all", "phones without a room"],
)
def test_a_farms_phones_are_no_lecture_hall(said: dict[str, float]) -> None:
    ring = heard(order_times=6.0, synchrony=5.0, **said)
    assert in_one_room(ring) == ring


@pytest.mark.parametrize(
    ("own", "authors", "left"),
    [(4.0, 99, 3.0), (4.0, SEVERAL - 1, 0.0), (PROVEN_BITS - 0.1, 99, 0.0), (0.0, 99, 0.0)],
)
def test_going_there_by_oneself_tells_of_a_house_with_authors_in_common(
    own: float, authors: int, left: float
) -> None:
    """Fans visit pages, players search, and a class looks up what its teacher named."""
    said = [
        *heard(own_addresses=own, sought=3.0),
        Witness("ring_unrelated_targets", 0.0, {"authors": authors}),
    ]
    assert bits(fans_and_links(said))["sought"] == left


def platform(percent: float) -> Witness:
    return Witness("ring_delivered", -1.0, {"percent": percent})


@pytest.mark.parametrize("percent", [0.0, 25.0, 100.0])
def test_a_push_explains_which_posts_and_when(percent: float) -> None:
    """As far as it brought them; not what members did there, nor from where."""
    said = [*heard(order_times=6.0, synchrony=4.0, ordered_posts=5.0, unseen=8.0, devices=8.0)]
    left = bits(chosen_by_platform([*said, platform(percent)]))
    rest = 1.0 - percent / 100.0
    assert left["order_times"] == pytest.approx(6.0 * rest)
    assert left["synchrony"] == pytest.approx(4.0 * rest)
    assert left["ordered_posts"] == pytest.approx(5.0 * rest)
    assert (left["unseen"], left["devices"], left["delivered"]) == (8.0, 8.0, -1.0)


def test_a_push_does_not_take_back_what_speaks_for_a_ring() -> None:
    fans = [*heard(order_times=-4.0, unrelated_targets=-4.0), platform(100.0)]
    assert chosen_by_platform(fans) == fans


def test_without_sources_the_platform_explains_nothing() -> None:
    said = heard(order_times=6.0, ordered_posts=5.0)
    assert chosen_by_platform(said) == said


def test_one_family_of_evidence_leaves_a_ring_suspect_at_most() -> None:
    one = heard(common_choice=6.0, devices=8.0, deviceless=6.0, addresses=1.5)
    assert {REASONS[w.reason_code].family for w in one} == {Family.CHOICE, Family.ORIGIN}
    held = corroborated(one)
    assert held[:-1] == one
    assert held[-1].reason_code == "ring_uncorroborated"
    assert held[-1].facts == {"families": 1}
    assert total(held) == pytest.approx(UNCORROBORATED_BITS)


def test_two_families_of_evidence_are_heard_in_full() -> None:
    two = heard(common_choice=6.0, devices=8.0, unseen=CORROBORATION_BITS)
    assert corroborated(two) == two


def test_choice_is_no_family_of_its_own() -> None:
    one = heard(common_choice=60.0, unseen=8.0)
    assert total(corroborated(one)) == pytest.approx(UNCORROBORATED_BITS)


def test_a_ring_that_is_not_suspect_is_not_held_down() -> None:
    weak = heard(common_choice=6.0, unseen=1.0)
    assert corroborated(weak) == weak


def test_a_family_speaks_by_its_loudest_witness() -> None:
    """What another of its family says for the ring lowers the total, and does not unsay it."""
    mixed = heard(common_choice=6.0, devices=8.0, ordered_posts=5.0, unrelated_targets=-4.0)
    assert corroborated(mixed) == mixed
    murmurs = heard(common_choice=6.0, devices=8.0, ordered_posts=1.5, unrelated_targets=1.5)
    assert total(corroborated(murmurs)) == pytest.approx(UNCORROBORATED_BITS)


def test_what_several_families_murmur_is_one_voice() -> None:
    """Each by all of its witnesses together: one that also speaks for the ring is silent."""
    weak = heard(common_choice=6.0, ordered_posts=5.0, conversion=1.2, shallow=1.1)
    told = corroborated(weak)
    assert told[:-1] == weak
    assert (told[-1].reason_code, told[-1].bits) == ("ring_murmurs", 0.0)
    assert told[-1].facts["bits"] == pytest.approx(2.3)
    less = heard(common_choice=6.0, ordered_posts=5.0, conversion=1.2, glanced=-0.5, shallow=1.1)
    assert total(corroborated(less)) == pytest.approx(UNCORROBORATED_BITS)


def test_what_was_explained_does_not_corroborate() -> None:
    """Students in a hall: hours and addresses are one fact, and one family is too few."""
    hall = heard(common_choice=6.0, order_times=6.0, synchrony=6.0, own_addresses=4.0)
    assert total(hall) > UNCORROBORATED_BITS
    left = explained(hall)
    assert bits(left)["order_times"] == bits(left)["synchrony"] == 0.0
    assert total(left) <= UNCORROBORATED_BITS
    pushed = [*heard(common_choice=6.0, order_times=6.0, ordered_posts=5.0), platform(100.0)]
    assert total(explained(pushed)) == pytest.approx(PRIOR_BITS["ring"] + 6.0 - 1.0)
