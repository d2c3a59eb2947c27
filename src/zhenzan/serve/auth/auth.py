"""Everything that decides who comes in, opened and closed with the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.serve.auth.api_keys import ApiKeys
from zhenzan.serve.auth.database import AuthDatabase
from zhenzan.serve.auth.oidc import OidcProvider
from zhenzan.serve.auth.oidc_settings import read_oidc_settings
from zhenzan.serve.auth.passwords import Passwords
from zhenzan.serve.auth.saved_searches import SavedSearches
from zhenzan.serve.auth.sessions import Sessions
from zhenzan.serve.auth.sign_in import SignIn
from zhenzan.serve.auth.users import Users

if TYPE_CHECKING:
    from starlette.requests import Request

    from zhenzan.serve.data_folder import DataFolder
    from zhenzan.serve.principals import Principal


class Auth:
    """Users, sessions, API keys and the identity provider of one data folder.

    Args:
        data: The data folder; it must be there.
        passwords: Makes and checks hashes.

    Attributes:
        keys: The API keys.
        users: The users.
        sessions: Who is signed in.
        searches: Searches that were saved.
        sign_in: Signs in with a name and a password.
        provider: The identity provider; None without one.

    Raises:
        InputError: The file of users or that of the identity provider cannot be used.
    """

    def __init__(self, data: DataFolder, passwords: Passwords | None = None) -> None:
        self._database = AuthDatabase(data.users)
        self.keys = ApiKeys(self._database)
        self.users = Users(self._database, passwords or Passwords())
        self.sessions = Sessions(self._database, self.users)
        self.searches = SavedSearches(self._database)
        self.sign_in = SignIn(self.users)
        settings = read_oidc_settings(data.identity_provider)
        self.provider = OidcProvider(settings, self._database) if settings else None

    async def authenticate(self, request: Request) -> Principal | None:
        """Who sends a request: the owner of its API key, or else of its session."""
        if "authorization" in request.headers:
            return await self.keys.authenticate(request)
        return await self.sessions.authenticate(request)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
