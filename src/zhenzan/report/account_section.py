"""The report's accounts: how many by verdict, role and credit, and those that supply most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenzan.report.scan_directory import Row, ScanDirectory
    from zhenzan.report.texts import Texts

ACCOUNTS_LISTED = 30
BAND = 20
"""Credit is counted in bands of so many points; full credit is a band of its own."""
FULL_CREDIT = 100
VERDICTS = ("genuine", "unknown", "suspect", "fake")
ROLES = ("none", "beneficiary", "member", "supplier")

COUNTS = f"""
SELECT verdict, role,
       CASE WHEN credit >= {FULL_CREDIT} THEN {FULL_CREDIT}
            ELSE {BAND} * cast(floor(credit / {BAND}.0) AS bigint) END AS band,
       count(*) AS accounts
FROM accounts GROUP BY ALL
"""
SUPPLIERS = """
SELECT account_id, role, ring_id, likes, fake_likes, score, credit, verdict, reasons
FROM accounts WHERE role IN ('supplier', 'member')
ORDER BY fake_likes DESC, score DESC, account_id LIMIT ?
"""


@dataclass(frozen=True)
class Accounts:
    """The accounts as the page shows them; each count is of (words, accounts)."""

    total: int
    by_verdict: tuple[tuple[str, int], ...]
    by_role: tuple[tuple[str, int], ...]
    by_credit: tuple[tuple[str, int], ...]
    suppliers: tuple[Row, ...]
    suppliers_total: int


def load_accounts(scan: ScanDirectory, t: Texts) -> Accounts:
    """Counts of all accounts, and those that gave most fake likes."""
    rows = scan.rows("accounts", COUNTS)

    def count(column: str, value: object) -> int:
        return sum(row["accounts"] for row in rows if row[column] == value)

    bands = [*range(0, FULL_CREDIT, BAND), FULL_CREDIT]
    roles = tuple((t.word("role", role), count("role", role)) for role in ROLES)
    return Accounts(
        total=sum(row["accounts"] for row in rows),
        by_verdict=tuple((t.word("verdict", v), count("verdict", v)) for v in VERDICTS),
        by_role=roles,
        by_credit=tuple((_band(low, t), count("band", low)) for low in reversed(bands)),
        suppliers=tuple(scan.rows("accounts", SUPPLIERS, [ACCOUNTS_LISTED])),
        suppliers_total=count("role", "supplier") + count("role", "member"),
    )


def _band(low: int, t: Texts) -> str:
    if low == FULL_CREDIT:
        return str(FULL_CREDIT)
    return t("accounts.band", low=low, high=low + BAND - 1)
