"""Headers on every response, the CSRF check on every POST, and who is signed in.

Every page asks for a signed-in person, unless its endpoint is named in OPEN.
"""

import contextlib
import re
from dataclasses import dataclass
from typing import Any

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    request,
    session,
    url_for,
)
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, LoginManager, current_user, login_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import SecurityError

from annotator.store.db import db, write
from annotator.store.engine import DatabaseBusyError
from annotator.store.models import User
from annotator.web import bearer, errors, static_files
from annotator.work.accounts import sessions
from annotator.work.accounts.sessions import Found, Lasting

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SESSION = "Annotator-Session"
ONE_YEAR = 31_536_000

# What can be reached without an account; whatever is not named here cannot.
OPEN = frozenset(
    {
        "static",
        "healthz.show",
        "metrics.show",
        "api.show",
        "api.describe",
        "sign_in.show",
        "sign_in.enter",
        "sign_in.show_link",
        "sign_in.enter_by_link",
        "sign_in.leave",
        "sso.begin",
        "sso.come_back",
        # These ask for a session themselves: one that still lacks its second factor.
        "sign_in_code.show",
        "sign_in_code.enter",
        "second_factor.show",
        "second_factor.change",
    }
)
# Where sign-in may lead on to: a plain path of ours, with a query perhaps.
LOCAL = re.compile(r"(?:/|(?:/[A-Za-z0-9_.~-]+)+/?)(?:\?[A-Za-z0-9_.~!$&'()*+,;=:@/?%-]*)?")
LONGEST_NEXT = 2000
ADDRESS = re.compile(r"([a-z]+)://([^/?#\\@]*)(?:[/?#].*)?")
CSRF_WORDS = (
    "The page was older than your sign-in, or your browser did not send the cookie of this site."
    " Go back, reload the page and try again; allow cookies for this site. If this happens to"
    " all users, the server is behind a proxy that is not configured: check"
    " ANNOTATOR_TRUSTED_HOSTS and ANNOTATOR_BEHIND_PROXY."
)
ORIGIN_WORDS = (
    "Open the page on this server itself and try again. If this happens to all users, the server"
    " is behind a proxy that is not configured or does not pass on the host name: check"
    " ANNOTATOR_TRUSTED_HOSTS and ANNOTATOR_BEHIND_PROXY."
)
# The page that ends what a session lacks.
FINISHING = {sessions.CODE: "sign_in_code.show", sessions.SET_UP: "second_factor.show"}
READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
HOST_WORDS = (
    "This host name is not allowed. The administrator can add it to ANNOTATOR_TRUSTED_HOSTS.\n"
)

csrf = CSRFProtect()
login = LoginManager()


class CookieSigner(TimestampSigner):
    """Signs cookies whose age does not count: how long a session lasts stands in its row.

    By itself a cookie that was made by a clock ahead of today's would end its session at once.
    """

    def unsign(
        self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False
    ) -> Any:
        """Return what was signed, whenever that was."""
        return super().unsign(signed_value, None, return_timestamp)  # type: ignore[call-overload]


class SessionCookies(SecureCookieSessionInterface):
    """Flask's signed cookies; what signs them is made once, not for every request."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and reads the cookie under the keys of the application."""
        make = super().get_signing_serializer
        keys = (app.secret_key, *(app.config["SECRET_KEY_FALLBACKS"] or ()))
        made: dict[Any, URLSafeTimedSerializer | None]
        made = app.extensions.setdefault("annotator_signing", {})
        if keys not in made:
            made[keys] = serializer = make(app)
            if serializer is not None:
                serializer.signer = CookieSigner
        return made[keys]


class SignedIn:
    """A person in one browser; what flask-login takes for the id is the session's token."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(
        self, user: User | Found, user_id: int, token: str, lasting: Lasting | None = None
    ) -> None:
        """Take what every page says of a person from their row or from that of their session."""
        self.user_id = user_id
        self.username: str = user.username
        self.theme: str = user.theme  # system, light or dark
        self.single_keys: bool = user.single_keys
        self.has_password: bool = user.has_password
        self.token = token
        self.lasting = lasting

    @property
    def user(self) -> User:
        """Return the account, as it is stored now."""
        return db.session.get_one(User, self.user_id)

    def get_id(self) -> str:
        """Return the token."""
        return self.token

    @property
    def session_left(self) -> str:
        """Return how many seconds the session still lasts, and whether that is final."""
        if self.lasting is None:
            return ""
        return f"{self.lasting.seconds}{';final' if self.lasting.final else ''}"


@dataclass(frozen=True)
class Unfinished:
    """A session that opens nothing yet, and the page on which it is finished."""

    user_id: int
    username: str
    token: str
    endpoint: str

    @property
    def user(self) -> User:
        """Return the account, as it is stored now."""
        return db.session.get_one(User, self.user_id)


def init_app(app: Flask) -> None:
    """Put the protections on."""
    app.session_interface = SessionCookies()
    app.before_request(refuse_other_sites)
    csrf.init_app(app)
    login.init_app(app)
    # Sessions are rows that we end ourselves; flask-login's own check compares addresses.
    login.session_protection = None
    login.user_loader(load)
    login.unauthorized_handler(ask_to_sign_in)
    app.before_request(refuse_unknown_host)
    app.before_request(require_sign_in)
    app.register_error_handler(CSRFError, refuse_csrf)
    app.after_request(add_headers)


def load(token: str) -> SignedIn | None:
    """Return who is signed in with this token; note now and then that they are still there."""
    needing = current_app.config["SETTINGS"].second_factor
    found = sessions.sign_in_of(token, alone=request.method not in READING, needing=needing)
    if found is None:
        return None
    if found.lacks:
        g.unfinished = Unfinished(found.user_id, found.username, token, FINISHING[found.lacks])
        return None
    seen_at = found.seen_at
    if sessions.is_due(found):
        # Reading goes on while the database is busy or read-only.
        with contextlib.suppress(DatabaseBusyError, OperationalError):
            with write(wait=0.2):
                renewed_at = sessions.renew(token)
            seen_at = renewed_at
    lasting = sessions.lasting(found.created_at, seen_at)
    return SignedIn(found, found.user_id, token, lasting)


def unfinished() -> Unfinished | None:
    """Return who has begun to sign in with this browser, and has a second factor to show still."""
    if current_user.is_authenticated:
        return None
    waiting: Unfinished | None = g.get("unfinished")
    return waiting


def refuse_unknown_host() -> ResponseReturnValue | None:
    """Answer a request for a host that is not ours; no page can be rendered for it."""
    if isinstance(request.routing_exception, SecurityError):
        return HOST_WORDS, 400, {"Content-Type": "text/plain; charset=utf-8"}
    return None


def require_sign_in() -> ResponseReturnValue | None:
    """Look up who asks, before any view can open a transaction; refuse strangers by default."""
    if bearer.is_asked():
        bearer.admit()
        return None
    if request.endpoint in {None, "static", "healthz.show", "metrics.show"}:
        return None
    try:
        known = current_user.is_authenticated
    except Exception:
        g._login_user = AnonymousUserMixin()  # the error page must not ask the database again
        raise
    return None if known or request.endpoint in OPEN else ask_to_sign_in()


def ask_to_sign_in() -> ResponseReturnValue:
    """Send a reader to the sign-in page and back; a POST gets a page with what was typed."""
    if request.method not in {"GET", "HEAD"} or "HX-Request" in request.headers:
        abort(401)
    asked = request.full_path.removesuffix("?")
    onward = asked if asked != "/" and is_local(asked) else None
    waiting = unfinished()
    return redirect(url_for(waiting.endpoint if waiting else "sign_in.show", next=onward), 303)


def is_local(path: str) -> bool:
    """Say whether a path leads to a page of ours and to no other place, however it is read."""
    return len(path) <= LONGEST_NEXT and LOCAL.fullmatch(path) is not None


def person() -> User:
    """Return the account of whoever is signed in."""
    if not current_user.is_authenticated:
        abort(401)
    user: User = current_user.user
    return user


def person_id() -> int:
    """Return the number of whoever is signed in."""
    # Asked for once: finding out who that is takes longer than the rest.
    known: Any = current_user._get_current_object()
    if not known.is_authenticated:
        abort(401)
    number: int = known.user_id
    return number


def session_token() -> str | None:
    """Return the token of this browser's session, if it is signed in."""
    token: str | None = current_user.token if current_user.is_authenticated else None
    return token


def begin_session(user: User, token: str) -> None:
    """Make the cookie that of a new session.

    Only for the same person the form token stays: pages that were open when a session ran out
    can then still save, and nobody saves through pages of another.
    """
    form_token = session.get("csrf_token") if session.get("user") == user.id else None
    session.clear()
    if form_token:
        session["csrf_token"] = form_token
    session["user"] = user.id
    login_user(SignedIn(user, user.id, token))


def refuse_csrf(error: CSRFError) -> Response:
    """Answer a form without its token, and say where to look."""
    g.refusal = f"form token refused: {error.description}"
    return errors.page(400, CSRF_WORDS)


def refuse_other_sites() -> ResponseReturnValue | None:
    """Refuse what a page of another site sends, whatever token it has got hold of.

    Browsers say where a form comes from: `Sec-Fetch-Site` where the connection is safe, `Origin`
    or at least `Referer` else. What says nothing is no browser, or an old one; its token counts.
    """
    if request.method in READING or request.endpoint is None or bearer.is_asked():
        return None
    if said := other_site():
        g.refusal = f"from another site: {said}"
        return errors.page(403, ORIGIN_WORDS, heading="This form came from another site")
    return None


def other_site() -> str:
    """Return the header that names another site as the sender, "" where none does."""
    relation = request.headers.get("Sec-Fetch-Site", "")
    if relation in {"cross-site", "same-site"}:
        return f"Sec-Fetch-Site {relation}"
    for name in ("Origin", "Referer"):
        given = request.headers.get(name)
        # Privacy tools blank the origin; the browser's own word above is then enough.
        if given and not (given == "null" and relation == "same-origin"):
            return "" if is_ours(given) else f"{name} {given[:200]!r}"
    return ""


def is_ours(address: str) -> bool:
    """Say whether an address is of the host that was asked, and as safe as the request."""
    found = ADDRESS.fullmatch(address.lower())
    schemes = {"https"} if request.is_secure else {"http", "https"}
    return found is not None and found[1] in schemes and found[2] == request.host.lower()


def add_headers(response: Response) -> Response:
    """Add the strict policy and how long the session lasts; someone's work is never stored."""
    response.headers.extend(HEADERS)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}; includeSubDomains"
    signed_in: Any = g.get("_login_user")
    if isinstance(signed_in, SignedIn) and signed_in.lasting:
        response.headers[SESSION] = signed_in.session_left
    if bearer.is_asked() and "ETag" in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    elif request.endpoint == "static":
        response.headers["Cache-Control"] = static_files.lasting(response.status_code)
    else:
        response.headers["Cache-Control"] = "no-store"
    return response
