"""Which network addresses exist: homes, carriers, workplaces, data centres and proxies.

An address is an IPv4 address as a whole number. Homes sit in providers' blocks of 65,536;
carriers, workplaces and sellers use lists of addresses (*pools*).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.draws import spread

if TYPE_CHECKING:
    from zhenzan.worlds.columns import Ints

_HOME_BASE = 0x71000000  # 113.0.0.0
_CARRIER_BASE = 0xDF680000  # 223.104.0.0
_WORK_BASE = 0x3A000000  # 58.0.0.0
_HOST_BASE = 0x2F5C0000  # 47.92.0.0, data centres
_BLOCK = 65_536


def home_address(household: Ints, lease: Ints, providers: int) -> Ints:
    """The address of a household during one lease of its address.

    Args:
        household: Household number of each row.
        lease: Which lease it is; providers renumber homes, many of them every day
            (Padmanabhan et al. 2016, IMC).
        providers: Number of blocks of 65,536 addresses.
    """
    block = spread(household, providers)
    host = spread(household * 4_099 + lease * 15_485_863 + 7, _BLOCK - 2) + 1
    return np.asarray(_HOME_BASE + block * _BLOCK + host)


class AddressPools:
    """Lists of addresses, each with a number; visits draw from them."""

    def __init__(self) -> None:
        self._lists: list[Ints] = []
        self._next_carrier = _CARRIER_BASE
        self._next_work = _WORK_BASE
        self._next_host = _HOST_BASE

    def add(self, addresses: Ints) -> int:
        """A pool of the given addresses; its number."""
        self._lists.append(addresses)
        return len(self._lists) - 1

    def add_carrier(self, size: int) -> int:
        """A mobile network's NAT with ``size`` addresses."""
        start, self._next_carrier = self._next_carrier, self._next_carrier + -(-size // 256) * 256
        return self.add(start + np.arange(size, dtype=np.int64))

    def add_workplace(self, size: int) -> int:
        """An office or campus with ``size`` neighbouring addresses in a /24 of its own."""
        start, self._next_work = self._next_work, self._next_work + 512
        return self.add(start + 10 + np.arange(size, dtype=np.int64))

    def add_hosting(self, size: int, per_network: int) -> int:
        """Rented servers: ``size`` addresses, ``per_network`` of them in each /24."""
        index = np.arange(size, dtype=np.int64)
        networks = index // per_network
        start, self._next_host = self._next_host, self._next_host + (int(networks[-1]) + 2) * 256
        return self.add(start + networks * 256 + 20 + index % per_network)

    def draw(self, rng: np.random.Generator, pool: Ints) -> Ints:
        """One address of each row's pool."""
        sizes = np.array([len(x) for x in self._lists] or [1], dtype=np.int64)
        starts = np.cumsum(sizes) - sizes
        everything = np.concatenate(self._lists) if self._lists else np.zeros(1, dtype=np.int64)
        place = starts[pool] + (rng.random(len(pool)) * sizes[pool]).astype(np.int64)
        return np.asarray(everything[place])

    def addresses(self, pool: int) -> Ints:
        """The addresses of one pool."""
        return self._lists[pool]
