"""IPv4 addresses are read as the system reads them."""

from __future__ import annotations

import random
import socket

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.kernels.addresses import ipv4_addresses

NEARLY = ["1.2.3", "1.2.3.4.5", "1.2.3.4.", ".1.2.3", "1..2.3", "01.2.3.4", "0.0.0.00", "1.2.3.256"]
NEARLY += ["1.2.3.4 ", " 1.2.3.4", "1.2.3.4\0", "1.2.3.4:80", "::ffff:1.2.3.4", "1.2.3.a", "", "1"]
NEARLY += ["0.0.0.1", "255.255.255.255", "1.2.3.4294967300", "1.2.3.٤", "+1.2.3.4"]


def as_the_system_reads(text: str) -> bytes | None:
    try:
        return socket.inet_pton(socket.AF_INET, text)
    except (OSError, ValueError):
        return None


def check(texts: list[str]) -> None:
    addresses, found = ipv4_addresses(pa.array(texts, pa.string()))
    read = [row.tobytes() if ok else None for row, ok in zip(addresses, found, strict=True)]
    assert read == list(map(as_the_system_reads, texts))
    assert not addresses[~found].any()


def test_addresses_and_what_nearly_is_one() -> None:
    numbers = random.Random(1)
    check([".".join(str(numbers.randrange(300)) for _ in range(4)) for _ in range(2_000)])
    check(NEARLY)
    check([])


@given(st.lists(st.text("0123456789.", max_size=16)))
def test_any_digits_and_dots(texts: list[str]) -> None:
    check(texts)
