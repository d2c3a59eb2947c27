"""`zhenzan diagnose`, `attest` and `verify`: what is said where, and the exit status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from zhenzan import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, keys of its own, English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZHENZAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path


def test_a_diagnosis_is_written_and_named(
    scans: Callable[[str], Path], place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["diagnose", str(scans("three_rings")), "--author", "author3"]
    assert cli.run([*call, "--peers", "author1,author2", "--utc-offset", "+08:00"]) == 0
    assert capsys.readouterr().out == "diagnosis.html\n"
    assert "UTC+08:00" in (place / "diagnosis.html").read_text("utf-8")
    assert cli.run([*call, "--out", "zh.html", "--lang", "zh"]) == 0
    assert "流量诊断" in (place / "zh.html").read_text("utf-8")
    assert sorted(one.name for one in place.iterdir()) == ["diagnosis.html", "zh.html"]


def test_json_is_all_there_is(
    scans: Callable[[str], Path], place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["diagnose", str(scans("three_rings")), "--author", "author3", "--json"]
    assert cli.run(call) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["author_id"] == "author3"
    assert told["clock"] == "UTC"
    assert not list(place.iterdir())


@pytest.mark.parametrize(
    ("options", "sentence", "status"),
    [
        (["--author", "autor3"], "There is no author autor3 with endorsed contents", 2),
        (["--author", "author3", "--utc-offset", "noon"], "'noon' is not a clock.", 2),
        (["--author", "author3", "--utc-offset", "+15"], "'+15' is not a clock.", 2),
        (["--author", "author3", "--out", "no/such/x.html"], "cannot be written", 2),
        ([], "Missing option '--author'.", 2),
    ],
)
def test_wrong_calls(
    options: list[str],
    sentence: str,
    status: int,
    scans: Callable[[str], Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.run(["diagnose", str(scans("three_rings")), *options]) == status
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert "Hint:" in printed.err
    assert printed.out == ""


def test_a_statement_is_made_and_checked(
    scans: Callable[[str], Path], place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = str(scans("three_rings"))
    assert cli.run(["attest", directory, "--author", "author3", "--out", "s.html"]) == 0
    key_line, print_line, path = capsys.readouterr().out.splitlines()
    assert path == "s.html"
    key, name = key_line.split()[1], print_line.partition(" ")[2]
    assert cli.run(["verify", "s.html"]) == 0
    assert "cannot prove" in capsys.readouterr().out
    assert cli.run(["verify", "s.html", "--key", name]) == 0
    assert "the key that you named" in capsys.readouterr().out
    assert cli.run(["verify", "s.html", "--key", key, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["key_is_known"]
    assert told["statement"]["author_id"] == "author3"
    assert cli.run(["attest", directory, "--author", "author5"]) == 0
    assert key in capsys.readouterr().out
    (place / "s.html").write_bytes((place / "s.html").read_bytes()[:-1])
    assert cli.run(["verify", "s.html"]) == 1
    assert "cut off" in capsys.readouterr().err
    assert cli.run(["verify", "none.html"]) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert cli.run(["verify", "."]) == 1
