"""What roles are for: who holds one power does not hold the other."""

from __future__ import annotations

from zhenzan.serve.auth.roles import GRANTS, Permission, UserRole, may


def test_every_role_is_in_the_table_and_every_permission_is_held_by_somebody() -> None:
    assert set(GRANTS) == set(UserRole)
    assert set().union(*GRANTS.values()) == set(Permission)


def test_powers_are_apart() -> None:
    decides = {role for role in UserRole if may(role, Permission.DECIDE)}
    assert decides == {UserRole.REVIEWER, UserRole.SENIOR}
    for power in (Permission.MANAGE_USERS, Permission.WRITE_POLICY, Permission.READ_LEDGER):
        assert not decides & {role for role in UserRole if may(role, power)}
    assert not may(UserRole.ADMIN, Permission.READ_CASES)
    changes = {Permission.DECIDE, Permission.DECIDE_APPEALS, Permission.WRITE_POLICY}
    assert not GRANTS[UserRole.AUDITOR] & changes
    assert not GRANTS[UserRole.VIEWER] & changes
