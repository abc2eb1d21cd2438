"""Signed-in browsers: a random token each, of which only the hash is stored."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, delete, or_, select, update

from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import SignIn, SignInLink, User
from annotator.store.models.people import wants_single_keys
from annotator.store.rows.prepared import made, prepared

TOKEN_BYTES = 32
IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
RENEW_AFTER = timedelta(minutes=5)
# So long a session that a one-time link began may set a password without the old one.
LINK_LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class Lasting:
    """How long a session lasts if nothing more is heard of its browser."""

    seconds: int
    final: bool  # nothing makes it longer


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """Return what is stored of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def start_session(user: User, address: str, *, by_link: bool = False, own: bool = True) -> str:
    """Sign a browser in and return its token; sessions that have run out are deleted.

    It is the person's `own` if no lead can have had what began it.
    """
    at = now()
    run_out = or_(SignIn.created_at < at - ABSOLUTE, SignIn.seen_at < at - IDLE)
    db.session.execute(delete(SignIn).where(run_out))
    note_seen(user.id, at)
    token = new_token()
    db.session.add(
        SignIn(
            token_hash=hash_of(token),
            user_id=user.id,
            address=address,
            created_at=at,
            seen_at=at,
            by_link=by_link,
            own=own,
        )
    )
    db.session.flush()
    return token


class Found(NamedTuple):
    """A session that is still good, with what every page says of its person."""

    user_id: int
    username: str
    theme: str
    preferences: Mapping[str, Any]
    created_at: datetime
    seen_at: datetime
    by_link: bool
    own: bool

    @property
    def single_keys(self) -> bool:
        """Say whether single keys press the controls of the label page."""
        return wants_single_keys(self.preferences)


def sign_in_of(token: str) -> Found | None:
    """Return the session of this token with its user, if it is still good."""
    at = now()
    oldest, idlest = at - ABSOLUTE, at - IDLE
    given = {"hash": hash_of(token), "oldest": oldest, "idlest": idlest}
    row = sign_in.first(given)
    return made(Found, *row) if row else None


@prepared
def sign_in() -> Select[*tuple[Any, ...]]:
    """Return the query of `sign_in_of`, with the fields of a `Found`: every request asks it."""
    return (
        select(
            User.id,
            User.username,
            User.theme,
            User.preferences,
            SignIn.created_at,
            SignIn.seen_at,
            SignIn.by_link,
            SignIn.own,
        )
        .join(SignIn.user)
        .where(
            SignIn.token_hash == bindparam("hash"),
            SignIn.created_at >= bindparam("oldest"),
            SignIn.seen_at >= bindparam("idlest"),
            User.disabled_at.is_(None),
        )
    )


def needs_no_password(token: str | None) -> bool:
    """Say whether this session has just begun by a one-time link, which stands for the password."""
    found = sign_in_of(token) if token else None
    return found is not None and found.by_link and now() - found.created_at < LINK_LASTS


def is_own(token: str | None) -> bool:
    """Say whether no lead can have had what began this session."""
    found = sign_in_of(token) if token else None
    return found is not None and found.own


def is_due(found: Found) -> bool:
    """Say whether it is time to note that this browser is still there."""
    return now() - found.seen_at > RENEW_AFTER


def renew(token: str) -> datetime:
    """Note that this browser is still there; return since when."""
    at = now()
    here = SignIn.token_hash == hash_of(token)
    whose = db.session.scalar(
        update(SignIn).where(here).values(seen_at=at).returning(SignIn.user_id)
    )
    if whose is not None:
        note_seen(whose, at)
    return at


def note_seen(user_id: int, at: datetime) -> None:
    """Remember when a person was last here: sessions are deleted when they end."""
    db.session.execute(update(User).where(User.id == user_id).values(seen_at=at))


def lasting(created_at: datetime, seen_at: datetime) -> Lasting:
    """Return how long a session of this age lasts that was heard of then."""
    last, idle = created_at + ABSOLUTE, seen_at + IDLE
    left = (min(last, idle) - now()).total_seconds()
    return Lasting(max(int(left), 0), final=last <= idle)


def end_session(token: str) -> None:
    """Sign one browser out."""
    db.session.execute(delete(SignIn).where(SignIn.token_hash == hash_of(token)))


def end_all_sessions(user: User, keep: str | None = None) -> None:
    """Sign every browser of a person out, but the one with the token to keep."""
    theirs = delete(SignIn).where(SignIn.user_id == user.id)
    if keep is not None:
        theirs = theirs.where(SignIn.token_hash != hash_of(keep))
    db.session.execute(theirs)


def end_others_sessions(user: User, keep: str | None = None) -> None:
    """Sign out every browser that a lead may have signed in as this person, but the one to keep.

    Who joins a project by that one is the person from now on.
    """
    theirs = SignIn.user_id == user.id
    if keep is not None:
        kept = SignIn.token_hash == hash_of(keep)
        db.session.execute(update(SignIn).where(theirs, kept).values(own=True))
    db.session.execute(delete(SignIn).where(theirs, SignIn.own.is_(False)))


def expire_links(user: User) -> None:
    """End the links of a person that were not used yet."""
    db.session.execute(
        update(SignInLink)
        .where(SignInLink.user_id == user.id, SignInLink.used_at.is_(None))
        .where(SignInLink.expires_at > now())
        .values(expires_at=now())
    )
