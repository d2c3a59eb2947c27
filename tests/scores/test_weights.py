"""The weights file: whole points that add up, and a reason beside each."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest

from zhenzan import scores
from zhenzan.scores.engagement import COUNTS
from zhenzan.scores.health import REASONS, SOUND, weighed
from zhenzan.scores.weights import TOTAL, read_weights

TEXT = files(scores).joinpath("weights.toml").read_text(encoding="utf-8")
WEIGHTS = read_weights()


@pytest.mark.parametrize("parts", [WEIGHTS.engagement.parts, WEIGHTS.health.parts])
def test_weights_are_points_of_100_with_a_reason_each(parts: tuple[scores.weights.Part]) -> None:
    assert sum(part.weight for part in parts) == TOTAL
    assert all(part.weight > 0 and len(part.reason.split()) >= 8 for part in parts)


def test_numbers_stand_below_their_reason() -> None:
    before = ""
    for line in filter(None, TEXT.splitlines()):
        if re.match(r"\w+ = [^{]", line):
            assert before.startswith("#") or " = " in before, line
        before = line
    assert tomllib.loads(TEXT).keys() == {"true_likes", "engagement", "health", "credit"}


def test_each_part_is_counted() -> None:
    for part in WEIGHTS.engagement.parts:
        assert re.search(rf"AS {part.name}\b", COUNTS)
    assert {part.name for part in WEIGHTS.health.parts} == set(SOUND) == set(REASONS)


@pytest.mark.parametrize("views", [True, False])
def test_what_a_log_can_tell_of_health_makes_all_of_it(views: bool) -> None:
    told = weighed(WEIGHTS.health, views=views)
    assert sum(told.values()) == pytest.approx(TOTAL)
    assert set(told) == (set(SOUND) if views else {"provenance"})
