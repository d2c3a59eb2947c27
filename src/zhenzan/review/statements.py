"""Statements of reasons: what the person concerned is told, in their language, and no more.

They say what was done, until when, which rule of the platform it rests on, coarsely why, whether a
person decided, and how to appeal. They name no score, no threshold and no detector: whoever
supplies invalid engagement would learn from it how to go on.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from zhenzan import enforcement
from zhenzan.enforcement.ladder import DAY_US
from zhenzan.errors import CallError
from zhenzan.model import MICROSECONDS_PER_SECOND
from zhenzan.review.appeals import DECIDE_DAYS, AppealStatus
from zhenzan.review.links import token

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenzan.enforcement import Matched, Outcome, Policy
    from zhenzan.ledger import Transaction
    from zhenzan.ledger.database import Row
    from zhenzan.settings import Language

APPEAL_DAYS = 183
"""An action can be appealed for six months (DSA 20(1))."""


@dataclass(frozen=True)
class Statement:
    """A statement of reasons.

    Attributes:
        action_id: The reference number.
        lang: en or zh.
        title: One line.
        paragraphs: (heading, text), in order.
        link: Where to appeal.
    """

    action_id: str
    lang: str
    title: str
    paragraphs: tuple[tuple[str, str], ...]
    link: str

    @property
    def text(self) -> str:
        """The whole of it as plain text."""
        parts = [f"{heading}\n{words}" for heading, words in self.paragraphs]
        return "\n\n".join([self.title, *parts]) + "\n"


def enforce(
    tx: Transaction,
    policy: Policy,
    matched: Matched,
    *,
    by: str,
    share_ppm: int | None = None,
    shadow: bool = False,
    resumed: bool = False,
) -> Outcome:
    """Apply a policy, and issue a statement of reasons for every action, in one transaction.

    Args and errors are those of ``enforcement.apply``.
    """
    outcome = enforcement.apply(
        tx, policy, matched, by=by, share_ppm=share_ppm, shadow=shadow, resumed=resumed
    )
    issue(tx, outcome.action_ids)
    return outcome


def issue(tx: Transaction, action_ids: Iterable[str]) -> None:
    """Record that a statement of reasons is due to the person concerned."""
    for action_id in action_ids:
        action = _action(tx, action_id)
        body = {
            "action_id": action_id,
            "reason": action["reason"],
            "step": action["step"],
            "appeal_until_us": tx.now_us + APPEAL_DAYS * DAY_US,
        }
        tx.append("statement", body, subject=action["subject"])


def statement(tx: Transaction, action_id: str, lang: Language, base_url: str) -> Statement:
    """The statement of reasons of an action.

    Args:
        tx: A transaction.
        action_id: The action.
        lang: The language of the person concerned.
        base_url: Where the service is, such as https://appeals.example.org.

    Raises:
        CallError: There is no such action, or no statement was issued for it.
    """
    action = _action(tx, action_id)
    issued = tx.row("SELECT * FROM statements WHERE action_id = ?", (action_id,))
    if issued is None:
        raise CallError(f"No statement was issued for the action {action_id}.", "Issue it first.")
    policy = enforcement.policy_of(tx, action["version"])
    link = f"{base_url.rstrip('/')}/appeal/{token(tx, action_id)}"
    how = "how.person" if action["decided_by"] else "how.automatic"
    parts = (
        ("heading.what", word(f"step.{action['step']}", lang)),
        ("heading.when", _dates(action["started_us"], action["until_us"], lang)),
        ("heading.basis", policy.basis[lang]),
        ("heading.why", word(f"reason.{action['reason']}", lang)),
        ("heading.how", word(how, lang)),
        (
            "heading.appeal",
            word("appeal.how", lang).format(
                until=day(issued["appeal_until_us"]), days=DECIDE_DAYS, link=link
            ),
        ),
        ("heading.clear", word(f"clear.{action['reason']}", lang)),
        ("heading.other", word("appeal.other", lang)),
        ("heading.reference", action_id),
    )
    paragraphs = tuple((word(heading, lang), words) for heading, words in parts)
    return Statement(action_id, lang, word("heading.title", lang), paragraphs, link)


def status_text(status: AppealStatus, lang: Language) -> str:
    """How an appeal stands, in a sentence or two for the person concerned."""
    sentence = word(f"status.{status.state}", lang).format(
        until=day(status.appeal_until_us),
        due=day(status.due_us or 0),
        received=day(status.received_us or 0),
        decided=day(status.decided_us or 0),
    )
    space = "" if lang == "zh" else " "
    grounds = f"{space}{word(f'grounds.{status.grounds}', lang)}" if status.grounds else ""
    return f"{sentence}{grounds}"


def word(name: str, lang: str) -> str:
    """A text such as ``step.limit_liking`` in a language."""
    group, key = name.split(".")
    return _texts()[group][key][lang]


def day(ts_us: int) -> str:
    """A day, UTC, such as 2026-03-01."""
    return datetime.fromtimestamp(ts_us // MICROSECONDS_PER_SECOND, UTC).date().isoformat()


@cache
def _texts() -> dict[str, dict[str, dict[str, str]]]:
    source = files(__package__).joinpath("texts", "statement.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


def _dates(started_us: int, until_us: int, lang: str) -> str:
    return word("when.dates", lang).format(start=day(started_us), until=day(until_us))


def _action(tx: Transaction, action_id: str) -> Row:
    row = tx.row("SELECT * FROM actions WHERE action_id = ?", (action_id,))
    if row is None:
        raise CallError(f"There is no action {action_id}.", "Take its number from the ledger.")
    return row
