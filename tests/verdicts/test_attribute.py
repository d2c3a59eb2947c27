"""What a ring and an account's own signals say about single likes, on six accounts by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from tests.detectors import logs

from zhenzan.detectors.examples import like
from zhenzan.detectors.run import EMPTY_FOUND
from zhenzan.model import PRIOR_BITS
from zhenzan.rings.evidence import RING_LIKES
from zhenzan.verdicts import attribute

if TYPE_CHECKING:
    from pathlib import Path

MEMBERS, OTHERS = ("a0", "a1", "a2"), ("b0", "b1", "b2")
TARGETS = ("t0", "t1", "t2")
Found = dict[tuple[str, str], dict[str, float]]


def attributed(
    folder: Path,
    ring_bits: float,
    convicted: str = "",
    kind: str = "farm",
    *,
    own: int = 2,
    detector: str = "path",
    staged: int = 0,
) -> Found:
    """Bits by reason, per (account, content) or (account, "") or ("", content).

    The members like three targets and contents of their own; the others like what they like.

    Args:
        folder: For the working database.
        ring_bits: Log2 odds that the ring of ``MEMBERS`` is bought.
        convicted: An account, or a target, against which signals of its own speak, with 20 bits.
        kind: Of the ring.
        own: How many contents each member likes besides the targets.
        detector: Whose signal it is that speaks against the account.
        staged: Log2 odds, in thousandths, that the members are no people.
    """
    folder.mkdir(exist_ok=True)
    rows = [like(m, t, 60 * n) for m in MEMBERS for n, t in enumerate(TARGETS)]
    rows += [like(m, f"own of {m} {n}", 9_000 * n) for m in MEMBERS for n in range(own)]
    rows += [like(o, f"own of {o} {n}", 9_000 * n) for o in OTHERS for n in range(6)]
    rows.append(like("a0", "t0", 90_000))  # taken back and given again
    log = logs.build(folder, rows)
    code = {name: number for number, name in enumerate(log.accounts)}
    log.engine.create("found", EMPTY_FOUND)
    spoken_of = (
        {"entity_type": "content", "entity": log.contents.index(convicted)}
        if convicted in TARGETS
        else {"entity_type": "account", "entity": code.get(convicted)}
    )
    signals = [
        {**spoken_of, "detector": detector, "version": 1, "millibits": 20_000,
         "reason_code": "account_likes_unseen", "evidence": "{}"}
    ] if convicted else []  # fmt: skip
    schema = log.engine.query("SELECT * FROM found").schema
    log.engine.register("found", pa.Table.from_pylist(signals, schema))
    ring = {"ring": [0] * 3}
    log.engine.register(
        "group_members",
        pa.table(
            {
                **ring,
                "account": [code[m] for m in MEMBERS],
                "surety": [1_000_000] * 3,
                "staged_millibits": [staged] * 3,
            }
        ),
    )
    contents = [log.contents.index(target) for target in TARGETS]
    log.engine.register(
        "group_targets", pa.table({**ring, "content": contents, "surety": [1_000_000] * 3})
    )
    log.engine.create("ring_likes", RING_LIKES)
    known = {"ring": [0], "ring_id": ["r-0"], "kind": [kind]}
    log.engine.register("ring_list", pa.table({**known, "millibits": [round(1000 * ring_bits)]}))
    attribute(log.engine, log.present)
    found: Found = {}
    for row in log.engine.query("SELECT * FROM attributed").to_pylist():
        if row["entity_type"] == "like":
            name = (log.likes[row["entity"]].account_id, log.likes[row["entity"]].content_id)
        elif row["entity_type"] == "account":
            name = (log.accounts[row["entity"]], "")
        else:
            name = ("", log.contents[row["entity"]])
        found.setdefault(name, {})[row["reason_code"]] = row["millibits"] / 1000
    log.engine.close()
    return found


def reasons(found: Found) -> dict[tuple[str, str], set[str]]:
    return {name: set(bits) for name, bits in found.items()}


def test_a_ring_accuses_its_members_its_targets_and_where_they_meet(tmp_path: Path) -> None:
    expected = {(m, t): {"ring_target_like"} for m in MEMBERS for t in TARGETS}
    expected |= {(m, ""): {"ring_member"} for m in MEMBERS}
    expected |= {("", t): {"ring_target_content"} for t in TARGETS}
    assert reasons(attributed(tmp_path, 10.0)) == expected


@pytest.mark.parametrize("bits", [-20.0, -3.0, -0.1])
def test_a_group_that_probably_means_it_accuses_nobody(tmp_path: Path, bits: float) -> None:
    assert attributed(tmp_path, bits) == {}


def test_nobody_is_surer_than_the_ring(tmp_path: Path) -> None:
    found = attributed(tmp_path, 3.0, kind="lockstep")
    for (account, content), bits in found.items():
        kind = "like" if account and content else "account" if account else "content"
        assert PRIOR_BITS[kind] + sum(bits.values()) <= 3.0 + 0.001


def test_a_surer_ring_says_more(tmp_path: Path) -> None:
    weak, strong = (attributed(tmp_path / str(n), bits) for n, bits in enumerate((1.0, 12.0)))
    assert weak.keys() == strong.keys()
    for name in weak:
        assert sum(weak[name].values()) < sum(strong[name].values())


def test_what_a_convicted_loner_gave_is_suspect(tmp_path: Path) -> None:
    found = reasons(attributed(tmp_path, -20.0, convicted="b1"))
    assert found == {("b1", f"own of b1 {n}"): {"like_of_fake_account"} for n in range(6)}


def test_a_convicted_account_is_not_shielded_by_an_honest_group(tmp_path: Path) -> None:
    found = reasons(attributed(tmp_path, -3.0, convicted="a0"))
    likes = [*TARGETS, "own of a0 0", "own of a0 1"]
    assert found == {("a0", content): {"like_of_fake_account"} for content in likes}


def test_a_hijacked_accounts_other_likes_stay_its_own(tmp_path: Path) -> None:
    """What a ring left as traces on its member the ring explains."""
    found = reasons(attributed(tmp_path, 10.0, convicted="a0"))
    for target in TARGETS:
        assert found["a0", target] == {"ring_target_like"}
    assert not [name for name in found if name[1].startswith("own of a")]


def account_bits(found: Found, account: str, own: float = 0.0) -> float:
    """Log2 odds that the account is fake, with ``own`` bits of its own signals."""
    return PRIOR_BITS["account"] + own + found.get((account, ""), {}).get("ring_member", 0.0)


@pytest.mark.parametrize("convicted", ["", "a0"])
def test_who_sold_a_minority_of_its_likes_is_not_fake(tmp_path: Path, convicted: str) -> None:
    """Nor do the traces that the sold likes left make it so: the ring's share counts."""
    signal = 20.0 if convicted else 0.0
    few, most = (
        attributed(tmp_path / str(own), 12.0, convicted=convicted, own=own) for own in (9, 2)
    )
    assert account_bits(few, "a0", signal) <= 0.0
    assert account_bits(most, "a0", signal) > 5.0
    for target in TARGETS:
        assert few["a0", target]["ring_target_like"] > 5.0, "the sold likes stay sold"


def test_a_minority_counts_by_twice_its_share(tmp_path: Path) -> None:
    bits = [
        account_bits(attributed(tmp_path / str(own), 12.0, own=own), "a0")
        for own in (0, 3, 4, 9, 30, 300)
    ]
    assert bits[0] == bits[1] > 9.0, "half of its likes is as good as all"
    assert bits[1:] == sorted(bits[1:], reverse=True)
    assert bits[3] == pytest.approx(0.0, abs=0.01), "a quarter: one to one"


def test_a_handful_of_ring_likes_explains_no_traces(tmp_path: Path) -> None:
    """Three in a hundred: what the account's own signals say stays, of it and of its other likes.

    Of its first likes of targets the ring has told already.
    """
    found = attributed(tmp_path, 12.0, convicted="a0", own=97)
    assert account_bits(found, "a0", 20.0) > 5.0
    assert found["a0", "own of a0 5"].keys() == {"like_of_fake_account"}
    for target in TARGETS:
        assert found["a0", target].keys() == {"ring_target_like"}


def test_likes_of_an_account_used_once_are_judged_by_themselves(tmp_path: Path) -> None:
    assert attributed(tmp_path, -20.0, convicted="b1", detector="throwaway") == {}


@pytest.mark.parametrize(("detector", "counted"), [("burst", True), ("throwaway", False)])
def test_what_a_ring_was_made_of_is_not_said_of_its_targets_twice(
    tmp_path: Path, detector: str, *, counted: bool
) -> None:
    found = attributed(tmp_path, 8.0, "t0", detector=detector)
    of_content = [found["", target]["ring_target_content"] for target in TARGETS]
    assert (of_content[0] == of_content[1]) == counted
    assert of_content[1] == of_content[2] > 0.0
    assert of_content[0] >= 0.0


@pytest.mark.parametrize("staged", [0, 2_900])
def test_what_lent_accounts_like_beside_orders_is_their_own(tmp_path: Path, staged: int) -> None:
    found = attributed(tmp_path, 12.0, staged=staged)
    assert not [name for name in found if name[1].startswith("own of")]


def test_what_staged_accounts_like_beside_orders_is_cover(tmp_path: Path) -> None:
    found = attributed(tmp_path, 12.0, staged=7_000, own=9)
    assert {who for who, content in found if content.startswith("own of")} == set(MEMBERS)
    for (_, content), bits in found.items():
        if content.startswith("own of"):
            assert bits.keys() == {"like_of_staged_account"}
            assert 6.0 < PRIOR_BITS["like"] + sum(bits.values()) <= 7.0, "no surer than staged"
    assert account_bits(found, "a0") > 5.0, "a quarter of its likes is enough for who is no person"


def test_a_handful_of_ring_likes_makes_no_cover(tmp_path: Path) -> None:
    found = attributed(tmp_path, 12.0, staged=7_000, own=97)
    assert not [name for name in found if name[1].startswith("own of")]
