"""Policies to test with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.enforcement import Policy, parse_policy, versions

if TYPE_CHECKING:
    from zhenzan.ledger import Ledger

LADDER = {
    "discount_likes": (1, 30),
    "limit_liking": (2, 7),
    "reduce_reach": (4, 14),
    "suspend_earnings": (6, 30),
    "suspend_account": (10, 90),
}


def policy_text(
    *rules: str,
    caps: str = "",
    breaker: str = "most_share = 1.0",
    ladder: dict[str, tuple[int, int]] | None = None,
    top: str = "sample = 0.0",
    name: str = "test",
) -> str:
    steps = "\n".join(
        f"{step} = {{ points = {points}, days = {days} }}"
        for step, (points, days) in (ladder or LADDER).items()
    )
    return "\n".join(
        [
            f'name = "{name}"',
            top,
            *(rules or (rule(),)),
            f"[ladder]\n{steps}",
            f"[caps]\n{caps}",
            f"[breaker]\n{breaker}",
            '[basis]\nen = "Likes are your own."\nzh = "点赞须出自本人。"',
        ]
    )


def rule(
    when: str = "true",
    on: str = "accounts",
    severity: int = 2,
    name: str = "all",
    more: str = "",
) -> str:
    quoted = when.replace("\\", "\\\\").replace('"', '\\"')
    return (
        f'[[rules]]\nid = "{name}"\non = "{on}"\nwhen = "{quoted}"\nseverity = {severity}\n{more}\n'
    )


def policy(
    *rules: str, caps: str = "", breaker: str = "most_share = 1.0", top: str = "sample = 0.0"
) -> Policy:
    return parse_policy(policy_text(*rules, caps=caps, breaker=breaker, top=top))


def make_live(opened: Ledger, read: Policy) -> None:
    """Let a policy apply to all accounts, without a run at each stage."""
    with opened.transaction() as tx:
        versions.register(tx, read, "amy")
        for share in versions.STAGES_PPM:
            versions.set_stage(tx, read, share, "amy")
