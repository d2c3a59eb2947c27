"""One world while it is being built: its people, contents, follow graph and roles."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from zhenzan.worlds.catalogue import (
    Authors,
    Contents,
    Follows,
    Shelves,
    draw_authors,
    draw_contents,
    draw_follows,
)
from zhenzan.worlds.columns import NONE, Ints, Sessions, Tasks, full
from zhenzan.worlds.comments import TextBank
from zhenzan.worlds.draws import scramble, stream
from zhenzan.worlds.parameters import Parameters, draw_parameters
from zhenzan.worlds.people import DEVICES, Networks, People, draw_networks, draw_people
from zhenzan.worlds.settings import ALL_CROWDS, ALL_MODES, WorldSettings

HONEST, SUPPLIER = "honest", "supplier"
LIFE, TAIL = "life", "tail"
_PART_NAMES = (LIFE, TAIL, *ALL_CROWDS, *ALL_MODES)
_FEWEST_CREATORS = 20
_SESSION_BITS = 36  # room for the sessions of one part
_SELLER_DEVICES = 1 << 36  # device codes of sellers start here, before they are scrambled
_SELLER_HOUSEHOLDS = 1 << 32


@dataclass
class Part:
    """One named part of the world's log: the visits it makes.

    Attributes:
        name: A mode, a crowd, or ``life``.
        sessions: Visits that are planned, by start.
        tasks: What they are made for, by session.
        residents: Indices of accounts that also live an ordinary life in this part.
    """

    name: str
    sessions: Sessions
    tasks: Tasks
    residents: Ints


@dataclass(frozen=True)
class Campaign:
    """One order: likes bought for one content.

    Attributes:
        mode: The way they are faked.
        pool: Number of the pool of accounts that delivers.
        content: Index of the content.
        likes: Number ordered.
        start_us: First delivery, µs since 1970, UTC.
        shape: Word of ``delivery.SHAPES``.
        price_per_like: List price, yuan.
        rival: Whether somebody else than the author paid.
    """

    mode: str
    pool: int
    content: int
    likes: int
    start_us: int
    shape: str
    price_per_like: float
    rival: bool


@dataclass
class World:
    """Everything that is known before the first event is drawn.

    Attributes:
        settings: What the user chose.
        parameters: What the seed drew.
        networks: Addresses.
        people: All accounts: the honest first, then those that sellers added.
        honest: Number of honest accounts.
        authors: Accounts that publish.
        contents: All contents.
        shelves: Draws contents.
        follows: Who follows whom.
        texts: Comment texts.
        crowd: Crowd word of each honest account, "" for none.
        role: Role word of each account.
        pool: Number of the seller's pool that each account belongs to; -1 none.
        parts: Visits on top of ordinary life.
        campaigns: Orders, by campaign number.
        organizations: Number of the agency that an author belongs to.
        pools: Mode of each seller's pool, by pool number.
        planned: Accounts of authors who post at second :00.
    """

    settings: WorldSettings
    parameters: Parameters
    networks: Networks
    people: People
    honest: int
    authors: Authors
    contents: Contents
    shelves: Shelves
    follows: Follows
    texts: TextBank
    crowd: list[str]
    role: list[str]
    pool: Ints
    parts: list[Part] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)
    organizations: dict[int, int] = field(default_factory=dict)
    pools: list[str] = field(default_factory=list)
    planned: Ints = field(default_factory=lambda: full(0))
    _codes: dict[str, int] = field(default_factory=dict)

    def rng(self, *names: str | int) -> np.random.Generator:
        """The random stream of a named part of this world."""
        return stream(self.settings.seed, *names)

    def recruit(self, rng: np.random.Generator, n: int) -> People:
        """Draw accounts for a seller, ordinary so far; ``enrol`` adds them to the world."""
        first = len(self.people)
        codes = (_SELLER_DEVICES + first * DEVICES, _SELLER_HOUSEHOLDS + first)
        return draw_people(rng, self.parameters, self.networks, n, codes)

    def creators(self) -> Ints:
        """Authors who post twice or more during the log, are in no crowd and still plain.

        In a world too small for that, all plain authors who post at all.
        """
        p, contents = self.parameters, self.contents
        live = (contents.published >= p.start_us) & (contents.published < p.end_us)
        posts = np.bincount(contents.author[live], minlength=self.honest)
        account = np.unique(self.plain(self.authors.account))
        busy = account[posts[account] >= 2]
        busy = busy[[not self.crowd[a] for a in busy.tolist()]]
        return busy if len(busy) >= _FEWEST_CREATORS else account[posts[account] >= 1]

    def publish(self, contents: Contents, authors: Authors) -> Ints:
        """Add contents and their authors before the shelves are stocked; the contents' indices."""
        first = len(self.contents)
        self.contents = Contents.concat([self.contents, contents])
        self.authors = Authors.concat([self.authors, authors])
        return np.arange(first, len(self.contents), dtype=np.int64)

    def stock_shelves(self) -> None:
        """Make the contents as they are now drawable."""
        rng = self.rng("shelves")
        self.shelves = Shelves(rng, self.parameters, self.contents)

    def enrol(self, rng: np.random.Generator, recruits: People, pool: int, standing: float) -> Ints:
        """Add a seller's accounts, which are the role ``supplier``; their indices.

        Args:
            rng: Random stream.
            recruits: The accounts.
            pool: Number of the seller's pool.
            standing: Followed authors and followers by those of an ordinary person, > 0.
        """
        first = len(self.people)
        recruits.admirers = (recruits.admirers * standing).astype(np.int64)
        self.people = People.concat([self.people, recruits])
        more = draw_follows(rng, self.parameters, recruits, self.authors, standing)
        self.follows = self.follows.extended(more)
        self.role += [SUPPLIER] * len(recruits)
        self.crowd += [""] * len(recruits)
        self.pool = np.concatenate([self.pool, full(len(recruits), pool)])
        return np.arange(first, len(self.people), dtype=np.int64)

    def session_codes(self, name: str, n: int) -> Ints:
        """New session codes of a part; they tell nothing and do not depend on other parts."""
        first = self._codes.get(name, _PART_NAMES.index(name) << _SESSION_BITS)
        self._codes[name] = first + n
        return scramble(first + np.arange(n, dtype=np.int64), self.settings.seed)

    def plain(self, accounts: Ints) -> Ints:
        """Those of some accounts that are still plain honest ones."""
        return accounts[[self.role[a] == HONEST for a in accounts.tolist()]]

    def label(self, accounts: Ints, crowd: str) -> None:
        """Name the crowd of some honest accounts, unless they are in one already."""
        for account in accounts.tolist():
            if not self.crowd[account]:
                self.crowd[account] = crowd

    def give_role(self, accounts: Ints, role: str, pool: int = NONE) -> None:
        """Name the role of accounts that are still plain honest ones."""
        for account in accounts.tolist():
            if self.role[account] == HONEST:
                self.role[account] = role
                self.pool[account] = pool


def found_world(settings: WorldSettings) -> World:
    """Draw the honest world of a seed: people, authors, contents, follow graph."""
    seed = settings.seed
    parameters = draw_parameters(settings)
    networks = draw_networks(stream(seed, "networks"), parameters, settings.accounts)
    people = draw_people(stream(seed, "people"), parameters, networks, settings.accounts)
    rng = stream(seed, "contents")
    authors = draw_authors(rng, parameters, people)
    contents = draw_contents(rng, parameters, people, authors)
    organizations = _sign_up(stream(seed, "organizations"), authors)
    return World(
        settings=settings,
        parameters=parameters,
        networks=networks,
        people=people,
        honest=settings.accounts,
        authors=authors,
        contents=contents,
        shelves=Shelves(stream(seed, "shelves"), parameters, contents),
        follows=draw_follows(stream(seed, "follows"), parameters, people, authors),
        texts=TextBank(stream(seed, "texts"), min(60_000, 2_000 + settings.accounts)),
        crowd=[""] * settings.accounts,
        role=[HONEST] * settings.accounts,
        pool=full(settings.accounts),
        organizations=organizations,
    )


def _sign_up(rng: np.random.Generator, authors: Authors) -> dict[int, int]:
    """Honest agencies: a share of the authors in agencies of very different sizes."""
    signed = rng.permutation(authors.account)[: int(len(authors) * rng.uniform(0.15, 0.35))]
    agency = np.minimum(rng.zipf(1.6, len(signed)), max(1, len(signed) // 6)) - 1
    return dict(zip(signed.tolist(), agency.tolist(), strict=True))
