"""Signing in at an identity provider: OpenID Connect, code flow with PKCE, state and nonce."""

from __future__ import annotations

import hmac
import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx
import msgspec
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from zhenzan.errors import CallError, InputError
from zhenzan.serve.auth.oidc_settings import is_safe_address
from zhenzan.serve.auth.sessions import digest
from zhenzan.serve.auth.users import now_us

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhenzan.serve.auth.database import AuthDatabase
    from zhenzan.serve.auth.oidc_settings import OidcSettings
    from zhenzan.serve.auth.roles import UserRole

STATE_COOKIE = "__Host-zhenzan-state"
REQUEST_US = 10 * 60_000_000
"""So long a person may take at the provider."""
LEEWAY_SECONDS = 60
"""So far the provider's clock may be off."""
TIMEOUT_SECONDS = 10
MOST_BYTES = 1_000_000
ALGORITHMS = ["RS256", "PS256", "ES256"]
"""Signatures only: a token signed with a shared secret, or not at all, is refused."""


class ProviderMetadata(msgspec.Struct, frozen=True):
    """What is read of a provider's own description."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


@dataclass(frozen=True)
class Vouched:
    """For whom the provider vouches, and with what role."""

    issuer: str
    subject: str
    name: str
    role: UserRole
    back_to: str


class OidcProvider:
    """One identity provider.

    Args:
        settings: Which one.
        database: Keeps the requests under way.
        transport: How to reach it; by default the network.
        clock: µs since 1970.
    """

    def __init__(
        self,
        settings: OidcSettings,
        database: AuthDatabase,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], int] = now_us,
    ) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._http = httpx.Client(
            transport=transport, timeout=TIMEOUT_SECONDS, follow_redirects=False
        )
        self._lock = threading.Lock()
        self._metadata: ProviderMetadata | None = None
        self._keys: KeySet | None = None

    def start(self, back_to: str) -> tuple[str, str]:
        """Begin a sign-in.

        Args:
            back_to: The page of this service to show afterwards.

        Returns:
            Where to send the browser, and the state to keep in its cookie.
        """
        metadata = self._described()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        now = self._clock()
        with self._database.writing() as write:
            write.execute("DELETE FROM provider_requests WHERE made_us <= ?", (now - REQUEST_US,))
            write.execute(
                "INSERT INTO provider_requests (digest, nonce, verifier, back_to, made_us) "
                "VALUES (?, ?, ?, ?, ?)",
                (digest(state), nonce, verifier, back_to, now),
            )
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._settings.redirect_uri,
            "scope": self._settings.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in metadata.authorization_endpoint else "?"
        return metadata.authorization_endpoint + joint + urlencode(asked), state

    def finish(self, answer: Mapping[str, str], cookie: str | None) -> Vouched:
        """End a sign-in with what the provider sent along.

        Args:
            answer: The parameters of the address the browser came back to.
            cookie: The state in the browser's cookie.

        Raises:
            CallError: It was not begun in this browser, took too long, was refused, or the
                provider gives the user no role here.
            InputError: The provider cannot be reached, or does not say what it must.
        """
        nonce, verifier, back_to = self._taken(answer.get("state", ""), cookie or "")
        # RFC 9207: the answer must be this provider's own, if it says whose it is.
        if "error" in answer or answer.get("iss", self._settings.issuer) != self._settings.issuer:
            raise CallError("The identity provider refused to sign you in.", "Try it again.")
        tokens = self._post(
            self._described().token_endpoint,
            {
                "grant_type": "authorization_code",
                "code": answer.get("code", ""),
                "redirect_uri": self._settings.redirect_uri,
                "code_verifier": verifier,
            },
        )
        claims = self._validated(str(tokens.get("id_token", "")), nonce, tokens)
        name = str(claims.get(self._settings.name_claim) or claims["sub"])
        return Vouched(self._settings.issuer, str(claims["sub"]), name, self._role(claims), back_to)

    def _taken(self, state: str, cookie: str) -> tuple[str, str, str]:
        """The request that a state belongs to; it is good for one answer."""
        with self._database.writing() as write:
            found = write.rows(
                "DELETE FROM provider_requests WHERE digest = ? AND made_us > ?"
                " RETURNING nonce, verifier, back_to",
                (digest(state), self._clock() - REQUEST_US),
            )
        if not found or not hmac.compare_digest(state.encode(), cookie.encode()):
            raise CallError("This sign-in was not begun here, or took too long.", "Begin again.")
        return found[0]["nonce"], found[0]["verifier"], found[0]["back_to"]

    def _validated(self, token: str, nonce: str, tokens: dict[str, Any]) -> CodeIDToken:
        try:
            try:
                decoded = jwt.decode(token, self._signers(), algorithms=ALGORITHMS)
            except (JoseError, ValueError):
                # The provider may have changed its keys since they were read.
                decoded = jwt.decode(token, self._signers(again=True), algorithms=ALGORITHMS)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": self._settings.issuer},
                    "aud": {"essential": True, "value": self._settings.client_id},
                    "nonce": {"essential": True, "value": nonce},
                },
                {
                    "client_id": self._settings.client_id,
                    "nonce": nonce,
                    "access_token": tokens.get("access_token"),
                },
            )
            claims.validate(now=self._clock() // 1_000_000, leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise CallError(
                "What the identity provider says about you cannot be relied on.",
                "Try it again; if that does not help, tell an administrator.",
            ) from error
        return claims

    def _role(self, claims: Mapping[str, Any]) -> UserRole:
        said = claims.get(self._settings.role_claim) or []
        words = {said} if isinstance(said, str) else set(map(str, said))
        for word, role in self._settings.roles.items():
            if word in words:
                return role
        raise CallError("You have no role in this service.", "Ask an administrator for one.")

    def _described(self) -> ProviderMetadata:
        with self._lock:
            if self._metadata is None:
                address = self._settings.issuer.rstrip("/") + "/.well-known/openid-configuration"
                found = self._converted(self._read(self._http.build_request("GET", address)))
                endpoints = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
                if found.issuer != self._settings.issuer or not all(
                    map(is_safe_address, endpoints)
                ):
                    raise InputError(
                        "The identity provider describes itself as somebody else.",
                        "Compare the issuer in oidc.toml with what the provider says.",
                    )
                self._metadata = found
            return self._metadata

    def _converted(self, found: dict[str, Any]) -> ProviderMetadata:
        try:
            return msgspec.convert(found, ProviderMetadata)
        except msgspec.ValidationError as error:
            raise _unusable() from error

    def _signers(self, *, again: bool = False) -> KeySet:
        if self._keys is None or again:
            found = self._read(self._http.build_request("GET", self._described().jwks_uri))
            self._keys = KeySet.import_key_set(found)  # type: ignore[arg-type]  # any JSON: it checks
        return self._keys

    def _post(self, address: str, form: dict[str, str]) -> dict[str, Any]:
        request = self._http.build_request("POST", address, data=form)
        proof = httpx.BasicAuth(self._settings.client_id, self._settings.client_secret)
        return self._read(request, proof)

    def _read(self, request: httpx.Request, proof: httpx.Auth | None = None) -> dict[str, Any]:
        """A JSON object from the provider, of bounded size."""
        body = bytearray()
        try:
            response = self._http.send(request, auth=proof, stream=True)
            try:
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > MOST_BYTES:
                        raise _unusable()
            finally:
                response.close()
            if response.status_code != httpx.codes.OK:
                raise _unusable()
            return msgspec.json.decode(bytes(body), type=dict[str, Any])
        except (httpx.HTTPError, msgspec.MsgspecError) as error:
            raise _unusable() from error


def _unusable() -> InputError:
    return InputError(
        "The identity provider cannot be reached, or does not answer as it should.",
        "Try again in a minute; if that does not help, tell an administrator.",
    )
