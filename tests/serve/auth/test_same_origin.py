"""Who may change something with the cookies of a browser."""

from __future__ import annotations

import pytest

from zhenzan.serve.auth.same_origin import is_same_origin

HOST = {"host": "zhenzan.example"}


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "https://zhenzan.example"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "https://zhenzan.example"}, True),
        ({"origin": "https://zhenzan.example:444"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_only_own_pages_change_things(method: str, headers: dict[str, str], allowed: bool) -> None:
    assert is_same_origin(method, HOST | headers) is allowed


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_needs_no_origin(method: str) -> None:
    assert is_same_origin(method, HOST | {"sec-fetch-site": "cross-site"})
