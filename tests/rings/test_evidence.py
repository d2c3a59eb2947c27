"""Which likes are a ring's, and what its witnesses are told of how they came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.rings import found
from tests.rings.choosing import group_of

from zhenzan.detectors.examples import Row, like, view
from zhenzan.rings.choices import choices, read_rows
from zhenzan.rings.evidence import Evidence

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rings.found import Groups

    from zhenzan.rings.witnesses import Witness

MEMBERS = tuple(f"m{n:02}" for n in range(20))
TARGETS = tuple(f"t{n}" for n in range(6))
RING: Groups = [(MEMBERS, TARGETS)]


def strangers(count: int = 60) -> list[Row]:
    """People who look at other things first, and like them."""
    return [
        made(f"p{n}", f"c{(3 * n + k) % 40}", 900.0 * k + n)
        for n in range(count)
        for k in range(4)
        for made in (lambda who, what, at_s: view(who, what, at_s, 0.8), like)
    ]


def visits(source: str | None, *, on: str = "like", seen: bool = True) -> list[Row]:
    """Each member likes each target; ``source`` is named with the like or with the view."""
    rows = []
    for number, target in enumerate(TARGETS):
        for n, name in enumerate(MEMBERS):
            at_s = 9_000.0 * number + 7 * n
            told = {"source": source} if source else {}
            if seen:
                rows.append(view(name, target, at_s, 0.8, **(told if on == "view" else {})))
            rows.append(like(name, target, at_s + 20, **(told if on == "like" else {})))
    return rows


def heard(
    folder: Path, rows: list[Row], groups: Groups, extra: frozenset[str] = frozenset()
) -> list[dict[str, Witness]]:
    """What each ring's witnesses say, by code."""
    log = found.build(folder, rows, groups)
    present = log.present | extra
    everything = choices(read_rows(log.engine, present))
    evidence = Evidence(log.engine, present, everything)
    said = []
    for number, (who, what) in enumerate(groups):
        group = group_of(everything, map(log.accounts.index, who), map(log.contents.index, what))
        said.append({w.reason_code: w for w in evidence.witnesses(number, group)})
    log.engine.close()
    return said


def test_a_like_belongs_to_the_first_ring_only(tmp_path: Path) -> None:
    """Rings of two sellers may share accounts and targets; no like is counted twice."""
    both = MEMBERS[10:]
    groups: Groups = [(MEMBERS, TARGETS[:4]), (both, TARGETS[2:])]
    log = found.build(tmp_path, strangers() + visits(None), groups)
    likes = log.engine.query("SELECT * FROM ring_likes").to_pylist()
    log.engine.close()
    assert len({row["like"] for row in likes}) == len(likes)
    of_ring = {
        (row["ring"], log.accounts[row["account"]], log.contents[row["content"]]) for row in likes
    }
    first = {(0, member, target) for member in MEMBERS for target in TARGETS[:4]}
    second = {(1, member, target) for member in both for target in TARGETS[4:]}
    assert of_ring == first | second
