"""Every honest crowd is there, is labelled, is honest, and looks as odd as it should."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from zhenzan.worlds import ALL_CROWDS, WorldSettings
from zhenzan.worlds.columns import COMMENT, PUSH, Rows
from zhenzan.worlds.parameters import US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.worlds.conftest import Drawn


def _of(drawn: Drawn, rows: Rows, crowd: str) -> Rows:
    return rows.take(np.isin(rows.account, drawn.members(crowd)))


def _ordinary(drawn: Drawn, rows: Rows) -> Rows:
    return rows.take(np.isin(rows.account, drawn.ordinary()))


def _soon(drawn: Drawn, likes: Rows, within: int) -> float:
    delay = likes.ts - drawn.world.contents.published[likes.content]
    return float((delay < within).mean())


def _rush(likes: Rows, within: int) -> float:
    """Share of likes with another like of the same content, by another account, that close."""
    order = np.lexsort((likes.ts, likes.content))
    near = (np.diff(likes.ts[order]) < within) & (np.diff(likes.content[order]) == 0)
    return float((np.append(near, False) | np.append(False, near)).mean())


def _people_behind(rows: Rows, column: np.ndarray) -> float:
    """Accounts behind the address or device of an ordinary event."""
    pairs = np.unique(np.stack([column, rows.account]), axis=1)[0]
    keys, people = np.unique(pairs, return_counts=True)
    return float(people[np.searchsorted(keys, column)].mean())


@pytest.mark.parametrize("crowd", ALL_CROWDS)
def test_every_crowd_is_there_labelled_and_active(honest: Drawn, crowd: str) -> None:
    members = honest.members(crowd)
    assert len(members) >= 2
    assert np.isin(members, honest.rows.account).mean() > 0.5
    assert {honest.world.role[m] for m in members.tolist()} == {"honest"}


def test_half_of_the_people_are_in_no_crowd(honest: Drawn) -> None:
    assert 0.45 < len(honest.ordinary()) / honest.world.honest < 0.65


def test_only_the_crowds_that_are_asked_for_are_there(
    draw: Callable[[WorldSettings], Drawn],
) -> None:
    drawn = draw(WorldSettings(accounts=800, days=3, fraud=0, crowds=("fans", "heavy"), seed=4))
    assert set(drawn.world.crowd) == {"", "fans", "heavy"}


@pytest.mark.parametrize("crowd", ["fans", "scheduled"])
def test_fans_and_followers_of_scheduled_posts_come_at_once(honest: Drawn, crowd: str) -> None:
    mine = _soon(honest, _of(honest, honest.likes, crowd), US_PER_HOUR)
    assert mine > 2 * _soon(honest, _ordinary(honest, honest.likes), US_PER_HOUR)


def test_scheduled_posts_come_on_the_hour(honest: Drawn) -> None:
    contents = honest.world.contents
    theirs = np.isin(contents.author, honest.world.planned)
    assert theirs.any()
    assert (contents.published[theirs] % US_PER_HOUR == 0).all()


def _mean_overlap(rows: Rows, accounts: np.ndarray) -> float:
    """Mean number of contents that two of the accounts both liked."""
    _, likers = np.unique(rows.content[np.isin(rows.account, accounts)], return_counts=True)
    return float((likers * (likers - 1.0)).sum()) / (len(accounts) * (len(accounts) - 1.0))


def test_niche_people_share_small_authors_and_watch(honest: Drawn) -> None:
    likes, views = _of(honest, honest.likes, "niche"), _of(honest, honest.views, "niche")
    ordinary = _ordinary(honest, honest.likes)
    mine = _mean_overlap(likes, honest.members("niche"))
    assert mine > 4 * _mean_overlap(ordinary, honest.ordinary())
    posts = next(part.tasks.content for part in honest.world.parts if part.name == "niche")
    targets = np.unique(honest.world.contents.author[posts])
    authors = honest.world.authors
    appeal = authors.appeal[np.isin(authors.account, targets)]
    assert np.median(appeal) < np.median(authors.appeal)
    assert len(targets) < 0.1 * len(authors)
    assert views.progress.mean() > _ordinary(honest, honest.views).progress.mean()


def test_a_push_brings_many_at_once(honest: Drawn) -> None:
    views = _of(honest, honest.views, "push")
    assert (views.source == PUSH).mean() > 1.8 * (
        _ordinary(honest, honest.views).source == PUSH
    ).mean()


@pytest.mark.parametrize("crowd", ["push", "viral", "livestream", "campus", "fans"])
def test_rushes_put_likes_close_together(honest: Drawn, crowd: str) -> None:
    mine = _rush(_of(honest, honest.likes, crowd), 2 * US_PER_MINUTE)
    everybody = _ordinary(honest, honest.likes)
    size = len(_of(honest, honest.likes, crowd))
    sample = everybody.take(np.sort(np.random.default_rng(1).permutation(len(everybody))[:size]))
    assert mine > 3 * _rush(sample, 2 * US_PER_MINUTE)


def test_a_live_stream_synchronises_likes_within_seconds(honest: Drawn) -> None:
    mine = _of(honest, honest.likes, "livestream")
    everybody = _ordinary(honest, honest.likes)
    sample = everybody.take(slice(None, None, max(1, len(everybody) // len(mine))))
    assert _rush(mine, 10 * US_PER_SECOND) > 0.1 + 10 * _rush(sample, 10 * US_PER_SECOND)


def test_prize_hunters_write_the_same_words(honest: Drawn) -> None:
    comments = honest.rows.take(honest.rows.kind == COMMENT)
    texts = np.array(honest.world.texts.texts)
    _, counts = np.unique(texts[_of(honest, comments, "giveaway").text], return_counts=True)
    _, usual = np.unique(texts[_ordinary(honest, comments).text], return_counts=True)
    assert np.sort(counts)[-9:].sum() / counts.sum() > np.sort(usual)[-9:].sum() / usual.sum()


@pytest.mark.parametrize("crowd", ["campus", "carrier"])
def test_some_crowds_sit_behind_one_address(honest: Drawn, crowd: str) -> None:
    mine = _of(honest, honest.rows, crowd)
    one_for_each = _ordinary(honest, honest.rows)
    sample = one_for_each.take(
        np.isin(one_for_each.account, honest.ordinary()[: len(honest.members(crowd))])
    )
    assert _people_behind(mine, mine.ip) > 1.25 * _people_behind(sample, sample.ip)


def test_families_share_devices(honest: Drawn) -> None:
    mine, others = _of(honest, honest.rows, "family"), _ordinary(honest, honest.rows)
    assert _people_behind(mine, mine.device) > 1.8
    assert _people_behind(others, others.device) < 1.05


def test_heavy_likers_and_scrollers(honest: Drawn) -> None:
    def rate(crowd: str) -> float:
        return len(_of(honest, honest.likes, crowd)) / len(_of(honest, honest.views, crowd))

    ordinary = _ordinary(honest, honest.views)
    usual = len(_ordinary(honest, honest.likes)) / len(ordinary)
    assert rate("heavy") > 3 * usual
    fast = _of(honest, honest.views, "scrollers")
    assert np.median(fast.watch_ms) < 0.75 * np.median(ordinary.watch_ms)
    assert rate("scrollers") > 1.3 * usual


def _returned(drawn: Drawn, likes: Rows) -> float:
    author = drawn.world.contents.author[likes.content]
    pairs = set(zip(likes.account.tolist(), author.tolist(), strict=True))
    return sum((b, a) in pairs for a, b in pairs) / len(pairs)


def test_friends_return_likes_and_read(honest: Drawn) -> None:
    likes = _of(honest, honest.likes, "friends")
    members = honest.members("friends")
    among = likes.take(np.isin(honest.world.contents.author[likes.content], members))
    assert len(among) > 50
    assert _returned(honest, among) > 0.4
    views = _of(honest, honest.views, "friends")
    among_views = views.take(np.isin(honest.world.contents.author[views.content], members))
    assert among_views.progress.mean() > 0.6


def test_colleagues_glance_at_the_company_in_working_hours(honest: Drawn) -> None:
    members = honest.members("colleagues")
    views = _of(honest, honest.views, "colleagues")
    polite = views.take(np.isin(honest.world.contents.author[views.content], members))
    hour = (polite.ts / US_PER_HOUR + 8) % 24
    assert ((hour > 8) & (hour < 19)).mean() > 0.7
    assert np.median(polite.watch_ms) < 10_000
    pool = honest.world.people.work[polite.account]
    at_work = [
        ip in honest.world.networks.pools.addresses(w)
        for w, ip in zip(pool, polite.ip, strict=True)
    ]
    assert np.mean(at_work) > 0.3


def test_news_desks_work_day_and_night(honest: Drawn) -> None:
    rows = _of(honest, honest.rows, "news")
    hours = np.bincount((rows.ts // US_PER_HOUR) % 24, minlength=24)
    assert hours.min() > 0.4 * hours.mean()


def test_critics_comment_on_what_they_do_not_like(honest: Drawn) -> None:
    comments = _of(honest, honest.rows.take(honest.rows.kind == COMMENT), "critics")
    liked = set(zip(honest.likes.account.tolist(), honest.likes.content.tolist(), strict=True))
    usual = _ordinary(honest, honest.rows.take(honest.rows.kind == COMMENT))

    def disliked(rows: Rows) -> float:
        pairs = zip(rows.account.tolist(), rows.content.tolist(), strict=True)
        return sum(pair not in liked for pair in pairs)

    critics, others = len(honest.members("critics")), len(honest.ordinary())
    assert disliked(comments) / critics > 2 * disliked(usual) / others
    assert disliked(comments) > 0.5 * len(comments)


def test_lossy_clients_like_without_a_logged_view(honest: Drawn) -> None:
    lossy = _of(honest, honest.likes, "lossy")
    assert honest.viewed_first(lossy).mean() < 0.5
    assert honest.viewed_first(_ordinary(honest, honest.likes)).mean() > 0.9
