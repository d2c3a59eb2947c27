"""Where a file has our columns, under the user's names."""

from __future__ import annotations

import pytest

from zhenzan.errors import CallError, InputError
from zhenzan.ingest.fields import FIELDS, check_mapping, lay_out

NAMES = ["uid", "content_id", "extra", "ts", "__index_level_0__"]


def position(source: str, field: str, columns: list[str], mapping: dict[str, str]) -> int | None:
    layout = lay_out(source, columns, mapping, "file")
    names = [f.name for f in FIELDS[source]]
    return layout.positions[names.index(field)]


def test_a_mapping_renames() -> None:
    assert position("events", "account_id", NAMES, {"account_id": "uid"}) == 0
    assert position("events", "source", NAMES, {"account_id": "uid"}) is None
    assert lay_out("events", NAMES, {"account_id": "uid"}, "file").extras == (2,)


def test_a_mapping_may_name_its_source() -> None:
    mapping = {"account_id": "uid", "accounts.account_id": "id"}
    assert position("accounts", "account_id", ["uid", "id"], mapping) == 1
    assert position("accounts", "account_id", ["account_id"], mapping) == 0


def test_events_take_the_mapping_at_its_word() -> None:
    with pytest.raises(InputError, match="'uid'"):
        lay_out("events", ["ts", "account_id", "content_id"], {"account_id": "uid"}, "file")


def test_mistakes() -> None:
    with pytest.raises(InputError, match="file has no column 'ts'; its columns are 'a'"):
        lay_out("events", ["a"], {}, "file")
    with pytest.raises(InputError, match="more than once"):
        lay_out("events", ["ts", "ts", "account_id", "content_id"], {}, "file")
    check_mapping({"ts": "x", "contents.topic": "y"})
    for name in ("user_id", "contents.ts", "nothing.ts", ""):
        with pytest.raises(CallError, match="does not know"):
            check_mapping({name: "x"})
