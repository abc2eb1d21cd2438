"""Whose answer is posted, and up to which revision the server has acknowledged it."""

from flask import Response, abort, request

from annotator.store.models import Answer
from annotator.web.security import person
from annotator.work.acknowledging import revision_after

REVISION = "Annotator-Revision"
OTHER_PERSON = (
    "This answer was written while somebody else was signed in in this browser."
    " It is kept in the browser and is sent when that person signs in again."
)


def refuse_other_person() -> None:
    """Refuse what was written on a page of another person: a waiting answer keeps its author."""
    if request.form.get("user") not in {None, "", str(person().id)}:
        abort(403, OTHER_PERSON)


def acknowledge(reply: Response, answer: Answer | None, key: str) -> Response:
    """Tell on which revision what waits behind this save is based.

    After a replay that is the revision of the save itself, not the newest: what another window
    has saved in between must still be a conflict.
    """
    reply.headers[REVISION] = str(revision_after(answer, key))
    return reply
