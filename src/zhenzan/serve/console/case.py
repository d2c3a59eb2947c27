"""The page of one case: what is known, what the policy says, and the decision beside it."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from zhenzan import review
from zhenzan.errors import CallError
from zhenzan.report.findings import Finding, ring_evidence, strongest_first
from zhenzan.serve.auth.roles import Permission, may
from zhenzan.serve.console.desk import page_route
from zhenzan.serve.console.drawings import dots_by_content, dots_by_time, draw_graph
from zhenzan.serve.console.evidence import Evidence, links_of, read_evidence
from zhenzan.serve.console.names import Names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from zhenzan.ledger import Body, Transaction
    from zhenzan.review import Case
    from zhenzan.serve.console.desk import Desk


def show_case(desk: Desk) -> Response:
    """One case. That it was read is recorded first."""
    case_id = desk.place("case_id")
    with desk.service.ledger.transaction() as tx:
        found = review.case(tx, case_id)
        seen = {"by": desk.user.name, "what": "case", "case_id": case_id}
        tx.append("access", seen, subject=found.subject)
        known = review.evidence(tx, case_id) or {}
        values: dict[str, Any] = {
            "case": found,
            "evidence": known if "score" in known else None,
            "appeal_words": known.get("appeal"),
            "history": [e for e in review.history(tx, case_id) if e["kind"] != "access"],
            "others": _others(tx, found),
            "policy": _policy(tx, found),
            "recused": _is_recused(tx, case_id, desk.user.name),
            "link": _link(tx, found.action_id),
            "now_us": tx.now_us,
        }
    # Its own transaction: reading a scan takes long, and nobody should wait for the ledger then.
    with desk.service.ledger.reading() as tx:
        values |= _shown(desk, tx, found, known)
        return desk.page(
            "case.html.j2",
            findings=_findings(known),
            ring_findings=_ring_findings(known),
            grounds=review.GROUNDS,
            can_decide=_can_decide(desk, found, recused=values["recused"]),
            said=_said,
            **values,
        )


def _can_decide(desk: Desk, found: Case, *, recused: bool) -> bool:
    needed = Permission.DECIDE_APPEALS if found.appeal_id else Permission.DECIDE
    free = found.claimed_by in {None, desk.user.name}
    return found.state == "open" and free and not recused and may(desk.user.role, needed)


def _shown(desk: Desk, tx: Transaction, found: Case, known: Body) -> dict[str, Any]:
    """The drawings, from the newest scan."""
    scan = desk.service.schedule.latest
    account_id = known.get("account_id")
    names = Names(tx)
    nothing = {"by_time": None, "by_content": None, "graph": None, "shown": None, "names": names}
    if scan is None or account_id is None:
        return nothing
    shown: Evidence = read_evidence(scan.directory, scan.origins, account_id, found.ring_id)
    if not shown.ring_likes:
        return nothing | {"shown": shown}
    return {
        "shown": shown,
        "names": names,
        "by_time": dots_by_time(shown, account_id),
        "by_content": dots_by_content(shown, account_id),
        "graph": draw_graph(links_of(shown, account_id), account_id, names),
    }


def _findings(known: Body) -> tuple[Finding, ...]:
    return strongest_first(
        Finding(
            detector=str(one["detector"]),
            reason_code=str(one["reason_code"]),
            weight_bits=float(one["weight"]),
            facts=dict(one["evidence"]),
            version=int(one["version"]),
        )
        for one in known.get("signals", ())
    )


def _ring_findings(known: Body) -> tuple[Finding, ...]:
    ring = known.get("ring") or {}
    evidence = ring.get("evidence")
    return ring_evidence(json.dumps(evidence)).witnesses if evidence else ()


def _policy(tx: Transaction, found: Case) -> dict[str, Any]:
    """The policy as it was: its text, the rule that matched, and the platform's rule behind it."""
    row = tx.row("SELECT text FROM policies WHERE version = ?", (found.version,))
    if row is None:
        return {"text": "", "when": "", "basis": {}}
    whole = tomllib.loads(row["text"])
    rules = [rule["when"] for rule in whole.get("rules", ()) if rule.get("id") == found.rule]
    return {"text": row["text"], "when": "".join(rules), "basis": whole.get("basis", {})}


def _others(tx: Transaction, found: Case) -> int:
    if found.ring_id is None:
        return 0
    waiting = review.cases(tx, ring_id=found.ring_id)
    return sum(other.case_id != found.case_id for other in waiting)


def _is_recused(tx: Transaction, case_id: str, name: str) -> bool:
    query = "SELECT 1 AS found FROM recusals WHERE case_id = ? AND reviewer = ?"
    return bool(tx.rows(query, (case_id, name)))


def _link(tx: Transaction, action_id: str | None) -> str:
    """What the link of the person concerned ends in; empty if nothing was said to them."""
    query = "SELECT 1 AS found FROM statements WHERE action_id = ?"
    if action_id is None or not tx.rows(query, (action_id,)):
        return ""
    return review.token(tx, action_id)


SAID = ("by", "step", "outcome", "grounds", "why", "label")
"""What of an entry stands in the history, and under which group its words are."""
GROUPS = {"step": "step", "outcome": "outcome", "grounds": "grounds", "label": "label"}


def _said(t: Any, body: Mapping[str, Any]) -> list[str]:
    """What an entry of the history says, in words."""
    return [
        t.word(GROUPS[name], body[name]) if name in GROUPS else str(body[name])
        for name in SAID
        if body.get(name)
    ]


def claim(desk: Desk) -> Response:
    """Take the case for an hour."""
    case_id = desk.place("case_id")
    with desk.service.ledger.transaction() as tx:
        review.claim_case(tx, case_id, desk.user.name)
    return desk.see(f"/cases/{case_id}")


def release(desk: Desk) -> Response:
    """Give the case back."""
    case_id = desk.place("case_id")
    with desk.service.ledger.transaction() as tx:
        review.release(tx, case_id, desk.user.name)
    return desk.see("/queues")


def decide(desk: Desk) -> Response:
    """Decide the case, and go on to the next of its ring or queue."""
    case_id = desk.place("case_id")
    outcome, grounds = judgement(desk)
    with desk.service.ledger.transaction() as tx:
        found = review.case(tx, case_id)
        if found.appeal_id and not may(desk.user.role, Permission.DECIDE_APPEALS):
            raise CallError("Your role does not decide appeals.", "Leave it to a colleague.")
        review.decide(tx, case_id, desk.user.name, outcome, grounds, desk.filled("note", 5_000))
    return desk.see(f"/cases/{case_id}")


def judgement(desk: Desk) -> tuple[str, str]:
    """The outcome and the grounds that were chosen together.

    Raises:
        CallError: None was.
    """
    outcome, _, grounds = desk.filled("judgement").partition(" ")
    if grounds not in review.GROUNDS.get(outcome, ()):
        raise CallError("No judgement was chosen.", "Choose one, with its grounds.")
    return outcome, grounds


def add_note(desk: Desk) -> Response:
    """Add a note for colleagues."""
    case_id = desk.place("case_id")
    with desk.service.ledger.transaction() as tx:
        review.note(tx, case_id, desk.user.name, desk.filled("text", 5_000))
    return desk.see(f"/cases/{case_id}")


def reveal(desk: Desk) -> Response:
    """Show the platform's identifier once; who asked and why is recorded before."""
    case_id, why = desk.place("case_id"), desk.filled("why", 300)
    if not why:
        raise CallError("It is recorded why an identifier is shown.", "Say why you need it.")
    with desk.service.ledger.transaction() as tx:
        found = review.case(tx, case_id)
        seen = {"by": desk.user.name, "what": "reveal", "case_id": case_id}
        tx.append("access", seen, subject=found.subject, personal={"why": why})
        account_id = (review.evidence(tx, case_id) or {}).get("account_id")
    if account_id is None:
        raise CallError("What was known of this account has been erased.", "")
    return desk.page(
        "revealed.html.j2", account_id=account_id, subject=found.subject, case_id=case_id
    )


READ, DECIDE, PATH = Permission.READ_CASES, Permission.DECIDE, "/cases/{case_id}"
ROUTES = (
    page_route("GET", PATH, READ, show_case, "One case."),
    page_route("POST", f"{PATH}/claim", DECIDE, claim, "Take it."),
    page_route("POST", f"{PATH}/release", DECIDE, release, "Give it back."),
    page_route("POST", f"{PATH}/decision", DECIDE, decide, "Decide it."),
    page_route("POST", f"{PATH}/notes", DECIDE, add_note, "Add a note."),
    page_route("POST", f"{PATH}/reveal", Permission.REVEAL, reveal, "Show the identifier."),
)
