"""What `zhenzan simulate` writes: files, determinism, a genuine part that sellers do not touch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from zhenzan.errors import ZhenzanError
from zhenzan.worlds import ALL_MODES, WorldSettings, simulate
from zhenzan.worlds.columns import LIKE, Rows
from zhenzan.worlds.simulation import build_world, draw_log

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.worlds.conftest import Drawn

SMALL = WorldSettings(accounts=600, days=4, fraud=0.25, seed=5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulate(tmp_path_factory.mktemp("world"), SMALL)


def test_the_files_and_columns_of_the_contract_are_there(folder: Path) -> None:
    columns = {
        "events": "event_id ts event_type account_id content_id device_id ip session_id watch_ms "
        "progress source text",
        "accounts": "account_id created_at followers following organization_id",
        "contents": "content_id author_id published_at duration_ms topic",
        "truth/likes": "event_id fake mode campaign",
        "truth/accounts": "account_id role hard mode pool",
        "truth/contents": "content_id bought mode",
    }
    for name, words in columns.items():
        assert pq.read_schema(folder / f"{name}.parquet").names == words.split(), name
    assert (folder / "card.md").read_text(encoding="utf-8").startswith("# Simulated world 5")


def test_every_like_has_one_row_of_truth(folder: Path) -> None:
    events = pq.read_table(folder / "events.parquet", columns=["event_id", "event_type"])
    likes = events.filter(pc.equal(events["event_type"], "like"))["event_id"].to_pylist()
    truth = pq.read_table(folder / "truth/likes.parquet")
    assert truth["event_id"].to_pylist() == likes
    assert len(set(events["event_id"].to_pylist())) == len(events)
    fake = truth["fake"].to_numpy(zero_copy_only=False)
    assert np.array_equal(fake, ~truth["mode"].is_null().to_numpy(zero_copy_only=False))


def test_events_come_in_order_of_time_and_name_known_accounts_and_contents(folder: Path) -> None:
    events = pq.read_table(folder / "events.parquet")
    ts = events["ts"].to_numpy()
    assert (np.diff(ts) >= np.timedelta64(0)).all()
    for name, column in (("accounts", "account_id"), ("contents", "content_id")):
        known = set(pq.read_table(folder / f"{name}.parquet")[column].to_pylist())
        assert set(events[column].to_pylist()) <= known


def test_the_same_seed_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = simulate(tmp_path / "again", SMALL)
    for path in sorted(folder.rglob("*.*")):
        assert (again / path.relative_to(folder)).read_bytes() == path.read_bytes(), path.name


def test_another_seed_is_another_world_with_other_parameters() -> None:
    one, two = build_world(SMALL), build_world(replace(SMALL, seed=6))
    assert one.parameters.like_rate != two.parameters.like_rate
    assert one.parameters.topics != two.parameters.topics
    assert not np.array_equal(one.people.visits[:50], two.people.visits[:50])


def test_a_world_without_buying_has_no_fake_like_and_no_seller(
    honest: Drawn,
) -> None:
    assert len(honest.likes) > 1_000
    assert (honest.rows.mode == -1).all()
    assert (honest.rows.campaign == -1).all()
    assert set(honest.world.role) == {"honest"}
    assert len(honest.world.people) == honest.world.honest


def _genuine_life(world_rows: Rows, honest: int) -> np.ndarray:
    mine = (world_rows.account < honest) & (world_rows.mode < 0)
    rows = world_rows.take(mine)
    return np.stack([rows.ts, rows.kind, rows.account, rows.content, rows.device, rows.ip])


@pytest.mark.parametrize("modes", [("farm", "api"), ("panel", "throwaway", "matrix")])
def test_sellers_with_accounts_of_their_own_leave_genuine_life_as_it_is(
    modes: tuple[str, ...],
) -> None:
    settings = WorldSettings(accounts=500, days=3, fraud=0.2, modes=modes, seed=9)
    with_sellers, without = build_world(settings), build_world(replace(settings, fraud=0.0))
    # the organic tail is the one genuine thing that a bought spike adds
    with_sellers.parts = [part for part in with_sellers.parts if part.name != "tail"]
    busy = _genuine_life(Rows.concat(list(draw_log(with_sellers))), 500)
    calm = _genuine_life(Rows.concat(list(draw_log(without))), 500)
    assert np.array_equal(busy, calm)


def test_nobody_likes_a_content_twice(honest: Drawn) -> None:
    pairs = (honest.likes.account << 32) + honest.likes.content
    assert len(np.unique(pairs)) == len(pairs)


def test_the_log_does_not_depend_on_how_it_is_cut_into_writes(folder: Path) -> None:
    rows = Rows.concat(list(draw_log(build_world(SMALL))))
    assert pq.read_metadata(folder / "events.parquet").num_rows == len(rows)
    likes = int((rows.kind == LIKE).sum())
    assert pq.read_metadata(folder / "truth/likes.parquet").num_rows == likes


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_number_of_events_is_met_within_a_fifth(
    seed: int, draw: Callable[[WorldSettings], Drawn]
) -> None:
    drawn = draw(WorldSettings(accounts=1_500, days=8, events=150_000, seed=seed))
    assert len(drawn.rows) == pytest.approx(150_000, rel=0.2)


def test_the_share_of_fake_likes_is_about_what_was_asked(bought: Drawn) -> None:
    share = float((bought.likes.mode >= 0).mean())
    assert share == pytest.approx(0.3, abs=0.07)
    assert {ALL_MODES[m] for m in np.unique(bought.likes.mode) if m >= 0} == set(ALL_MODES)


def test_a_folder_that_cannot_be_made_is_an_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    with pytest.raises(ZhenzanError, match="Cannot make the directory"):
        simulate(tmp_path / "file" / "world", SMALL)


def test_a_world_too_small_for_a_boss_has_no_team(tmp_path: Path) -> None:
    world = simulate(tmp_path, WorldSettings(accounts=100, days=5, seed=701))
    assert pq.read_metadata(world / "events.parquet").num_rows > 0
