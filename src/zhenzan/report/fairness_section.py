"""The report's statement on false accusations: how many to expect, and who is protected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.model import CORROBORATION_BITS
from zhenzan.report.answer import SUSPECT_RING_SCORE
from zhenzan.report.wording import small

if TYPE_CHECKING:
    from zhenzan.report.scan_directory import ScanDirectory
    from zhenzan.report.texts import Texts

GROUPS = f"""
SELECT count(*) FILTER (kind = 'courtesy') AS courtesy,
       count(*) FILTER (kind <> 'courtesy' AND score < {SUSPECT_RING_SCORE}) AS cleared
FROM rings
"""
OTHER_LIKES = f"""
SELECT count(*) AS likes FROM likes
WHERE verdict = 'genuine' AND account_id IN (
    SELECT account_id FROM ring_members JOIN rings USING (ring_id)
    WHERE rings.kind <> 'courtesy' AND rings.score >= {SUSPECT_RING_SCORE})
"""


@dataclass(frozen=True)
class Fairness:
    """What the scan says of its own mistakes.

    Attributes:
        budget: Honest accounts called fake, at most, per 10,000.
        expected: Accounts called fake that are expected to be honest; empty if not recorded.
        odds: What a kind of evidence must say to count, to one.
        protected: Name of the rule's texts, and how many it concerns here.
    """

    budget: str
    expected: str
    odds: str
    protected: tuple[tuple[str, str], ...]

    @property
    def bits(self) -> str:
        """What a kind of evidence must say to count, bits."""
        return f"{CORROBORATION_BITS:g}"


def load_fairness(scan: ScanDirectory, t: Texts) -> Fairness:
    """The budget, what it is expected to cost, and how many each rule protects in this scan."""
    summary = scan.summary
    groups = scan.row("rings", GROUPS) or {}
    others = scan.row("likes ring_members rings", OTHER_LIKES) or {}
    likes, accounts = summary["likes"], summary["accounts"]
    friends = t(
        "fairness.courtesy_number",
        rings=t.count("circle", groups["courtesy"]),
        likes=t.count("like", likes["by_provenance"].get("courtesy", 0)),
    )
    unknown = t.join(
        [
            t.count("account", accounts["by_verdict"].get("unknown", 0)),
            t.count("like", likes["by_verdict"].get("unknown", 0)),
        ]
    )
    expected = summary.get("expected_false_accounts")
    return Fairness(
        budget=f"{summary['settings'].get('false_per_10k', 1):,g}",
        expected="" if expected is None else small(expected),
        odds=f"{2**CORROBORATION_BITS:g}",
        protected=(
            ("courtesy", friends),
            ("beneficiary", t.count("account", accounts["by_role"].get("beneficiary", 0))),
            ("cleared", t.count("group", groups["cleared"])),
            ("others", t.count("like", others["likes"])),
            ("unknown", unknown),
        ),
    )
