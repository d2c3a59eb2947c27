"""Searches that users gave a name; everybody who may search sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenzan.serve.auth.database import AuthDatabase
    from zhenzan.serve.auth.users import User


@dataclass(frozen=True)
class SavedSearch:
    """A search: its name, the query of its address, and who saved it."""

    name: str
    query: str
    made_by: str


class SavedSearches:
    """The saved searches in the database.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: AuthDatabase) -> None:
        self._database = database

    def save(self, name: str, query: str, user: User) -> None:
        """Keep a search; one of the same name is replaced."""
        with self._database.writing() as write:
            write.execute(
                "INSERT INTO saved_searches (name, query, made_by) VALUES (?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET query = excluded.query, "
                "made_by = excluded.made_by",
                (name, query, user.name),
            )

    def remove(self, name: str) -> None:
        """Delete a search."""
        with self._database.writing() as write:
            write.execute("DELETE FROM saved_searches WHERE name = ?", (name,))

    def all(self) -> list[SavedSearch]:
        """Every saved search, by name."""
        rows = self._database.rows("SELECT name, query, made_by FROM saved_searches ORDER BY name")
        return [SavedSearch(**row) for row in rows]
