"""Personal tokens: made, shown once, looked up by their hash, counted, ended.

A token never has more than its person: it is bound to one project, every request looks up the
person's roles anew, and its scopes narrow them. It ends for good when the account is disabled or a
role in the project is taken away. While a second factor is asked of its person that they have not
set up it opens nothing, as their sessions do not.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, exists, func, select, update
from sqlalchemy.orm import joinedload

from annotator.errors import NotFoundError, RefusedError
from annotator.phrases import counted
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import Membership, Project, Role, SecondFactor, Token, User
from annotator.store.needing import asked_of_all, needs_factor_here
from annotator.store.rows.prepared import prepared

PREFIX = "ant_"
TOKEN_BYTES = 32
READ, IMPORT, LABELS, RELEASE = SCOPES = ("read", "import", "labels", "release")
SAYS = {
    READ: "read what your roles let you read",
    IMPORT: "import articles and assign them",
    LABELS: "import labels",
    RELEASE: "start releases",
}
# What more than reading asks for a role of its own.
NEEDS = {IMPORT: Role.LEAD, LABELS: Role.LEAD, RELEASE: Role.LEAD}
USUAL_DAYS, MOST_DAYS = 90, 365
LONGEST_NAME = 60
# As many of one person's as anybody can look after.
MOST_TOKENS = 20
NOTED_AFTER = timedelta(minutes=1)


class ScopeError(RefusedError):
    """A scope does not fit; anything else of a token may."""


@dataclass(frozen=True)
class Found:
    """A token that is good now, and who stands behind it.

    `left` is how many seconds the minute in which its requests are counted still lasts, `counted`
    how many they have been.
    """

    id: int
    name: str
    user_id: int
    username: str
    project_id: int
    slug: str
    scopes: frozenset[str]
    lacks_factor: bool  # the project, or the operator, asks a second factor of the person's roles
    used_at: datetime | None
    counted: int
    left: int

    @property
    def is_due(self) -> bool:
        """Say whether it is time to note that it is used."""
        return self.used_at is None or now() - self.used_at > NOTED_AFTER


def make(
    membership: Membership, name: str, scopes: Collection[str], days: int = USUAL_DAYS
) -> tuple[Token, str]:
    """Make a token of a member; return it with its secret, which is stored nowhere.

    Raises:
        RefusedError: the name, a scope or the days do not fit, or the roles do not allow it.

    """
    name = checked_name(membership, name)
    if not scopes:
        raise ScopeError(f"Choose at least one scope: {', '.join(SCOPES)}.")
    for scope in scopes:
        refuse_scope(membership, scope)
    if not 1 <= days <= MOST_DAYS:
        raise RefusedError(f"A token lasts 1 to {MOST_DAYS} days.")
    secret = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    made = Token(
        token_hash=hash_of(secret),
        name=name,
        user_id=membership.user_id,
        project_id=membership.project_id,
        scopes=" ".join(scope for scope in SCOPES if scope in scopes),
        expires_at=now() + timedelta(days=days),
    )
    db.session.add(made)
    db.session.flush()
    return made, secret


def checked_name(membership: Membership, name: str) -> str:
    """Return the name of a new token, or refuse it."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise RefusedError(
            f"Enter a name of 1 to {LONGEST_NAME} characters that says what it is for."
        )
    good = [each for each in of_user(membership.user_id) if state_of(each) == "valid"]
    if any((each.name, each.project_id) == (name, membership.project_id) for each in good):
        raise RefusedError(f"You already have a token “{name}” in this project.")
    if len(good) >= MOST_TOKENS:
        raise RefusedError(
            f"You have {counted(len(good), 'token')} already. Revoke one that is not used."
        )
    return name


def refuse_scope(membership: Membership, scope: str) -> None:
    """Refuse a scope that there is not, or that the person's roles do not carry."""
    if scope not in SCOPES:
        raise ScopeError(f"“{scope[:40]}” is not a scope: {', '.join(SCOPES)}.")
    if membership.user.disabled_at is not None:
        raise RefusedError("The account is disabled.")
    if not membership.roles:
        raise RefusedError("You have no role in this project.")
    if scope in NEEDS and NEEDS[scope] not in membership.roles:
        raise ScopeError(f"The scope “{scope}” needs the role {NEEDS[scope].value}.")


def hash_of(secret: str) -> str:
    """Return what is stored of a token; it is random enough to need no salt."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def find(
    secret: str, needing: Collection[str] = (), trusted_issuer: str | None = None
) -> Found | None:
    """Return the token of this secret, if it is good now and its person still has a role.

    The index compares hashes, so that how long it takes says nothing of the secret. `needing` are
    the roles that need a second factor everywhere; whose sign-in comes from the trusted issuer has
    shown one there.
    """
    hashed = hash_of(secret)
    given = {"hash": hashed, "at": now(), "issuer": trusted_issuer}
    row = by_hash.first(given | asked_of_all(needing))
    if row is None or not compare_digest(str(row[0]), hashed):
        return None
    _, number, name, user_id, username, project_id, slug, scopes, lacks_factor, *use = row
    used_at, minute, in_minute = use
    this, left = minute_of(now())
    return Found(
        number,
        name,
        user_id,
        username,
        project_id,
        slug,
        frozenset(scopes.split()),
        bool(lacks_factor),
        used_at,
        in_minute if minute == this else 0,
        left,
    )


@prepared
def by_hash() -> Select[*tuple[Any, ...]]:
    """Return the query of `find`: every request by token asks it."""
    return (
        select(
            Token.token_hash,
            Token.id,
            Token.name,
            Token.user_id,
            User.username,
            Token.project_id,
            Project.slug,
            Token.scopes,
            and_(
                needs_factor_here(),
                ~exists().where(SecondFactor.user_id == User.id),
                func.coalesce(User.sso_issuer, "") != func.coalesce(bindparam("issuer"), "-"),
            ),
            Token.used_at,
            Token.minute,
            Token.in_minute,
        )
        .join(Token.user)
        .join(Token.project)
        .join(
            Membership,
            (Membership.user_id == Token.user_id) & (Membership.project_id == Token.project_id),
        )
        .where(
            Token.token_hash == bindparam("hash"),
            Token.expires_at > bindparam("at"),
            Token.ended_at.is_(None),
            User.disabled_at.is_(None),
            Membership.annotator | Membership.adjudicator | Membership.lead,
        )
    )


def minute_of(at: datetime) -> tuple[int, int]:
    """Return the minutes since 1970, and how many seconds this one still lasts, at least 1."""
    seconds = int(at.timestamp())
    return seconds // 60, 60 - seconds % 60


def note_use(number: int, requests: int) -> None:
    """Note that a token is used now, by so many requests more of this minute."""
    at = now()
    this, _ = minute_of(at)
    sum_of = case((Token.minute == this, Token.in_minute), else_=0) + requests
    db.session.execute(
        update(Token)
        .where(Token.id == number)
        .values(used_at=at, minute=this, in_minute=sum_of)
        .execution_options(synchronize_session=False)
    )


def of_user(user_id: int) -> Sequence[Token]:
    """Return the tokens of a person, the newest first."""
    return listed(Token.user_id == user_id)


def of_project(project_id: int) -> Sequence[Token]:
    """Return the tokens of a project, the newest first."""
    return listed(Token.project_id == project_id)


def listed(*which: Any) -> Sequence[Token]:
    """Return tokens with their people and projects, the newest first."""
    query = select(Token).where(*which).order_by(Token.id.desc())
    people = (joinedload(Token.user), joinedload(Token.project))
    return db.session.scalars(query.options(*people)).all()


def get(number: int, user_id: int | None = None) -> Token:
    """Return a token by its number; with a user only one of that person.

    Raises:
        NotFoundError: there is none.

    """
    found = db.session.get(Token, number)
    if found is None or user_id not in {None, found.user_id}:
        raise NotFoundError(f"There is no token {number}.")
    return found


def state_of(token: Token) -> str:
    """Return the state of a token in a word."""
    if token.ended_at is not None:
        return "ended"
    return "expired" if token.expires_at <= now() else "valid"


def end(token: Token, why: str = "Revoked.") -> bool:
    """End a token now; False when it has ended already."""
    if token.ended_at is not None:
        return False
    token.ended_at, token.ended_why = now(), why
    db.session.flush()
    return True


def end_all(user_id: int, project_id: int | None = None, *, why: str) -> None:
    """End all tokens of a person, or those of one project."""
    query = update(Token).where(Token.user_id == user_id, Token.ended_at.is_(None))
    if project_id is not None:
        query = query.where(Token.project_id == project_id)
    db.session.execute(query.values(ended_at=now(), ended_why=why))
