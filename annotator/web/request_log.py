"""The log of a server: one line per request, and one per act of those who lead or decide.

Each request has an id. It is in the line of the request, in the lines written meanwhile, in the
reply (`X-Request-ID`) and on every error page, so that a page leads to its lines. The line has the
rule of the address and not the address, which may hold the token of a sign-in link or what
somebody has searched for.
"""

import logging
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request

from annotator.log_lines import name_request_by
from annotator.store import queries

access = logging.getLogger("annotator.access")
acts = logging.getLogger("annotator.acts")

HEADER = "X-Request-ID"
# What a proxy may call a request: short, and nothing that could break a line.
GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
REFUSED = frozenset({401, 403})
LINE = (
    "%(method)s %(route)s %(status)d %(ms).1f ms, %(queries)d queries, %(bytes)d bytes,"
    " %(who)s from %(address)s, request %(request)s"
)
NO_ROUTE = "(no page)"
NOBODY = "nobody"


def init_app(app: Flask) -> None:
    """Name each request before anything else, and write it down when everything else is done."""
    name_request_by(lambda: str(g.get("request_id", "")) if has_request_context() else "")
    app.before_request(begin)
    app.after_request(end)


def begin() -> None:
    """Name the request; the name that a proxy in front gave it is kept."""
    given = request.headers.get(HEADER, "")
    believed = current_app.config["SETTINGS"].behind_proxy and GIVEN.fullmatch(given)
    g.request_id = given if believed else secrets.token_hex(6)
    g.queries_before = queries.count()
    g.begun = time.perf_counter()


def end(response: Response) -> Response:
    """Write the request down; a file that is still being written, when its last piece is."""
    response.headers[HEADER] = request_id()
    line = fields(response)
    if response.is_streamed and not response.direct_passthrough:
        told = Streamed(response.response, line, g.get("begun"))
        response.response = told
        response.call_on_close(told.write_down)
    else:
        line["bytes"] = response.content_length or 0
        write_down(line)
    return response


def fields(response: Response) -> dict[str, Any]:
    """Return who asked what from where, and what came of it in which time."""
    rule = request.url_rule
    line = {
        "request": request_id(),
        "method": request.method if request.method in METHODS else "other",
        "route": rule.rule if rule is not None else NO_ROUTE,
        "status": response.status_code,
        "ms": since(g.get("begun")),
        "queries": queries.count() - g.get("queries_before", 0),
        "bytes": 0,
        **asker(),
        "address": request.remote_addr or "-",
    }
    if refusal := g.get("refusal", ""):
        line["refusal"] = refusal
    return line


def since(begun: float | None) -> float:
    """Return the milliseconds since a moment."""
    return round((time.perf_counter() - begun) * 1000, 1) if begun is not None else 0.0


def write_down(line: dict[str, Any]) -> None:
    """Write the line of a request."""
    refused = "refusal" in line or line["status"] in REFUSED
    level = logging.WARNING if refused or line["status"] >= 500 else logging.INFO
    if not access.isEnabledFor(level):
        return
    # What the sender may have put into a header is not ours to believe.
    said = f"{LINE}: %(refusal)s" if "refusal" in line else LINE
    is_plain = "refusal" not in line and "token" not in line
    access.log(level, said, line, extra={"fields": line, "is_plain": is_plain})


class Streamed:
    """The pieces of a reply, counted while they are sent."""

    def __init__(self, pieces: Iterable[Any], line: dict[str, Any], begun: float | None) -> None:
        self.pieces = pieces
        self.line = line
        self.begun = begun

    def __iter__(self) -> Iterator[Any]:
        """Yield each piece."""
        for piece in self.pieces:
            self.line["bytes"] += len(piece)
            yield piece

    def close(self) -> None:
        """End what makes the pieces, also where nobody waits for the last one."""
        if callable(close := getattr(self.pieces, "close", None)):
            close()

    def write_down(self) -> None:
        """Write the request down with what was sent, in the time that it took."""
        self.line["ms"] = since(self.begun)
        write_down(self.line)


def asked_by(pseudonym: str, project: str) -> None:
    """Note as whom somebody asks in a project: the lines of the log have the pseudonym."""
    g.asker = (pseudonym, project)


def asker() -> dict[str, Any]:
    """Return who asks: pseudonym and project where one is asked for, account's number, token.

    No name: whoever takes an account's name away takes it out of all lines. Asks no database.
    """
    person = g.get("_login_user")
    number = getattr(person, "user_id", None)
    pseudonym, project = g.get("asker") or (None, None)
    found: dict[str, Any] = {"who": NOBODY}
    if number is not None:
        found = {"who": f"{pseudonym} (user {number})" if pseudonym else f"user {number}"}
        found["user"] = number
    if pseudonym:
        found |= {"pseudonym": pseudonym, "project": project}
    if token := getattr(person, "token_name", ""):
        found |= {"who": f"{found['who']} with token {token}", "token": token}
    return found


def record(what: str, *args: object, by: str = "") -> None:
    """Write down who has just done what to which thing, to be called after the commit.

    That is the person signed in; `by` somebody for whom a thread works; otherwise a command.
    Things are named by keys, people by their numbers or pseudonyms, never by what people wrote.
    """
    if by or not has_request_context():
        line: dict[str, Any] = {"who": by or "command"}
    else:
        line = {**asker(), "address": request.remote_addr or "-", "request": request_id()}
    line["what"] = what % args if args else what
    acts.info(f"{what} by %s", *args, by or doer(), extra={"fields": line})


def doer() -> str:
    """Return who does what is being done, and where it comes from."""
    if not has_request_context():
        return "command"
    return f"{who()} from {request.remote_addr}, request {request_id()}"


def request_id() -> str:
    """Return the name of the request that is being answered, "-" where there is none."""
    return str(g.get("request_id", "-")) if has_request_context() else "-"


def who() -> str:
    """Return pseudonym and number of whoever asks, and the token; asks no database."""
    return str(asker()["who"])
