"""Accounts: made by a lead, opened by a password or by a link that works once."""

import logging
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from annotator.errors import NotFoundError, RefusedError
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import SignInLink, User
from annotator.work import tokens
from annotator.work.accounts import memberships, passwords, sessions, throttle
from annotator.work.accounts.passwords import PasswordHash

log = logging.getLogger("annotator.security")

EMAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,190}")
USERNAME = re.compile(r"[\w.-]{1,64}")
LINK_HOURS = 72
# A used or expired link is kept that long, to say so to whoever opens it again.
LINKS_KEPT = timedelta(days=30)


class WrongPasswordError(RefusedError):
    """User name and password do not belong together; nothing says which of them is wrong."""

    def __init__(self) -> None:
        super().__init__("Wrong user name or password.")


class PasswordEndedError(RefusedError):
    """The password is right and opens nothing any more; said only to whoever knows it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "Your password is no longer valid: the lead of an earlier project may know it, and you"
            " have joined a project of another lead since. Ask the administrator for a link"
            f" (annotator user link {name}) or a new password (annotator user password {name})."
        )


class LinkError(RefusedError):
    """A sign-in link that does not work, or not any more."""


@dataclass(frozen=True)
class Proof:
    """Somebody has shown the password of this account."""

    user_id: int
    hashed: str
    rehashed: PasswordHash | None


def add_user(username: str) -> User:
    """Make an account without a password."""
    name = clean(username)
    if not is_username(name):
        raise RefusedError(
            f"{username[:64]!r} cannot be a user name: use 1 to 64 letters of one alphabet, digits,"
            " dots, underscores and hyphens."
        )
    user = User(username=name)
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError as error:
        raise RefusedError(
            f'There is already an account "{name}"; annotator user password {name} sets a new'
            " password."
        ) from error
    return user


def clean(username: str) -> str:
    """Return a user name as it is stored."""
    return unicodedata.normalize("NFKC", username).strip().lower()


def is_username(name: str) -> bool:
    """Say whether a name, as it would be stored, can be one.

    Letters of two alphabets in one name look like another name ("аnn" with a Cyrillic "а").
    """
    alphabets = {unicodedata.name(sign, "").split(" ")[0] for sign in name if sign.isalpha()}
    return USERNAME.fullmatch(name) is not None and len(alphabets) <= 1


def find_user(username: str) -> User | None:
    """Return the account of this name, if there is one."""
    name = clean(username)
    if not is_username(name):
        return None
    return db.session.scalar(select(User).where(User.username == name))


def get_user(username: str) -> User:
    """Return the account of this name, or refuse."""
    user = find_user(username)
    if user is None:
        raise NotFoundError(f"There is no account {username[:64]!r}.")
    return user


def all_users() -> list[User]:
    """Return every account, by name."""
    return list(db.session.scalars(select(User).order_by(User.username)))


def clean_email(address: str) -> str:
    """Return an e-mail address as it is stored, or refuse what is none."""
    plain = unicodedata.normalize("NFKC", address).strip().lower()
    if not EMAIL.fullmatch(plain) or any(unicodedata.category(sign)[0] == "C" for sign in plain):
        raise RefusedError(
            f"{address[:64]!r} is not an e-mail address; write it like name@example.org."
        )
    return plain


def set_email(user: User, address: str | None, *, own: bool) -> None:
    """Set the address by which single sign-on finds the account; None takes it away.

    It is the person's `own` if the operator sets it. With another address the account no longer
    belongs to whoever has come by the one before.

    Raises:
        RefusedError: it is no address, or that of another account, or the person was removed.

    """
    if address and user.removed_at is not None:
        raise RefusedError("This person was removed; the account can have no address.")
    plain = clean_email(address) if address else None
    other = plain and db.session.scalar(select(User).where(User.email == plain))
    if other and other.id != user.id:
        raise RefusedError(f'{plain} is the address of the account "{other.username}".')
    if plain != user.email:
        user.sso_issuer = user.sso_subject = None
    user.email, user.email_own = plain, own and plain is not None
    db.session.flush()


def give_email(user: User, address: str, by: User) -> None:
    """Set the address of somebody whom a lead invites; the same address again changes nothing.

    Raises:
        RefusedError: the account has another, and is not in the hands of this lead.

    """
    if user.email == clean_email(address):
        return
    if user.memberships and not memberships.is_in_hands_of(user, by):
        raise RefusedError(
            f'The account "{user.username}" is also in projects of other leads; only the'
            f" administrator can set its address: annotator user email {user.username} ADDRESS"
        )
    set_email(user, address, own=False)


def set_password(user: User, hashed: PasswordHash, *, own: bool = True) -> None:
    """Store a new password; it was hashed before, outside of the transaction.

    It is the person's `own` unless a lead may have set it, by a link that the lead made.
    """
    user.password_hash = hashed
    user.password_own = own
    user.password_ended = False
    throttle.clear(user.username)


def replace_password(user: User, hashed: PasswordHash) -> None:
    """Set the password of somebody who has lost it: sessions and links from before end."""
    if user.disabled_at is not None:
        raise RefusedError(
            f'The account "{user.username}" is disabled: annotator user enable {user.username}'
        )
    set_password(user, hashed)
    sessions.end_all_sessions(user)
    sessions.expire_links(user)
    db.session.flush()


def disable(user: User) -> None:
    """Close an account: its sessions, links and tokens end now; its labels stay."""
    user.disabled_at = user.disabled_at or now()
    sessions.end_all_sessions(user)
    sessions.expire_links(user)
    tokens.end_all(user.id, why="The account was disabled.")
    db.session.flush()


def enable(user: User) -> None:
    """Open a disabled account again; the person signs in by password or by a new link.

    Raises:
        RefusedError: the person was removed.

    """
    if user.removed_at is not None:
        raise RefusedError("This person was removed; the account cannot be enabled again.")
    user.disabled_at = None
    db.session.flush()


def count_try(username: str, address: str) -> None:
    """Count a try to sign in before it is made, and refuse it if there were too many.

    To be committed by itself: the count must stay when the password turns out to be wrong.
    """
    user, name = find_user(username), clean(username)
    counted_as = disguised(name) if is_username(name) else ""
    try:
        throttle.count_try(user.username if user else counted_as, address)
    except throttle.TooManyTriesError:
        log.warning("too many tries for %s from %s", named(user), address)
        raise


def disguised(name: str) -> str:
    """Return what is stored of a name that is nobody's, and may be a password in the wrong field.

    It is enough to count tries by and too little to find out what was typed.
    """
    return f"~{sha256(name.encode()).hexdigest()[:6]}"


def named(user: User | None) -> str:
    """Return an account for the log by its number; what is no name may be a password."""
    return f"user {user.id}" if user else "an unknown name"


def check_password(username: str, password: str, address: str) -> Proof:
    """Check a password, slowly and in the same time for every account; writes nothing."""
    user = find_user(username)
    known = user if user is not None and user.disabled_at is None else None
    hashed = known.password_hash if known else None
    if known is None or hashed is None or not passwords.fits(password, hashed):
        if hashed is None:
            passwords.fits(password, None)
        log.warning("sign-in of %s from %s refused", named(user), address)
        raise WrongPasswordError
    return Proof(known.id, hashed, passwords.rehashed(password, hashed))


def sign_in(proof: Proof, address: str, agent: str = "") -> tuple[User, str]:
    """Start a session for whoever has shown the password; return the account and the token."""
    user = db.session.get(User, proof.user_id)
    if user is None or user.disabled_at is not None or user.password_hash != proof.hashed:
        raise WrongPasswordError
    if user.password_ended:
        log.warning("sign-in of %s from %s refused: the password has ended", named(user), address)
        raise PasswordEndedError(user.username)
    if proof.rehashed is not None:
        user.password_hash = proof.rehashed
    throttle.clear(user.username)
    token = sessions.start_session(user, address, agent, own=user.password_own)
    log.info("%s signed in by password from %s", named(user), address)
    return user, token


def make_link(user: User, hours: float = LINK_HOURS, by: User | None = None) -> str:
    """Return the token of a new link for this person; links made before end with it.

    A link that a lead makes is good as long as the account is in the hands of that lead; without
    `by` it is the operator's.
    """
    if user.disabled_at is not None:
        raise RefusedError(f'The account "{user.username}" is disabled.')
    db.session.execute(delete(SignInLink).where(SignInLink.expires_at < now() - LINKS_KEPT))
    sessions.expire_links(user)
    token = sessions.new_token()
    db.session.add(
        SignInLink(
            token_hash=sessions.hash_of(token),
            user_id=user.id,
            made_by_id=by.id if by else None,
            expires_at=now() + timedelta(hours=hours),
        )
    )
    db.session.flush()
    return token


def user_of_link(token: str) -> User:
    """Return whom this link would sign in, or refuse; the link is not used up by asking."""
    return good_link(token).user


def good_link(token: str) -> SignInLink:
    """Return the link of this token, or refuse."""
    link = db.session.scalar(
        select(SignInLink).where(SignInLink.token_hash == sessions.hash_of(token))
    )
    if link is None or link.user.disabled_at is not None:
        raise LinkError("Unknown link. Ask for a new one.")
    if link.used_at is not None:
        raise LinkError("This link was already used. Ask for a new one.")
    if link.expires_at <= now():
        raise LinkError("This link has expired. Ask for a new one.")
    refuse_unless_in_hands(link.user, link.made_by)
    return link


def refuse_unless_in_hands(user: User, maker: User | None) -> None:
    """Refuse a link whose maker may not open the account any more, who may have kept it."""
    if maker is None:
        return
    if maker.disabled_at is not None or not memberships.is_in_hands_of(user, maker):
        raise LinkError(
            "This link is no longer valid: the lead who created it no longer manages this account."
            " Ask for a new one."
        )


def use_link(token: str, address: str, agent: str = "") -> tuple[User, str]:
    """Use up a link and start a session; return the account and the session's token."""
    link = good_link(token)
    user, own = link.user, link.made_by_id is None
    if not mark_used(token, now()):
        raise LinkError("This link was already used. Ask for a new one.")
    throttle.clear(user.username)
    session_token = sessions.start_session(user, address, agent, by_link=True, own=own)
    log.info("%s signed in by link from %s", named(user), address)
    return user, session_token


def mark_used(token: str, at: datetime) -> bool:
    """Mark a link as used; of two who do so at once, one is told no."""
    marked = db.session.execute(
        update(SignInLink)
        .where(SignInLink.token_hash == sessions.hash_of(token), SignInLink.used_at.is_(None))
        .values(used_at=at)
        .returning(SignInLink.id)
    )
    return marked.first() is not None
