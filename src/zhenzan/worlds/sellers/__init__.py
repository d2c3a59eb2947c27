"""Every way to fake a like: one file a mode.

The kinds are those that studies of the trade describe (sources stand in the files). How large pools
are, which share of one serves an order, and what each skill hides is our assumption throughout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from zhenzan.worlds.errands import join
from zhenzan.worlds.sellers import (
    api,
    exchange,
    farm,
    hijacked,
    hired,
    matrix,
    mutual,
    package,
    panel,
    throwaway,
)
from zhenzan.worlds.sellers.market import Market
from zhenzan.worlds.sellers.tail import follow_spikes
from zhenzan.worlds.settings import ALL_MODES

if TYPE_CHECKING:
    from zhenzan.worlds.world import Part, World


class _Shop(Protocol):
    def __call__(
        self, rng: np.random.Generator, world: World, market: Market, likes: int
    ) -> list[Part]: ...


class _Club(Protocol):
    def __call__(self, rng: np.random.Generator, world: World, likes: int) -> list[Part]: ...


_SHOPS: dict[str, _Shop] = {
    farm.MODE: farm.TRADE.plan,
    api.MODE: api.TRADE.plan,
    hired.MODE: hired.plan,
    panel.MODE: panel.TRADE.plan,
    package.MODE: package.plan,
    throwaway.MODE: throwaway.plan,
    hijacked.MODE: hijacked.plan,
}
"""Modes that anybody may buy from."""
_CLUBS: dict[str, _Club] = {
    mutual.MODE: mutual.plan,
    exchange.MODE: exchange.plan,
    matrix.MODE: matrix.plan,
}
"""Modes that lift their own members' or authors' contents."""


def sell(world: World, genuine_likes: float) -> None:
    """Add the sellers of a world.

    Args:
        world: The honest world; gains accounts, roles, campaigns and parts.
        genuine_likes: Expected number of genuine likes in the log.
    """
    settings = world.settings
    modes = [m for m in ALL_MODES if m in settings.modes]
    if settings.fraud <= 0 or not modes:
        return
    total = genuine_likes * settings.fraud / (1 - settings.fraud)
    market = Market(world)
    shares = world.rng("shares").dirichlet(np.full(len(ALL_MODES), 6.0))
    shares = shares[[ALL_MODES.index(m) for m in modes]]
    for mode, share in zip(modes, shares / shares.sum(), strict=True):
        rng = world.rng("mode", mode)
        likes = int(total * share)
        if mode in _SHOPS:
            parts = _SHOPS[mode](rng, world, market, likes)
        else:
            parts = _CLUBS[mode](rng, world, likes)
        if parts:
            world.parts.append(join(parts, mode))
    follow_spikes(world)
