"""An evidence pack holds everything about a case, and proves it."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhenzan import review
from zhenzan.errors import CallError, InputError

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.ledger import Ledger


def made(opened: Ledger, scan: Path | None = None) -> bytes:
    """The pack of an appeal that was overturned."""
    with opened.transaction() as tx:
        case = review.cases(tx, queue="sample")[0]
        review.appeal(tx, review.token(tx, str(case.action_id)), "It was me.", lang="en")
        (appealed,) = review.cases(tx, queue="appeal")
        review.decide(tx, appealed.case_id, "cho", "overturn", "genuine", "looks fine")
    head = opened.sign_head()
    with opened.reading() as tx:
        return review.pack(tx, appealed.case_id, head, scan)


def unzipped(raw: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def zipped(files: dict[str, str]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return whole.getvalue()


def test_what_it_holds(opened: Ledger, tmp_path: Path) -> None:
    raw = made(opened, tmp_path / "scan")
    assert review.check_pack(raw) == []
    files = unzipped(raw)
    kinds = [entry["kind"] for entry in json.loads(files["history.json"])]
    wanted = ["action", "case", "statement", "appeal", "case", "decision", "reversal"]
    assert kinds[:7] == wanted
    assert json.loads(files["facts.json"])["case"]["outcome"] == "overturn"
    assert json.loads(files["evidence.json"])["signals"]
    assert "account_likes_unseen" not in files["statement.en.txt"]
    assert "申诉" in files["statement.zh.txt"]
    assert files["explanation.en.txt"]
    assert "looks fine" in files["history.json"]


def test_it_holds_no_link_to_appeal(opened: Ledger) -> None:
    raw = made(opened)
    with opened.reading() as tx:
        (action_id,) = {row["action_id"] for row in tx.rows("SELECT action_id FROM appeals")}
        secret = review.token(tx, action_id).partition(".")[2]
    assert all(secret not in text for text in unzipped(raw).values())


def test_the_same_case_makes_the_same_pack(opened: Ledger) -> None:
    made(opened)
    head = opened.sign_head()
    with opened.reading() as tx:
        case_id = review.cases(tx, state="decided")[0].case_id
        assert review.pack(tx, case_id, head) == review.pack(tx, case_id, head)


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("policy.toml", "severity = 2", "severity = 1", "not the version that was applied"),
        ("history.json", '"overturn"', '"uphold"', "history.json is not what"),
        ("evidence.json", '"score": 0.9', '"score": 0.1', "evidence.json is not what"),
        ("proof.json", "looks fine", "looks bad", "What was sealed in entry"),
        ("proof.json", '\\"outcome\\":\\"overturn\\"', '\\"outcome\\":\\"uphold\\"', "Entry "),
    ],
)
def test_whatever_is_changed_is_found(
    opened: Ledger, file: str, old: str, new: str, sentence: str
) -> None:
    files = unzipped(made(opened))
    assert old in files[file]
    wrong = review.check_pack(zipped({**files, file: files[file].replace(old, new)}))
    assert any(sentence in one for one in wrong), wrong


def test_another_signature_is_found(opened: Ledger) -> None:
    raw = made(opened)
    with opened.reading() as tx:
        public = next(tx.entries()).body["public"]
    assert review.check_pack(raw, public) == []
    assert review.check_pack(raw, "00" * 32) == ["The head is not signed by the ledger's key."]
    files = unzipped(raw)
    proof: dict[str, Any] = json.loads(files["proof.json"])
    proof["links"].pop()
    wrong = review.check_pack(zipped({**files, "proof.json": json.dumps(proof)}))
    assert "The chain does not lead to the signed head." in wrong


@settings(max_examples=40)
@given(data=st.data())
def test_what_is_no_pack_is_told(data: st.DataObject) -> None:
    raw = data.draw(
        st.one_of(
            st.binary(max_size=50),
            st.dictionaries(
                st.sampled_from(["proof.json", "history.json", "evidence.json", "policy.toml"]),
                st.sampled_from(["{}", "[]", "null", '{"head": {}}', "x"]),
            ).map(zipped),
        )
    )
    with pytest.raises(InputError, match=r"no evidence pack|no proof"):
        review.check_pack(raw)


def test_nothing_of_that_number(opened: Ledger) -> None:
    head = opened.sign_head()
    with opened.reading() as tx, pytest.raises(CallError, match="no case or action c-none"):
        review.pack(tx, "c-none", head)
