"""Decides between a fragment and a page: the one module that knows htmx's headers."""

import json

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue


def is_htmx() -> bool:
    """Say whether htmx asks, so that a fragment is wanted. Never a proof of anything."""
    return request.headers.get("HX-Request") == "true"


def wants_part() -> bool:
    """Say whether the answer to this request is a fragment: a GET is always a page."""
    return is_htmx() and request.method == "POST"


def fragment_or_page(
    fragment: str, whole: str, status: int = 200, *, replace: bool = False, **context: object
) -> Response:
    """Render the fragment where htmx has posted, else the whole page: a GET is always a page.

    A reply is morphed into place, which keeps what a person has just chosen; `replace` says
    that it must not, because what is shown differs from what was posted.
    """
    part = wants_part()
    reply = make_response(render_template(fragment if part else whole, **context), status)
    if part and replace:
        reply.headers["HX-Reswap"] = "outerHTML"
    return reply


def move(url: str, part: str | None = None) -> ResponseReturnValue:
    """Lead on to another page; htmx takes only the element `part` out of it, if one is named."""
    if not is_htmx():
        return redirect(url, 303)
    if part is None:
        return "", 200, {"HX-Redirect": url}
    where = {"path": url, "target": part, "select": part, "swap": "outerHTML", "push": url}
    return "", 200, {"HX-Location": json.dumps(where)}
