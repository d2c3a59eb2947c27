"""An integrity statement of one author: made, signed and checked.

A statement is one HTML file. Its last line is a comment with the public key and the signature of
all bytes before it, so there is one form of it and nothing to canonicalise: any changed, missing or
added byte breaks it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from zhenzan.errors import CallError, InputError
from zhenzan.report import answer
from zhenzan.report.diagnosis.page import headline, honest_text
from zhenzan.report.diagnosis.small_groups import FEWEST
from zhenzan.report.html import render
from zhenzan.report.texts import Texts
from zhenzan.report.wording import moment_text, short, whole
from zhenzan.signing import is_signed

if TYPE_CHECKING:
    from datetime import datetime

    from zhenzan.report.diagnosis.diagnosis import Diagnosis
    from zhenzan.settings import Language
    from zhenzan.signing import SigningKey

VERSION = 1
MOST_BYTES = 4_000_000
"""No statement is near as large; a larger file is none."""
FINGERPRINT_BYTES = 16
KEY_DIGITS, FINGERPRINT_DIGITS = 64, 2 * FINGERPRINT_BYTES
_PURPOSE = b"zhenzan integrity statement 1\n"
"""Signed before the file's bytes: no signature for another purpose passes for one of these."""
_START = b"<!doctype html>\n"
_DATA = re.compile(rb'<script type="application/json" id="statement">(.*?)</script>')
_END = re.compile(
    rb"<!-- zhenzan statement 1 ed25519 key=([0-9a-f]{64}) signature=([0-9a-f]{128}) -->\n"
)
_MARK = b'<script type="application/json" id="statement">'


@dataclass(frozen=True)
class Statement:
    """A statement whose signature is valid.

    Attributes:
        public: The public key that signed it, 32 bytes.
        data: What it says, as data.
        key_is_known: Whether it is the key that the reader named.
    """

    public: bytes
    data: dict[str, Any]
    key_is_known: bool

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the key."""
        return fingerprint(self.public)

    def text(self, lang: Language) -> str:
        """What is proven and what is not, in words."""
        t = Texts(lang)
        period = self.data["period"]
        said = t(
            "verify.said",
            author=short(self.data["author_id"]),
            likes=t.count("like", self.data["likes"]),
            real=short(self.data["true_likes"], 80),
            first=moment_text(str(period["first_ts"])),
            last=moment_text(str(period["last_ts"])),
            issued=moment_text(str(self.data["made_at"])),
        )
        known = t("verify.known" if self.key_is_known else "verify.unknown")
        valid = t("verify.valid", fingerprint=self.fingerprint)
        return "\n".join([valid, known, said, t("verify.limits")])


def fingerprint(public: bytes) -> str:
    """The fingerprint of a public key: 128 bits of its SHA-256 in groups of four digits."""
    digits = hashlib.sha256(public).hexdigest()[:FINGERPRINT_DIGITS]
    return " ".join(digits[i : i + 4] for i in range(0, FINGERPRINT_DIGITS, 4))


def write_statement(
    diagnosis: Diagnosis, lang: Language, key: SigningKey, made_at: datetime
) -> bytes:
    """An integrity statement of an author, signed.

    Args:
        diagnosis: What a scan says of the author.
        lang: Language of the page.
        key: Whose word it is.
        made_at: The time, UTC.
    """
    t = Texts(lang)
    summary, count = diagnosis.summary, diagnosis.count
    data = {
        "statement": VERSION,
        "author_id": diagnosis.author_id,
        "contents": count.contents,
        "likes": count.count.likes,
        "true_likes": honest_text(count.count, t),
        "true_likes_low": round(count.count.at_least),
        "true_likes_high": round(count.count.at_most),
        "boosted_contents": count.boosted,
        "suspect_contents": count.suspect,
        "engagement_score": None if count.engagement is None else round(count.engagement),
        "health": round(count.health),
        "period": summary.get("period", {}),
        "input_digest": summary.get("input_digest", ""),
        "endorsement": summary["settings"].get("endorsement", ["like"]),
        "false_per_10k": summary["settings"].get("false_per_10k", 1),
        "zhenzan": summary.get("zhenzan", ""),
        "made_at": made_at.isoformat(timespec="seconds"),
        "key_fingerprint": fingerprint(key.public),
    }
    values = {
        "summary": summary,
        "period": answer.period(summary, t),
        "headline": headline(diagnosis, t),
        "s": data,
        "few": FEWEST,
        "made_at": moment_text(data["made_at"]),
        "likes": whole(count.count.likes),
        "data": _as_script(data),
    }
    message = render("statement.html.j2", t, values).encode() + b"\n"
    signature = key.sign(_PURPOSE + message)
    end = (
        f"<!-- zhenzan statement 1 ed25519 key={key.public.hex()} signature={signature.hex()} -->\n"
    )
    return message + end.encode()


def _as_script(data: dict[str, Any]) -> Markup:
    """JSON that no reader of HTML takes for markup."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704  no markup left


def check_statement(file: bytes, named_key: str | None = None) -> Statement:
    """Check the signature of a statement.

    Args:
        file: The whole file.
        named_key: The key that the reader trusts: 64 hexadecimal digits of a public key, or 32 of
            a fingerprint, spaces and colons between them allowed.

    Raises:
        CallError: ``named_key`` is neither.
        InputError: The file is no statement, was changed or cut off, or another key signed it.
    """
    wanted = None if named_key is None else _digits(named_key)
    if not file.startswith(_START) or _MARK not in file or len(file) > MOST_BYTES:
        raise InputError(
            "The file is not an integrity statement, or only the beginning of one.",
            "Take the file that zhenzan attest wrote, byte for byte, not a print of it.",
        )
    start = file.rfind(b"\n", 0, len(file) - 1) + 1
    end = _END.fullmatch(file, start)
    if end is None:
        raise InputError(
            "The statement does not end with a signature: it was cut off or added to.",
            "Ask for the file again; nothing in this one is proven.",
        )
    public, signature = bytes.fromhex(end[1].decode()), bytes.fromhex(end[2].decode())
    if not is_signed(_PURPOSE + file[:start], signature, public):
        raise InputError(
            "The signature is not valid: the statement was changed after it was signed.",
            "Ask for the file again; nothing in this one is proven.",
        )
    if wanted is not None and wanted not in {public.hex(), _digits(fingerprint(public))}:
        raise InputError(
            f"The statement is signed with another key, {fingerprint(public)}.",
            "Believe it only if the platform itself says that this key is its own.",
        )
    return Statement(public, _data(file, public), wanted is not None)


def _digits(key: str) -> str:
    digits = re.sub(r"[\s:]", "", key).lower()
    if not re.fullmatch(r"[0-9a-f]+", digits) or len(digits) not in {
        KEY_DIGITS,
        FINGERPRINT_DIGITS,
    }:
        raise CallError(
            f"'{short(key)}' is no key.",
            f"Give the {KEY_DIGITS} hexadecimal digits of a public key, or the "
            f"{FINGERPRINT_DIGITS} of its fingerprint.",
        )
    return digits


def _data(file: bytes, public: bytes) -> dict[str, Any]:
    """What the statement says; whoever signed it may have signed anything."""
    found = _DATA.search(file)
    data: Any = None
    try:
        data = json.loads(found[1]) if found else None
    except ValueError:
        data = None
    needed = {"author_id", "likes", "true_likes", "period", "made_at", "key_fingerprint"}
    if (
        not isinstance(data, dict)
        or not needed <= set(data)
        or not isinstance(data["period"], dict)
        or not {"first_ts", "last_ts"} <= set(data["period"])
        or not isinstance(data["likes"], int)
        or data["key_fingerprint"] != fingerprint(public)
    ):
        raise InputError(
            "The statement is signed, but it does not say what a statement says.",
            "Ask whoever made it for one by zhenzan attest.",
        )
    return data
