"""Versions of a policy: the text under its hash, and the share of accounts it applies to."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from zhenzan.enforcement.reading import parse_policy
from zhenzan.errors import CallError

if TYPE_CHECKING:
    from zhenzan.enforcement.policy import Policy
    from zhenzan.ledger import Transaction

WHOLE_PPM = 1_000_000
STAGES_PPM = (1_000, 10_000, 100_000, WHOLE_PPM)
"""0.1, 1, 10 and 100% of accounts."""


def parse_share(percent: str) -> int:
    """A stage such as 0.1, as millionths.

    Raises:
        CallError: It is none of the stages.
    """
    for stage in STAGES_PPM:
        if percent.removesuffix("%") in {f"{stage / 10_000:g}", f"{stage / 10_000}"}:
            return stage
    raise CallError(f"'{percent}' is no stage of a canary.", "Choose from 0.1, 1, 10, 100.")


def register(tx: Transaction, policy: Policy, by: str) -> None:
    """Write the text of a version into the ledger, once."""
    if tx.row("SELECT 1 AS found FROM policies WHERE version = ?", (policy.version,)) is None:
        body = {"policy": policy.name, "version": policy.version, "text": policy.text, "by": by}
        tx.append("policy_version", body)


def set_stage(tx: Transaction, policy: Policy, share_ppm: int | None, by: str) -> int:
    """Let a version apply to a share of the accounts; what that share is now, millionths.

    Args:
        tx: The transaction.
        policy: A version that is registered.
        share_ppm: The stage; None stays at the present one, or begins with the first.
        by: Who says so.

    Raises:
        CallError: A stage would be left out.
    """
    row = tx.row("SELECT share_ppm, most_ppm FROM policies WHERE version = ?", (policy.version,))
    now, most = (int(row["share_ppm"]), int(row["most_ppm"])) if row else (0, 0)
    wanted = share_ppm if share_ppm is not None else now or STAGES_PPM[0]
    # A version that held for all before may do so again: going back must not take four steps.
    allowed = next((stage for stage in STAGES_PPM if stage > most), WHOLE_PPM)
    if wanted > allowed:
        raise CallError(
            f"This version has not applied to more than {most / 10_000:g}% of accounts yet, so "
            f"{wanted / 10_000:g}% would leave out a stage.",
            f"Apply it with --canary {allowed / 10_000:g} first, and look at what it does.",
        )
    if wanted != now:
        body = {"policy": policy.name, "version": policy.version, "share_ppm": wanted, "by": by}
        tx.append("policy_stage", body)
    return wanted


def share_of(tx: Transaction, policy: Policy) -> int:
    """The share of accounts that a version applies to now, millionths."""
    row = tx.row("SELECT share_ppm FROM policies WHERE version = ?", (policy.version,))
    return int(row["share_ppm"]) if row else 0


def live_policy(tx: Transaction, name: str) -> Policy | None:
    """The version of a policy that applies to all accounts, if there is one."""
    row = tx.row("SELECT text FROM policies WHERE policy = ? AND share_ppm = ?", (name, WHOLE_PPM))
    return parse_policy(row["text"]) if row else None


def policy_of(tx: Transaction, version: str) -> Policy:
    """A version out of the ledger.

    Raises:
        CallError: The ledger has no such version.
    """
    row = tx.row("SELECT text FROM policies WHERE version = ?", (version,))
    if row is None:
        raise CallError(
            f"The ledger has no version {version[:12]} of a policy.", "Apply its file first."
        )
    return parse_policy(row["text"])


class Slices:
    """Which accounts a share means: always the same ones, and those of 1% are within 10%.

    Args:
        tx: A transaction of the ledger, whose secret keys the hash: nobody can choose an account
            that is never in.
        policy: The policy's name; each has slices of its own.
    """

    def __init__(self, tx: Transaction, policy: str) -> None:
        self._key = tx.secret(f"slices of {policy}")
        rows = tx.rows(
            "SELECT version, share_ppm FROM policies WHERE policy = ? AND share_ppm > 0 "
            "AND share_ppm < ?",
            (policy, WHOLE_PPM),
        )
        self._canaries = {row["version"]: int(row["share_ppm"]) for row in rows}

    def place_ppm(self, account_id: str, purpose: str = "canary") -> int:
        """Where an account stands, 0 to 999,999."""
        message = f"{purpose}\n{account_id}".encode("utf-8", "surrogatepass")
        digest = hmac.new(self._key, message, hashlib.sha256).digest()
        return int.from_bytes(digest[:8], "big") * WHOLE_PPM >> 64

    def has(self, version: str, share_ppm: int, account_id: str) -> bool:
        """Whether a version at this share applies to an account.

        The live version leaves accounts that a canary has to the canary.
        """
        place = self.place_ppm(account_id)
        others = (share for other, share in self._canaries.items() if other != version)
        if share_ppm == WHOLE_PPM and any(place < share for share in others):
            return False
        return place < share_ppm
