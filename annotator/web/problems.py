"""What a script is told when something is refused or fails: problems as RFC 9457 has them."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus

from flask import Response

from annotator.errors import RefusedError

TYPE = "application/problem+json"
MOST = 100
WORDS = {
    401: "Send a personal token in the header “Authorization: Bearer ant_…”.",
    403: "The roles of this person or the scopes of this token do not allow it.",
    404: "There is no such thing here, or not for this token.",
    405: "This address does not take this method.",
    413: "The request is too large. Nothing was stored.",
    415: "The content type is not one that this address reads.",
    500: "The fault is ours. It is in the log of the server under this request id.",
}
Field = tuple[str, str]


class InvalidError(RefusedError):
    """Something in the request does not fit; each fault names its field and what would be right."""

    def __init__(self, fields: Sequence[Field]) -> None:
        shown = [f"{name}: {said}" if name else said for name, said in fields]
        super().__init__(" ".join(shown[:1]) or "The request does not fit.")
        self.fields = list(fields)


@contextmanager
def about(name: str) -> Iterator[None]:
    """Say of a refusal of the work layer which field it is about."""
    try:
        yield
    except InvalidError:
        raise
    except RefusedError as error:
        raise InvalidError([(name, str(error))]) from error


def problem(
    status: int, title: str, detail: str | None, request_id: str, fields: Sequence[Field] = ()
) -> Response:
    """Return a problem; `instance` is the id of the request, by which the log has it."""
    body = {
        "type": "about:blank",
        "title": title or phrase(status),
        "status": status,
        "detail": detail or WORDS.get(status, phrase(status)),
        "instance": f"urn:request:{request_id}",
    }
    if fields:
        body["errors"] = [{"field": name, "detail": said} for name, said in fields[:MOST]]
    # A name that the request has brought may hold half a surrogate pair.
    raw = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(raw, status, content_type=TYPE)


def phrase(status: int) -> str:
    """Return the usual name of a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
