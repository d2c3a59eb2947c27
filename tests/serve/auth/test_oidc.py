"""Signing in at an identity provider: who gets in, and everything that must not."""

from __future__ import annotations

import base64
import hmac
import json
from typing import TYPE_CHECKING, Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from zhenzan.errors import CallError, InputError
from zhenzan.serve.auth.oidc import REQUEST_US, OidcProvider
from zhenzan.serve.auth.oidc_settings import OidcSettings, read_oidc_settings
from zhenzan.serve.auth.roles import UserRole

from .provider import CLIENT, ISSUER, FakeProvider

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.serve.auth.database import AuthDatabase

    from .conftest import Clock

UNSIGNED = '{"alg":"none"}'
SETTINGS = OidcSettings(
    issuer=ISSUER,
    client_id=CLIENT[0],
    client_secret=CLIENT[1],
    redirect_uri="https://zhenzan.example/sign-in/back",
    roles={"integrity-leads": UserRole.SENIOR, "integrity-review": UserRole.REVIEWER},
)


def _base64(plain: str | bytes) -> str:
    raw = plain.encode() if isinstance(plain, str) else plain
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.fixture
def fake() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
def provider(fake: FakeProvider, database: AuthDatabase, clock: Clock) -> OidcProvider:
    return OidcProvider(SETTINGS, database, fake.transport, clock)


def test_a_person_signs_in(fake: FakeProvider, provider: OidcProvider) -> None:
    address, state = provider.start("/cases/7")
    vouched = provider.finish(fake.sign_in(address), state)
    assert (vouched.issuer, vouched.subject, vouched.name) == (ISSUER, "42", "lin")
    assert vouched.role is UserRole.REVIEWER
    assert vouched.back_to == "/cases/7"


def test_the_first_role_of_the_file_counts(fake: FakeProvider, provider: OidcProvider) -> None:
    fake.claims = {"groups": ["integrity-review", "integrity-leads"]}
    address, state = provider.start("/")
    assert provider.finish(fake.sign_in(address), state).role is UserRole.SENIOR


@pytest.mark.parametrize("groups", [[], "staff", ["admin"], None, {"integrity-leads": True}])
def test_without_a_role_nobody_gets_in(
    fake: FakeProvider, provider: OidcProvider, groups: object
) -> None:
    if isinstance(groups, dict):
        groups = [str(groups)]
    fake.claims = {"groups": groups}
    address, state = provider.start("/")
    with pytest.raises(CallError, match="no role"):
        provider.finish(fake.sign_in(address), state)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["zhenzan", "another"]},
        {"azp": "another"},
        {"exp": 1},
        {"iat": 1_900_000_000},
        {"nonce": "another"},
        {"at_hash": "wrong"},
    ],
    ids=str,
)
def test_claims_that_are_wrong(
    fake: FakeProvider, provider: OidcProvider, claims: dict[str, Any]
) -> None:
    fake.claims = claims
    address, state = provider.start("/")
    with pytest.raises(CallError, match="cannot be relied on"):
        provider.finish(fake.sign_in(address), state)


def test_a_state_is_good_once_in_one_browser(fake: FakeProvider, provider: OidcProvider) -> None:
    address, state = provider.start("/")
    other_address, other = provider.start("/")
    with pytest.raises(CallError, match="not begun here"):
        provider.finish(fake.sign_in(address), other)
    with pytest.raises(CallError, match="not begun here"):
        provider.finish(fake.sign_in(address), state)
    provider.finish(fake.sign_in(other_address), other)
    with pytest.raises(CallError, match="not begun here"):
        provider.finish(fake.sign_in(other_address), other)
    with pytest.raises(CallError, match="not begun here"):
        provider.finish({"code": "code0"}, None)


def test_a_state_ends(fake: FakeProvider, provider: OidcProvider, clock: Clock) -> None:
    address, state = provider.start("/")
    clock.now += REQUEST_US
    with pytest.raises(CallError, match="too long"):
        provider.finish(fake.sign_in(address), state)


def test_an_answer_of_another_provider(fake: FakeProvider, provider: OidcProvider) -> None:
    address, state = provider.start("/")
    with pytest.raises(CallError, match="refused"):
        provider.finish(fake.sign_in(address) | {"iss": "https://evil.example"}, state)


def test_a_stolen_code_is_worthless(fake: FakeProvider, provider: OidcProvider) -> None:
    """PKCE: the code is bound to the request that it answers."""
    victim, _ = provider.start("/")
    stolen = fake.sign_in(victim)["code"]
    mine, state = provider.start("/")
    with pytest.raises(InputError, match="identity provider"):
        provider.finish(fake.sign_in(mine) | {"code": stolen}, state)


def test_new_keys_of_the_provider_are_fetched(fake: FakeProvider, provider: OidcProvider) -> None:
    address, state = provider.start("/")
    provider.finish(fake.sign_in(address), state)
    fake.key = ECKey.generate_key("P-256", parameters={"kid": "second"})
    fake.header = {"alg": "ES256", "kid": "second"}
    address, state = provider.start("/")
    provider.finish(fake.sign_in(address), state)
    assert fake.asked.count("/keys") == 2


def test_a_token_signed_with_what_everybody_knows(
    fake: FakeProvider, provider: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forged(header: dict[str, str], claims: dict[str, Any], key: ECKey) -> str:
        public = key.as_pem(private=False)
        signed = ".".join(map(_base64, ('{"alg":"HS256","kid":"first"}', json.dumps(claims))))
        return f"{signed}.{_base64(hmac.digest(public, signed.encode(), 'sha256'))}"

    monkeypatch.setattr(jwt, "encode", forged)
    address, state = provider.start("/")
    with pytest.raises(CallError, match="cannot be relied on"):
        provider.finish(fake.sign_in(address), state)


def test_a_token_that_nobody_signed(
    fake: FakeProvider, provider: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsigned(header: dict[str, str], claims: dict[str, Any], key: ECKey) -> str:
        return f"{_base64(UNSIGNED)}.{_base64(json.dumps(claims))}."

    monkeypatch.setattr(jwt, "encode", unsigned)
    address, state = provider.start("/")
    with pytest.raises(CallError, match="cannot be relied on"):
        provider.finish(fake.sign_in(address), state)


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://id.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
    ],
)
def test_a_provider_that_describes_itself_wrongly(
    fake: FakeProvider, provider: OidcProvider, change: dict[str, str]
) -> None:
    fake.described |= change
    with pytest.raises(InputError, match="somebody else"):
        provider.start("/")


def test_the_file_of_settings(tmp_path: Path) -> None:
    path = tmp_path / "oidc.toml"
    assert read_oidc_settings(path) is None
    text = """
        issuer = "https://id.example"
        client_id = "zhenzan"
        client_secret = "client secret"
        redirect_uri = "https://zhenzan.example/sign-in/back"
        [roles]
        integrity-leads = "senior"
        integrity-review = "reviewer"
    """
    path.write_text(text)
    assert read_oidc_settings(path) == SETTINGS
    for wrong in (
        text.replace("https://id", "http://id"),
        text.replace('"senior"', '"root"'),
        text.replace("client_id", "client"),
        "not [toml",
    ):
        path.write_text(wrong)
        with pytest.raises(InputError):
            read_oidc_settings(path)
