"""Accounts that share a device and also choose the same contents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from zhenzan.arrays import column
from zhenzan.detectors.base import Detector, Findings
from zhenzan.detectors.examples import Example, honest_log, like
from zhenzan.detectors.sharing import likeness, read_visits, runs
from zhenzan.weights import bits_from_log_p

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from zhenzan.engines.base import Engine

MOST_BITS = 4.0
MOST_CROWD_BITS = 3.0


class Device(Detector):
    """Accounts on one device that like the same authors' same contents.

    Catches: emulator racks and phones on which a seller switches accounts to work one list.
    Misses: one account per device; invented device identifiers; accounts that liked fewer than
    three authors on the device.
    How an adversary adapts: one device (or identifier) per account, at the price of devices;
    split lists, so that accounts of one device serve different customers.
    Honest crowds that look the same: families at one tablet and couples (few accounts: one bit
    per account in agreement at most, and the log's own families say how alike they choose);
    campus labs, shop displays and internet cafés (many accounts that choose like strangers).
    Reads: firsts, content_activity, account_devices.
    Evidence: accounts on the device, how many of them choose alike, authors in common, and how
    many the popularity of the contents and the taste of households predict.
    Reference: beta-binomial rates, Kleinman, JASA 68 (1973); shared resources as evidence,
    Cao et al., SynchroTrap (CCS 2014); Xie et al., Innocent by Association (CCS 2012).
    """

    id: ClassVar[str] = "device"
    version: ClassVar[int] = 1
    needs: ClassVar[frozenset[str]] = frozenset({"device_id"})
    reason_codes: ClassVar[tuple[str, ...]] = ("account_shared_device",)

    SIZES = """
    SELECT accounts, count(*) AS devices FROM (
        SELECT device, count(*) AS accounts FROM account_devices GROUP BY device
    ) GROUP BY accounts ORDER BY accounts
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "rack",
            "twenty-four accounts on one emulator work the same list of twelve contents",
            (
                *honest_log(),
                *(
                    like(f"s{bot}", f"job{order}", 50_000 * order + 90 * bot, device_id="rack")
                    for bot in range(24)
                    for order in range(12)
                ),
            ),
            fires=frozenset(f"s{bot}" for bot in range(24)),
        ),
        Example(
            "family tablet",
            "a mother and two children share a tablet and eight cartoons that all three like",
            (
                *honest_log(),
                *(
                    like(who, f"c{content}", 9_000 * content + 600 * place, device_id="tablet")
                    for place, who in enumerate(("mother", "son", "daughter"))
                    for content in (1 + place, 9 + place, 30 + place, *range(70, 78))
                ),
            ),
        ),
        Example(
            "campus lab",
            "forty students use one machine and like what is popular, each as they please",
            tuple(
                replace(row, device_id="lab" if int(row.account_id[1:]) < 40 else row.device_id)
                for row in honest_log()
            ),
        ),
    )

    def find(self, engine: Engine) -> Iterator[Findings]:
        """Weigh each account at each shared device; an account's strongest device counts."""
        visits = read_visits(engine, "device")
        unit = runs(visits.place, visits.account)
        found = likeness(visits, unit)
        # A crowd proves nothing: it counts as far as its members choose alike.
        crowd = np.minimum(self._crowd_bits(engine, found.accounts), found.bits)
        bits = np.minimum(np.minimum(found.bits + crowd, found.partners), MOST_BITS)
        account = visits.account[np.flatnonzero(np.diff(unit, prepend=-1))]
        yield found.findings("account_shared_device", account, bits)

    def _crowd_bits(
        self, engine: Engine, accounts: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float64]:
        """Weight of the number of accounts on a device, by the log's own devices."""
        sizes = engine.query(self.SIZES)
        size, devices = column(sizes, "accounts"), column(sizes, "devices")
        at_least = np.cumsum(devices[::-1])[::-1] / max(int(devices.sum()), 1)
        tail = at_least[np.searchsorted(size, accounts)] if len(size) else np.ones(len(accounts))
        return np.clip(bits_from_log_p(np.log(tail)), 0.0, MOST_CROWD_BITS)
