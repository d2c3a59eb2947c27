"""Users of the service: who they are, what they may do, how they prove it."""

from __future__ import annotations

import re
import secrets
import time
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.errors import CallError
from zhenzan.serve.auth.passwords import check_new_password
from zhenzan.serve.auth.roles import UserRole

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhenzan.ledger.database import Row
    from zhenzan.serve.auth.database import AuthDatabase
    from zhenzan.serve.auth.passwords import Passwords

NAME = re.compile(r"[\w][\w.@+-]{1,63}")
COLUMNS = "user_id, name, role, issuer, language, made_us, disabled_us, factor_us"


def now_us() -> int:
    """µs since 1970, UTC."""
    return time.time_ns() // 1_000


@dataclass(frozen=True)
class User:
    """One user.

    Attributes:
        user_id: Made by the service; never used again.
        name: What the user types to sign in, lower case; shown to colleagues.
        role: What the user may do.
        issuer: The identity provider that vouches for the user; None for a local password.
        language: ``en`` or ``zh``; None until one was chosen.
        made_us: When the user was added, µs since 1970.
        disabled_us: When the user was shut out; None if not.
        factor_us: Since when a second factor is asked for; None if it is not.
    """

    user_id: str
    name: str
    role: UserRole
    issuer: str | None
    language: str | None
    made_us: int
    disabled_us: int | None
    factor_us: int | None


class Users:
    """The users in the database.

    Args:
        database: Where they are kept.
        passwords: Makes and checks hashes.
        clock: µs since 1970.
    """

    def __init__(
        self, database: AuthDatabase, passwords: Passwords, clock: Callable[[], int] = now_us
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock

    def add(self, name: str, role: UserRole, password: str) -> User:
        """Add a user with a local password.

        Raises:
            CallError: The name is taken or is no name, or the password breaks the rules.
        """
        kept_name = sign_in_name(name)
        check_new_password(password, (kept_name,))
        return self._insert(kept_name, role, password=self._passwords.hash(password))

    def admit(self, issuer: str, subject: str, name: str, role: UserRole) -> User:
        """The user for whom an identity provider vouches, added or brought up to date.

        Raises:
            CallError: The name belongs to another user, or the user is shut out.
        """
        kept_name = sign_in_name(name)
        found = self._find("issuer = ? AND subject = ?", (issuer, subject))
        if found is None:
            return self._insert(kept_name, role, issuer=issuer, subject=subject)
        if found.disabled_us is not None:
            raise CallError("This user has been shut out.", "Ask an administrator.")
        if found.role is not role:
            self.set_role(found.user_id, role)
        return self.get(found.user_id)

    def signed_in(self, name: str, password: str) -> User | None:
        """The user with this name and password; None if there is none, or not any more."""
        try:
            kept_name = sign_in_name(name)
        except CallError:
            kept_name = ""
        row = self._database.row(
            "SELECT user_id, password FROM users WHERE name = ? AND disabled_us IS NULL",
            (kept_name,),
        )
        right = self._passwords.matches(row["password"] if row else None, password)
        if row is None or not right:
            return None
        if self._passwords.is_outdated(row["password"]):
            self._set("password", self._passwords.hash(password), row["user_id"])
        return self.get(row["user_id"])

    def get(self, user_id: str) -> User:
        """One user.

        Raises:
            CallError: There is none.
        """
        found = self._find("user_id = ?", (user_id,))
        if found is None:
            raise CallError("There is no such user.", "Look at the list of users.")
        return found

    def named(self, name: str) -> User:
        """The user with this name.

        Raises:
            CallError: There is none.
        """
        found = self._find("name = ?", (sign_in_name(name),))
        if found is None:
            raise CallError(f"There is no user '{name}'.", "`zhenzan user list` names all.")
        return found

    def all(self) -> list[User]:
        """Every user, by name."""
        rows = self._database.rows(f"SELECT {COLUMNS} FROM users ORDER BY name")
        return [_user(row) for row in rows]

    def set_role(self, user_id: str, role: UserRole) -> None:
        """Give another role; open sessions end, so that nobody acts with the old one."""
        self._set("role", role.value, user_id)

    def set_language(self, user_id: str, language: str) -> None:
        """Remember ``en`` or ``zh``."""
        with self._database.writing() as write:
            write.execute("UPDATE users SET language = ? WHERE user_id = ?", (language, user_id))

    def set_password(self, user_id: str, password: str) -> None:
        """Give a new local password; open sessions end.

        Raises:
            CallError: The password breaks the rules, or the user signs in elsewhere.
        """
        user = self.get(user_id)
        if user.issuer is not None:
            raise CallError("This user signs in at an identity provider.", "Change it there.")
        check_new_password(password, (user.name,))
        self._set("password", self._passwords.hash(password), user_id)

    def disable(self, user_id: str) -> None:
        """Shut a user out; open sessions end, and what the user did stays on record."""
        self._set("disabled_us", self._clock(), user_id)

    def enable(self, user_id: str) -> None:
        """Let a user in again."""
        self._set("disabled_us", None, user_id)

    def _set(self, column: str, value: str | int | None, user_id: str) -> None:
        with self._database.writing() as write:
            self._keep_an_admin(column, value, user_id)
            write.execute(f"UPDATE users SET {column} = ? WHERE user_id = ?", (value, user_id))
            write.execute("DELETE FROM sessions WHERE user_id = ?", (user_id,))

    def _keep_an_admin(self, column: str, value: object, user_id: str) -> None:
        """The last administrator cannot be shut out: nobody could undo it."""
        ends = (column == "role" and value != UserRole.ADMIN) or (
            column == "disabled_us" and value is not None
        )
        admins = self._database.rows(
            "SELECT user_id FROM users WHERE role = ? AND disabled_us IS NULL",
            (UserRole.ADMIN.value,),
        )
        if ends and [row["user_id"] for row in admins] == [user_id]:
            raise CallError("This is the last administrator.", "Make another one first.")

    def _insert(self, name: str, role: UserRole, **proof: str) -> User:
        user_id = f"u_{secrets.token_hex(8)}"
        columns = ["user_id", "name", "role", "made_us", *proof]
        marks = ", ".join("?" * len(columns))
        with self._database.writing() as write:
            if write.rows("SELECT 1 AS found FROM users WHERE name = ?", (name,)):
                raise CallError(f"The name '{name}' is taken.", "Choose another one.")
            write.execute(
                f"INSERT INTO users ({', '.join(columns)}) VALUES ({marks})",
                (user_id, name, role.value, self._clock(), *proof.values()),
            )
        return self.get(user_id)

    def _find(self, condition: str, values: tuple[str, ...]) -> User | None:
        row = self._database.row(f"SELECT {COLUMNS} FROM users WHERE {condition}", values)
        return _user(row) if row else None


def sign_in_name(text: str) -> str:
    """A name as it is kept: one form for the same letters, lower case.

    Raises:
        CallError: It has characters that a name may not have, or too many.
    """
    name = unicodedata.normalize("NFKC", text).strip().casefold()
    if not NAME.fullmatch(name):
        raise CallError(
            "That is not a user's name.",
            "Take 2 to 64 letters, digits, dots, dashes, or an e-mail address.",
        )
    return name


def _user(row: Row) -> User:
    return User(**{**row, "role": UserRole(row["role"])})
