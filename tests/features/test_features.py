"""Every feature table, against loops over the same rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detectors.logs import Log, build, prefix

from zhenzan.detectors.examples import Row
from zhenzan.features import FEATURES

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

HOUR_US = 3_600_000_000
SLACK_US = 600_000_000
AUTHORS = {"c0": "x", "c1": "x", "c2": "y"}

rows_of_events = st.lists(
    st.builds(
        Row,
        st.sampled_from(["view", "like", "like", "comment", "follow", "unlike", "impression"]),
        st.sampled_from(["a0", "a1", "a2"]),
        st.sampled_from(["c0", "c1", "c2", "c3"]),
        st.integers(0, 40).map(lambda step: step * 250.0),
        st.sampled_from([None, 0.1, 0.5, 1.0]),
        st.sampled_from([None, "d0", "d1"]),
        st.sampled_from([None, "10.0.0.1", "10.0.0.2", "10.9.0.1"]),
        st.sampled_from([None, None, "recommend", "push", "follow", "search", "link"]),
    ),
    max_size=40,
)


def table(log: Log, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = log.engine.query(f"SELECT * FROM {name}").to_pylist()
    return rows


def firsts(rows: list[Row]) -> dict[tuple[str, str], Row]:
    """The first like of each account and content; the earlier row where times are equal."""
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = (row.account_id, row.content_id)
        if row.event_type == "like" and (key not in found or row.ts_us < found[key].ts_us):
            found[key] = row
    return found


@given(rows_of_events)
@settings(max_examples=40)
def test_features_are_what_loops_count(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row]
) -> None:
    log = build(tmp_path_factory.mktemp("log"), rows, AUTHORS)
    try:
        check_activity(log, rows)
        check_hours(log, rows)
        if "view" in log.present:
            check_life(log, rows)
            check_paths(log, rows)
        if "device_id" in log.present:
            check_devices(log, rows)
        if "ip" in log.present:
            check_addresses(log, rows)
        if "source" in log.present:
            check_ways(log, rows)
    finally:
        log.engine.close()


def check_activity(log: Log, rows: list[Row]) -> None:
    account, content = log.accounts.index, log.contents.index
    first = firsts(rows)
    found = table(log, "firsts")
    assert {(r["account"], r["content"], r["ts"]) for r in found} == {
        (account(a), content(c), row.ts_us) for (a, c), row in first.items()
    }
    for known in found:
        author = AUTHORS.get(log.contents[known["content"]])
        assert known["author"] == (account(author) if author else -1 - known["content"])
    by_account: dict[str, list[Row]] = defaultdict(list)
    by_content: dict[str, list[Row]] = defaultdict(list)
    for row in first.values():
        by_account[row.account_id].append(row)
        by_content[row.content_id].append(row)
    activity = {log.accounts[r["account"]]: r for r in table(log, "account_activity")}
    assert set(activity) == set(by_account)
    for name, mine in by_account.items():
        times = [row.ts_us for row in mine]
        authors = {AUTHORS.get(row.content_id, row.content_id) for row in mine}
        known = activity[name]
        assert (known["likes"], known["authors"]) == (len(mine), len(authors))
        assert (known["first_ts"], known["last_ts"]) == (min(times), max(times))
    activity = {log.contents[r["content"]]: r for r in table(log, "content_activity")}
    assert {name: r["likes"] for name, r in activity.items()} == {
        name: len(mine) for name, mine in by_content.items()
    }


def check_life(log: Log, rows: list[Row]) -> None:
    """What an account was merely shown is not its doing."""
    rows = [row for row in rows if row.event_type != "impression"]
    life = {log.accounts[r["account"]]: r for r in table(log, "account_life")}
    assert life.keys() == {row.account_id for row in rows}
    for account, found in life.items():
        did = Counter(row.event_type for row in rows if row.account_id == account)
        assert found["events"] == did.total()
        assert (found["views"], found["likes"]) == (did["view"], did["like"])
        more = {
            row.content_id
            for row in rows
            if row.account_id == account and row.event_type in {"comment", "follow"}
        }
        assert found["deeper"] == len(more)
        assert found["first_ts"] == min(row.ts_us for row in rows if row.account_id == account)


def check_hours(log: Log, rows: list[Row]) -> None:
    counts: Counter[tuple[str, int, str]] = Counter()
    for row in rows:
        if row.event_type in {"view", "like"}:
            counts[row.content_id, row.ts_us // HOUR_US, row.event_type] += 1
    hours = {(log.contents[r["content"]], r["hour"]): r for r in table(log, "content_hours")}
    assert set(hours) == {(content, hour) for content, hour, _ in counts}
    for (content, hour), found in hours.items():
        assert found["views"] == counts[content, hour, "view"]
        assert found["likes"] == counts[content, hour, "like"]
    for found in table(log, "log_hours"):
        of_hour = [r for (_, hour), r in hours.items() if hour == found["hour"]]
        assert found["views"] == sum(r["views"] for r in of_hour)
        assert found["likes"] == sum(r["likes"] for r in of_hour)
        assert found["liked"] == sum(r["likes"] > 0 for r in of_hour)
        assert found["unviewed"] == sum(r["likes"] > 0 and r["views"] == 0 for r in of_hour)


def check_paths(log: Log, rows: list[Row]) -> None:
    for found in table(log, "like_path"):
        like = log.likes[found["like"]]
        views = [
            row
            for row in rows
            if row.event_type == "view"
            and (row.account_id, row.content_id) == (like.account_id, like.content_id)
        ]
        before = [row for row in views if row.ts_us <= like.ts_us + SLACK_US]
        assert found["unseen"] == (not before)
        watched = [int(row.progress * 1_000_000) for row in views if row.progress is not None]
        assert found["watched"] == max(watched, default=None)


def check_ways(log: Log, rows: list[Row]) -> None:
    """A like's own source comes before its views'; of several views' the first by name."""
    kinds = {"recommend": 2, "push": 2, "follow": 1}
    expected, shared = {}, {}
    for number, like in enumerate(log.likes):
        sources = [
            row.source
            for row in rows
            if row.event_type == "view"
            and row.source
            and (row.account_id, row.content_id) == (like.account_id, like.content_id)
        ]
        source = like.source or min(sources, default=None)
        if source:
            expected[number] = kinds.get(source, 0)
            shared[number] = int(source == "share")
    found = table(log, "like_ways")
    assert {r["like"]: r["way"] for r in found} == expected
    assert {r["like"]: r["passed_on"] for r in found} == shared


def check_devices(log: Log, rows: list[Row]) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    devices = sorted({row.device_id for row in rows if row.device_id})
    for row in rows:
        if row.event_type == "like" and row.device_id:
            counts[row.account_id, row.device_id] += 1
    found = table(log, "account_devices")
    assert {(log.accounts[r["account"]], devices[r["device"]]): r["likes"] for r in found} == counts


def check_addresses(log: Log, rows: list[Row]) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    addresses = sorted({row.ip for row in rows if row.ip})
    nets = sorted({prefix(ip) or "" for ip in addresses})
    for row in rows:
        if row.event_type == "like" and row.ip:
            counts[row.account_id, row.ip] += 1
    found = table(log, "account_addresses")
    assert {(log.accounts[r["account"]], addresses[r["ip"]]): r["likes"] for r in found} == counts
    assert all(nets[r["net"]] == prefix(addresses[r["ip"]]) for r in found)


def test_a_feature_is_built_only_when_its_needs_are_met(tmp_path: Path) -> None:
    log = build(tmp_path, [Row("like", "a", "c", 0.0)])
    built = log.engine.query("SELECT table_name FROM duckdb_tables()").column(0).to_pylist()
    for feature in FEATURES:
        assert (feature.name in built) == (feature.needs <= log.present)
    log.engine.close()
