"""Logs in which the groups are found already: what the witnesses read, built row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from tests.detectors import logs

from zhenzan.rings.evidence import RING_LIKES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tests.detectors.logs import Log

    from zhenzan.detectors.examples import Row
    from zhenzan.rings.witnesses import Witness

Groups = list[tuple[tuple[str, ...], tuple[str, ...]]]
"""Members and targets of each."""


def build(
    folder: Path, rows: Sequence[Row], groups: Groups, authors: Mapping[str, str] | None = None
) -> Log:
    """Store ``rows`` as a log; the groups are rings 0, 1 …"""
    log = logs.build(folder, rows, authors)
    account = {name: code for code, name in enumerate(log.accounts)}
    content = {name: code for code, name in enumerate(log.contents)}
    members = [(n, account[m]) for n, (who, _) in enumerate(groups) for m in who]
    targets = [(n, content[t]) for n, (_, what) in enumerate(groups) for t in what]
    for name, column, pairs in (
        ("group_members", "account", members),
        ("group_targets", "content", targets),
    ):
        ring, code = ([pair[at] for pair in pairs] for at in (0, 1))
        table = pa.table({"ring": pa.array(ring, pa.int64()), column: pa.array(code, pa.int64())})
        surety = pa.array([1_000_000] * len(pairs), pa.int64())
        staged = pa.array([0] * len(pairs), pa.int64())
        table = table.append_column("surety", surety).append_column("staged_millibits", staged)
        log.engine.register(name, table)
    log.engine.create("ring_likes", RING_LIKES)
    return log


def bits(heard: Iterable[tuple[int, Witness]], code: str) -> dict[int, float]:
    """What one witness says, by ring."""
    return {ring: witness.bits for ring, witness in heard if witness.reason_code == code}
