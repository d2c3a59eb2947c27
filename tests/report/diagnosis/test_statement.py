"""Integrity statements: any changed byte, any cut, any other key is told."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.golden import check_golden, page_text
from tests.report.plans import THREE_RINGS, ScanPlan
from tests.report.scans import ScanWriter
from tests.report.test_accessibility import check_page, parsed

from zhenzan.errors import CallError, InputError
from zhenzan.report.diagnosis import (
    check_statement,
    diagnose,
    fingerprint,
    write_statement,
)
from zhenzan.report.diagnosis.statement import MOST_BYTES
from zhenzan.signing import SigningKey

from .test_diagnosis_page import hostile_author

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhenzan.settings import Language

MADE_AT = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    path = tmp_path_factory.mktemp("key") / "statement.key"
    path.write_bytes(bytes(range(32)))
    return SigningKey(path)


@pytest.fixture(scope="module")
def statement(key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    directory = ScanWriter(ScanPlan(rings=THREE_RINGS)).write(tmp_path_factory.mktemp("scan"))
    return write_statement(diagnose(directory, "author3"), "en", key, MADE_AT)


def test_it_is_valid_and_says_so(statement: bytes, key: SigningKey) -> None:
    checked = check_statement(statement)
    assert checked.public == key.public
    assert not checked.key_is_known
    assert checked.data["author_id"] == "author3"
    assert checked.data["key_fingerprint"] == fingerprint(key.public) == checked.fingerprint
    assert fingerprint(key.public).encode() in statement.partition(b"<script type")[0]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_words(lang: Language, scans: Callable[[str], Path], key: SigningKey) -> None:
    made = write_statement(diagnose(scans("three_rings"), "author3"), lang, key, MADE_AT)
    text = page_text(made.decode())
    checked = check_statement(made)
    known = check_statement(made, key.public.hex())
    said = f"{text}\n---\n{checked.text(lang)}\n---\n{known.text(lang)}"
    check_golden(f"statement.{lang}", said)
    check_page(parsed(made.decode()))


def test_same_facts_same_bytes(scans: Callable[[str], Path], key: SigningKey) -> None:
    made = {
        write_statement(diagnose(scans("three_rings"), "author3"), "en", key, MADE_AT)
        for _ in range(2)
    }
    assert len(made) == 1


@given(data=st.data())
def test_any_changed_byte_is_told(statement: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(statement) - 1))
    other = data.draw(st.integers(1, 255))
    changed = bytearray(statement)
    changed[place] ^= other
    with pytest.raises(InputError):
        check_statement(bytes(changed))


@given(data=st.data())
def test_any_cut_is_told(statement: bytes, data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(statement) - 1))
    with pytest.raises(InputError):
        check_statement(statement[:length])


@given(st.binary(min_size=1, max_size=40))
def test_anything_added_is_told(statement: bytes, more: bytes) -> None:
    for changed in (statement + more, more + statement, statement + statement):
        with pytest.raises(InputError):
            check_statement(changed)


def test_a_statement_signed_again_with_another_key_has_its_own_name(
    statement: bytes, key: SigningKey, tmp_path: Path
) -> None:
    message = statement[: statement.rfind(b"\n", 0, -1) + 1]
    mallory = SigningKey(tmp_path / "key")
    signed = mallory.sign(b"zhenzan integrity statement 1\n" + message)
    end = (
        f"<!-- zhenzan statement 1 ed25519 key={mallory.public.hex()} signature={signed.hex()} -->"
    )
    with pytest.raises(InputError, match="does not say what a statement says"):
        check_statement(message + end.encode() + b"\n")
    renamed = message.replace(
        fingerprint(key.public).encode(), fingerprint(mallory.public).encode()
    )
    signed = mallory.sign(b"zhenzan integrity statement 1\n" + renamed)
    end = (
        f"<!-- zhenzan statement 1 ed25519 key={mallory.public.hex()} signature={signed.hex()} -->"
    )
    forged = renamed + end.encode() + b"\n"
    assert check_statement(forged).public == mallory.public
    with pytest.raises(InputError, match="another key"):
        check_statement(forged, key.public.hex())
    with pytest.raises(InputError, match="another key"):
        check_statement(forged, fingerprint(key.public))


def test_a_signature_for_another_purpose_does_not_pass(statement: bytes, key: SigningKey) -> None:
    message = statement[: statement.rfind(b"\n", 0, -1) + 1]
    other = key.sign(message).hex().encode()
    with pytest.raises(InputError, match="not valid"):
        check_statement(re.sub(rb"signature=[0-9a-f]+", b"signature=" + other, statement))


def test_the_key_may_be_named_in_many_ways(statement: bytes, key: SigningKey) -> None:
    named = fingerprint(key.public)
    colons = ":".join(named.split())
    for one in (key.public.hex(), key.public.hex().upper(), named, named.replace(" ", ""), colons):
        assert check_statement(statement, one).key_is_known


@pytest.mark.parametrize("named", ["", "12", "x" * 64, "0" * 63, "0" * 65, "éé"])
def test_what_is_no_key(statement: bytes, named: str) -> None:
    with pytest.raises(CallError, match="is no key"):
        check_statement(statement, named)


@given(st.binary(max_size=200))
def test_other_files_are_no_statements(content: bytes) -> None:
    mark = b'<script type="application/json" id="statement">'
    for file in (content, b"<!doctype html>\n" + content, b"<!doctype html>\n" + mark + content):
        with pytest.raises(InputError, match=r"not an integrity statement|cut off"):
            check_statement(file)


def test_a_giant_is_refused() -> None:
    with pytest.raises(InputError, match="not an integrity statement"):
        check_statement(b"<!doctype html>\n" + b" " * MOST_BYTES)


def test_hostile_names_stay_text(scans: Callable[[str], Path], key: SigningKey) -> None:
    author = hostile_author(scans("hostile"))
    made = write_statement(diagnose(scans("hostile"), author), "en", key, MADE_AT)
    page = made.decode()
    check_page(parsed(page))
    assert page.count("<script") == 2
    assert "<script>alert" not in page
    assert "\u202e" not in page
    checked = check_statement(made)
    assert checked.data["author_id"] == author
    assert "\u202e" not in checked.text("en")
    assert "\x1b" not in checked.text("en")
