"""Ten rules on likes, each in Zhenzan's words and in those of Osprey."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class TwiceSaid(NamedTuple):
    """One rule: what it is called, its condition in a policy, and its conditions in Osprey's."""

    name: str
    when: str
    when_all: str


RULES = (
    TwiceSaid(
        "sure",
        "verdict = 'fake' AND score >= 0.999",
        "Verdict == 'fake', Score >= 0.999",
    ),
    TwiceSaid(
        "suspect",
        "verdict = 'suspect' AND score BETWEEN 0.5 AND 0.9",
        "Verdict == 'suspect', Score >= 0.5, Score <= 0.9",
    ),
    TwiceSaid(
        "machine",
        "provenance IN ('direct', 'farm') AND score >= 0.95",
        "Provenance in ['direct', 'farm'], Score >= 0.95",
    ),
    TwiceSaid(
        "traded",
        "provenance IN ('mutual', 'exchange') AND verdict = 'fake'",
        "Provenance in ['mutual', 'exchange'], Verdict == 'fake'",
    ),
    TwiceSaid(
        "hired",
        "provenance = 'crowd' AND score >= 0.9",
        "Provenance == 'crowd', Score >= 0.9",
    ),
    TwiceSaid(
        "agency",
        "provenance = 'matrix' AND verdict <> 'genuine'",
        "Provenance == 'matrix', Verdict != 'genuine'",
    ),
    TwiceSaid(
        "unseen",
        "list_contains(reasons, 'like_unseen') AND score >= 0.5",
        "'like_unseen' in Reasons, Score >= 0.5",
    ),
    TwiceSaid(
        "throwaway",
        "list_contains(reasons, 'like_of_throwaway') AND verdict IN ('fake', 'suspect')",
        "'like_of_throwaway' in Reasons, Verdict in ['fake', 'suspect']",
    ),
    TwiceSaid(
        "ring",
        "ring_id IS NOT NULL AND verdict <> 'genuine'",
        "Ring != None, Verdict != 'genuine'",
    ),
    TwiceSaid(
        "alone",
        "ring_id IS NULL AND (verdict = 'fake' OR score > 0.9)",
        "Ring == None, Verdict == 'fake' or Score > 0.9",
    ),
)
POLICY = """
name = "ten-rules"
half_life_days = 90
sample = 0.02
[basis]
en = "Likes must come from people who choose to give them."
zh = "点赞应出自用户本人的真实意愿。"
[ladder]
discount_likes = {{ points = 1, days = 30 }}
[caps]
per_hour = 1000
per_policy = 20000
per_cohort = 500
[breaker]
most_share = 0.25
most_jump = 3.0
most_overturned = 0.1
{rules}
"""
FEATURES = """
Score: float = JsonData(path='$.score')
Verdict: str = JsonData(path='$.verdict')
Provenance: str = JsonData(path='$.provenance')
Reasons: List[str] = JsonData(path='$.reasons')
Ring: Optional[str] = JsonData(path='$.ring_id', required=False)
"""


def feature(rule: str) -> str:
    """The name of a rule in Osprey's language, where all names share one space."""
    return f"{rule.title()}Rule"


def policy() -> str:
    """The rules as the text of a policy."""
    rules = (
        f'[[rules]]\nid = "{rule.name}"\non = "likes"\nwhen = "{rule.when}"\nseverity = 1'
        for rule in RULES
    )
    return POLICY.format(rules="\n".join(rules))


def osprey() -> str:
    """The rules as a source of Osprey's."""
    rules = (
        f"{feature(rule.name)} = Rule(when_all=[{rule.when_all}], description='{rule.name}')"
        for rule in RULES
    )
    return FEATURES + "\n".join(rules)


def answer(hits: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """How many accounts each rule describes, and which, in short."""
    told = {rule: sorted(set(accounts)) for rule, accounts in hits.items()}
    return {
        "hits": {rule: len(accounts) for rule, accounts in told.items()},
        "sha256": hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest(),
    }
