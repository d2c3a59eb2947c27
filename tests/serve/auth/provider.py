"""A small identity provider: discovery, code flow with PKCE, keys that can change."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

ISSUER = "https://id.example"
CLIENT = ("zhenzan", "client secret")
NOW_S = 1_800_000_000


class FakeProvider:
    """Answers requests as a provider would; ``claims`` and ``header`` change what it says."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", parameters={"kid": "first"})
        self.codes: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Any] = {}
        self.header: dict[str, str] = {"alg": "ES256", "kid": "first"}
        self.described: dict[str, str] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }
        self.asked: list[str] = []

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    def sign_in(self, address: str) -> dict[str, str]:
        """What a person's browser brings back after signing in at ``address``."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": ISSUER}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if request.url.path == "/.well-known/openid-configuration":
            return httpx.Response(200, json=self.described)
        if request.url.path == "/keys":
            return httpx.Response(200, json=KeySet([self.key]).as_dict())
        return self._tokens(request)

    def _tokens(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        asked = self.codes.pop(form.get("code", ""), None)
        proof = base64.b64encode(":".join(CLIENT).encode()).decode()
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        ).rstrip(b"=")
        if (
            asked is None
            or request.headers["authorization"] != f"Basic {proof}"
            or asked["code_challenge"] != challenge.decode()
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return httpx.Response(400, json={"error": "invalid_grant"})
        claims = {
            "iss": ISSUER,
            "sub": "42",
            "aud": CLIENT[0],
            "iat": NOW_S,
            "exp": NOW_S + 300,
            "nonce": asked["nonce"],
            "preferred_username": "lin",
            "groups": ["staff", "integrity-review"],
        } | self.claims
        token = jwt.encode(dict(self.header), claims, self.key)
        return httpx.Response(200, json={"access_token": "a", "id_token": token})
