"""`zhenzan serve user`: who may sign in, from the command line."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from zhenzan.cli import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Call = Callable[..., tuple[int, str, str]]

SECRET = "marble tuesday fennel oar\n"  # noqa: S105  a password of the tests


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    def called(*words: str, typed: str = SECRET) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        status = run(["serve", "user", *words, "--data", str(tmp_path / "data")])
        said = capsys.readouterr()
        return status, said.out, said.err

    return called


def test_users_come_and_go(call: Call) -> None:
    assert call("add", "Root")[0] == 0
    assert call("add", "lin", "--role", "reviewer")[0] == 0
    assert call("list")[1] == "lin\treviewer\nroot\tadmin\n"
    assert call("role", "lin", "--role", "senior")[0] == 0
    assert call("password", "lin", typed="another four words entirely\n")[0] == 0
    assert call("remove", "lin")[0] == 0
    assert call("list")[1] == "lin\tsenior\tshut out\nroot\tadmin\n"
    assert call("restore", "lin")[0] == 0
    assert "shut out" not in call("list")[1]


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("add", "lin", "--role", "boss"), SECRET, "There is no role 'boss'."),
        (("add", "lin"), "short\n", "The password has 5 characters"),
        (("add", "two words"), SECRET, "That is not a user's name."),
        (("remove", "nobody"), SECRET, "There is no user 'nobody'."),
    ],
)
def test_wrong_calls_are_told(call: Call, words: tuple[str, ...], typed: str, said: str) -> None:
    status, out, err = call(*words, typed=typed)
    assert status == 2
    assert out == ""
    assert said in err
    assert "Hint:" in err
