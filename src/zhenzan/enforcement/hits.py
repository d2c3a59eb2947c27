"""Whom a policy matches in a scan, and whom no policy can touch whatever it says."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb

from zhenzan.enforcement.conditions import columns_of
from zhenzan.enforcement.ladder import DAY_US
from zhenzan.errors import InputError
from zhenzan.report.scan_directory import ScanDirectory, read_summary

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.enforcement.policy import Policy, Rule

MOST_SIGNALS = 10
"""So many signals of an account are kept as evidence, the weightiest."""

# How high on the ladder anybody may go with an account. This stands in front of every policy: an
# account with height 0 is not seen by any rule. See "Whom no policy can hit" in docs/policy.md.
HEIGHTS = """
SELECT *, CASE
    WHEN why <> '' THEN 0
    WHEN verdict = 'suspect' THEN 1
    WHEN 2 * fake < likes THEN 1
    ELSE 5 END AS highest
FROM (
    SELECT cast(a.account_id AS varchar) AS account_id, a.score, a.verdict, a.role, a.ring_id,
           cast(a.{cohort} AS varchar) AS cohort, a.likes,
           coalesce(g.fake, 0) AS fake, r.kind AS ring_kind,
           coalesce(g.last_us, 0) AS evidence_until_us,
           CASE
               WHEN a.verdict NOT IN ('fake', 'suspect') THEN a.verdict
               WHEN a.role = 'beneficiary' THEN 'beneficiary'
               WHEN a.role NOT IN ('none', 'supplier', 'member') THEN a.role
               WHEN coalesce(r.kind, '') = 'courtesy' THEN 'courtesy'
               WHEN a.verdict = 'fake' AND coalesce(g.fake, 0) = 0 THEN 'no evidence'
               WHEN coalesce(g.doubtful, 0) = 0 THEN 'no evidence'
               ELSE '' END AS why
    FROM accounts a
    LEFT JOIN rings r ON r.ring_id = a.ring_id
    LEFT JOIN (
        SELECT cast(account_id AS varchar) AS account_id,
               count(*) FILTER (verdict = 'fake') AS fake,
               count(*) AS doubtful,
               epoch_us(max(ts)) AS last_us
        FROM likes
        WHERE verdict IN ('fake', 'suspect') AND provenance NOT IN ('genuine', 'courtesy')
        GROUP BY 1
    ) g ON g.account_id = cast(a.account_id AS varchar)
)
"""
MATCHES = {
    "accounts": "SELECT DISTINCT account_id FROM ({view}) WHERE {condition}",
    "likes": """
        SELECT account_id FROM ({view}) WHERE {condition}
        GROUP BY account_id HAVING count(*) >= {at_least}
    """,
    "contents": """
        SELECT cast(l.account_id AS varchar) AS account_id
        FROM likes l JOIN (SELECT content_id FROM ({view}) WHERE {condition}) c
        ON cast(l.content_id AS varchar) = c.content_id
        WHERE l.verdict = 'fake'
        GROUP BY 1 HAVING count(*) >= {at_least}
    """,
    "rings": """
        SELECT DISTINCT cast(m.account_id AS varchar) AS account_id
        FROM ring_members m JOIN (SELECT ring_key FROM ({view}) WHERE {condition}) r
        ON m.ring_id = r.ring_key
    """,
}
KEYS = {
    "accounts": "cast(account_id AS varchar) AS account_id",
    "likes": "cast(account_id AS varchar) AS account_id",
    "contents": "cast(content_id AS varchar) AS content_id",
    "rings": "ring_id AS ring_key",
}
READ = "likes accounts contents rings ring_members"
SIGNALS = f"""
SELECT entity_id AS account_id, detector, version, weight, reason_code, evidence
FROM signals WHERE entity_type = 'account' AND entity_id IN (SELECT unnest(?))
QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY abs(weight) DESC, detector, reason_code)
        <= {MOST_SIGNALS}
ORDER BY account_id, abs(weight) DESC, detector, reason_code
"""


@dataclass(frozen=True)
class Hit:
    """An account that a policy matches and may act on.

    Attributes:
        account_id: Who.
        rule: The severest rule that matches it.
        score: Probability that it supplies invalid engagement, 0–1.
        verdict: fake or suspect.
        role: none, supplier or member.
        ring_id: Its ring.
        ring_kind: The ring's kind.
        cohort: Its cohort; empty if it has none.
        likes: Likes that it gave.
        fake_likes: Of these, fake ones that are evidence.
        highest: How far up the ladder anybody may go with it, 1 or 5.
        evidence_until_us: Time of the last like that is evidence, µs since 1970.
    """

    account_id: str
    rule: Rule
    score: float
    verdict: str
    role: str
    ring_id: str | None
    ring_kind: str | None
    cohort: str
    likes: int
    fake_likes: int
    highest: int
    evidence_until_us: int

    @property
    def reason(self) -> str:
        """Why, as coarsely as the person concerned is told."""
        if self.ring_kind in {"mutual", "exchange"}:
            return "traded"
        return "coordinated" if self.ring_id else "automated"


@dataclass(frozen=True)
class Matched:
    """What a policy matches in one scan.

    Attributes:
        scan: Which scan: digest of the log and version of what judged it.
        judged: Accounts in the scan.
        hits: Whom the policy may act on, the surest first.
        protected: Why not → how many matched accounts no policy can touch.
        evidence: Account → what is kept with an action: verdict, signals, ring.
        end_us: End of the log, µs since 1970.
    """

    scan: str
    judged: int
    hits: tuple[Hit, ...]
    protected: dict[str, int]
    evidence: dict[str, dict[str, Any]] = field(repr=False)
    end_us: int


def match(policy: Policy, scan: Path, *, days: int | None = None) -> Matched:
    """Whom a policy matches in a scan.

    Args:
        policy: The policy.
        scan: A scan directory.
        days: Only accounts with evidence in the last so many days of the log.

    Raises:
        ZhenzanError: The directory is no scan, or a table of it cannot be read.
    """
    with ScanDirectory(scan) as directory:
        try:
            return _match(policy, directory, days)
        except duckdb.Error as error:
            raise InputError(
                f"The policy cannot be asked of {scan}: its tables are not those of a scan.",
                "Run zhenzan scan again to write the directory anew.",
            ) from error


def scan_name(scan: Path) -> str:
    """Which scan a directory holds: digest of the log and version of what judged it.

    Raises:
        ZhenzanError: The directory is no scan.
    """
    return _scan_name(read_summary(scan))


def _scan_name(summary: dict[str, Any]) -> str:
    return f"{summary.get('input_digest', '')}@{summary.get('zhenzan', '')}"


def described(rule: Rule, directory: ScanDirectory) -> list[str]:
    """The accounts that a rule describes, those among them that no policy can touch."""
    query = MATCHES[rule.on].format(view=_view(rule.on), condition=rule.sql, at_least=rule.at_least)
    return [row["account_id"] for row in directory.rows(READ, query)]


def _match(policy: Policy, directory: ScanDirectory, days: int | None) -> Matched:
    severest: dict[str, Rule] = {}
    for rule in policy.rules:
        for account in described(rule, directory):
            known = severest.get(account)
            if known is None or rule.severity > known.severity:
                severest[account] = rule
    # Only accounts that a rule describes come out of the engine: a log has millions.
    heights = directory.rows(
        READ,
        f"{HEIGHTS.format(cohort=policy.caps.cohort)} WHERE account_id IN (SELECT unnest(?))",
        [list(severest)],
    )
    judged = directory.row(READ, "SELECT count(*) AS n FROM accounts")
    end = directory.row(READ, "SELECT coalesce(epoch_us(max(ts)), 0) AS us FROM likes")
    end_us = int(end["us"]) if end else 0
    since_us = 0 if days is None else end_us - days * DAY_US
    hits = []
    protected: dict[str, int] = {}
    for row in heights:
        if row["highest"] == 0:
            protected[row["why"]] = protected.get(row["why"], 0) + 1
        elif row["evidence_until_us"] >= since_us:
            hits.append(_hit(row, severest[row["account_id"]]))
    hits.sort(key=lambda hit: (-hit.score, hit.account_id))
    return Matched(
        scan=_scan_name(directory.summary),
        judged=int(judged["n"]) if judged else 0,
        hits=tuple(hits),
        protected=dict(sorted(protected.items())),
        evidence=_evidence(directory, hits),
        end_us=end_us,
    )


def _view(table: str) -> str:
    """A table as conditions see it: its key, and its columns with numbers that cannot overflow."""
    columns = [
        f'cast("{name}" AS double) AS "{name}"' if kind == "number" else f'"{name}"'
        for name, kind in columns_of(table).items()
    ]
    return f"SELECT {KEYS[table]}, {', '.join(columns)} FROM {table}"


def _hit(row: dict[str, Any], rule: Rule) -> Hit:
    return Hit(
        account_id=row["account_id"],
        rule=rule,
        score=float(row["score"]),
        verdict=row["verdict"],
        role=row["role"],
        ring_id=row["ring_id"],
        ring_kind=row["ring_kind"],
        cohort=row["cohort"] or "",
        likes=int(row["likes"]),
        fake_likes=int(row["fake"]),
        highest=int(row["highest"]),
        evidence_until_us=int(row["evidence_until_us"]),
    )


def _evidence(directory: ScanDirectory, hits: list[Hit]) -> dict[str, dict[str, Any]]:
    names = [hit.account_id for hit in hits]
    signals: dict[str, list[dict[str, Any]]] = {}
    for row in directory.rows("signals", SIGNALS, [names]) if names else []:
        account = row.pop("account_id")
        signals.setdefault(account, []).append({**row, "evidence": json.loads(row["evidence"])})
    rings = {
        row["ring_id"]: {**row, "evidence": json.loads(row["evidence"])}
        for row in directory.rows(
            "rings", "SELECT ring_id, kind, accounts, contents, likes, score, evidence FROM rings"
        )
    }
    return {
        hit.account_id: {
            "account_id": hit.account_id,
            "score": hit.score,
            "verdict": hit.verdict,
            "role": hit.role,
            "likes": hit.likes,
            "fake_likes": hit.fake_likes,
            "signals": signals.get(hit.account_id, []),
            "ring": rings.get(hit.ring_id) if hit.ring_id else None,
        }
        for hit in hits
    }
