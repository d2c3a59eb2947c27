"""Which versions of policies the service applies by itself after each scan, and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from zhenzan.enforcement import versions
from zhenzan.errors import CallError

if TYPE_CHECKING:
    from zhenzan.enforcement.policy import Policy
    from zhenzan.enforcement.preview import Preview
    from zhenzan.ledger import Transaction


class Mode(StrEnum):
    """What the service does with a version after each scan."""

    LIVE = "live"
    """Applies it to its share of the accounts."""
    SHADOW = "shadow"
    """Counts what it would do, beside the one that is live."""
    OFF = "off"


@dataclass(frozen=True)
class Due:
    """A version that the service has still to apply to a scan.

    Attributes:
        version: Which.
        shadow: Whether it only counts.
        resumed: Whether it was stopped, and a person has looked into it since.
    """

    version: str
    shadow: bool
    resumed: bool


def assess(tx: Transaction, found: Preview, scan: str, *, by: str) -> None:
    """Record that somebody was shown what a version would do, see ``hits.scan_name``."""
    figures = found.to_dict()
    del figures["sampled"]  # it names accounts
    body = {"policy": found.policy, "version": found.version, "scan": scan, "by": by}
    tx.append("assessment", {**body, "figures": figures})


def activate(
    tx: Transaction, policy: Policy, mode: Mode, *, by: str, share_ppm: int | None = None
) -> int:
    """Let the service apply a version after each scan, or no longer.

    Args:
        tx: A transaction that may write.
        policy: The version.
        mode: What to do with it.
        by: Who says so.
        share_ppm: Of a live one: the stage of the canary, millionths; None stays at the present
            one, or begins with the first.

    Returns:
        The share of accounts that it applies to, millionths.

    Raises:
        CallError: Nobody has looked at a preview of this version, or a stage would be left out.
    """
    if mode is not Mode.OFF:
        seen = tx.rows("SELECT 1 AS found FROM assessments WHERE version = ?", (policy.version,))
        if not seen:
            raise CallError(
                f"Nobody has seen yet what version {policy.version[:12]} would do.",
                "Preview it first, over a scan.",
            )
        versions.register(tx, policy, by)
    if mode is Mode.LIVE:
        versions.set_stage(tx, policy, share_ppm, by)
    known = tx.row("SELECT mode FROM activations WHERE version = ?", (policy.version,))
    if mode != (known["mode"] if known else Mode.OFF):
        body = {"policy": policy.name, "version": policy.version, "mode": mode.value, "by": by}
        tx.append("policy_mode", body)
    return versions.share_of(tx, policy)


# A policy that is stopped waits for a person. One that was resumed is due again, and once with the
# breaker told that somebody has looked.
_DUE = """
SELECT a.version AS version, a.mode AS mode,
       CASE WHEN s.resumed_us IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM runs r WHERE r.version = a.version AND r.mode <> 'shadow'
           AND r.run_us > s.resumed_us
       ) THEN 1 ELSE 0 END AS resumed
FROM activations a
JOIN policies p ON p.version = a.version
LEFT JOIN stops s ON s.policy = a.policy
WHERE (a.mode = 'shadow' AND NOT EXISTS (
    SELECT 1 FROM runs r WHERE r.version = a.version AND r.scan = ? AND r.mode <> 'live'
)) OR (a.mode = 'live' AND p.share_ppm > 0 AND (s.policy IS NULL OR s.resumed_us IS NOT NULL)
    AND NOT EXISTS (
        SELECT 1 FROM runs r WHERE r.version = a.version AND r.scan = ? AND r.mode = 'live'
        AND r.share_ppm = p.share_ppm
))
ORDER BY a.policy, a.since_us, a.version
"""


def due(tx: Transaction, scan: str) -> list[Due]:
    """What the service has still to apply to a scan: nothing, once the ledger has its runs.

    Args:
        tx: A transaction.
        scan: The scan, see ``hits.scan_name``.
    """
    return [
        Due(row["version"], row["mode"] == Mode.SHADOW, bool(row["resumed"]))
        for row in tx.rows(_DUE, (scan, scan))
    ]
