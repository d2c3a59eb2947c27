"""People with a cause: prize hunters of giveaways, and brigades of real critics.

How many come, how soon and how keen they are is our assumption.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import DIRECT, FROM_FOLLOW, FROM_SHARE, RECOMMEND, SEARCH, Ints
from zhenzan.worlds.crowds.publishing import busy_authors, groups, pairs, posts_of
from zhenzan.worlds.draws import between, heavy, some
from zhenzan.worlds.errands import Errands, Manner, errands, join, nothing, perform
from zhenzan.worlds.parameters import US_PER_HOUR, US_PER_MINUTE

if TYPE_CHECKING:
    from zhenzan.worlds.world import Part, World

_ENTRIES = (
    "参与抽奖",
    "想要",
    "已关注已点赞",
    "希望中奖",
    "来了来了",
    "冲",
    "求翻牌",
    "抽我抽我",
    "接好运",
)


def giveaway(rng: np.random.Generator, world: World, people: Ints) -> Part:
    """Prize hunters like and comment on unrelated authors' giveaways, hardly looking at them."""
    live = posts_of(world, world.authors.account)
    posts = some(rng, live, max(3, world.parameters.days // 2))
    keenness = rng.beta(2, 4, len(people))
    who, what = pairs(rng.random((len(posts), len(people))) < keenness, posts, people)
    delay = heavy(rng, len(who), between(rng, (8, 24)), 1.2) * US_PER_HOUR
    ts = world.contents.published[what] + delay.astype(np.int64)
    texts = world.texts.add(_ENTRIES)
    says = np.where(rng.random(len(who)) < 0.6, texts[rng.integers(0, len(texts), len(who))], -1)
    todo = errands(who, what, ts, text=says)
    manner = Manner(
        {RECOMMEND: 0.5, SEARCH: 0.3, FROM_SHARE: 0.2}, watch_s=(2.0, 12.0), like=0.92, after=1.0
    )
    return perform(rng, world, "giveaway", todo, manner)


def critics(rng: np.random.Generator, world: World, people: Ints) -> Part:
    """Brigades: at a critic's call people comment on her target and like what she posts."""
    calls, attacks = [nothing()], [nothing()]
    voices = busy_authors(world, 3.0)
    for brigade in groups(rng, people, (30, 120)):
        critic = int(rng.choice(voices))
        targets = some(rng, world.authors.account[world.authors.account != critic], 5)
        aims = posts_of(world, targets)
        posts = posts_of(world, np.array([critic]))
        for content in some(rng, posts, 1 + world.parameters.days // 3).tolist():
            come = brigade[rng.random(len(brigade)) < between(rng, (0.3, 0.7))]
            said = int(world.contents.published[content])
            delay = heavy(rng, len(come), 50.0, 1.0) * US_PER_MINUTE
            ts = said + delay.astype(np.int64)
            calls.append(errands(come, np.full(len(come), content, dtype=np.int64), ts))
            old = aims[world.contents.published[aims] < said]
            if len(old) == 0:
                continue
            target = np.full(len(come), int(rng.choice(old)), dtype=np.int64)
            attacks.append(errands(come, target, ts + 3 * US_PER_MINUTE))
    agree = Manner({FROM_FOLLOW: 0.6, RECOMMEND: 0.4}, like=between(rng, (0.5, 0.8)), after=1.0)
    object_to = Manner({DIRECT: 0.3, SEARCH: 0.7}, like=0.03, comment=0.5, after=1.0)
    parts = [
        perform(rng, world, "critics", Errands.concat(calls), agree),
        perform(rng, world, "critics", Errands.concat(attacks), object_to),
    ]
    return join(parts, "critics")
