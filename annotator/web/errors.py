"""One page for every refusal and every fault; work's exceptions become statuses here."""

import logging
from collections.abc import Sequence
from http import HTTPStatus

from flask import Flask, Response, g, make_response, render_template, request
from flask_login import AnonymousUserMixin, current_user
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from annotator.errors import NotAllowedError, NotFoundError, RefusedError
from annotator.store.clock import now
from annotator.store.db import is_busy
from annotator.store.engine import DatabaseBusyError, DatabaseMovedError
from annotator.web import bearer
from annotator.web.problems import Field, problem
from annotator.web.request_log import request_id
from annotator.web.responses import is_htmx

log = logging.getLogger("annotator")

# The status of each refusal; the first class that fits counts.
STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotFoundError, 404),
    (NotAllowedError, 403),
    (RefusedError, 422),
)
NOTHING_SAVED = "Nothing was saved."
CANNOT_WRITE = "Saved data is kept. Tell your lead."
# What databases say when they can be read and not written, in lower case.
FULL = ("full", "no space")
READ_ONLY = ("readonly", "read-only", "disk i/o error")
AWAY = "The database cannot be reached"
ODD_ADDRESS = "Invalid address"
BUSY_SECONDS, AWAY_SECONDS, READ_ONLY_SECONDS = 2, 10, 60
WORDS = {
    400: ("Incomplete form", NOTHING_SAVED),
    401: ("Please sign in again", "Saved answers are kept."),
    403: ("No access to this page", "Your role does not allow it. Ask your project lead."),
    404: ("Page not found", "The link may be outdated, or you have no access to this page."),
    405: ("Action not possible here", "Go back and use the buttons of the page."),
    409: ("This answer was changed elsewhere", "Both versions are kept."),
    413: ("Request too large", "Nothing was stored."),
    422: ("Invalid input", NOTHING_SAVED),
    429: ("Too many requests", "Wait a moment and try again."),
    500: ("Server error", "Saved data is kept."),
    503: ("The database is busy", "Try again in a moment."),
    507: ("The server cannot write: its disk is full", CANNOT_WRITE),
}
# What a person was about to do, by the screen, and what has become of it.
NOT_DONE = {
    "label": "Your answer was not saved. Try again.",
    "label_history": "Your answer was not saved. Try again.",
    **dict.fromkeys(("sign_in", "sign_in_code", "sso"), "You are not signed in. Try again."),
    # These write in several steps, others' saves between them.
    **dict.fromkeys(
        ("adjudicate_majority", "adjudicate_unanimous", "assign", "speakers"),
        "Nothing or only a part was done. Try again to complete it.",
    ),
}
SIGNED_IN_STILL = "You are still signed in. Try again."
IN_DOUBT = "It is not known whether this was saved. Check before you send it again."
ANSWER_IN_DOUBT = "It is not known whether your answer was saved. You can try again."


def init_app(app: Flask) -> None:
    """Handle whatever a view raises."""
    app.register_error_handler(HTTPException, refuse)
    app.register_error_handler(DBAPIError, refuse_storage)
    app.register_error_handler(DatabaseBusyError, refuse_busy)
    app.register_error_handler(PoolTimeoutError, refuse_busy)
    app.register_error_handler(DatabaseMovedError, refuse_moved)
    for kind, _status in STATUS:
        app.register_error_handler(kind, refuse_work)
    app.register_error_handler(Exception, confess)


def refuse(error: HTTPException) -> Response:
    """Answer an HTTP error with its page; redirects and ready answers pass."""
    if error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    said = error.description if error.description != type(error).description else None
    if bearer.is_asked():
        reply = page(status, said)
    elif status == 400 and request.method in {"GET", "HEAD"}:  # no form was sent
        reply = page(status, said, ODD_ADDRESS, "The link may be outdated or mistyped.")
    elif status == 403 and said:  # its own words say whom to ask
        reply = page(status, kept=said)
    else:
        reply = page(status, said)
    for name, value in error.get_headers():
        if name not in {"Content-Type"}:
            reply.headers[name] = value
    return reply


def refuse_work(error: Exception) -> Response:
    """Answer a refusal of the work layer with its own words."""
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    usual = "Change not possible" if isinstance(error, NotAllowedError) else None
    heading = getattr(error, "heading", usual)
    return page(status, str(error), heading=heading, fields=getattr(error, "fields", ()))


def refuse_busy(error: Exception) -> Response:
    """Answer that others hold the database, and after how long it is worth another try."""
    log.warning("request %s: the database is busy: %s", request_id(), one_line(error))
    return later(page(503, kept=not_done()), BUSY_SECONDS)


def refuse_moved(error: DatabaseMovedError) -> Response:
    """Answer that the file of the database is not where it was."""
    log.error("request %s: %s", request_id(), error)
    return later(page(503, heading=AWAY, kept=not_done()), AWAY_SECONDS)


def refuse_storage(error: DBAPIError) -> Response:
    """Answer a full, locked, read-only or absent database: not saved, and why."""
    cause = one_line(error.orig).lower()
    if any(words in cause for words in FULL):
        reply = page(507)
    elif any(words in cause for words in READ_ONLY):
        reply = later(page(503, CANNOT_WRITE, heading="The server cannot write"), READ_ONLY_SECONDS)
    elif is_busy(error):
        return refuse_busy(error)
    elif "no such" in cause:
        return confess(error)  # a table or column that this version expects
    elif error.connection_invalidated or isinstance(error, OperationalError):
        # Without a statement it was a COMMIT that got no answer.
        in_doubt = error.connection_invalidated and error.statement is None
        reply = later(page(503, heading=AWAY, kept=not_done(in_doubt=in_doubt)), AWAY_SECONDS)
    else:
        return confess(error)
    log.error("request %s: the database refused: %s", request_id(), cause)
    return reply


def confess(error: Exception) -> Response:
    """Answer a fault of ours; the log gets the trace, the person a request id."""
    log.exception("request %s failed", request_id(), exc_info=error)
    return page(500)


def one_line(error: object) -> str:
    """Return what an error says, without its line breaks."""
    return " ".join(str(error).split())


def later(reply: Response, seconds: int) -> Response:
    """Say in a reply after how many seconds another try may go better."""
    reply.headers["Retry-After"] = str(seconds)
    return reply


def not_done(*, in_doubt: bool = False) -> str:
    """Say what has become of what this request was to do."""
    if request.method in {"GET", "HEAD"}:
        return "Saved answers are kept. Try again in a moment."
    screen = request.blueprint or ""
    if in_doubt:
        return ANSWER_IN_DOUBT if screen in {"label", "label_history"} else IN_DOUBT
    if request.endpoint == "sign_in.leave":
        return SIGNED_IN_STILL
    return NOT_DONE.get(screen, "Nothing was saved. Try again.")


def page(
    status: int,
    said: str | None = None,
    heading: str | None = None,
    kept: str | None = None,
    fields: Sequence[Field] = (),
) -> Response:
    """Render the page of an error: what happened, what is kept, the ways on.

    A script gets a problem in its place, with the fields that do not fit.
    """
    if bearer.is_asked():
        return problem(status, heading or phrase_of(status), said or kept, request_id(), fields)
    usual, usually_kept = WORDS.get(status, (phrase_of(status), NOTHING_SAVED))
    if heading or (status == 404 and request.method == "POST"):
        usually_kept = NOTHING_SAVED
    kept = kept or usually_kept
    heading = heading or usual
    # What was asked of the database before is known; a failing one is not asked again.
    signed_in = is_signed_in(ask=status < 500)
    try:
        return rendered(status, heading, said, kept, signed_in=signed_in)
    except Exception:
        log.exception("request %s: its error page failed", request_id())
        return plain()


def rendered(
    status: int, heading: str, said: str | None, kept: str, *, signed_in: bool
) -> Response:
    """Render a refusal, as a part of the page that asked or as a page of its own."""
    if is_htmx():
        # The page stays as it is, with the person's work in it; only the alert region speaks.
        part = render_template(
            "_refused.html",
            status=status,
            heading=heading,
            said=said,
            kept=kept,
            mark=request_id(),
        )
        # What the control wanted of another page is not in this answer.
        where = {"HX-Retarget": "#alert", "HX-Reswap": "innerHTML", "HX-Reselect": "p"}
        return make_response(part, status, where)
    body = render_template(
        "error.html",
        status=status,
        heading=heading,
        said=said,
        kept=kept,
        at=now(),
        mark=request_id(),
        posted=posted_text(),
        signed_in=signed_in,
    )
    return make_response(body, status)


def plain() -> Response:
    """Answer in plain text where no page can be made."""
    words = f"Server error. Saved data is kept. Request {request_id()}.\n"
    return make_response(words, 500, {"Content-Type": "text/plain; charset=utf-8"})


def phrase_of(status: int) -> str:
    """Return the usual name of a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def is_signed_in(*, ask: bool) -> bool:
    """Say whether the page can show who is signed in: not while the database cannot be asked.

    Every template looks up who asks. Where that fails, or with `ask` false has not been done yet,
    the page is that of a stranger: an error page must not fail itself.
    """
    if not ask:
        g.setdefault("_login_user", AnonymousUserMixin())
        return False
    try:
        return bool(current_user.is_authenticated)
    except (DatabaseBusyError, SQLAlchemyError) as error:
        log.warning("request %s: who asks is not known: %s", request_id(), one_line(error))
        g.setdefault("_login_user", AnonymousUserMixin())
        return False


def posted_text() -> list[tuple[str, str]]:
    """Return the free text of a refused POST, so that nobody has to type it twice."""
    if request.method != "POST":
        return []
    try:
        fields = list(request.form.items())
    except HTTPException:
        return []
    hidden = ("csrf_token", "password", "key", "revision")
    return [
        (name, value)
        for name, value in fields
        if len(value) > 20 and not any(word in name for word in hidden)
    ]
