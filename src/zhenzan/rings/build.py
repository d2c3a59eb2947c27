"""From surprising pairs to rings with a kind, a score, members and targets."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zhenzan.arrays import column, columns
from zhenzan.model import LEAST_FAKE_MILLIBITS, MILLIBITS_PER_BIT, PRIOR_BITS, RingKind
from zhenzan.reasons import REASONS
from zhenzan.rings.choices import choices, read_rows
from zhenzan.rings.company import extended
from zhenzan.rings.customers import pools, traders
from zhenzan.rings.evidence import RING_LIKES, Evidence
from zhenzan.rings.explained import PROVEN_BITS
from zhenzan.rings.fragments import joined, whole
from zhenzan.rings.groups import Group, communities, refine
from zhenzan.rings.homes import stays
from zhenzan.rings.lineage import lineage
from zhenzan.rings.orders import orders
from zhenzan.rings.staged import STAGED_COHORT_BITS, beside_members, staged
from zhenzan.rings.throwaways import throwaways
from zhenzan.rings.witnesses import Witness
from zhenzan.weights import millibits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenzan.engines.base import Engine
    from zhenzan.rings.choices import Choices, Rows
    from zhenzan.rings.lineage import Lineage

    Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MOST_ERRANDS_PERCENT = 25.0
"""Of all that people like who are paid for some of it; kept accounts have less of a life."""
PAIRS = """
SELECT entity AS a, other AS b, max(millibits) AS millibits
FROM found WHERE entity_type = 'pair' GROUP BY entity, other ORDER BY entity, other
"""


def build_rings(engine: Engine, present: frozenset[str], previous: pa.Table | None = None) -> None:
    """Fill ``group_members``, ``group_targets``, ``ring_list`` and what backs them.

    ``group_members`` (ring, account, surety in millionths, and staged_millibits: log2 odds that
    the member is no person, given that the ring is bought) and ``group_targets`` (ring, content)
    say who and what. ``ring_list`` has ring, ring_id, kind and millibits (the prior and all
    witnesses), and what became of the ring since an earlier scan. ``ring_witnesses`` has each
    witness; ``ring_evidence`` all of them as one JSON text.

    Args:
        engine: Holds ``found`` and the features.
        present: What the log holds.
        previous: The ``ring_members`` of an earlier scan, if rings are to keep their names.
    """
    left, right, weight = columns(engine.query(PAIRS))
    seeds = communities(left, right, weight / 1000.0)
    del left, right, weight
    rows = read_rows(engine, present)
    everything = choices(rows)
    groups = _groups(rows, everything, seeds)
    sellers = throwaways(engine, groups)
    found = [*groups, *(group for group, _ in sellers)]
    _store_groups(engine, found, [np.zeros(len(group.members), np.int64) for group in found])
    evidence = Evidence(engine, present, everything)
    heard = [evidence.witnesses(number, group) for number, group in enumerate(groups)]
    heard += [
        [witness, *evidence.homes(number)]
        for number, (_, witness) in enumerate(sellers, start=len(groups))
    ]
    stay = stays(engine, present, everything.accounts)
    rings, heard, odds = _whole(everything, found, heard, stay)
    if "ip" in present:
        sends = np.array([_sends_accounts(witnesses) for witnesses in heard], bool)
        full = extended(engine, everything, rings, sends, stay)
        rings, odds = _in_company(full, rings, heard, odds, stay)
    _store_groups(engine, rings, [millibits(bits) for bits in odds])
    engine.create("ring_likes", RING_LIKES)
    engine.register("previous_members", _previous(previous))
    names = lineage(engine, ring_names(engine, rings), repeated=previous is not None)
    _store_rings(engine, names, heard)


def _groups(rows: Rows, everything: Choices, seeds: Sequence[Ints]) -> list[Group]:
    """Groups from pairs of accounts, then from what those leave unexplained.

    The rest is looked at twice: among likes that the platform did not deliver, where orders stand
    out, if the log says how people came; and among all. Last come contents that are sought far
    more than their peers.
    """
    found = refine(everything, seeds) if seeds else []
    for only_sought in (True, False):
        for propose in (pools, traders):
            rest = rows.where(~_explained(rows, everything, found))
            if only_sought:
                rest = rest.where(rest.sought)
            if len(rest.account):
                chosen = choices(rest, everything)
                found += refine(chosen, propose(rest, chosen))
    rest = rows.where(rows.sought & ~_explained(rows, everything, found))
    return one_each(found + orders(rows, rest))


def _whole(
    everything: Choices,
    found: Sequence[Group],
    heard: Sequence[list[Witness]],
    stay: Ints,
) -> tuple[list[Group], list[list[Witness]], list[Floats]]:
    """The rings with their fragments, the witnesses on each ring itself, and who is staged.

    Whether members are people was asked of each group by itself: log2 odds, for each member.
    """
    bought = np.array([_total(witnesses) >= LEAST_FAKE_MILLIBITS for witnesses in heard], bool)
    rings, said, odds = [], [], []
    for core, *fragments in whole(everything, found, bought):
        ring = joined([found[n] for n in (core, *fragments)])
        further = len(ring.members) - len(found[core].members)
        facts: dict[str, float | int] = {"members": further, "groups": len(fragments)}
        added = [Witness("ring_fragments", 0.0, facts)] if further else []
        of_member = np.zeros(len(ring.members))
        for n in (*fragments, core):
            here = np.searchsorted(ring.members, found[n].members)
            of_member[here] = staged(found[n].members, heard[n], stay)
        rings.append(ring)
        said.append([*heard[core], *added])
        odds.append(of_member)
    return rings, said, odds


def _in_company(
    full: Sequence[tuple[Group, Floats]],
    rings: Sequence[Group],
    heard: Sequence[list[Witness]],
    odds: Sequence[Floats],
    stay: Ints,
) -> tuple[list[Group], list[Floats]]:
    """The rings with their recruits, and who is staged: recruits are as the ring's accounts are."""
    of_all = []
    for known, bits, witnesses, (ring, beside) in zip(rings, odds, heard, full, strict=True):
        of_member = staged(ring.members, witnesses, stay)
        of_member[np.searchsorted(ring.members, known.members)] = bits
        of_all.append(of_member + beside_members(ring.members, witnesses, stay, beside))
    return [ring for ring, _ in full], of_all


def _sends_accounts(heard: Sequence[Witness]) -> bool:
    """Is a ring surely bought, and one that has others to send than who trades or is employed?"""
    kept = (RingKind.MUTUAL, RingKind.EXCHANGE, RingKind.COURTESY, RingKind.MATRIX)
    return _total(heard) >= LEAST_FAKE_MILLIBITS and kind_of(heard) not in kept


def _total(witnesses: Sequence[Witness]) -> int:
    """What the prior and all witnesses come to, thousandths of a bit."""
    return int(millibits(PRIOR_BITS["ring"])) + sum(int(millibits(w.bits)) for w in witnesses)


def one_each(found: Sequence[Group]) -> list[Group]:
    """Groups of the very same members are one: what it was proposed by first, with all targets."""
    rings: dict[bytes, Group] = {}
    for group in found:
        known = rings.setdefault(group.members.tobytes(), group)
        targets = np.union1d(known.targets, group.targets)
        rings[group.members.tobytes()] = replace(known, targets=targets)
    return list(rings.values())


def _explained(rows: Rows, everything: Choices, found: Sequence[Group]) -> npt.NDArray[np.bool_]:
    """Which rows, all of them in the order of ``everything``, are a member's choice of a target."""
    known = np.zeros(len(rows.account), bool)
    target = np.zeros(everything.items, bool)
    start, end = everything.contents.indptr[:-1], everything.contents.indptr[1:]
    for group in found:
        target[group.targets] = True
        for first, last in zip(start[group.members], end[group.members], strict=True):
            known[first:last] |= target[rows.content[first:last]]
        target[group.targets] = False
    return known


def _store_groups(engine: Engine, found: Sequence[Group], staged: Sequence[Ints]) -> None:
    names = ("ring", "account", "surety", "staged_millibits")
    schema = pa.schema([(name, pa.int64()) for name in names])
    parts = [
        pa.table([np.full(len(g.members), n), g.members, _surety(g), staged[n]], schema=schema)
        for n, g in enumerate(found)
    ]
    engine.register("group_members", pa.concat_tables(parts) if parts else schema.empty_table())
    schema = pa.schema([(c, pa.int64()) for c in ("ring", "content")])
    parts = [
        pa.table({"ring": np.full(len(g.targets), n), "content": g.targets})
        for n, g in enumerate(found)
    ]
    engine.register("group_targets", pa.concat_tables(parts) if parts else schema.empty_table())


def _previous(members: pa.Table | None) -> pa.Table:
    """Members of an earlier scan's rings; their identifiers as text, as they are within a scan."""
    if members is None:
        return pa.schema([("ring_id", pa.string()), ("account_id", pa.string())]).empty_table()
    return pa.table({n: members.column(n).cast(pa.string()) for n in ("ring_id", "account_id")})


def _surety(group: Group) -> npt.NDArray[np.int64]:
    """How surely each member is one, in whole millionths."""
    share = 1.0 / (1.0 + np.exp2(-np.clip(group.belonging, -30.0, 30.0)))
    return np.rint(share * 1e6).astype(np.int64)


def _store_rings(
    engine: Engine, names: Sequence[Lineage], heard: Sequence[Sequence[Witness]]
) -> None:
    rows = [
        {
            "ring": number,
            "ring_id": names[number].ring_id,
            "change": names[number].change,
            "previous": list(names[number].previous),
            "members_joined": names[number].joined,
            "members_left": names[number].left,
            "kind": str(kind_of(witnesses)),
            "millibits": _total(witnesses),
        }
        for number, witnesses in enumerate(heard)
    ]
    schema = pa.schema(
        [
            ("ring", pa.int64()),
            ("ring_id", pa.string()),
            ("change", pa.string()),
            ("previous", pa.list_(pa.string())),
            ("members_joined", pa.int64()),
            ("members_left", pa.int64()),
            ("kind", pa.string()),
            ("millibits", pa.int64()),
        ]
    )
    engine.register("ring_list", pa.Table.from_pylist(rows, schema))
    witness_rows = [
        {
            "ring": number,
            "reason_code": witness.reason_code,
            "millibits": int(millibits(witness.bits)),
            "evidence": json.dumps({k: _legible(v) for k, v in witness.facts.items()}),
        }
        for number, witnesses in enumerate(heard)
        for witness in witnesses
    ]
    schema = pa.schema(
        [
            ("ring", pa.int64()),
            ("reason_code", pa.string()),
            ("millibits", pa.int64()),
            ("evidence", pa.string()),
        ]
    )
    engine.register("ring_witnesses", pa.Table.from_pylist(witness_rows, schema))
    told = [
        {"ring": number, "evidence": json.dumps(_told(witnesses))}
        for number, witnesses in enumerate(heard)
    ]
    schema = pa.schema([("ring", pa.int64()), ("evidence", pa.string())])
    engine.register("ring_evidence", pa.Table.from_pylist(told, schema))


def _told(witnesses: Sequence[Witness]) -> dict[str, object]:
    """What ``rings.evidence`` says: the prior, then each witness's weight and facts."""
    return {
        "prior_bits": PRIOR_BITS["ring"],
        "witnesses": [
            {
                "detector": "rings",
                "reason_code": w.reason_code,
                "family": str(REASONS[w.reason_code].family),
                "weight": int(millibits(w.bits)) / MILLIBITS_PER_BIT,
                "facts": {name: _legible(value) for name, value in w.facts.items()},
            }
            for w in sorted(witnesses, key=lambda w: (-w.bits, w.reason_code))
        ],
    }


def _legible(value: float) -> float:
    return value if isinstance(value, int) else float(f"{value:.4g}")


def kind_of(witnesses: Sequence[Witness]) -> RingKind:
    """The finest kind that the witnesses prove; ``lockstep`` when none."""
    bits = {w.reason_code: w.bits for w in witnesses}
    percent = {w.reason_code: w.facts.get("percent", 0.0) for w in witnesses}
    proven = {code for code, weight in bits.items() if weight >= PROVEN_BITS}
    unseen = "ring_unseen" in proven and percent["ring_unseen"] >= 90.0
    # A circle of friends is nobody's to punish; what outweighs it is no circle of friends.
    friends = bits.get("ring_courtesy", 0.0) <= -PROVEN_BITS
    friends &= PRIOR_BITS["ring"] + sum(bits.values()) < 0.0
    # Three likes of one's own for each errand are a life, unless it began with the others'.
    alive = percent.get("ring_dedicated", 100.0) <= MOST_ERRANDS_PERCENT
    alive &= bits.get("ring_dedicated", 0.0) <= 0.0
    alive &= bits.get("ring_cohort", 0.0) < STAGED_COHORT_BITS
    alive &= bits.get("ring_rootless", 0.0) < PROVEN_BITS
    alive &= _total(witnesses) >= LEAST_FAKE_MILLIBITS
    housed = "ring_own_addresses" in proven and bits.get("ring_ordered_posts", 0.0) <= 0.0
    # Orders of throw-away accounts are one ring only where they share what they come from.
    shared = any(w.reason_code == "ring_throwaways" and w.facts["targets"] > 1 for w in witnesses)
    kinds = (
        (RingKind.FARM, "ring_devices" in proven or shared),
        (RingKind.MUTUAL, "ring_reciprocal" in proven),
        (RingKind.COURTESY, friends),
        (RingKind.EXCHANGE, "ring_ledger" in proven),
        (RingKind.MATRIX, housed),
        (RingKind.DIRECT, unseen and percent.get("ring_deviceless", 100.0) >= 90.0),
        (RingKind.CROWD, alive),
    )
    return next((kind for kind, shown in kinds if shown), RingKind.LOCKSTEP)


def ring_names(engine: Engine, found: Sequence[Group]) -> list[str]:
    """A name for each ring that depends on its members only."""
    names = []
    ids = engine.query(
        "SELECT m.ring, a.account_id FROM group_members m JOIN accounts_in a "
        "ON a.account = m.account ORDER BY m.ring, a.account_id"
    )
    ring = column(ids, "ring")
    account_ids = ids.column("account_id").to_pylist()
    for number in range(len(found)):
        start, end = np.searchsorted(ring, [number, number + 1])
        digest = hashlib.sha256("\n".join(account_ids[start:end]).encode()).hexdigest()
        names.append(f"r-{digest[:12]}")
    return names
