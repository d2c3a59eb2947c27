"""What a policy would do, before it is saved: whom it hits, how many of them are honest."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from zhenzan.enforcement.guards import why_stop
from zhenzan.enforcement.hits import match
from zhenzan.enforcement.planning import plan
from zhenzan.enforcement.versions import live_policy
from zhenzan.model import MICROSECONDS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from zhenzan.enforcement.hits import Matched
    from zhenzan.enforcement.planning import Planned
    from zhenzan.enforcement.policy import Policy
    from zhenzan.ledger import Transaction

SAMPLED = 5
SAMPLED_SIGNALS = 3


@dataclass(frozen=True)
class Preview:
    """What a policy would do over the past days of a log.

    Attributes:
        policy: Its name.
        version: Its version.
        days: How many days of the log, back from its end.
        judged: Accounts in the scan.
        matched: Accounts that it matches and may act on.
        steps: Step → accounts.
        rules: Rule → accounts.
        by_day: Day of the last like that is evidence → accounts.
        passed: Why → matched accounts that it would pass over.
        protected: Why → accounts that its rules describe and that no policy can touch.
        expected_honest: Of the accounts hit, how many are honest by their own scores.
        stop: Why the breaker would stop it; empty if it would not.
        live_version: What it is compared with; None if nothing is live.
        added: Accounts that the live version does not hit.
        dropped: Accounts that only the live version hits.
        changed: Accounts hit by both, with another step.
        sampled: A few cases with evidence, always the same for one version and scan.
    """

    policy: str
    version: str
    days: int
    judged: int
    matched: int
    steps: dict[str, int]
    rules: dict[str, int]
    by_day: dict[str, int]
    passed: dict[str, int]
    protected: dict[str, int]
    expected_honest: float
    stop: str
    live_version: str | None
    added: int
    dropped: int
    changed: int
    sampled: tuple[dict[str, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        return asdict(self)


def preview(policy: Policy, scan: Path, *, days: int, tx: Transaction | None = None) -> Preview:
    """Say what a policy would do, and change nothing.

    Args:
        policy: The policy.
        scan: A scan directory.
        days: How many days of its log, back from the end.
        tx: A transaction on the ledger in which it would act, to count earlier actions and to
            compare with the live version.

    Raises:
        ZhenzanError: The directory is no scan.
    """
    matched = match(policy, scan, days=days)
    planned = list(plan(tx, policy, matched))
    live = live_policy(tx, policy.name) if tx else None
    # The two versions are compared as if neither had acted yet.
    now = _steps(plan(None, policy, matched))
    before = _steps(plan(None, live, match(live, scan, days=days))) if live else {}
    hit = [one for one in planned if one.rung]
    return Preview(
        policy=policy.name,
        version=policy.version,
        days=days,
        judged=matched.judged,
        matched=len(matched.hits),
        steps=dict(Counter(_steps(hit).values())),
        rules=dict(Counter(one.hit.rule.id for one in hit)),
        by_day=dict(sorted(Counter(_day(one.hit.evidence_until_us) for one in hit).items())),
        passed=dict(Counter(one.why for one in planned if not one.rung)),
        protected=matched.protected,
        expected_honest=round(sum(1 - one.hit.score for one in hit), 3),
        stop=why_stop(tx, policy, matched, resumed=False) if tx else "",
        live_version=live.version if live else None,
        added=len(now.keys() - before.keys()),
        dropped=len(before.keys() - now.keys()),
        changed=sum(now[name] != before[name] for name in now.keys() & before.keys()),
        sampled=_sample(policy, hit, matched),
    )


def _steps(planned: Iterable[Planned]) -> dict[str, str]:
    return {one.hit.account_id: one.rung.step.value for one in planned if one.rung}


def _sample(policy: Policy, hit: list[Planned], matched: Matched) -> tuple[dict[str, Any], ...]:
    def draw(one: Planned) -> str:
        text = f"{policy.version}\n{one.hit.account_id}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    sampled = []
    for one in sorted(hit, key=draw)[:SAMPLED]:
        evidence = matched.evidence[one.hit.account_id]
        facts = {name: evidence[name] for name in ("account_id", "score", "likes", "fake_likes")}
        sampled.append(
            {
                **facts,
                "rule": one.hit.rule.id,
                "step": one.rung.step.value if one.rung else "",
                "ring_id": one.hit.ring_id,
                "signals": evidence["signals"][:SAMPLED_SIGNALS],
            }
        )
    return tuple(sampled)


def _day(ts_us: int) -> str:
    return datetime.fromtimestamp(ts_us // MICROSECONDS_PER_SECOND, UTC).date().isoformat()
