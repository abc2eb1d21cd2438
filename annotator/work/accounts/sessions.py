"""Signed-in browsers: a random token each, of which only the hash is stored."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    select,
    update,
)

from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import (
    SecondFactor,
    SignIn,
    SignInLink,
    User,
)
from annotator.store.models.people import wants_single_keys
from annotator.store.needing import asked_of_all, needs_factor
from annotator.store.rows.prepared import made, prepared

TOKEN_BYTES = 32
IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
RENEW_AFTER = timedelta(minutes=5)
LONGEST_AGENT = 400
# What a session lacks that opens nothing yet.
CODE, SET_UP = "code", "set-up"
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


def start_session(
    user: User,
    address: str,
    agent: str = "",
    *,
    by_link: bool = False,
    own: bool = True,
    factor_shown: bool = False,
) -> str:
    """Begin a session of a browser and return its token; sessions that have run out are deleted.

    `agent` is what the browser calls itself. The session is the person's `own` if no lead can have
    had what began it. Whether it opens anything before a second factor is shown says `lacks`.
    """
    at = now()
    db.session.execute(delete(SignIn).where(~is_good(at)))
    note_seen(user.id, at)
    token = new_token()
    db.session.add(
        SignIn(
            token_hash=hash_of(token),
            user_id=user.id,
            address=address,
            agent=agent[:LONGEST_AGENT],
            created_at=at,
            seen_at=at,
            by_link=by_link,
            own=own,
            factor_shown=factor_shown,
        )
    )
    db.session.flush()
    return token


def is_good(at: datetime) -> ColumnElement[bool]:
    """Return the condition of sessions that have not run out."""
    return and_(SignIn.created_at >= at - ABSOLUTE, SignIn.seen_at >= at - IDLE)


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
    has_password: bool
    factor_shown: bool
    has_factor: bool
    needs_factor: bool  # a project or the operator asks it of the person's roles

    @property
    def lacks(self) -> str:
        """Return what is still to be shown before the session opens anything, if anything."""
        if self.factor_shown:
            return ""
        return CODE if self.has_factor else SET_UP if self.needs_factor else ""

    @property
    def single_keys(self) -> bool:
        """Say whether single keys press the controls of the label page."""
        return wants_single_keys(self.preferences)


def sign_in_of(token: str, *, alone: bool = False, needing: Collection[str] = ()) -> Found | None:
    """Return the session of this token with its user, if it is still good.

    With `alone` it is asked for outside of any transaction. `needing` are the roles that need a
    second factor in every project, or "all".
    """
    at = now()
    oldest, idlest = at - ABSOLUTE, at - IDLE
    given = {"hash": hash_of(token), "oldest": oldest, "idlest": idlest}
    given |= asked_of_all(needing)
    row = sign_in.first_alone(given) if alone else sign_in.first(given)
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
            User.password_hash.is_not(None),
            SignIn.factor_shown,
            exists().where(SecondFactor.user_id == User.id),
            needs_factor(),
        )
        .join(SignIn.user)
        .where(
            SignIn.token_hash == bindparam("hash"),
            SignIn.created_at >= bindparam("oldest"),
            SignIn.seen_at >= bindparam("idlest"),
            User.disabled_at.is_(None),
        )
    )


def show_factor(token: str) -> str:
    """Note that a second factor was shown in this session; return the token it has from now on."""
    new = new_token()
    here = SignIn.token_hash == hash_of(token)
    values = {"token_hash": hash_of(new), "factor_shown": True}
    db.session.execute(update(SignIn).where(here).values(values))
    return new


def is_fresh(token: str | None) -> bool:
    """Say whether this session has just begun, so that its person need not be asked again."""
    found = sign_in_of(token) if token else None
    return found is not None and now() - found.created_at < LINK_LASTS


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


def sessions_of(user: User) -> list[SignIn]:
    """Return the sessions of a person that are still good, the one used last first."""
    mine = select(SignIn).where(SignIn.user_id == user.id, is_good(now()))
    return list(db.session.scalars(mine.order_by(SignIn.seen_at.desc(), SignIn.id.desc())))


def end_one_session(user: User, number: int) -> bool:
    """Sign out the browser with this session of a person; say whether there was one."""
    theirs = delete(SignIn).where(SignIn.user_id == user.id, SignIn.id == number)
    return db.session.execute(theirs.returning(SignIn.id)).first() is not None


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
