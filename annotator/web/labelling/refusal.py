"""What a refused answer says: the message at its field, and the field's word in the chip."""

from collections.abc import Iterator
from typing import Any

from flask import Response, abort, request

from annotator.errors import RefusedError
from annotator.web.access import Place
from annotator.web.labelling.form import AnswerForm
from annotator.web.security import person_id
from annotator.work.labelling.drafts import InvalidAnswerError
from annotator.work.labelling.saving import Saved, revision_after
from annotator.work.labelling.speakers import UnknownSpeakerError

# What people call a field, where the form calls it otherwise.
WORDS = {
    "new_name": "speaker",
    "new_type": "speaker",
    "wording": "speaker",
    "span": "mention",
    "via_add": "via",
    "evidence_words": "evidence",
    "conditional": "condition",
}


def put_in_place(form: AnswerForm, error: RefusedError) -> None:
    """Put a refusal that came after the form was checked at the field that it is about."""
    field = None
    if isinstance(error, InvalidAnswerError):
        field = field_named(form, error.field)
    elif isinstance(error, UnknownSpeakerError) and error.number is not None:
        field = field_with(form, error.number)
    if field is not None:
        field.errors = [*field.errors, str(error)]


def field_named(form: AnswerForm, name: str) -> Any:
    """Return the field that is posted under this name, None for "" and for what is not there."""
    head, _, rest = name.partition("-")
    if not rest:
        return form._fields.get(head)
    number, _, leaf = rest.partition("-")
    index = int(number)
    return form.claims[index][leaf] if index < len(form.claims) else None


def field_with(form: AnswerForm, speaker: int) -> Any:
    """Return the field that names this speaker."""
    for claim in form.claims:
        if claim.speaker.data == str(speaker):
            return claim.speaker
        if speaker in claim.form.via_ids:
            return claim.form.via
    return None


def wrong_fields(form: AnswerForm) -> Iterator[tuple[str, str]]:
    """Yield the word and the message of whatever is wrong, in the order of the form."""
    for name, field in form._fields.items():
        if name == "claims":
            for claim in field:
                for leaf, part in claim.form._fields.items():
                    yield from ((WORDS.get(leaf, leaf), said) for said in part.errors)
        yield from ((WORDS.get(name, name), said) for said in field.errors if isinstance(said, str))


def shown_claim(form: AnswerForm) -> int:
    """Return the claim to open on a refused form: the first with an error."""
    for index, claim in enumerate(form.claims):
        if any(field.errors for field in claim.form):
            return index
    return min(form.open.data or 0, max(len(form.claims) - 1, 0))


REVISION = "Annotator-Revision"
REPAIRED = (
    "Your lead split or merged sentences while this page was open, so this is not the sentence"
    " you answered. Nothing was overwritten. Open the article again and answer the new sentence."
)
GIVEN_AGAIN = (
    "The article was given to you once more, or returned, while this page was open. Nothing was"
    " overwritten. Open the article again and answer the sentence there."
)
OTHER_PERSON = (
    "Another user was signed in in this browser when this answer was given."
    " It is kept in the browser and is sent when that user signs in again."
)


def refuse_other_person() -> None:
    """Refuse what was written on a page of another person: a waiting answer keeps its author."""
    if request.form.get("user") not in {None, "", str(person_id())}:
        abort(403, OTHER_PERSON)


def refuse_repaired(place: Place) -> None:
    """Refuse an answer to another sentence than the page showed, though of the same address.

    A lead may have changed its boundaries since, or have given the article once more: the page
    says the span, and the number of the assignment.
    """
    now = f"{place.sentence.start}-{place.sentence.end}"
    if request.form.get("span") not in {None, "", now}:
        abort(409, REPAIRED)
    if request.form.get("given") not in {None, "", str(place.assignment.id)}:
        abort(409, GIVEN_AGAIN)


def acknowledge(reply: Response, saved: Saved, key: str) -> Response:
    """Tell on which revision what waits behind this save is based.

    After a replay that is the revision of the save itself, not the newest: what another window
    has saved in between must still be a conflict.
    """
    answer = saved.answer
    made = answer.revision if answer and saved.written else revision_after(answer, key)
    reply.headers[REVISION] = str(made)
    return reply
