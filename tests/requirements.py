"""What some tests need on a machine; without it they are skipped, or fail where it is required."""

from __future__ import annotations

import os

import pytest


def is_missing(required: str, sentence: str) -> None:
    """Skip the test, or fail it where it would pass unseen.

    Args:
        required: The variable of the environment that is set where nothing may be missing.
        sentence: What is missing, and a hint.
    """
    (pytest.fail if os.environ.get(required) else pytest.skip)(sentence)
