"""What can be said of an account in numbers, for detectors that look at accounts one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from benchmark.quality.log import Log, Reals

ALWAYS = """
    WITH popular AS (
        -- coarsely: an exact count would tell a model that learns which content it is
        SELECT content, round(ln(count(*))) AS fame FROM likes GROUP BY content
    ),
    timed AS (
        SELECT account, us, fame, (us // 3600000000) % 24 AS hour,
               (us - lag(us) OVER (PARTITION BY account ORDER BY us, row)) / 1e6 AS gap_s
        FROM likes JOIN popular USING (content)
    )
    SELECT account, ln(count(*)), avg(fame), coalesce(stddev_pop(fame), 0),
           ln(1 + coalesce(median(gap_s), 0)), ln(1 + coalesce(min(gap_s), 0)),
           coalesce(stddev_pop(ln(1 + gap_s)), 0), avg((hour < 6)::INT),
           count(DISTINCT hour), ln(1 + (max(us) - min(us)) / 1e6)
    FROM timed GROUP BY account
"""
OF_PATHS = """
    WITH did AS (
        SELECT account_id,
               count(*) FILTER (WHERE event_type = 'view') AS views,
               count(*) FILTER (WHERE event_type IN ('comment', 'share', 'favorite')) AS more,
               coalesce(avg(progress) FILTER (WHERE event_type = 'view'), 0) AS watched
        FROM events GROUP BY account_id
    ), seen AS (
        SELECT DISTINCT account_id, content_id, TRUE AS viewed FROM events
        WHERE event_type = 'view'
    ), blind AS (
        SELECT account, any_value(account_id) AS account_id, count(*) AS likes,
               avg((viewed IS NULL)::INT) AS share
        FROM likes LEFT JOIN seen USING (account_id, content_id) GROUP BY account
    )
    SELECT account, ln(1 + views), ln(1 + views / likes), ln(1 + more), watched, share
    FROM blind JOIN did USING (account_id)
"""
OF_PLACES = """
    WITH shared AS (
        SELECT device_id, count(DISTINCT account_id) AS n FROM events GROUP BY device_id
    ), networks AS (SELECT ip, count(DISTINCT account_id) AS n FROM events GROUP BY ip)
    SELECT account, count(DISTINCT device_id), count(DISTINCT ip),
           ln(1 + coalesce(max(shared.n), 0)), ln(1 + coalesce(max(networks.n), 0))
    FROM likes LEFT JOIN shared USING (device_id) LEFT JOIN networks USING (ip)
    GROUP BY account
"""
OF_PROFILES = """
    SELECT account, ln(1 + greatest(0, (min(us) - min(epoch_us(created_at))) / 8.64e10)),
           coalesce(ln(1 + max(followers)), 0), coalesce(ln(1 + max(following)), 0)
    FROM likes LEFT JOIN accounts USING (account_id) GROUP BY account
"""


def features(log: Log) -> Reals:
    """One row an account, one column a feature; what the log lacks has no columns."""
    queries = [ALWAYS]
    queries += [OF_PATHS] if {"watch_ms", "progress"} <= log.columns else []
    queries += [OF_PLACES] if {"device_id", "ip"} <= log.columns else []
    queries += [OF_PROFILES] if "created_at" in log.columns else []
    tables = []
    for query in queries:
        columns = list(log.db.execute(query).fetchnumpy().values())
        table: Reals = np.stack(
            [np.ma.filled(np.ma.asarray(c, dtype=float), 0) for c in columns], axis=1
        )
        tables.append(table[np.argsort(table[:, 0]), 1:])
    found: Reals = np.nan_to_num(np.concatenate(tables, axis=1))
    return found
