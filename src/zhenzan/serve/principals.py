"""Who may call what: what a caller is granted, what a route asks for, and how callers show it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from starlette.requests import Request


class Scope(StrEnum):
    """What an API key is for. Persons have the permissions of their role instead."""

    EVENTS = "events"
    """Send events, accounts and contents, and learn the decisions."""
    SCANS = "scans"
    """Read verdicts, scores, rings and explanations."""
    WEBHOOKS = "webhooks"
    """Say where actions are told."""
    LABELS = "labels"
    """Read what people judged, by the platform's own identifiers."""
    METRICS = "metrics"
    """Read the service's own figures."""


@dataclass(frozen=True)
class Principal:
    """Who sends a request.

    Attributes:
        name: A name for logs: that of an API key or of a user, never a secret.
        grants: The scopes of its API key, or the permissions of its role.
        is_person: Whether a person is signed in, and not a program.
    """

    name: str
    grants: frozenset[StrEnum]
    is_person: bool = False


@dataclass(frozen=True)
class Access:
    """Who may call a route.

    Attributes:
        grants: Scopes and permissions; one of them is enough.
        anybody: Nobody has to say who they are.
    """

    grants: frozenset[StrEnum] = frozenset()
    anybody: bool = False

    def __post_init__(self) -> None:
        if self.anybody == bool(self.grants):
            raise ValueError("a route names who may call it, or that anybody may")

    def allows(self, principal: Principal) -> bool:
        """Whether the principal has one of the grants that are asked for."""
        return self.anybody or bool(self.grants & principal.grants)


ANYBODY = Access(anybody=True)


def either(*grants: StrEnum) -> Access:
    """Access for whoever has one of these scopes or permissions."""
    return Access(frozenset(grants))


class Authenticator(Protocol):
    """One way of showing who sends a request: an API key, a session."""

    async def authenticate(self, request: Request) -> Principal | None:
        """Who sends it; None if the request shows nobody by this way."""
