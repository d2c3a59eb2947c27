"""Accounts and their habits: when they come, what they like, from which device and address.

Sources of the shapes stand with the parameters; constants here are our assumption.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.addresses import AddressPools, home_address
from zhenzan.worlds.columns import NONE, Columns, Ints, Reals, full
from zhenzan.worlds.draws import heavy, spans, spread
from zhenzan.worlds.parameters import US_PER_DAY, US_PER_HOUR

if TYPE_CHECKING:
    from zhenzan.worlds.parameters import Parameters

TASTES = 3
DEVICES = 3
NATURAL_LOSS_SPREAD = 1.0
LOSSY_FROM = 0.5
"""A client that loses at least this share of its views is a lossy one."""


@dataclass
class People(Columns):
    """Accounts, one a row.

    Attributes:
        created: Registration, µs since 1970, UTC.
        present_from: First instant at which it visits, µs.
        present_until: First instant at which it no longer does, µs.
        visits: Mean visits a day, before weekends and absence.
        views: Mean views a visit.
        evening: Hour (UTC) of its evening peak.
        sleepless: Share of its visits at a uniformly random hour; 0 a person, 1 a machine.
        tastes: (n, 3) topics.
        taste_weights: (n, 3) cumulative shares of its interest in them.
        like_bias: Readiness to like, logit.
        talk_bias: Readiness to comment, share and save, natural logarithm of a factor.
        haste: How much more likely (logit) it swipes a content away at once.
        devices: (n, 3) device codes; -1 none.
        main_device: Share of its visits with the first device.
        lost: Share of its views that its client fails to log.
        household: Household number, which has one address at a time.
        lease_days: Days that the household keeps an address.
        mobile: Number of the address pool of its mobile network.
        mobile_share: Share of its visits over the mobile network.
        work: Number of the address pool of its workplace; -1 none.
        admirers: Followers beyond those that the follow graph holds.
        mode: Position in ``ALL_MODES`` of the seller that owns the account; -1 a person.
    """

    created: Ints
    present_from: Ints
    present_until: Ints
    visits: Reals
    views: Reals
    evening: Reals
    sleepless: Reals
    tastes: Ints
    taste_weights: Reals
    like_bias: Reals
    talk_bias: Reals
    haste: Reals
    devices: Ints
    main_device: Reals
    lost: Reals
    household: Ints
    lease_days: Ints
    mobile: Ints
    mobile_share: Reals
    work: Ints
    admirers: Ints
    mode: Ints


@dataclass(frozen=True)
class Networks:
    """The address pools that ordinary people use.

    Attributes:
        pools: All address pools of the world.
        carriers: Pool numbers of mobile networks.
        workplaces: Pool numbers of offices.
        providers: Blocks of home addresses.
    """

    pools: AddressPools
    carriers: Ints
    workplaces: Ints
    providers: int


def draw_networks(rng: np.random.Generator, parameters: Parameters, accounts: int) -> Networks:
    """Lay out the networks for a number of accounts. Office sizes are our assumption."""
    pools = AddressPools()
    shares = rng.dirichlet(np.full(parameters.carriers, 3.0))
    per_address = parameters.accounts_per_carrier_address
    carriers = [pools.add_carrier(max(2, int(accounts * s / per_address))) for s in shares]
    offices = max(2, int(accounts * parameters.work_share / 30))
    workplaces = [pools.add_workplace(1 + i % 3) for i in range(offices)]
    return Networks(pools, np.array(carriers), np.array(workplaces), max(2, accounts // 8_000))


def draw_tastes(rng: np.random.Generator, parameters: Parameters, n: int) -> tuple[Ints, Reals]:
    """Three topics of interest a person, and their cumulative weights."""
    sizes = 1.0 / np.arange(1, parameters.topics + 1) ** parameters.topic_skew
    shares = sizes / sizes.sum()
    tastes = rng.choice(parameters.topics, size=(n, TASTES), p=shares).astype(np.int64)
    weights = rng.dirichlet(np.array([6.0, 3.0, 1.5]), n)
    return tastes, np.cumsum(weights, axis=1)


def draw_people(
    rng: np.random.Generator,
    parameters: Parameters,
    networks: Networks,
    n: int,
    first: tuple[int, int] = (0, 0),
) -> People:
    """Draw ``n`` ordinary people.

    Args:
        rng: Random stream.
        parameters: The world's numbers.
        networks: Address pools to live behind.
        n: Number of accounts.
        first: First device code and first household number to use.
    """
    tastes, weights = draw_tastes(rng, parameters, n)
    created, arrive, leave = _presence(rng, parameters, n)
    visits = heavy(
        rng, n, parameters.views_per_day / parameters.views_per_session, parameters.activity_sigma
    )
    hours_off = np.where(
        rng.random(n) < parameters.tz_spread, rng.choice(np.arange(-15, 9), n), 0
    ) + rng.normal(0, 1.5, n)
    household = first[1] + rng.integers(0, max(1, int(n / parameters.household)), n)
    works = rng.random(n) < parameters.work_share
    return People(
        created=created,
        present_from=arrive,
        present_until=leave,
        visits=np.minimum(visits, 40.0),
        views=heavy(rng, n, parameters.views_per_session, 0.4),
        evening=(parameters.evening_hour - 8 + hours_off) % 24,
        sleepless=rng.beta(1.2, 20.0, n),
        tastes=tastes,
        taste_weights=weights,
        like_bias=rng.normal(0, parameters.like_sigma, n),
        talk_bias=rng.normal(0, 0.8, n),
        haste=rng.normal(0, 0.5, n),
        devices=_devices(rng, parameters, n, first[0]),
        main_device=rng.beta(8, 2, n),
        lost=_losses(rng, parameters, n),
        household=household.astype(np.int64),
        lease_days=np.array([1, 1, 7, 30, 3650])[spread(household, 5)],
        mobile=rng.choice(networks.carriers, n),
        mobile_share=rng.beta(4 * parameters.mobile_share, 4 * (1 - parameters.mobile_share), n),
        work=np.where(works, rng.choice(networks.workplaces, n), NONE),
        admirers=heavy(rng, n, 6.0, 1.5).astype(np.int64),
        mode=full(n),
    )


def _presence(rng: np.random.Generator, parameters: Parameters, n: int) -> tuple[Ints, Ints, Ints]:
    """Registration, arrival and departure. Most accounts are older than the log by up to years."""
    start, end = parameters.start_us, parameters.end_us
    age_days = rng.exponential(500, n) + rng.random(n)
    created = start - (np.minimum(age_days, 3_000) * US_PER_DAY).astype(np.int64)
    fresh = rng.random(n) < parameters.newcomer_share
    created = np.where(fresh, rng.integers(start, end, n), created)
    arrive = np.where(fresh, created, start)
    leaves = rng.random(n) < parameters.leaver_share
    leave = np.where(leaves, rng.integers(start, end, n), end)
    return created, arrive, np.maximum(leave, arrive + US_PER_HOUR)


def _devices(rng: np.random.Generator, parameters: Parameters, n: int, first: int) -> Ints:
    codes = first + np.arange(n * DEVICES, dtype=np.int64).reshape(n, DEVICES)
    u = rng.random(n)
    second = u < parameters.second_device
    third = u < parameters.second_device / 5
    codes[~second, 1] = codes[~second, 0]
    codes[~third, 2] = codes[~third, 1]
    return codes


def _losses(rng: np.random.Generator, parameters: Parameters, n: int) -> Reals:
    ordinary = np.minimum(heavy(rng, n, parameters.lost_views, NATURAL_LOSS_SPREAD), 0.4)
    lossy = rng.random(n) < parameters.lossy_clients
    return np.where(lossy, rng.uniform(LOSSY_FROM, 0.98, n), ordinary)


def place(
    rng: np.random.Generator, people: People, networks: Networks, account: Ints, start: Ints
) -> tuple[Ints, Ints]:
    """Device code and address of each visit.

    Args:
        rng: Random stream.
        people: All accounts.
        networks: Their networks.
        account: Who visits, (s,).
        start: When, µs, (s,).
    """
    u = rng.random((3, len(account)))
    other = np.where(u[0] < (1 + people.main_device[account]) / 2, 1, 2)
    which = np.where(u[0] < people.main_device[account], 0, other)
    device = people.devices[account, which]
    days = start // US_PER_DAY
    home = home_address(
        people.household[account], days // people.lease_days[account], networks.providers
    )
    local_hour = ((start // US_PER_HOUR) % 24 - people.evening[account] + 20.5) % 24
    weekday = (days + 3) % 7 < 5  # 1970-01-01 was a Thursday; Monday = 0
    at_work = (
        (people.work[account] >= 0) & weekday & (local_hour >= 9) & (local_hour < 18) & (u[1] < 0.8)
    )
    mobile = u[2] < people.mobile_share[account]
    pool = np.where(at_work, people.work[account], people.mobile[account])
    return device, np.where(at_work | mobile, networks.pools.draw(rng, pool), home)


def ordinary_visits(
    rng: np.random.Generator, people: People, whom: Ints, window: tuple[int, int]
) -> tuple[Ints, Ints, Ints]:
    """Draw the visits of some accounts in a window of whole days.

    People come in cascades of visits by a daily and weekly rhythm (Malmgren et al. 2008, PNAS):
    evening 50%, noon 20%, morning 12%, the rest of the waking day 18%; shares our assumption.

    Args:
        rng: Random stream.
        people: All accounts.
        whom: Indices of the accounts that may visit.
        window: First and last instant, µs; whole days.

    Returns:
        Account, start (µs) and length (views) of each visit, by start.
    """
    first_day, days = window[0], (window[1] - window[0]) // US_PER_DAY
    day_of_week = (np.arange(first_day, window[1], US_PER_DAY) // US_PER_DAY + 3) % 7
    rate = people.visits[whom][:, None] * np.where(day_of_week >= 5, 1.25, 0.9)[None, :]
    counts = rng.poisson(rate)
    cell, _ = spans(counts.ravel().astype(np.int64))
    account, day = whom[cell // days], cell % days
    start = first_day + day * US_PER_DAY + visit_clock(rng, people, account)
    length = rng.geometric(1.0 / np.maximum(people.views[account], 1.01))
    here = (start >= people.present_from[account]) & (start < people.present_until[account])
    order = np.argsort(start[here], kind="stable")
    return account[here][order], start[here][order], length[here][order].astype(np.int64)


def visit_clock(rng: np.random.Generator, people: People, account: Ints) -> Ints:
    """Time of day (UTC, µs since midnight) of a visit of each account."""
    n = len(account)
    centre = np.array([0.0, -8.3, -12.5, -5.0])
    width = np.array([2.0, 1.2, 1.0, 4.0])
    part = rng.choice(4, size=n, p=[0.5, 0.2, 0.12, 0.18])
    hour = people.evening[account] + centre[part] + width[part] * rng.normal(0, 1, n)
    anytime = rng.random(n) < people.sleepless[account]
    hour = np.where(anytime, rng.uniform(0, 24, n), hour) % 24
    return np.asarray((hour * US_PER_HOUR).astype(np.int64))
