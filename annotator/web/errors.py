"""One page for every refusal and every fault; work's exceptions become statuses here."""

import logging
import secrets
from http import HTTPStatus

from flask import Flask, Response, make_response, render_template, request
from flask_login import current_user
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from annotator.store.clock import now
from annotator.store.db import DatabaseBusyError
from annotator.web.responses import is_htmx
from annotator.work.errors import NotAllowedError, NotFoundError, RefusedError

log = logging.getLogger("annotator")

# The status of each refusal; the first class that fits counts.
STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotFoundError, 404),
    (NotAllowedError, 403),
    (RefusedError, 422),
    (DatabaseBusyError, 503),
)
CANNOT_WRITE = "What was saved before is safe. Tell your lead."
# What databases say when they can be read and not written, in lower case.
FULL = ("full", "no space")
READ_ONLY = ("readonly", "read-only", "disk i/o error")
WORDS = {
    400: ("This form was incomplete", "Nothing was saved."),
    401: ("Please sign in again", "What you saved is safe."),
    403: ("This page is not open to your role", "Ask your project lead if it should be."),
    404: ("Not here, or not yours", "The address may be old, or the page belongs to others."),
    405: ("That cannot be done here", "Go back and use the buttons of the page."),
    409: ("This answer was changed elsewhere", "Nothing is lost: both versions are kept."),
    413: ("This is too large", "Nothing was stored."),
    422: ("Something needs correcting", "Nothing was saved."),
    429: ("Too many requests", "Wait a little and try again."),
    500: ("Something broke on our side", "What was saved is safe."),
    503: (
        "The database is busy",
        "Your answer was not saved; trying again is safe.",
    ),
    507: ("The server cannot write: its disk is full", CANNOT_WRITE),
}


def init_app(app: Flask) -> None:
    """Handle whatever a view raises."""
    app.register_error_handler(HTTPException, refuse)
    app.register_error_handler(DBAPIError, refuse_storage)
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
    reply = page(status, said)
    for name, value in error.get_headers():
        if name not in {"Content-Type"}:
            reply.headers[name] = value
    return reply


def refuse_work(error: Exception) -> Response:
    """Answer a refusal of the work layer with its own words."""
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    said = None if isinstance(error, DatabaseBusyError) else str(error)
    heading = "This cannot be changed now" if isinstance(error, NotAllowedError) else None
    return page(status, said, heading=heading)


def refuse_storage(error: DBAPIError) -> Response:
    """Answer a full, locked or read-only database: not saved, and why."""
    cause = str(error.orig).lower()
    if any(words in cause for words in FULL):
        reply = page(507)
    elif any(words in cause for words in READ_ONLY):
        reply = page(503, CANNOT_WRITE, heading="The server cannot write")
    elif isinstance(error, OperationalError):
        reply = page(503)
    else:
        return confess(error)
    log.error("the database refused: %s", cause.replace("\n", " "))
    return reply


def confess(error: Exception) -> Response:
    """Answer a fault of ours; the log gets the trace, the person a request id."""
    mark = secrets.token_hex(4)
    log.exception("request %s failed", mark, exc_info=error)
    return page(500, mark=mark)


def page(
    status: int, said: str | None = None, mark: str | None = None, heading: str | None = None
) -> Response:
    """Render the page of an error: what happened, what is kept, the ways on."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Error"
    usual, kept = WORDS.get(status, (phrase, "Nothing was saved."))
    if heading or (status == 404 and request.method == "POST"):
        kept = "Nothing was saved."
    heading = heading or usual
    if is_htmx():
        # The page stays as it is, with the person's work in it; only the alert region speaks.
        part = render_template(
            "_refused.html", status=status, heading=heading, said=said, kept=kept
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
        mark=mark or secrets.token_hex(4),
        posted=posted_text(),
        signed_in=status < 500 and is_signed_in(),
    )
    return make_response(body, status)


def is_signed_in() -> bool:
    """Say whether the page can show who is signed in: not while the database cannot be asked."""
    try:
        return bool(current_user.is_authenticated and current_user.username)
    except (DatabaseBusyError, OperationalError):
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
