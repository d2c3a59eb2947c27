"""Roles of users, and what each may do. Whatever is not granted here is refused."""

from __future__ import annotations

from enum import StrEnum


class UserRole(StrEnum):
    """What a user of the service is trusted with."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    SENIOR = "senior"
    POLICY_AUTHOR = "policy_author"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """One kind of thing that a route does."""

    READ_FIGURES = "read_figures"
    """Dashboards: counts, never a person."""
    READ_CASES = "read_cases"
    """Queues, cases and search; every reading of a case is itself recorded."""
    DECIDE = "decide"
    """Claim a case, decide it, write notes."""
    DECIDE_APPEALS = "decide_appeals"
    DECIDE_IN_BULK = "decide_in_bulk"
    REVEAL = "reveal"
    """See the identifier behind a pseudonym, with a reason that is recorded."""
    EXPORT = "export"
    USE_LABELS = "use_labels"
    """Say which judgements calibration may learn from."""
    READ_POLICY = "read_policy"
    WRITE_POLICY = "write_policy"
    READ_LEDGER = "read_ledger"
    MANAGE_USERS = "manage_users"
    MANAGE_KEYS = "manage_keys"


_READ = {Permission.READ_FIGURES, Permission.READ_CASES, Permission.READ_POLICY}
_REVIEW = {*_READ, Permission.DECIDE, Permission.DECIDE_APPEALS}

GRANTS: dict[UserRole, frozenset[Permission]] = {
    UserRole.VIEWER: frozenset(_READ),
    UserRole.REVIEWER: frozenset(_REVIEW),
    UserRole.SENIOR: frozenset(
        {
            *_REVIEW,
            Permission.DECIDE_IN_BULK,
            Permission.REVEAL,
            Permission.EXPORT,
            Permission.USE_LABELS,
        }
    ),
    UserRole.POLICY_AUTHOR: frozenset({*_READ, Permission.WRITE_POLICY}),
    # Who gives out roles sees no cases, so that no one person holds both.
    UserRole.ADMIN: frozenset(
        {
            Permission.READ_FIGURES,
            Permission.READ_LEDGER,
            Permission.MANAGE_USERS,
            Permission.MANAGE_KEYS,
        }
    ),
    UserRole.AUDITOR: frozenset({*_READ, Permission.READ_LEDGER, Permission.EXPORT}),
}


def may(role: UserRole, permission: Permission) -> bool:
    """Whether a role is granted a permission."""
    return permission in GRANTS.get(role, frozenset())
