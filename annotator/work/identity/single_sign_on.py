"""Whose account somebody opens who comes by single sign-on: one that a lead has made for them."""

import logging
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from annotator.config import SsoProvider
from annotator.errors import RefusedError
from annotator.store.db import db
from annotator.store.models import User
from annotator.work.accounts import sessions

log = logging.getLogger("annotator.security")


class SsoError(RefusedError):
    """Signing in by the provider did not work; the message is for the person."""

    status = 422


class ProviderAwayError(SsoError):
    """The provider does not answer, or not as one."""

    status = 503


@dataclass(frozen=True)
class Begun:
    """What the browser keeps while its person is at the provider."""

    state: str
    nonce: str
    verifier: str

    def to_json(self) -> dict[str, str]:
        """Return it for the session of the browser."""
        return asdict(self)


@dataclass(frozen=True)
class Identity:
    """Who somebody is, by the word of the provider."""

    issuer: str
    subject: str
    email: str
    email_verified: bool | None  # None: the provider does not say


def sign_in(
    provider: SsoProvider, identity: Identity, address: str, agent: str = ""
) -> tuple[User, str]:
    """Begin a session for whom the provider names; return the account and the session's token.

    The first time the account is found by its verified e-mail address, from then on by the
    provider's subject. The second factor is asked for as ever, unless that of the provider counts.

    Raises:
        SsoError: nobody has invited this person, the address is not verified, or the account is
            disabled.

    """
    user = known(identity) or joined(provider, identity, address)
    if user.disabled_at is not None:
        log.warning("single sign-on of user %d from %s refused: disabled", user.id, address)
        raise SsoError("This account is disabled. Ask your project lead.")
    token = sessions.start_session(
        user, address, agent, own=user.email_own, factor_shown=provider.factor_is_enough
    )
    log.info("user %d signed in by single sign-on from %s", user.id, address)
    return user, token


def known(identity: Identity) -> User | None:
    """Return the account that this person has opened before."""
    return db.session.scalar(
        select(User).where(User.sso_issuer == identity.issuer, User.sso_subject == identity.subject)
    )


def joined(provider: SsoProvider, identity: Identity, address: str) -> User:
    """Return the account with the address of this person, which is theirs from now on."""
    email = identity.email.strip().lower()
    if not email:
        raise SsoError(
            f"{provider.name} has not told your e-mail address, by which your account is found. Ask"
            " the administrator."
        )
    if identity.email_verified is None:
        log.warning("single sign-on from %s refused: the provider says no email_verified", address)
        raise SsoError(
            f"{provider.name} does not say whether your e-mail address {email} is verified. Ask the"
            " administrator."
        )
    if not identity.email_verified:
        raise SsoError(
            f"{provider.name} has not verified your e-mail address {email}. Verify it there, then"
            " begin again."
        )
    user = db.session.scalar(select(User).where(User.email == email))
    if user is None:
        log.warning("single sign-on from %s refused: not invited", address)
        raise SsoError(
            f"No account here has the address {email}. Ask your project lead to invite you with"
            " this address."
        )
    # Where the operator has changed the provider, the new one says anew who the person is.
    if user.sso_issuer == identity.issuer:
        log.warning("single sign-on of user %d from %s refused: another one", user.id, address)
        raise SsoError(
            f"The account with the address {email} belongs to another person at {provider.name}."
            " Ask the administrator."
        )
    user.sso_issuer, user.sso_subject = identity.issuer, identity.subject
    try:
        db.session.flush()
    except IntegrityError as error:
        raise SsoError("You have signed in at the same moment elsewhere. Begin again.") from error
    return user
