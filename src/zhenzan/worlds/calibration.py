"""A pilot before the log is drawn: sets the like rate and the activity, and foresees the likes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

from zhenzan.worlds.browse import like_logit, no_tasks, view_visits
from zhenzan.worlds.columns import Sessions, full
from zhenzan.worlds.draws import sigmoid, some
from zhenzan.worlds.parameters import US_PER_DAY
from zhenzan.worlds.people import ordinary_visits

if TYPE_CHECKING:
    from zhenzan.worlds.world import World

_SAMPLE_VIEWS = 150_000
_SAMPLE_DAYS = 14
_ROUNDS = 3
_TALK = 0.85  # comments, shares and saves of a view, as a share of the sum of their rates
_EVENTS_A_FAKE_LIKE = 3.0
_LIFE_A_FAKE_LIKE = 0.35  # camouflage likes a fake like, over all modes


@dataclass(frozen=True)
class Forecast:
    """What the honest part of a log will hold, about.

    Attributes:
        likes: Genuine likes.
        events: Events of the whole log, the sellers' included.
    """

    likes: float
    events: float


def calibrate(world: World) -> Forecast:
    """Set ``like_offset`` and, where a number of events is asked for, how busy people are.

    Args:
        world: The honest world with its crowds; its parameters and its people's visits change.
    """
    goal = world.settings.events
    forecast = _pilot(world, 0)
    for attempt in range(1, _ROUNDS + 1 if goal else 1):
        planned = _planned_views(world)
        fixed = min(planned, 0.8 * float(goal or 0))  # crowds come whatever people do otherwise
        factor = (float(goal or 0) - fixed) / max(forecast.events - planned, 1.0)
        world.people.visits *= float(np.clip(factor, 0.05, 20.0))
        forecast = _pilot(world, attempt)
    return forecast


def _planned_views(world: World) -> float:
    return float(sum(int(part.sessions.length.sum()) for part in world.parts))


def _pilot(world: World, attempt: int) -> Forecast:
    """Draw a sample of ordinary life, set the like offset by it, and scale it up."""
    p, people, rng = world.parameters, world.people, world.rng("pilot", attempt)
    days = min(_SAMPLE_DAYS, p.days)
    a_day = people.visits[: world.honest] * people.views[: world.honest]
    wanted = int(_SAMPLE_VIEWS / max(float(a_day.mean()) * days, 0.1))
    sample = some(rng, np.arange(world.honest, dtype=np.int64), max(wanted, 200))
    first = p.start_us + (p.days - days) // 2 * US_PER_DAY
    bounds = (first, first + days * US_PER_DAY)
    account, start, length = ordinary_visits(rng, people, sample, bounds)
    none = full(len(account))
    visits = Sessions(account, start, length, none, none, none)
    views, watched = view_visits(rng, world, visits, no_tasks())
    if len(views) == 0:
        return Forecast(0.0, 0.0)
    logits = like_logit(world, views, watched)
    ordinary = np.array([not crowd for crowd in world.crowd])[views.account]
    usual = logits[ordinary] if ordinary.any() else logits
    offset = brentq(lambda x: float(sigmoid(x + usual).mean()) - p.like_rate, -20.0, 20.0)
    like_rate = float(sigmoid(offset + logits).mean())
    world.parameters = p.with_offset(float(offset))
    present = people.present_until - people.present_from
    days_present = present[: world.honest] / US_PER_DAY
    shown = len(views) / max(1, int(length.sum()))
    total = float((a_day * days_present).sum()) * shown
    planned = _planned_views(world)
    crowd_likes = sum(float(np.nan_to_num(x.tasks.like, nan=0.1).sum()) for x in world.parts)
    likes = (total + planned) * like_rate + crowd_likes
    fake = likes * world.settings.fraud / (1 - world.settings.fraud)
    logged = 1 - float(np.average(people.lost[: world.honest], weights=a_day))
    a_view = logged + like_rate + _TALK * (p.comment_rate + p.share_rate + p.favorite_rate)
    bought = fake * (_EVENTS_A_FAKE_LIKE + _LIFE_A_FAKE_LIKE / like_rate)
    return Forecast(likes, (total + planned) * a_view + crowd_likes + bought)
