"""The organic tail: honest people to whom the recommender shows what a bought spike made hot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import FROM_FOLLOW, RECOMMEND, Ints, full
from zhenzan.worlds.draws import between, some
from zhenzan.worlds.errands import Errands, Manner, errands, nothing, perform
from zhenzan.worlds.parameters import US_PER_HOUR
from zhenzan.worlds.sellers.delivery import BATCH, BURST, SCHEDULED
from zhenzan.worlds.world import TAIL

if TYPE_CHECKING:
    from zhenzan.worlds.world import World

_LEAST_LIKES = 20
_VISITORS = (0.5, 3.0)  # visitors a bought like, our assumption
_CATCHES = (0.2, 0.5)  # share of the spikes that the recommender falls for, our assumption
_MANNER = Manner({RECOMMEND: 0.9, FROM_FOLLOW: 0.1}, like=None, before=1.0, after=3.0)
_KEEN = Manner({RECOMMEND: 1.0}, watch_share=(0.4, 1.0), like=1.0, before=1.0, after=3.0)
_KEEN_SHARE = (0.05, 0.15)


def follow_spikes(world: World) -> None:
    """Add honest visitors of bought contents; those sure to like are labelled ``tail``."""
    rng = world.rng(TAIL)
    catches, keen_share = between(rng, _CATCHES), between(rng, _KEEN_SHARE)
    visitors, fans = [nothing()], [nothing()]
    for campaign in world.campaigns:
        spike = campaign.shape in (BURST, BATCH, SCHEDULED) and campaign.likes >= _LEAST_LIKES
        if not spike or rng.random() >= catches:
            continue
        n = int(campaign.likes * between(rng, _VISITORS))
        who = some(rng, _interested(world, campaign.content), n)
        hours = rng.exponential(between(rng, (4, 16)), len(who)) + 0.3
        ts = campaign.start_us + (hours * US_PER_HOUR).astype(np.int64)
        here = (ts >= world.people.present_from[who]) & (ts < world.people.present_until[who])
        who, ts = who[here], ts[here]
        come = errands(who, full(len(who), campaign.content), ts)
        keen = rng.random(len(who)) < keen_share
        fans.append(come.take(keen))
        visitors.append(come.take(~keen))
    admirers = Errands.concat(fans)
    world.label(world.plain(np.unique(admirers.account)), TAIL)
    world.parts.append(perform(rng, world, TAIL, Errands.concat(visitors), _MANNER))
    world.parts.append(perform(rng, world, TAIL, admirers, _KEEN))


def _interested(world: World, content: int) -> Ints:
    """Honest accounts with a taste for the content's topic."""
    tastes = world.people.tastes[: world.honest]
    return np.flatnonzero((tastes == world.contents.topic[content]).any(axis=1))
