"""What differs from world to world: every number of genuine life, drawn by seed inside a range."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.draws import between, stream, whole_between

if TYPE_CHECKING:
    from zhenzan.worlds.settings import WorldSettings

US_PER_MS = 1_000
US_PER_SECOND = 1_000_000
US_PER_MINUTE = 60 * US_PER_SECOND
US_PER_HOUR = 60 * US_PER_MINUTE
US_PER_DAY = 24 * US_PER_HOUR
WORLD_START_US = 1_767_225_600 * US_PER_SECOND
"""2026-01-01T00:00:00Z, before the world's own shift of up to a year."""

ACTIVE_SHARE_OF_DAYS = 0.8
"""Expected share of the log during which an account is present; for a first guess only."""


@dataclass(frozen=True)
class Parameters:
    """Genuine life in one world.

    Attributes:
        start_us: First instant of the log, µs since 1970, UTC.
        days: Length of the log, days.
        topics: Number of topics.
        topic_skew: Zipf exponent of the topics' sizes.
        views_per_day: Mean views an account and day.
        views_per_session: Mean length of a visit, views.
        activity_sigma: Log-normal spread of the accounts' activity.
        author_share: Share of accounts that publish.
        views_per_content: Mean views a content; sets how many contents there are.
        publish_sigma: Log-normal spread of the authors' output.
        appeal_sigma: Log-normal spread of the authors' appeal.
        quality_sigma: Log-normal spread of content quality within an author.
        second_wave: Share of contents that the recommender takes up again later.
        age_weights: Share of recommended views whose content is at most 6 h, 1 d, 3 d, 14 d old.
        source_weights: Shares of the ways to a content, in the order of ``SOURCE_WORDS``; where a
            followed author has nothing new, the view is recommended instead.
        follows_mean: Mean number of authors an account follows.
        follows_sigma: Log-normal spread of it.
        evening_hour: Local hour of the population's evening peak.
        like_rate: Likes per view of people in no crowd.
        like_sigma: Spread (logit) of the accounts' readiness to like.
        content_sigma: Spread (logit) of how much contents are liked.
        depth: How much more likely (logit) a like is at the end than at the start of a content.
        comment_rate: Comments per view.
        share_rate: Shares per view.
        favorite_rate: Favourites per view.
        unlike_rate: Share of likes that are taken back.
        lost_views: Mean share of views that an ordinary client fails to log.
        lossy_clients: Share of clients that lose most of their views.
        second_device: Share of accounts with a second device.
        carriers: Number of mobile networks with carrier-grade NAT.
        accounts_per_carrier_address: People behind one address of a carrier.
        mobile_share: Mean share of visits over the mobile network.
        work_share: Share of accounts that also visit from a workplace.
        household: Mean number of accounts a household.
        tz_spread: Share of accounts outside the main time zone.
        newcomer_share: Share of accounts registered during the log.
        leaver_share: Share of accounts that leave during the log.
        like_offset: Log odds of a like at the middle of things; set to bring ``like_rate``.
        going_price_yuan: What a like costs from a clumsy farm; set by the market, 0 without one.
        point_price_yuan: What an exchange asks for a point, about; our assumption.
        staff_price_yuan: What a like by its staff costs an agency; our assumption.
    """

    start_us: int
    days: int
    topics: int
    topic_skew: float
    views_per_day: float
    views_per_session: float
    activity_sigma: float
    author_share: float
    views_per_content: float
    publish_sigma: float
    appeal_sigma: float
    quality_sigma: float
    second_wave: float
    age_weights: tuple[float, ...]
    source_weights: tuple[float, ...]
    follows_mean: float
    follows_sigma: float
    evening_hour: float
    like_rate: float
    like_sigma: float
    content_sigma: float
    depth: float
    comment_rate: float
    share_rate: float
    favorite_rate: float
    unlike_rate: float
    lost_views: float
    lossy_clients: float
    second_device: float
    carriers: int
    accounts_per_carrier_address: float
    mobile_share: float
    work_share: float
    household: float
    tz_spread: float
    newcomer_share: float
    leaver_share: float
    like_offset: float = -3.0
    going_price_yuan: float = 0.0
    point_price_yuan: float = 0.01
    staff_price_yuan: float = 0.02

    @property
    def end_us(self) -> int:
        """First instant after the log, µs since 1970, UTC."""
        return self.start_us + self.days * US_PER_DAY

    def with_offset(self, offset: float) -> Parameters:
        """The same parameters with another ``like_offset``."""
        return replace(self, like_offset=offset)

    def with_going_price(self, yuan: float) -> Parameters:
        """The same parameters with another ``going_price_yuan``."""
        return replace(self, going_price_yuan=yuan)


def draw_parameters(settings: WorldSettings) -> Parameters:
    """Draw the numbers of one world.

    Sources: activity and output are heavy-tailed and a few accounts do most (Guo et al. 2009,
    KDD; Nielsen's 90-9-1 rule, 2006); content popularity is a power law with a cut-off (Cha et
    al. 2007, IMC) and fades with age within hours to days (Wu and Huberman 2007, PNAS);
    followers are heavy-tailed (Kwak et al. 2010, WWW); over 90% of mobile networks put their
    subscribers behind carrier-grade NAT (Richter et al. 2016, IMC). All other ranges are our
    assumption, among them the share of views that are liked, 3–9%.
    """
    rng = stream(settings.seed, "parameters")
    views_per_day = between(rng, (5.0, 12.0))
    if settings.events is not None:
        per_day = settings.events / (settings.accounts * settings.days)
        views_per_day = per_day * 0.86 / ACTIVE_SHARE_OF_DAYS
    ages = rng.dirichlet(np.array([30.0, 36.0, 22.0, 12.0]))
    sources = rng.dirichlet(np.array([66.0, 20.0, 5.0, 4.0, 4.0, 1.5, 0.7]))
    return Parameters(
        start_us=WORLD_START_US + whole_between(rng, (0, 364)) * US_PER_DAY,
        days=settings.days,
        topics=whole_between(rng, (24, 60)),
        topic_skew=between(rng, (0.4, 0.9)),
        views_per_day=views_per_day,
        views_per_session=between(rng, (6.0, 14.0)),
        activity_sigma=between(rng, (0.8, 1.25)),
        author_share=between(rng, (0.05, 0.1)),
        views_per_content=between(rng, (60.0, 160.0)),
        publish_sigma=between(rng, (0.8, 1.2)),
        appeal_sigma=between(rng, (0.8, 1.3)),
        quality_sigma=between(rng, (0.9, 1.4)),
        second_wave=between(rng, (0.05, 0.2)),
        age_weights=tuple(float(x) for x in ages),
        source_weights=tuple(float(x) for x in sources),
        follows_mean=between(rng, (12.0, 40.0)),
        follows_sigma=between(rng, (0.8, 1.2)),
        evening_hour=between(rng, (19.5, 21.5)),
        like_rate=between(rng, (0.03, 0.09)),
        like_sigma=between(rng, (0.7, 1.2)),
        content_sigma=between(rng, (0.3, 0.7)),
        depth=between(rng, (1.5, 3.0)),
        comment_rate=between(rng, (0.003, 0.012)),
        share_rate=between(rng, (0.003, 0.01)),
        favorite_rate=between(rng, (0.004, 0.015)),
        unlike_rate=between(rng, (0.008, 0.03)),
        lost_views=between(rng, (0.005, 0.04)),
        lossy_clients=between(rng, (0.01, 0.04)),
        second_device=between(rng, (0.15, 0.35)),
        carriers=whole_between(rng, (3, 6)),
        accounts_per_carrier_address=between(rng, (40.0, 200.0)),
        mobile_share=between(rng, (0.3, 0.6)),
        work_share=between(rng, (0.15, 0.35)),
        household=between(rng, (1.3, 2.0)),
        tz_spread=between(rng, (0.03, 0.15)),
        newcomer_share=between(rng, (0.03, 0.1)),
        leaver_share=between(rng, (0.05, 0.15)),
    )
