"""Who asks by a personal token: the one way into the API, and a way to nothing else.

There is no session, no cookie and no form token in the API: a browser sends a token only where a
script tells it to, so no page of another site can act in somebody's name.
"""

import contextlib
import secrets
from typing import NoReturn

from flask import current_app, g, request
from flask_login import AnonymousUserMixin
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized

from annotator.store.db import db, write
from annotator.store.engine import DatabaseBusyError
from annotator.store.models import User
from annotator.work import tokens
from annotator.work.tokens import Found

ROOT = "/api/v1"
# What can be asked without a token.
OPEN = frozenset({"api.health"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Of so many reads one is written down, and counts for all of them: reading stays reading.
LOT = 8
NO_TOKEN = "Send a personal token in the header “Authorization: Bearer ant_…”."
NO_FACTOR = (
    "This project needs a second factor of its members now, and you have none. Sign in and set one"
    " up; then this token works again."
)
BAD_TOKEN = "This token is unknown, expired or revoked. Make a new one on your account page."


class Bearer:
    """A person who asks by a token; for flask-login and the log in the place of a session."""

    is_authenticated = True
    is_active = True
    is_anonymous = False
    theme = "system"
    single_keys = True
    has_password = False
    session_left = ""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.user_id = found.user_id
        self.username = found.username

    @property
    def token_name(self) -> str:
        """Return what the log says of the token."""
        return f"{self.found.name!r} ({self.found.id})"

    @property
    def user(self) -> User:
        """Return the account, as it is stored now."""
        return db.session.get_one(User, self.user_id)

    def get_id(self) -> str:
        """Return what flask-login asks for; it leads to no session."""
        return ""


def is_asked() -> bool:
    """Say whether this request is one to the API."""
    return request.path == ROOT or request.path.startswith(f"{ROOT}/")


def admit() -> None:
    """Look up who asks; refuse whoever brings no good token, or asks too often.

    A session that the browser has beside it is never looked at.
    """
    g._login_user = AnonymousUserMixin()
    if request.endpoint is None or request.endpoint in OPEN:
        return
    secret = given()
    if not secret:
        refuse(NO_TOKEN)
    settings = current_app.config["SETTINGS"]
    trusted = settings.sso.issuer if settings.sso and settings.sso.factor_is_enough else None
    found = tokens.find(secret, settings.second_factor, trusted)
    if found is None:
        refuse(BAD_TOKEN, error="invalid_token")
    if found.lacks_factor:
        # RFC 9470: how the person signs in is not enough any more.
        refuse(NO_FACTOR, error="insufficient_user_authentication")
    g._login_user = Bearer(found)
    if found.counted >= settings.api_per_minute:
        raise TooManyRequests(
            f"More than {settings.api_per_minute:,} requests in a minute"
            f" by this token. Wait {found.left} seconds.",
            retry_after=found.left,
        )
    count(found)


def given() -> str:
    """Return the secret that the request brings, "" where there is none."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def refuse(why: str, **more: str) -> NoReturn:
    """Answer 401 as RFC 6750 has it."""
    g.refusal = "no token" if not more else "token refused"
    raise Unauthorized(why, www_authenticate=WWWAuthenticate("bearer", {"realm": ROOT, **more}))


def count(found: Found) -> None:
    """Count a request: each one that changes something, and of reads one drawn by lot for many.

    Reading goes on while the database is busy or read-only.
    """
    if request.method not in READING:
        requests = 1
    elif is_drawn():
        requests = LOT
    elif found.is_due:
        requests = 0
    else:
        return
    with contextlib.suppress(DatabaseBusyError, OperationalError), write(wait=0.2):
        tokens.note_use(found.id, requests)


def is_drawn() -> bool:
    """Draw the lot of one request."""
    return secrets.randbelow(LOT) == 0


def bearer() -> Found:
    """Return the token of this request."""
    found: Found = g._login_user.found
    return found
