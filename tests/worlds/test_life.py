"""Genuine life has the distributions that it claims, at every seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from zhenzan.worlds.columns import (
    FROM_FOLLOW,
    FROM_SHARE,
    PROFILE,
    PUSH,
    RECOMMEND,
    SEARCH,
    SOURCE_WORDS,
    UNLIKE,
    VIEW,
    Ints,
    Rows,
)
from zhenzan.worlds.parameters import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE

if TYPE_CHECKING:
    from tests.worlds.conftest import Drawn

FIRST_HOME_OCTET = 113


def _pair(rows: Rows) -> Ints:
    return (rows.account << 32) + rows.content


def _share_of_top_tenth(counts: np.ndarray) -> float:
    ordered = np.sort(counts)[::-1]
    return float(ordered[: max(1, len(ordered) // 10)].sum() / ordered.sum())


def test_content_popularity_is_heavy_tailed(life: Drawn) -> None:
    counts = np.bincount(life.views.content, minlength=len(life.world.contents))
    assert _share_of_top_tenth(counts) > 0.4
    assert counts.max() > 20 * max(1.0, float(np.median(counts)))


def test_activity_is_heavy_tailed(life: Drawn) -> None:
    counts = np.bincount(life.rows.account, minlength=life.world.honest)
    assert _share_of_top_tenth(counts) > 0.3
    assert (counts <= np.median(counts) / 4).mean() > 0.1


def test_followers_are_heavy_tailed(life: Drawn) -> None:
    followers = np.bincount(life.world.follows.author, minlength=life.world.honest)
    followers = followers[life.world.authors.account]
    assert _share_of_top_tenth(followers) > 0.3


def test_there_is_day_and_night(life: Drawn) -> None:
    ordinary = life.rows.take(np.isin(life.rows.account, life.ordinary()))
    hours = np.bincount((ordinary.ts // US_PER_HOUR) % 24, minlength=24)
    assert hours.max() > 4 * hours.min()


def test_people_have_their_own_hours(life: Drawn) -> None:
    people = life.world.people
    rows = life.views
    mine = np.isin(rows.account, life.ordinary())
    off = ((rows.ts[mine] / US_PER_HOUR - people.evening[rows.account[mine]] + 12) % 24) - 12
    assert float((np.abs(off) < 4).mean()) > 0.45


def test_views_fade_with_the_age_of_the_content(life: Drawn) -> None:
    age = life.views.ts - life.world.contents.published[life.views.content]
    assert (age >= 0).all()
    days = np.bincount(np.minimum(age // US_PER_DAY, 14))
    assert days[0] > 2 * days[1] > 2 * days[4] > 0


def test_watching_is_short_or_to_the_end(life: Drawn) -> None:
    progress = life.views.progress
    ends = ((progress < 0.2) | (progress > 0.98)).mean()
    assert ends > 0.6
    assert 0.05 < float((progress > 0.98).mean()) < 0.6


def test_likes_come_with_depth(life: Drawn) -> None:
    likes = life.likes
    ordinary = life.ordinary()
    key = (life.views.account << 32) + life.views.content
    order = np.argsort(key, kind="stable")
    mine = (likes.account << 32) + likes.content
    liked = np.isin(key[order], mine)
    progress = life.views.progress[order]
    people = np.isin(life.views.account[order], ordinary)
    deep, shallow = people & (progress > 0.9), people & (progress < 0.1)
    assert liked[deep].mean() > 3 * liked[shallow].mean()


def test_the_like_rate_is_the_one_that_was_drawn(life: Drawn) -> None:
    ordinary = life.ordinary()
    likes = np.isin(life.likes.account, ordinary).sum()
    views = np.isin(life.views.account, ordinary).sum()
    assert likes / views == pytest.approx(life.world.parameters.like_rate, rel=0.2)


def test_a_like_follows_its_view_unless_the_log_lost_it(life: Drawn) -> None:
    lost = life.world.people.lost[life.likes.account]
    seen = life.viewed_first(life.likes)
    assert seen[lost < 0.05].mean() > 0.93
    assert seen[lost > 0.8].mean() < 0.4


def test_some_likes_are_taken_back_by_those_who_gave_them(life: Drawn) -> None:
    unlikes = life.rows.take(life.rows.kind == UNLIKE)
    given = set(zip(life.likes.account.tolist(), life.likes.content.tolist(), strict=True))
    taken = list(zip(unlikes.account.tolist(), unlikes.content.tolist(), strict=True))
    assert 0.003 < len(taken) / len(given) < 0.05
    assert set(taken) <= given


def test_visits_are_sessions_with_order_and_dwell(life: Drawn) -> None:
    rows = life.views
    order = np.lexsort((rows.ts, rows.session))
    same = np.diff(rows.session[order]) == 0
    gap = np.diff(rows.ts[order])[same]
    watch = rows.watch_ms[order][:-1][same] * 1_000
    assert (gap >= watch).all()
    assert 3 < len(rows) / len(np.unique(rows.session)) < 20
    assert len(np.unique(rows.account[order][:-1][same] - rows.account[order][1:][same])) == 1


def test_homes_carriers_and_second_devices_are_shared_as_they_should(life: Drawn) -> None:
    ordinary = life.views.take(np.isin(life.views.account, life.ordinary()))
    devices = np.unique(np.stack([ordinary.account, ordinary.device]), axis=1)[0]
    several = (np.bincount(devices)[np.unique(devices)] > 1).mean()
    assert 0.05 < several < 0.5
    pairs = np.unique(np.stack([ordinary.ip, ordinary.account]), axis=1)[0]
    _, people_behind = np.unique(pairs, return_counts=True)
    assert people_behind.max() > 20  # carrier-grade NAT
    assert np.median(people_behind) <= 2  # homes


def test_accounts_come_and_go(life: Drawn) -> None:
    people, p = life.world.people, life.world.parameters
    rows = life.rows.take(np.isin(life.rows.account, life.ordinary()))
    assert (rows.ts >= people.created[rows.account]).all()
    assert (people.created >= p.start_us).mean() == pytest.approx(p.newcomer_share, abs=0.03)
    last = np.zeros(life.world.honest)
    active = rows.take(rows.kind != UNLIKE)  # second thoughts come from outside a visit
    np.maximum.at(last, active.account, active.ts)
    gone = people.present_until < p.start_us + p.days // 2 * US_PER_DAY
    assert (last[gone] < p.start_us + (p.days // 2 + 1) * US_PER_DAY).all()


def test_time_zones_and_weekends_differ(life: Drawn) -> None:
    views = life.rows.take(life.rows.kind == VIEW)
    day = views.ts // US_PER_DAY
    weekend = (day + 3) % 7 >= 5
    days = len(np.unique(day[weekend])), len(np.unique(day[~weekend]))
    assert weekend.sum() / days[0] > 1.1 * (~weekend).sum() / days[1]
    evening = life.world.people.evening
    usual = (life.world.parameters.evening_hour - 8) % 24
    away = np.abs((evening - usual + 12) % 24 - 12) > 5
    assert 0.01 < away.mean() < 0.2


def _of_ordinary(life: Drawn, rows: Rows) -> Rows:
    return rows.take(np.isin(rows.account, life.ordinary()))


def test_as_many_likes_are_taken_back_as_was_drawn_at_once_or_days_later(life: Drawn) -> None:
    likes = life.likes
    unlikes = life.rows.take(life.rows.kind == UNLIKE)
    when = dict(zip(_pair(likes).tolist(), likes.ts.tolist(), strict=True))
    delay = [t - when[p] for p, t in zip(_pair(unlikes).tolist(), unlikes.ts.tolist(), strict=True)]
    rate = life.world.parameters.unlike_rate
    assert len(delay) / len(likes) == pytest.approx(rate, rel=0.3)
    assert 0.45 < np.mean(np.array(delay) < US_PER_MINUTE) < 0.75  # slips of the thumb
    assert np.mean(np.array(delay) > US_PER_HOUR) > 0.25  # regrets


def test_as_many_views_are_lost_as_was_drawn(life: Drawn) -> None:
    p, people = life.world.parameters, life.world.people
    plain = people.lost[life.ordinary()]
    assert plain.mean() == pytest.approx(p.lost_views, rel=0.15)
    assert (people.lost > 0.5).mean() > 0.5 * p.lossy_clients
    likes = _of_ordinary(life, life.likes)
    missing = 1 - life.viewed_first(likes).mean()
    expected = people.lost[likes.account].mean()
    assert 0.5 * expected < missing < expected + 0.02


def test_contents_are_reached_in_the_ways_that_were_drawn(life: Drawn) -> None:
    source = _of_ordinary(life, life.views).source
    shares = np.bincount(source, minlength=len(SOURCE_WORDS)) / len(source)
    expected = np.array(life.world.parameters.source_weights)
    for way in (SEARCH, FROM_SHARE):
        assert shares[way] == pytest.approx(expected[way], rel=0.3)
    # whose authors have nothing new is recommended something instead
    by_author = [FROM_FOLLOW, PROFILE, PUSH]
    assert (shares[by_author] < 1.05 * expected[by_author]).all()
    assert 0.5 * expected[FROM_FOLLOW] < shares[FROM_FOLLOW]
    assert shares[RECOMMEND] == shares.max()


def test_topics_follow_zipf(life: Drawn) -> None:
    p = life.world.parameters
    tastes = np.bincount(life.world.people.tastes[life.ordinary()].ravel(), minlength=p.topics)
    rank = np.log(np.arange(1, p.topics + 1))
    slope = np.polyfit(rank, np.log(np.sort(tastes)[::-1]), 1)[0]
    assert -slope == pytest.approx(p.topic_skew, abs=0.25)


def test_people_have_as_many_devices_as_was_drawn(life: Drawn) -> None:
    devices = life.world.people.devices[life.ordinary()]
    several = devices[:, 0] != devices[:, 1]
    assert several.mean() == pytest.approx(life.world.parameters.second_device, abs=0.03)
    assert 0 < (devices[:, 1] != devices[:, 2]).mean() < several.mean() / 2
    used = np.isin(life.views.device, devices[several, 1])
    mine = np.isin(life.views.account, life.ordinary()[several])
    assert 0.1 < used[mine].mean() < 0.35


def test_households_share_an_address_that_providers_change(life: Drawn) -> None:
    people, p = life.world.people, life.world.parameters
    homes = np.bincount(people.household)
    # accounts choose a home at random: some are empty
    assert len(people) / len(homes) == pytest.approx(p.household, rel=0.02)
    assert (homes > 1).sum() > 0.2 * (homes > 0).sum()
    views = _of_ordinary(life, life.views)
    at_home = views.take((views.ip >> 24) == FIRST_HOME_OCTET)
    pairs = np.unique(np.stack([at_home.account, at_home.ip]), axis=1)[0]
    account, addresses = np.unique(pairs, return_counts=True)
    lease = people.lease_days[account]
    assert addresses[lease == 1].mean() > 1.5 * addresses[lease >= 30].mean()
    assert addresses[lease > 30].max() == 1
    first = dict(zip(at_home.account.tolist(), at_home.ip.tolist(), strict=True))
    steady = account[lease > 30]
    _, members = np.unique(people.household[steady], return_inverse=True)
    pair = next(g for g in range(members.max() + 1) if (members == g).sum() == 2)
    assert len({first[a] for a in steady[members == pair].tolist()}) == 1


def test_some_people_work_behind_few_addresses_by_day(life: Drawn) -> None:
    people, pools = life.world.people, life.world.networks
    assert np.isin(people.work[life.ordinary()], pools.workplaces).mean() == pytest.approx(
        life.world.parameters.work_share, abs=0.03
    )
    views = _of_ordinary(life, life.views)
    office = np.concatenate([pools.pools.addresses(pool) for pool in pools.workplaces])
    at_work = np.isin(views.ip, office)
    local = (views.ts / US_PER_HOUR - people.evening[views.account] + 20.5) % 24
    assert 0.01 < at_work.mean() < 0.2
    assert ((local[at_work] > 8.9) & (local[at_work] < 18.5)).mean() > 0.95


def test_longer_contents_are_watched_longer_and_finished_less(life: Drawn) -> None:
    views = _of_ordinary(life, life.views)
    duration = life.world.contents.duration_ms[views.content]
    short, long = duration < np.quantile(duration, 0.25), duration > np.quantile(duration, 0.75)
    assert views.watch_ms[long].mean() > 1.5 * views.watch_ms[short].mean()
    assert (views.progress[long] > 0.98).mean() < 0.8 * (views.progress[short] > 0.98).mean()


def test_readiness_to_like_differs_between_people(life: Drawn) -> None:
    likes, views = (
        np.bincount(_of_ordinary(life, rows).account, minlength=life.world.honest)
        for rows in (life.likes, life.views)
    )
    busy = views > 100
    rate = likes[busy] / views[busy]
    by_chance = np.sqrt(rate.mean() / views[busy].mean())
    assert rate.std() > 2 * by_chance
    bias = life.world.people.like_bias[life.ordinary()]
    assert bias.std() == pytest.approx(life.world.parameters.like_sigma, rel=0.1)
