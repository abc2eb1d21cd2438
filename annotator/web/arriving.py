"""What every way of signing in shares: where from, where to, and the session of this browser."""

from flask import request

from annotator.web.security import is_local, session_token, unfinished
from annotator.work.accounts import sessions


def end_this_session() -> None:
    """End the session this browser has, if it has one, also one that still lacks a factor."""
    waiting = unfinished()
    if token := session_token() or (waiting and waiting.token):
        sessions.end_session(token)


def onward() -> str:
    """Return the page that was asked for, if it is one of ours."""
    asked = request.args.get("next", "")
    return asked if is_local(asked) and not asked.startswith("/sign-") else "/"


def next_of(where: str) -> str | None:
    """Return a way on as the `next` of an address; the first page needs none."""
    return where if where != "/" else None


def address() -> str:
    """Return where the request comes from."""
    return request.remote_addr or ""


def agent() -> str:
    """Return what the browser calls itself."""
    return request.user_agent.string
