"""Which identity provider may vouch for users, and what its words mean here (a TOML file)."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from zhenzan.errors import InputError
from zhenzan.serve.auth.roles import UserRole

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class OidcSettings(msgspec.Struct, frozen=True):
    """One identity provider (OpenID Connect).

    Attributes:
        issuer: Its address; everything else is read from there (OpenID Connect Discovery 1.0).
        client_id: What it calls this service.
        client_secret: What it shares with this service.
        redirect_uri: Where it sends people back: this service's address and ``/sign-in/back``.
        roles: A word of the role claim → the role here. Whoever has none of them is refused;
            of several, the first in the file's order counts.
        role_claim: The claim that has a user's groups: a text, or a list of texts.
        name_claim: The claim that has the name shown to colleagues.
        scope: What is asked for.
    """

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    roles: dict[str, UserRole]
    role_claim: str = "groups"
    name_claim: str = "preferred_username"
    scope: str = "openid profile email"


def read_oidc_settings(path: Path) -> OidcSettings | None:
    """The provider that a file names; None if there is no file, and so no provider.

    Raises:
        InputError: The file is not what it should be.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        settings = msgspec.convert(tomllib.loads(text), OidcSettings)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError(
            f"{path.name} does not describe an identity provider: {error}.",
            "docs/security.md has an example.",
        ) from error
    for address in (settings.issuer, settings.redirect_uri):
        if not is_safe_address(address):
            raise InputError(
                f"{path.name}: {address} is not an https address.",
                "Only a provider on this very machine may do without https.",
            )
    return settings


def is_safe_address(address: str) -> bool:
    """Whether secrets may be sent there: https, or this very machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
