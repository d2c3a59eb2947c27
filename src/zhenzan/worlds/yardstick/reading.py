"""Reads a scan and a truth, and joins them on the text of their identifiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from zhenzan.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.worlds.columns import Flags, Ints, Reals

HONEST_ROLES = ("honest", "beneficiary", "victim")
"""Roles that give no fake like: whoever is accused among them is accused falsely."""
SCAN_FILES = ("likes", "accounts", "contents", "rings", "ring_members")
TRUTH_FILES = ("likes", "accounts", "contents", "campaigns")
_NO_CROWD = "ordinary"

Words = np.ndarray[Any, np.dtype[np.object_]]


@dataclass(frozen=True)
class LikeTruth:
    """Every like that is known, one a row; a like that was not judged scores 0.

    Attributes:
        fake: Whether it is fake.
        mode: How it was faked; "" for a genuine one.
        bought: Whether it belongs to a campaign (False for camouflage and genuine likes).
        crowd: Crowd of the account, for a genuine like by an honest account; "" otherwise.
        score: The scan's score.
        accused: Whether the scan's verdict is fake.
        suspected: Whether it is fake or suspect.
        judged: Whether the scan has it.
    """

    fake: Flags
    mode: Words
    bought: Flags
    crowd: Words
    score: Reals
    accused: Flags
    suspected: Flags
    judged: Flags


@dataclass(frozen=True)
class AccountTruth:
    """Every account that is known, one a row.

    Attributes:
        honest: Whether its role gives no fake likes.
        role: Its role.
        mode: How it fakes; "" for an honest one.
        crowd: Its crowd, ``ordinary`` for none.
        pool: Seller's pool, "" for none.
        ring: Ring that the scan puts it in, "" for none; courtesy rings accuse nobody.
        score: The scan's score.
        accused: Whether the scan's verdict is fake.
    """

    honest: Flags
    role: Words
    mode: Words
    crowd: Words
    pool: Words
    ring: Words
    score: Reals
    accused: Flags


@dataclass(frozen=True)
class ContentTruth:
    """Every content that the scan counts likes of, one a row.

    Attributes:
        likes: Likes counted.
        genuine: Of these, genuine ones.
        estimate: The scan's ``true_likes``.
        low: Lower end of its 90% interval.
        high: Upper end of its 90% interval.
        bought: Whether anything was bought for it.
        accused: Whether the scan calls it boosted.
    """

    likes: Ints
    genuine: Ints
    estimate: Reals
    low: Reals
    high: Reals
    bought: Flags
    accused: Flags


class Reading:
    """A scan beside the truth.

    Args:
        scan: Directory that ``zhenzan scan`` wrote.
        truth: Directory that ``zhenzan simulate`` wrote, or its ``truth`` folder.

    Raises:
        InputError: A file is missing or cannot be read.
    """

    def __init__(self, scan: Path, truth: Path) -> None:
        folder = truth / "truth" if (truth / "truth" / "likes.parquet").exists() else truth
        self._db = duckdb.connect()
        for name in SCAN_FILES:
            self._view(f"scan_{name}", scan / f"{name}.parquet", "Run zhenzan scan first.")
        for name in TRUTH_FILES:
            hint = "Give the directory that zhenzan simulate wrote."
            self._view(f"truth_{name}", folder / f"{name}.parquet", hint)

    def _view(self, name: str, path: Path, hint: str) -> None:
        if not path.exists():
            raise InputError(f"There is no {path.name} in {path.parent}.", hint)
        try:
            self._db.from_parquet(str(path)).create_view(name)
        except duckdb.Error as error:
            raise InputError(f"{path} is not a table that can be read.", hint) from error

    def _columns(self, query: str) -> dict[str, Any]:
        try:
            return dict(self._db.execute(query).fetchnumpy())
        except duckdb.Error as error:
            raise InputError(
                "The tables do not have the columns of a scan and a truth.",
                "Give a directory of zhenzan scan and one of zhenzan simulate.",
            ) from error

    def likes(self) -> LikeTruth:
        """All likes of the truth, with what the scan says."""
        columns = self._columns(f"""
            WITH truth AS (
                SELECT event_id::VARCHAR AS id, fake, coalesce(mode, '') AS mode,
                       campaign IS NOT NULL AS bought
                FROM truth_likes
            ), judged AS (
                SELECT event_id::VARCHAR AS id, account_id::VARCHAR AS account, score, verdict
                FROM scan_likes
            ), crowds AS (
                SELECT account_id::VARCHAR AS account, coalesce(hard, '{_NO_CROWD}') AS crowd
                FROM truth_accounts WHERE role IN {HONEST_ROLES}
            )
            SELECT fake, mode, bought, verdict IS NOT NULL AS judged,
                   CASE WHEN fake THEN '' ELSE coalesce(crowd, '') END AS crowd,
                   coalesce(score, 0.0)::DOUBLE AS score,
                   coalesce(verdict = 'fake', FALSE) AS accused,
                   coalesce(verdict IN ('fake', 'suspect'), FALSE) AS suspected
            FROM truth LEFT JOIN judged USING (id) LEFT JOIN crowds USING (account)
            ORDER BY id
        """)
        return LikeTruth(**columns)

    def accounts(self) -> AccountTruth:
        """All accounts of the truth, with what the scan says."""
        columns = self._columns(f"""
            WITH placed AS (
                SELECT m.account_id::VARCHAR AS id, arg_max(m.ring_id, (m.score, m.ring_id)) AS ring
                FROM scan_ring_members m JOIN scan_rings r USING (ring_id)
                WHERE r.kind <> 'courtesy' GROUP BY 1
            ), truth AS (
                SELECT account_id::VARCHAR AS id, role, coalesce(mode, '') AS mode,
                       coalesce(hard, '{_NO_CROWD}') AS crowd, coalesce(pool, '') AS pool
                FROM truth_accounts
            ), judged AS (
                SELECT account_id::VARCHAR AS id, score, verdict FROM scan_accounts
            )
            SELECT role IN {HONEST_ROLES} AS honest, role, mode, crowd, pool,
                   coalesce(ring, '') AS ring, coalesce(score, 0.0)::DOUBLE AS score,
                   coalesce(verdict = 'fake', FALSE) AS accused
            FROM truth LEFT JOIN judged USING (id) LEFT JOIN placed USING (id)
            ORDER BY id
        """)
        return AccountTruth(**columns)

    def contents(self) -> ContentTruth:
        """All contents of the scan, with their true number of genuine likes."""
        columns = self._columns("""
            WITH counted AS (
                SELECT s.content_id::VARCHAR AS id, count(*) AS likes,
                       count(*) FILTER (WHERE NOT t.fake) AS genuine
                FROM scan_likes s JOIN truth_likes t
                  ON s.event_id::VARCHAR = t.event_id::VARCHAR
                GROUP BY 1
            ), judged AS (
                SELECT content_id::VARCHAR AS id, true_likes, true_likes_low, true_likes_high,
                       verdict
                FROM scan_contents
            ), truth AS (SELECT content_id::VARCHAR AS id, bought FROM truth_contents)
            SELECT likes, genuine, coalesce(true_likes, likes)::DOUBLE AS estimate,
                   coalesce(true_likes_low, likes)::DOUBLE AS low,
                   coalesce(true_likes_high, likes)::DOUBLE AS high,
                   coalesce(bought, FALSE) AS bought,
                   coalesce(verdict = 'boosted', FALSE) AS accused
            FROM counted LEFT JOIN judged USING (id) LEFT JOIN truth USING (id)
            ORDER BY id
        """)
        return ContentTruth(**columns)

    def prices(self) -> dict[str, tuple[float, int]]:
        """List price of a like, yuan, and the sellers' skill, by mode."""
        rows = self._db.execute("""
            SELECT mode, sum(price_per_like * likes) / nullif(sum(likes), 0), max(skill)
            FROM truth_campaigns GROUP BY mode ORDER BY mode
        """).fetchall()
        return {str(mode): (float(price or 0.0), int(skill)) for mode, price, skill in rows}
