"""The evidence pack of a case: everything about it in one file that proves itself."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from zhenzan import enforcement, report
from zhenzan.errors import CallError, InputError
from zhenzan.ledger.proof import check_proof, prove
from zhenzan.model import EntityType
from zhenzan.review.cases import case
from zhenzan.review.statements import statement

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.ledger import Entry, Head, Transaction

README = """What is in this pack

facts.json       the case and the action: which policy version, rule, run, scan
evidence.json    what was held against the account, as it was kept with the decision
explanation.*    the same in words, out of the scan
policy.toml      the policy as it was applied; its SHA-256 is the version
statement.*      what the person concerned was told; without the link to appeal
history.json     everything that was written about it, in order
proof.json       shows that the history is in the ledger: zhenzan audit verify THIS-FILE

It holds personal data. Give it to nobody who need not see it, and delete it afterwards.
"""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Every file has this time, so that the same case makes the same pack."""
MOST_BYTES = 100_000_000


def pack(tx: Transaction, about: str, head: Head, scan: Path | None = None) -> bytes:
    """Everything about a case or an action, as a ZIP file.

    Args:
        tx: A transaction.
        about: Number of the case or the action.
        head: A head signed after the last entry about it: ``Ledger.sign_head``.
        scan: The scan directory, for explanations in words.

    Raises:
        CallError: There is nothing of that number, or the account is not in the scan.
    """
    entries = _entries(tx, about)
    if not entries:
        raise CallError(f"There is no case or action {about}.", "Take its number from a queue.")
    body = next(entry.body for entry in entries if entry.kind in {"case", "action"})
    opened = {str(entry.seq): tx.opened(entry) for entry in entries}
    evidence = tx.personal(next(e for e in entries if e.kind in {"case", "action"})) or {}
    files = {
        "README.txt": README,
        "facts.json": _json(_facts(tx, about, body)),
        "evidence.json": _json(evidence),
        "policy.toml": enforcement.policy_of(tx, body["version"]).text,
        "history.json": _json([_told(entry, opened[str(entry.seq)]) for entry in entries]),
        "proof.json": _json({**prove(tx, entries, head), "opened": opened}),
    }
    files |= _statements(tx, body.get("action_id"))
    if scan is not None and "account_id" in evidence:
        found = report.explain(scan, EntityType.ACCOUNT, evidence["account_id"])
        files["explanation.json"] = _json(found.to_dict())
        files |= {f"explanation.{lang}.txt": found.text(lang) for lang in ("en", "zh")}
    return _zip(files)


def check_pack(raw: bytes, public: str | None = None) -> list[str]:
    """What is wrong with a pack; empty if what it says is what the ledger holds.

    Args:
        raw: The ZIP file.
        public: As of ``ledger.proof.check_proof``.

    Raises:
        InputError: It is no pack.
    """
    files = _unzip(raw)
    try:
        proof = json.loads(files["proof.json"])
        wrong = check_proof(proof, public)
        told = []
        for seq, text in sorted(proof["entries"].items(), key=lambda item: int(item[0])):
            opened, body = proof["opened"][seq], json.loads(text)
            told.append((int(seq), {k: v for k, v in body.items() if k != "sealed"}, opened))
            if opened is not None and _digest(opened) != body["sealed"]["commitment"]:
                wrong.append(f"What was sealed in entry {seq} is not what is shown.")
        wrong += _check_files(files, told)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError("This is no evidence pack.", "Ask for it again.") from error
    return wrong


def _check_files(files: dict[str, str], told: list[tuple[int, Any, Any]]) -> list[str]:
    wrong = []
    shown = [(one["seq"], one["body"]) for one in json.loads(files["history.json"])]
    if shown != [(seq, body) for seq, body, _ in told]:
        wrong.append("history.json is not what the ledger holds.")
    versions = {body["version"] for _, body, _ in told if "version" in body}
    if versions - {_digest(files["policy.toml"])}:
        wrong.append("policy.toml is not the version that was applied.")
    kept = [json.loads(opened)["fields"] for _, _, opened in told if opened]
    evidence = json.loads(files["evidence.json"])
    if evidence and evidence not in kept:
        wrong.append("evidence.json is not what was kept with the decision.")
    return wrong


def _entries(tx: Transaction, about: str) -> list[Entry]:
    found = {entry.seq: entry for entry in tx.entries(thing=about)}
    actions = {e.body["action_id"] for e in found.values() if e.body.get("action_id")}
    for action_id in sorted(actions):
        found |= {entry.seq: entry for entry in tx.entries(thing=action_id)}
    return [found[seq] for seq in sorted(found)]


def _facts(tx: Transaction, about: str, body: dict[str, Any]) -> dict[str, Any]:
    run = next(tx.entries(kinds=["run"], thing=body["run_id"]), None)
    known = tx.row("SELECT 1 AS found FROM cases WHERE case_id = ?", (about,))
    return {
        "about": about,
        "case": asdict(case(tx, about)) if known else None,
        "policy": body["policy"],
        "version": body["version"],
        "rule": body["rule"],
        "run": {k: v for k, v in run.body.items() if k != "figures"} if run else None,
    }


def _told(entry: Entry, opened: str | None) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "ts_us": entry.ts_us,
        "kind": entry.kind,
        "body": {k: v for k, v in entry.body.items() if k != "sealed"},
        "personal": json.loads(opened)["fields"] if opened else None,
    }


def _statements(tx: Transaction, action_id: str | None) -> dict[str, str]:
    if action_id is None:
        return {}
    found = {}
    for lang in ("en", "zh"):
        told = statement(tx, action_id, lang, "")
        found[f"statement.{lang}.txt"] = told.text.replace(told.link, "…")
    return found


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=True, indent=2, sort_keys=True) + "\n"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _zip(files: dict[str, str]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, text in sorted(files.items()):
            archive.writestr(
                zipfile.ZipInfo(name, EPOCH), text.encode("utf-8", "replace"), zipfile.ZIP_DEFLATED
            )
    return whole.getvalue()


def _unzip(raw: bytes) -> dict[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MOST_BYTES:
                raise InputError("This pack is too large to be one.", "Ask for it again.")
            return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    except (zipfile.BadZipFile, UnicodeDecodeError, EOFError, NotImplementedError) as error:
        raise InputError("This is no evidence pack.", "Ask for it again.") from error
