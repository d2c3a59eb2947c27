"""Each hard case fails when what it taught is taken back: not one of them passes by itself.

Heavy likers and carrier NAT are not here: more than one rule keeps them, and no single one of those
that were taken back made either fail.
"""

from __future__ import annotations

import importlib
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np
import pytest

from zhenzan.detectors import throwaway
from zhenzan.rings import build, explained
from zhenzan.scores import accounts
from zhenzan.verdicts import surplus

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from zhenzan.rings.groups import Group
    from zhenzan.rings.witnesses import Witness

    Taken = Callable[[], AbstractContextManager[Any]]

attribute = importlib.import_module("zhenzan.verdicts.attribute")
"""The module: the package has a function of that name."""


def accuse_only(heard: list[Witness]) -> list[Witness]:
    """Nothing speaks for a group."""
    return [replace(witness, bits=max(witness.bits, 0.0)) for witness in heard]


def not_delivered(heard: list[Witness]) -> list[Witness]:
    """Nobody asks what the platform brought."""
    return [witness for witness in heard if witness.reason_code != "ring_delivered"]


def first(explanation: Callable[[list[Witness]], list[Witness]]) -> Taken:
    """Another look at what was heard, before anything is explained."""
    return lambda: patch.object(explained, "EXPLANATIONS", (explanation, *explained.EXPLANATIONS))


def without(name: str) -> Taken:
    """One explanation less."""
    left = tuple(one for one in explained.EXPLANATIONS if one.__name__ != name)
    return lambda: patch.object(explained, "EXPLANATIONS", left)


def instead(module: Any, query: str, here: str, there: str) -> Taken:
    """A query that says something else."""
    text = getattr(module, query)
    assert here in text
    return lambda: patch.object(module, query, text.replace(here, there))


def nobody_joins() -> AbstractContextManager[Any]:
    """Rings are who was found by what they chose."""

    def as_found(*of_rings: Any) -> list[tuple[Group, Any]]:
        return [(ring, np.zeros(len(ring.members))) for ring in of_rings[2]]

    return patch.object(build, "extended", as_found)


def links_are_orders() -> AbstractContextManager[Any]:
    """Nobody passes on a link, and one like may be as sure as any."""
    learned = surplus._Usual.probability
    stack = ExitStack()
    stack.enter_context(instead(attribute, "SURPLUS_FOUND", "4248", "13000")())
    stack.enter_context(
        patch.object(
            surplus._Usual,
            "probability",
            lambda usual, came, mean: learned(replace(usual, passed_on=1e-9), came, mean),
        )
    )
    return stack


STAGED = "CASE WHEN m.staged_millibits < 3000 THEN 0e0"
PEOPLE_ARE_STAGED = instead(attribute, "MEMBERSHIPS", STAGED, "CASE WHEN 1 = 1 THEN 1e0")
NOBODY_IS_STAGED = instead(attribute, "MEMBERSHIPS", STAGED, "CASE WHEN 1 = 1 THEN 0e0")
OWN_TARGET = "JOIN ring_likes l ON l.account = e.account AND l.content = e.content"
TAKEN: dict[str, tuple[str, Taken]] = {
    "circle_of_friends": ("friends_are_courtesy_at_most", first(accuse_only)),
    "class_sent_by_its_teacher": (
        "no_pupil_is_called_fake",
        lambda: patch.object(explained, "A_CLASS_SHOWS", frozenset()),
    ),
    "colleagues": (
        "no_colleague_is_called_fake",
        lambda: patch.object(explained, "A_TEAM_SHOWS", frozenset()),
    ),
    "family_tablet": ("no_family_is_accused", first(accuse_only)),
    "fan_club_at_release": ("no_fan_is_accused", first(accuse_only)),
    "giveaway": ("no_player_is_accused", first(accuse_only)),
    "given_twice": (
        "repeated_likes_share_their_fate",
        instead(attribute, "LIKE_FOUND", OWN_TARGET, 'JOIN ring_likes l ON l."like" = e."like"'),
    ),
    "hijacked_accounts": ("owners_keep_their_likes", PEOPLE_ARE_STAGED),
    "lecture_hall": ("no_student_is_called_fake", without("in_one_room")),
    "link_passed_on": ("who_followed_a_link_is_not_called_fake", links_are_orders),
    "naive_world": ("nobody_honest_is_accused", first(accuse_only)),
    "newcomers_of_one_post": (
        "no_newcomer_is_called_fake",
        lambda: patch.object(throwaway, "UNCORROBORATED_BITS", 20.0),
    ),
    "niche_community": ("nobody_of_the_community_is_accused", first(accuse_only)),
    "nurtured_accounts": (
        "the_cover_of_accounts_made_together_is_no_choice",
        NOBODY_IS_STAGED,
    ),
    "organic_tail": (
        "the_tail_is_organic",
        instead(attribute, "LIKE_FOUND", OWN_TARGET, "JOIN ring_likes l ON l.content = e.content"),
    ),
    "push_opened_by_many": ("who_opened_the_push_is_not_accused", first(not_delivered)),
    "rival_bought": (
        "the_creator_keeps_verdict_and_credit",
        instead(accounts, "ACCOUNT_SCORES", "THEN 'beneficiary'", "THEN 'supplier'"),
    ),
    "rotating_addresses": ("who_keeps_the_rings_company_is_found", nobody_joins),
    "sold_twenty_likes": ("what_was_not_sold_stays_genuine", PEOPLE_ARE_STAGED),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", sorted(TAKEN))
def test_without_what_it_taught_a_case_fails(case: str, tmp_path: Path) -> None:
    name, taken = TAKEN[case]
    world = importlib.import_module(f"tests.hard_cases.test_{case}")
    with taken(), pytest.raises(AssertionError):
        getattr(world, f"test_{name}")(tmp_path)
