"""Codes that an authenticator app shows: time-based one-time passwords (RFC 6238, RFC 4226)."""

from __future__ import annotations

import base64
import hmac
import struct
from urllib.parse import quote, urlencode

DIGITS = 6
STEP_SECONDS = 30
DRIFT_STEPS = 1
"""So many steps a phone's clock may be off, either way (RFC 6238, 5.2)."""
ISSUER = "Zhenzan"


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of a step, with HMAC-SHA-1: what authenticator apps agree on.

    Args:
        secret: The shared secret, 20 bytes.
        step: Seconds since 1970 in units of ``STEP_SECONDS``.
        digits: How many digits it has.
    """
    mac = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    (number,) = struct.unpack_from(">I", mac, mac[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 10**digits:0{digits}}"


def step_of(secret: bytes, code: str, now_s: int, after: int) -> int | None:
    """The step to which a code belongs; None if it is wrong, too old, or was used before.

    Args:
        secret: The shared secret.
        code: As typed, without blanks.
        now_s: Seconds since 1970.
        after: The last step that was used: a code is good for one time.
    """
    now = now_s // STEP_SECONDS
    found = None
    for step in range(max(now - DRIFT_STEPS, after + 1), now + DRIFT_STEPS + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            found = step
    return found


def readable(secret: bytes) -> str:
    """A secret as people type it: base32 in fours."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(secret: bytes, name: str) -> str:
    """A secret as apps take it from a link."""
    asked = {"secret": base64.b32encode(secret).decode().rstrip("="), "issuer": ISSUER}
    return f"otpauth://totp/{quote(f'{ISSUER}:{name}')}?{urlencode(asked)}"
