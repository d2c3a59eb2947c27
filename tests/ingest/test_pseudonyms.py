"""No device, session or address is ever written to disk."""

from __future__ import annotations

import hashlib
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.ingest.loading import KEY, run, write

from zhenzan.engines.duckdb import DuckDBEngine
from zhenzan.errors import InputError
from zhenzan.ingest import Sources, load, read_key
from zhenzan.ingest.pseudonyms import Pseudonyms, network_address
from zhenzan.settings import ScanSettings


@pytest.mark.parametrize(
    ("text", "packed"),
    [
        ("1.2.3.4", bytes([1, 2, 3, 4])),
        ("::ffff:1.2.3.4", bytes([1, 2, 3, 4])),
        ("::ffff:102:304", bytes([1, 2, 3, 4])),
        ("2001:DB8::1", bytes.fromhex("20010db8000000000000000000000001")),
        ("1.2.3", None),
        ("1.2.3.4:80", None),
        ("01ba7f", None),
        ("a\0b", None),
        ("", None),
    ],
)
def test_addresses(text: str, packed: bytes | None) -> None:
    assert network_address(text) == packed


def test_hashes_are_keyed_and_told_apart() -> None:
    pseudonyms = Pseudonyms(KEY)
    words = pa.array(["a", "b", "a", None, ""])
    devices = pseudonyms.devices(words).to_pylist()
    assert devices[0] == devices[2] != devices[1]
    assert devices[3] is devices[4] is None
    expected = hashlib.blake2b(b"a", key=KEY, digest_size=8, person=b"device").digest()
    assert devices[0] == int.from_bytes(expected, "little") % 2**63
    assert pseudonyms.sessions(words).to_pylist()[0] != devices[0]
    assert Pseudonyms(bytes(32)).devices(words).to_pylist()[0] != devices[0]


def test_networks() -> None:
    words = ["1.2.3.4", "1.2.3.99", "1.2.4.4", "::ffff:1.2.3.7", "hashed", None]
    words += ["2001:db8:1::1", "2001:db8:1:2::3", "2001:db8:2::1", "2001:0db8:1::1"]
    addresses, networks = Pseudonyms(KEY).addresses(pa.array(words))
    net = dict(zip(words, networks.to_pylist(), strict=True))
    assert net["1.2.3.4"] == net["1.2.3.99"] == net["::ffff:1.2.3.7"] != net["1.2.4.4"]
    assert net["2001:db8:1::1"] == net["2001:db8:1:2::3"] != net["2001:db8:2::1"]
    assert net["hashed"] is net[None] is None
    ip = dict(zip(words, addresses.to_pylist(), strict=True))
    assert ip["2001:db8:1::1"] == ip["2001:0db8:1::1"]
    assert len(set(ip.values())) == len(words) - 1
    assert ip[None] is None
    assert ip["hashed"] is not None


def test_endorsements_hold_numbers_that_stand_for_them() -> None:
    rows = {
        "ts": [1_709_294_400 + i for i in range(4)],
        "account_id": ["u"] * 4,
        "content_id": ["v"] * 4,
        "device_id": ["x", "y", "x", None],
        "ip": ["1.2.3.4", "1.2.3.5", "::ffff:1.2.3.4", "gone"],
    }
    likes = sorted(run(pa.table(rows)).endorsements, key=lambda e: str(e["ts"]))
    assert likes[0]["device"] == likes[2]["device"] != likes[1]["device"]
    assert likes[3]["device"] is None
    assert likes[0]["ip"] == likes[2]["ip"]
    assert len({e["net"] for e in likes[:3]}) == 1
    assert likes[3]["net"] is None
    assert likes[3]["ip"] is not None
    assert {e["session"] for e in likes} == {None}


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "memory"])
def test_nothing_secret_is_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    secrets = [f"secret-{kind}-{i:04}" for kind in ("device", "session") for i in range(300)]
    rows = 300
    table = pa.table(
        {
            "ts": ["bad" if i % 7 == 0 else str(1_709_294_400 + i) for i in range(rows)],
            "account_id": [f"u{i}" for i in range(rows)],
            "content_id": ["v"] * rows,
            "device_id": secrets[:rows],
            "session_id": secrets[rows:],
            "ip": [f"203.0.{i % 250}.113" for i in range(rows)],
        }
    )
    source: object = table
    if ending != "memory":
        (tmp_path / "in").mkdir()
        source = tmp_path / "in" / f"events.{ending}"
        write(table, source)
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
    work = tmp_path / "work"
    work.mkdir()
    engine = DuckDBEngine(work, 10**9, 2)
    load(Sources(source), ScanSettings(memory_bytes=10**9, threads=2), engine, KEY, work)
    engine.close()
    staged = [p for p in work.rglob("*") if p.is_file()]
    assert any(p.suffix == ".parquet" for p in staged)
    for path in staged:
        data = path.read_bytes()
        assert b"secret-" not in data
        assert b"203.0." not in data
    raw = pq.read_table(work / "ingest" / "events-0.parquet").column("raw").drop_null()
    assert len(raw) > 0
    for text in raw.to_pylist():
        assert "secret-" not in text
        assert "(hidden)" in text


def test_the_key_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "made" / "here"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: read_key(folder), range(16)))
    assert len(keys) == 1
    assert [len(k) for k in keys] == [32]
    files = list(folder.iterdir())
    assert len(files) == 1
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    monkeypatch.setenv("ZHENZAN_HOME", str(folder))
    assert {read_key()} == keys
    monkeypatch.delenv("ZHENZAN_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert {read_key()} != keys
    assert (tmp_path / "xdg" / "zhenzan").is_dir()
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert read_key() == read_key(tmp_path / "home" / ".local" / "share" / "zhenzan")


def test_a_damaged_key(tmp_path: Path) -> None:
    read_key(tmp_path)
    path = next(tmp_path.iterdir())
    path.write_bytes(b"short")
    with pytest.raises(InputError, match="damaged"):
        read_key(tmp_path)
    with pytest.raises(InputError, match="cannot be used"):
        read_key(path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_dictionary_of_text_stands_for_the_text() -> None:
    """Also one that holds what no row uses, one word twice, and empty text."""
    pseudonyms = Pseudonyms(KEY)
    words = pa.array(["10.0.0.1", "", "unused", "10.0.0.2", "10.0.0.1"])
    coded = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 3, 4], pa.int32()), words)
    text = coded.dictionary_decode()
    for numbers in (pseudonyms.devices, pseudonyms.sessions):
        assert numbers(coded).equals(numbers(text))
    for one, other in zip(pseudonyms.addresses(coded), pseudonyms.addresses(text), strict=True):
        assert one.equals(other)
    assert pseudonyms.devices(coded).null_count == 2
