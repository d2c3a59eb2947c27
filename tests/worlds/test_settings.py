"""What a user may choose for a simulated world."""

from __future__ import annotations

from typing import Any

import pytest

from zhenzan.errors import CallError
from zhenzan.worlds import ALL_CROWDS, ALL_MODES, WorldSettings, demo_settings


def test_by_default_a_world_has_every_mode_and_every_crowd() -> None:
    settings = WorldSettings()
    assert settings.modes == ALL_MODES
    assert settings.crowds == ALL_CROWDS


@pytest.mark.parametrize(
    "wrong",
    [
        {"accounts": 3},
        {"days": 0},
        {"skill": 3},
        {"fraud": -0.1},
        {"fraud": 0.95},
        {"modes": ("farm", "magic")},
        {"crowds": ("ghosts",)},
        {"seed": -1},
        {"events": 10},
        {"sellers": 0},
    ],
)
def test_what_cannot_be_is_refused_with_a_hint(wrong: dict[str, Any]) -> None:
    with pytest.raises(CallError) as caught:
        WorldSettings(**wrong)
    assert caught.value.hint


def test_an_unknown_mode_is_named_and_the_known_ones_listed() -> None:
    with pytest.raises(CallError, match="magic") as caught:
        WorldSettings(modes=("magic",))
    assert "panel" in caught.value.hint


def test_the_demo_is_small_and_has_one_seller_a_mode() -> None:
    demo = demo_settings()
    assert set(demo.modes) == {"farm", "api", "panel", "mutual"}
    assert set(demo.crowds) == {"fans", "campus"}
    assert demo.sellers == 1
    assert demo.accounts <= 5_000
