"""Asks a provider of single sign-on who somebody is: OpenID Connect, authorization code with PKCE.

This is the one module that fetches anything, and only from the provider that the operator has set
and from the addresses that it names. Standards: OpenID Connect Core 1.0 and Discovery 1.0, RFC 7636
(PKCE), RFC 9207 (the issuer in the answer).
"""

import hmac
import logging
import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException, Response

from annotator.config import SsoProvider, is_safe_address
from annotator.store.clock import now
from annotator.work.identity.single_sign_on import Begun, Identity, ProviderAwayError, SsoError

log = logging.getLogger("annotator.security")

WELL_KNOWN = "/.well-known/openid-configuration"
SCOPE = "openid email profile"
TIMEOUT = 5  # seconds to connect, and to wait for an answer
LEEWAY = 60  # seconds by which clocks may differ
LONGEST_SUBJECT = 255
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def begin(provider: SsoProvider, back: str) -> tuple[str, Begun]:
    """Return the address at the provider to send a browser to, and what it has to keep.

    `back` is the address that the provider sends it back to.

    Raises:
        ProviderAwayError: the provider does not say where that is.

    """
    begun = Begun(*(secrets.token_urlsafe(32) for _ in range(3)))
    with client(provider, back) as asking:
        address, _ = asking.create_authorization_url(
            facts(provider)["authorization_endpoint"],
            state=begun.state,
            nonce=begun.nonce,
            code_verifier=begun.verifier,
        )
    return str(address), begun


def finish(
    provider: SsoProvider, back: str, begun: Begun | None, answer: Mapping[str, str]
) -> Identity:
    """Return who the person is that the provider has sent back with this answer.

    Raises:
        SsoError: another browser has begun the sign-in, the provider refused, or what it says
            does not hold.
        ProviderAwayError: it does not answer.

    """
    given = answer.get("state", "")
    if begun is None or not hmac.compare_digest(given.encode(), begun.state.encode()):
        raise SsoError("This sign-in was begun in another browser, or too long ago. Begin again.")
    if refusal := answer.get("error"):
        log.warning("single sign-on refused by the provider: %s", refusal[:100])
        raise SsoError(f"{provider.name} did not sign you in. Begin again.")
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise not_valid(provider, "another issuer in the answer")
    known = facts(provider)
    with client(provider, back, known) as asking:
        try:
            tokens = asking.fetch_token(
                known["token_endpoint"],
                code=answer.get("code", ""),
                code_verifier=begun.verifier,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
            claims = checked(provider, known, str(tokens.get("id_token", "")), begun.nonce)
            more = userinfo(asking, known, claims) if "email" not in claims else claims
        except RequestException as error:
            raise away(provider, error) from error
        except (AuthlibBaseError, JoseError, ValueError) as error:
            raise not_valid(provider, f"{type(error).__name__}: {error}") from error
    return Identity(
        issuer=provider.issuer,
        subject=claims["sub"],
        email=more["email"] if isinstance(more.get("email"), str) else "",
        email_verified=is_verified(more),
    )


def is_verified(claims: Mapping[str, Any]) -> bool | None:
    """Say whether the provider has verified the address; None where it does not say so.

    Some write "true" as a text: Amazon Cognito, and Microsoft Entra by a claims mapping.
    """
    found = claims.get("email_verified")
    return None if found is None else found is True or found == "true"


def client(
    provider: SsoProvider, back: str, known: Mapping[str, Any] | None = None
) -> OAuth2Session:
    """Return a client of the provider; it knows how this one wants the secret."""
    offered = (known or {}).get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    basic = "client_secret_basic" in offered
    return OAuth2Session(
        provider.client_id,
        provider.client_secret,
        token_endpoint_auth_method="client_secret_basic" if basic else "client_secret_post",
        scope=SCOPE,
        redirect_uri=back,
        code_challenge_method="S256",
    )


def facts(provider: SsoProvider) -> Mapping[str, Any]:
    """Return what the provider says of itself; it is asked once an hour, and after a failure."""
    return facts_of(provider, int(now().timestamp()) // 3600)


@lru_cache(maxsize=1)
def facts_of(provider: SsoProvider, _hour: int) -> Mapping[str, Any]:
    """Ask the provider what it says of itself, and check that it is the one that was set."""
    with OAuth2Session() as asking:
        try:
            found = fetched(asking, f"{provider.issuer.rstrip('/')}{WELL_KNOWN}")
        except (RequestException, ValueError) as error:
            raise away(provider, error) from error
    if found.get("issuer") != provider.issuer:
        raise away(provider, f"its issuer is {str(found.get('issuer'))[:200]!r}")
    for name in ENDPOINTS:
        if not is_safe_address(str(found.get(name, "")).partition("?")[0]):
            raise away(provider, f"its {name} is no address with https://")
    return found


def fetched(asking: OAuth2Session, address: str, **given: Any) -> dict[str, Any]:
    """Return the JSON object at an address.

    Raises:
        RequestException: there is no answer, or a refusal.
        ValueError: it is no JSON object.

    """
    given = {"withhold_token": True, **given}
    reply: Response = asking.get(address, timeout=TIMEOUT, allow_redirects=False, **given)
    reply.raise_for_status()
    found = reply.json()
    if reply.status_code != 200 or not isinstance(found, dict):
        raise ValueError(f"no object at {address}")
    return found


def checked(
    provider: SsoProvider, known: Mapping[str, Any], token: str, nonce: str
) -> dict[str, Any]:
    """Return the claims of an ID token: signed by this provider, for us, for now, for this sign-in.

    Raises:
        JoseError: it is not; a ValueError says the same.

    """
    with OAuth2Session() as asking:
        keys = KeySet.import_key_set(fetched(asking, known["jwks_uri"]))  # type: ignore[arg-type]
    found = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
    jwt.JWTClaimsRegistry(
        now=int(now().timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    ).validate(found.claims)
    claims: dict[str, Any] = found.claims
    audience = claims["aud"]
    is_shared = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", None if is_shared else provider.client_id) != provider.client_id:
        raise ValueError("the token was issued to another party")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise ValueError("the token names nobody")
    return claims


def userinfo(
    asking: OAuth2Session, known: Mapping[str, Any], claims: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return what the provider says of the person beside the token, if it says anything."""
    address = str(known.get("userinfo_endpoint", ""))
    if not is_safe_address(address):
        return {}
    found = fetched(asking, address, withhold_token=False)
    return found if found.get("sub") == claims["sub"] else {}


def away(provider: SsoProvider, why: object) -> ProviderAwayError:
    """Return the refusal where the provider cannot be asked; the log says why."""
    log.error("single sign-on: %s cannot be asked: %s", provider.issuer, why)
    return ProviderAwayError(
        f"{provider.name} cannot be reached. Try again in a moment, or sign in with a password."
    )


def not_valid(provider: SsoProvider, why: str) -> SsoError:
    """Return the refusal where what the provider says does not hold; the log says why."""
    log.warning("single sign-on: the answer of %s does not hold: %s", provider.issuer, why)
    return SsoError(
        f"The answer of {provider.name} is not valid. Begin again; if it happens again, tell the"
        " administrator."
    )
