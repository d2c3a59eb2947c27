"""Agency matrices (MCN 矩阵): an agency's own accounts lift its authors' posts at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import DIRECT, FROM_FOLLOW, FROM_SHARE, PROFILE, Ints, full
from zhenzan.worlds.draws import between, heavy, whole_between
from zhenzan.worlds.errands import Errands, Manner, errands, nothing, perform
from zhenzan.worlds.parameters import US_PER_HOUR, US_PER_MINUTE
from zhenzan.worlds.sellers.market import BENEFICIARY
from zhenzan.worlds.sellers.pool import Plan, open_pool, own, varied
from zhenzan.worlds.settings import ALL_MODES
from zhenzan.worlds.world import Campaign

if TYPE_CHECKING:
    from zhenzan.worlds.people import People
    from zhenzan.worlds.world import Part, World

MODE = "matrix"
MANNERS = (
    Manner({DIRECT: 0.5, FROM_SHARE: 0.5}, watch_s=(1.0, 6.0)),
    Manner({FROM_FOLLOW: 0.5, PROFILE: 0.5}, watch_s=(4.0, 20.0), after=1.0, comment=0.03),
    Manner(
        {FROM_FOLLOW: 0.6, PROFILE: 0.4}, watch_share=(0.4, 1.0), before=1, after=2, comment=0.05
    ),
)
STAFF = (30, 150)  # accounts an agency runs, our assumption
DUTY = ((0.6, 0.95), (0.35, 0.7), (0.15, 0.3))
DELAY_MINUTES = (8.0, 20.0, 150.0)  # mean delay after the post
ACCOUNTS_PER_PHONE = (5, 3, 1)
LIFE = ((0.0, 0.2), (0.3, 1.0), (1.0, 3.0))  # own likes a lifted one


def plan(rng: np.random.Generator, world: World, likes: int) -> list[Part]:
    """Agencies whose accounts give ``likes`` fake likes between them."""
    skill = world.settings.skill
    count = world.settings.sellers or max(1, round(likes / 5_000))
    parts = []
    for share in rng.dirichlet(np.full(count, 8.0)):
        life, duty = between(rng, LIFE[skill]), between(rng, DUTY[skill])
        lifts = max(10, int(likes * share / (1 + life)))
        staff = int(min(whole_between(rng, STAFF), max(6, lifts / duty / 8)))
        pool = open_pool(world, MODE)
        posts = _signed(rng, world, lifts / (duty * staff))
        recruits = _employees(rng, world, Plan(staff, lifts, life))
        accounts = world.enrol(rng, recruits, pool, (0.3, 0.8, 1.0)[skill])
        todo = _lift(rng, world, posts, accounts, duty)
        manner = varied(rng, MANNERS[skill])
        parts.append(perform(rng, world, MODE, todo, manner, residents=accounts))
    return parts


def _signed(rng: np.random.Generator, world: World, wanted: float) -> Ints:
    """Posts of authors that the agency signs, until there are enough to lift."""
    contents, p = world.contents, world.parameters
    live = (contents.published >= p.start_us) & (contents.published < p.end_us - US_PER_HOUR)
    organization = max([*world.organizations.values(), 0]) + 1
    posts: list[Ints] = []
    count = np.bincount(contents.author[live], minlength=world.honest)
    authors = rng.permutation(world.creators())
    fitting = authors[count[authors] <= max(2.0, wanted / 3)]
    if len(fitting) == 0:  # only prolific authors: sign the least of them
        fitting = authors[np.argsort(count[authors], kind="stable")][:1]
    for author in fitting.tolist():
        posts.append(np.flatnonzero(live & (contents.author == author)))
        world.organizations[author] = organization
        world.give_role(np.array([author]), BENEFICIARY)
        if sum(len(x) for x in posts) >= wanted:
            break
    return np.concatenate([full(0), *posts])[: max(3, int(wanted * 1.2))]


def _lift(
    rng: np.random.Generator, world: World, posts: Ints, accounts: Ints, duty: float
) -> Errands:
    skill, parts = world.settings.skill, [nothing()]
    pool = int(world.pool[accounts[0]])
    for content in posts.tolist():
        keen = accounts[rng.random(len(accounts)) < duty]
        n, campaign = len(keen), len(world.campaigns)
        if n == 0:
            continue
        start = int(world.contents.published[content])
        price = world.parameters.staff_price_yuan
        order = Campaign(MODE, pool, content, n, start, "first hour", price, rival=False)
        world.campaigns.append(order)
        delay = heavy(rng, n, DELAY_MINUTES[skill], 0.8) * US_PER_MINUTE
        if skill < 2:
            delay = np.minimum(delay, US_PER_HOUR)
        ts = start + 20_000_000 + delay.astype(np.int64)
        code = ALL_MODES.index(MODE)
        parts.append(errands(keen, full(n, content), ts, mode=code, campaign=full(n, campaign)))
    return Errands.concat(parts)


def _employees(rng: np.random.Generator, world: World, size: Plan) -> People:
    """Accounts on the staff's phones: at the office by day, at home otherwise."""
    skill, n = world.settings.skill, size.accounts
    people = own(world, world.recruit(rng, n), MODE, size, created=None)
    people.created = np.minimum(people.created, world.parameters.start_us - US_PER_HOUR)
    phone = np.arange(n) // ACCOUNTS_PER_PHONE[skill]
    people.devices = np.repeat(people.devices[phone, 0][:, None], 3, axis=1)
    people.household = people.household[phone]
    people.lease_days = people.lease_days[phone]
    office = world.networks.pools.add_workplace(whole_between(rng, (1, 4)))
    people.work = full(n, office)
    people.mobile_share = np.full(n, (0.1, 0.3, 0.7)[skill])
    return people
