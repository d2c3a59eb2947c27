"""What there is to tell: what the ledger gets (actions, reversals, stops), and finished scans."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from zhenzan.serve.background import Background
from zhenzan.serve.webhooks.outbox import Kind, Message

if TYPE_CHECKING:
    from zhenzan.ledger import Entry, Ledger, Transaction
    from zhenzan.serve.scoring.kept import KeptScan
    from zhenzan.serve.webhooks.outbox import Outbox

POLL_S = 1.0
MOST_AT_ONCE = 1_000
LEDGER = "ledger"
KINDS = {
    "action": Kind.ACTION_TAKEN,
    "reversal": Kind.ACTION_REVERSED,
    "stop": Kind.POLICY_STOPPED,
}
TOLD = ("action_id", "step", "until_us", "policy", "version", "why")
"""Fields of an entry that are told. Scores, evidence and who decided are not."""
TOLD_OF_A_STOP = ("policy", "version", "run_id", "reason")


class News:
    """Follows the ledger, entry by entry, and puts what is to be told into the outbox.

    The ledger itself is the list of what happened: how far it was read is kept with the messages
    made of it, so that whatever writes to it, and whenever this stops, each action is told.

    Args:
        ledger: The ledger.
        outbox: Where messages go.

    Attributes:
        background: Follows as long as the service lives.
    """

    def __init__(self, ledger: Ledger, outbox: Outbox) -> None:
        self._ledger = ledger
        self._outbox = outbox
        self.background = Background("webhooks: news", self._step, POLL_S)

    async def _step(self) -> int:
        return await asyncio.to_thread(self.follow)

    def follow(self) -> int:
        """Read what is new in the ledger; how many messages that made.

        At the first call of all, what is in the ledger already is not news.
        """
        upto = self._outbox.read_upto(LEDGER)
        messages: list[Message] = []
        with self._ledger.reading() as tx:
            last = tx.last_seq
            if upto is not None:
                for entry in tx.entries(upto, KINDS):
                    messages.append(_message(tx, entry))
                    if len(messages) == MOST_AT_ONCE:
                        last = entry.seq
                        break
        if last != upto:
            self._outbox.add(messages, time.time_ns() // 1_000, (LEDGER, last))
        return len(messages)

    def scan_finished(self, scan: KeptScan) -> None:
        """A scan has finished; its number makes the message's identifier, so it is told once."""
        now_us = time.time_ns() // 1_000
        message = Message(
            f"msg-scan-{scan.number}", Kind.SCAN_FINISHED, _iso(now_us), {"scan": scan.number}
        )
        self._outbox.add([message], now_us)


def _message(tx: Transaction, entry: Entry) -> Message:
    body = entry.body
    name = f"msg-ledger-{entry.seq}"
    if entry.kind == "stop":
        stop = {field: body[field] for field in TOLD_OF_A_STOP}
        return Message(name, Kind.POLICY_STOPPED, _iso(entry.ts_us), stop)
    data: dict[str, Any] = {field: body[field] for field in TOLD if field in body}
    # Whom it is on stands in what is sealed with the action; None once that was erased.
    actions = tx.entries(kinds=("action",), thing=body["action_id"])
    action = entry if entry.kind == "action" else next(actions, None)
    sealed = tx.personal(action) if action else None
    data["account_id"] = (sealed or {}).get("account_id")
    return Message(name, KINDS[entry.kind], _iso(entry.ts_us), data)


def _iso(us: int) -> str:
    return datetime.fromtimestamp(us / 1_000_000, UTC).isoformat().replace("+00:00", "Z")
