"""Public logs, laid out as logs of likes, and bought stars planted among honest shares.

They are read where they lie (``--data``) and never become part of the repository. Whoever lacks
them gets the rest of the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

PLANTED = "bought stars among honest shares"
LEAST_STARS = 20
"""Throw-away stars that a repository has in the window, for its stars to be planted."""
LEAST_SHARES = 10
"""Shares that a link has, for a repository to take its place: its own sharers stay."""
ONLY = "event_id, ts, 'like' AS event_type, account_id, content_id"


@dataclass(frozen=True)
class RealLog:
    """One public log: its name on the page, where it lies, what it is."""

    name: str
    path: str
    about: str


LOGS = (
    RealLog(
        "Retweets of a documented network, 2021",
        "coord_share/ru_retweets_2021/events.parquet",
        "CooRTweet (Righetti, Kulichkina), MIT; coordinated by its publishers' account, unlabelled",
    ),
    RealLog(
        "Links shared in the German election, 2021",
        "coord_share/de_election_2021_url/events.parquet",
        "CooRTweet, MIT; mostly organic, unlabelled",
    ),
    RealLog(
        "Stars on GitHub by throw-away accounts",
        "github_stars/events.parquet",
        "StarScout (He et al., arXiv 2412.13459), Apache-2.0; no organic stars",
    ),
)


def lay_out(folder: Path, log: RealLog, data: Path) -> None:
    """Write one public log as likes: time, account and content are all that it has."""
    folder.mkdir(parents=True)
    _copy(
        f"SELECT {ONLY} FROM read_parquet('{data / log.path}') ORDER BY ts, event_id",
        folder / "events.parquet",
    )


def plant(folder: Path, data: Path) -> None:
    """Stars by throw-away accounts, moved as they are into the weeks of the shared links.

    The six weeks with the most stars on repositories that have at least 20 of them; all moved by
    one constant, so that who starred what, and when, stays. Each repository takes the place of
    one shared link that people share too. Sharers are taken to be honest, starrers not: neither is
    certain.
    """
    (folder / "truth").mkdir(parents=True)
    shares = data / "coord_share/de_election_2021_url/events.parquet"
    stars = data / "github_stars/events.parquet"
    db = duckdb.connect()
    db.execute(f"""
        CREATE TABLE honest AS FROM read_parquet('{shares}');
        CREATE TABLE stars AS FROM read_parquet('{stars}');
        CREATE TABLE span AS SELECT min(ts) AS start, max(ts) - min(ts) AS length FROM honest;
        CREATE TABLE weeks AS SELECT DISTINCT date_trunc('week', ts) AS start FROM stars;
        CREATE TABLE dense AS
            SELECT w.start, s.content_id, count(*) AS n
            FROM weeks w, span, stars s
            WHERE s.ts BETWEEN w.start AND w.start + span.length
            GROUP BY ALL HAVING n >= {LEAST_STARS};
        CREATE TABLE chosen AS
            SELECT start FROM dense GROUP BY start ORDER BY sum(n) DESC, start LIMIT 1;
        CREATE TABLE places AS
            WITH links AS (
                SELECT content_id AS place, row_number() OVER (ORDER BY md5(content_id)) AS i
                FROM honest GROUP BY content_id HAVING count(*) >= {LEAST_SHARES}
            ), repositories AS (
                SELECT content_id, row_number() OVER (ORDER BY content_id) AS i
                FROM dense JOIN chosen USING (start)
            )
            SELECT content_id, place FROM repositories JOIN links USING (i);
        CREATE TABLE events AS
            SELECT 'h' || event_id AS event_id, ts, 'like' AS event_type,
                   'h' || account_id AS account_id, content_id, FALSE AS fake FROM honest
            UNION ALL
            SELECT 'b' || event_id, ts - chosen.start + span.start, 'like', 'b' || account_id,
                   place, TRUE
            FROM stars JOIN places USING (content_id), chosen, span
            WHERE ts BETWEEN chosen.start AND chosen.start + span.length;
    """)
    tables = {
        "events": f"SELECT {ONLY} FROM events ORDER BY ts, event_id",
        "truth/likes": "SELECT event_id, fake, CASE WHEN fake THEN 'stars' END AS mode FROM events",
        "truth/accounts": """
            SELECT account_id, CASE WHEN bool_or(fake) THEN 'supplier' ELSE 'honest' END AS role,
                   NULL::VARCHAR AS hard
            FROM events GROUP BY account_id
        """,
    }
    for name, query in tables.items():
        _copy(query, folder / f"{name}.parquet", db)


def _copy(query: str, path: Path, db: duckdb.DuckDBPyConnection | None = None) -> None:
    (db or duckdb.connect()).execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
