"""Every way to fake a like leaves its trace, at every seed and every skill."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from zhenzan.worlds import ALL_MODES, WorldSettings
from zhenzan.worlds.columns import COMMENT, UNLIKE, Rows
from zhenzan.worlds.parameters import US_PER_DAY, US_PER_HOUR
from zhenzan.worlds.sellers.market import PRICES_PER_LIKE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.worlds.conftest import Drawn


def _bought(drawn: Drawn, mode: str) -> Rows:
    likes = drawn.likes
    return likes.take((likes.mode == ALL_MODES.index(mode)) & (likes.campaign >= 0))


def _genuine(drawn: Drawn) -> Rows:
    likes = drawn.likes
    return likes.take((likes.mode < 0) & np.isin(likes.account, drawn.ordinary()))


def _largest_pool(drawn: Drawn, mode: str) -> np.ndarray:
    pools = [i for i, word in enumerate(drawn.world.pools) if word == mode]
    return max((np.flatnonzero(drawn.world.pool == p) for p in pools), key=len)


def _affinity(rows: Rows, accounts: np.ndarray) -> float:
    """Mean number of contents that two of the accounts both liked, by the square of their likes."""
    mine = rows.take(np.isin(rows.account, accounts))
    _, likers = np.unique(mine.content, return_counts=True)
    n = len(accounts)
    return float((likers * (likers - 1.0)).sum()) / (n * (n - 1.0)) / (len(mine) / n) ** 2


def test_every_mode_delivers_what_its_campaigns_say(bought: Drawn) -> None:
    for mode in ALL_MODES:
        likes = _bought(bought, mode)
        ordered = sum(c.likes for c in bought.world.campaigns if c.mode == mode)
        assert len(likes) > 20, mode
        assert 0.6 * ordered < len(likes) <= ordered, mode


@pytest.mark.parametrize("mode", [m for m in ALL_MODES if m != "throwaway"])
def test_a_pool_likes_the_same_contents_far_more_than_people_do(bought: Drawn, mode: str) -> None:
    pool = _largest_pool(bought, mode)
    likes = _bought(bought, mode)
    assert _affinity(likes, pool) > 3 * _affinity(_genuine(bought), bought.ordinary())


def test_a_farm_has_few_devices_and_few_addresses(bought: Drawn) -> None:
    likes = _bought(bought, "farm")
    accounts = len(np.unique(likes.account))
    assert accounts >= 1.7 * len(np.unique(likes.device))
    assert accounts >= 1.5 * len(np.unique(likes.ip))


def test_api_likes_lack_views_and_devices(bought: Drawn) -> None:
    likes = _bought(bought, "api")
    genuine = _genuine(bought)
    assert bought.viewed_first(likes).mean() < bought.viewed_first(genuine).mean() - 0.12
    if bought.world.settings.skill < 2:
        assert (likes.device == -1).all()
        assert (likes.session == -1).all()
        assert bought.viewed_first(likes).mean() < 0.15


def test_hired_people_like_off_their_topics_on_their_own_devices(bought: Drawn) -> None:
    world, likes = bought.world, _bought(bought, "hired")
    own = bought.likes.take(
        (bought.likes.mode < 0) & np.isin(bought.likes.account, np.unique(likes.account))
    )

    def on_topic(rows: Rows) -> float:
        topic = world.contents.topic[rows.content]
        return float((world.people.tastes[rows.account] == topic[:, None]).any(axis=1).mean())

    assert len(own) > 0
    assert on_topic(likes) < on_topic(own) - 0.3
    devices = world.people.devices[likes.account]
    assert (devices == likes.device[:, None]).any(axis=1).all()
    assert {world.role[a] for a in np.unique(likes.account)} == {"hired"}


def test_hired_people_work_off_a_list(bought: Drawn) -> None:
    likes = _bought(bought, "hired")
    if bought.world.settings.skill == 2:
        return  # they are told to shuffle and to wait
    order = np.lexsort((likes.ts, likes.session))
    same = np.diff(likes.session[order]) == 0
    in_order = np.diff(likes.campaign[order])[same] > 0
    assert same.sum() > 20
    assert in_order.mean() > 0.75


def _pairs(drawn: Drawn, rows: Rows) -> set[tuple[int, int]]:
    author = drawn.world.contents.author[rows.content]
    return set(zip(rows.account.tolist(), author.tolist(), strict=True))


def test_mutual_groups_return_likes_and_exchanges_do_not(bought: Drawn) -> None:
    def returned(pairs: set[tuple[int, int]]) -> float:
        return sum((b, a) in pairs for a, b in pairs) / len(pairs)

    mutual = _pairs(bought, _bought(bought, "mutual"))
    exchange = _pairs(bought, _bought(bought, "exchange"))
    ordinary = _pairs(bought, _genuine(bought))
    assert returned(mutual) > 0.1 + 5 * returned(ordinary)
    assert returned(exchange) < 0.05


@pytest.mark.parametrize("mode", ["mutual", "exchange"])
def test_members_likes_stay_among_members(bought: Drawn, mode: str) -> None:
    likes = _bought(bought, mode)
    pool = bought.world.pool
    assert (pool[likes.account] == pool[bought.world.contents.author[likes.content]]).all()
    assert {bought.world.role[a] for a in np.unique(likes.account)} == {"member"}


def test_an_exchange_is_a_closed_ledger(bought: Drawn) -> None:
    likes = _bought(bought, "exchange")
    earned = np.bincount(likes.account, minlength=bought.world.honest)
    spent = np.bincount(bought.world.contents.author[likes.content], minlength=bought.world.honest)
    assert earned.sum() == spent.sum()
    assert np.corrcoef(earned > 0, spent > 0)[0, 1] > 0.4


def test_a_panel_has_a_device_each_and_rotates_addresses(bought: Drawn) -> None:
    panel = _bought(bought, "panel")
    rows = bought.rows.take(np.isin(bought.rows.account, np.unique(panel.account)))
    pairs = np.unique(np.stack([rows.account, rows.device]), axis=1)
    assert np.bincount(np.unique(pairs[0], return_inverse=True)[1]).max() == 1
    visits = len(np.unique(rows.session))
    addresses = len(np.unique(np.stack([rows.account, rows.ip]), axis=1)[0])
    assert addresses > 0.5 * visits


def test_a_matrix_lifts_the_same_authors_soon_after_the_post(bought: Drawn) -> None:
    likes, genuine, contents = _bought(bought, "matrix"), _genuine(bought), bought.world.contents
    delay = likes.ts - contents.published[likes.content]
    organic = genuine.ts - contents.published[genuine.content]
    assert np.median(delay) < np.median(organic) / 3
    if bought.world.settings.skill < 2:
        assert (delay < 1.3 * US_PER_HOUR).mean() > 0.9
    for pool in np.unique(bought.world.pool[likes.account]):
        mine = likes.take(bought.world.pool[likes.account] == pool)
        authors = np.unique(contents.author[mine.content])
        agencies = {bought.world.organizations[a] for a in authors.tolist()}
        assert len(agencies) == 1


def test_packages_leave_comments_from_a_stock(bought: Drawn) -> None:
    comments = bought.rows.take(bought.rows.kind == COMMENT)
    package = comments.take(
        (comments.mode == ALL_MODES.index("package")) & (comments.campaign >= 0)
    )
    texts = bought.world.texts.texts
    genuine = {texts[t] for t in comments.text[comments.mode < 0].tolist()}
    from_stock = [texts[t] not in genuine for t in package.text.tolist()]
    assert len(package) >= 3
    assert np.mean(from_stock) > 0.7


def test_throwaway_accounts_exist_for_one_like(bought: Drawn) -> None:
    likes = _bought(bought, "throwaway")
    assert len(np.unique(likes.account)) == len(likes)
    age = (likes.ts - bought.world.people.created[likes.account]) / US_PER_DAY
    genuine = _genuine(bought)
    usual = (genuine.ts - bought.world.people.created[genuine.account]) / US_PER_DAY
    assert np.median(age) < np.median(usual) / 3
    if bought.world.settings.skill == 0:
        assert np.median(age) < 0.1


def test_hijacked_accounts_act_from_devices_that_are_not_theirs(bought: Drawn) -> None:
    likes = _bought(bought, "hijacked")
    world = bought.world
    assert not (world.people.devices[likes.account] == likes.device[:, None]).any()
    assert {world.role[a] for a in np.unique(likes.account)} == {"hijacked"}
    own = bought.likes.take(np.isin(bought.likes.account, np.unique(likes.account)))
    assert (own.mode < 0).sum() > 0


def test_whoever_gives_a_fake_like_is_no_honest_account(bought: Drawn) -> None:
    role = np.array(bought.world.role)
    givers = np.unique(bought.likes.account[bought.likes.mode >= 0])
    assert set(role[givers]) <= {"supplier", "hired", "hijacked", "member"}
    suppliers = np.flatnonzero(role == "supplier")
    theirs = bought.likes.take(np.isin(bought.likes.account, suppliers))
    assert (theirs.mode >= 0).all()


def test_skill_hides_what_clumsiness_shows(draw_skills: dict[int, Drawn]) -> None:
    watch = {}
    for skill, drawn in draw_skills.items():
        views = drawn.views
        paid = views.take((views.campaign >= 0) & (views.mode == ALL_MODES.index("farm")))
        watch[skill] = float(np.median(paid.watch_ms))
    assert watch[0] < watch[1] < watch[2]


def test_buyers_rivals_tails_and_second_sellers_all_occur(draw_skills: dict[int, Drawn]) -> None:
    campaigns = [c for d in draw_skills.values() for c in d.world.campaigns]
    assert any("tail" in d.world.crowd for d in draw_skills.values())
    assert 0 < sum(c.rival for c in campaigns) < len(campaigns) / 4
    assert {c.shape for c in campaigns} >= {"burst", "batch", "drip", "scheduled"}
    for drawn in draw_skills.values():
        paid = {
            drawn.world.contents.author[c.content] for c in drawn.world.campaigns if not c.rival
        }
        role = drawn.world.role
        assert not any(role[author] == "victim" for author in paid)
        assert all(a in paid for a, word in enumerate(role) if word == "beneficiary")
        contents = [c.content for c in drawn.world.campaigns]
        assert len(set(contents)) < len(contents)
        fake = drawn.rows.take((drawn.rows.kind == UNLIKE) & (drawn.rows.campaign >= 0))
        if drawn.world.settings.skill > 0:
            assert len(fake) > 0


def test_the_tail_is_honest_and_comes_after_the_spike(draw_skills: dict[int, Drawn]) -> None:
    drawn = draw_skills[1]
    tail = drawn.members("tail")
    first: dict[int, int] = {}
    for campaign in drawn.world.campaigns:
        start = first.get(campaign.content, campaign.start_us)
        first[campaign.content] = min(start, campaign.start_us)
    likes = drawn.likes.take(np.isin(drawn.likes.account, tail) & (drawn.likes.mode < 0))
    after = [
        first.get(c, t + 1) < t
        for c, t in zip(likes.content.tolist(), likes.ts.tolist(), strict=True)
    ]
    assert sum(after) >= 0.8 * len(tail)
    assert {drawn.world.role[a] for a in tail.tolist()} <= {"honest"}


@pytest.mark.parametrize("mode", ["farm", "api", "hired", "panel", "package", "hijacked"])
def test_a_seller_serves_several_customers_with_the_same_accounts(bought: Drawn, mode: str) -> None:
    likes = _bought(bought, mode)
    likes = likes.take(np.isin(likes.account, _largest_pool(bought, mode)))
    customer = bought.world.contents.author[likes.content]
    pairs = np.unique(np.stack([likes.account, customer]), axis=1)[0]
    assert np.unique(pairs, return_counts=True)[1].mean() > 1.5


def test_prices_are_the_parameters_of_the_world(bought: Drawn) -> None:
    p = bought.world.parameters
    assert p.going_price_yuan in PRICES_PER_LIKE
    for campaign in bought.world.campaigns:
        if campaign.mode == "exchange":
            assert campaign.price_per_like == p.point_price_yuan
        elif campaign.mode == "matrix":
            assert campaign.price_per_like == p.staff_price_yuan
        elif campaign.mode == "mutual":
            assert campaign.price_per_like == 0
        else:
            assert 0.3 < campaign.price_per_like / p.going_price_yuan < 8


def test_a_careful_seller_asks_more(draw_skills: dict[int, Drawn]) -> None:
    def factor(drawn: Drawn, mode: str) -> float:
        prices = [c.price_per_like for c in drawn.world.campaigns if c.mode == mode]
        return float(np.mean(prices)) / drawn.world.parameters.going_price_yuan

    for mode in ("farm", "panel", "hired", "hijacked"):
        assert factor(draw_skills[2], mode) > 1.2 * factor(draw_skills[0], mode)


def test_a_drip_may_take_a_hundred_days(draw: Callable[[WorldSettings], Drawn]) -> None:
    drawn = draw(
        WorldSettings(accounts=250, days=150, fraud=0.3, skill=2, modes=("panel",), seed=3)
    )
    likes = _bought(drawn, "panel")
    spans = [np.ptp(likes.ts[likes.campaign == c]) for c in np.unique(likes.campaign)]
    assert 60 * US_PER_DAY < max(spans) <= 116 * US_PER_DAY


def test_some_bought_likes_are_taken_back_after_hours(draw_skills: dict[int, Drawn]) -> None:
    delays, bought = [], 0
    for skill in (1, 2):
        drawn = draw_skills[skill]
        likes, unlikes = _bought(drawn, "hired"), drawn.rows.take(drawn.rows.kind == UNLIKE)
        given = dict(zip(_pair(likes), likes.ts.tolist(), strict=True))
        back = zip(_pair(unlikes), unlikes.ts.tolist(), strict=True)
        delays += [ts - given[pair] for pair, ts in back if pair in given]
        bought += len(likes)
    assert 0.01 < len(delays) / bought < 0.2
    assert np.median(delays) > US_PER_HOUR


def _pair(rows: Rows) -> list[int]:
    pairs: list[int] = ((rows.account << 32) + rows.content).tolist()
    return pairs
