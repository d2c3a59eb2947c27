"""An error is one sentence and a hint, and an exit status."""

from __future__ import annotations

import pytest

import zhenzan
from zhenzan.errors import CallError, InputError, LimitError, ZhenzanError


@pytest.mark.parametrize(
    ("kind", "exit_status"), [(ZhenzanError, 1), (CallError, 2), (InputError, 1), (LimitError, 1)]
)
def test_every_error_is_a_sentence_a_hint_and_a_status(
    kind: type[ZhenzanError], exit_status: int
) -> None:
    error = kind("The file is gone.", "Bring it back.")
    assert isinstance(error, ZhenzanError)
    assert (error.sentence, error.hint) == ("The file is gone.", "Bring it back.")
    assert str(error) == "The file is gone.\nHint: Bring it back."
    assert error.exit_status == exit_status


def test_without_a_hint_the_sentence_stands_alone() -> None:
    assert str(InputError("The file is gone.")) == "The file is gone."


@pytest.mark.parametrize("name", ["ZhenzanError", "CallError", "InputError", "LimitError"])
def test_callers_find_them_at_the_top(name: str) -> None:
    assert issubclass(getattr(zhenzan, name), zhenzan.ZhenzanError)
