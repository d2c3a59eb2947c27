"""Carrier NAT: half of a town, and half of a seller's phones, are behind one carrier's address.

Taught: an address that hundreds share says nothing of any two of them. Only addresses that a ring
has nearly to itself, and that its members live behind, speak against it. More than one rule keeps
the neighbours.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.hard_cases.towns import accused, honest, judge, seller, share_found, town

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rings.markets import Market


def world() -> Market:
    market = town() + seller()
    rows = [
        replace(row, ip="10.253.0.1") if row.ip and int(row.account_id[1:]) % 2 else row
        for row in market.rows
    ]
    return replace(market, rows=tuple(rows))


def test_neighbours_behind_an_address_are_not_accused(tmp_path: Path) -> None:
    found = judge(world(), tmp_path)
    assert not accused(found, honest(found))
    assert share_found(found) >= 0.9
