"""Token buckets: how often one principal or address may ask, in bounded memory."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_BUCKETS = 50_000
IPV6_PREFIX_BITS = 64
"""One subscriber has a whole /64, so that is what counts as one address."""


@dataclass(frozen=True)
class Rate:
    """How often: ``burst`` at once, then ``per_second`` on average."""

    burst: float
    per_second: float


class TokenBuckets:
    """One bucket for each key, filled at a steady rate.

    A bucket that has filled up again is as good as new and is forgotten first. Where all places
    are taken by keys that are still being limited, new keys share one bucket: whoever brings a
    flood of addresses limits the flood, and neither memory nor the limits of others give way.

    Args:
        rate: What each key may do.
        most: Keys remembered at a time.
        clock: Seconds, never going back.
    """

    def __init__(
        self, rate: Rate, most: int = MOST_BUCKETS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._shared = (rate.burst, clock())

    def __len__(self) -> int:
        return len(self._buckets)

    def wait_seconds(self, key: str, cost: float = 1.0) -> float:
        """Take ``cost`` tokens; 0 if they were there, else the seconds until they would be."""
        with self._lock:
            now = self._clock()
            known = key in self._buckets or self._make_room(now)
            tokens, at = self._buckets.get(key, (self._rate.burst, now)) if known else self._shared
            tokens = min(self._rate.burst, tokens + (now - at) * self._rate.per_second)
            missing = cost - tokens
            kept = (tokens if missing > 0 else tokens - cost, now)
            if known:
                self._buckets[key] = kept
                self._buckets.move_to_end(key)
            else:
                self._shared = kept
            return missing / self._rate.per_second if missing > 0 else 0.0

    def give_back(self, key: str, cost: float = 1.0) -> None:
        """Return tokens that were taken for something that turned out well."""
        with self._lock:
            if key in self._buckets:
                tokens, at = self._buckets[key]
                self._buckets[key] = (min(self._rate.burst, tokens + cost), at)

    def _make_room(self, now: float) -> bool:
        if len(self._buckets) < self._most:
            return True
        oldest, (tokens, at) = next(iter(self._buckets.items()))
        if tokens + (now - at) * self._rate.per_second < self._rate.burst:
            return False
        del self._buckets[oldest]
        return True


def address_key(host: str | None) -> str:
    """What counts as one address: an IPv4 address, the /64 of an IPv6 one, or the word itself."""
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return host or "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, IPV6_PREFIX_BITS), strict=False))
    return str(address)
