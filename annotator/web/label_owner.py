"""Whose answer is posted, and up to which revision the server has acknowledged it."""

from flask import Response, abort, request

from annotator.web.label_building import Place
from annotator.web.security import person_id
from annotator.work.acknowledging import revision_after
from annotator.work.labelling import Saved

REVISION = "Annotator-Revision"
REPAIRED = (
    "Your lead split or merged sentences here while this page was open, so this is not the sentence"
    " you answered. Nothing was overwritten; open the article again and answer it as it stands now."
)
OTHER_PERSON = (
    "This answer was written while somebody else was signed in in this browser."
    " It is kept in the browser and is sent when that person signs in again."
)


def refuse_other_person() -> None:
    """Refuse what was written on a page of another person: a waiting answer keeps its author."""
    if request.form.get("user") not in {None, "", str(person_id())}:
        abort(403, OTHER_PERSON)


def refuse_repaired(place: Place) -> None:
    """Refuse an answer to a sentence whose boundaries a lead has changed since it was shown."""
    now = f"{place.sentence.start}-{place.sentence.end}"
    if request.form.get("span") not in {None, "", now}:
        abort(409, REPAIRED)


def acknowledge(reply: Response, saved: Saved, key: str) -> Response:
    """Tell on which revision what waits behind this save is based.

    After a replay that is the revision of the save itself, not the newest: what another window
    has saved in between must still be a conflict.
    """
    answer = saved.answer
    made = answer.revision if answer and saved.written else revision_after(answer, key)
    reply.headers[REVISION] = str(made)
    return reply
