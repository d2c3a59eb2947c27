"""Everything that decides who comes in, opened and closed with the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan import ledger
from zhenzan.serve.auth.api_keys import ApiKeys
from zhenzan.serve.auth.database import AuthDatabase
from zhenzan.serve.auth.oidc import OidcProvider
from zhenzan.serve.auth.oidc_settings import read_oidc_settings
from zhenzan.serve.auth.passwords import Passwords
from zhenzan.serve.auth.saved_searches import SavedSearches
from zhenzan.serve.auth.second_factors import SecondFactors
from zhenzan.serve.auth.sessions import Sessions
from zhenzan.serve.auth.sign_in import SignIn
from zhenzan.serve.auth.users import Users
from zhenzan.signing import SigningKey

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.requests import Request

    from zhenzan.serve.auth.roles import UserRole
    from zhenzan.serve.data_folder import DataFolder
    from zhenzan.serve.principals import Principal


class Auth:
    """Users, sessions, API keys and the identity provider, of one data folder or shared by several.

    Args:
        data: The data folder; it must be there.
        passwords: Makes and checks hashes.
        ledger_url: The PostgreSQL that also holds the ledger; None: the data folder has a file.
        factor_roles: Whoever has one of these roles needs a second factor.

    Attributes:
        keys: The API keys.
        users: The users.
        sessions: Who is signed in.
        searches: Searches that were saved.
        factors: Second factors.
        sign_in: Signs in with a name and a password.
        provider: The identity provider; None without one.

    Raises:
        InputError: The file of users or that of the identity provider cannot be used.
    """

    def __init__(
        self,
        data: DataFolder,
        passwords: Passwords | None = None,
        *,
        ledger_url: str | None = None,
        factor_roles: Collection[UserRole] = (),
    ) -> None:
        self._database = AuthDatabase(ledger_url or data.users)
        keys = ledger.keys_folder(ledger_url or data.root)
        self.factors = SecondFactors(
            self._database,
            lambda: SigningKey(keys / ledger.KEY_FILE).derive("second factors"),
            factor_roles,
        )
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
        """Let go of the database."""
        self._database.close()
