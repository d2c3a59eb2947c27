"""Small worlds that the tests share, drawn once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from zhenzan.worlds import WorldSettings
from zhenzan.worlds.columns import LIKE, VIEW, Rows
from zhenzan.worlds.simulation import build_world, draw_log

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhenzan.worlds.columns import Flags, Ints
    from zhenzan.worlds.world import World


@dataclass(frozen=True)
class Drawn:
    """A world with its whole log in memory."""

    world: World
    rows: Rows

    @property
    def likes(self) -> Rows:
        return self.rows.take(self.rows.kind == LIKE)

    @property
    def views(self) -> Rows:
        return self.rows.take(self.rows.kind == VIEW)

    def members(self, crowd: str) -> Ints:
        return np.flatnonzero(np.array(self.world.crowd) == crowd)

    def ordinary(self) -> Ints:
        """Honest accounts in no crowd."""
        plain = np.array([r == "honest" for r in self.world.role])
        return np.flatnonzero(plain & (np.array(self.world.crowd) == ""))

    def viewed_first(self, likes: Rows) -> Flags:
        """Whether each like has a logged view of its content by its account before it."""
        views = self.views
        key = np.unique((views.account << 32) + views.content)
        mine = (likes.account << 32) + likes.content
        place = np.minimum(np.searchsorted(key, mine), len(key) - 1)
        return np.asarray(key[place] == mine)


@cache
def _draw(settings: WorldSettings) -> Drawn:
    world = build_world(settings)
    return Drawn(world, Rows.concat(list(draw_log(world))))


@pytest.fixture(scope="session")
def draw() -> Callable[[WorldSettings], Drawn]:
    """Draw a world, or take it from those drawn before."""
    return _draw


@pytest.fixture(scope="session")
def honest() -> Drawn:
    """A world in which nothing is bought, with every honest crowd."""
    return _draw(WorldSettings(accounts=6_000, days=14, fraud=0.0, seed=11))


@pytest.fixture(scope="session", params=[11, 12, 13])
def life(request: pytest.FixtureRequest) -> Drawn:
    """Worlds in which nothing is bought, at three seeds."""
    return _draw(WorldSettings(accounts=6_000, days=14, fraud=0.0, seed=request.param))


@pytest.fixture(
    scope="session", params=[(seed, skill) for seed in (1, 2, 3) for skill in (0, 1, 2)]
)
def bought(request: pytest.FixtureRequest) -> Drawn:
    """Worlds with every mode, at three seeds and three skills."""
    seed, skill = request.param
    return _draw(WorldSettings(accounts=3_500, days=10, fraud=0.3, skill=skill, seed=seed))


@pytest.fixture(scope="session")
def draw_skills() -> dict[int, Drawn]:
    """One world at each skill."""
    return {
        skill: _draw(WorldSettings(accounts=3_500, days=10, fraud=0.3, skill=skill, seed=2))
        for skill in (0, 1, 2)
    }
