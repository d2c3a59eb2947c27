"""Codes of authenticator apps: the vectors of both RFCs, drift, and one time only."""

from __future__ import annotations

import pytest

from zhenzan.serve.auth.one_time_codes import address, code_at, readable, step_of

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ],
)
def test_vectors_of_rfc_6238(seconds: int, code: str) -> None:
    """Appendix B, SHA-1."""
    assert code_at(SECRET, seconds // 30, digits=8) == code


def test_vectors_of_rfc_4226() -> None:
    """Appendix D."""
    expected = "755224 287082 359152 969429 338314 254676 287922 162583 399871 520489"
    assert " ".join(code_at(SECRET, count) for count in range(10)) == expected


def test_a_clock_may_be_half_a_minute_off_and_a_code_is_good_once() -> None:
    now = 1_111_111_111
    for step in range(now // 30 - 4, now // 30 + 5):
        near = abs(step - now // 30) <= 1
        assert (step_of(SECRET, code_at(SECRET, step), now, 0) == step) == near
    used = step_of(SECRET, code_at(SECRET, now // 30), now, 0)
    assert used == now // 30
    assert step_of(SECRET, code_at(SECRET, now // 30), now, used) is None
    for nonsense in ("", "12345", "1234567", "\u0661\u0662\u0663\u0664\u0665\u0666"):
        assert step_of(SECRET, nonsense, now, 0) is None


def test_how_a_secret_is_shown() -> None:
    assert readable(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert address(SECRET, "amy@example.org") == (
        "otpauth://totp/Zhenzan%3Aamy%40example.org"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Zhenzan"
    )
