"""Genuine life has the distributions that it claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from zhenzan.worlds.columns import UNLIKE, VIEW
from zhenzan.worlds.parameters import US_PER_DAY, US_PER_HOUR

if TYPE_CHECKING:
    from tests.worlds.conftest import Drawn


def _share_of_top_tenth(counts: np.ndarray) -> float:
    ordered = np.sort(counts)[::-1]
    return float(ordered[: max(1, len(ordered) // 10)].sum() / ordered.sum())


def test_content_popularity_is_heavy_tailed(honest: Drawn) -> None:
    counts = np.bincount(honest.views.content, minlength=len(honest.world.contents))
    assert _share_of_top_tenth(counts) > 0.4
    assert counts.max() > 20 * max(1.0, float(np.median(counts)))


def test_activity_is_heavy_tailed(honest: Drawn) -> None:
    counts = np.bincount(honest.rows.account, minlength=honest.world.honest)
    assert _share_of_top_tenth(counts) > 0.3
    assert (counts <= np.median(counts) / 4).mean() > 0.1


def test_followers_are_heavy_tailed(honest: Drawn) -> None:
    followers = np.bincount(honest.world.follows.author, minlength=honest.world.honest)
    followers = followers[honest.world.authors.account]
    assert _share_of_top_tenth(followers) > 0.3


def test_there_is_day_and_night(honest: Drawn) -> None:
    ordinary = honest.rows.take(np.isin(honest.rows.account, honest.ordinary()))
    hours = np.bincount((ordinary.ts // US_PER_HOUR) % 24, minlength=24)
    assert hours.max() > 4 * hours.min()


def test_people_have_their_own_hours(honest: Drawn) -> None:
    people = honest.world.people
    rows = honest.views
    mine = np.isin(rows.account, honest.ordinary())
    off = ((rows.ts[mine] / US_PER_HOUR - people.evening[rows.account[mine]] + 12) % 24) - 12
    assert float((np.abs(off) < 4).mean()) > 0.45


def test_views_fade_with_the_age_of_the_content(honest: Drawn) -> None:
    age = honest.views.ts - honest.world.contents.published[honest.views.content]
    assert (age >= 0).all()
    days = np.bincount(np.minimum(age // US_PER_DAY, 14))
    assert days[0] > 2 * days[1] > 2 * days[4] > 0


def test_watching_is_short_or_to_the_end(honest: Drawn) -> None:
    progress = honest.views.progress
    ends = ((progress < 0.2) | (progress > 0.98)).mean()
    assert ends > 0.6
    assert 0.05 < float((progress > 0.98).mean()) < 0.6


def test_likes_come_with_depth(honest: Drawn) -> None:
    likes = honest.likes
    ordinary = honest.ordinary()
    key = (honest.views.account << 32) + honest.views.content
    order = np.argsort(key, kind="stable")
    mine = (likes.account << 32) + likes.content
    liked = np.isin(key[order], mine)
    progress = honest.views.progress[order]
    people = np.isin(honest.views.account[order], ordinary)
    deep, shallow = people & (progress > 0.9), people & (progress < 0.1)
    assert liked[deep].mean() > 3 * liked[shallow].mean()


def test_the_like_rate_is_the_one_that_was_drawn(honest: Drawn) -> None:
    ordinary = honest.ordinary()
    likes = np.isin(honest.likes.account, ordinary).sum()
    views = np.isin(honest.views.account, ordinary).sum()
    assert likes / views == pytest.approx(honest.world.parameters.like_rate, rel=0.2)


def test_a_like_follows_its_view_unless_the_log_lost_it(honest: Drawn) -> None:
    lost = honest.world.people.lost[honest.likes.account]
    seen = honest.viewed_first(honest.likes)
    assert seen[lost < 0.05].mean() > 0.93
    assert seen[lost > 0.8].mean() < 0.4


def test_some_likes_are_taken_back_by_those_who_gave_them(honest: Drawn) -> None:
    unlikes = honest.rows.take(honest.rows.kind == UNLIKE)
    given = set(zip(honest.likes.account.tolist(), honest.likes.content.tolist(), strict=True))
    taken = list(zip(unlikes.account.tolist(), unlikes.content.tolist(), strict=True))
    assert 0.003 < len(taken) / len(given) < 0.05
    assert set(taken) <= given


def test_visits_are_sessions_with_order_and_dwell(honest: Drawn) -> None:
    rows = honest.views
    order = np.lexsort((rows.ts, rows.session))
    same = np.diff(rows.session[order]) == 0
    gap = np.diff(rows.ts[order])[same]
    watch = rows.watch_ms[order][:-1][same] * 1_000
    assert (gap >= watch).all()
    assert 3 < len(rows) / len(np.unique(rows.session)) < 20
    assert len(np.unique(rows.account[order][:-1][same] - rows.account[order][1:][same])) == 1


def test_homes_carriers_and_second_devices_are_shared_as_they_should(honest: Drawn) -> None:
    ordinary = honest.views.take(np.isin(honest.views.account, honest.ordinary()))
    devices = np.unique(np.stack([ordinary.account, ordinary.device]), axis=1)[0]
    several = (np.bincount(devices)[np.unique(devices)] > 1).mean()
    assert 0.05 < several < 0.5
    pairs = np.unique(np.stack([ordinary.ip, ordinary.account]), axis=1)[0]
    _, people_behind = np.unique(pairs, return_counts=True)
    assert people_behind.max() > 20  # carrier-grade NAT
    assert np.median(people_behind) <= 2  # homes


def test_accounts_come_and_go(honest: Drawn) -> None:
    people, p = honest.world.people, honest.world.parameters
    rows = honest.rows.take(np.isin(honest.rows.account, honest.ordinary()))
    assert (rows.ts >= people.created[rows.account]).all()
    assert (people.created >= p.start_us).mean() == pytest.approx(p.newcomer_share, abs=0.03)
    last = np.zeros(honest.world.honest)
    active = rows.take(rows.kind != UNLIKE)  # second thoughts come from outside a visit
    np.maximum.at(last, active.account, active.ts)
    gone = people.present_until < p.start_us + p.days // 2 * US_PER_DAY
    assert (last[gone] < p.start_us + (p.days // 2 + 1) * US_PER_DAY).all()


def test_time_zones_and_weekends_differ(honest: Drawn) -> None:
    views = honest.rows.take(honest.rows.kind == VIEW)
    day = views.ts // US_PER_DAY
    weekend = (day + 3) % 7 >= 5
    days = len(np.unique(day[weekend])), len(np.unique(day[~weekend]))
    assert weekend.sum() / days[0] > 1.1 * (~weekend).sum() / days[1]
    evening = honest.world.people.evening
    usual = (honest.world.parameters.evening_hour - 8) % 24
    away = np.abs((evening - usual + 12) % 24 - 12) > 5
    assert 0.01 < away.mean() < 0.2
