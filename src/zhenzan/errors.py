"""What can go wrong, said to a person: one sentence and a hint."""

from __future__ import annotations


class ZhenzanError(Exception):
    """Base of every error that Zhenzan raises on purpose.

    Args:
        sentence: What is wrong, in the user's words.
        hint: What to do about it.
    """

    exit_status = 1

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.sentence}\nHint: {self.hint}" if self.hint else self.sentence


class CallError(ZhenzanError):
    """The call was wrong: an option, an argument or a mapping that cannot be."""

    exit_status = 2


class InputError(ZhenzanError):
    """The data cannot be used: a missing file or column, a file that is not what it says."""


class LimitError(ZhenzanError):
    """A limit on memory, time or size stopped the work."""


class UnavailableError(LimitError):
    """Something that the work needs does not answer now, and may later."""
