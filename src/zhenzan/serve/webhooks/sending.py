"""Sends what is due: signed, to public addresses only, without following anybody elsewhere."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import ipaddress
import socket
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from zhenzan.errors import InputError
from zhenzan.serve.background import Background

if TYPE_CHECKING:
    from zhenzan.serve.metrics import Metrics
    from zhenzan.serve.webhooks.outbox import Delivery, Outbox

TIMEOUT_S = 15.0
AT_ONCE = 16
POLL_S = 1.0
_EMBEDDING = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")))
"""IPv6 networks whose addresses stand for IPv4 ones."""


def signature(secret: bytes, message: str, timestamp_s: int, body: bytes) -> str:
    """The header ``webhook-signature`` of the Standard Webhooks specification."""
    signed = f"{message}.{timestamp_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def is_public(address: str) -> bool:
    """Whether an address is of the public network: not this machine, not the one around it."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            found = found.ipv4_mapped
        elif any(found in network for network in _EMBEDDING):
            return False
    return found.is_global and not found.is_multicast


async def address_of(host: str, port: int, *, private: bool) -> str:
    """An address of a host; the one that is checked is the one that is then spoken to.

    Raises:
        InputError: The host is not known, or one of its addresses is private.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise InputError("The host of the webhook is not known.", "Check its URL.") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not private and not all(map(is_public, addresses)):
        raise InputError(
            "The webhook leads to a private address.",
            "If that is meant, start the service with --private-webhooks.",
        )
    return addresses[0]


class Sending:
    """Sends the deliveries of an outbox.

    Args:
        outbox: What is to be told.
        metrics: The service's figures.
        private: Whether private addresses are allowed.

    Attributes:
        background: Sends as long as the service lives; what is left is sent after the next start.
    """

    def __init__(self, outbox: Outbox, metrics: Metrics, *, private: bool) -> None:
        self._outbox = outbox
        self._metrics = metrics
        self._private = private
        self.background = Background("webhooks: sending", self.send_due, POLL_S)
        metrics.gauge(
            "zhenzan_webhooks_waiting", "Deliveries to be made.", lambda: float(outbox.waiting())
        )

    async def send_due(self) -> int:
        """Try each delivery that is due once; how many there were."""
        due = await asyncio.to_thread(self._outbox.due, _now_us(), AT_ONCE)
        if not due:
            return 0
        async with httpx.AsyncClient(
            timeout=TIMEOUT_S, follow_redirects=False, trust_env=False
        ) as client:
            await asyncio.gather(*(self._send(client, delivery) for delivery in due))
        return len(due)

    async def _send(self, client: httpx.AsyncClient, delivery: Delivery) -> None:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                done = await self._posted(client, delivery)
        except (httpx.HTTPError, InputError, TimeoutError, ValueError):
            done = False
        self._metrics.count(
            "zhenzan_webhook_attempts_total", "Attempts.", outcome="told" if done else "failed"
        )
        if done:
            await asyncio.to_thread(self._outbox.delivered, delivery)
        else:
            await asyncio.to_thread(self._outbox.failed, delivery, _now_us())

    async def _posted(self, client: httpx.AsyncClient, delivery: Delivery) -> bool:
        parts = urlsplit(delivery.url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = await address_of(host, port, private=self._private)
        bracketed = f"[{address}]" if ":" in address else address
        timestamp_s = int(time.time())
        request = client.build_request(
            "POST",
            parts._replace(netloc=f"{bracketed}:{port}").geturl(),
            content=delivery.body,
            headers={
                "Host": parts.netloc,
                "Content-Type": "application/json",
                "User-Agent": "zhenzan",
                "webhook-id": delivery.message,
                "webhook-timestamp": str(timestamp_s),
                "webhook-signature": signature(
                    delivery.secret, delivery.message, timestamp_s, delivery.body
                ),
            },
            extensions={"sni_hostname": host},
        )
        # The body of the answer is not read: it says nothing, and may not end.
        answer = await client.send(request, stream=True)
        await answer.aclose()
        return answer.is_success


def _now_us() -> int:
    return time.time_ns() // 1_000
