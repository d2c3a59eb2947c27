"""How tests wait for what Spark does."""

from __future__ import annotations

import pytest
from tests.spark_sessions import wait_until


def test_waiting_ends_when_it_is_so_or_in_failure() -> None:
    looks = iter([False, False, True])
    wait_until(lambda: next(looks), longest_s=600.0)
    assert next(looks, None) is None
    with pytest.raises(AssertionError, match="did not happen"):
        wait_until(lambda: False, longest_s=0.0)
