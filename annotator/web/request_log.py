"""The log of a server: one line per request, and one per act of those who lead or decide.

Each request has an id. It is in the line of the request, in the lines written meanwhile, in the
reply (`X-Request-ID`) and on every error page, so that a page leads to its lines.
"""

import logging
import re
import secrets
import time

from flask import Flask, Response, current_app, g, has_request_context, request

access = logging.getLogger("annotator.access")
acts = logging.getLogger("annotator.acts")

HEADER = "X-Request-ID"
# What a proxy may call a request: short, and nothing that could break a line.
GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")
# The token of a sign-in link, wherever somebody has pasted it.
TOKEN = re.compile(r"(sign-in/+)[^\s'\"]+|[A-Za-z0-9_-]{43,}", re.IGNORECASE)
REFUSED = frozenset({401, 403})


def init_app(app: Flask) -> None:
    """Name each request before anything else, and write it down when everything else is done."""
    app.before_request(begin)
    app.after_request(end)


def begin() -> None:
    """Name the request; the name that a proxy in front gave it is kept."""
    given = request.headers.get(HEADER, "")
    believed = current_app.config["SETTINGS"].behind_proxy and GIVEN.fullmatch(given)
    g.request_id = given if believed else secrets.token_hex(6)
    g.begun = time.perf_counter()


def end(response: Response) -> Response:
    """Write the request down: who asked what from where, and what came of it in which time."""
    response.headers[HEADER] = request_id()
    refusal = g.get("refusal", "")
    refused = bool(refusal) or response.status_code in REFUSED
    level = logging.WARNING if refused or response.status_code >= 500 else logging.INFO
    access.log(
        level,
        "%s %r %d %d ms for %s from %s, request %s%s",
        request.method,
        hidden(request.path),
        response.status_code,
        (time.perf_counter() - g.get("begun", time.perf_counter())) * 1000,
        who(),
        request.remote_addr,
        request_id(),
        f": {refusal}" if refusal else "",
    )
    return response


def record(what: str, *args: object, by: str = "") -> None:
    """Write down who has just done what to which thing, to be called after the commit.

    That is the person signed in; `by` somebody for whom a thread works; otherwise a command.
    Things are named by keys and numbers, never by what people wrote.
    """
    acts.info(f"{what} by %s", *args, by or doer())


def doer() -> str:
    """Return who does what is being done, and where it comes from."""
    if not has_request_context():
        return "command"
    return f"{who()} from {request.remote_addr}, request {request_id()}"


def request_id() -> str:
    """Return the name of the request that is being answered, "-" where there is none."""
    return str(g.get("request_id", "-")) if has_request_context() else "-"


def who() -> str:
    """Return number and name of whoever asks, safe to write into a log; asks no database."""
    person = g.get("_login_user")
    name = getattr(person, "username", None)
    return called(name, person.user_id) if person and name else "nobody"


def called(name: str, number: int) -> str:
    """Return name and number of a person as they stand in each line."""
    return f"{name!r} ({number})"


def hidden(text: str) -> str:
    """Return a text without what signs somebody in."""
    return TOKEN.sub(lambda found: f"{found[1] or ''}…", text)
